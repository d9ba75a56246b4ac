"""The table: what was measured beside its target, and on which machine."""

import datetime
import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
_LIBRARIES: Final = ("aiohttp", "aiosqlite", "cryptography", "msgpack", "msgspec")
_TITLE: Final = """\
# Recorded figures

`python -m tests.bench` writes them; the newest run stands first. Two processes on one
machine, HTTP over loopback, the real rules and stores, the mix of `mix.toml`. Only
figures of one run may be compared: the machines are shared. Under load, CPU per event
says more than events per second.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, its target, and whether it is met; None where there is no target."""

    what: str
    found: str
    target: str = ""
    met: bool | None = None

    @classmethod
    def rate(cls, what: str, found: float, least: float) -> "Row":
        """Make a row of something that should be large."""
        return cls(what, f"{found:,.0f}", f"≥ {least:,.0f}", met=found >= least)

    @classmethod
    def most(cls, what: str, found: float, most: float) -> "Row":
        """Make a row of something that should be small."""
        digits = 2 if found < 10 else 1 if found < 100 else 0
        return cls(what, f"{found:,.{digits}f}", f"≤ {most:,g}", met=found <= most)

    @classmethod
    def note(cls, what: str, found: str) -> "Row":
        """Make a row of something that just is."""
        return cls(what, found)

    def cells(self) -> tuple[str, str, str, str]:
        """Give the texts of the columns."""
        word = {True: "met", False: "MISSED", None: ""}[self.met]
        return self.what, self.found, self.target, word


def table(rows: Iterable[Row]) -> str:
    """Lay rows out as a table that reads well as it stands, and as Markdown."""
    lines = [("what", "measured", "target", ""), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    written = [
        f"| {a:<{widths[0]}} | {b:>{widths[1]}} | {c:<{widths[2]}} | {d:<{widths[3]}} |"
        for a, b, c, d in lines
    ]
    rule = "|".join(["", *("-" * (width + 2) for width in widths), ""])
    return "\n".join([written[0], rule, *written[1:]])


def machine() -> str:
    """Say on what this was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _LIBRARIES)
    return (
        f"{_cpu()}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()}"
        f" {platform.release()}; Python {platform.python_version()}, SQLite"
        f" {sqlite3.sqlite_version}, {versions}. Load {os.getloadavg()[1]:.1f} over the"
        " last five minutes, of this and all other work"
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def record(events: int, repeat: int, rows: Sequence[Row]) -> None:
    """Put a run on top of the recorded ones."""
    now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - the date of a report
    title = f"## {now:%Y-%m-%d}: {events:,} events of 50 co-ops, median of {repeat}"
    old = RESULTS.read_text("utf-8") if RESULTS.exists() else _TITLE
    head, _, rest = old.partition("\n## ")
    parts = [head.rstrip(), f"{title}\n\n{machine()}\n\n{table(rows)}"]
    if rest:
        parts.append(f"## {rest.rstrip()}")
    RESULTS.write_text("\n\n".join(parts) + "\n", "utf-8")
