"""Closings over several nodes: who waits for what, and what stays as it is."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from node import steward
from node.act import Draft
from node.errors import DiskFailed, UserFault
from node.node import Node
from protocol import canonical, equivocation, ids
from protocol.canonical import Value
from protocol.equivocation import Proof
from protocol.errors import Malformed
from protocol.event import Epoch, identify
from protocol.ids import EventId, Incarnation
from protocol.joins.decisions import DecisionResult
from protocol.kinds.closing import Position
from protocol.kinds.decisions import DecisionClosed
from protocol.log import Place, Run, ids_after
from protocol.roster.change import Close
from protocol.roster.gossip import ProofObject, write
from tests.node.commands.nodes import Coop, runs_of, share, texts_of
from tests.node.commands.test_decisions import opened, page, vote
from tests.protocol.world import encode_event

#: Hundredths of a second to wait for what a node does by itself.
PATIENCE = 2000


async def objects(giver: Coop, taker: Coop) -> None:
    """Carry blocks and what travels beside them, but no logs."""
    register = taker.node.register
    blocks = await giver.node.log.roster.blocks(register.roster.number + 1, 100)
    await register.take_blocks(blocks)
    pool = giver.node.register.pool
    await register.take_objects(pool.bytes_of(pool.ids()))


async def logs(giver: Coop, taker: Coop, *of: Coop) -> None:
    """Carry what is new of some logs, and nothing else."""
    coops = {one.node.coop for one in of}
    runs = await runs_of(giver.node, taker.node)
    chosen = [run for run in runs if run.chain.coop in coops]
    await taker.node.ingest.take(chosen, await texts_of(giver.node, chosen))


async def electors(three: list[Coop]) -> None:
    """All three become electors: two accepts decide a block."""
    alba, birch, cedar = three
    for coop in (birch, cedar):
        await coop.ask("elector.on")
        await share(three)
        for other in (alba, birch):
            if other is not coop and coop.node.coop not in (
                other.node.register.roster.electors
            ):
                await other.ask("elector.on", coop=coop.id)
        await share(three)
    assert len(alba.node.register.roster.electors) == 3


async def standing(coop: Coop, decision: str) -> str:
    shown = await coop.ask("decision.show", decision=decision)
    return str(shown["standing"])


async def test_a_close_waits_for_what_it_names(three: list[Coop]) -> None:
    await electors(three)
    alba, birch, cedar = three
    decision = await opened(cedar)
    await share(three)
    await vote([cedar, birch], decision, "agree", "agree")
    await share(three)
    number = alba.node.register.roster.number
    # Alba's vote is known to Cedar, who closes with it; Birch has neither.
    await alba.ask("vote.cast", decision=decision, stance="agree")
    await logs(alba, cedar, alba)
    await cedar.ask("decision.close", decision=decision, early=True)
    assert await standing(cedar, decision) == "closing"

    # The secretary does not propose what it does not hold.
    await objects(cedar, alba)
    assert alba.node.register.pool.proposal() is None
    await logs(cedar, alba, cedar)
    assert alba.node.register.pool.proposal() is not None
    assert await standing(alba, decision) == "closing"

    # An elector accepts once it holds the closing event and every place of its cut.
    await objects(alba, birch)
    proposal = birch.node.register.pool.proposal()
    assert proposal is not None

    def accepted() -> bool:
        given = {one.coop for one in birch.node.register.pool.accepts()}
        return birch.node.coop in given

    assert not accepted()
    await logs(cedar, birch, cedar)
    assert not accepted()
    assert birch.node.register.roster.number == number
    await logs(alba, birch, alba)
    # With that, Birch accepts by itself, and two of three are enough.
    assert birch.node.register.roster.number == number + 1
    assert await standing(birch, decision) == "final"
    await share(three)
    shown = await page(three, decision)
    assert (shown["standing"], shown["outcome"], shown["agree"]) == (
        "final",
        "passed",
        3,
    )


async def test_a_result_waits_where_logs_are_missing(three: list[Coop]) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    await birch.ask("vote.cast", decision=decision, stance="agree")
    await logs(birch, alba, birch)
    await alba.ask("vote.cast", decision=decision, stance="agree")
    await alba.ask("decision.close", decision=decision, early=True)
    assert await standing(alba, decision) == "final"
    # Cedar has the block, and lacks the logs.
    await objects(alba, cedar)
    assert (await cedar.ask("decision.show", decision=decision))["standing"] == "open"
    assert len(cedar.node.closings.waiting()) == 1
    await logs(alba, cedar, alba)
    assert await standing(cedar, decision) == "closing"
    await logs(alba, cedar, birch)
    assert await standing(cedar, decision) == "final"
    assert cedar.node.closings.waiting() == {}


async def test_a_result_outlives_a_rebuild_and_a_restart(
    two: list[Coop],
) -> None:
    alba, birch = two
    decision = await opened(alba)
    await share(two)
    await vote(two, decision, "agree", "agree")
    await alba.ask("decision.close", decision=decision, early=True)
    await share(two)
    # More of the same logs, closed later by the other: folds go on from the first.
    again = await opened(birch)
    await share(two)
    await vote(two, again, "agree", "disagree")
    await birch.ask("lead.open", title="In between")
    await birch.ask("decision.close", decision=again, early=True)
    await share(two)
    before = [await page(two, one) for one in (decision, again)]
    assert [one["standing"] for one in before] == ["final", "final"]
    kept = dict(birch.node.state.closings.settled)
    await birch.ask("rebuild")
    assert birch.node.state.closings.settled == kept
    assert [await page(two, one) for one in (decision, again)] == before
    stored = alba.node.state.closings.settled
    await alba.node.state.closings.load()
    assert alba.node.state.closings.settled == stored


async def test_votes_are_acknowledged_and_leaving_one_out_shows(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    said = steward.Acknowledged(alba.node)
    assert await said.acknowledge() == 0
    await vote([alba, birch], decision, "agree", "agree")
    await cedar.ask("vote.cast", decision=decision, stance="block")
    await share(three)
    assert await said.acknowledge() == 1
    # Nothing is said twice, after a restart neither.
    assert await said.acknowledge() == 0
    assert await steward.Acknowledged(alba.node).acknowledge() == 0
    (seen,) = await alba.node.state.entities("seen")
    assert len(seen.body.seen) == 2  # type: ignore[attr-defined]
    # A steward who would rather not have heard of the block.
    real = steward.taking_part

    async def without(node: object, target: object) -> list[object]:
        found = await real(node, target)  # type: ignore[arg-type]
        return [one for one in found if one.coop != cedar.node.coop]

    steward.taking_part = without  # type: ignore[assignment]
    try:
        await alba.ask("decision.close", decision=decision, early=True)
    finally:
        steward.taking_part = real
    await share(three)
    shown = await page(three, decision)
    assert (shown["standing"], shown["outcome"]) == ("final", "passed")
    assert shown["contested"] == ["Cedar"]
    explained = await birch.ask("explain", id=decision)
    assert "leaves out what Cedar had said" in explained["joins"][1]
    # Closed, so nothing more is acknowledged.
    assert await said.acknowledge() == 0


async def test_a_closing_is_put_again_until_a_block_has_it(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(birch)
    await share(two)
    await vote(two, decision, "agree", "agree")
    await birch.ask("decision.close", decision=decision, early=True)
    register = birch.node.register
    (pending,) = register.pending.values()
    assert isinstance(pending.change.body, Close)
    # Asked again, it is the same change; once it is in, there is nothing to put.
    await steward.sponsor(birch.node)
    assert len(register.pending) == 1
    await share(two)
    assert register.pending == {}
    await steward.sponsor(birch.node)
    assert register.pending == {}
    assert await standing(alba, decision) == "final"
    assert (await alba.ask("members"))["waiting"] == []


async def test_an_event_that_closes_nothing_is_not_proposed(two: list[Coop]) -> None:
    """A member alone signs a close: of any event, as often as it has events."""
    alba, birch = two
    (held,) = birch.node.log.of_coop(birch.node.coop)
    place = Place(held.chain.incarnation, held.last, held.last_id)
    close = Close(birch.node.coop, place)
    await birch.node.register.put(close, "close", bytes(16))
    await share(two)
    assert len(alba.node.register.pending) == 1
    assert alba.node.register.pool.proposal() is None
    assert alba.node.register.roster.closed == {}
    # An elector lets it in all the same, where another program proposes it.
    assert await alba.node.closings.may_enter(close)
    # What is meant goes on beside it.
    decision = await opened(birch)
    await share(two)
    await vote(two, decision, "agree", "agree")
    await birch.ask("decision.close", decision=decision, early=True)
    await share(two)
    assert await standing(alba, decision) == "final"
    assert len(alba.node.register.roster.closed) == 1


# --- logs that were signed twice ----------------------------------------------------


async def twin_of(coop: Coop) -> tuple[Run, Proof]:
    """Sign the last place of a co-op's log once more, as a copy of its node would."""
    node = coop.node
    (held,) = node.log.of_coop(node.coop)
    found = await node.log.read_run(held, held.last)
    assert found is not None
    run, before = found
    event = canonical.decode(run.events[0], most=8192)
    assert isinstance(event, list)
    event[1] = 1
    data = canonical.encode(event)
    other = identify(before, data)
    signature = node.signer.sign_head(held.chain, held.last, other)
    twin = Run(chain=held.chain, first=held.last, events=(data,), signature=signature)
    sides = [
        equivocation.side_of(run, (held.last_id,), held.last),
        equivocation.side_of(twin, (other,), held.last),
    ]
    return twin, equivocation.make(held.chain, held.last, *sides)


async def test_a_fork_below_the_cut_changes_no_result(three: list[Coop]) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    await vote(three, decision, "agree", "agree", "disagree")
    await alba.ask("decision.close", decision=decision, early=True)
    await share(three)
    before = await page(three, decision)
    assert before["agree"] == 2
    _, proof = await twin_of(birch)
    for coop in (alba, cedar):
        await coop.node.register.take_objects([write(ProofObject(proof))])
        assert birch.node.coop in coop.node.register.proofs
        shown = await coop.ask("decision.show", decision=decision)
        assert {key: shown[key] for key in shown if key != "ballots"} == {
            key: before[key] for key in before if key != "ballots"
        }
    # Computed anew, from logs of which one is suspended, it is the same.
    kept = cedar.node.state.closings.settled
    await cedar.ask("rebuild")
    assert cedar.node.state.closings.settled == kept
    ((settled,),) = (kept.values(),)
    assert settled is not None
    assert isinstance(settled.result, DecisionResult)


async def test_an_elector_with_the_other_side_of_a_fork_lets_the_roster_go_on(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    await birch.ask("vote.cast", decision=decision, stance="agree")
    twin, _ = await twin_of(birch)
    # Alba holds what Birch has signed, Cedar what its copy has.
    await logs(birch, alba, birch)
    assert (await cedar.node.ingest.take([twin])).refused == []
    await alba.ask("vote.cast", decision=decision, stance="agree")
    await alba.ask("decision.close", decision=decision, early=True)
    assert await standing(alba, decision) == "final"
    await objects(alba, cedar)
    await logs(alba, cedar, alba)
    (closed,) = cedar.node.register.roster.closed.values()
    gathered = await cedar.node.closings.gather(alba.node.coop, closed.place)
    assert gathered.forked == {birch.node.coop}
    assert not gathered.complete
    # Let in, but not proposed: nobody may ever have what is named.
    named = Close(alba.node.coop, closed.place)
    assert await cedar.node.closings.may_enter(named)
    assert not await cedar.node.closings.is_held(named)
    assert await alba.node.closings.is_held(named)
    assert await standing(cedar, decision) == "closing"
    missing = Place(closed.place.incarnation, 99, bytes(32))
    nowhere = Place(bytes(16), 1, bytes(32))
    for one in (missing, nowhere):
        assert not await cedar.node.closings.may_enter(Close(alba.node.coop, one))


# --- logs of several incarnations ---------------------------------------------------


async def reopened(coop: Coop, back: int, *events: tuple[str, Value]) -> Run:
    """Go on `back` places before the end of a log, in a new incarnation, signed."""
    node = coop.node
    (held,) = node.log.of_coop(node.coop)
    seq = held.last - back
    base = Place(held.chain.incarnation, seq, await node.log.id_at(held, seq))
    tail = Place(held.chain.incarnation, held.last, held.last_id)
    chain = msgspec.structs.replace(
        held.chain, incarnation=Incarnation(b"\x07" * 16), base=base
    )
    roster = node.register.roster
    epoch = Epoch(roster.number, roster.tip[:8])
    adopted: Value = {
        "id": tail.id,
        "incarnation": tail.incarnation,
        "seq": tail.seq,
    }
    first: list[tuple[str, Value]] = [("log.reopened", {"why": "restored"})]
    if back:
        first.append(("tail.adopted", adopted))
    data = [encode_event(epoch, 1, kind, body) for kind, body in [*first, *events]]
    names = ids_after(chain.opening(), data)
    signature = node.signer.sign_head(chain, len(data), names[-1])
    return Run(chain=chain, first=1, events=tuple(data), signature=signature)


def block_of(decision: str, proposer: Coop) -> tuple[str, Value]:
    name = ids.parse("evt", decision)
    return "ballot.cast", {
        "decision": name,
        "proposer": proposer.node.coop,
        "stance": "block",
        "version": name,
    }


async def test_the_walk_to_a_place_goes_through_bases_and_tails(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    await vote([alba, birch], decision, "agree", "agree")
    await birch.ask("lead.open", title="One")
    await logs(birch, alba, birch)
    later = await reopened(birch, 1, block_of(decision, alba))
    assert (await alba.node.ingest.take([later])).refused == []
    await alba.ask("decision.close", decision=decision, early=True)
    shown = await alba.ask("decision.show", decision=decision)
    assert (shown["standing"], shown["outcome"]) == ("final", "blocked")
    # Cedar has the head that is named, and not yet the tail that it adopts.
    await objects(alba, cedar)
    await logs(alba, cedar, alba)
    assert (await cedar.node.ingest.take([later])).refused == []
    (closed,) = cedar.node.register.roster.closed.values()
    gathered = await cedar.node.closings.gather(alba.node.coop, closed.place)
    assert gathered.missing == {birch.node.coop}
    assert await standing(cedar, decision) == "closing"
    await logs(alba, cedar, birch)
    assert await page([alba, cedar], decision) == shown


async def test_a_tail_of_another_side_is_a_fork(three: list[Coop]) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    await vote([alba, birch], decision, "agree", "agree")
    await share(three)
    await birch.ask("lead.open", title="One")
    twin, _ = await twin_of(birch)
    await logs(birch, alba, birch)
    assert (await cedar.node.ingest.take([twin])).refused == []
    later = await reopened(birch, 1, block_of(decision, alba))
    for coop in (alba, cedar):
        assert (await coop.node.ingest.take([later])).refused == []
    await alba.ask("decision.close", decision=decision, early=True)
    await objects(alba, cedar)
    await logs(alba, cedar, alba)
    (closed,) = cedar.node.register.roster.closed.values()
    gathered = await cedar.node.closings.gather(alba.node.coop, closed.place)
    assert (gathered.forked, gathered.missing) == ({birch.node.coop}, set())


async def test_what_names_a_block_to_come_ends_a_fold(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(alba)
    await share(two)
    await vote(two, decision, "agree", "agree")
    (held,) = birch.node.log.of_coop(birch.node.coop)
    event = encode_event(Epoch(99, b"tomorrow"), 1, *block_of(decision, alba))
    after = identify(EventId(held.last_id), event)
    run = Run(
        chain=held.chain,
        first=held.last + 1,
        events=(event,),
        signature=birch.node.signer.sign_head(held.chain, held.last + 1, after),
    )
    assert (await alba.node.ingest.take([run])).refused == []
    # The steward names what it has folded; another one might name what waits.
    real = steward.position

    async def last(node: Node, coop: bytes) -> Position:
        (one,) = node.log.of_coop(coop)
        return Position(coop, one.chain.incarnation, one.last, one.last_id)

    steward.position = last
    try:
        await alba.ask("decision.close", decision=decision, early=True)
    finally:
        steward.position = real
    shown = await alba.ask("decision.show", decision=decision)
    assert (shown["standing"], shown["outcome"]) == ("final", "passed")


# --- by itself ----------------------------------------------------------------------


async def test_a_stewards_node_acknowledges_and_sponsors_by_itself(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    birch = two[1]
    monkeypatch.setattr(steward, "_PAUSE_S", 0)
    decision = await opened(birch)
    await share(two)
    await vote(two, decision, "agree", "agree")
    keeping = asyncio.ensure_future(steward.keep(birch.node))
    try:
        for _ in range(PATIENCE):
            if await birch.node.state.entities("seen"):
                break
            await asyncio.sleep(0.01)
        # A closing that was published, and the node stopped before it was put.
        body = DecisionClosed(decision=ids.parse("evt", decision))
        await birch.node.act.publish([Draft("decision.closed", body)])
        for _ in range(PATIENCE):
            if birch.node.register.pending:
                break
            await asyncio.sleep(0.01)
        assert await birch.node.state.entities("seen")
        assert birch.node.register.pending
        birch.node.act.hold = UserFault(code="kit-unchecked", detail="Not now.")
        birch.node.ingest.tell()
        await asyncio.sleep(0.05)
        assert not keeping.done()
    finally:
        keeping.cancel()


#: What fails -> whether the node must stop.
FAILURES: dict[str, tuple[Exception, bool]] = {
    "suspended": (UserFault(code="log-suspended", detail="Twice."), False),
    "pool-full": (Malformed("pool-full", "too many objects wait"), False),
    "disk": (DiskFailed(path=Path("log.db"), doing="x", cause=OSError(5)), True),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_a_node_that_cannot_publish_goes_on_unless_it_must_not(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(steward, "_PAUSE_S", 0)
    error, fatal = FAILURES[name]
    asked = asyncio.Event()

    async def fail(_self: object) -> int:
        asked.set()
        raise error

    monkeypatch.setattr(steward.Acknowledged, "acknowledge", fail)
    keeping = asyncio.ensure_future(steward.keep(two[0].node))
    await asked.wait()
    await asyncio.sleep(0.01)
    assert keeping.done() == fatal
    keeping.cancel()
    with pytest.raises((DiskFailed, asyncio.CancelledError)):
        await keeping
