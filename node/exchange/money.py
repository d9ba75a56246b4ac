"""Amounts of money as publishers write them, into whole minor units.

Never through a float: numbers come as int or Decimal, and 0.1 + 0.2 stays 0.3.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

from node.exchange.notice import Money

MAX_MINOR: Final = 2**53 - 1
"""Whole numbers beyond it lose digits in JSON readers, and no tender is as large."""

MAX_DIGITS: Final = 40
"""Longest number that is looked at: MAX_MINOR has 16, a float's noise 17 more."""

_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD"
        " BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB"
        " EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR"
        " JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP"
        " MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN"
        " QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL"
        " THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR"
        " ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
CURRENCIES: Final = {
    code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()
}
"""ISO 4217: alphabetic code -> decimals of the minor unit. With BGN and HRK, which
old notices still carry; without metals, funds and test codes."""

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
