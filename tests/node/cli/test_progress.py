"""How far long work is: nothing while it is quick; then lines, or a bar for people."""

import io
import sys

import pytest

from node.cli import progress
from node.cli.progress import Progress
from tests.node.cli.caller import Node, Terminal, wortley


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(*, every_s: float, steps: int, quiet: bool = False) -> list[str]:
    out, watch = io.StringIO(), Watch()
    with Progress(out=out, monotonic=watch, quiet=quiet) as shown:
        for step in range(steps):
            shown.tell(step * 1000, 100_000 if step % 2 else None, "events")
            watch.now += every_s
    return out.getvalue().splitlines()


def test_quick_work_is_quiet() -> None:
    assert lines(every_s=0.01, steps=99) == []


def test_a_line_every_few_seconds() -> None:
    assert lines(every_s=0.5, steps=24) == [
        "2,000 events",
        "12,000 events",
        "22,000 events",
    ]
    assert lines(every_s=7, steps=3) == ["1,000 of 100,000 events", "2,000 events"]


def test_quiet_is_quiet() -> None:
    assert lines(every_s=7, steps=3, quiet=True) == []


def test_a_bar_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out, watch = Terminal(), Watch()
    with Progress(out=out, monotonic=watch) as shown:
        shown.tell(1, None, "[red]events")
        assert out.getvalue() == ""
        watch.now = progress.QUIET_S
        shown.tell(2, 10, "[red]events")
        shown.tell(5, 10, "[red]events")
    written = out.getvalue()
    assert "[red]events" in written
    assert "5/10" in written
    # It is taken away: the last thing done is to clear its line.
    assert written.rstrip("\r\n").endswith("\x1b[2K")
    shown.tell(9, 10, "events")
    assert out.getvalue() == written


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET_S", 0.0)


@pytest.mark.usefixtures("at_once")
def test_progress_goes_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    node = Node(rebuild={"events": 1, "root": None})
    assert "things" not in wortley("rebuild", node=node).out
    assert capsys.readouterr().err == "1 of 1 things\n"
    wortley("rebuild", "--json", node=node)
    assert capsys.readouterr().err == ""


def test_standard_error_is_the_usual_place() -> None:
    assert Progress()._out is sys.stderr
