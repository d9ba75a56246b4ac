"""What a closing comes to: logs read up to its cut, and no further (SPEC 11.20).

    closing event ─▶ its cut ─▶ a walk to each position ─▶ entities ─▶ the result

Of the steward's own log all before the closing event counts, of another all up to its
position, of a log that the cut does not name nothing. Proofs, cut-offs and whatever
stands beyond are not looked at. So the result is fixed by bytes that hash to the ids in
the roster and in the cut, and nothing that arrives later changes it. A round looks at
the results of what was closed before it, too: these are fixed as well, and in order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from protocol.ids import CoopId
from protocol.joins import decisions, rounds
from protocol.joins.decisions import DecisionResult
from protocol.joins.rounds import RoundResult
from protocol.kinds.closing import Position
from protocol.kinds.decisions import DecisionClosed
from protocol.kinds.rounds import RoundClosed
from protocol.log import Place
from protocol.roster.chain import Closed, Member, Roster
from protocol.roster.change import Charter
from protocol.rules.closing import Closing, Seen
from protocol.rules.decisions import Decision
from protocol.rules.rounds import Round
from protocol.state import Entity
from protocol.walks import Span

#: The families that results are computed from, or that their rules look at. Whatever
#: else is in a log changes none of these, so a fold for a closing may let it go.
FAMILIES: Final = frozenset(
    {
        *("decision", "ballot", "closing", "seen"),
        *("round", "allotment", "entry", "veto", "pledge", "project"),
        *("fund", "spending"),
    }
)
#: What co-ops say to something that is closed; each points to it.
SAID: Final = frozenset({"ballot", "entry", "veto", "pledge"})

Result = DecisionResult | RoundResult
#: A closing: its steward, its event.
Key = tuple[bytes, bytes]
#: Log -> the places of it that count.
Walks = Mapping[bytes, Sequence[Span]]


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A result for good, of what.

    `contested` names the logs of which the cut leaves something out that the steward
    had acknowledged before.
    """

    of: bytes
    contested: tuple[bytes, ...] = ()
    result: Result


def cut_of(body: msgspec.Struct | None) -> tuple[Position, ...] | None:
    """Give the cut of a closing event; None for an event that closes nothing."""
    return body.cut if isinstance(body, DecisionClosed | RoundClosed) else None


def place_of(position: Position) -> Place:
    """Give where in its log a position is."""
    return Place(position.incarnation, position.seq, position.id)


def epochs_of(roster: Roster, closed: Closed) -> dict[int, bytes] | None:
    """Give the blocks that count as epochs for a closing: all before its own.

    None where the program does not have their rules, and so cannot tell.
    """
    epochs = roster.epochs()
    if len(epochs) < closed.number:
        return None
    return {at: epochs[at] for at in range(closed.number)}


def settle(
    event: bytes,
    entities: Mapping[bytes, Entity],
    walks: Walks,
    closed: Closed,
    before: Iterable[Settled],
) -> Settled | None:
    """Compute what a closing event comes to; None where it is void and so nothing.

    `entities` are those of the logs in `walks`, folded so far, by id; `before` is what
    `earlier` gives, and is looked at for a round alone.
    """
    closing = entities.get(event)
    if closing is None or not isinstance(closing.body, Closing):
        return None
    target = entities[closing.body.of]
    result = compute(
        target,
        entities.values(),
        members=closed.members,
        charter=closed.charter,
        before=before,
    )
    contested = left_out(target.id, closing.coop, entities.values(), walks)
    return Settled(of=target.id, contested=contested, result=result)


def compute(
    target: Entity,
    entities: Iterable[Entity],
    *,
    members: Mapping[CoopId, Member],
    charter: Charter,
    before: Iterable[Settled],
) -> Result:
    """Compute a result from entities: of a cut, or of today for "what if".

    `before`: the results of what was closed before, each in its first closing.
    """
    if isinstance(target.body, Decision):
        return decisions.decide(target, entities, members=members, charter=charter)
    if isinstance(target.body, Round):
        results = [one.result for one in before if one.of != target.id]
        given = rounds.given(one for one in results if isinstance(one, RoundResult))
        return rounds.fund(target, entities, members=members, before=given)
    raise TypeError(f"a {target.family} is not closed by a cut")


def left_out(
    of: bytes, steward: bytes, entities: Iterable[Entity], walks: Walks
) -> tuple[bytes, ...]:
    """Name the logs of which the steward had acknowledged more than counts."""
    found: set[bytes] = set()
    for entity in entities:
        body = entity.body
        if isinstance(body, Seen) and body.of == of and entity.coop == steward:
            found.update(
                one.coop for one in body.seen if not _counts(one, walks.get(one.coop))
            )
    return tuple(sorted(found))


def _counts(position: Position, spans: Sequence[Span] | None) -> bool:
    return any(
        span.incarnation == position.incarnation
        and span.first <= position.seq <= span.last
        for span in spans or ()
    )


def order(roster: Roster, key: Key | None = None) -> list[Key]:
    """Give the closings that the roster carries, in order; with one, those before it.

    By block, then by event; two stewards may have one event of the same id, if both
    copied it.
    """
    closed = roster.closed.items()
    listed = sorted((one.number, event, coop) for (coop, event), one in closed)
    keys: list[Key] = [(coop, event) for _, event, coop in listed]
    return keys if key is None else keys[: keys.index(key)]


def earlier(
    roster: Roster, settled: Mapping[Key, Settled | None], key: Key | None = None
) -> list[Settled] | None:
    """Give the results of all that was closed before a closing, or by now.

    Each once, as its first closing has it. None where one of them is not here yet.
    """
    found: dict[bytes, Settled] = {}
    for at in order(roster, key):
        if at not in settled:
            return None
        one = settled[at]
        if one is not None:
            found.setdefault(one.of, one)
    return list(found.values())


def standing(
    of: Entity,
    roster: Roster,
    settled: Mapping[Key, Settled | None],
) -> Settled | None:
    """Give the result of something: that of its first closing in the roster.

    `settled` has by co-op and event what is computed already, None for a closing that
    is void. Where an earlier one of the same steward is not, it may be that one's.
    """
    found = final(of, roster, settled)
    return None if found is None else found[1]


def final(
    of: Entity,
    roster: Roster,
    settled: Mapping[Key, Settled | None],
) -> tuple[int, Settled] | None:
    """Give the result of something, and the number of the block that carries it."""
    closings = sorted(
        (closed.number, event)
        for (coop, event), closed in roster.closed.items()
        if coop == of.coop
    )
    for number, event in closings:
        if (of.coop, event) not in settled:
            return None
        found = settled[of.coop, event]
        if found is not None and found.of == of.id:
            return number, found
    return None
