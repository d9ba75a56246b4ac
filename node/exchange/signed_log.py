"""The signed export: everything a network agreed on, in one file anybody can verify.

Written beside its name and renamed once it is whole; read through the same door as
what peers send.
"""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from node.errors import UserFault
from node.exchange import whole_file
from node.ingest import Ingest
from node.register import Register
from node.store.log_db import LogDb
from protocol import export, log
from protocol.errors import ProtocolError
from protocol.export import (
    BlockRecord,
    EndRecord,
    GenesisRecord,
    ProofRecord,
    Record,
    RunRecord,
    TextRecord,
)
from protocol.ids import CoopId, Incarnation, NetworkId
from protocol.log import Chain, Run
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from protocol.wire import Text

#: Told how many events are done, of how many.
Progress = Callable[[int, int], None]
_WAY_OUT: Final = "Name a file that `wortley log export` wrote."
_BLOCKS_AT_ONCE: Final = 500
#: Events and texts taken in one commit while importing.
_BATCH: Final = 16_384
#: Records that are read before others have their turn, a few milliseconds of them.
_RECORDS: Final = 256


async def write(
    path: Path,
    *,
    log_db: LogDb,
    register: Register,
    root: bytes,
    progress: Progress,
) -> int:
    """Write the export of the whole network; give the number of events in it.

    Raises `WorldFault` where the file cannot be written; a file of that name stays as
    it was until the new one is whole.
    """
    with whole_file.written(path) as file:
        return await write_into(
            file, log_db=log_db, register=register, root=root, progress=progress
        )


async def write_into(
    file: IO[bytes],
    *,
    log_db: LogDb,
    register: Register,
    root: bytes,
    progress: Progress,
) -> int:
    """Write the export into an open file; give the number of events in it."""
    writer = _Writer(file)
    events = await _write_all(writer, log_db, register, progress)
    writer.put(EndRecord(writer.records, root))
    return events


class _Writer:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.records = 0
        file.write(export.MAGIC)

    def put(self, record: Record) -> None:
        self._file.write(export.write_record(record))
        self.records += 1


async def _write_all(
    writer: _Writer, log_db: LogDb, register: Register, progress: Progress
) -> int:
    await _write_roster(writer, log_db)
    for coop in sorted(register.proofs):
        proofs = register.proofs[coop].values()
        for proof in sorted(proofs, key=lambda one: one.incarnation):
            writer.put(ProofRecord(proof))
    chains = [log_db.chains[key] for key in sorted(log_db.chains)]
    total = sum(held.last for held in chains)
    done = 0
    for held in chains:
        first = 1
        while (found := await log_db.read_run(held, first)) is not None:
            run, before = found
            # What is exported was verified just before, like what is served.
            log.verify(run, before, register.log_key(run.chain.coop) or b"")
            writer.put(_run_record(run))
            first = run.last + 1
            done += len(run.events)
            progress(done, total)
    async for text in log_db.texts.every():
        writer.put(TextRecord(text.coop, text.salt, text.words))
    return total


async def _write_roster(writer: _Writer, log_db: LogDb) -> None:
    since = 0
    while rows := await log_db.roster.blocks(since, _BLOCKS_AT_ONCE):
        for block, certificate in rows:
            if since == 0:
                writer.put(GenesisRecord(block))
            else:
                writer.put(BlockRecord(block, certificate))
            since += 1


def _run_record(run: Run) -> RunRecord:
    chain = run.chain
    return RunRecord(
        chain.coop,
        chain.generation,
        chain.incarnation,
        chain.base,
        run.first,
        run.signature,
        run.events,
    )


async def read(
    path: Path, *, ingest: Ingest, register: Register, progress: Progress
) -> int:
    """Take an export of this network in; give the number of events that were new.

    Raises `UserFault` where the file is damaged, or of another network.
    """
    with whole_file.opened(path, way_out=_WAY_OUT) as file:
        return await read_from(
            file,
            called=str(path),
            ingest=ingest,
            register=register,
            progress=progress,
        )


async def read_from(
    file: IO[bytes],
    *,
    called: str,
    ingest: Ingest,
    register: Register,
    progress: Progress,
) -> int:
    """Take in what an open file holds, which a refusal speaks of as `called`.

    Raises `UserFault` as `read` does: `partly` where something of it was taken.
    """
    if file.read(len(export.MAGIC)) != export.MAGIC:
        raise _refused(called, "export", "it is no export of Wortley", _WAY_OUT)
    file.seek(0)
    taking = _Taking(ingest, register, progress)
    try:
        return await taking.take_all(export.read_records(file))
    except (ProtocolError, UserFault) as error:
        fault = error if isinstance(error, UserFault) else _damaged(called, error)
        if taking.began:
            # What was to be folded at the end is folded now.
            await ingest.take([])
            fault.partly = True
        raise fault from (None if fault is error else error)


def _damaged(called: str, error: ProtocolError) -> UserFault:
    way_out = "What stood before that place is taken; get a whole copy of the file"
    return _refused(called, error.code, error.detail, f"{way_out} for the rest.")


def _refused(called: str, code: str, why: str, way_out: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"path: {called}: {why}.",
        way_out=way_out,
        field="path",
        expected="a file that `wortley log export` wrote, whole",
    )


class _Taking:
    """Takes records in, a batch at a time."""

    def __init__(self, ingest: Ingest, register: Register, progress: Progress) -> None:
        self._ingest = ingest
        self._register = register
        self._progress = progress
        self._network = register.roster.network
        self._runs: list[Run] = []
        self._texts: list[Text] = []
        self._waiting = 0
        self._seen = 0
        self._proofs: list[bytes] = []
        #: Whether anything was taken that stays.
        self.began = False

    async def take_all(self, records: Iterator[Record]) -> int:
        """Take all records; give how many events were new."""
        new = 0
        for number, record in enumerate(records, 1):
            if isinstance(record, GenesisRecord | BlockRecord):
                await self._take_register(record)
            else:
                self._collect(record)
            if self._waiting >= _BATCH:
                new += await self._take(more=True)
            elif number % _RECORDS == 0:
                await asyncio.sleep(0)
        new += await self._take(more=False)
        # A proof needs the chain that it names, so it comes last here.
        await self._register.take_objects(self._proofs)
        return new

    async def _take_register(self, record: GenesisRecord | BlockRecord) -> None:
        if isinstance(record, GenesisRecord):
            _check_network(record.genesis, self._network)
            return
        block = (record.block, record.certificate)
        if await self._register.take_blocks([block]):
            self.began = True

    def _collect(
        self, record: RunRecord | TextRecord | ProofRecord | EndRecord
    ) -> None:
        match record:
            case RunRecord(events=events):
                self._runs.append(_run_of(record, self._network))
                self._waiting += len(events)
                self._seen += len(events)
            case TextRecord(coop, salt, words):
                self._texts.append(Text(coop, salt, words))
                self._waiting += 1
            case ProofRecord(proof):
                self._proofs.append(gossip.write(ProofObject(proof)))
            case EndRecord():
                pass

    async def _take(self, *, more: bool) -> int:
        taken = await self._ingest.take(self._runs, self._texts, more=more)
        self._runs, self._texts, self._waiting = [], [], 0
        self._progress(self._seen, self._seen)
        self.began = self.began or taken.new
        for _, error in taken.refused:
            raise error
        return taken.events


def _check_network(genesis: bytes, network: NetworkId) -> None:
    if export.network_of(genesis) != network:
        raise UserFault(
            code="network-foreign",
            detail="path: the file holds the logs of another network.",
            way_out="Import it into a node of that network.",
            field="path",
            expected="an export of this network",
        )


def _run_of(record: RunRecord, network: NetworkId) -> Run:
    return Run(
        chain=Chain(
            network=network,
            coop=CoopId(record.coop),
            generation=record.generation,
            incarnation=Incarnation(record.incarnation),
            base=record.base,
        ),
        first=record.first,
        events=record.events,
        signature=record.signature,
    )
