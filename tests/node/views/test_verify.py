"""Damage everything that is stored, one thing at a time, and see it named."""

from collections.abc import Awaitable, Callable

import aiosqlite
import msgspec
import pytest

from node.act import Draft
from node.views.verify import NAMED, REBUILD, RESTORE
from protocol.kinds.leads import LeadOpened
from tests.node.commands.nodes import Answer, Coop, share

LINES = [{"skill": "web", "minutes": 900}]
Break = Callable[[aiosqlite.Connection], Awaitable[object]]


async def filled(two: list[Coop]) -> Coop:
    """Give Birch's node with a segment and a tail of Alba's log, and its own events."""
    alba, birch = two
    drafts = [
        Draft("lead.opened", LeadOpened(), {"title": f"Lead {no}"})
        for no in range(1100)
    ]
    await alba.node.act.publish(drafts)
    lead = (await alba.ask("lead.open", title="Website", requirements=LINES))["id"]
    await alba.ask("project.open", title="Tool", goal="5")
    await share(two)
    await birch.ask("pledge.work", lead=lead, minutes=60)
    await share(two)
    (held,) = birch.node.log.of_coop(alba.node.coop)
    assert 0 < held.sealed < held.last
    assert (await birch.ask("verify"))["ok"]
    return birch


async def test_what_was_looked_at_is_counted(two: list[Coop]) -> None:
    birch = await filled(two)
    found = await birch.ask("verify")
    chains = birch.node.log.chains.values()
    assert found["events"] == sum(held.last for held in chains) == 1105
    assert found["texts"] == 1104
    assert (found["blocks"], found["logs"], found["missing_texts"]) == (2, 2, 0)
    assert found["root"] == (await two[0].ask("status"))["root"]
    assert found["damaged"] == []


def statement(sql: str, *args: object) -> Break:
    async def run(db: aiosqlite.Connection) -> None:
        cursor = await db.execute(sql, args)
        assert cursor.rowcount > 0

    return run


def among(family: str, sql: str) -> Break:
    """Do something to all entities of a family, of which state.db keeps a number."""

    async def run(db: aiosqlite.Connection) -> None:
        found = await db.execute_fetchall(
            "SELECT no FROM kinds WHERE family = ?", (family,)
        )
        changed = 0
        for (kind,) in found:
            changed += (await db.execute(f"{sql} WHERE kind = ?", (kind,))).rowcount
        assert changed > 0

    return run


LOG_BREAKS: dict[str, tuple[Break, str, str]] = {
    "an event of the tail": (
        statement("UPDATE tail SET data = zeroblob(99) WHERE seq > 2"),
        "log of",
        "No signature stands",
    ),
    "an event that became text": (
        statement("UPDATE tail SET data = data || x'00' WHERE seq > 2"),
        "log of",
        "cannot be read",
    ),
    "the signature of the tail": (
        statement("UPDATE tail SET signature = zeroblob(64) WHERE signature NOT NULL"),
        "log of",
        "No signature stands",
    ),
    "an id of the tail": (
        statement("UPDATE tail SET id = zeroblob(32) WHERE seq > 2"),
        "log of",
        "under another id",
    ),
    "a missing tail": (
        statement("DELETE FROM tail WHERE chain = 1"),
        "log of",
        "are not there",
    ),
    "a segment's block": (
        statement("UPDATE segments SET block = zeroblob(99)"),
        "log of Alba, place 1",
        "cannot be read",
    ),
    "a segment's signature": (
        statement("UPDATE segments SET signature = zeroblob(64)"),
        "log of Alba, place 1",
        "No signature stands",
    ),
    "the id before a segment": (
        statement("UPDATE segments SET before = zeroblob(32)"),
        "log of Alba, place 1",
        "does not follow",
    ),
    "a missing segment": (
        statement("DELETE FROM segments"),
        "log of Alba, place 1",
        "cannot be read",
    ),
    "a text": (
        statement("UPDATE texts SET words = x'41'"),
        "text ",
        "not the text that was committed to",
    ),
    "the salt of a text": (
        statement("UPDATE texts SET salt = zeroblob(16)"),
        "text ",
        "not the text that was committed to",
    ),
    "a block of the roster": (
        statement("UPDATE blocks SET block = zeroblob(99) WHERE number = 1"),
        "roster, block 1",
        "cannot be read",
    ),
    "a certificate": (
        statement("UPDATE blocks SET certificate = x'90' WHERE number = 1"),
        "roster, block 1",
        "cannot be read",
    ),
    "another genesis": (
        statement("DELETE FROM blocks"),
        "roster",
        "not those in use",
    ),
}
STATE_BREAKS: dict[str, tuple[Break, str, str]] = {
    "a state": (
        among("lead", "UPDATE entities SET kind = 0"),
        "state of log of Alba",
        "lead evt_",
    ),
    "a body": (
        among("pledge", "UPDATE entities SET body = x'80'"),
        "state of log of Birch",
        "pledge evt_",
    ),
    "a reference": (
        among("pledge", "UPDATE entities SET ref = NULL"),
        "state of log of Birch",
        "pledge evt_",
    ),
    "a missing entity": (
        among("project", "DELETE FROM entities"),
        "state of log of Alba",
        "project evt_",
    ),
    "an entity too many": (
        among(
            "project",
            "INSERT INTO entities SELECT NULL, zeroblob(32), hash, coop, kind, epoch,"
            " ref, body, made, moved FROM entities",
        ),
        "state of log of Alba",
        "An entity of no event evt_aaaa",
    ),
    "a verdict that cannot be read": (
        among(
            "project",
            "INSERT INTO voids SELECT coops.id, entities.id, 'lead-over', x'c1'"
            " FROM entities JOIN coops ON coops.no = coop",
        ),
        "state of log of Alba",
        "cannot be read",
    ),
    "a verdict too many": (
        among(
            "project",
            "INSERT INTO voids SELECT coops.id, entities.id, 'lead-over', x'80'"
            " FROM entities JOIN coops ON coops.no = coop",
        ),
        "state of log of Alba",
        "The verdict on evt_",
    ),
}


def check(name: str, found: Answer, where: str, what: str, way_out: str) -> None:
    assert not found["ok"], name
    damaged = found["damaged"]
    assert 0 < len(damaged) <= NAMED
    assert damaged[0]["where"].startswith(where), (name, damaged[:3])
    assert what in damaged[0]["what"], (name, damaged[:3])
    for one in damaged:
        assert one["way_out"] == way_out, (name, one)
        assert one["what"].endswith("."), (name, one)
        assert one["what"].replace("\ufffd", "").isprintable(), (name, one)


@pytest.mark.slow
async def test_damage_to_the_log_is_named(two: list[Coop]) -> None:
    birch = await filled(two)
    for name, (break_, where, what) in LOG_BREAKS.items():
        found = await broken(birch, birch.node.log._writer, break_)
        check(name, found, where, what, RESTORE)
    assert (await birch.ask("verify"))["ok"]


@pytest.mark.slow
async def test_damage_to_the_state_is_named(two: list[Coop]) -> None:
    birch = await filled(two)
    for name, (break_, where, what) in STATE_BREAKS.items():
        found = await broken(birch, birch.node.state._writer, break_)
        check(name, found, where, what, REBUILD)
    assert (await birch.ask("verify"))["ok"]


async def broken(coop: Coop, db: aiosqlite.Connection, break_: Break) -> Answer:
    """Verify with the damage done; it is undone from a copy afterwards."""
    async with aiosqlite.connect(":memory:") as copy:
        await db.backup(copy)
        await break_(db)
        found = await coop.ask("verify")
        await copy.backup(db)
    return found


async def test_a_wrong_bucket_is_named_and_a_rebuild_mends_it(two: list[Coop]) -> None:
    alba, _ = two
    node = alba.node
    await alba.ask("lead.open", title="Website")
    root = (await alba.ask("status"))["root"]
    no = next(iter(node.state.buckets))
    node.state.buckets[no] = bytes(32)
    found = await alba.ask("verify")
    check("a bucket", found, "state", "The root kept is", REBUILD)
    assert found["root"] == root
    await alba.ask("rebuild")
    found = await alba.ask("verify")
    assert (found["ok"], found["root"]) == (True, root)


async def test_a_head_that_no_event_has_is_named(two: list[Coop]) -> None:
    alba, birch = two
    (held,) = birch.node.log.of_coop(alba.node.coop)
    kept, held.last_id = held.last_id, bytes(32)
    found = await birch.ask("verify")
    check("a head", found, "log of Alba", "under another id", RESTORE)
    held.last_id = kept
    assert (await birch.ask("verify"))["ok"]


async def test_a_text_that_is_still_to_come_is_no_damage(two: list[Coop]) -> None:
    alba, _ = two
    await alba.node.log._writer.execute("DELETE FROM texts")
    found = await alba.ask("verify")
    assert (found["ok"], found["texts"], found["missing_texts"]) == (True, 0, 2)


async def test_only_so_many_faults_are_named(two: list[Coop]) -> None:
    alba, _ = two
    drafts = [Draft("lead.opened", LeadOpened(), {"title": "X"})] * (NAMED + 20)
    await alba.node.act.publish(drafts)
    await alba.node.state._writer.execute("UPDATE entities SET epoch = 99")
    found = await alba.ask("verify")
    assert len(found["damaged"]) == NAMED
    assert msgspec.json.encode(found)
