"""What a node exports, the reference verifies: the same root, the same texts."""

import contextlib
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import cast

import pytest

from node.clock import SystemClock
from node.exchange import signed_log
from node.ingest import Ingest
from node.register import Register
from node.signer import Signer
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from protocol.errors import Unconnected
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from protocol.wire import Text
from tests.reference import adversary, exports, verify
from tests.reference.exports import Network


class Node:
    """The stores of a node, and what takes into them and exports from them."""

    def __init__(self, log_db: LogDb, state_db: StateDb) -> None:
        self.log = log_db
        # Nothing is signed here, so no keys are asked for.
        self.register = Register(log_db, cast("Signer", None))
        self.ingest = Ingest(
            log_db,
            state_db,
            lambda: self.register.roster,
            self.register.suspension,
            SystemClock(),
        )

    async def take(self, network: Network, *, bulk: bool = False) -> None:
        register = network.register
        rows = [(register.genesis, b""), *register.blocks]
        for number, (block, certificate) in enumerate(rows):
            await self.log.roster.add_block(number, block, certificate)
        await self.register.load()
        texts = [Text(one.coop, one.salt, one.words) for one in network.texts]
        if bulk:
            await self.ingest.take(list(network.runs()), texts, more=True)
            await self.ingest.take([], texts)
        else:
            for run in network.runs():
                taken = await self.ingest.take([run], texts)
                assert not taken.refused
        # A proof counts once the chain that it names is held.
        for proof in network.proofs:
            one = ProofObject(proof)
            with contextlib.suppress(Unconnected):
                await self.register._keep_proof(one, gossip.write(one))
            await self.ingest.refold(proof.coop)

    async def export(self, path: Path) -> bytes:
        _, root = await self.ingest.standing()
        assert root is not None
        await signed_log.write(
            path,
            log_db=self.log,
            register=self.register,
            root=root,
            progress=lambda _done, _all: None,
        )
        return root


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    async with AsyncExitStack() as stack:
        log_db = await LogDb.open(tmp_path / "log.db")
        stack.push_async_callback(log_db.close)
        state_db = await StateDb.open(tmp_path / "state.db", bytes(16))
        stack.push_async_callback(state_db.close)
        yield Node(log_db, state_db)


def network_to_take() -> Network:
    register, coops = exports.elected()
    network = Network(register, cut=11)
    for one in coops:
        rng = exports.dice(f"node {one.name}")
        pool = adversary.Pool(rng, coops)
        writer = network.open(one)
        adversary.write_log(writer, register, pool, 60)
        after = network.reopen(writer, 50, "restored")
        adversary.write_log(after, register, pool, 10)
        after.adopt(writer.place())
        profile: exports.Body = {"day": 450, "people": 7}
        after.write("profile.set", profile, network.words(one, "name", one.name))
    return network


@pytest.mark.parametrize("bulk", [False, True])
async def test_the_export_of_a_node_verifies(
    node: Node, tmp_path: Path, *, bulk: bool
) -> None:
    network = network_to_take()
    await node.take(network, bulk=bulk)
    root = await node.export(tmp_path / "export")
    assert root == network.judged().root
    found = verify.verify(io.BytesIO((tmp_path / "export").read_bytes()))
    assert found.root == root
    assert found.report()["texts"] == 5
    assert found.report()["events"] == sum(len(one.events) for one in network.writers)


async def test_the_export_of_a_tangled_log_verifies(tmp_path: Path) -> None:
    for number in range(12):
        network = exports.tangled(exports.dice(f"node {number}"), f"node {number}")
        async with AsyncExitStack() as stack:
            log_db = await LogDb.open(tmp_path / f"log {number}.db")
            stack.push_async_callback(log_db.close)
            state_db = await StateDb.open(tmp_path / f"state {number}.db", bytes(16))
            stack.push_async_callback(state_db.close)
            node = Node(log_db, state_db)
            await node.take(network)
            root = await node.export(tmp_path / "export")
        assert root == network.judged().root
        found = verify.verify(io.BytesIO((tmp_path / "export").read_bytes()))
        assert found.root == root


async def test_the_export_of_a_suspended_log_verifies(
    node: Node, tmp_path: Path
) -> None:
    network = network_to_take()
    network.proofs.append(exports.prove(network.writers[0], 30, [b"\x90", b"\x91"]))
    await node.take(network)
    root = await node.export(tmp_path / "export")
    assert root == network.judged().root
    found = verify.verify(io.BytesIO((tmp_path / "export").read_bytes()))
    assert found.root == root
    assert found.report()["suspended"] == 1


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_text_that_only_an_undecodable_event_names_is_not_exported(
    node: Node, tmp_path: Path, *, bulk: bool
) -> None:
    network = exports.small()
    owner = network.writers[0].owner
    words = network.words(owner, "name", "Nobody's")
    epoch = network.register.epoch(0)
    event: list[object] = [
        [epoch.number, epoch.block],
        0,
        "profile.set",
        adversary.Pairs((("people", 7), ("day", 450))),
        [[words.role, words.commitment, words.size]],
    ]
    network.writers[0].append(adversary.Encoder(exports.dice("")).encode(event))
    await node.take(network, bulk=bulk)
    root = await node.export(tmp_path / "export")
    found = verify.verify(io.BytesIO((tmp_path / "export").read_bytes()))
    assert found.root == root
