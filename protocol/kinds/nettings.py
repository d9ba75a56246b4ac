"""Netting: debts that meet, or run in a circle, are set off (SPEC 8.37).

Each entry says that so much of what `from` owes to `to` is settled. Nobody comes out
richer or poorer: each co-op gives up as much as it is let off.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Currency, Id, Money, Quantity, Slug

#: Debtor, creditor, minor units.
Entry = tuple[Id, Id, Quantity]
#: 60 entries of 78 bytes leave room for the rest of an event of 8 KiB.
Entries = Annotated[tuple[Entry, ...], Meta(max_length=60)]


class NettingProposed(Body, frozen=True, kw_only=True):
    """What would be set off; a proposer who is a party agrees with it. Text: note."""

    currency: Currency
    entries: Entries


class NettingAgreed(Body, frozen=True, kw_only=True):
    """A party's half, for good: `amount` is what it gives up and is let off."""

    amount: Money
    netting: Id
    proposer: Id


class NettingDeclined(Body, frozen=True, kw_only=True):
    """A party says no. Text: note."""

    netting: Id
    proposer: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "netting.proposed": NettingProposed,
    "netting.agreed": NettingAgreed,
    "netting.declined": NettingDeclined,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "netting.proposed": {"note": False},
    "netting.declined": {"note": False},
}
