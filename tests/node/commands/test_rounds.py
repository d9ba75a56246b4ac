"""Funding rounds over three nodes, from the opening to a result that stands."""

import pytest

from node.commands import giving, rounds
from node.views.short import brief
from protocol import ids
from protocol.rules.entries import entry_id
from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share
from tests.node.commands.test_closing import logs, objects


def gbp(amount: str) -> Answer:
    return {"amount": amount, "currency": "GBP"}


async def project(coop: Coop, title: str, **args: object) -> str:
    given: dict[str, object] = {"title": title, "goal": "100", "maximum": "150"}
    return str((await coop.ask("project.open", **(given | args)))["id"])


async def opened(coop: Coop, **args: object) -> str:
    given: dict[str, object] = {"title": "Spring round", "closes": "2023-11-30"}
    return str((await coop.ask("round.open", **(given | args)))["id"])


async def page(coops: list[Coop], name: str) -> Answer:
    """The page of a round, which all of them read alike."""
    pages = [await coop.ask("round.show", round=name) for coop in coops]
    assert all(one == pages[0] for one in pages)
    return pages[0]


def projects(shown: Answer) -> dict[str, tuple[str, str, str]]:
    return {
        one["title"]: (
            one["funding"],
            one["pledged"]["amount"],
            one["accepted"]["amount"],
        )
        for one in shown["taking_part"]
    }


async def test_own_money(three: list[Coop]) -> None:
    alba, birch, cedar = three
    name = await opened(alba)
    tool = await project(birch, "Tool", minimum="80")
    retreat = await project(cedar, "Retreat", minimum="80")
    await share(three)
    await birch.ask("round.enter", round=name, project=tool)
    await cedar.ask("round.enter", round=name, project=retreat)
    await share(three)
    for coop, to, amount in (
        (alba, tool, "120"),
        (cedar, tool, "60"),
        (alba, retreat, "50"),
    ):
        await coop.ask("round.pledge", round=name, project=to, amount=amount)
    await share(three)
    shown = await page(three, name)
    assert shown["standing"] == "open"
    assert projects(shown) == {
        "Tool": ("funded", "180.00", "150.00"),
        "Retreat": ("not-funded", "50.00", "0.00"),
    }
    imagined = await birch.ask(
        "round.what-if", round=name, project=retreat, amount="30"
    )
    assert projects(imagined)["Retreat"] == ("funded", "80.00", "80.00")
    assert await page(three, name) == shown

    await alba.ask("round.close", round=name, early=True)
    await share(three)
    final = await page(three, name)
    assert (final["standing"], final["state"]) == ("final", "closed")
    for key in ("taking_part", "pledges", "ignored", "contested"):
        assert final[key] == shown[key]
    taken = {(one["name"], one["title"]): one for one in final["pledges"]}
    assert taken["Alba", "Tool"]["accepted"] == gbp("100.00")
    assert taken["Cedar", "Tool"]["released"] == gbp("10.00")
    (row,) = (await cedar.ask("round.list"))["rounds"]
    assert row == {key: final[key] for key in row}
    said = (await birch.ask("explain", id=name))["joins"]
    assert said[0].startswith("It is closed for good: ")
    await alba.ask("round.advance", round=name, to="settled")
    await share(three)
    assert (await page(three, name))["standing"] == "final"


async def test_a_project_gets_no_more_than_its_maximum_by_all_ways(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    first, second = await opened(alba), await opened(cedar)
    tool = await project(birch, "Tool", minimum="80")
    await share(three)
    direct = (await cedar.ask("pledge.money", project=tool, amount="60"))["id"]
    await share(three)
    await birch.ask("pledge.accept", pledge=direct, quantity="30")
    await birch.ask("round.enter", round=first, project=tool)
    await share(three)
    # Two rounds that are open at once could each give all of it.
    fault = await refused(birch, "round.enter", round=second, project=tool)
    assert fault.code == "entry-standing"
    await alba.ask("round.pledge", round=first, project=tool, amount="100")
    await share(three)
    await alba.ask("round.close", round=first, early=True)
    await share(three)
    shown = await page(three, first)
    assert projects(shown) == {"Tool": ("funded", "100.00", "100.00")}
    more = (await cedar.ask("pledge.money", project=tool, amount="21"))["id"]
    await share(three)
    fault = await refused(birch, "pledge.accept", pledge=more)
    assert (fault.code, fault.fields["expected"]) == (
        "over-maximum",
        "at most 20.00 GBP",
    )
    await birch.ask("pledge.accept", pledge=more, quantity="20")
    fault = await refused(birch, "round.enter", round=second, project=tool)
    assert fault.code == "over-maximum"


async def test_a_project_that_another_program_put_into_two_rounds(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both give it what they have, the second one no more than is left."""
    alba, birch, cedar = three
    first, second = await opened(alba), await opened(cedar)
    tool = await project(birch, "Tool", minimum="80")
    await share(three)

    async def takes_all(*_: object) -> None:
        """Be a program that does not look."""

    monkeypatch.setattr(giving, "_check_room", takes_all)
    for name in (first, second):
        await birch.ask("round.enter", round=name, project=tool)
    await share(three)
    for name, giver in ((first, cedar), (second, alba)):
        await giver.ask("round.pledge", round=name, project=tool, amount="100")
    await share(three)
    # Closed by both before either has heard of the other.
    await alba.ask("round.close", round=first, early=True)
    await cedar.ask("round.close", round=second, early=True)
    # Birch hears of both blocks, and has the log of the second steward sooner.
    await objects(cedar, alba)
    await logs(cedar, alba, cedar)
    await objects(alba, birch)
    await logs(cedar, birch, cedar)
    assert len(birch.node.register.roster.closed) == 2
    assert birch.node.state.closings.settled == {}
    await share(three)
    assert projects(await page(three, first)) == {
        "Tool": ("funded", "100.00", "100.00")
    }
    assert projects(await page(three, second)) == {
        "Tool": ("funded", "100.00", "50.00")
    }
    (given,) = (await page(three, second))["pledges"]
    assert given["released"]["amount"] == "50.00"
    settled = [coop.node.state.closings.settled for coop in three]
    assert settled[0] == settled[1] == settled[2]


async def test_a_budget_is_allotted(three: list[Coop]) -> None:
    alba, birch, cedar = three
    fund = (await alba.ask("fund.open", title="Common fund", contribution="10"))["id"]
    name = await opened(alba, mode="equal", budget="100", fund=fund, planned=True)
    tool = await project(birch, "Tool", minimum="10", maximum="100")
    await share(three)
    fault = await refused(birch, "round.enter", round=name, project=tool)
    assert fault.code == "round-over"
    await alba.ask("round.advance", round=name, to="open")
    await share(three)
    await birch.ask("round.enter", round=name, project=tool)
    await share(three)
    fault = await refused(cedar, "round.pledge", round=name, project=tool, amount="5")
    assert (fault.code, "yet" in fault.detail) == ("allotment-none", True)
    await alba.ask("round.allot", round=name)
    await share(three)
    shown = await page(three, name)
    assert sorted(one["allotted"]["amount"] for one in shown["accounts"]) == [
        "33.33",
        "33.33",
        "33.34",
    ]
    assert shown["uneven"] == []
    fault = await refused(alba, "round.allot", round=name)
    assert fault.code == "allotment-twice"
    args = {"round": name, "project": tool}
    pledge = (await cedar.ask("round.pledge", amount="20", note="Good", **args))["id"]
    fault = await refused(cedar, "round.pledge", amount="20", **args)
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "amount")
    assert "33 left" in fault.detail or "34 left" in fault.detail
    await cedar.ask("pledge.withdraw", pledge=pledge)
    again = (await cedar.ask("round.pledge", amount="30", **args))["id"]
    await share(three)
    # What is made in a round is answered by the round.
    for coop, command in ((birch, "pledge.accept"), (cedar, "pledge.confirm")):
        fault = await refused(coop, command, pledge=again)
        assert fault.code == "pledge-round"
    assert (await birch.ask("status"))["notices"] == []
    await alba.ask("round.close", round=name, early=True)
    await share(three)
    final = await page(three, name)
    assert final["standing"] == "final"
    assert final["fund"] == fund
    accounts = {one["name"]: one for one in final["accounts"]}
    assert accounts["Cedar"]["accepted"] == gbp("30.00")
    assert accounts["Cedar"]["unspent"]["amount"] in {"3.33", "3.34"}
    explained = await birch.ask("explain", id=again)
    assert explained["what"] == "pledge"


async def test_a_steward_shares_as_it_decides(three: list[Coop]) -> None:
    alba, birch, cedar = three
    name = await opened(alba, mode="steward", budget="100")
    for shares, code, field in (
        ([], "field-wrong", "shares"),
        ([{"coop": "Birch", "amount": "101"}], "field-wrong", "shares"),
        ([{"coop": "Birch", "amount": "x"}], "field-wrong", "shares[0].amount"),
        ([{"coop": "Elm", "amount": "1"}], "id-unknown", "shares[0].coop"),
        ([{"coop": "Birch", "amount": "1"}] * 2, "field-wrong", "shares[1].coop"),
    ):
        fault = await refused(alba, "round.allot", round=name, shares=shares)
        assert (fault.fields["field"], bool(code)) == (field, True)
    given = [{"coop": "Birch", "amount": "70"}, {"coop": cedar.id, "amount": "30"}]
    await alba.ask("round.allot", round=name, shares=given)
    tool = await project(alba, "Tool", minimum="10", maximum="100")
    await share(three)
    await alba.ask("round.enter", round=name, project=tool)
    await share(three)
    fault = await refused(alba, "round.pledge", round=name, project=tool, amount="5")
    assert fault.code == "self-funding"
    await birch.ask("round.pledge", round=name, project=tool, amount="70")
    await share(three)
    shown = await page(three, name)
    assert projects(shown) == {"Tool": ("funded", "70.00", "70.00")}
    equal = await opened(alba, mode="per-member", budget="100")
    fault = await refused(alba, "round.allot", round=equal, shares=given)
    assert fault.fields["field"] == "shares"


async def test_vetoes_block(three: list[Coop]) -> None:
    alba, birch, cedar = three
    name = await opened(alba, vetoes=2)
    tool = await project(birch, "Tool", minimum="10")
    await share(three)
    await birch.ask("round.enter", round=name, project=tool)
    await share(three)
    await cedar.ask("round.pledge", round=name, project=tool, amount="20")
    args = {"round": name, "project": tool}
    cast = (await alba.ask("round.veto", reason="It harms us.", **args))["id"]
    await cedar.ask("round.veto", **args)
    await share(three)
    shown = await page(three, name)
    assert projects(shown) == {"Tool": ("blocked", "20.00", "0.00")}
    (row,) = shown["taking_part"]
    assert row["vetoed_by"] == ["Alba", "Cedar"] or row["vetoed_by"] == [
        "Cedar",
        "Alba",
    ]
    why = {one["name"]: one["reason"] for one in row["vetoes"]}
    assert why == {"Alba": "It harms us.", "Cedar": ""}
    assert "It changed the veto," in (await birch.ask("explain", id=cast))["did"][0]
    await cedar.ask("round.veto", withdraw=True, **args)
    fault = await refused(cedar, "round.veto", withdraw=True, **args)
    assert fault.code == "veto-none"
    await share(three)
    assert projects(await page(three, name))["Tool"][0] == "funded"
    await birch.ask("round.leave", reason="Done otherwise.", **args)
    fault = await refused(birch, "round.leave", **args)
    assert fault.code == "entry-none"
    await share(three)
    shown = await page(three, name)
    assert shown["taking_part"] == []
    assert {one["why"] for one in shown["ignored"]} == {"not-entered"}
    assert {one["what"] for one in shown["ignored"]} == {"pledge", "veto"}
    fault = await refused(cedar, "round.veto", **args)
    assert fault.code == "entry-none"


async def test_rounds_are_refused(two: list[Coop]) -> None:
    alba, birch = two
    good: dict[str, object] = {"title": "Round", "closes": "2026-04-30"}
    euros = await project(birch, "Euros", currency="EUR")
    idea = await project(birch, "Idea", idea=True)
    name = await opened(alba)
    await share(two)
    await check_refusals(
        alba,
        [
            ("round.open", {**good, "title": ""}, "field-wrong", "title"),
            ("round.open", {**good, "closes": "May"}, "field-wrong", "closes"),
            (
                "round.open",
                {**good, "closes": "2020-01-01"},
                "window-backwards",
                "closes",
            ),
            ("round.open", {**good, "mode": "luck"}, "field-wrong", "mode"),
            ("round.open", {**good, "mode": "equal"}, "field-wrong", "budget"),
            ("round.open", {**good, "budget": "5"}, "field-wrong", "budget"),
            ("round.open", {**good, "vetoes": 0}, "field-wrong", "vetoes"),
            ("round.open", {**good, "currency": "GBX"}, "field-wrong", "currency"),
            ("round.open", {**good, "fund": "aaaa"}, "id-unknown", "fund"),
            ("round.advance", {"round": name, "to": "closed"}, "field-wrong", "to"),
            ("round.advance", {"round": name, "to": "settled"}, "round-move", "to"),
            ("round.allot", {"round": name}, "allotment-mode", "round"),
            ("round.close", {"round": name}, "close-early", "round"),
            ("round.show", {"round": "aaaa"}, "id-unknown", "round"),
            ("round.list", {"states": ["begun"]}, "field-wrong", "states"),
            (
                "round.what-if",
                {"round": name, "project": euros},
                "field-wrong",
                "amount",
            ),
            (
                "round.pledge",
                {"round": name, "project": euros, "amount": "5"},
                "entry-none",
                "project",
            ),
            (
                "round.enter",
                {"round": name, "project": euros},
                "not-yours",
                "project",
            ),
        ],
    )
    for entered, code in ((euros, "round-currency"), (idea, "entry-state")):
        fault = await refused(birch, "round.enter", round=name, project=entered)
        assert (fault.code, fault.fields["field"]) == (code, "project")
    fault = await refused(birch, "round.close", round=name)
    assert fault.code == "not-yours"
    tool = await project(birch, "Tool")
    await birch.ask("round.enter", round=name, project=tool)
    await share(two)
    fault = await refused(
        alba, "round.pledge", round=name, project=tool, amount="5", currency="EUR"
    )
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "amount")
    entry = entry_id(birch.node.coop, ids.parse("evt", name), ids.parse("evt", tool))
    explained = await alba.ask("explain", id=brief("evt", entry))
    assert (explained["what"], len(explained["history"])) == ("entry", 1)
    await alba.ask("round.advance", round=name, to="cancelled")
    fault = await refused(alba, "round.allot", round=name)
    assert fault.code == "round-over"
    assert (await page([alba], name))["standing"] == "cancelled"


async def test_a_cut_that_is_too_long_for_an_allotment(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await opened(two[0], mode="equal", budget="100")
    monkeypatch.setattr(rounds, "CUT", 1)
    fault = await refused(two[0], "round.allot", round=name)
    assert fault.fields["field"] == "shares"
