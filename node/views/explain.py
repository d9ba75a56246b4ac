"""Explain anything by its id: what it is, what counts of it and why, what it did.

An id is looked for among the entities first, then among the newest events of every
log. How far was searched is part of the answer, since a node can hold millions.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, cast

import msgspec

from node.errors import UserFault
from node.views import (
    agreements,
    bids,
    handovers,
    ids,
    logs,
    mentioned,
    outcomes,
    pledges,
    sealed,
    texts,
    titles,
    trade_explained,
)
from node.views.books import Books
from node.views.coverage import of as covered
from node.views.logs import LogRow, Placed
from node.views.names import Names
from node.views.short import bounds, brief
from protocol import fold
from protocol import ids as forms
from protocol.canonical import ENCODER
from protocol.fold import Reading
from protocol.joins.coverage import Cover
from protocol.kinds.bids import EstimateReviewed
from protocol.kinds.decisions import BallotCast
from protocol.kinds.interests import InterestSet
from protocol.kinds.profiles import ProfileSet, WishSet
from protocol.kinds.rounds import ProjectEntered, VetoCast
from protocol.kinds.sealed import SEALED
from protocol.rules.acceptances import Acceptance, Answer
from protocol.rules.closing import CLOSABLE
from protocol.rules.decisions import ballot_id
from protocol.rules.entries import entry_id, veto_id
from protocol.rules.interests import interest_id
from protocol.rules.leads import Lead
from protocol.rules.profiles import profile_id, wish_id
from protocol.rules.projects import Project
from protocol.rules.reviews import review_id
from protocol.state import Entity

#: Events looked through for one id, over all logs; half a second of hashing.
SEARCHED: Final = 100_000
#: Events of one log looked through for what touched an entity.
HISTORY: Final = 100_000
#: Lines of history shown, the newest.
SHOWN: Final = 100


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text by role; without words where it has not arrived."""

    role: str
    words: str | None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """An event or an entity, put in words.

    `what` is "event", or the family of an entity. `event` says which event it is, or
    opened the entity. `did` is what the event did, `history` the events of the owner's
    log that touched the entity, `joins` what other logs make of it, `named` what the
    ids in all of that stand for. `complete` is False where the log is longer than what
    was looked through.
    """

    what: str
    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str | None
    event: LogRow | None
    did: list[str]
    joins: list[str]
    named: list[str]
    texts: list[Text]
    history: list[LogRow]
    complete: bool


async def explain(books: Books, names: Names, written: str) -> Explained:
    """Explain what an id names; raises `UserFault` for none or several."""
    if written.strip().lower().startswith("coop_"):
        coop = ids.find_coop(books, names, written, "id")
        return await _entity(books, names, await _profile(books, names, coop))
    low, high = bounds(ids.tail_of("evt", written, "id"))
    entities = await books.state.prefixed(low, high, ids.ALL_FAMILIES, ids.NAMED + 1)
    events = [] if len(entities) == 1 else await _events(books, low, high)
    named = {entity.id for entity in entities}
    others = [one for one in events if one.id not in named]
    if len(entities) + len(others) > 1:
        raise await _several(books, written, entities, others)
    if entities:
        return await _entity(books, names, entities[0])
    if others:
        return await _event(books, names, others[0])
    raise UserFault(
        code="id-unknown",
        detail=f"id: nothing here has an id that starts with {written}.",
        way_out=f"Looked through: all entities, and the newest {SEARCHED} events."
        " `wortley log show` lists events; what a peer has may still be on its way.",
        field="id",
        expected="the beginning of an id that is held here",
        example="evt_k3fw72qa",
    )


async def _profile(books: Books, names: Names, coop: bytes) -> Entity:
    entity = await books.state.get(profile_id(coop))
    if entity is not None:
        return entity
    raise UserFault(
        code="profile-none",
        detail=f"id: {names.of(coop)} has published nothing about itself yet.",
        way_out="`wortley members` says how far its membership is.",
        field="id",
    )


async def _events(books: Books, low: bytes, high: bytes) -> list[Placed]:
    """Search the newest events of all logs, a batch of each log in turn."""
    turns = [logs.backward(books, held) for held in list(books.log.chains.values())]
    found: list[Placed] = []
    left = SEARCHED
    while turns and left > 0 and len(found) <= ids.NAMED:
        going = []
        for turn in turns:
            batch = await anext(turn, None)
            if batch is None:
                continue
            going.append(turn)
            left -= len(batch)
            found.extend(one for one in batch if low <= one.id <= high)
        turns = going
    for turn in turns:
        await turn.aclose()
    return found


async def _several(
    books: Books, written: str, entities: Sequence[Entity], events: Sequence[Placed]
) -> UserFault:
    titled = await titles.of(books, entities)
    every = [*(one.id for one in entities), *(one.id for one in events)]
    candidates = [
        (forms.text("evt", one.id), f"{titles.CALLED[one.family]}: {titled[one.id]}")
        for one in entities
    ]
    for placed in events:
        kind = logs.envelope(placed.data).kind
        candidates.append((forms.text("evt", placed.id), kind))
    example = brief("evt", every[0])
    return ids.ambiguous(written, "id", candidates, example=example)


# --- an entity ----------------------------------------------------------------------


async def _entity(books: Books, names: Names, entity: Entity) -> Explained:
    title = (await titles.of(books, [entity]))[entity.id]
    touched = await _history(books, entity)
    history = await logs.rows(books, names, touched[-SHOWN:])
    short = await ids.shorts(books, [entity.id])
    stands = await agreements.standings(books, [entity])
    wanted = forms.text("evt", entity.id)
    return Explained(
        what=entity.family,
        id=wanted,
        short=short[entity.id],
        coop=forms.text("coop", entity.coop),
        name=names.of(entity.coop),
        title=title,
        state=stands.get(entity.id, entity.state),
        event=next((row for row in history if row.id == wanted), None),
        did=[],
        joins=await _joins(books, names, entity),
        named=await mentioned.sentences(
            books, names, map(logs.read, touched[-SHOWN:]), [entity.id]
        ),
        texts=await _texts(books, titles.texts_of(entity.body)),
        history=history,
        complete=len(touched) <= SHOWN and logs.length(books, entity.coop) <= HISTORY,
    )


async def _history(books: Books, entity: Entity) -> list[Placed]:
    """Find the events of its own log that touched an entity, in order."""
    needles = _needles(entity)
    # The event that opened it has its id, and no event names its own: its time tells
    # in which runs it may stand.
    lived = (await books.state.times([entity.id])).get(entity.id)
    told = [*needles, *([ENCODER.encode(lived.first)] if lived else [])]
    found = await _touching(books, entity, needles, told)
    if needles == [entity.id] and all(one.id != entity.id for one in found):
        # It claims a time so far ahead that another is kept: every run is looked into.
        found = await _touching(books, entity, needles, [])
    return found


async def _touching(
    books: Books, entity: Entity, needles: Sequence[bytes], told: Sequence[bytes]
) -> list[Placed]:
    return [
        one
        async for batch in logs.newest(books, entity.coop, HISTORY, needles=told)
        for one in logs.touching(batch, needles)
        if _touches(one, entity)
    ]


def _needles(entity: Entity) -> list[bytes]:
    """Say what stands in the bytes of an event that touches an entity."""
    body = entity.body
    if (named := _NAMED.get(entity.family)) is not None:
        return [cast("bytes", getattr(body, named))]
    if isinstance(body, Answer):
        return [body.pledge, *([body.acceptance] if body.acceptance else [])]
    if entity.family in _OF_ANOTHER and entity.ref is not None:
        return [entity.ref]
    if (on := trade_explained.answered(body)) is not None:
        return [on]
    return [_SETS.get(entity.family, "").encode() or entity.id]


#: Entities whose id no event names, and the kind of event that sets them.
_SETS: Final = {"profile": "profile.set", "wish": "wish.set"}
#: Entities whose id no event names, but that of the other log's that they are about.
_OF_ANOTHER: Final = frozenset({"interest", "takeover", "review", "signature"})


#: Entities whose id no event names, and the part of them that names what they are on.
_NAMED: Final = {
    "ballot": "decision",
    "entry": "project",
    "veto": "project",
    "spending": "allotment",
}
#: How the events of those begin.
_BEGIN: Final = {
    "ballot": ("ballot.",),
    "entry": ("project.entered", "project.left"),
    "veto": ("veto.",),
    "spending": ("pledge.",),
}


def _touches(one: Placed, entity: Entity) -> bool:
    if entity.family in _BEGIN:
        return logs.envelope(one.data).kind.startswith(_BEGIN[entity.family])
    if entity.family not in _SETS and entity.family not in _OF_ANOTHER:
        return True
    reading = fold.read(one.coop, one.seq, one.id, one.data)
    return entity.id in {*reading.reads(), *set_by(reading)}


def set_by(reading: Reading) -> list[bytes]:
    """Name the entity with a derived id that an event sets."""
    match reading.body:
        case ProfileSet():
            return [profile_id(reading.at.coop)]
        case WishSet(starts=starts):
            return [wish_id(reading.at.coop, starts)]
        case InterestSet(lead=lead):
            return [interest_id(reading.at.coop, lead)]
        case EstimateReviewed(bid=bid, lot=lot):
            return [review_id(reading.at.coop, bid, lot)]
        case BallotCast() | ProjectEntered() | VetoCast():
            return [_said_to_close(reading.at.coop, reading.body)]
        case _:
            return trade_explained.set_by(reading.at.coop, reading.body)


def _said_to_close(coop: bytes, body: BallotCast | ProjectEntered | VetoCast) -> bytes:
    match body:
        case BallotCast(decision=decision):
            return ballot_id(coop, decision)
        case ProjectEntered(round=name, project=project):
            return entry_id(coop, name, project)
        case VetoCast(round=name, project=project):
            return veto_id(coop, name, project)


async def _texts(books: Books, commitments: Mapping[str, bytes]) -> list[Text]:
    words = await texts.of_roles(books, commitments)
    return [
        Text(role=role, words=words.get(role)) for role in commitments if role != SEALED
    ]


# --- joins --------------------------------------------------------------------------


async def _joins(books: Books, names: Names, entity: Entity) -> list[str]:
    body = entity.body
    if isinstance(body, Lead | Project):
        covers, _ = (await covered(books, [entity]))[entity.id]
        return [_cover(cover) for cover in covers]
    if entity.family == "pledge":
        return await _standing(books, names, entity)
    if isinstance(body, Acceptance | Answer):
        pledge = await books.state.get(body.pledge)
        if pledge is None or pledge.family != "pledge":
            return ["The pledge that it answers is not here."]
        return await _standing(books, names, pledge)
    explained = _EXPLAINED.get(entity.family)
    if explained is not None:
        return await explained(books, names, entity)
    return await trade_explained.joins(books, names, entity)


#: Family -> what says how it stands, from either half.
_EXPLAINED: Final[dict[str, Callable[[Books, Names, Entity], Awaitable[list[str]]]]] = {
    **dict.fromkeys(CLOSABLE, outcomes.sentences),
    "handover": handovers.explained,
    "takeover": handovers.explained,
    "bid": bids.explained,
    "review": bids.explained,
    "agreement": agreements.explained,
    "signature": agreements.explained,
    "sealed": sealed.explained,
}


async def _standing(books: Books, names: Names, pledge: Entity) -> list[str]:
    (one,) = await pledges.joined(books, [pledge])
    found = [_stands(names, one)]
    for half in one.related.values():
        if half.family == "answer" and half.coop == one.body.owner:
            words = await texts.of_roles(books, titles.texts_of(half.body))
            if note := words.get("note"):
                found.append(f"{names.of(half.coop)}: {note}")
    return found


def _cover(cover: Cover) -> str:
    def write(number: int) -> str:
        return titles.quantity(number, cover.unit)

    what = "The goal" if cover.line is None else f"Line {cover.line}"
    wanted = "open-ended" if cover.wanted is None else write(cover.wanted)
    over = f" ({write(cover.overtaken)} of it overtaken)" if cover.overtaken else ""
    return (
        f"{what}: {wanted}; {write(cover.committed)} committed{over},"
        f" {write(cover.accepted)} accepted, {write(cover.offered)} offered,"
        f" {write(cover.missing)} missing."
    )


_STANDS: Final[dict[str, str]] = {
    "offered": "{pledger} offers {quantity}; {taker} has not answered.",
    "accepted": "{taker} has accepted {quantity}; {pledger} has not confirmed it yet.",
    "declined": "{taker} has declined it.",
    "committed": "{taker} has accepted and {pledger} has confirmed {quantity}.",
    "overtaken": "{pledger} has confirmed {quantity}, but {taker} withdrew its"
    " acceptance. It counts as committed until {pledger} releases it.",
    "unmatched": "{pledger} has confirmed {quantity}, but no acceptance of {taker} that"
    " matches is here.",
    "released": "{pledger} has released {quantity} that {taker} had accepted.",
    "withdrawn": "{pledger} has withdrawn it.",
}


def _stands(names: Names, one: pledges.Joined) -> str:
    stands = one.commitment
    sentence = _STANDS[stands.standing].format(
        pledger=names.of(stands.pledger),
        taker=names.of(stands.taker),
        quantity=titles.quantity(stands.quantity, stands.unit),
    )
    return f"{sentence} ({stands.standing})"


# --- an event -----------------------------------------------------------------------


async def _event(books: Books, names: Names, one: Placed) -> Explained:
    """Explain an event that opened no entity."""
    (row,) = await logs.rows(books, names, [one])
    reading = fold.read(one.coop, one.seq, one.id, one.data)
    commitments = {ref.role: ref.commitment for ref in reading.at.texts}
    did, told = [], list[bytes]()
    if row.verdict == "in force":
        did, told = await _did(books, reading), [*reading.reads(), *set_by(reading)]
    return Explained(
        what="event",
        id=row.id,
        short=row.short,
        coop=forms.text("coop", one.coop),
        name=names.of(one.coop),
        title=row.line,
        state=None,
        event=row,
        did=did,
        joins=[],
        named=await mentioned.sentences(books, names, [reading], told),
        texts=await _texts(books, commitments),
        history=[],
        complete=True,
    )


async def _did(books: Books, reading: Reading) -> list[str]:
    """Say on what an event acted, and how that stands now."""
    coop = reading.at.coop
    touched = await books.state.many([*reading.reads(), *set_by(reading)])
    own = [
        entity
        for entity in touched.values()
        if entity.coop == coop and entity.family not in {"answer", "spending"}
    ]
    titled = await titles.of(books, own)
    stands = await agreements.standings(books, own)
    found = [
        f"It changed the {mentioned.called(entity, titled[entity.id])},"
        f" {brief('evt', entity.id)}, which is"
        f" {stands.get(entity.id, entity.state)} now."
        for entity in own
    ]
    return found or ["It changed no entity."]
