"""Rows of log.db: what a batch becomes, and what is read back from a segment."""

from collections.abc import Sequence
from typing import cast

from node.store.batch import Batch, Held, SegmentRow
from protocol import limits, wire
from protocol.canonical import ENCODER
from protocol.ids import EventId
from protocol.log import Run, ids_after


def run_of_segment(row: SegmentRow, held: Held, first: int) -> tuple[Run, EventId]:
    """Give the events of a segment from `first` on as a run, and the id before it."""
    events = wire.decode_events(cast("wire.Packing", row.packing), row.block)
    before = EventId(row.before)
    skip = first - row.first
    if skip:
        before = ids_after(before, events[:skip])[-1]
    run = Run(
        chain=held.chain, first=first, events=events[skip:], signature=row.signature
    )
    return run, before


def rows_of(batch: Batch) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Give what a batch adds to some tables, by table."""
    return [
        ("segments", [segment_row(row) for row in batch.segments]),
        ("tail", [(r.chain, r.seq, r.id, r.data, r.signature) for r in batch.tail]),
        (
            "adoptions",
            [(no, one.at, ENCODER.encode(one.tail)) for no, one in batch.adoptions],
        ),
    ]


def segment_row(row: SegmentRow) -> tuple[object, ...]:
    """Write a segment."""
    return (
        row.chain,
        row.first,
        row.last,
        row.before,
        row.signature,
        row.packing,
        row.block,
    )


def sealable(rows: Sequence[Sequence[object]], *, short: bool = False) -> int:
    """Say how many events of a tail make a full run that ends in a signature.

    short: one that is not full will do.
    """
    size, end, full = 0, 0, len(rows) == limits.RUN_EVENTS
    for index, row in enumerate(rows, start=1):
        size += len(cast("bytes", row[2]))
        if size > limits.RUN_BYTES:
            full = True
            break
        if row[3] is not None:
            end = index
    return end if full or short else 0
