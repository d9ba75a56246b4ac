"""The feed: what happened, in order, resumable, through restarts and rebuilds."""

import asyncio

import pytest

from node.commands.form import books_of
from node.errors import UserFault
from node.views import feed
from protocol import ids
from tests.node.api.site import Answer, serving
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place
from tests.node.commands.scene import set_up


async def walk(coop: Coop, after: str | None = None, limit: int = 100) -> list[Answer]:
    """Read the feed to its end, page by page; give all rows."""
    found: list[Answer] = []
    given: dict[str, object] = {} if after is None else {"after": after}
    while True:
        part = await coop.ask("changes", limit=limit, **given)
        found += part["changes"]
        given = {"after": part["next"]}
        if not part["more"]:
            return found


def kinds(rows: list[Answer]) -> list[str]:
    return [one["kind"] for one in rows]


async def test_what_happened_is_told(place: Place) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    start = (await alba.ask("changes", after="now"))["next"]
    lead = await birch.ask("lead.open", title="Website")
    await birch.ask("lead.advance", lead=lead["id"], to="withdrawn")
    await nodes.share([alba, birch])
    opened, moved = await walk(alba, start)
    assert (opened["kind"], opened["id"]) == ("lead.opened", lead["id"])
    assert opened["entities"] == moved["entities"] == [lead["id"]]
    assert (opened["name"], opened["verdict"]) == ("Birch", "in force")
    assert opened["says"] == "opens a lead: nothing asked for yet"
    assert opened["time"] == "2023-11-14T22:13:20Z"
    assert opened["told"] == 'Birch opens a lead: nothing asked for yet ("Website")'
    assert opened["moved"] == ""


async def test_what_it_moved_is_told(place: Place) -> None:
    alba, birch, cedar = await nodes.network(place, "Alba", "Birch", "Cedar")
    scene = await set_up([alba, birch, cedar])
    start = (await cedar.ask("changes", after="now"))["next"]
    pledge = await scene.work(1200, skill="web")
    acceptance = await scene.accept(pledge, quantity="540")
    spare = await scene.work(360)
    await scene.accept(spare)
    await scene.confirm(pledge)
    await scene.confirm(spare)
    await alba.ask("acceptance.withdraw", acceptance=acceptance)
    await birch.ask("pledge.release", pledge=pledge)
    money = await scene.money("20.50")
    await alba.ask("pledge.decline", pledge=money)
    await scene.share()
    told = [(one["told"], one["moved"]) for one in await walk(cedar, start)]
    now = "9 h of line 1 are missing now"
    assert told == [
        ('Birch offers 20 h of web for "Website"', now),
        ('Alba accepts 9 h of web of Birch for "Website"', now),
        ('Birch offers 6 h of web for "Website"', now),
        ('Alba accepts 6 h of web of Birch for "Website"', now),
        ('Birch confirms 9 h of web for "Website"', now),
        ('Birch confirms 6 h of web for "Website"', now),
        ('Alba withdraws its acceptance of 9 h of web of Birch for "Website"', now),
        ('Birch releases 9 h of web that it had confirmed for "Website"', now),
        ('Birch offers 20.50 GBP for "Tool"', "100.00 GBP of the goal are missing now"),
        (
            'Alba declines 20.50 GBP of Birch for "Tool"',
            "100.00 GBP of the goal are missing now",
        ),
    ]


async def test_entities_with_derived_ids_are_named(alba: Coop) -> None:
    (first,) = [one for one in await walk(alba) if one["kind"] == "profile.set"]
    explained = await alba.ask("explain", id=first["entities"][0])
    assert explained["what"] == "profile"


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_every_event_comes_once_however_it_is_paged(
    place: Place, limit: int
) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    for number in range(3):
        await birch.ask("lead.open", title=f"Lead {number}")
    await nodes.share([alba, birch])
    rows = await walk(alba, limit=limit)
    assert len({one["id"] for one in rows}) == len(rows)
    held = sum(one.last for one in alba.node.log.chains.values())
    assert len(rows) == held
    mine = [one["id"] for one in rows if one["name"] == "Birch"]
    logged = (await alba.ask("log.show", coop="Birch"))["rows"]
    assert mine == [one["id"] for one in logged]


async def test_a_cursor_outlives_a_rebuild_and_a_restart(place: Place) -> None:
    (alba,) = await nodes.network(place, "Alba")
    await alba.ask("lead.open", title="a")
    after = (await alba.ask("changes", limit=1))["next"]
    rest = await walk(alba, after)
    await alba.ask("rebuild")
    assert await walk(alba, after) == rest


async def test_what_waits_is_told_at_once(alba: Coop) -> None:
    after = (await alba.ask("changes", after="now"))["next"]
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(alba.ask("changes", after=after, wait=30))
        await asyncio.sleep(0.05)
        assert not asked.done()
        await alba.ask("lead.open", title="a")
    assert kinds(asked.result()["changes"]) == ["lead.opened"]


async def test_nothing_happens(alba: Coop) -> None:
    after = (await alba.ask("changes", after="now"))["next"]
    async with asyncio.timeout(10):
        part = await alba.ask("changes", after=after, wait=1)
    assert part == {"changes": [], "next": after, "more": False}


async def test_whoever_waits_is_answered_when_the_node_stops(alba: Coop) -> None:
    async with serving(alba) as site, asyncio.TaskGroup() as group:
        asked = group.create_task(site.get("/changes?after=now&wait=50"))
        after = (await asked).json["next"]
        waits = group.create_task(site.get(f"/changes?after={after}&wait=50"))
        await asyncio.sleep(0.1)
        assert not waits.done()
        alba.node.ingest.tell()
        assert (await waits).json["changes"] == []


async def test_kinds_and_families(alba: Coop) -> None:
    await alba.ask("lead.open", title="a")
    await alba.ask("project.open", title="b", goal="5")
    every = await walk(alba)
    assert {"lead.opened", "project.opened", "profile.set"} <= set(kinds(every))
    some = await alba.ask("changes", kinds=["lead", "project.opened"])
    assert kinds(some["changes"]) == ["lead.opened", "project.opened"]
    assert (await walk(alba, some["next"])) == []


async def test_a_log_that_is_not_folded_is_not_told(alba: Coop) -> None:
    after = (await alba.ask("changes", after="now"))["next"]
    await alba.ask("lead.open", title="a")
    alba.node.ingest.outdate()
    assert (await alba.ask("changes", after=after))["changes"] == []
    assert (await alba.ask("changes"))["next"] == "oldest"
    await alba.node.ingest.catch_up()
    assert kinds(await walk(alba, after)) == ["lead.opened"]


async def test_places_that_are_not_known(alba: Coop) -> None:
    await alba.ask("lead.open", title="a")
    after = (await alba.ask("changes"))["next"]
    number, done, rolling = after.split("-")
    for wrong in (
        f"{int(number) + 5}-{done}-{rolling}",
        f"{number}-{done}-{'0' * 16}",
        f"{int(number) - 1}-{done}-{rolling}",
        f"0-0-{rolling}",
    ):
        with pytest.raises(UserFault) as caught:
            await alba.ask("changes", after=wrong)
        assert caught.value.code == "changes-gone"
    for odd in ("x", f"{after}x", f"-{after}", "1-1", "²-1-" + "0" * 16):
        with pytest.raises(UserFault) as caught:
            await alba.ask("changes", after=odd)
        assert caught.value.code == "changes-cursor"


async def test_the_end_of_the_feed_has_one_cursor(place: Place) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    rows = await walk(alba)
    assert {one["verdict"] for one in rows} == {"in force"}
    assert {one["coop"] for one in rows} == {
        ids.text("coop", one.node.coop) for one in (alba, birch)
    }
    assert feed.now(books_of(alba.node)) == (await alba.ask("changes"))["next"]
