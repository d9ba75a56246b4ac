"""Rows into a CSV file (RFC 4180), a batch at a time."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import IO, Final

from node.exchange.sheets.column import Column, Style, Values

#: Without it, Excel takes a file for one in the code page of its country.
BOM: Final = b"\xef\xbb\xbf"


async def write(
    file: IO[bytes],
    columns: Sequence[Column],
    batches: AsyncIterator[Sequence[Values]],
    style: Style,
) -> int:
    """Write a heading and all rows; give how many there were."""
    file.write(BOM + _lines([[one.title for one in columns]], style))
    count = 0
    async for batch in batches:
        cells = ([one.cell(row, style) for one in columns] for row in batch)
        file.write(_lines(cells, style))
        count += len(batch)
    return count


def _lines(rows: Iterable[Sequence[str]], style: Style) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=style.delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
