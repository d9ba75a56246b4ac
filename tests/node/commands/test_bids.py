"""A bid is put together, reviewed by those who share in it, and moved on."""

import pytest

from node.act import Draft
from protocol.ids import text
from protocol.kinds.leads import LeadOpened, Lot
from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share

PARTIES = [
    {"coop": "Alba", "share": "rest", "minutes": 9000},
    {
        "coop": "Birch",
        "share": "40",
        "minutes": 6000,
        "amount": {"amount": "7200"},
    },
]


class Three:
    """A lead of Alba's and a bid for it with Birch; Cedar found it."""

    def __init__(self, three: list[Coop], lead: str) -> None:
        self.three = three
        self.alba, self.birch, self.cedar = three
        self.lead = lead
        self.bid = ""

    async def open(self, **more: object) -> str:
        args = {"lead": self.lead, "parties": PARTIES}
        self.bid = (await self.alba.ask("bid.open", **(args | more)))["id"]
        await share(self.three)
        return self.bid

    async def page(self) -> Answer:
        await share(self.three)
        pages = [await coop.ask("bid.show", bid=self.bid) for coop in self.three]
        assert pages[0] == pages[1] == pages[2]
        return pages[0]

    async def standings(self) -> list[str]:
        return [one["standing"] for one in (await self.page())["parts"]]


@pytest.fixture
async def bidding(three: list[Coop]) -> Three:
    lead = await three[0].ask("lead.open", title="Website", value={"amount": "18001"})
    await share(three)
    return Three(three, lead["id"])


async def test_the_whole_way(bidding: Three) -> None:
    alba, birch, cedar = bidding.three
    fees = [{"coop": "Cedar", "share": "5"}]
    bid = await bidding.open(fees=fees, fund="2.5", risk="shared", note="Tight.")
    page = await bidding.page()
    wanted = {
        "name": "Alba",
        "title": "Website",
        "state": "assembling",
        "risk": "shared",
        "value": {"amount": "18001.00", "currency": "GBP"},
        "parties": ["Alba", "Birch"],
        "sound": False,
        "unreviewed": ["Birch"],
        "lots": [],
        "note": "Tight.",
        "version": bid,
    }
    assert {key: page[key] for key in wanted} == wanted
    parts = [
        (one["name"], one["share"], one["price"]["amount"], one["standing"])
        for one in page["parts"]
    ]
    assert parts == [
        ("Alba", "52.5", "9450.53", "agreed"),
        ("Birch", "40", "7200.40", "missing"),
    ]
    cuts = [(one["name"], one["share"], one["price"]["amount"]) for one in page["cuts"]]
    assert cuts == [("Cedar", "5", "900.05"), ("common fund", "2.5", "450.02")]
    (told,) = (await birch.ask("status"))["notices"]
    assert told == "1 estimate to review: `wortley today`."
    (row,) = (await birch.ask("estimate.list"))["estimates"]
    assert (row["bid"], row["title"]) == (bid, "Website")
    assert (await cedar.ask("estimate.list"))["estimates"] == []

    fault = await refused(alba, "bid.advance", bid=bid, to="agreed")
    assert (fault.code, fault.fields["field"]) == ("bid-unreviewed", "bid")
    assert "Birch" in fault.detail
    await birch.ask("estimate.object", bid=bid, note="60 days, not 40.")
    page = await bidding.page()
    assert page["parts"][1]["standing"] == "objected"
    assert page["parts"][1]["note"] == "60 days, not 40."
    parties = [PARTIES[0], {**PARTIES[1], "minutes": 7000}]
    await alba.ask("bid.change", bid=bid, parties=parties)
    page = await bidding.page()
    assert (page["parts"][1]["standing"], page["parts"][1]["note"]) == (
        "stale",
        "60 days, not 40.",
    )
    assert (page["risk"], page["note"]) == ("shared", "Tight.")
    assert page["version"] != bid
    await birch.ask("estimate.agree", bid=bid[:14])
    assert (await bidding.page())["sound"]
    assert (await birch.ask("status"))["notices"] == []
    for to in ("agreed", "submitted", "won"):
        await alba.ask("bid.advance", bid=bid, to=to)
    page = await bidding.page()
    assert (page["state"], page["sound"]) == ("won", True)
    (row,) = (await cedar.ask("bid.list", states=["won"], coop="Birch"))["bids"]
    assert {key: page[key] for key in row} == row
    assert (await cedar.ask("lead.show", lead=bidding.lead))["bids"] == [row]
    assert (await cedar.ask("bid.list", coop="Cedar"))["bids"] == []
    said = await cedar.ask("explain", id=bid)
    assert said["title"] == "bid of 2 co-ops"
    assert said["joins"] == [
        "Alba (52.5 %) has agreed to its part.",
        "Birch (40 %) has agreed to its part.",
    ]
    fault = await refused(birch, "estimate.agree", bid=bid)
    assert fault.code == "bid-over"


async def test_the_contractor_may_go_without_a_review(bidding: Three) -> None:
    bid = await bidding.open()
    await bidding.alba.ask("bid.advance", bid=bid, to="agreed", anyway=True)
    page = await bidding.page()
    assert (page["state"], page["unreviewed"]) == ("agreed", ["Birch"])
    fault = await refused(bidding.alba, "bid.change", bid=bid, fund="1")
    assert fault.code == "bid-fixed"
    assert "assembling" in fault.way_out
    await bidding.alba.ask("bid.advance", bid=bid, to="dissolved", reason="price")
    page = await bidding.page()
    assert (page["state"], page["reason"]) == ("dissolved", "price")
    fault = await refused(bidding.alba, "bid.change", bid=bid, fund="1")
    assert fault.way_out == "It is final."
    said = await bidding.cedar.ask("explain", id=bid)
    assert said["joins"][1:] == [
        "Birch (40 %) has not said anything yet.",
        "Without the word of Birch the bid is not sound.",
    ]


async def test_each_lot_has_its_own_review(bidding: Three) -> None:
    parties = [
        {"coop": "Birch", "share": "40", "lot": "A"},
        {"coop": "Birch", "share": "60", "lot": "B"},
        {"coop": "Cedar"},
    ]
    bid = await bidding.open(parties=parties, risk="by-lot")
    assert (await bidding.page())["lots"] == ["A", "B"]
    assert await bidding.standings() == ["missing"] * 3
    await bidding.birch.ask("estimate.agree", bid=bid, lot="A")
    assert await bidding.standings() == ["agreed", "missing", "missing"]
    fault = await refused(bidding.birch, "estimate.agree", bid=bid, lot="C")
    assert (fault.code, fault.fields["example"]) == ("field-wrong", "A")
    made = await bidding.birch.ask("estimate.object", bid=bid, note="No.")
    assert len(made["ids"]) == 2
    assert await bidding.standings() == ["objected", "objected", "missing"]
    await bidding.birch.ask("estimate.agree", bid=bid)
    # Cedar has no share in it, so nothing hangs on its word.
    assert (await bidding.page())["sound"]
    rows = (await bidding.cedar.ask("estimate.list", bid=bid))["estimates"]
    assert [(one["name"], one["lot"]) for one in rows] == [
        ("Birch", "A"),
        ("Birch", "B"),
        ("Cedar", None),
    ]
    missing = await bidding.cedar.ask("estimate.list", standing=["missing"])
    assert len(missing["estimates"]) == 1
    reviews = await bidding.cedar.node.state.entities("review")
    said = await bidding.cedar.ask("explain", id=text("evt", reviews[0].id))
    assert said["title"].startswith("what a party says of its estimate of lot ")
    assert len(said["history"]) == 3 - (reviews[0].body.lot == "B")  # type: ignore[attr-defined]
    assert said["joins"][0] == "Birch, lot A (40 %) has agreed to its part."
    await bidding.cedar.node.state.forget(bidding.alba.node.coop)
    said = await bidding.cedar.ask("explain", id=text("evt", reviews[0].id))
    assert said["joins"] == ["The bid that it is about is not here."]


async def test_a_bid_without_a_value_comes_to_nothing_yet(bidding: Three) -> None:
    lead = await bidding.alba.ask("lead.open", title="Unknown")
    await bidding.open(lead=lead["id"])
    page = await bidding.page()
    assert page["value"] is None
    assert [one["price"] for one in page["parts"]] == [None, None]


async def test_what_is_not_given_stays(bidding: Three) -> None:
    fees = [{"coop": "Cedar", "share": "5"}]
    bid = await bidding.open(fees=fees, fund="5")
    alba = bidding.alba
    fault = await refused(alba, "bid.change", bid=bid)
    assert fault.code == "nothing-given"
    fault = await refused(alba, "bid.change", bid=bid, fund="")
    assert (fault.code, fault.fields["field"]) == ("bid-sums", "parties")
    assert "95 %" in fault.detail
    parties = [{"coop": "Alba", "share": "rest"}]
    await alba.ask("bid.change", bid=bid, fund="", parties=parties, risk="by-lot")
    page = await bidding.page()
    assert [one["share"] for one in page["parts"]] == ["95"]
    assert [one["name"] for one in page["cuts"]] == ["Cedar"]
    assert page["risk"] == "by-lot"
    parties = [{"coop": "Alba", "share": "100"}]
    await alba.ask("bid.change", bid=bid, fees=[], parties=parties, note="Alone.")
    page = await bidding.page()
    assert (page["cuts"], page["note"], page["sound"]) == ([], "Alone.", True)
    assert (await alba.ask("explain", id=bid))["title"] == "bid of one co-op"


async def test_bids_are_refused(bidding: Three) -> None:
    bid = await bidding.open()
    over = (await bidding.alba.ask("lead.open", title="Over"))["id"]
    await bidding.alba.ask("lead.advance", lead=over, to="lost")

    def party(**wrong: object) -> dict[str, object]:
        return {
            "lead": bidding.lead,
            "parties": [PARTIES[0], {"coop": "Birch", "share": "40", **wrong}],
        }

    good = {"lead": bidding.lead, "parties": PARTIES}
    await check_refusals(
        bidding.alba,
        [
            ("bid.open", {**good, "lead": "aaaa"}, "id-unknown", "lead"),
            ("bid.open", {**good, "lead": over}, "lead-over", "lead"),
            ("bid.open", {**good, "parties": []}, "field-wrong", "parties"),
            ("bid.open", {**good, "parties": PARTIES * 11}, "field-wrong", "parties"),
            ("bid.open", {**good, "risk": "nobody"}, "field-wrong", "risk"),
            ("bid.open", {**good, "fund": "x"}, "field-wrong", "fund"),
            (
                "bid.open",
                {**good, "fees": [{"coop": "Cedar", "share": "0"}]},
                "field-wrong",
                "fees.share",
            ),
            (
                "bid.open",
                {**good, "fees": [{"coop": "Cedar", "share": "1"}] * 9},
                "field-wrong",
                "fees",
            ),
            ("bid.open", party(coop="Elm"), "coop-unknown", "parties.coop"),
            ("bid.open", party(share="0"), "field-wrong", "parties.share"),
            ("bid.open", party(share="100"), "bid-sums", "parties"),
            ("bid.open", party(share="rest"), "bid-sums", "parties"),
            ("bid.open", party(share="30", coop="Alba"), "party-twice", "parties"),
            ("bid.open", party(lot="A b"), "field-wrong", "lots[0]"),
            ("bid.open", party(minutes=0), "field-wrong", "parties[1].minutes"),
            (
                "bid.open",
                party(amount={"amount": "x"}),
                "field-wrong",
                "parties.amount.amount",
            ),
            ("bid.change", {"bid": "aaaa", "fund": "1"}, "id-unknown", "bid"),
            ("bid.advance", {"bid": bid, "to": "won"}, "bid-move", "to"),
            ("bid.advance", {"bid": bid, "to": "sold"}, "field-wrong", "to"),
            ("bid.list", {"states": ["sold"]}, "field-wrong", "states"),
            ("bid.show", {"bid": bidding.lead}, "id-unknown", "bid"),
            ("estimate.agree", {"bid": bid}, "bid-own", "bid"),
            ("estimate.list", {"standing": ["fine"]}, "field-wrong", "standing"),
        ],
    )
    nothing = {**good, "parties": [{"coop": "Alba"}]}
    fault = await refused(bidding.alba, "bid.open", **nothing)
    assert "0 %" in fault.detail
    fault = await refused(bidding.cedar, "estimate.agree", bid=bid)
    assert fault.code == "bid-others"
    for command in ("bid.change", "bid.advance"):
        args = (
            {"bid": bid, "fund": "1"}
            if "change" in command
            else {
                "bid": bid,
                "to": "agreed",
            }
        )
        fault = await refused(bidding.birch, command, **args)
        assert (fault.code, fault.fields["coop"]) == ("not-yours", bidding.alba.id)


async def test_lots_are_those_of_the_tender(bidding: Three) -> None:
    tender = LeadOpened(lots=(Lot(id="LOT-1"), Lot(id="LOT-2")))
    draft = Draft("lead.opened", tender, {"title": "Tender"})
    (made,) = await bidding.alba.node.act.publish([draft])
    lead = text("evt", made)
    parties = [{"coop": "Alba", "share": "100", "lot": "LOT-3"}]
    fault = await refused(bidding.alba, "bid.open", lead=lead, parties=parties)
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "parties.lot")
    assert "LOT-1, LOT-2" in fault.detail
    parties = [{"coop": "Alba", "share": "100", "lot": "LOT-2"}]
    await bidding.open(lead=lead, parties=parties)
    assert (await bidding.page())["lots"] == ["LOT-2"]
