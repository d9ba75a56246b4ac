"""The shared part of the status page, as it is read: short, and kept for a moment."""

import datetime

import pytest

from node.node import Node
from node.views import names
from node.views.books import Books
from node.web import together
from node.web.together import Sections, Together
from tests.node.commands.shop import Shop


async def shown(node: Node, sections: Sections) -> Together:
    books = Books(
        coop=node.coop, log=node.log, state=node.state, register=node.register
    )
    return await sections.read(books, await names.load(books))


async def test_what_co_ops_have_between_them(shop: Shop) -> None:
    alba, birch = shop.alba, shop.birch
    await shop.money("100")
    await shop.do(alba, "decision.open", title="Join?")
    decision = await shop.do(alba, "decision.open", title="Leave?")
    await shop.do(birch, "vote.cast", decision=decision, stance="block")
    spring = await shop.do(alba, "round.open", title="Spring", closes="2023-11-15")
    project = await shop.do(birch, "project.open", title="Retreat", goal="80")
    await shop.do(birch, "round.enter", round=spring, project=project)
    await shop.do(alba, "round.pledge", round=spring, project=project, amount="90")
    seen = await shown(birch.node, Sections(birch.node))
    assert [(one.title, one.votes, one.would) for one in seen.decisions] == [
        ("Leave?", "1 block, of 3", "would lapse"),
        ("Join?", "none, of 3", "would lapse"),
    ]
    assert seen.decisions[0].left == "7 days left"
    (round_,) = seen.rounds
    assert (round_.title, round_.name, round_.left) == ("Spring", "Alba", "1 day left")
    assert (round_.pledged.amount, round_.accepted.amount) == ("90.00", "80.00")
    assert seen.owed is not None
    (account,) = seen.owed
    assert (account.payer_name, account.payee_name) == ("Birch", "Alba")
    assert account.open.amount == "100.00"
    assert [one.family for one in seen.waiting] == ["decision", "debt"]
    assert (seen.waiting_all, seen.owed_all) == (2, 1)


@pytest.mark.parametrize(
    ("days", "says"),
    [(-1, "to be closed"), (0, "today"), (1, "1 day left"), (1200, "1,200 days left")],
)
def test_days_that_are_left(days: int, says: str) -> None:
    day = datetime.date(2023, 11, 14)
    assert together._left(day, day + datetime.timedelta(days)) == says


async def test_no_longer_than_a_page(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_ROWS", "_WAITING"):
        monkeypatch.setattr(together, name, 1)
    await shop.money("50")
    await shop.do(shop.alba, "decision.open", title="First?")
    await shop.do(shop.alba, "decision.open", title="Second?")
    seen = await shown(shop.birch.node, Sections(shop.birch.node))
    assert [one.title for one in seen.decisions] == ["Second?"]
    assert (len(seen.waiting), seen.waiting_all) == (1, 3)
    # One pledge is more than nothing.
    monkeypatch.setattr(together, "_SUMMED", 0)
    seen = await shown(shop.birch.node, Sections(shop.birch.node))
    assert (seen.owed, seen.owed_all) == (None, 0)


async def test_kept_while_nothing_grows_and_not_for_long(shop: Shop) -> None:
    node = shop.birch.node
    sections = Sections(node)
    first = await shown(node, sections)
    assert await shown(node, sections) is first
    # It took no time by this clock, so that what is new is shown at once.
    await shop.do(shop.alba, "decision.open", title="Join?")
    second = await shown(node, sections)
    assert [one.title for one in second.decisions] == ["Join?"]
    # Words that arrive later make no log grow.
    shop.birch.clock.pass_ms(int(together._QUIET_S * 1000))
    assert await shown(node, sections) is not second
    # What takes long is not made anew at each look, though logs grow.
    third = await shown(node, sections)
    sections._took = 1.0
    await shop.do(shop.alba, "decision.open", title="Leave?")
    assert await shown(node, sections) is third
    shop.birch.clock.pass_ms(20_000)
    assert len((await shown(node, sections)).decisions) == 2
