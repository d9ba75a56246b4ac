"""Awards and the contracts made of them: OCDS 1.1 `awards[]`, `contracts[]`.

A contract names its award (`awardID`) and adds to it what the award left open. One
that names none stands for an award of its own: there was a choice, whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from node.exchange.codelists import AwardStatus
from node.exchange.notice import Award

if TYPE_CHECKING:
    from node.exchange.parties import Parties
    from node.exchange.place import Place

CANCELLED_BY_TAG: Final = "awardCancellation"
NOT_SIGNED: Final = "cancelled"
"""Codelist `contractStatus`: of this one alone nothing follows for the award."""


def read_awards(release: Place, parties: Parties) -> tuple[Award, ...]:
    """Return the awards of a release, each id once."""
    cancelled = CANCELLED_BY_TAG in release.words("tag")
    awards: dict[str, Award] = {}
    for number, place in enumerate(release.children("awards"), start=1):
        award = _award(place, parties, number, cancelled=cancelled)
        if award.id in awards:
            # Public Contracts Scotland does so for awards that differ.
            place.note("id", "used twice; told apart by its position")
            award = replace(award, id=f"{award.id[:90]}#{number}")
        awards[award.id] = award
    for number, place in enumerate(release.children("contracts"), start=1):
        contract = _contract(place, number)
        known = awards.get(contract.id)
        awards[contract.id] = contract if known is None else _complete(known, contract)
    return _with_suppliers(tuple(awards.values()), parties)


def _award(place: Place, parties: Parties, number: int, *, cancelled: bool) -> Award:
    status = place.choice("status", AwardStatus)
    if status is None and cancelled:
        status = AwardStatus.CANCELLED
    return Award(
        id=place.word("id") or f"award-{number}",
        title=_title(place),
        status=status,
        suppliers=_suppliers(place, parties),
        lots=place.words("relatedLots") or place.words("relatedLot"),
        value=place.money("value"),
        date=place.date("date"),
        period=place.period("contractPeriod"),
    )


def _title(place: Place) -> str | None:
    return next(filter(None, map(place.line, place.spoken("title"))), None)


def _suppliers(place: Place, parties: Parties) -> tuple[str, ...]:
    names = []
    for supplier in place.children("suppliers"):
        name = parties.name(supplier)
        if name is None:
            supplier.note("name", "a supplier without a name")
        else:
            names.append(name)
    return tuple(dict.fromkeys(names))


def _contract(place: Place, number: int) -> Award:
    """Return what a contract says of its award."""
    award_id = place.word("awardID")
    signed = place.raw("status") != NOT_SIGNED
    return Award(
        id=award_id or place.word("id") or f"contract-{number}",
        title=None if award_id else place.line("title"),
        status=AwardStatus.ACTIVE if signed else None,
        value=place.money("value"),
        date=None if award_id else place.date("dateSigned"),
        period=place.period("period"),
    )


def _complete(award: Award, contract: Award) -> Award:
    return replace(
        award,
        status=award.status or contract.status,
        value=award.value or contract.value,
        period=award.period or contract.period,
    )


def _with_suppliers(awards: tuple[Award, ...], parties: Parties) -> tuple[Award, ...]:
    """Fill in who won where there is one award, and only the parties say who."""
    suppliers = parties.in_role("supplier")
    if len(awards) != 1 or awards[0].suppliers or not suppliers:
        return awards
    return (replace(awards[0], suppliers=suppliers),)
