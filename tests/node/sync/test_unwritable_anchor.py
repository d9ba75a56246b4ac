"""An anchor that cannot be written stops this co-op's own words, and nothing else."""

from pathlib import Path

import aiosqlite
import pytest

from node.act import Draft
from node.anchor import Restored
from node.errors import AnchorNotWritten
from node.node import Node
from node.sync.exchange import Exchange
from protocol.kinds.profiles import ProfileSet
from tests.node.commands.nodes import Coop, share
from tests.node.sync.direct import Line, talk

_TABLES = "chains heads tail segments adoptions arrivals texts sizes idempotency"


def break_anchor(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    file = node.signer._file

    def refuse(*_args: object, **_more: object) -> None:
        raise AnchorNotWritten(path=file.path, cause=OSError(28, "No space left"))

    monkeypatch.setattr(file, "write", refuse)


async def rows(path: Path) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    async with aiosqlite.connect(path / "log.db") as db:
        for table in _TABLES.split():
            query = f"SELECT * FROM {table}"  # noqa: S608 - one of the above
            found[table] = list(await db.execute_fetchall(query))
    return found


async def test_what_others_write_comes_in_and_the_own_words_later(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    line = Line(alba.node, Exchange(birch.node))
    conversation = talk(Exchange(alba.node), line, birch.node)
    await birch.ask("profile.set", people=3)
    with monkeypatch.context() as broken:
        break_anchor(alba.node, broken)
        with pytest.raises(AnchorNotWritten):
            await alba.ask("lead.open", title="Website", key="k")
        await conversation.agree()
        assert await conversation.pull(0)
        told = (await alba.ask("status"))["notices"]
        assert any("cannot be written" in one for one in told)
    lead = await alba.ask("lead.open", title="Website", key="k")
    assert not any("written" in one for one in (await alba.ask("status"))["notices"])
    await share(two)
    assert (await birch.ask("lead.show", lead=lead["id"]))["title"] == "Website"
    assert (await alba.ask("verify"))["ok"]
    assert alba.node.ingest.heads_digest() == birch.node.ingest.heads_digest()


@pytest.mark.parametrize("restored", [False, True], ids=["goes-on", "opens-anew"])
async def test_nothing_is_left_of_what_was_taken_back(
    two: list[Coop],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    restored: bool,  # noqa: FBT001 - a case
) -> None:
    alba = two[0]
    if restored:
        reason = Restored(reason="head-missing")
        monkeypatch.setattr(alba.node.signer, "reason", reason)
    for held in alba.node.log.of_coop(alba.node.coop):
        # Where it lies may change before many events at once, and for good.
        assert await alba.node.log.seal(held, short=True)
    before = await rows(tmp_path / "Alba")
    sizes = dict(alba.node.log.room.sizes)
    break_anchor(alba.node, monkeypatch)
    drafts = [
        Draft("profile.set", ProfileSet(day=450, people=number % 90 + 1), {"name": "A"})
        for number in range(300)
    ]
    for some in (drafts[:2], drafts):
        with pytest.raises(AnchorNotWritten):
            await alba.node.act.publish(some, idempotency="once")
        assert await rows(tmp_path / "Alba") == before
    assert alba.node.log.room.sizes == sizes


async def test_events_of_a_copy_wait_for_the_anchor(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept without a note, the next start would take them for this node's own."""
    node = two[0].node
    (held,) = node.log.of_coop(node.coop)
    with monkeypatch.context() as broken:
        break_anchor(node, broken)
        for _ in range(2):
            with pytest.raises(AnchorNotWritten):
                await node.act.own_returned(held.chain, held.last + 1)
            assert not node.signer.restored
    await node.act.own_returned(held.chain, held.last + 1)
    assert node.signer.restored
