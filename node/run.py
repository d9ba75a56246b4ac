"""Wiring: one node, put together from its data folder, and taken apart again."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from node import anchor, config, folder, keystore
from node.act import Act
from node.anchor import AnchorFile
from node.clock import Clock, Entropy, SystemClock, SystemEntropy
from node.closing import Closings
from node.config import Config
from node.errors import AnchorNotWritten, UserFault
from node.folding import Progress
from node.ingest import Ingest
from node.keystore import KitCheck
from node.node import Node, kit_fault
from node.register import Register
from node.signer import Signer
from node.store.log_db import LogDb
from node.store.node_db import NodeDb
from node.store.room import MIB
from node.store.state_db import StateDb
from node.views.indexing import Index
from protocol import ids, keys
from protocol.canonical import ENCODER
from protocol.ids import CoopId
from protocol.log import Place
from protocol.roster import identity
from protocol.roster.identity import Inception

INSTANCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What `create` made: the id to give to others, the words to write down."""

    coop: str
    words: str
    check: KitCheck


def create(
    data: Path,
    settings: Config,
    entropy: Entropy,
    *,
    environ: Mapping[str, str] = os.environ,
) -> Founded:
    """Make a node: folder, keys, settings. Refuses where there is one already.

    Raises `UserFault` or `WorldFault`; what it could not finish is not left behind as
    a node that starts.
    """
    config.check(settings)
    folder.create(data)
    with folder.lock(data):
        if (data / config.FILE).exists():
            raise UserFault(
                code="node-exists",
                detail=f"There is a node in {data} already.",
                way_out="Start it with `wortley up`, or choose another --data folder.",
            )
        seeds = [entropy.token(32) for _ in range(3)]
        private = keystore.create(
            data / folder.KEYS,
            log_seed=seeds[0],
            node_seed=seeds[1],
            sealing_seed=seeds[2],
        )
        kit = entropy.token(32)
        words = keystore.kit_words(kit)
        inception = ENCODER.encode(
            Inception(
                keys.public_bytes(private.log),
                keys.next_key_digest(keystore.next_public_key(words)),
                entropy.token(16),
            )
        )
        check = keystore.make_check(words, entropy.token(32))
        coop = identity.coop_id(inception)
        asyncio.run(_create_stores(data, inception, check, entropy))
        _first_anchor(data, coop, environ)
        # Last: the settings file is what makes the folder a node.
        config.write(data, settings)
    return Founded(coop=ids.text("coop", coop), words=words, check=check)


async def _create_stores(
    data: Path, inception: bytes, check: KitCheck, entropy: Entropy
) -> None:
    log_db = await LogDb.open(data / folder.LOG_DB)
    try:
        await log_db.set_meta(
            inception=inception,
            instance=entropy.token(INSTANCE_BYTES),
            install=entropy.token(INSTANCE_BYTES),
        )
    finally:
        await log_db.close()
    node_db = await NodeDb.open(data / folder.NODE_DB)
    try:
        await node_db.set("kit", msgspec.json.encode(check))
    finally:
        await node_db.close()


def _anchor_file(data: Path, coop: CoopId, environ: Mapping[str, str]) -> AnchorFile:
    place = folder.anchor_folder(
        environ=environ, home=Path.home(), coop=ids.text("coop", coop), data=data
    )
    folder.create(place)
    return AnchorFile(place / anchor.FILE_NAME, coop=coop)


def _first_anchor(data: Path, coop: CoopId, environ: Mapping[str, str]) -> None:
    async def read_install() -> bytes:
        log_db = await LogDb.open(data / folder.LOG_DB)
        try:
            return log_db.meta["install"]
        finally:
            await log_db.close()

    install = asyncio.run(read_install())
    _anchor_file(data, coop, environ).write(
        anchor.Anchor(coop=coop, install=install, machine=anchor.machine_id())
    )


@asynccontextmanager
async def open_node(
    data: Path,
    *,
    clock: Clock | None = None,
    entropy: Entropy | None = None,
    environ: Mapping[str, str] = os.environ,
    progress: Progress | None = None,
) -> AsyncIterator[Node]:
    """Open the node of a data folder, alone; refuses instead of guessing.

    Raises `FolderBusy` while another process has it, `UserFault` where something is
    missing, `WorldFault` where the disk fails.
    """
    settings = config.load(data, environ)
    async with AsyncExitStack() as stack:
        stack.enter_context(folder.lock(data))
        log_db = await LogDb.open(data / folder.LOG_DB)
        stack.push_async_callback(log_db.close)
        inception = log_db.meta["inception"]
        coop = identity.coop_id(inception)
        log_db.room.own, log_db.room.most = coop, settings.log_limit * MIB
        file = _anchor_file(data, coop, environ)
        # Two copies of one folder lock themselves apart, but share this one.
        stack.enter_context(folder.lock(file.path.parent))
        signer = Signer(
            coop=coop,
            inception=inception,
            private=keystore.load(data / folder.KEYS),
            anchor=file,
            install=log_db.meta["install"],
            machine=anchor.machine_id(),
        )
        register = Register(log_db, signer)
        await register.load()
        state = await StateDb.open(data / folder.STATE_DB, log_db.meta["instance"])
        stack.push_async_callback(state.close)
        own = await NodeDb.open(data / folder.NODE_DB)
        stack.push_async_callback(own.close)
        register.heard = await own.names()
        the_clock, the_entropy = clock or SystemClock(), entropy or SystemEntropy()
        ingest = Ingest(
            log_db, state, lambda: register.roster, register.suspension, the_clock
        )
        closings = Closings(log_db, state, lambda: register.roster, register.suspension)
        register.closings = closings
        act = Act(
            log_db=log_db,
            ingest=ingest,
            register=register,
            signer=signer,
            clock=the_clock,
            entropy=the_entropy,
        )
        node = Node(
            data=data,
            config=settings,
            coop=coop,
            log=log_db,
            state=state,
            own=own,
            signer=signer,
            register=register,
            ingest=ingest,
            closings=closings,
            act=act,
            clock=the_clock,
            entropy=the_entropy,
            index=Index(data / folder.SEARCH_DB, log_db.meta["instance"]),
        )
        stack.push_async_callback(node.index.close)
        stack.push_async_callback(node.solver.close)
        # First to run at the end: whatever is being written is finished before the
        # stores close.
        stack.push_async_callback(ingest.lock.acquire)
        register.on_block = node.on_block
        register.outdate = ingest.outdate
        register.on_proof = ingest.refold
        ingest.own, ingest.own_returned = coop, act.own_returned
        ingest.grown = node.on_growth
        await _settle(node, progress)
        yield node


async def _settle(node: Node, progress: Progress | None) -> None:
    """Bring a node that was just opened to where it left off."""
    await node.signer.compare(node.log)
    if node.signer.restored:
        if node.signer.forgetful and node.register.founded:
            await node.register.doubt()
    else:
        await _follow(node)
    if node.register.founded:
        # After the doubt is noted: a note in the anchor makes it one that is known.
        await node.register.follow()
    if await node.kit_check() is not None:
        node.act.hold = await kit_fault(node)
    if node.register.founded:
        await node.ingest.catch_up(progress)
        await node.closings.settle()
        # Without a writable anchor a node still reads and syncs; `status` says so.
        with suppress(AnchorNotWritten):
            await node.after_membership()
        await node.register.decide()


async def _follow(node: Node) -> None:
    """Bring the anchor to the head of the database, before anything is sent.

    A crash between commit and anchor leaves the database ahead; what lies beyond left
    nobody.
    """
    head = node.signer.head
    for one in node.log.of_coop(node.coop):
        current = head is None or one.chain.incarnation == head.incarnation
        if current and (head is None or one.last > head.seq):
            await node.signer.note_head(
                Place(one.chain.incarnation, one.last, one.last_id)
            )
