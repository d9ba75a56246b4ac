"""Amounts of money as publishers write them, into whole minor units.

Never through a float: numbers come as int or Decimal, and 0.1 + 0.2 stays 0.3.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

from node.currencies import CURRENCIES
from node.exchange.notice import Money

MAX_MINOR: Final = 2**53 - 1
"""Whole numbers beyond it lose digits in JSON readers, and no tender is as large."""

MAX_DIGITS: Final = 40
"""Longest number that is looked at: MAX_MINOR has 16, a float's noise 17 more."""

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


def read(amount: object, currency: object) -> Money:
    """Return a `Value` (OCDS 1.1: `amount`, `currency`), to the nearest minor unit.

    Half a unit goes to the even neighbour. Raises ValueError with the reason.
    """
    code = currency.strip().upper() if isinstance(currency, str) else ""
    if code not in CURRENCIES:
        raise ValueError("a currency that is no ISO 4217 code")
    number = _number(amount)
    if number < 0:
        raise ValueError("a negative amount")
    if number.adjusted() > MAX_DIGITS:
        raise ValueError("an amount beyond all tenders")
    with localcontext() as context:
        context.prec = 3 * MAX_DIGITS
        minor = int(number.scaleb(CURRENCIES[code]).to_integral_value(ROUND_HALF_EVEN))
    if minor > MAX_MINOR:
        raise ValueError("an amount beyond all tenders")
    return Money(currency=code, minor=minor)


def _number(amount: object) -> Decimal:
    match amount:
        case bool():
            raise ValueError("an amount that is no number")
        case int():
            return Decimal(amount)
        case Decimal() if amount.is_finite():
            return amount
        case str() if len(amount) <= MAX_DIGITS and _NUMBER.match(amount.strip()):
            # "1,234" is left alone: a thousand here, one and a bit over the Channel.
            return Decimal(amount.strip())
        case _:
            raise ValueError("an amount that is no number")
