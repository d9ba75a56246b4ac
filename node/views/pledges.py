"""Pledges with what stands between the two co-ops: halves of two logs, joined."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, get_args

import msgspec

from node import money
from node.money import Amount, Price
from node.store.entity_rows import Kind
from node.views import ids, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.paging import Page, beside, cut, pick, pick_among
from protocol import ids as forms
from protocol.joins import commitments
from protocol.joins.commitments import Commitment, Standing
from protocol.rules.acceptances import Answer, answer_id
from protocol.rules.pledges import Pledge
from protocol.state import Entity

STANDINGS: Final[tuple[str, ...]] = get_args(Standing)
#: What a co-op has bound itself to, kept or not: what `commitments` shows.
BOUND: Final = ("committed", "overtaken", "unmatched", "released")

#: In which states of its own log a pledge can stand so (SPEC 11.1).
_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "offered": ("offered",),
    "accepted": ("offered",),
    "declined": ("offered",),
    "committed": ("confirmed",),
    "overtaken": ("confirmed",),
    "unmatched": ("confirmed", "released"),
    "released": ("released",),
    "withdrawn": ("withdrawn",),
}
#: Halves without which a pledge cannot stand so; where none is named, it may.
_HALVES: Final[Mapping[str, Kind]] = {
    "accepted": ("acceptance", "given"),
    "declined": ("answer", "declined"),
    "committed": ("acceptance", "given"),
    "overtaken": ("acceptance", "withdrawn"),
}


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge and how it stands; `related` are the other halves in any log."""

    pledge: Entity
    body: Pledge
    commitment: Commitment
    related: dict[bytes, Entity]


class PledgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge for people.

    `minutes` or `amount` is what the standing is about: what was offered, accepted or
    confirmed; `offered_minutes` or `offered_amount` is the offer; `reason` is why it
    was declined, withdrawn or released.
    """

    id: str
    short: str
    kind: str
    pledger: str
    pledger_name: str
    taker: str
    taker_name: str
    to: str
    to_short: str
    title: str
    line: int | None
    skill: str | None
    starts: datetime.date | None
    ends: datetime.date | None
    rate: Price | None
    minutes: int | None
    amount: Amount | None
    offered_minutes: int | None
    offered_amount: Amount | None
    standing: str
    acceptance: str | None
    reason: str | None
    note: str


async def joined(books: Books, pledges: Iterable[Entity]) -> list[Joined]:
    """Join pledges with what the takers' logs say of them."""
    listed = list(pledges)
    said = await books.state.referring([one.id for one in listed])
    return joined_with(listed, said)


def joined_with(pledges: Iterable[Entity], said: Iterable[Entity]) -> list[Joined]:
    """Join pledges with what refers to them, as far as it is a half of them."""
    listed = [
        (entity, entity.body) for entity in pledges if isinstance(entity.body, Pledge)
    ]
    related: dict[bytes, dict[bytes, Entity]] = {one.id: {} for one, _ in listed}
    for half in said:
        if half.ref is not None and half.family in {"acceptance", "answer"}:
            related[half.ref][half.id] = half
    return [
        Joined(
            pledge=entity,
            body=body,
            commitment=commitments.join(entity, related[entity.id]),
            related=related[entity.id],
        )
        for entity, body in listed
    ]


async def joined_to(books: Books, targets: Sequence[Entity]) -> list[Joined]:
    """Join all pledges to some leads or projects, oldest first.

    A pledge that names another co-op than the owner as the one to answer is nobody's
    to take, so it is left out.
    """
    owners = {target.id: target.coop for target in targets}
    pledges = [
        entity
        for entity in await books.state.referring(owners)
        if isinstance(entity.body, Pledge)
        and entity.body.owner == owners[entity.body.to]
    ]
    return await joined(books, pledges)


async def rows(books: Books, names: Names, listed: Sequence[Joined]) -> list[PledgeRow]:
    """Write joined pledges for people, in the order given."""
    targets = await books.state.many({one.body.to for one in listed})
    titled = await titles.of(books, targets.values())
    short = await ids.shorts(
        books, [value for one in listed for value in (one.pledge.id, one.body.to)]
    )
    notes = await texts.read(
        books,
        [one.body.texts["note"] for one in listed if "note" in one.body.texts],
    )
    return [
        _row(
            one,
            names,
            short,
            title=titled.get(one.body.to, "(not here)"),
            note=texts.prose(notes.get(one.body.texts.get("note", b""), "")),
        )
        for one in listed
    ]


def _row(
    one: Joined, names: Names, short: dict[bytes, str], *, title: str, note: str
) -> PledgeRow:
    body, stands = one.body, one.commitment
    accepted = stands.acceptance
    return PledgeRow(
        id=forms.text("evt", one.pledge.id),
        short=short[one.pledge.id],
        kind="work" if body.unit == "minutes" else "money",
        pledger=forms.text("coop", stands.pledger),
        pledger_name=names.of(stands.pledger),
        taker=forms.text("coop", stands.taker),
        taker_name=names.of(stands.taker),
        to=forms.text("evt", body.to),
        to_short=short[body.to],
        title=title,
        line=body.line,
        skill=body.skill,
        starts=body.starts,
        ends=body.ends,
        rate=money.write_rate(body.rate),
        minutes=_minutes(stands.quantity, body.unit),
        amount=_amount(stands.quantity, body.unit),
        offered_minutes=_minutes(body.quantity, body.unit),
        offered_amount=_amount(body.quantity, body.unit),
        standing=stands.standing,
        acceptance=None if accepted is None else forms.text("evt", accepted),
        reason=_reason(one),
        note=note,
    )


def _reason(one: Joined) -> str | None:
    answer = one.related.get(answer_id(one.body.owner, one.pledge.id))
    if one.commitment.standing == "declined" and answer is not None:
        return answer.body.reason if isinstance(answer.body, Answer) else None
    return one.body.reason


def _minutes(number: int, unit: str) -> int | None:
    return number if unit == "minutes" else None


def _amount(number: int, unit: str) -> Amount | None:
    return None if unit == "minutes" else money.write(number, unit)


async def listed(
    books: Books,
    *,
    to: bytes | None = None,
    pledger: bytes | None = None,
    taker: bytes | None = None,
    party: bytes | None = None,
    standing: Collection[str] = (),
    among: Collection[bytes] | None = None,
    page: Page,
) -> list[Joined]:
    """Join a page of pledges, newest last.

    `to` is a lead or project, `pledger` who made them, `taker` who answers them,
    `party` either of the two, `standing` how they stand; what is not given does not
    narrow it down. among: ids of all that can stand so, where they are known.
    """

    def narrowed(found: Iterable[Joined]) -> list[Joined]:
        return [
            one
            for one in found
            if pledger in {None, one.pledge.coop}
            and taker in {None, one.body.owner}
            and party in {None, one.pledge.coop, one.body.owner}
            and (not standing or one.commitment.standing in standing)
        ]

    async def keep(found: list[Entity]) -> list[Joined]:
        return narrowed(await joined(books, found))

    if to is not None:
        joint = await joined_to(books, list((await books.state.many([to])).values()))
        by_id = {one.pledge.id: one for one in narrowed(joint)}
        return cut([by_id[one] for one in await beside(books, by_id, page)], page)
    if among is None:
        return await pick(
            books,
            "pledge",
            keep,
            page,
            states=sorted({state for one in standing for state in _STATES[one]}),
            coop=pledger,
            naming=taker,
            party=party,
            having=_halves(standing),
        )
    return await pick_among(books, among, keep, page)


def _halves(standing: Collection[str]) -> list[Kind]:
    """Say which halves one of these standings cannot do without; none if it can."""
    if not all(one in _HALVES for one in standing):
        return []
    return sorted({_HALVES[one] for one in standing})
