"""A member that means harm, and knows what a node passes over without a word.

Of a log that was signed twice, is closed or is full nothing more is taken, and that is
nobody's fault: so it must not count as progress either. And what a node refuses to keep
must not stand before what it lacks.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from node.sync import exchange as exchanging
from node.sync.exchange import Exchange
from protocol import canonical, limits, wire
from protocol.errors import Malformed
from protocol.log import Run
from protocol.roster import change, gossip
from protocol.roster.change import OfCoop
from protocol.roster.gossip import ChangeObject, ProofObject
from protocol.sync import Gossip
from tests.node.commands.nodes import Coop, Place, network, share
from tests.node.sync.direct import Line, talk
from tests.node.sync.hostile import Evil
from tests.node.sync.test_forks import base_of_evil, give, take
from tests.node.sync.test_pace import end_of

_PULL: Final = "/sync/v1/pull"
#: A pull that goes on for ever is stopped here, in seconds.
_PATIENCE_S: Final = 10


@pytest.fixture
async def three(place: Place) -> list[Coop]:
    return await network(place, "Alba", "Birch", "Mallory")


#: Gives another run each time it is asked.
Runs = Callable[[int], Run]


async def cut(alba: Coop, evil: Evil) -> Runs:
    """Runs beyond a place that is proved to be signed twice, each further on."""
    chain = evil.chain("w", base_of_evil(evil))
    first, ids = evil.run(chain, evil.wishes(0, 3))
    assert await take(alba, first) == []
    assert await give(evil.proof(chain, 3), alba) == []
    return lambda number: evil.run(chain, evil.wishes(9, 2), 4 + 2 * number, ids[-1])[0]


async def closed(alba: Coop, evil: Evil) -> Runs:
    """More and more incarnations of a log of which nothing counts."""
    assert await give(evil.proof(evil.chain("w"), 1), alba) == []
    return lambda number: evil.run(evil.chain(chr(number)), evil.wishes(0, 2))[0]


async def full(alba: Coop, evil: Evil) -> Runs:
    """More and more incarnations of a log that takes up all of its room."""
    base = base_of_evil(evil)
    alba.node.log.room.most = 1
    return lambda number: evil.run(evil.chain(chr(number), base), evil.wishes(0, 2))[0]


PASSED_OVER: Final[dict[str, Callable[[Coop, Evil], Awaitable[Runs]]]] = {
    "beyond a cut": cut,
    "of a closed log": closed,
    "of a full log": full,
}


@pytest.mark.parametrize("name", PASSED_OVER)
async def test_runs_that_are_passed_over_are_no_progress(
    three: list[Coop], name: str
) -> None:
    alba, birch, mallory = three
    runs = await PASSED_OVER[name](alba, Evil(mallory))
    theirs = Exchange(birch.node)
    line = Line(alba.node, theirs)

    async def on_and_on(_body: bytes) -> bytes:
        # As a peer that is asked over a network would let others go on in between.
        await asyncio.sleep(0)
        frame = wire.run_frame(runs(len(line.calls)), None)
        return wire.write_pack([frame, end_of(theirs, more=True)])

    line.lies[_PULL] = on_and_on
    conversation = talk(Exchange(alba.node), line, birch.node)
    async with asyncio.timeout(_PATIENCE_S):
        with pytest.raises(Malformed, match="no-progress"):
            await conversation.pull(0)
    assert line.calls.count(_PULL) <= 3


# --- gossip -------------------------------------------------------------------------


async def big_proofs(evil: Evil, *to: Coop) -> None:
    """Sign three chains of a log twice, each with two runs behind it."""
    for letter in "abc":
        chain = evil.chain(letter, base_of_evil(evil))
        first, ids = evil.run(chain, evil.wishes(0, 1))
        for coop in to:
            assert await take(coop, first) == []
        proof = evil.long_proof(chain, 2, ids[-1], limits.RUN_BYTES // 2)
        data = gossip.write(ProofObject(proof))
        assert len(data) > limits.RUN_BYTES // 2
        assert await to[0].node.register.take_objects([data]) == []


async def test_more_objects_than_fit_into_a_message_come_one_after_the_other(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine proofs of one log are up to 18 MiB; who asks sends them, too."""
    alba, birch, mallory = three
    await big_proofs(Evil(mallory), alba, birch)
    line = Line(alba.node, Exchange(birch.node))
    sent: list[int] = []
    send = line.send

    async def counted(
        path: str, body: bytes, *, most: int, signed: bool = True
    ) -> bytes:
        sent.append(len(body))
        return await send(path, body, most=most, signed=signed)

    monkeypatch.setattr(line, "send", counted)
    conversation = talk(Exchange(alba.node), line, birch.node)
    await conversation.agree()
    assert len(birch.node.register.proofs[mallory.node.coop]) == 3
    assert max(sent) < 2 * limits.RUN_BYTES
    assert birch.node.register.pool.digest() == alba.node.register.pool.digest()


def changes(coop: Coop, label: int, count: int) -> list[bytes]:
    """Put many changes, as a program would that does not look."""
    register = coop.node.register
    roster = register.roster
    made: list[bytes] = []
    for number in range(count):
        nonce = bytes([label, number]) * 8
        data = change.write("elector.on", OfCoop(coop.node.coop), roster.tip, nonce)
        wanted = change.parse(data, roster.network)
        sponsor = coop.node.signer.approve(roster.network, wanted.id)
        made.append(gossip.write(ChangeObject(data, sponsor, None)))
    return made


@pytest.mark.parametrize("asking", ["alba", "birch"])
async def test_what_is_refused_does_not_stand_before_what_is_lacked(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch, asking: str
) -> None:
    """A member puts some changes to one node and others to another: neither takes more.

    A few such members fill each answer with what is refused; what electors sign comes
    after it in the order of objects, and would never come.
    """
    alba, birch, mallory = three
    monkeypatch.setattr(limits, "PENDING_PER_SPONSOR", 8)
    monkeypatch.setattr(exchanging, "_ANSWER_BYTES", 1000)
    for label, coop in enumerate((alba, birch)):
        objects = changes(mallory, label, 8)
        assert await coop.node.register.take_objects(objects) == []
    evil = Evil(mallory)
    chain = evil.chain("w", base_of_evil(evil))
    first, _ = evil.run(chain, evil.wishes(0, 3))
    assert await take(alba, first) == await take(birch, first) == []
    assert await give(evil.proof(chain, 3), alba) == []
    one, other = (alba, birch) if asking == "alba" else (birch, alba)
    conversation = talk(
        Exchange(one.node), Line(one.node, Exchange(other.node)), other.node
    )
    await conversation.agree()
    assert mallory.node.coop in birch.node.register.proofs
    # Neither has taken more of these changes than one co-op may put.
    assert len(alba.node.register.pending) == len(birch.node.register.pending) == 8


async def test_a_peer_with_new_objects_for_ever_is_left(three: list[Coop]) -> None:
    alba, birch, _ = three
    await share(three)
    line = Line(alba.node, Exchange(birch.node))
    lots = 0

    async def another(_body: bytes) -> bytes:
        nonlocal lots
        lots += 1
        name = lots.to_bytes(8)
        await asyncio.sleep(0)
        return canonical.ENCODER.encode(Gossip((name,), (name,), (b"object " + name,)))

    line.lies["/sync/v1/gossip"] = another
    conversation = talk(Exchange(alba.node), line, birch.node)
    async with asyncio.timeout(_PATIENCE_S):
        await conversation.swap_gossip()
    assert lots < 100
