"""Decisions: what is asked, who has said what, and what it comes to."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from node.views import closings, ids, texts, titles
from node.views.books import Books
from node.views.closings import Standing
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.decisions import DecisionResult
from protocol.rules.decisions import Ballot, Decision
from protocol.state import Entity

#: Outcome -> what is said of it while a decision is open, were it closed now.
WOULD: Final[Mapping[str, str]] = {
    "passed": "would pass",
    "blocked": "would be blocked",
    "lapsed": "would lapse",
}


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision in a list. `outcome` is for good where `standing` is "final".

    The weights are votes, one of each co-op or one of each of its people.
    """

    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str
    standing: str
    outcome: str
    why: str
    rule: str
    basis: str
    quorum_percent: int
    opens: datetime.date
    closes: datetime.date
    agree: int
    abstain: int
    disagree: int
    block: int
    total: int


class BallotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A co-op's ballot. `weight` is 0 where it does not count; `ignored` says why."""

    coop: str
    name: str
    stance: str
    weight: int
    ignored: str
    reason: str


class DecisionPage(DecisionRow, frozen=True, kw_only=True):
    """All there is to say of one decision.

    `contested` names co-ops of which the closing leaves out what was acknowledged;
    `unlike_charter` is what counts otherwise here than the charter says today.
    """

    version: str
    about: str | None
    proposal: str
    link: str
    ballots: list[BallotRow]
    contested: list[str]
    unlike_charter: list[str]


async def rows(
    books: Books, names: Names, *, states: Sequence[str] = (), coop: bytes | None = None
) -> list[DecisionRow]:
    """List decisions, the oldest first."""
    return [
        _row(
            one.entity,
            one.stands,
            name=names.of(one.entity.coop),
            short=one.short,
            title=one.title,
        )
        for one in await closings.listed(books, "decision", states=states, coop=coop)
    ]


def _row(
    entity: Entity, stands: Standing, *, name: str, short: str, title: str
) -> DecisionRow:
    body, result = _both(entity, stands)
    return DecisionRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        title=title,
        state=entity.state,
        standing=stands.standing,
        outcome=result.outcome,
        why=result.why,
        rule=body.rule,
        basis=body.basis,
        quorum_percent=body.quorum,
        opens=body.opens,
        closes=body.closes,
        agree=result.weight("agree"),
        abstain=result.weight("abstain"),
        disagree=result.weight("disagree"),
        block=result.weight("block"),
        total=result.total,
    )


def _both(entity: Entity, stands: Standing) -> tuple[Decision, DecisionResult]:
    body, result = entity.body, stands.result
    if not isinstance(body, Decision) or not isinstance(result, DecisionResult):
        raise TypeError(f"a decision is shown, not a {entity.family}")
    return body, result


async def page(books: Books, names: Names, entity: Entity) -> DecisionPage:
    """Show one decision with the ballots on it."""
    stands = await closings.of(books, entity)
    body, result = _both(entity, stands)
    words = await texts.of_roles(books, body.texts)
    short = await ids.shorts(books, [entity.id])
    row = _row(
        entity,
        stands,
        name=names.of(entity.coop),
        short=short[entity.id],
        title=words.get("title") or titles.NO_TITLE,
    )
    return DecisionPage(
        **msgspec.structs.asdict(row),
        version=forms.text("evt", result.version),
        about=None if body.about is None else forms.text("evt", body.about),
        proposal=words.get("proposal", ""),
        link=words.get("link", ""),
        ballots=await _ballots(books, names, entity, result),
        contested=closings.contested(names, stands),
        unlike_charter=_unlike(books, body),
    )


async def _ballots(
    books: Books, names: Names, entity: Entity, result: DecisionResult
) -> list[BallotRow]:
    cast = {
        one.coop: one.body
        for one in await books.state.referring([entity.id])
        if isinstance(one.body, Ballot)
    }
    said = await texts.read(
        books, [one.texts["reason"] for one in cast.values() if "reason" in one.texts]
    )

    def row(coop: bytes, stance: str, weight: int, ignored: str) -> BallotRow:
        ballot = cast.get(coop)
        # The reason of today belongs to another stance where that was changed since.
        same = ballot is not None and ballot.stance == stance
        reason = ballot.texts.get("reason", b"") if same and ballot else b""
        return BallotRow(
            coop=forms.text("coop", coop),
            name=names.of(coop),
            stance=stance,
            weight=weight,
            ignored=ignored,
            reason=texts.prose(said.get(reason, "")),
        )

    counted = [row(one.coop, one.stance, one.weight, "") for one in result.votes]
    aside = [
        row(one.coop, cast[one.coop].stance if one.coop in cast else "", 0, one.why)
        for one in result.ignored
    ]
    return sorted([*counted, *aside], key=lambda one: (one.name.casefold(), one.coop))


def _unlike(books: Books, body: Decision) -> list[str]:
    charter = books.roster.charter
    pairs = (
        ("rule", body.rule, charter.decision),
        ("basis", body.basis, charter.basis),
        ("quorum", body.quorum, charter.quorum_percent),
    )
    return [
        f"{what} {here}, not {usual} as in the charter"
        for what, here, usual in pairs
        if here != usual
    ]
