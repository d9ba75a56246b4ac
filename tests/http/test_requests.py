"""Every case of good.txt and bad.txt against a real server over a raw socket."""

import asyncio
import logging
import time
from typing import Final

import pytest

from node.web.gate import ConnectionGate
from tests.http.wire import (
    GOOD,
    SOON_S,
    Case,
    check_log,
    check_problem,
    exchange,
    read_cases,
    serving,
)

BROKEN: Final = "a chunk size that is none, in a packet of its own"


def named(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", read_cases("bad.txt"), ids=named)
async def test_a_bad_request(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gate = ConnectionGate()
    async with serving(gate=gate) as port:
        started = time.monotonic()
        answer = await exchange(port, case.pieces)
        assert time.monotonic() - started < SOON_S
        assert answer.status in case.expected
        if answer.status >= "400" and answer.status != "closed":
            check_problem(answer)
        assert (await exchange(port, (GOOD,))).status == "200"
        assert gate.open <= 2
    await asyncio.sleep(0)
    assert gate.open == 0
    check_log(caplog.records)


@pytest.mark.parametrize("case", read_cases("good.txt"), ids=named)
async def test_a_good_request(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as port:
        answer = await exchange(port, case.pieces)
    assert answer.status in case.expected
    assert not caplog.records


async def test_broken_framing_ends_the_connection() -> None:
    """And says so, or the client would send its next request into it."""
    (case,) = [each for each in read_cases("bad.txt") if each.name == BROKEN]
    async with serving() as port:
        answer = await exchange(port, case.pieces)
    assert answer.headers["connection"] == "close"


def test_names_are_unique() -> None:
    for file in ("good.txt", "bad.txt"):
        names = [case.name for case in read_cases(file)]
        assert len(names) == len(set(names))
