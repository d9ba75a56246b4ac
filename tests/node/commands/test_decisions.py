"""Decisions over three nodes: asked, amended, voted on, closed for good."""

import datetime

import pytest

from node import steward
from node.commands.form import today
from node.views.short import brief
from protocol import ids
from protocol.rules.decisions import ballot_id
from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share


async def opened(coop: Coop, **args: object) -> str:
    given: dict[str, object] = {"title": "Join the federation", "proposal": "We join."}
    return str((await coop.ask("decision.open", **(given | args)))["id"])


async def page(coops: list[Coop], decision: str) -> Answer:
    """The page of a decision, which all of them read alike."""
    pages = [await coop.ask("decision.show", decision=decision) for coop in coops]
    assert all(one == pages[0] for one in pages)
    return pages[0]


async def vote(coops: list[Coop], decision: str, *stances: str) -> None:
    for coop, stance in zip(coops, stances, strict=False):
        await coop.ask("vote.cast", decision=decision, stance=stance)
    await share(coops)


async def test_blocked_amended_passed(three: list[Coop]) -> None:
    alba, birch, cedar = three
    decision = await opened(alba)
    await share(three)
    shown = await page(three, decision)
    assert (shown["standing"], shown["outcome"], shown["why"]) == (
        "open",
        "lapsed",
        "quorum",
    )
    assert shown["closes"] == str(today(alba.node) + datetime.timedelta(7))
    await vote(three, decision, "agree", "agree")
    await cedar.ask(
        "vote.cast", decision=decision, stance="block", reason="Too dear for us."
    )
    await share(three)
    shown = await page(three, decision)
    assert (shown["outcome"], shown["why"]) == ("blocked", "block")
    assert [one["reason"] for one in shown["ballots"]] == ["", "", "Too dear for us."]

    await alba.ask("decision.amend", decision=decision, proposal="We join in 2028.")
    await share(three)
    shown = await page(three, decision)
    assert shown["proposal"] == "We join in 2028."
    assert [one["ignored"] for one in shown["ballots"]] == ["other-version"] * 3
    await vote(three, decision, "agree", "agree", "abstain")
    before = await page(three, decision)
    assert before["outcome"] == "passed"

    fault = await refused(alba, "decision.close", decision=decision)
    assert fault.code == "close-early"
    await alba.ask("decision.close", decision=decision, early=True, note="All voted.")
    await share(three)
    shown = await page(three, decision)
    assert (shown["standing"], shown["state"]) == ("final", "closed")
    assert (shown["outcome"], shown["why"]) == ("passed", "carried")
    assert shown["agree"] == 2
    assert shown["ballots"] == before["ballots"]
    assert shown["contested"] == []
    (row,) = (await birch.ask("decision.list"))["decisions"]
    assert row == {key: shown[key] for key in row}
    # What comes later changes nothing.
    fault = await refused(cedar, "vote.cast", decision=decision, stance="block")
    assert fault.code == "decision-over"
    explained = await cedar.ask("explain", id=decision)
    (line,) = explained["joins"]
    assert line.startswith("It is closed for good: passed, for enough agree (2 agree")


async def test_a_decision_says_where_it_differs_from_the_charter(
    two: list[Coop],
) -> None:
    alba, birch = two
    lead = (await birch.ask("lead.open", title="Website"))["id"]
    await share(two)
    decision = await opened(
        alba,
        about=lead,
        rule="majority",
        basis="member",
        quorum=60,
        opens="2026-03-01",
        closes="2026-03-31",
        link="https://federation.example",
    )
    await share(two)
    shown = await page(two, decision)
    assert (shown["opens"], shown["closes"]) == ("2026-03-01", "2026-03-31")
    assert shown["about"] == lead
    assert shown["link"] == "https://federation.example"
    assert shown["unlike_charter"] == [
        "rule majority, not consent as in the charter",
        "basis member, not co-op as in the charter",
        "quorum 60, not 50 as in the charter",
    ]


async def test_a_decision_is_withdrawn(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(alba)
    await share(two)
    await birch.ask("vote.cast", decision=decision, stance="agree")
    await birch.ask("vote.withdraw", decision=decision, reason="Not sure.")
    await share(two)
    assert (await page(two, decision))["ballots"] == []
    assert (await refused(birch, "decision.withdraw", decision=decision)).code == (
        "not-yours"
    )
    await alba.ask("decision.withdraw", decision=decision, note="Later.")
    await share(two)
    shown = await page(two, decision)
    assert (shown["state"], shown["standing"]) == ("withdrawn", "withdrawn")
    for command in ("decision.amend", "decision.withdraw", "decision.close"):
        more = {"proposal": "X"} if command == "decision.amend" else {}
        fault = await refused(alba, command, decision=decision, **more)
        assert fault.code == "decision-move"
    (listed,) = (await birch.ask("decision.list", states=["withdrawn"], coop="Alba"))[
        "decisions"
    ]
    assert listed["id"] == decision


async def test_a_stranger_to_the_roster_and_a_changed_mind(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(alba)
    await share(two)
    await birch.ask("vote.cast", decision=decision, stance="agree", reason="Good.")
    await alba.ask("vote.cast", decision=decision, stance="agree")
    await share(two)
    await alba.ask("decision.close", decision=decision, early=True)
    # Cast before the closing came, and too late for it.
    await birch.ask("vote.cast", decision=decision, stance="block", reason="No!")
    await share(two)
    shown = await page(two, decision)
    assert (shown["standing"], shown["outcome"]) == ("final", "passed")
    rows = {one["name"]: one for one in shown["ballots"]}
    # The reason of another stance is not put into its mouth.
    assert (rows["Birch"]["stance"], rows["Birch"]["reason"]) == ("agree", "")


async def test_decisions_are_refused(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(birch)
    await share(two)
    good: dict[str, object] = {"title": "Join"}
    await check_refusals(
        alba,
        [
            ("decision.open", {"title": " "}, "field-wrong", "title"),
            ("decision.open", {**good, "rule": "coin"}, "field-wrong", "rule"),
            ("decision.open", {**good, "basis": "euro"}, "field-wrong", "basis"),
            ("decision.open", {**good, "quorum": 101}, "field-wrong", "quorum"),
            ("decision.open", {**good, "quorum": 0}, "field-wrong", "quorum"),
            ("decision.open", {**good, "opens": "May"}, "field-wrong", "opens"),
            ("decision.open", {**good, "about": "aaaa"}, "id-unknown", "about"),
            ("decision.open", {**good, "link": "x"}, "field-wrong", "link"),
            (
                "decision.open",
                {**good, "opens": "2026-03-01", "closes": "2026-03-07"},
                "field-wrong",
                "closes",
            ),
            (
                "decision.open",
                {**good, "opens": "2026-03-01", "closes": "2026-02-07"},
                "window-backwards",
                "closes",
            ),
            ("decision.show", {"decision": "aaaa"}, "id-unknown", "decision"),
            ("decision.list", {"states": ["begun"]}, "field-wrong", "states"),
            (
                "vote.cast",
                {"decision": decision, "stance": "maybe"},
                "field-wrong",
                "stance",
            ),
            ("vote.withdraw", {"decision": decision}, "ballot-none", "decision"),
        ],
    )
    fault = await refused(birch, "decision.amend", decision=decision, proposal=" ")
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "proposal")


async def test_ballots_and_acknowledgements_are_explained(two: list[Coop]) -> None:
    alba, birch = two
    decision = await opened(alba)
    await share(two)
    first = (await birch.ask("vote.cast", decision=decision, stance="agree"))["id"]
    await share(two)
    assert await steward.Acknowledged(alba.node).acknowledge() == 1
    explained = await alba.ask("explain", id=first)
    assert explained["what"] == "event"
    named = await ballot(alba, birch, decision)
    line = f"It changed the ballot (a vote: agree), {named}, which is cast now."
    assert explained["did"] == [line]
    shown = await birch.ask("explain", id=named)
    assert [one["id"] for one in shown["history"]] == [first]
    assert shown["joins"] == []


async def ballot(reader: Coop, voter: Coop, decision: str) -> str:
    name = ids.parse("evt", decision)
    found = ballot_id(voter.node.coop, name)
    assert await reader.node.state.get(found) is not None
    return brief("evt", found)


async def test_a_cut_names_so_many_logs(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, _ = two
    decision = await opened(alba)
    await share(two)
    await vote(two, decision, "agree", "agree")
    monkeypatch.setattr(steward, "CUT", 0)
    fault = await refused(alba, "decision.close", decision=decision, early=True)
    assert fault.code == "cut-too-long"
