"""What a node holds, read from its signed export: logs place by place, and verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol import event, export, ids
from protocol.export import EndRecord, GenesisRecord, ProofRecord, RunRecord
from protocol.ids import CoopId, Incarnation, NetworkId
from protocol.log import Chain, Place, ids_after
from tests.e2e.cluster import Coop


@dataclass(slots=True, kw_only=True)
class Kept:
    """One incarnation of a log: ids and kinds by place, from seq 1."""

    coop: str
    base: Place | None
    ids: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Books:
    """All logs by (co-op, incarnation), the root, and who is proved to have forked."""

    logs: dict[tuple[str, str], Kept]
    root: str
    accused: list[str]

    def of(self, coop: Coop) -> list[Kept]:
        """Give the incarnations of one co-op's log, those without a base first."""
        own = [one for (owner, _), one in self.logs.items() if owner == coop.id]
        return sorted(own, key=lambda one: one.base is not None)

    def ids(self) -> set[str]:
        """Give all events, as `evt_...`."""
        return {one for kept in self.logs.values() for one in kept.ids}


def read(coop: Coop) -> Books:
    """Export what a running node holds, and hash it all again.

    Fails where a place is missing in a chain, or stands there twice.
    """
    path = coop.folder.with_suffix(".export")
    coop.ask("log.export", path=str(path), force=True)
    logs: dict[tuple[str, str], Kept] = {}
    network, root, accused = NetworkId(b""), "", list[str]()
    with path.open("rb") as file:
        for record in export.read_records(file):
            match record:
                case GenesisRecord(genesis):
                    network = export.network_of(genesis)
                case RunRecord():
                    _take(logs, record, network)
                case ProofRecord(proof):
                    accused.append(ids.text("coop", proof.coop))
                case EndRecord():
                    root = record.root.hex()
                case _:
                    pass
    path.unlink()
    return Books(logs=logs, root=root, accused=accused)


def _take(
    logs: dict[tuple[str, str], Kept], run: RunRecord, network: NetworkId
) -> None:
    owner = ids.text("coop", run.coop)
    chain = Chain(
        network=network,
        coop=CoopId(run.coop),
        generation=run.generation,
        incarnation=Incarnation(run.incarnation),
        base=run.base,
    )
    key = owner, run.incarnation.hex()
    kept = logs.setdefault(key, Kept(coop=owner, base=run.base))
    assert run.first == len(kept.ids) + 1, f"a gap in {key}"
    before = ids.parse("evt", kept.ids[-1]) if kept.ids else chain.opening()
    found = ids_after(ids.EventId(before), run.events)
    kept.ids.extend(ids.text("evt", one) for one in found)
    kept.kinds.extend(event.parse(data).kind for data in run.events)


def same(coops: Sequence[Coop]) -> Books:
    """Read the books of several nodes, which are the same; give them once."""
    first, *others = [read(coop) for coop in coops]
    for coop, other in zip(coops[1:], others, strict=True):
        assert other == first, f"{coop.name} holds something else"
    return first
