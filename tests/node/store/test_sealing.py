"""Reading a log while its tail is sealed: what was there stays there."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from node.act import Draft
from node.proving import SEGMENT_FROM
from protocol import limits, log
from protocol.ids import EventId
from protocol.kinds.profiles import ProfileSet
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, network


@pytest.fixture
async def alba(tmp_path: Path) -> AsyncIterator[Coop]:
    async for place in nodes.nodes(tmp_path):
        (one,) = await network(place, "Alba")
        yield one


def _profile(people: int) -> Draft:
    return Draft("profile.set", ProfileSet(day=450, people=people), {"name": "A"})


async def test_a_reader_that_knows_less_finds_what_was_sealed(
    alba: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = alba.node
    (held,) = node.log.of_coop(node.coop)
    for people in range(2, 15):
        await node.act.publish([_profile(people)])
    (held,) = node.log.of_coop(node.coop)
    # As a reader has it that looked before the rows moved.
    before = dataclasses.replace(held)
    assert held.sealed == 0
    monkeypatch.setattr(limits, "RUN_EVENTS", 8)
    assert await node.log.seal(held)
    assert (before.sealed, held.sealed) == (0, 8)
    key = node.register.log_key(node.coop) or b""
    for first in range(1, held.last + 1):
        found = await node.log.read_packed(before, first)
        assert found is not None, first
        run, previous, _ = found
        assert run.first == first
        log.verify(run, EventId(previous), key)
        assert await node.log.id_at(before, first) == await node.log.id_at(held, first)
    assert await node.log.read_run(before, held.last + 1) is None


async def test_a_place_that_is_not_stored_is_damage(alba: Coop) -> None:
    (held,) = alba.node.log.of_coop(alba.node.coop)
    with pytest.raises(ValueError, match="no segment"):
        await alba.node.log.segment_at(held, 1)
    assert await alba.node.log.read_run(dataclasses.replace(held, last=9), 5) is None


async def test_many_events_at_once_are_stored_as_they_come(alba: Coop) -> None:
    node = alba.node
    await node.act.publish([_profile(people) for people in range(2, 9)])
    (held,) = node.log.of_coop(node.coop)
    few = held.last
    assert held.sealed == 0
    await node.act.publish([_profile(2)] * SEGMENT_FROM)
    (held,) = node.log.of_coop(node.coop)
    assert (held.last, held.sealed) == (few + SEGMENT_FROM, few + SEGMENT_FROM)
    key = node.register.log_key(node.coop) or b""
    lasts: list[int] = []
    previous = held.chain.opening()
    while found := await node.log.read_run(held, lasts[-1] + 1 if lasts else 1):
        run, before = found
        assert before == previous
        previous = log.verify(run, before, key)[-1]
        lasts.append(run.last)
    assert lasts == [few, held.last]
    assert previous == held.last_id


async def test_segments_connect_as_they_are_sealed_one_by_one(
    alba: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = alba.node
    for people in range(2, 30):
        await node.act.publish([_profile(people)])
    (held,) = node.log.of_coop(node.coop)
    monkeypatch.setattr(limits, "RUN_EVENTS", 8)
    while await node.log.seal(held):
        pass
    assert held.sealed == held.last // 8 * 8
    for first in range(1, held.sealed, 8):
        segment = await node.log.segment_at(held, first)
        assert segment.before == await node.log.id_at(held, first - 1), first
