"""The README's tour, run as it stands: a manual that cannot go stale."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cluster import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

LASTS_S = 200


def blocks(text: str) -> list[str]:
    """Give the shell blocks of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def environment(folder: Path) -> Path:
    """Make an environment for `./run` that is the one which the tests run in."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', "ascii")
    python.chmod(0o755)
    lock = "requirements.lock"
    (folder / f".{lock}").write_bytes((ROOT / lock).read_bytes())
    return folder


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep other runs of the tour away: its ports are those that it says."""
    with Path(tempfile.gettempdir(), "wortley-tour.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_the_tour_runs_as_it_stands(tmp_path: Path) -> None:
    tour = blocks((ROOT / "README.md").read_text("utf-8"))
    assert len(tour) >= 6
    (tmp_path / "run").symlink_to(ROOT / "run")
    env = {
        **os.environ,
        "HOME": str(tmp_path / "home"),
        "WORTLEY_DATA": str(tmp_path / "data"),
        "WORTLEY_VENV": str(environment(tmp_path / "venv")),
    }
    with one_at_a_time():
        # One shell for all, as a reader has: what one block sets, the next one uses.
        reader = subprocess.Popen(  # noqa: S603 - the project's own manual
            ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(tour)],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = reader.communicate(timeout=LASTS_S)
        finally:
            # The nodes that it has left behind, where it broke off.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(reader.pid, signal.SIGKILL)
    assert reader.returncode == 0, said[-6000:]
    assert "committed" in said
    assert "All is as it must be" in said
