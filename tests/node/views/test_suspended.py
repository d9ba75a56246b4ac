"""A log that was signed twice at one place: what members see of it."""

from node.register import Register
from node.views import notices
from protocol import equivocation, event
from protocol.equivocation import Side
from protocol.event import Epoch
from protocol.ids import EventId
from protocol.kinds.profiles import ProfileSet
from protocol.log import ids_after
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from tests.node.commands.nodes import Coop, share


def second_side(coop: Coop, seq: int) -> Side:
    """Sign another event for a place, as a copy of the node would."""
    (held,) = coop.node.log.of_coop(coop.node.coop)
    roster = coop.node.register.roster
    data = event.build(
        epoch=Epoch(roster.number, roster.tip[:8]),
        time_ms=7,
        kind="profile.set",
        body=ProfileSet(day=450, people=2),
    )
    (event_id,) = ids_after(EventId(bytes(32)), [data])
    signature = coop.node.signer.sign_head(held.chain, seq, event_id)
    return Side(event_id, (), signature)


async def prove(coop: Coop, seq: int, where: Register) -> None:
    (held,) = coop.node.log.of_coop(coop.node.coop)
    found = await coop.node.log.read_run(held, seq)
    assert found is not None
    run, before = found
    ids = ids_after(before, run.events)
    first = equivocation.side_of(run, tuple(ids), seq)
    proof = equivocation.make(held.chain, seq, first, second_side(coop, seq))
    assert await where.take_objects([gossip.write(ProofObject(proof))]) == []


async def test_what_stands_after_the_place_is_suspended(two: list[Coop]) -> None:
    alba, birch = two
    lead = await alba.ask("lead.open", title="Website")
    kept = await alba.ask("lead.open", title="Kept")
    await share(two)
    await prove(alba, 2, birch.node.register)
    await birch.node.ingest.refold(alba.node.coop)
    leads = (await birch.ask("lead.list"))["leads"]
    assert leads == []
    for one in (lead["id"], kept["id"]):
        said = await birch.ask("explain", id=one)
        assert said["event"]["verdict"] == "suspended"
        assert "Place 2 of this log was signed twice" in said["event"]["reason"]
    rows = (await birch.ask("log.show", coop="Alba"))["rows"]
    assert [row["verdict"] for row in rows] == ["in force", "suspended", "suspended"]
    told = (await birch.ask("status"))["notices"]
    assert any(one.startswith("Alba has signed place 2") for one in told)
    members = (await birch.ask("members"))["members"]
    assert [one["suspended"] for one in members] == [True, False]
    assert (await birch.ask("verify"))["ok"]
    await share(two)
    told = (await alba.ask("status"))["notices"]
    assert any(one.startswith("This co-op has signed place 2") for one in told)


async def test_another_state_of_the_same_logs_is_an_alarm(two: list[Coop]) -> None:
    alba, birch = two
    node = alba.node
    digest, tip = node.ingest.heads_digest(), node.register.roster.tip
    node.peers.stand(digest, tip, b"\1" * 32)
    node.peers.report(birch.node.coop, digest, tip, b"\2" * 32, 0)
    status = await alba.ask("status")
    (told,) = status["notices"]
    assert "Birch makes another state" in told
    assert status["peers"][0]["same_root"] is False


def test_many_of_a_kind_are_counted() -> None:
    found = [f"{no}" for no in range(notices.NAMED + 3)]
    assert notices._few(found[: notices.NAMED], "x", "y") == found[: notices.NAMED]
    assert notices._few(found, "leads wait", "wortley lead list")[-1] == (
        "3 more leads wait: `wortley lead list`."
    )
