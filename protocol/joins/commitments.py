"""Commitment = offer + acceptance + confirmation, halves that name each other (11.1).

| the pledge is          | and the acceptance it names  | the commitment is |
|------------------------|------------------------------|-------------------|
| offered                | (none names it)              | offered           |
| offered                | given, matching              | accepted          |
| offered                | declined                     | declined          |
| confirmed              | given, matching              | committed         |
| confirmed              | withdrawn, matching          | overtaken         |
| confirmed              | missing or not matching      | unmatched         |
| released               | matching                     | released          |
| released               | missing or not matching      | unmatched         |
| withdrawn              | any                          | withdrawn         |
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from protocol.rules.acceptances import Acceptance
from protocol.rules.pledges import Confirmed, Pledge
from protocol.state import Entity

Standing = Literal[
    "offered",
    "accepted",
    "declined",
    "committed",
    "overtaken",
    "unmatched",
    "released",
    "withdrawn",
]

#: Standings in which the pledger is bound to the taker.
BINDING: Final = frozenset({"committed", "overtaken"})


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between a pledger and a taker about one pledge.

    `quantity` is what the standing is about: the offer, what was accepted, or what
    was confirmed, in minutes or in minor units of the currency that `unit` names.
    """

    pledge: bytes
    pledger: bytes
    taker: bytes
    to: bytes
    line: int | None
    unit: str
    quantity: int
    standing: Standing
    acceptance: bytes | None = None


def join(pledge: Entity, related: Mapping[bytes, Entity]) -> Commitment:
    """Join a pledge with what other logs say of it.

    `related` holds the entities of family acceptance and answer whose `ref` is this
    pledge, from whatever log; those of other co-ops than the owner are ignored.
    """
    body = pledge.body
    if not isinstance(body, Pledge):
        raise TypeError(f"a pledge is joined, not a {pledge.family}")
    standing, acceptance, quantity = _standing(pledge, body, related)
    return Commitment(
        pledge=pledge.id,
        pledger=pledge.coop,
        taker=body.owner,
        to=body.to,
        line=body.line,
        unit=body.unit,
        quantity=quantity,
        standing=standing,
        acceptance=acceptance,
    )


def _standing(
    pledge: Entity, body: Pledge, related: Mapping[bytes, Entity]
) -> tuple[Standing, bytes | None, int]:
    if pledge.state == "withdrawn":
        return "withdrawn", None, body.quantity
    if body.confirmed is None:
        return _unconfirmed(pledge, body, related)
    confirmed = body.confirmed
    named = related.get(confirmed.acceptance)
    if named is None or not _agree(pledge, body, confirmed, named):
        return "unmatched", confirmed.acceptance, confirmed.quantity
    if pledge.state == "released":
        return "released", named.id, confirmed.quantity
    if named.state == "withdrawn":
        return "overtaken", named.id, confirmed.quantity
    return "committed", named.id, confirmed.quantity


def _unconfirmed(
    pledge: Entity, body: Pledge, related: Mapping[bytes, Entity]
) -> tuple[Standing, bytes | None, int]:
    if body.round is not None:
        # The round's result says what is taken of it, and no acceptance does.
        return "offered", None, body.quantity
    # Sorted, so that a taker with two live acceptances (a bug or a lie of another
    # build) reads the same on every node.
    for acceptance in sorted(related):
        entity = related[acceptance]
        taken = entity.body
        if (
            isinstance(taken, Acceptance)
            and entity.state == "given"
            and matches(pledge, body, entity, taken)
        ):
            return "accepted", acceptance, taken.quantity
    for entity in related.values():
        if (
            entity.family == "answer"
            and entity.coop == body.owner
            and entity.state == "declined"
            and entity.epoch >= pledge.epoch
        ):
            return "declined", None, body.quantity
    return "offered", None, body.quantity


def _agree(pledge: Entity, body: Pledge, confirmed: Confirmed, named: Entity) -> bool:
    taken = named.body
    return (
        isinstance(taken, Acceptance)
        and matches(pledge, body, named, taken)
        and confirmed.quantity == taken.quantity
        and named.epoch <= confirmed.epoch
    )


def matches(
    pledge: Entity, body: Pledge, acceptance: Entity, taken: Acceptance
) -> bool:
    """Tell whether an acceptance is one of this offer: by its owner, on its terms.

    A half of lower epoch than the event it names does not join (SPEC 7.5).
    """
    return (
        acceptance.coop == body.owner
        and taken.pledge == pledge.id
        and taken.pledger == pledge.coop
        and taken.to == body.to
        and taken.line == body.line
        and taken.unit == body.unit
        and taken.quantity <= body.quantity
        and acceptance.epoch >= pledge.epoch
    )
