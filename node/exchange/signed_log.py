"""The signed export: everything a network agreed on, in one file anybody can verify.

Written beside its name and renamed once it is whole; read through the same door as
what peers send.
"""

from collections.abc import Callable, Iterator, Sequence
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
#: Events taken in one commit while importing.
_BATCH: Final = 16_384


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
        if file.read(len(export.MAGIC)) != export.MAGIC:
            raise _refused(path, "malformed", "it is no export of Wortley", _WAY_OUT)
        file.seek(0)
        try:
            records = export.read_records(file)
            return await _take_all(records, ingest, register, progress)
        except ProtocolError as error:
            way_out = "What stood before that place is taken; get a whole copy of the"
            way_out += " file for the rest."
            raise _refused(path, error.code, error.detail, way_out) from error


def _refused(path: Path, code: str, why: str, way_out: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"path: {path}: {why}.",
        way_out=way_out,
        field="path",
        expected="a file that `wortley log export` wrote",
    )


async def _take_all(
    records: Iterator[Record], ingest: Ingest, register: Register, progress: Progress
) -> int:
    network = register.roster.network
    runs: list[Run] = []
    texts: list[Text] = []
    proofs: list[bytes] = []
    new, seen = 0, 0
    for record in records:
        if isinstance(record, RunRecord):
            runs.append(_run_of(record, network))
            seen += len(record.events)
        elif isinstance(record, TextRecord):
            texts.append(Text(record.coop, record.salt, record.words))
        elif isinstance(record, ProofRecord):
            proofs.append(gossip.write(ProofObject(record.proof)))
        else:
            await _take_register(record, register)
        if sum(len(run.events) for run in runs) >= _BATCH or len(texts) >= _BATCH:
            new += await _take(ingest, runs, texts, more=True)
            runs, texts = [], []
            progress(seen, seen)
    new += await _take(ingest, runs, texts, more=False)
    # A proof needs the chain that it names, so it comes last here.
    await register.take_objects(proofs)
    return new


async def _take_register(
    record: GenesisRecord | BlockRecord | EndRecord, register: Register
) -> None:
    match record:
        case GenesisRecord(genesis):
            _check_network(genesis, register.roster.network)
        case BlockRecord(block, certificate):
            await register.take_blocks([(block, certificate)])
        case EndRecord():
            pass


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


async def _take(
    ingest: Ingest, runs: Sequence[Run], texts: Sequence[Text], *, more: bool
) -> int:
    taken = await ingest.take(runs, texts, more=more)
    for _, error in taken.refused:
        raise error
    return taken.events
