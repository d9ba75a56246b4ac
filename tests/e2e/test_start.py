"""`wortley up` beside other commands on the same folder."""

import dataclasses
import time

import pytest

from node import folder
from node.errors import UserFault
from tests.e2e.cluster import Cluster, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_up_waits_for_a_short_command(place: Cluster) -> None:
    alba = place.add("Alba")
    with folder.lock(alba.folder):
        alba.launch()
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            assert not alba.answers()
            time.sleep(0.1)
    until("Alba answers", alba.answers)
    alba.stop()


def test_up_does_not_wait_for_ever(place: Cluster) -> None:
    alba = place.add("Alba").start()
    second = dataclasses.replace(alba, process=None)
    second.launch()
    assert second.process is not None
    assert second.process.wait(20) == UserFault.exit_code
    assert f"in use by process {alba.process and alba.process.pid}" in second.said()
    # The first one has not noticed.
    assert alba.status()["name"] == "Alba"
    alba.stop()
