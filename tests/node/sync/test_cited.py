"""Places that closings name and no log will bring: fetched, proved, and nothing else.

Birch votes on Alba's decision and then signs its log twice. Whoever hears of that while
the log comes in, or holds the other side, comes to the same result as the others.
"""

import itertools
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import pytest

from node.sides import Gap
from node.sync import cited
from node.sync.exchange import Exchange
from protocol import canonical, equivocation, limits
from protocol.citing import Cite, Stretch
from protocol.equivocation import Proof
from protocol.errors import Malformed
from protocol.event import identify
from protocol.ids import EventId
from protocol.log import Place as At
from protocol.log import Run, ids_after
from protocol.roster.change import Close
from protocol.roster.gossip import ProofObject, write
from tests.node.commands.nodes import Coop, Place, network, runs_of, share
from tests.node.commands.test_closing import (
    block_of,
    electors,
    objects,
    reopened,
    standing,
)
from tests.node.commands.test_decisions import opened, vote
from tests.node.sync.direct import Line
from tests.node.sync.test_late import joins, meets

_CITED: Final = "/sync/v1/cited"
_STRETCH: Final = msgspec.msgpack.Decoder(Stretch | None)


@pytest.fixture
async def three(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[Coop]:
    # Two events a run: so that logs come in pieces, and sides in several stretches.
    monkeypatch.setattr(limits, "RUN_EVENTS", 2)
    return await network(place, "Alba", "Birch", "Cedar")


async def closed(three: list[Coop], leads: int = 5) -> str:
    """Have a decision closed to which Birch has said much before and after."""
    alba, birch, _ = three
    decision = await opened(alba)
    await share(three)
    for number in range(leads):
        await birch.ask("lead.open", title=f"Lead {number}")
    await vote(three, decision, "agree", "agree", "disagree")
    await alba.ask("decision.close", decision=decision, early=True)
    await share(three)
    assert await standing(alba, decision) == "final"
    return decision


async def twin_at(coop: Coop, seq: int) -> tuple[Run, Proof]:
    """Sign a place of a log once more, as a copy of its node would."""
    node = coop.node
    (held,) = node.log.of_coop(node.coop)
    found = await node.log.read_run(held, seq, events=1)
    assert found is not None
    run, before = found
    event = canonical.decode(run.events[0], most=limits.EVENT_BYTES)
    assert isinstance(event, list)
    event[1] = 1
    data = canonical.encode(event)
    other = identify(before, data)
    signature = node.signer.sign_head(held.chain, seq, other)
    twin = Run(chain=held.chain, first=seq, events=(data,), signature=signature)
    ours = tuple(ids_after(before, run.events))
    sides = [
        equivocation.side_of(run, ours, seq),
        equivocation.side_of(twin, (other,), seq),
    ]
    return twin, equivocation.make(held.chain, seq, *sides)


async def proves(proof: Proof, *to: Coop) -> None:
    for coop in to:
        await coop.node.register.take_objects([write(ProofObject(proof))])


def last_of(coop: Coop) -> int:
    (held,) = coop.node.log.of_coop(coop.node.coop)
    return held.last


async def takes(taker: Coop, *runs: Run) -> None:
    assert (await taker.node.ingest.take(list(runs))).refused == []


async def fetches(one: Coop, other: Coop) -> bool:
    """Have a node ask another one for what closings need."""
    line = Line(one.node, Exchange(other.node))
    return await cited.Round().fetch(one.node, line.client())


async def up_to(giver: Coop, taker: Coop, of: Coop, last: int) -> None:
    """Carry a log as far as a place."""
    (held,) = giver.node.log.of_coop(of.node.coop)
    first = 1
    while (found := await giver.node.log.read_run(held, first, events=1)) is not None:
        run, _ = found
        if run.last > last:
            break
        await taker.node.ingest.take([run])
        first = run.last + 1


async def all_but(giver: Coop, taker: Coop, of: Coop) -> None:
    runs = [
        run
        for run in await runs_of(giver.node, taker.node)
        if run.chain.coop != of.node.coop
    ]
    await takes(taker, *runs)


def settled(coop: Coop) -> object:
    return coop.node.state.closings.settled


async def alike(one: Coop, other: Coop) -> None:
    """Both hold the same, count the same, and close the same."""
    first, second = [await each.node.ingest.standing() for each in (one, other)]
    assert first == second
    assert first[1] is not None
    assert settled(one) == settled(other) != {}


#: What a newcomer gets of Birch's log before the proof: up to where, the other side?
BEFORE: Final = {
    "the proof first": (0, False),
    "a part of the log, then the proof": (2, False),
    "the log up to the place, then the proof": (4, False),
    "the other side, then the proof": (4, True),
    "all of the log, then the proof": (99, False),
}
#: Which place was signed twice, in a log of seven: the first one closes it.
PLACES: Final = {"a place in the middle": 5, "the first place": 1}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("before", BEFORE)
async def test_whatever_came_before_the_proof_the_result_is_the_same(
    place: Place, three: list[Coop], before: str, where: str
) -> None:
    alba, birch, cedar = three
    decision = await closed(three)
    seq = PLACES[where]
    assert seq < last_of(birch)
    twin, proof = await twin_at(birch, seq)
    dune = await joins(place, "Dune", alba)
    await proves(proof, alba, cedar)
    upto, other = BEFORE[before]
    await up_to(cedar, dune, birch, min(upto, seq - 1 if other else upto))
    if other:
        await takes(dune, twin)
    await proves(proof, dune)
    await all_but(cedar, dune, birch)
    for _ in range(2):
        await meets(dune, cedar)
    await alike(dune, cedar)
    assert await standing(dune, decision) == "final"
    # It hands on what it was given, to who comes after it.
    elm = await joins(place, "Elm", alba)
    for _ in range(2):
        await meets(elm, dune)
    await alike(elm, cedar)


async def test_any_order_of_logs_proofs_and_closes_gives_the_same(
    place: Place, three: list[Coop]
) -> None:
    alba, birch, cedar = three
    await closed(three)
    twin, proof = await twin_at(birch, 5)
    later = await twin_at(birch, 7)
    await proves(proof, alba, cedar)
    steps: dict[str, Callable[[Coop], Awaitable[None]]] = {
        "the roster": lambda one: objects(alba, one),
        "the proof": lambda one: proves(proof, one),
        "a proof further on": lambda one: proves(later[1], one),
        "the other side": lambda one: twin_to(one, twin),
        "the log, in part": lambda one: up_to(cedar, one, birch, 4),
        "the log": lambda one: up_to(cedar, one, birch, 99),
        "other logs": lambda one: all_but(cedar, one, birch),
    }
    # A dozen of all 5040, far from each other.
    for number, order in enumerate([*itertools.permutations(steps)][::419]):
        dune = await joins(place, f"Dune{number}", alba)
        for name in order:
            await steps[name](dune)
        for _ in range(2):
            await meets(dune, cedar)
        await objects(alba, cedar)
        await meets(dune, cedar)
        await alike(dune, cedar)


async def twin_to(taker: Coop, twin: Run) -> None:
    """Bring the other side: refused unless it stands on what is held."""
    await taker.node.ingest.take([twin])


async def gapped(place: Place, three: list[Coop], seq: int = 5) -> Coop:
    """Make a node that heard of a proof midway, and has all else."""
    alba, birch, cedar = three
    _, proof = await twin_at(birch, seq)
    dune = await joins(place, "Dune", alba)
    await up_to(birch, dune, birch, seq - 1)
    await proves(proof, dune, alba, cedar)
    await all_but(cedar, dune, birch)
    assert await dune.node.register.gaps() != []
    assert settled(dune) == {}
    return dune


async def test_a_gap_is_filled_from_where_the_log_ends(
    place: Place, three: list[Coop]
) -> None:
    cedar = three[2]
    await closed(three)
    dune = await gapped(place, three)
    assert await fetches(dune, cedar)
    assert await dune.node.register.gaps() == []
    assert settled(dune) == settled(cedar)
    # What is in the log is not beside it as well, and there is nothing else to fetch.
    rows = await dune.node.log._reader.execute_fetchall("SELECT first, last FROM cited")
    spans = sorted((first, last) for first, last in rows)
    assert spans[0][0] == 5
    assert all(low[1] + 1 == high[0] for low, high in itertools.pairwise(spans))
    assert not await fetches(dune, cedar)


async def test_a_later_closing_goes_on_from_what_is_there(
    place: Place, three: list[Coop]
) -> None:
    alba, birch, cedar = three
    await closed(three)
    again = await closed(three, leads=3)
    dune = await gapped(place, three)
    assert await fetches(dune, cedar)
    assert await fetches(dune, cedar) is (settled(dune) != settled(cedar))
    assert settled(dune) == settled(cedar)
    assert len(dune.node.state.closings.settled) == 2
    assert await standing(dune, again) == "final"
    rows = await dune.node.log._reader.execute_fetchall("SELECT first, last FROM cited")
    places = [seq for low, high in rows for seq in range(low, high + 1)]
    assert len(places) == len(set(places))
    assert birch.node.coop not in (dune.node.coop, alba.node.coop)


# --- who decides blocks -------------------------------------------------------------


async def test_an_elector_that_heard_of_a_proof_midway_does_not_stop_the_roster(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    await electors(three)
    decision = await opened(alba)
    await share(three)
    await birch.ask("lead.open", title="Early")
    await up_to(birch, cedar, birch, 99)
    seq = last_of(birch) + 1
    await birch.ask("vote.cast", decision=decision, stance="agree")
    await up_to(birch, alba, birch, 99)
    await alba.ask("decision.close", decision=decision, early=True)
    # One more has to accept. Cedar has not got the vote, and takes no more of that log.
    _, proof = await twin_at(birch, seq)
    await proves(proof, cedar)
    number = alba.node.register.roster.number
    await all_but(alba, cedar, birch)
    await objects(alba, cedar)
    assert cedar.node.register.pool.proposal() is not None
    await objects(cedar, alba)
    assert alba.node.register.roster.number == number
    assert await fetches(cedar, alba)
    assert cedar.node.register.roster.number == number + 1
    assert await standing(cedar, decision) == "final"
    await objects(cedar, alba)
    assert settled(alba) == settled(cedar)


async def test_a_secretary_asks_for_what_it_could_propose(three: list[Coop]) -> None:
    alba, birch, cedar = three
    decision = await opened(cedar)
    await share(three)
    seq = last_of(birch) + 1
    await birch.ask("vote.cast", decision=decision, stance="agree")
    await up_to(birch, cedar, birch, 99)
    _, proof = await twin_at(birch, seq)
    await cedar.ask("decision.close", decision=decision, early=True)
    await proves(proof, alba)
    await all_but(cedar, alba, birch)
    await objects(cedar, alba)
    assert await standing(alba, decision) == "closing"
    assert await fetches(alba, cedar)
    assert await standing(alba, decision) == "final"


async def test_a_secretary_proposes_nothing_by_a_side_that_nobody_has(
    three: list[Coop],
) -> None:
    """A steward names a false id in a log of which the secretary holds the true one."""
    alba, birch, _ = three
    (held,) = birch.node.log.of_coop(birch.node.coop)
    false = Close(birch.node.coop, At(held.chain.incarnation, held.last, b"\x0f" * 32))
    await birch.node.register.put(false, "close", bytes(16))
    await objects(birch, alba)
    assert len(alba.node.register.pending) == 1
    assert alba.node.register.pool.proposal() is None
    assert await alba.node.register.gaps() == [(birch.node.coop, false.place)]
    assert not await fetches(alba, birch)
    assert alba.node.register.pool.proposal() is None


# --- peers that lie -----------------------------------------------------------------

LIES: Final = (
    *("other events", "an event less", "after another id"),
    *("unsigned", "signed otherwise", "a base in the middle"),
    *("more events than places", "an event of 9 KiB", "much after it"),
)


def _told(asked: Cite, true: Stretch) -> dict[str, tuple[Stretch, str]]:
    """Name -> what a bad peer answers where the truth is `true`, and its refusal."""
    change = msgspec.structs.replace
    shorter = change(true, events=true.events[1:])
    event = true.events[-1][:-1] + b"\0"
    return {
        "other events": (
            change(true, events=(*true.events[:-1], event)),
            "stretch-differs",
        ),
        "an event less": (shorter, "stretch-differs"),
        "after another id": (change(true, before=b"\1" * 32), "stretch-differs"),
        "unsigned": (change(true, signature=b"", after=()), "signature-invalid"),
        "signed otherwise": (change(true, signature=bytes(64)), "signature-invalid"),
        "a base in the middle": (
            change(true, base=At(bytes(16), 1, bytes(32))),
            "opening-differs",
        ),
        "more events than places": (
            change(true, events=(b"",) * (asked.seq + 1)),
            "stretch-place",
        ),
        "an event of 9 KiB": (change(true, events=(bytes(9000),)), "too-large"),
        "much after it": (change(true, after=(bytes(9000),)), "too-large"),
    }


@pytest.fixture
async def many(place: Place) -> list[Coop]:
    # As many events in a form as there may be; these tests look at what they are.
    return await network(place, "Alba", "Birch", "Cedar")


@pytest.mark.parametrize("lie", LIES)
async def test_what_does_not_lead_to_the_place_is_refused(
    place: Place, many: list[Coop], lie: str
) -> None:
    cedar = many[2]
    await closed(many)
    dune = await gapped(place, many)
    line = Line(dune.node, Exchange(cedar.node))

    async def told(body: bytes) -> bytes:
        asked = canonical.read(
            msgspec.msgpack.Decoder(Cite), body, most=limits.MESSAGE_BYTES
        )
        true = await cedar.node.closings.sides.give(asked, cedar.node.register.roster)
        assert true is not None
        lies = _told(asked, true)
        codes.append(lies[lie][1])
        return canonical.ENCODER.encode(lies[lie][0])

    codes: list[str] = []
    line.lies[_CITED] = told
    with pytest.raises(Malformed) as caught:
        await cited.Round().fetch(dune.node, line.client())
    assert caught.value.code == codes[0]
    rows = await dune.node.log._reader.execute_fetchall("SELECT * FROM cited")
    assert list(rows) == []
    assert await fetches(dune, cedar)
    assert settled(dune) == settled(cedar)


async def test_a_peer_that_has_nothing_is_not_asked_at_once_again(
    place: Place, three: list[Coop]
) -> None:
    alba, _, cedar = three
    await closed(three)
    dune = await gapped(place, three)
    elm = await joins(place, "Elm", alba)
    line = Line(dune.node, Exchange(elm.node))
    asking = cited.Round()
    for _ in range(3):
        assert not await asking.fetch(dune.node, line.client())
    assert line.calls == [_CITED]
    assert await fetches(dune, cedar)


async def test_a_peer_that_gives_little_is_left_after_a_while_and_another_goes_on(
    place: Place, many: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    cedar = many[2]
    await closed(many, leads=12)
    dune = await gapped(place, many)
    monkeypatch.setattr(cited, "_STRETCHES", 3)
    line = Line(dune.node, Exchange(cedar.node))

    async def little(body: bytes) -> bytes:
        asked = canonical.read(
            msgspec.msgpack.Decoder(Cite), body, most=limits.MESSAGE_BYTES
        )
        true = await cedar.node.closings.sides.give(asked, cedar.node.register.roster)
        assert true is not None
        before = ids_after(EventId(true.before), true.events[:-1])[-1]
        return canonical.ENCODER.encode(
            msgspec.structs.replace(true, before=before, events=true.events[-1:])
        )

    line.lies[_CITED] = little
    assert await cited.Round().fetch(dune.node, line.client())
    assert len(line.calls) == 3
    assert settled(dune) == {}
    # What it gave is the right thing; another peer is asked for the rest alone.
    honest = Line(dune.node, Exchange(cedar.node))
    assert await cited.Round().fetch(dune.node, honest.client())
    assert len(honest.calls) == 1
    assert settled(dune) == settled(cedar)


async def test_what_is_beside_a_log_takes_of_its_room(
    place: Place, three: list[Coop]
) -> None:
    _, birch, cedar = three
    await closed(three)
    dune = await gapped(place, three)
    room = dune.node.log.room
    before = room.sizes[birch.node.coop]
    room.most = before + 1
    assert not await fetches(dune, cedar)
    assert settled(dune) == {}
    assert room.sizes[birch.node.coop] == before
    assert {coop for coop, _ in room.refused} == {birch.node.coop}
    room.most = 2**30
    assert await fetches(dune, cedar)
    size = room.sizes[birch.node.coop]
    assert size > before
    await dune.node.log.load_chains(dune.node.register.roster.network)
    assert room.sizes[birch.node.coop] == size


async def test_damaged_events_beside_a_log_are_fetched_again(
    place: Place, three: list[Coop]
) -> None:
    cedar = three[2]
    await closed(three)
    dune = await gapped(place, three)
    ((coop, at),) = await dune.node.register.gaps()
    assert await fetches(dune, cedar)
    count = len(await rows_of(dune))
    # A bit on the disk: of one that still decodes, and of one that does not.
    db = dune.node.log._writer
    for block in (b"\x91\xc4\x01x", b"no block"):
        await db.execute("UPDATE cited SET packing = 'raw', block = ?", (block,))
        dune.node.closings.sides._known.clear()
        dune.node.state.closings.settled.clear()
        await db.execute("DELETE FROM cited WHERE first > 5")
        assert isinstance(await dune.node.closings.sides.find(coop, at), Gap)
        dune.node.closings._held.clear()
        for key in cedar.node.state.closings.settled:
            await dune.node.state.closings._writer.execute(
                "DELETE FROM closings WHERE event = ?", (key[1],)
            )
        assert await fetches(dune, cedar)
        assert len(await rows_of(dune)) == count
        assert settled(dune) == settled(cedar)


async def rows_of(coop: Coop) -> list[tuple[int, int]]:
    rows = await coop.node.log._reader.execute_fetchall("SELECT first, last FROM cited")
    return [(first, last) for first, last in rows]


async def test_what_is_given_to_who_asks_for_anything(three: list[Coop]) -> None:
    alba, birch, _ = three
    await closed(three)
    (held,) = birch.node.log.of_coop(birch.node.coop)
    name = held.chain.incarnation
    true = await alba.node.log.id_at(held, 3)
    answers = {
        "of nobody": (bytes(32), 3, true),
        "of another log": (alba.node.coop, 3, true),
        "beyond the end": (birch.node.coop, 99, true),
        "another id": (birch.node.coop, 3, bytes(32)),
    }
    sides, roster = alba.node.closings.sides, alba.node.register.roster
    for coop, seq, event_id in answers.values():
        asked = Cite(coop, name, seq, event_id, signed=False)
        assert await sides.give(asked, roster) is None
    asked = Cite(birch.node.coop, name, 3, true, signed=True)
    found = await sides.give(asked, roster)
    assert found is not None
    assert found.signature
    asked = msgspec.structs.replace(asked, signed=False)
    plain = await sides.give(asked, roster)
    assert plain == msgspec.structs.replace(found, after=(), signature=b"")


# --- several sides ------------------------------------------------------------------


async def test_two_closings_name_two_sides_of_one_log(
    place: Place, three: list[Coop]
) -> None:
    """Each counts the side that it names, in whatever order they are computed."""
    alba, birch, cedar = three
    one, two = await opened(alba), await opened(cedar)
    await share(three)
    seq = last_of(birch) + 1
    await birch.ask("vote.cast", decision=two, stance="agree")
    await birch.ask("vote.cast", decision=one, stance="agree")
    twin, proof = await twin_at(birch, seq)
    # Alba has what Birch says, Cedar the copy in which the same place differs.
    await up_to(birch, alba, birch, 99)
    await takes(cedar, twin)
    for coop, decision in ((alba, one), (cedar, two)):
        await coop.ask("vote.cast", decision=decision, stance="agree")
    await cedar.ask("vote.cast", decision=one, stance="disagree")
    await alba.ask("decision.close", decision=one, early=True)
    await cedar.ask("decision.close", decision=two, early=True)
    await proves(proof, alba, cedar)
    for _ in range(3):
        await objects(cedar, alba)
        await all_but(cedar, alba, birch)
        await objects(alba, cedar)
        await all_but(alba, cedar, birch)
        await fetches(alba, cedar)
        await fetches(cedar, alba)
    assert len(alba.node.state.closings.settled) == 2
    assert settled(alba) == settled(cedar)
    dune = await joins(place, "Dune", alba)
    for _ in range(3):
        await meets(dune, cedar)
    assert settled(dune) == settled(cedar)


async def test_sides_go_through_bases_and_tails(place: Place, many: list[Coop]) -> None:
    """Of a closed log a newcomer takes nothing: all of it comes beside it."""
    alba, birch, cedar = many
    decision = await opened(alba)
    await share(many)
    await vote([alba, birch], decision, "agree", "agree")
    await birch.ask("lead.open", title="One")
    await share(many)
    later = await reopened(birch, 1, block_of(decision, alba))
    for coop in (alba, cedar):
        await takes(coop, later)
    await alba.ask("decision.close", decision=decision, early=True)
    await all_but(alba, cedar, birch)
    await objects(alba, cedar)
    assert await standing(cedar, decision) == "final"
    _, proof = await twin_at(birch, 1)
    await proves(proof, alba, cedar)
    dune = await joins(place, "Dune", alba)
    for _ in range(4):
        await meets(dune, cedar)
    assert birch.node.coop not in {coop for coop, _ in dune.node.log.chains}
    await alike(dune, cedar)
    shown = await dune.ask("decision.show", decision=decision)
    assert (shown["standing"], shown["outcome"]) == ("final", "blocked")
