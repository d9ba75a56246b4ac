"""The types that bodies are made of (SPEC 8.1)."""

import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol import limits

Id = Annotated[bytes, Meta(min_length=32, max_length=32)]
IncarnationName = Annotated[bytes, Meta(min_length=16, max_length=16)]
Slug = Annotated[
    str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z")
]
#: An identifier of another system (an OCID, a lot): printable ASCII, no spaces.
Foreign = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[!-~]+\Z")]
Currency = Annotated[str, Meta(min_length=3, max_length=3, pattern=r"^[A-Z]{3}\Z")]
#: "minutes" for work, an ISO 4217 code for money.
Unit = Annotated[str, Meta(max_length=7, pattern=r"^(?:minutes|[A-Z]{3})\Z")]
Cpv = Annotated[str, Meta(min_length=8, max_length=8, pattern=r"^[0-9]{8}\Z")]
Language = Annotated[str, Meta(min_length=2, max_length=3, pattern=r"^[a-z]{2,3}\Z")]

Count = Annotated[int, Meta(ge=0, le=limits.INTEGER)]
#: Minutes of work, minor units of a currency: whole and never nothing.
Quantity = Annotated[int, Meta(ge=1, le=limits.INTEGER)]
Percent = Annotated[int, Meta(ge=1, le=100)]
LineNumber = Annotated[int, Meta(ge=1, le=64)]
#: Basis points that make a whole: a hundredth of a percent is as fine as shares go.
WHOLE: Final = 10_000
#: A part of something, in basis points; who has none is left out.
Share = Annotated[int, Meta(ge=1, le=WHOLE)]

Date = datetime.date


class Money(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """An amount in minor units (pence, cents) of an ISO 4217 currency, VAT excluded."""

    currency: Currency
    amount: Count


class Sum(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """An amount as `Money` has it, and never nothing."""

    currency: Currency
    amount: Quantity


class Rate(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """A price for work: minor units of a currency per so many minutes.

    Both numbers are kept, since a day rate over a day of 450 minutes has no exact
    price per hour.
    """

    currency: Currency
    amount: Count
    minutes: Quantity


class Body(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Base of all bodies: unknown fields refused, defaults left out."""
