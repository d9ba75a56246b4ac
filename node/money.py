"""Money as people write it ("1234.56") and as events hold it (whole minor units).

Never through a float. How many decimals a currency has is ISO 4217's to say; the table
of it stands once, in node/currencies.py.
"""

import re
from typing import Final

import msgspec

from node.currencies import CURRENCIES
from protocol import limits
from protocol.kinds.fields import Rate

#: Another co-op may name any three letters; most currencies have two decimals.
_USUAL_DECIMALS: Final = 2
_FORM: Final = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,4}))?", re.ASCII)


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """A sum with all its decimals, "1234.50", and its currency."""

    amount: str
    currency: str


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """A rate: so much for so many minutes."""

    amount: str
    currency: str
    minutes: int


def is_known(currency: str) -> bool:
    """Tell whether ISO 4217 has a currency."""
    return currency in CURRENCIES


def decimals(currency: str) -> int:
    """Say how many decimals the minor unit has: 2 for GBP, 0 for JPY."""
    return CURRENCIES.get(currency, _USUAL_DECIMALS)


def write(minor: int, currency: str) -> Amount:
    """Write minor units as an amount; 123450 GBP is "1234.50"."""
    return Amount(amount=_decimal(minor, currency), currency=currency)


def write_rate(rate: Rate | None) -> Price | None:
    """Write a rate; None stays None."""
    if rate is None:
        return None
    amount = _decimal(rate.amount, rate.currency)
    return Price(amount=amount, currency=rate.currency, minutes=rate.minutes)


def read(written: str, currency: str) -> int:
    """Read an amount into minor units, exactly.

    Raises ValueError with what was expected, as in "not EXPECTED": nothing is rounded,
    and a comma is not guessed at.
    """
    if not is_known(currency):
        raise ValueError(f"an amount in a currency of ISO 4217 (not {currency!r})")
    form = _FORM.fullmatch(written.strip())
    places = decimals(currency)
    if form is None:
        raise ValueError("an amount in digits with a decimal point")
    fraction = (form[2] or "").rstrip("0")
    if len(fraction) > places:
        raise ValueError(f"an amount with at most {places} decimals ({currency})")
    minor = int(form[1] + fraction.ljust(places, "0"))
    if minor > limits.INTEGER:
        raise ValueError("an amount that events can hold")
    return minor


def _decimal(minor: int, currency: str) -> str:
    places = decimals(currency)
    if places == 0:
        return str(minor)
    digits = str(minor).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
