"""Pledges that confirm what is not there: found once, and kept up with the logs."""

from typing import Final

import pytest

from node.act import Draft
from node.commands import pledges as commands
from node.commands.form import books_of
from node.views import unmatched
from node.views.unmatched import Unmatched
from protocol import ids
from protocol.kinds.pledges import PledgeConfirmed
from tests.node.commands.nodes import Coop, share
from tests.node.commands.scene import Scene

NOWHERE: Final = ids.text("evt", bytes(range(32)))


async def confirm(scene: Scene, pledge: str, acceptance: str) -> None:
    """Confirm without a look at what the other log says."""
    body = PledgeConfirmed(
        acceptance=ids.parse("evt", acceptance),
        pledge=ids.parse("evt", pledge),
        quantity=60,
        taker=scene.alba.node.coop,
    )
    await scene.birch.node.act.publish([Draft("pledge.confirmed", body)])


async def listed(coop: Coop, **args: object) -> list[str]:
    asked = {"standing": ["unmatched"], **args}
    return [row["id"] for row in (await coop.ask("pledge.list", **asked))["pledges"]]


async def check(coop: Coop, wanted: list[str]) -> None:
    """Compare what is kept with what a node without anything kept finds."""
    kept = coop.node.unmatched
    known = {
        ids.text("evt", one) for one in await kept.known(books_of(coop.node)) or ()
    }
    assert known == set(wanted)
    assert await listed(coop) == wanted
    assert await listed(coop, to=coop.id) == []
    for at, one in enumerate(wanted):
        assert await listed(coop, most=1, before=one) == wanted[max(0, at - 1) : at]
        assert await listed(coop, most=1, after=one) == wanted[at + 1 : at + 2]
    coop.node.unmatched = Unmatched()
    assert await listed(coop) == wanted
    await coop.node.unmatched.follow(books_of(coop.node))
    assert await listed(coop) == wanted
    coop.node.unmatched = kept


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmatched, "_TOGETHER", 2)


@pytest.mark.parametrize("few", [10_000, 0])
async def test_what_is_kept_is_what_is_found_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(commands, "_FEW", few)
    birch, cedar = scene.birch, scene.cedar
    made = [await scene.work(60) for _ in range(5)]
    await scene.accept(made[0])
    await scene.confirm(made[0])
    assert await cedar.node.unmatched.known(books_of(cedar.node)) is None
    await cedar.node.unmatched.follow(books_of(cedar.node))
    await check(cedar, [])
    # What Alba accepts is told to nobody yet; one acceptance is named for another.
    late = (await scene.alba.ask("pledge.accept", pledge=made[1]))["id"]
    await confirm(scene, made[1], late)
    await confirm(scene, made[2], late)
    await confirm(scene, made[4], NOWHERE)
    await share([birch, cedar])
    await check(cedar, [made[1], made[2], made[4]])
    await scene.share()
    await check(cedar, [made[2], made[4]])
    await birch.ask("pledge.release", pledge=made[4])
    await scene.share()
    await check(cedar, [made[2], made[4]])
    await cedar.node.ingest.rebuild()
    await check(cedar, [made[2], made[4]])


async def test_beside_a_pledge_that_does_not_stand_so(scene: Scene) -> None:
    cedar = scene.cedar
    made = [await scene.work(60) for _ in range(3)]
    await confirm(scene, made[0], NOWHERE)
    await confirm(scene, made[2], NOWHERE)
    await scene.share()
    await cedar.node.unmatched.follow(books_of(cedar.node))
    assert await listed(cedar, before=made[1]) == [made[0]]
    assert await listed(cedar, after=made[1]) == [made[2]]
    assert await listed(cedar, after="oldest", most=1) == [made[0]]
    assert await listed(cedar, to=scene.lead, before=made[1]) == [made[0]]
    assert await listed(cedar, to=scene.lead, after=made[1]) == [made[2]]
