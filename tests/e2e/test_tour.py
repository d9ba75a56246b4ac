"""The README's tour, run as it stands: a manual that cannot go stale."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.cluster import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def blocks(text: str) -> list[str]:
    """Give the shell blocks of a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_tour_runs_as_it_stands(tmp_path: Path) -> None:
    tour = blocks((ROOT / "README.md").read_text("utf-8"))
    assert len(tour) >= 6
    (tmp_path / "run").symlink_to(ROOT / "run")
    # One shell for all, as a reader has: what one block sets, the next one uses.
    script = "\n".join(tour)
    done = subprocess.run(  # noqa: S603 - the project's own manual
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "committed" in done.stdout
    assert "All is as it must be" in done.stdout
