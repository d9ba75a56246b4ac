from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from node.views import paging
from tests.node.commands.nodes import Coop, check_refusals, share
from tests.node.commands.scene import Scene

#: List -> the key of its rows.
LISTS: Final = {
    "lead.list": "leads",
    "project.list": "projects",
    "pledge.list": "pledges",
    "commitments": "commitments",
    "capacity.list": "offers",
    "booking.list": "bookings",
}
WEEKS: Final = {"starts": "2026-01-05", "ends": "2026-03-29", "minutes": 60}


async def _lead(coop: Coop, number: int, _scene: Scene) -> str:
    return str((await coop.ask("lead.open", title=f"Lead {number}"))["id"])


async def _project(coop: Coop, number: int, _scene: Scene) -> str:
    made = await coop.ask("project.open", title=f"Tool {number}", goal="10")
    return str(made["id"])


async def _pledge(coop: Coop, _number: int, scene: Scene) -> str:
    made = await coop.ask("pledge.work", lead=scene.lead, line=1, minutes=60)
    return str(made["id"])


async def _offer(coop: Coop, _number: int, _scene: Scene) -> str:
    return str((await coop.ask("capacity.offer", skill="web", **WEEKS))["id"])


async def _booking(coop: Coop, _number: int, _scene: Scene) -> str:
    return str((await coop.ask("booking.set", **WEEKS))["id"])


MAKES: Final[dict[str, Callable[[Coop, int, Scene], Awaitable[str]]]] = {
    "lead.list": _lead,
    "project.list": _project,
    "pledge.list": _pledge,
    "capacity.list": _offer,
    "booking.list": _booking,
}


async def rows(coop: Coop, name: str, **args: object) -> list[str]:
    return [one["id"] for one in (await coop.ask(name, **args))[LISTS[name]]]


@pytest.mark.parametrize("name", MAKES)
async def test_all_nodes_list_alike_and_page_by_page(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_TOGETHER", 2)
    coops = [scene.alba, scene.birch, scene.cedar]
    before = await rows(scene.alba, name)
    made = [
        await MAKES[name](coop, number, scene)
        for number, coop in enumerate([*coops, *coops])
    ]
    await share(coops)
    for coop in coops:
        assert await rows(coop, name) == before + made
        found: list[str] = []
        page = await rows(coop, name, most=2)
        while page:
            found = page + found
            page = await rows(coop, name, most=2, before=page[0])
        assert found == before + made


async def test_pages_of_what_is_narrowed_down(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_TOGETHER", 2)
    made = [await scene.work(60) for _ in range(6)]
    for number in (0, 2, 5):
        await scene.accept(made[number])
    await scene.confirm(made[0])
    await scene.confirm(made[5])
    cedar = scene.cedar
    accepted = {"standing": ["accepted", "committed"]}
    wanted = [made[0], made[2], made[5]]
    assert await rows(cedar, "pledge.list", **accepted) == wanted
    assert await rows(cedar, "pledge.list", most=2, **accepted) == wanted[1:]
    one = {"most": 1, "before": made[5], **accepted}
    assert await rows(cedar, "pledge.list", **one) == [made[2]]
    assert await rows(cedar, "commitments", most=1) == [made[5]]
    assert await rows(cedar, "commitments", most=1, before=made[5]) == [made[0]]
    to = {"to": scene.lead, "most": 2, "before": made[4]}
    assert await rows(cedar, "pledge.list", **to) == made[2:4]
    assert await rows(cedar, "capacity.list", skill="web") == []


@pytest.mark.parametrize("name", LISTS)
async def test_what_is_no_page(two: list[Coop], name: str) -> None:
    lead = (await two[0].ask("lead.open", title="Website"))["id"]
    other = "evt_aaaaaaaa" if name == "lead.list" else lead
    wrong: dict[str, object] = {"before": other}
    await check_refusals(
        two[0],
        [
            (name, {"most": 0}, "field-wrong", "most"),
            (name, {"most": 10_001}, "field-wrong", "most"),
            (name, wrong, "id-unknown", "before"),
        ],
    )


async def test_a_later_event_moves_nothing_in_a_list(scene: Scene) -> None:
    cedar = scene.cedar
    second = (await scene.alba.ask("lead.open", title="Second"))["id"]
    await scene.alba.ask("lead.change", lead=scene.lead, title="First, renamed")
    await scene.share()
    assert await rows(cedar, "lead.list") == [scene.lead, second]
    lived = await cedar.node.state.times(
        [one.id for one in await cedar.node.state.entities("lead")]
    )
    first, other = lived.values()
    assert first.first < other.first == other.last < first.last
    await cedar.node.ingest.rebuild()
    assert (await cedar.node.state.times(lived)) == lived


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
async def test_pages_while_pledges_move_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, size: int, *, forward: bool
) -> None:
    """What was in the list all the time is seen once, in its order."""
    monkeypatch.setattr(paging, "_TOGETHER", 2)
    made = [await scene.work(60) for _ in range(6)]
    moves = iter([made[5], made[0], made[3]])
    wanted = {"standing": ["offered", "accepted"], "most": size}
    edge, seen = "oldest" if forward else "now", list[str]()
    while True:
        place = {"after": edge} if forward else {"before": edge}
        page = await rows(scene.birch, "pledge.list", **wanted, **place)
        if not page:
            break
        seen = [*seen, *page] if forward else [*page, *seen]
        edge = page[-1] if forward else page[0]
        if (moved := next(moves, None)) is not None:
            await scene.accept(moved)
            await scene.share()
    assert seen == made
