"""A log that fills the disk: no more of it is taken in, and the operator hears."""

from pathlib import Path

import pytest

from node import config
from node.errors import UserFault
from node.store.log_db import LogDb
from node.sync.exchange import Exchange
from protocol import limits
from tests.node.commands.nodes import Coop, Place, network
from tests.node.sync.direct import Line, talk


@pytest.fixture
async def three(place: Place) -> list[Coop]:
    return await network(place, "Alba", "Birch", "Cedar")


async def write_much(coop: Coop, leads: int) -> None:
    for number in range(leads):
        await coop.ask("lead.open", title=f"Lead {number}", description="x" * 3000)


async def test_no_more_is_taken_of_a_full_log_and_all_of_the_others(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    room = alba.node.log.room
    before = alba.node.log.of_coop(birch.node.coop)[0].last
    room.most = room.sizes[birch.node.coop] + 6000
    line = Line(alba.node, Exchange(birch.node))
    conversation = talk(Exchange(alba.node), line, birch.node)
    for _ in range(4):
        await write_much(birch, 1)
        await conversation.pull(0)
    await cedar.ask("profile.set", people=9)
    await talk(
        Exchange(birch.node), Line(birch.node, Exchange(cedar.node)), cedar.node
    ).pull(0)
    await conversation.pull(0)
    (held,) = alba.node.log.of_coop(birch.node.coop)
    assert before < held.last < before + 4
    assert room.sizes[birch.node.coop] <= room.most
    assert alba.node.log.of_coop(cedar.node.coop)[0].last == 2
    status = await alba.ask("status")
    told = [one for one in status["notices"] if "log_limit" in one]
    assert len(told) == 1
    assert "The log of Birch" in told[0]


async def test_nobody_is_asked_for_more_of_a_full_log(three: list[Coop]) -> None:
    alba, birch, _ = three
    alba.node.log.room.most = 1
    exchange = Exchange(alba.node)
    line = Line(alba.node, Exchange(birch.node))
    await write_much(birch, 2)
    await talk(exchange, line, birch.node).pull(0)
    calls = len(line.calls)
    # Another conversation, as after a lost line: it says what it wants no more of.
    again = talk(exchange, line, birch.node)
    assert not await again.pull(0)
    (head,) = [one for one in exchange.packer.heads() if one.coop == birch.node.coop]
    assert head.seq == limits.INTEGER
    assert len(line.calls) == calls + 1
    # Nor does the peer push it.
    push = Line(birch.node, exchange)
    await talk(Exchange(birch.node), push, alba.node).push()
    assert push.calls == []


async def test_the_own_log_has_no_limit(three: list[Coop]) -> None:
    alba = three[0]
    alba.node.log.room.most = 1
    assert (await alba.ask("profile.set", people=3))["id"]


async def test_sizes_are_kept_with_the_log(three: list[Coop], tmp_path: Path) -> None:
    alba, birch, _ = three
    await write_much(birch, 1)
    await talk(
        Exchange(alba.node), Line(alba.node, Exchange(birch.node)), birch.node
    ).pull(0)
    sizes = alba.node.log.room.sizes
    assert sizes[birch.node.coop] > 3000
    again = await LogDb.open(tmp_path / "Alba" / "log.db")
    try:
        await again.load_chains(alba.node.register.roster.network)
        assert again.room.sizes == sizes
    finally:
        await again.close()


def test_the_setting_is_read_from_file_and_environment(tmp_path: Path) -> None:
    settings = config.Config(name="Alba", listen="127.0.0.1:8750")
    config.write(tmp_path, settings)
    file = tmp_path / config.FILE
    assert config.load(tmp_path, {}).log_limit == config.LOG_MIB
    file.write_text(file.read_text() + "log_limit = 7\n")
    assert config.load(tmp_path, {}).log_limit == 7
    assert config.load(tmp_path, {"WORTLEY_LOG_LIMIT": "9"}).log_limit == 9
    for wrong in ("0", "-1", "much"):
        with pytest.raises(UserFault, match="log_limit"):
            config.load(tmp_path, {"WORTLEY_LOG_LIMIT": wrong})
