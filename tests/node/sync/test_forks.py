"""Logs that their owner signed twice: found, proved, and the same at every node."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from node.ingest import Ingest
from node.node import Node
from node.register import Register
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from node.sync import forks
from node.sync.exchange import Exchange
from protocol import limits
from protocol.equivocation import Proof
from protocol.log import Place, Run
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from protocol.rules.logs import Counted, log_id
from tests.node.commands.nodes import Coop, network, share
from tests.node.commands.nodes import Place as Where
from tests.node.sync.direct import Line, talk
from tests.node.sync.hostile import Evil, name


@pytest.fixture
async def three(place: Where) -> list[Coop]:
    """Two honest nodes, and a third whose key is in hostile hands."""
    return await network(place, "Alba", "Birch", "Mallory")


async def give(proof: Proof, *to: Coop) -> list[str]:
    refused = []
    for coop in to:
        data = gossip.write(ProofObject(proof))
        errors = await coop.node.register.take_objects([data])
        refused += [one.code for one in errors]
    return refused


async def take(coop: Coop, *runs: Run) -> list[str]:
    taken = await coop.node.ingest.take(list(runs))
    return [error.code for _, error in taken.refused]


async def counted(node: Node, coop: bytes) -> int:
    found = await node.state.get(log_id(coop))
    if found is None:
        return 0
    assert isinstance(found.body, Counted)
    return found.body.events


async def standing(*coops: Coop) -> list[tuple[bytes, bytes | None]]:
    return [await coop.node.ingest.standing() for coop in coops]


async def talked(one: Coop, other: Coop, rounds: int = 3) -> None:
    """Let two nodes talk as their loops do, the first one asking."""
    exchange, theirs = Exchange(one.node), Exchange(other.node)
    line = Line(one.node, theirs)
    conversation = talk(exchange, line, other.node)
    for _ in range(rounds):
        await conversation.agree()
        await conversation.pull(0)
        await conversation.push()
        if one.node.peers.in_sync(other.node.coop) is False:
            await conversation.inspect()
    await conversation.agree()


async def agreed(one: Coop, other: Coop) -> bool:
    """Tell whether two nodes come to the same: objects, heads and root."""
    await talked(one, other)
    pools = [sorted(each.node.register.pool.ids()) for each in (one, other)]
    first, second = await standing(one, other)
    return first == second and first[1] is not None and pools[0] == pools[1]


def base_of(coop: Coop) -> Place:
    (held,) = coop.node.log.of_coop(coop.node.coop)
    return Place(held.chain.incarnation, held.last, held.last_id)


async def forked(
    evil: Evil, letter: str, shared: int, a: Coop, b: Coop
) -> tuple[Proof, Proof]:
    """Fork a chain after `shared` events; give proofs of the next place and one on."""
    chain = evil.chain(letter, base_of_evil(evil))
    first, ids = evil.run(chain, evil.wishes(0, shared))
    one, left = evil.run(chain, evil.wishes(50, 4), shared + 1, ids[-1])
    two, right = evil.run(chain, evil.wishes(60, 3), shared + 1, ids[-1])
    assert await take(a, first, one) == await take(b, first, two) == []
    return (
        evil.proof(chain, shared + 1, left[0], right[0]),
        evil.proof(chain, shared + 2, left[1], right[1]),
    )


def base_of_evil(evil: Evil) -> Place:
    held = min(evil.node.log.of_coop(evil.coop), key=lambda one: one.no)
    return Place(held.chain.incarnation, held.last, held.last_id)


async def test_a_second_proof_does_not_lift_the_first(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    proof, _ = await forked(evil, "w", 4, alba, birch)
    assert await give(proof, alba, birch) == []
    before = await standing(alba, birch)
    assert before[0] == before[1]
    events = await counted(alba.node, evil.coop)
    # Of an incarnation with a lower name, that nobody holds and that is not closed.
    low = evil.chain("a")
    assert set(await give(evil.proof(low, 2), alba, birch)) == {"chain-unknown"}
    # One that is held, with its lower name: what both share is less, and no more.
    run, ids = evil.run(low, evil.wishes(90, 2))
    assert await take(alba, run) == await take(birch, run) == []
    assert await counted(alba.node, evil.coop) == events
    assert await give(evil.proof(low, 2, ids[1]), alba, birch) == []
    assert await counted(alba.node, evil.coop) == 0
    after = await standing(alba, birch)
    assert after[0] == after[1] != before[0]
    # The first is still there.
    assert len(alba.node.register.proofs[evil.coop]) == 2


async def test_a_fork_below_a_proof_is_found(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    _, above = await forked(evil, "w", 2, alba, birch)
    assert await give(above, alba, birch) == []
    # Both cut at one place, and hold other events below it.
    first, second = await standing(alba, birch)
    assert first[0] != second[0]
    assert await agreed(alba, birch)
    (proof,) = alba.node.register.proofs[evil.coop].values()
    assert proof.seq == 3


async def test_a_fork_is_found_by_whoever_looks(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    await forked(evil, "w", 2, alba, birch)
    assert await agreed(birch, alba)
    await forked(evil, "v", 3, alba, birch)
    assert await agreed(alba, birch)
    assert len(alba.node.register.proofs[evil.coop]) == 2


async def test_what_is_beyond_a_cut_decides_nothing(three: list[Coop]) -> None:
    """A place that is adopted beyond a cut is held by one node and not by the other."""
    alba, birch, mallory = three
    evil = Evil(mallory)
    one, two = evil.chain("b"), evil.chain("c")
    adopts_six = evil.adopts("b", 6, b"x" * 32)
    run_two, ids_two = evil.run(
        two, [*evil.wishes(0, 3), adopts_six, *evil.wishes(4, 6)]
    )
    run_one, ids_one = evil.run(
        one, [*evil.wishes(20, 2), evil.adopts("c", 10, ids_two[9]), evil.wish(22)]
    )
    fifth, ids_fifth = evil.run(one, [evil.wish(23)], 5, ids_one[-1])
    sixth, ids_sixth = evil.run(one, [evil.wish(30)], 6, ids_fifth[-1])
    for coop in (alba, birch):
        assert await take(coop, run_two, run_one, fifth) == []
    assert await take(birch, sixth) == []
    await counted(birch.node, evil.coop)
    proof = evil.proof(one, 6, ids_sixth[0])
    assert await give(proof, alba, birch) == []
    first, second = await standing(alba, birch)
    assert first == second
    assert first[1] is not None
    # Nor does what comes after it, which is not even kept.
    seventh, _ = evil.run(one, [evil.wish(31)], 7, ids_sixth[0])
    assert await take(birch, seventh) == []
    assert birch.node.log.chains[evil.coop, name("b")].last == 6
    assert await agreed(alba, birch)


@pytest.mark.parametrize("asking", ["alba", "birch"])
async def test_one_incarnation_opened_on_two_bases(
    three: list[Coop], asking: str
) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    first, _ = evil.run(
        evil.chain("w", base_of_evil(evil)), [evil.reopened(), *evil.wishes(0, 3)]
    )
    second, _ = evil.run(evil.chain("w"), [evil.reopened(), *evil.wishes(50, 6)])
    assert await take(alba, first) == await take(birch, second) == []
    assert await take(alba, second) == ["opening-differs"]
    order = (alba, birch) if asking == "alba" else (birch, alba)
    assert await agreed(*order)
    assert await counted(alba.node, evil.coop) == 0
    (proof,) = birch.node.register.proofs[evil.coop].values()
    assert proof.seq == 1
    # Whoever never held the chain takes the proof as well, and comes to the same.
    assert await agreed(mallory, birch)
    assert await agreed(mallory, alba)


async def test_a_log_with_too_many_incarnations(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INCARNATIONS", 9)
    alba, birch, mallory = three
    evil = Evil(mallory)
    runs = [evil.run(evil.chain(one), [evil.wish(3)])[0] for one in "abcdefghijklmn"]
    # One of its own is there already: alba holds nine, birch nine others.
    assert await take(alba, *runs[:8]) == await take(birch, *runs[-8:]) == []
    assert not alba.node.register.suspension.is_closed(evil.coop)
    assert await agreed(alba, birch)
    for coop in (alba, birch):
        assert coop.node.register.suspension.is_closed(evil.coop)
        assert len(coop.node.log.of_coop(evil.coop)) == 10
        assert await counted(coop.node, evil.coop) == 0
        heads = Exchange(coop.node).packer.heads()
        assert [one.seq for one in heads if one.coop == evil.coop] == [0]
    # Closed, it takes and sends no more, and says so.
    assert await take(alba, *runs) == []
    assert len(alba.node.log.of_coop(evil.coop)) == 10
    members = (await alba.ask("members"))["members"]
    assert [one["suspended"] for one in members] == [False, False, True]
    told = (await alba.ask("status"))["notices"]
    assert any("its log over 9 times anew; nothing of it counts" in one for one in told)
    rows = (await alba.ask("log.show", coop=mallory.id))["rows"]
    assert {row["verdict"] for row in rows} == {"suspended"}
    assert "nothing of it counts" in rows[0]["reason"]


async def test_a_log_that_is_proved_over_and_over(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    letters = "abcdefghijkl"
    chains = [evil.chain(one, base_of_evil(evil)) for one in letters]
    made = [evil.run(chain, evil.wishes(0, 2)) for chain in chains]
    runs = [run for run, _ in made]
    proofs = [
        evil.proof(chain, 2, ids[1])
        for chain, (_, ids) in zip(chains, made, strict=True)
    ]
    assert await take(alba, *runs) == await take(birch, *runs) == []
    for proof in proofs[:8]:
        assert await give(proof, alba) == []
    assert await counted(alba.node, evil.coop) > 0
    assert await give(proofs[8], alba) == []
    assert await counted(alba.node, evil.coop) == 0
    for proof in reversed(proofs[2:]):
        await give(proof, birch)
    assert await agreed(alba, birch)
    kept = alba.node.register.proofs[evil.coop].values()
    assert sorted(one.incarnation for one in kept) == [name(one) for one in letters[:9]]
    told = (await alba.ask("status"))["notices"]
    assert any("has signed place 2 of its log twice" in one for one in told)
    assert any("nothing of it counts" in one for one in told)
    # One of a first place says the same in fewer bytes.
    assert await give(evil.proof(evil.chain("z"), 1), alba) == []
    assert await agreed(birch, alba)
    assert len(birch.node.register.proofs[evil.coop]) == 1


@asynccontextmanager
async def started_again(
    coop: Coop, folder: Path
) -> AsyncIterator[tuple[Register, Ingest]]:
    """What a node makes of its log.db when it starts, in a copy of it."""
    for file in coop.node.data.glob("log.db*"):
        shutil.copy(file, folder)
    async with AsyncExitStack() as stack:
        log_db = await LogDb.open(folder / "log.db")
        stack.push_async_callback(log_db.close)
        state_db = await StateDb.open(folder / "state.db", bytes(16))
        stack.push_async_callback(state_db.close)
        register = Register(log_db, coop.node.signer)
        await register.load()
        ingest = Ingest(
            log_db,
            state_db,
            lambda: register.roster,
            register.suspension,
            coop.node.clock,
        )
        await ingest.catch_up()
        yield register, ingest


@pytest.mark.parametrize("proofs", [1, 2, 9])
async def test_what_is_suspended_stays_so_after_a_restart(
    three: list[Coop], tmp_path: Path, proofs: int
) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    for letter in "hgfedcbaz"[:proofs]:
        proof, _ = await forked(evil, letter, 3, alba, birch)
        assert await give(proof, alba, birch) == []
    if proofs > limits.PROOFS:
        # Of a closed log a proof is taken whose chain is not here to be cut.
        assert await give(evil.proof(evil.chain("A"), 7), alba) == []
    (before,) = await standing(alba)
    async with started_again(alba, tmp_path) as (register, ingest):
        assert await ingest.standing() == before
        assert register.pool.digest() == alba.node.register.pool.digest()
        assert len(register.proofs[evil.coop]) == proofs


async def test_the_same_proof_signed_anew(three: list[Coop]) -> None:
    """Of one place the lowest object stays, whoever came first."""
    alba, birch, mallory = three
    evil = Evil(mallory)
    proof, _ = await forked(evil, "w", 3, alba, birch)
    chain = evil.chain("w", base_of_evil(evil))
    others = [evil.proof(chain, 4, bytes([at]) * 32) for at in range(9)]
    assert await give(proof, alba) == []
    for other in others[:4]:
        await give(other, alba)
    for other in others[3:]:
        await give(other, birch)
    assert await agreed(alba, birch)
    assert len(alba.node.register.proofs[evil.coop]) == 1


async def test_a_garbled_base_is_no_fork(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    run, _ = evil.run(evil.chain("w"), evil.wishes(0, 2))
    assert await take(alba, run) == await take(birch, run) == []
    exchange = Exchange(alba.node)
    line = Line(alba.node, Exchange(birch.node))
    assert not await forks.find(exchange, line.client(), (evil.coop, name("w")))
    assert not await forks.find(exchange, line.client(), (evil.coop, name("v")))
    # Nor is what the other one does not hold.
    alone, _ = evil.run(evil.chain("u"), evil.wishes(0, 40))
    assert await take(alba, alone) == []
    assert not await forks.find(exchange, line.client(), (evil.coop, name("u")))


async def test_own_log_suspended_adopts_nothing(three: list[Coop]) -> None:
    alba, birch, mallory = three
    evil = Evil(mallory)
    proof, _ = await forked(evil, "w", 3, alba, birch)
    await share(three)
    assert await give(proof, alba, birch) == []
    assert await agreed(mallory, alba)
    assert await mallory.node.act.adopt_tails() == []
