import datetime
from dataclasses import replace
from typing import Any

import pytest

from node.commands.form import books_of
from node.store.node_db import Draft
from node.views.waiting.kept import Kept
from protocol import ids
from protocol.roster.change import Charter
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, check_refusals, share
from tests.node.commands.scene import Scene

#: The day of the tests' clock.
DAY = datetime.date(2023, 11, 14)


async def waits(coop: Coop) -> list[dict[str, Any]]:
    found = await coop.ask("today")
    assert found["all"] == len(found["waiting"])
    return list(found["waiting"])


def brief(name: str) -> str:
    return name[: len("evt_") + 12]


async def test_nothing_waits_at_first(scene: Scene) -> None:
    for coop in (scene.alba, scene.birch, scene.cedar):
        assert await waits(coop) == []


async def test_a_pledge_waits_for_one_side_and_then_for_the_other(scene: Scene) -> None:
    alba, birch, cedar = scene.alba, scene.birch, scene.cedar
    pledge = await scene.work(600, skill="web")
    birch.clock.pass_ms(1000)
    money = await scene.money("20.50")
    first, second = await waits(alba)
    assert first.pop("since") < second["since"]
    assert first == {
        "family": "pledge",
        "urgency": "asked",
        "id": pledge,
        "sentence": 'Birch offers 10 h of web for "Website".',
        "why": "Nothing is promised before this co-op accepts, or declines.",
        "due": None,
        "command": f"wortley pledge accept {brief(pledge)}",
    }
    assert second["sentence"] == 'Birch offers 20.50 GBP for "Tool".'
    assert second["id"] == money
    assert await waits(birch) == await waits(cedar) == []

    acceptance = await scene.accept(pledge, quantity="300")
    assert [one["id"] for one in await waits(alba)] == [money]
    (row,) = await waits(birch)
    assert (
        row["sentence"] == 'Alba has accepted 5 h of web of this co-op for "Website".'
    )
    assert row["command"] == f"wortley pledge confirm {brief(pledge)}"

    await scene.confirm(pledge)
    assert await waits(birch) == []
    await alba.ask("acceptance.withdraw", acceptance=acceptance)
    await scene.share()
    (row,) = await waits(birch)
    assert row["sentence"].startswith("Alba has withdrawn its acceptance of 5 h of web")
    assert row["command"] == f"wortley pledge release {brief(pledge)}"
    await birch.ask("pledge.release", pledge=pledge)
    await scene.share()
    assert await waits(birch) == []


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (-1, "was 1 day ago, on 2023-11-13."),
        (0, "is today, 2023-11-14."),
        (1, "is in 1 day, on 2023-11-15."),
        (14, "is in 14 days, on 2023-11-28."),
        (15, None),
    ],
)
async def test_days_that_come_near(scene: Scene, days: int, says: str | None) -> None:
    day = str(DAY + datetime.timedelta(days=days))
    need = [{"skill": "web", "minutes": 90}]
    lead = await scene.cedar.ask(
        "lead.open", title="Shop", deadline=day, requirements=need
    )
    offer = await scene.cedar.ask(
        "capacity.offer", skill="web", minutes=600, starts="2023-10-01", ends=day
    )
    found = await waits(scene.cedar)
    if says is None:
        assert found == []
        return
    assert found[0]["sentence"] == f'The deadline of "Shop" {says}'
    assert (found[0]["urgency"], found[0]["due"]) == ("due", day)
    assert found[0]["command"] == f"wortley lead show {brief(lead['id'])}"
    assert ("1 h 30 min" in found[0]["why"]) == (days >= 0)
    offers = found[1:]
    assert [one["id"] for one in offers] == [offer["id"]] * (days >= 0)
    for one in offers:
        assert one["urgency"] == "own"
        after = DAY + datetime.timedelta(days=days + 1)
        assert f"--skill web --per-week 600m --from {after}" in one["command"]
    await scene.cedar.ask("lead.advance", lead=lead["id"], to="lost")
    assert await waits(scene.cedar) == offers


async def test_electors_are_asked(three: list[Coop]) -> None:
    alba, birch, cedar = three
    await alba.ask("elector.on", coop="Birch")
    await share(three)
    (row,) = await waits(birch)
    assert row["sentence"] == "It is proposed that Birch becomes an elector."
    assert row["command"].startswith("wortley elector on coop_")
    assert (row["id"], row["since"]) == (birch.id, None)
    assert await waits(cedar) == []
    await birch.ask("elector.on")
    await share(three)
    assert await waits(birch) == []


async def test_the_recovery_kit_comes_first(place: Place) -> None:
    alba = await place.make("Alba")
    await alba.node.found_network(Charter(name="North"))
    (row,) = await waits(alba)
    assert (row["family"], row["urgency"], row["id"]) == ("kit", "blocks", None)
    assert row["command"] == "wortley key check WORD WORD WORD"
    await alba.check_kit()
    assert await waits(alba) == []


async def test_what_is_no_number_of_rows(two: list[Coop]) -> None:
    await check_refusals(
        two[0],
        [
            ("today", {"most": 0}, "field-wrong", "most"),
            ("today", {"most": 1001}, "field-wrong", "most"),
        ],
    )


async def test_who_applies_is_named(three: list[Coop], place: Place) -> None:
    alba, _, cedar = three
    dove = await place.make("Dove")
    await nodes.apply(dove, cedar)
    await share([*three, dove])
    (row,) = await waits(alba)
    assert row["sentence"] == "Dove applies for membership."
    assert row["why"] == "Electors decide, and 0 of 1 that it takes have approved."
    assert row["command"] == f"wortley approve {dove.id[: len('coop_') + 12]}"
    assert await waits(cedar) == []
    await alba.ask("approve", coop="Dove")
    assert await waits(alba) == []


async def test_a_notice_that_changed_is_named(scene: Scene) -> None:
    lead = ids.parse("evt", scene.lead)
    old = Draft("ocds-1 x", b"", b"old", "Web \x1bsite", lead, b"old")
    await scene.alba.node.own.put_drafts([old])
    assert await waits(scene.alba) == []
    await scene.alba.node.own.put_drafts([replace(old, digest=b"new")])
    (row,) = await waits(scene.alba)
    assert row["sentence"].startswith('The notice of "Web site" says')
    assert row["command"] == "wortley lead publish 'ocds-1 x'"
    assert row["id"] == scene.lead


async def test_a_lead_that_names_no_effort_does_not_look_covered(scene: Scene) -> None:
    need = [{"skill": "web"}]
    await scene.cedar.ask(
        "lead.open", title="Shop", deadline=str(DAY), requirements=need
    )
    (row,) = await waits(scene.cedar)
    assert row["why"] == "It does not say yet how much work it asks for."


async def test_the_most_urgent_come_first_however_few_are_wanted(scene: Scene) -> None:
    await scene.work(60)
    await scene.alba.ask("lead.open", title="Late", deadline=str(DAY))
    families = [one["family"] for one in await waits(scene.alba)]
    assert families == ["lead", "pledge"]
    first = await scene.alba.ask("today", most=1)
    assert ([one["family"] for one in first["waiting"]], first["all"]) == (["lead"], 2)


async def test_what_is_kept_is_what_is_found_anew(scene: Scene) -> None:
    """Whatever happens between two looks, in whoever's log, both say the same."""
    pledge = await scene.work(600, skill="web")
    await _kept_is_right(scene)
    await scene.money("20.50")
    await _kept_is_right(scene)
    await scene.accept(pledge, quantity="300")
    await _kept_is_right(scene)
    await scene.confirm(pledge)
    await _kept_is_right(scene)


async def _kept_is_right(scene: Scene) -> None:
    for coop in (scene.alba, scene.birch, scene.cedar):
        kept = await coop.ask("today")
        coop.node.kept = Kept()
        assert await coop.ask("today") == kept


async def test_only_what_something_waits_for_is_read_again(scene: Scene) -> None:
    alba = scene.alba
    books = books_of(alba.node)
    heap = await alba.node.kept.follow(books, DAY)
    assert await alba.node.kept.follow(books, DAY) is heap
    weeks = {"starts": "2023-11-20", "ends": "2023-11-26"}
    await alba.ask("booking.set", minutes=600, skill="web", **weeks)
    assert await alba.node.kept.follow(books, DAY) is heap
    await scene.birch.ask("capacity.offer", minutes=600, skill="web", **weeks)
    await scene.share()
    assert await alba.node.kept.follow(books, DAY) is heap
    await alba.ask("capacity.offer", minutes=600, skill="web", **weeks)
    mine = await alba.node.kept.follow(books, DAY)
    assert mine is not heap
    later = DAY + datetime.timedelta(days=1)
    next_day = await alba.node.kept.follow(books, later)
    assert next_day is not mine
    await scene.money("20.50")
    assert await alba.node.kept.follow(books, later) is not next_day
