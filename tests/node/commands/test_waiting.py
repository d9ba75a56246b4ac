"""What waits of the families that co-ops use together, dealt with by typing it.

Each command that `today` names is typed as it stands, and what waited is gone then.
"""

import shlex
from collections.abc import Sequence
from typing import Any, Final

import pytest

from node.views.today import WAITING
from tests.node.cli.caller import Node, wortley
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, share
from tests.node.commands.shop import Shop

DAY_MS: Final = 86_400_000
BODY: Final = {"title": "Market consortium", "text": "We share.", "parties": ["Birch"]}


async def waits(coop: Coop, *families: str) -> list[dict[str, Any]]:
    found = (await coop.ask("today"))["waiting"]
    return [one for one in found if not families or one["family"] in families]


async def typed(coops: Sequence[Coop], coop: Coop, command: str, **words: str) -> str:
    """Type a command for a co-op, with its words in capitals filled in."""
    for word, filled in words.items():
        assert word in command
        command = command.replace(word, filled)
    here = Node(profile__show={"day": 480})
    name, *argv = shlex.split(command)
    assert name == "wortley"
    assert wortley(*argv, node=here).code == 0, command
    asked, args = here.asked[-1]
    written = await coop.ask(asked, **args)
    await share(list(coops))
    return str(written["id"])


async def deal(shop: Shop, coop: Coop, family: str, **words: str) -> dict[str, Any]:
    """Do the one thing of a family that waits for a co-op; it waits no more."""
    (row,) = await waits(coop, family)
    await typed((shop.alba, shop.birch, shop.cedar), coop, row["command"], **words)
    assert row["command"] not in {one["command"] for one in await waits(coop)}
    return row


async def quiet(shop: Shop) -> bool:
    """Tell whether nothing waits for anybody."""
    coops = (shop.alba, shop.birch, shop.cedar)
    return not any([await waits(coop) for coop in coops])


async def test_work_from_the_report_to_the_money(shop: Shop) -> None:
    pledge = await shop.work()
    report = await shop.report(pledge)
    row = await deal(shop, shop.alba, "report")
    assert row["sentence"] == (
        'Birch reports 5 h of work for "Website", 2023-10-02 to 2023-10-06, worth'
        " 300.00 GBP."
    )
    assert (row["urgency"], row["due"]) == ("asked", None)
    await shop.do(shop.birch, "report.correct", report=report, minutes=240)
    row = await deal(shop, shop.alba, "report")
    assert "4 h of work" in row["sentence"]
    assert row["why"] == "It was corrected after the answer of this co-op."

    await shop.do(shop.birch, "invoice.issue", reports=[report], due="2023-11-20")
    (row,) = await waits(shop.alba)
    assert row["sentence"] == (
        "Birch asks this co-op for 240.00 GBP; the day to pay is in 6 days, on"
        " 2023-11-20."
    )
    assert (row["urgency"], row["due"]) == ("due", "2023-11-20")
    await deal(shop, shop.alba, "invoice")
    row = await deal(shop, shop.alba, "debt")
    assert row["sentence"] == (
        "240.00 GBP are to be paid to Birch; the day is in 6 days, on 2023-11-20."
    )
    row = await deal(shop, shop.birch, "payment")
    assert row["sentence"] == "Alba has sent 240.00 GBP on 2023-11-14."
    assert await quiet(shop)


async def test_what_is_disputed_goes_back(shop: Shop) -> None:
    pledge = await shop.work()
    report = await shop.report(pledge)
    await shop.do(shop.alba, "report.dispute", report=report, reason="hours")
    row = await deal(shop, shop.birch, "report", EFFORT="2h")
    assert row["sentence"] == 'Alba disputes 5 h of work for "Website".'
    await deal(shop, shop.alba, "report")
    invoice = await shop.do(shop.birch, "invoice.issue", reports=[report])
    await shop.do(shop.alba, "invoice.dispute", invoice=invoice, reason="price")
    row = await deal(shop, shop.birch, "invoice")
    assert row["sentence"] == "Alba disputes an invoice of this co-op over 120.00 GBP."
    again = await shop.do(shop.birch, "invoice.issue", reports=[report])
    await shop.do(shop.alba, "invoice.approve", invoice=again)
    await deal(shop, shop.alba, "debt")
    (sent,) = (await shop.birch.ask("payment.list"))["payments"]
    await shop.do(shop.birch, "payment.dispute", payment=sent["id"], reason="not-here")
    row = await deal(shop, shop.alba, "payment")
    assert row["sentence"] == "Birch says that 120.00 GBP of this co-op did not come."
    # Once it is cancelled, it is owed as before.
    (row,) = await waits(shop.alba)
    assert row["command"] == f"wortley payment send --invoice {again[:16]}"


async def test_work_that_nobody_has_reported(shop: Shop) -> None:
    pledge = await shop.work(starts="2023-10-02", ends="2023-10-27")
    row = await deal(shop, shop.birch, "pledge")
    assert row["sentence"] == (
        '10 h of work for "Website" were to be done by 2023-10-27.'
    )
    assert row["id"] == pledge
    (report,) = (await shop.birch.ask("report.list"))["reports"]
    assert (report["minutes"], report["starts"]) == (600, "2023-10-02")


async def test_money_that_was_promised(shop: Shop) -> None:
    await shop.money("100")
    row = await deal(shop, shop.birch, "debt")
    assert row["sentence"] == "100.00 GBP are to be paid to Alba."
    assert row["why"].startswith('This co-op is committed to its pledge to "Tool".')
    await deal(shop, shop.alba, "payment")
    assert await quiet(shop)


async def test_a_netting_is_agreed_to(shop: Shop) -> None:
    # Birch promised Alba a hundred, and Alba owes Birch for work.
    await shop.money("100")
    report = await shop.report(await shop.work())
    await shop.do(shop.alba, "report.accept", report=report)
    invoice = await shop.do(shop.birch, "invoice.issue", reports=[report])
    await shop.do(shop.alba, "invoice.approve", invoice=invoice)
    await shop.do(shop.alba, "netting.propose", coops=["Birch"])
    row = await deal(shop, shop.birch, "netting")
    assert row["sentence"] == (
        "Alba proposes to set 100.00 GBP off that this co-op owes and is owed."
    )
    assert await waits(shop.birch) == []
    (row,) = await waits(shop.alba)
    assert row["sentence"].startswith("200.00 GBP are to be paid to Birch")


async def test_a_mediation_is_asked_of_both_sides(shop: Shop) -> None:
    report = await shop.report(await shop.work())
    await shop.do(shop.alba, "report.dispute", report=report)
    await shop.do(
        shop.birch,
        "mediation.agree",
        about=report,
        mediator="Cedar",
        parties=["Alba"],
    )
    row = await deal(shop, shop.alba, "mediation")
    assert row["sentence"].startswith(
        "Cedar is to mediate between this co-op and Birch about"
    )
    row = await deal(shop, shop.cedar, "mediation")
    assert row["sentence"].startswith(
        "This co-op is asked to mediate between Alba and Birch about"
        if shop.alba.id < shop.birch.id
        else "This co-op is asked to mediate between Birch and Alba about"
    )
    (held,) = (await shop.cedar.ask("mediation.list"))["mediations"]
    assert held["standing"] == "effective"


async def test_a_hand_over_step_by_step(shop: Shop) -> None:
    args = {"lead": shop.scene.lead, "to": "Birch", "terms": "Of the price."}
    await shop.do(shop.alba, "handover.offer", **args, share="10")
    row = await deal(shop, shop.birch, "handover")
    assert row["sentence"].startswith('Alba offers this co-op its lead "Website" for')
    # Both have a step to take, in whatever order.
    row = await deal(shop, shop.alba, "handover")
    assert row["command"].endswith(" passed-on")
    row = await deal(shop, shop.birch, "handover")
    assert row["sentence"] == 'This co-op has taken over "Website" of Alba.'
    assert await quiet(shop)


async def test_a_hand_over_that_is_declined_binds_until_it_is_taken_back(
    shop: Shop,
) -> None:
    args = {"lead": shop.scene.lead, "to": "Birch", "terms": "Of the price."}
    offer = await shop.do(shop.alba, "handover.offer", **args)
    await shop.do(shop.birch, "handover.decline", handover=offer)
    row = await deal(shop, shop.alba, "handover")
    assert row["sentence"] == 'Birch does not take "Website".'
    assert await quiet(shop)


async def test_a_bid_with_what_its_parties_say(shop: Shop) -> None:
    parties: list[dict[str, object]] = [
        {"coop": "Alba", "share": "rest"},
        {"coop": "Birch", "share": "40", "minutes": 600, "amount": {"amount": "700"}},
    ]
    bid = await shop.do(shop.alba, "bid.open", lead=shop.scene.lead, parties=parties)
    row = await deal(shop, shop.birch, "bid")
    assert row["sentence"] == (
        "Alba has put this co-op down for 40 %, 10 h, 700.00 GBP in its bid for"
        ' "Website".'
    )
    await shop.do(shop.birch, "estimate.object", bid=bid)
    (row,) = await waits(shop.alba, "bid")
    assert row["sentence"].startswith("Birch did not agree to its part of the bid for")
    assert row["command"] == f"wortley bid show {bid[:16]}"
    parties[1]["share"] = "50"
    await shop.do(shop.alba, "bid.change", bid=bid, parties=parties)
    row = await deal(shop, shop.birch, "bid")
    assert "was changed" in row["why"]
    row = await deal(shop, shop.alba, "bid")
    assert row["command"] == f"wortley bid advance {bid[:16]} agreed"
    assert await quiet(shop)


async def test_an_agreement_waits_for_each_party(shop: Shop) -> None:
    await shop.do(shop.alba, "agreement.draft", **BODY)
    assert await waits(shop.cedar) == []
    for coop, signed in ((shop.birch, "nobody"), (shop.alba, "Birch")):
        row = await deal(shop, coop, "agreement")
        assert row["sentence"] == 'Alba asks this co-op to sign "Market consortium".'
        assert f"so far: {signed}." in row["why"]
    assert await quiet(shop)


async def test_a_decision_is_voted_on_and_closed(shop: Shop) -> None:
    decision = await shop.do(
        shop.alba, "decision.open", title="Join?", proposal="We join."
    )
    for coop in (shop.alba, shop.birch):
        row = await deal(shop, coop, "decision", STANCE="agree")
        assert row["sentence"] == (
            'Alba asks for a vote on "Join?"; the last day is in 7 days, on 2023-11-21.'
        )
        assert (row["urgency"], row["due"]) == ("due", "2023-11-21")
    await shop.do(shop.alba, "decision.amend", decision=decision, proposal="In 2028.")
    (row,) = await waits(shop.birch)
    assert row["why"].startswith("The proposal was changed after this co-op had voted")
    (row,) = await waits(shop.cedar)
    assert not row["why"].startswith("The proposal was changed")
    shop.alba.clock.pass_ms(8 * DAY_MS)
    # Nobody but the proposer has anything to do when the days are over.
    assert await waits(shop.birch) == await waits(shop.cedar) == []
    row = await deal(shop, shop.alba, "decision")
    assert row["command"] == f"wortley decision close {decision[:16]}"
    assert await quiet(shop)


async def test_a_round_of_own_money(shop: Shop) -> None:
    title, closes = "Spring round", "2023-11-20"
    args = {"title": title, "closes": closes, "opens": "2023-11-15", "planned": True}
    name = await shop.do(shop.cedar, "round.open", **args)
    assert await quiet(shop)
    shop.alba.clock.pass_ms(DAY_MS)
    row = await deal(shop, shop.cedar, "round")
    assert row["command"] == f"wortley round advance {name[:16]} open"
    # Nothing can be given before a project takes part.
    assert await quiet(shop)
    project = shop.scene.project
    await shop.do(shop.alba, "round.enter", round=name, project=project)
    assert await waits(shop.alba) == []
    row = await deal(shop, shop.birch, "round", AMOUNT="120GBP")
    assert row["sentence"] == (
        '"Spring round" takes pledges of own money; the last day is in 5 days, on'
        " 2023-11-20."
    )
    # A veto is a word as well.
    await shop.do(shop.cedar, "round.veto", round=name, project=project)
    assert await quiet(shop)
    await shop.do(shop.cedar, "round.veto", round=name, project=project, withdraw=True)
    shop.alba.clock.pass_ms(6 * DAY_MS)
    row = await deal(shop, shop.cedar, "round")
    assert row["command"] == f"wortley round close {name[:16]}"
    row = await deal(shop, shop.birch, "debt")
    assert row["why"].startswith("A round came to it")


async def test_a_round_that_is_allotted(shop: Shop) -> None:
    name = await shop.do(
        shop.cedar,
        "round.open",
        title="Equal round",
        closes="2024-03-01",
        mode="equal",
        budget="300",
    )
    row = await deal(shop, shop.cedar, "round")
    assert row["command"] == f"wortley round allot {name[:16]}"
    assert row["urgency"] == "asked"
    await shop.do(shop.alba, "round.enter", round=name, project=shop.scene.project)
    (row,) = await waits(shop.birch)
    assert row["sentence"].startswith("100.00 GBP are left for this co-op to give away")
    coops = (shop.alba, shop.birch, shop.cedar)
    await typed(coops, shop.birch, row["command"], AMOUNT="60GBP")
    (row,) = await waits(shop.birch)
    assert row["sentence"].startswith("40.00 GBP are left for this co-op to give away")
    await typed(coops, shop.birch, row["command"], AMOUNT="40GBP")
    assert await waits(shop.birch) == []


async def test_milestones_of_what_was_funded(shop: Shop) -> None:
    steps = [{"percent": 40, "due": "2023-11-20"}, {"percent": 60, "due": "2024-06-01"}]
    project = shop.scene.project
    await shop.do(shop.alba, "project.milestone.set", project=project, steps=steps)
    assert await quiet(shop)
    await shop.do(shop.alba, "project.advance", project=project, to="funded")
    row = await deal(shop, shop.alba, "project")
    assert row["sentence"] == ('Milestone 1 of "Tool" is in 6 days, on 2023-11-20.')
    assert await quiet(shop)


async def test_a_change_that_two_have_put_forward_is_told_once(
    three: list[Coop], place: Place
) -> None:
    alba, birch, _ = three
    # Before either hears of the other.
    await alba.ask("elector.on", coop="Birch")
    await birch.ask("elector.on")
    await share(three)
    assert await waits(alba) == await waits(birch) == []
    dove = await place.make("Dove")
    await nodes.apply(dove, alba)
    await share([*three, dove])
    for coop in three:
        for row in await waits(coop):
            assert row["sentence"] == "Dove applies for membership."
        status = await coop.ask("status")
        assert len(status["notices"]) == len(await waits(coop))


# --- counted ------------------------------------------------------------------------


async def test_status_counts_what_today_tells(shop: Shop) -> None:
    await shop.do(shop.alba, "decision.open", title="Join?")
    pledge = await shop.work()
    for minutes in (60, 120):
        await shop.report(pledge, minutes)
    status = await shop.alba.ask("status")
    assert status["waiting"] == [
        {"matter": "vote", "number": 1, "says": "1 decision to vote on"},
        {"matter": "report", "number": 2, "says": "2 work reports to look at"},
    ]
    assert status["notices"] == [
        "1 decision to vote on, 2 work reports to look at: `wortley today`."
    ]
    assert sum(one["number"] for one in status["waiting"]) == len(
        await waits(shop.alba)
    )


@pytest.mark.parametrize("name", WAITING)
def test_each_matter_can_be_counted(name: str) -> None:
    matter = WAITING[name]
    assert (matter.one is None) == (matter.many is None) == (name == "kit")
    assert not {matter.one, matter.many} & {
        text
        for other, each in WAITING.items()
        if other != name and each.one is not None
        for text in (each.one, each.many)
    }


async def test_what_others_have_between_them_waits_for_nobody_else(
    shop: Shop,
) -> None:
    pledge = await shop.work()
    report = await shop.report(pledge)
    await shop.do(shop.alba, "report.accept", report=report)
    await shop.do(shop.birch, "invoice.issue", reports=[report])
    await shop.do(shop.alba, "agreement.draft", **BODY)
    assert await waits(shop.cedar) == []
    assert (await shop.cedar.ask("status"))["waiting"] == []
