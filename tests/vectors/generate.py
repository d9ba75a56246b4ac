"""Write the vector files anew: `python -m tests.vectors.generate`.

The files are part of the repository and are read by other programs; what changes in
them changes the protocol. `test_vectors.py` compares them byte for byte.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.vectors.making import (
    canonical,
    events,
    export,
    ids,
    joins,
    keys,
    kinds,
    roster,
    rules,
    runs,
    sealing,
    trade,
    walk,
    wire,
)
from tests.vectors.making.written import File, render

FOLDER: Final = Path(__file__).resolve().parent
FILES: Final[dict[str, Callable[[], File]]] = {
    "canonical.json": canonical.make,
    "ids.json": ids.make,
    "keys.json": keys.make,
    "events.json": events.make,
    "runs.json": runs.make,
    "roster.json": roster.make,
    "kinds.json": kinds.make,
    "rules.json": rules.make,
    "walk.json": walk.make,
    "wire.json": wire.make,
    "export.json": export.make,
    "joins.json": joins.make,
    "trade.json": trade.make,
    "sealing.json": sealing.make,
}


def written(name: str) -> bytes:
    """Give the bytes of a file as they should be."""
    return render(FILES[name]()).encode("ascii")


def main() -> None:
    for name in FILES:
        (FOLDER / name).write_bytes(written(name))


if __name__ == "__main__":
    main()
