"""Coverage: how much of a lead's lines or a project's goal stands (SPEC 11.2)."""

from collections.abc import Iterable

import msgspec

from protocol.joins.commitments import BINDING, Commitment
from protocol.rules.leads import Lead
from protocol.rules.projects import Project
from protocol.state import Entity


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of one line or project: minutes, or minor units of its currency.

    `wanted` is None where a line is open-ended. What is accepted and not yet
    confirmed counts under `accepted` alone, what is only offered under `offered`.
    `overtaken` is the part of `committed` whose acceptance was withdrawn after the
    pledger had confirmed it: the pledger is bound all the same, so it is not missing.
    """

    line: int | None
    unit: str
    wanted: int | None
    offered: int = 0
    accepted: int = 0
    committed: int = 0
    overtaken: int = 0

    @property
    def missing(self) -> int:
        """What is neither committed nor accepted; 0 for an open-ended line."""
        if self.wanted is None:
            return 0
        return max(0, self.wanted - self.committed - self.accepted)


def cover_lead(
    entity: Entity, lead: Lead, commitments: Iterable[Commitment]
) -> list[Cover]:
    """Sum the pledges to a lead up by requirement line, in line order.

    Commitments to something else, or with another taker than its owner, are ignored.
    """
    covers = {
        one.line: Cover(line=one.line, unit="minutes", wanted=one.minutes)
        for one in sorted(lead.terms.requirements, key=lambda one: one.line)
    }
    for commitment in _of(entity, commitments):
        line = commitment.line
        if line is not None and line in covers and commitment.unit == "minutes":
            covers[line] = _add(covers[line], commitment)
    return list(covers.values())


def cover_project(
    entity: Entity, project: Project, commitments: Iterable[Commitment]
) -> Cover:
    """Sum the pledges of money to a project up, in its own currency."""
    cover = Cover(line=None, unit=project.currency, wanted=project.goal)
    for commitment in _of(entity, commitments):
        if commitment.unit == project.currency:
            cover = _add(cover, commitment)
    return cover


def _of(entity: Entity, commitments: Iterable[Commitment]) -> list[Commitment]:
    return [
        one for one in commitments if one.to == entity.id and one.taker == entity.coop
    ]


def _add(cover: Cover, commitment: Commitment) -> Cover:
    quantity = commitment.quantity
    if commitment.standing in BINDING:
        over = quantity if commitment.standing == "overtaken" else 0
        return msgspec.structs.replace(
            cover,
            committed=cover.committed + quantity,
            overtaken=cover.overtaken + over,
        )
    if commitment.standing == "accepted":
        return msgspec.structs.replace(cover, accepted=cover.accepted + quantity)
    if commitment.standing == "offered":
        return msgspec.structs.replace(cover, offered=cover.offered + quantity)
    return cover
