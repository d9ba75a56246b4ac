"""How far long work is, on standard error: a bar, or a line every few seconds.

Nothing appears before a second has passed, so that quick work stays quiet.
"""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TextIO

from node.clock import SystemClock

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Tell = Callable[[int, int | None, str], None]

#: Work that is done sooner shows no progress.
QUIET_S: Final = 1.0
#: Where there is no terminal: seconds from line to line.
LINE_S: Final = 5.0


class Progress:
    """Shows what `tell` is told; may be told from any thread."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        out: TextIO | None = None,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        """Show nothing if `quiet`; a bar is taken away at the end of the context."""
        self._quiet = quiet
        self._out = out or sys.stderr
        self._monotonic = monotonic or SystemClock().monotonic
        self._next = self._monotonic() + QUIET_S
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar away; what is told afterwards is not shown."""
        self._quiet = True
        if self._bar is not None:
            self._bar.stop()

    def tell(self, done: int, of: int | None, what: str) -> None:
        """Take how much is done, of how much (None while unknown), of what."""
        if self._quiet or (self._bar is None and self._monotonic() < self._next):
            return
        if self._out.isatty():
            self._move_bar(done, of, what)
            return
        self._next = self._monotonic() + LINE_S
        whole = "" if of is None else f" of {of:,}"
        print(f"{done:,}{whole} {what}", file=self._out, flush=True)

    def _move_bar(self, done: int, of: int | None, what: str) -> None:
        if self._bar is None:
            self._bar = _bar(self._out)
            self._bar.start()
        if not self._bar.task_ids:
            self._bar.add_task(what, total=of)
        self._bar.update(
            self._bar.task_ids[0], completed=done, total=of, description=what
        )


def _bar(out: TextIO) -> "Bar":
    from rich import progress  # noqa: PLC0415 - only for long work before people
    from rich.console import Console  # noqa: PLC0415 - as above

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(file=out),
        transient=True,
    )
