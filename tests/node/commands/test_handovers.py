"""A lead goes from its finder to a taker, with the fee bound before."""

import pytest

from protocol.ids import text
from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share

LEAD = {
    "title": "Website for Bridport Market",
    "description": "Stalls.\n\nAnd a map.",
    "buyer": "Bridport Town Council",
    "link": "https://market.example/brief",
    "requirements": [{"skill": "web", "minutes": 9000}, {"skill": "design"}],
    "value": {"amount": "18000.05"},
    "deadline": "2026-01-23",
    "cpv": ["72413000"],
}
TERMS = "A tenth of what is invoiced, net."


class Pair:
    """A lead of Alba's that goes to Birch, while Cedar looks on."""

    def __init__(self, three: list[Coop]) -> None:
        self.three = three
        self.alba, self.birch, self.cedar = three
        self.lead = ""

    async def offer(self, **more: object) -> str:
        if not self.lead:
            self.lead = (await self.alba.ask("lead.open", **LEAD))["id"]
        args = {"lead": self.lead, "to": "Birch", "terms": TERMS, "share": "10"}
        made = await self.alba.ask("handover.offer", **(args | more))
        await share(self.three)
        return str(made["id"])

    async def row(self, handover: str) -> Answer:
        """Give the row of a hand-over, which all three read alike."""
        await share(self.three)
        found = []
        for coop in self.three:
            rows = (await coop.ask("handover.list"))["handovers"]
            found.append([one for one in rows if one["id"] == handover])
        assert found[0] == found[1] == found[2]
        return dict(found[0][0])

    async def waits(self, coop: Coop) -> list[str]:
        """Give the commands that would deal with what waits."""
        await share(self.three)
        return [one["command"] for one in (await coop.ask("today"))["waiting"]]


@pytest.fixture
def pair(three: list[Coop]) -> Pair:
    return Pair(three)


async def test_the_whole_way(pair: Pair) -> None:
    alba, birch, cedar = pair.three
    handover = await pair.offer(note="You know the council.")
    row = await pair.row(handover)
    wanted = {
        "finder_name": "Alba",
        "taker_name": "Birch",
        "title": "Website for Bridport Market",
        "fee": {"due": "award", "amount": None, "share": "10"},
        "standing": "offered",
        "opened": None,
        "owed": None,
        "note": "You know the council.",
    }
    assert {key: row[key] for key in wanted} == wanted
    page = await birch.ask("handover.show", handover=handover[:14])
    assert (page["terms"], page["answer"]) == (TERMS, "")
    (told,) = await pair.waits(birch)
    assert told == f"wortley handover accept {handover[:16]}"
    assert await pair.waits(alba) == await pair.waits(cedar) == []

    await birch.ask("handover.accept", handover=handover)
    assert (await pair.row(handover))["standing"] == "effective"
    (told,) = await pair.waits(birch)
    assert told == f"wortley lead open --via {handover[:16]}"
    (told,) = await pair.waits(alba)
    assert told == f"wortley lead advance {pair.lead[:16]} passed-on"

    taken = (await birch.ask("lead.open", via=handover))["id"]
    await alba.ask("lead.advance", lead=pair.lead, to="passed-on")
    assert await pair.waits(alba) == await pair.waits(birch) == []
    ours = await cedar.ask("lead.show", lead=pair.lead)
    theirs = await cedar.ask("lead.show", lead=taken)
    same = "title description buyer link value deadline cpv requirements skills"
    assert {key: theirs[key] for key in same.split()} == {
        key: ours[key] for key in same.split()
    }
    assert (theirs["name"], theirs["found_by"]) == ("Birch", "Alba")
    assert (theirs["via"], ours["via"]) == (handover, None)
    assert [one["id"] for one in ours["handovers"]] == [handover]

    assert (await pair.row(handover))["owed"] is None
    await birch.ask("lead.advance", lead=taken, to="won")
    row = await pair.row(handover)
    assert row["owed"] == {"amount": "1800.00", "currency": "GBP"}
    assert (row["opened"], row["opened_short"]) == (taken, taken[:12])
    said = await cedar.ask("explain", id=handover)
    taken_over, owed = said["joins"]
    assert taken_over == (
        "Birch has taken the lead of Alba for 10 % of its value, due at the award."
        " (effective)"
    )
    assert owed == "The lead is won: Birch owes Alba 1,800.00 GBP."
    await birch.ask("lead.advance", lead=taken, to="lost", reason="price")
    assert (await pair.row(handover))["owed"] is None
    assert (await cedar.ask("lead.show", lead=taken))["reason"] == "price"


async def test_a_fee_follows_the_lead_to_the_next_taker(pair: Pair) -> None:
    alba, birch, cedar = pair.three
    first = await pair.offer()
    taken = (await birch.ask("handover.accept", handover=first, open=True))["ids"][1]
    await share(pair.three)
    await alba.ask("lead.advance", lead=pair.lead, to="passed-on")
    args = {"lead": taken, "to": "Cedar", "terms": TERMS, "share": "1"}
    second = (await birch.ask("handover.offer", **args))["id"]
    await share(pair.three)
    last = (await cedar.ask("handover.accept", handover=second, open=True))["ids"][1]
    await share(pair.three)
    await birch.ask("lead.advance", lead=taken, to="passed-on")
    assert (await pair.row(first))["owed"] is None
    await cedar.ask("lead.advance", lead=last, to="won")
    tenth, hundredth = await pair.row(first), await pair.row(second)
    assert tenth["owed"] == {"amount": "1800.00", "currency": "GBP"}
    assert hundredth["owed"] == {"amount": "180.00", "currency": "GBP"}
    # One hand-over alone is followed as far as all of them are.
    (shown,) = (await cedar.ask("lead.show", lead=pair.lead))["handovers"]
    assert shown["owed"] == tenth["owed"]
    owed = [
        (one["payer_name"], one["payee_name"], one["open"]["amount"])
        for one in (await alba.ask("ledger.show"))["accounts"]
    ]
    assert owed == [("Birch", "Alba", "1800.00"), ("Cedar", "Birch", "180.00")]


async def test_accepting_can_open_the_lead_at_once(pair: Pair) -> None:
    handover = await pair.offer(
        share=None, fee={"amount": "500", "currency": "EUR"}, due="end"
    )
    made = await pair.birch.ask("handover.accept", handover=handover, open=True)
    assert len(made["ids"]) == 2
    row = await pair.row(handover)
    assert row["opened"] == made["ids"][1]
    await pair.birch.ask("lead.advance", lead=row["opened"], to="won")
    row = await pair.row(handover)
    assert row["owed"] == {"amount": "500.00", "currency": "EUR"}
    assert row["fee"] == {"due": "end", "amount": row["owed"], "share": None}


async def test_what_is_given_stands_before_what_is_copied(pair: Pair) -> None:
    handover = await pair.offer(share=None)
    await pair.birch.ask("handover.accept", handover=handover)
    taken = await pair.birch.ask(
        "lead.open",
        via=handover,
        title="Market site",
        description="",
        requirements=[{"skill": "web"}],
        value={"amount": "100"},
        deadline="2026-02-01",
    )
    page = await pair.birch.ask("lead.show", lead=taken["id"])
    assert (page["title"], page["description"]) == ("Market site", "")
    assert (page["skills"], page["deadline"]) == (["web"], "2026-02-01")
    assert page["value"]["amount"] == "100.00"
    assert page["buyer"] == "Bridport Town Council"
    await pair.birch.ask("lead.advance", lead=taken["id"], to="won")
    assert (await pair.row(handover))["owed"] is None
    said = await pair.cedar.ask("explain", id=handover)
    assert said["joins"][0].startswith("Birch has taken the lead of Alba for no fee.")


async def test_a_hand_over_is_declined_and_offered_to_another(pair: Pair) -> None:
    alba, birch, cedar = pair.three
    handover = await pair.offer()
    await birch.ask(
        "handover.decline", handover=handover, reason="no-capacity", note="In May."
    )
    row = await pair.row(handover)
    assert (row["standing"], row["reason"]) == ("declined", "no-capacity")
    assert (await alba.ask("handover.show", handover=handover))["answer"] == "In May."
    fault = await refused(
        alba, "handover.offer", lead=pair.lead, to="Cedar", terms=TERMS
    )
    assert (fault.code, fault.fields["field"]) == ("handover-live", "lead")
    assert handover[:16] in fault.way_out
    fault = await refused(alba, "lead.advance", lead=pair.lead, to="passed-on")
    assert fault.code == "handover-open"
    assert "Birch" in fault.detail
    await alba.ask("handover.withdraw", handover=handover, reason="no-answer")
    row = await pair.row(handover)
    assert (row["standing"], row["reason"]) == ("withdrawn", "no-answer")
    fault = await refused(birch, "handover.accept", handover=handover)
    assert fault.code == "handover-withdrawn"
    second = await pair.offer(to="Cedar")
    await cedar.ask("handover.accept", handover=second, open=True)
    assert (await pair.row(second))["standing"] == "effective"
    # A lead may also be passed on outside of the network.
    other = (await alba.ask("lead.open", title="Elsewhere"))["id"]
    await alba.ask("lead.advance", lead=other, to="passed-on")


async def test_what_was_accepted_is_given_back_until_it_is_used(pair: Pair) -> None:
    handover = await pair.offer()
    await pair.birch.ask("handover.accept", handover=handover)
    fault = await refused(pair.birch, "handover.accept", handover=handover)
    assert fault.code == "handover-effective"
    await pair.birch.ask("handover.decline", handover=handover)
    fault = await refused(pair.birch, "lead.open", via=handover)
    assert (fault.code, fault.fields["field"]) == ("handover-unaccepted", "via")
    await pair.birch.ask("handover.accept", handover=handover, open=True)
    fault = await refused(pair.birch, "handover.decline", handover=handover)
    assert fault.code == "handover-used"
    fault = await refused(pair.birch, "lead.open", via=handover)
    assert fault.code == "handover-used"
    (_, taken) = (await pair.birch.ask("lead.list"))["leads"]
    assert f"wortley lead change {taken['short']}" in fault.way_out
    await pair.row(handover)
    await pair.alba.ask("lead.advance", lead=pair.lead, to="passed-on")
    fault = await refused(pair.alba, "handover.withdraw", handover=handover)
    assert fault.code == "handover-passed"


async def test_nobody_agrees_to_what_it_cannot_read(pair: Pair) -> None:
    handover = await pair.offer()
    await pair.birch.node.log._writer.execute("DELETE FROM texts")
    fault = await refused(pair.birch, "handover.accept", handover=handover)
    assert (fault.code, fault.fields["field"]) == ("terms-missing", "handover")
    page = await pair.birch.ask("handover.show", handover=handover)
    assert page["terms"] is None


async def test_a_lead_without_a_title_here_waits_for_one(pair: Pair) -> None:
    handover = await pair.offer()
    await pair.birch.ask("handover.accept", handover=handover)
    await pair.birch.node.log._writer.execute("DELETE FROM texts")
    fault = await refused(pair.birch, "lead.open", via=handover)
    assert (fault.code, fault.fields["field"]) == ("title-missing", "via")
    await pair.birch.ask("lead.open", via=handover, title="Mine")


async def test_the_other_half_is_explained_too(pair: Pair) -> None:
    handover = await pair.offer()
    await pair.birch.ask("handover.accept", handover=handover)
    await pair.birch.ask("handover.decline", handover=handover)
    await pair.row(handover)
    (answer,) = await pair.cedar.node.state.entities("takeover")
    said = await pair.cedar.ask("explain", id=text("evt", answer.id))
    assert said["joins"] == ["Birch does not take it. (declined)"]
    assert [one["kind"] for one in said["history"]] == [
        "handover.accepted",
        "handover.declined",
    ]
    await pair.cedar.node.state.forget(pair.alba.node.coop)
    said = await pair.cedar.ask("explain", id=text("evt", answer.id))
    assert said["joins"] == ["The hand-over that it answers is not here."]


async def test_offers_are_refused(pair: Pair) -> None:
    handover = await pair.offer()
    lead = (await pair.alba.ask("lead.open", title="Another"))["id"]
    over = (await pair.alba.ask("lead.open", title="Over"))["id"]
    await pair.alba.ask("lead.advance", lead=over, to="lost")
    await share(pair.three)
    good = {"lead": lead, "to": "Birch", "terms": TERMS}
    both = {**good, "fee": {"amount": "5"}, "share": "1"}
    await check_refusals(
        pair.alba,
        [
            ("handover.offer", {**good, "lead": "aaaa"}, "id-unknown", "lead"),
            ("handover.offer", {**good, "lead": over}, "lead-over", "lead"),
            ("handover.offer", {**good, "to": "Elm"}, "coop-unknown", "to"),
            ("handover.offer", {**good, "to": "Alba"}, "field-wrong", "to"),
            ("handover.offer", {**good, "terms": " "}, "field-wrong", "terms"),
            *[
                ("handover.offer", {**good, "share": one}, "field-wrong", "share")
                for one in ("0", "101", "1.234", "-1", "x", "100.01", "1e2", "²")
            ],
            ("handover.offer", both, "field-wrong", "share"),
            (
                "handover.offer",
                {**good, "fee": {"amount": "0"}},
                "field-wrong",
                "fee.amount",
            ),
            (
                "handover.offer",
                {**good, "share": "1", "due": "soon"},
                "field-wrong",
                "due",
            ),
            ("handover.list", {"standing": ["gone"]}, "field-wrong", "standing"),
            ("handover.show", {"handover": lead}, "id-unknown", "handover"),
            ("handover.accept", {"handover": handover}, "not-yours", "handover"),
        ],
    )
    fault = await refused(pair.alba, "handover.offer", **good, due="award")
    assert fault.fields["field"] == "due"
    for command in ("handover.withdraw", "lead.open"):
        args = {"via" if command == "lead.open" else "handover": handover}
        fault = await refused(pair.cedar, command, **args)
        assert fault.code in {"not-yours", "handover-unaccepted"}
    fault = await refused(pair.birch, "handover.offer", **good)
    assert (fault.code, fault.fields["coop"]) == ("not-yours", pair.alba.id)
    fault = await refused(pair.alba, "lead.open")
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "title")
