"""Funds that a steward holds, and what co-ops pay into them (SPEC 8.23)."""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.fields import Body, Currency, Id, Quantity

FundState = Literal["planned", "open", "closed", "settled", "cancelled"]


class FundOpened(Body, frozen=True, kw_only=True):
    """A fund: `contribution` is what each co-op is asked for per period.

    Texts: title, purpose.
    """

    contribution: Quantity | None = None
    currency: Currency
    period: Literal["none", "month", "quarter", "year"]
    state: Literal["planned", "open"]


class FundAdvanced(Body, frozen=True, kw_only=True):
    """A fund goes on to another state of its table. Text: note."""

    fund: Id
    to: FundState


KINDS: Final[dict[str, type[Struct]]] = {
    "fund.opened": FundOpened,
    "fund.advanced": FundAdvanced,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "fund.opened": {"title": True, "purpose": False},
    "fund.advanced": {"note": False},
}
