"""What one commit adds to log.db, as rows: the pure result of an ingest."""

from dataclasses import dataclass, field

from protocol.log import Chain
from protocol.walks import Adoption


@dataclass(slots=True)
class Held:
    """A chain as it is held: its number in the store, its last place, its adoptions.

    `sealed` is the seq up to which events lie in segments; beyond it they lie
    row by row.
    """

    no: int
    chain: Chain
    last: int
    last_id: bytes
    sealed: int = 0
    adoptions: tuple[Adoption, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """Events `first` to `last` as one block; `before` is the id at `first - 1`."""

    chain: int
    first: int
    last: int
    before: bytes
    signature: bytes
    packing: str
    block: bytes


@dataclass(frozen=True, slots=True)
class TailRow:
    """One event; the signature where one stands on it."""

    chain: int
    seq: int
    id: bytes
    data: bytes
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A run that came in and is relayed from now on; `last_id` names all of it."""

    chain: int
    first: int
    last: int
    last_id: bytes


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text whose commitment stands in an event that is held."""

    commitment: bytes
    coop: bytes
    salt: bytes
    words: bytes


@dataclass(slots=True)
class Batch:
    """Rows for one transaction, and the chains as they are after it."""

    chains: dict[int, Held] = field(default_factory=dict)
    new_chains: list[Held] = field(default_factory=list)
    segments: list[SegmentRow] = field(default_factory=list)
    tail: list[TailRow] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    adoptions: list[tuple[int, Adoption]] = field(default_factory=list)
    texts: list[TextRow] = field(default_factory=list)
    missing: list[tuple[bytes, bytes, int]] = field(default_factory=list)
    #: By how many bytes each log grows, by co-op (`room`).
    sizes: dict[bytes, int] = field(default_factory=dict)
    #: Co-op, commitment, and a co-op that may hold the text: of sealed texts alone.
    sealed: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)
    idempotency: tuple[str, bytes] | None = None
