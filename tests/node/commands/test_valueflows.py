"""A network where everything happened, as Valueflows: valid, whole, adding up."""

import datetime
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from node.act import Draft
from node.exchange import urns
from node.exchange.valueflows import terms
from node.exchange.valueflows.mapping import FAMILIES, LEFT_OUT
from protocol import rules
from protocol.kinds.agreements import AgreementDrafted
from protocol.kinds.fields import Money
from protocol.kinds.invoices import InvoiceIssued
from protocol.kinds.payments import PaymentSent
from protocol.rules.mediations import Mediation
from protocol.state import Entity
from tests.node.commands.graph import VOCABULARY, Json, by_id
from tests.node.commands.nodes import Coop
from tests.node.commands.scene import Scene
from tests.node.commands.shop import Shop
from tests.node.commands.test_exchange import busy, written


def test_all_terms_are_of_the_vocabulary() -> None:
    assert VOCABULARY["namespace"] == terms.NAMESPACE
    assert set(terms.CLASSES) <= set(VOCABULARY["classes"])
    properties = {*terms.LINKS, *terms.CHOICES, *terms.VALUES}
    assert properties <= VOCABULARY["properties"].keys()
    for name, kind in terms.VALUES.items():
        wanted = VOCABULARY["properties"][name]["range"]
        assert wanted in ([f"xsd:{kind}"], ["dtype:numericUnion"]), name
    for name in terms.WORDS:
        assert set(VOCABULARY["words"][name]) <= {"Action", "ProposalPurpose"}


def test_every_family_is_mapped_or_left_out_for_a_reason() -> None:
    assert FAMILIES.keys() | LEFT_OUT.keys() == rules.FAMILIES.keys()
    assert not FAMILIES.keys() & LEFT_OUT.keys()


async def whole(shop: Shop) -> dict[str, str]:
    """Let something of every family happen; gives the ids that are looked at."""
    alba, birch, cedar = shop.alba, shop.birch, shop.cedar
    await busy(shop.scene)
    found = {
        **await _won(shop),
        **await _funded(shop),
        **await _decided(shop),
        **await _traded(shop),
    }
    about = found["report"]
    await shop.do(
        alba, "mediation.agree", about=about, mediator="Cedar", parties=["Birch"]
    )
    await shop.do(cedar, "mediation.accept", about=about)
    agreed = {"about": about, "mediator": "Cedar", "parties": ["Alba"]}
    await shop.do(birch, "mediation.agree", **agreed, note="Please.")
    await shop.do(alba, "lead.share", lead=shop.scene.lead, to=["Birch"], details="x")
    return found


async def _won(shop: Shop) -> dict[str, str]:
    """Interest, a hand-over whose fee has arisen, a bid with reviews, agreements."""
    alba, birch, cedar = shop.alba, shop.birch, shop.cedar
    lead = await shop.do(alba, "lead.open", title="Portal", value={"amount": "18001"})
    await shop.do(cedar, "interest.set", lead=lead, stance="declined", reason="far")
    terms = {"terms": "A tenth of it.", "note": "For you."}
    handover = await shop.do(
        alba, "handover.offer", lead=lead, to="Birch", share="10", **terms
    )
    await shop.do(birch, "handover.accept", handover=handover)
    taken = await shop.do(birch, "lead.open", via=handover)
    await shop.do(birch, "lead.advance", lead=taken, to="won")
    offered = {"lead": shop.scene.lead, "fee": {"amount": "50"}, "terms": "Cash."}
    open_one = await shop.do(alba, "handover.offer", to="Cedar", **offered)
    bid = await shop.do(
        alba,
        "bid.open",
        lead=lead,
        parties=[
            {"coop": "Alba", "share": "rest", "minutes": 9000, "lot": "1"},
            {"coop": "Birch", "share": "40", "amount": {"amount": "7200"}, "lot": "2"},
        ],
        fees=[{"coop": "Cedar", "share": "5"}],
        fund="2.5",
        risk="shared",
        note="Tight.",
    )
    await shop.do(birch, "estimate.object", bid=bid, lot="2", note="Too little.")
    both = {"parties": ["Birch"], "title": "Consortium", "about": bid}
    first = await shop.do(alba, "agreement.draft", text="We share.", **both)
    second = await shop.do(alba, "agreement.draft", text="We do share.", **both)
    await shop.do(alba, "agreement.supersede", agreement=first, by=second)
    for coop in (alba, birch):
        await shop.do(coop, "agreement.sign", agreement=second)
    return {
        "portal": lead,
        "handover": handover,
        "offered": open_one,
        "taken": taken,
        "bid": bid,
        "first": first,
        "second": second,
    }


async def _funded(shop: Shop) -> dict[str, str]:
    """A fund, milestones, a round of own money and one of an allotted budget."""
    alba, birch, cedar = shop.alba, shop.birch, shop.cedar
    fund = await shop.do(alba, "fund.open", title="Common fund", contribution="10")
    given = await shop.do(birch, "fund.contribute", fund=fund, amount="50")
    await shop.scene.accept(given)
    await shop.scene.confirm(given)
    tool = await shop.do(
        birch, "project.open", title="Map", goal="60", maximum="180", minimum="30"
    )
    steps = [{"percent": 40, "due": "2026-05-01"}, {"percent": 60}]
    await shop.do(
        birch, "project.milestone.set", project=tool, steps=steps, description="Two."
    )
    await shop.do(birch, "project.milestone.reach", project=tool, no=1)
    found = {"fund": fund, "given": given, "tool": tool}
    modes: dict[str, dict[str, object]] = {
        "own": {},
        "equal": {"budget": "90", "fund": fund, "mode": "equal"},
        "open": {},
    }
    for name, args in modes.items():
        titled = {"title": f"Round {name}", "closes": "2023-11-30", **args}
        found[name] = await shop.do(alba, "round.open", **titled)
        into = {"round": found[name], "project": tool}
        await shop.do(birch, "round.enter", **into)
        if "budget" in args:
            await shop.do(alba, "round.allot", round=found[name])
        await shop.do(cedar, "round.pledge", amount="25", **into)
        await shop.do(alba, "round.pledge", amount="20", **into)
        await shop.do(cedar, "round.veto", reason="It harms us.", **into)
        if name != "open":
            await alba.ask("round.close", round=found[name], early=True)
            await shop.scene.share()
    return found


async def _decided(shop: Shop) -> dict[str, str]:
    found = {}
    asked = {"title": "Join the federation", "proposal": "We join."}
    for name in ("passed", "asked"):
        found[name] = await shop.do(shop.alba, "decision.open", **asked)
        for coop in (shop.alba, shop.birch, shop.cedar):
            said = {"stance": "agree", "reason": "Good."}
            await shop.do(coop, "vote.cast", decision=found[name], **said)
    await shop.do(shop.cedar, "vote.withdraw", decision=found["asked"])
    await shop.alba.ask("decision.close", decision=found["passed"], early=True)
    await shop.scene.share()
    return found


async def _traded(shop: Shop) -> dict[str, str]:
    """Work that is accepted, disputed, taken back; money that came, or did not."""
    alba, birch = shop.alba, shop.birch
    work = await shop.work(180)
    themes = [{"theme": "climate-change", "minutes": 60}]
    report = await shop.report(work, themes=themes, summary="The map.")
    await shop.do(alba, "report.accept", report=report)
    doubted = await shop.report(work, 120)
    await shop.do(alba, "report.dispute", report=doubted, note="Not seen.")
    gone = await shop.report(work, 60)
    await shop.do(birch, "report.withdraw", report=gone)
    invoice = await shop.do(birch, "invoice.issue", reports=[report], number="7")
    await shop.do(alba, "invoice.approve", invoice=invoice)
    asked = {"payer": "Alba", "amount": {"amount": "40"}}
    disputed = await shop.do(birch, "invoice.issue", **asked)
    await shop.do(alba, "invoice.dispute", invoice=disputed, note="For what?")
    part = {"invoice": invoice, "amount": {"amount": "120"}}
    short = await shop.do(alba, "payment.send", note="First half", **part)
    came = {"payment": short, "amount": {"amount": "100"}}
    await shop.do(birch, "payment.receive", **came)
    rest = await shop.do(alba, "payment.send", **part)
    money = await shop.money("100")
    into = {"payee": "Alba", "promise": money}
    paid = await shop.do(birch, "payment.send", amount={"amount": "30"}, **into)
    await shop.do(alba, "payment.receive", payment=paid)
    lost = await shop.do(birch, "payment.send", amount={"amount": "9"}, **into)
    await shop.do(alba, "payment.dispute", payment=lost, note="Nothing came.")
    undone = {"payee": "Cedar", "amount": {"amount": "5"}}
    never = await shop.do(birch, "payment.send", **undone)
    await shop.do(birch, "payment.cancel", payment=never)
    netting = await shop.do(alba, "netting.propose", coops=["Birch"], amount="15")
    await shop.do(birch, "netting.agree", netting=netting)
    another = await shop.do(alba, "netting.propose", coops=["Birch"], amount="5")
    return {
        "work": work,
        "report": report,
        "doubted": doubted,
        "gone": gone,
        "invoice": invoice,
        "disputed": disputed,
        "short": short,
        "rest": rest,
        "money": money,
        "paid": paid,
        "lost": lost,
        "never": never,
        "netting": netting,
        "another": another,
    }


#: Family -> classes of the nodes that tell of it, all of which must be there.
TELL = {
    "profile": "Organization",
    "wish": "Intent",
    "capacity": "Proposal",
    "booking": "Intent Commitment",
    "lead": "Proposal",
    "project": "Proposal",
    "fund": "Proposal",
    "interest": "wortley:Interest",
    "pledge": "Intent",
    "handover": "Proposal",
    "bid": "Plan",
    "review": "wortley:Review",
    "agreement": "Agreement",
    "signature": "wortley:Signature",
    "decision": "wortley:Decision",
    "ballot": "wortley:Ballot",
    "round": "Plan",
    "allotment": "Intent",
    "entry": "wortley:Entry",
    "veto": "wortley:Veto",
    "report": "EconomicEvent",
    "invoice": "Claim",
    "payment": "EconomicEvent",
    "netting": "Proposal",
    "mediation": "Agreement",
}


def _told(found: dict[str, Json], family: str, entity: Entity) -> list[Json]:
    """Give the nodes that tell of an entity."""
    named = urns.event(entity.id)
    if family == "profile":
        named = urns.coop(entity.coop)
    elif family == "wish":
        named += "#wish"
    elif family == "allotment":
        return [one for key, one in found.items() if key.startswith(f"{named}#share-")]
    elif isinstance(entity.body, Mediation):
        about = f"{urns.event(entity.body.about)}#mediation-"
        return [one for key, one in found.items() if key.startswith(about)]
    return [found[named]] if named in found else []


async def test_everything_is_told(shop: Shop, tmp_path: Path) -> None:
    ids = await whole(shop)
    state = shop.cedar.node.state
    happened = set(await state.totals())
    assert FAMILIES.keys() <= happened
    data = await written(shop.cedar, "valueflows.export", tmp_path / "c.jsonld")
    assert json.loads(data)["@context"] == terms.CONTEXT
    found = by_id(data)
    assert TELL.keys() == FAMILIES.keys()
    for family, kind in TELL.items():
        for entity in await state.entities(family):
            told = _told(found, family, entity)
            assert {one["@type"] for one in told} <= set(kind.split()), family
            assert bool(told) != (entity.state in FAMILIES[family].without), family
    _check_words(found, {key: f"urn:wortley:{one}" for key, one in ids.items()})
    await _check_numbers(shop, found)
    # Every node writes the same.
    other = await written(shop.alba, "valueflows.export", tmp_path / "a.jsonld")
    assert by_id(other) == found


def _check_words(found: dict[str, Json], ids: dict[str, str]) -> None:
    """Look at what links one thing to another."""
    committed = {key: f"{one}#commitment" for key, one in ids.items()}
    report, doubted = found[ids["report"]], found[ids["doubted"]]
    assert report["fulfills"] == [committed["work"]]
    assert report["wortley:standing"] == "accepted"
    assert report["wortley:served"] == [
        {
            "@type": "wortley:Served",
            "wortley:theme": "climate-change",
            "wortley:time": {
                "@type": "Measure",
                "hasNumericalValue": "60",
                "hasUnit": "urn:wortley:unit:minute",
            },
        }
    ]
    assert (doubted["wortley:standing"], doubted["wortley:answer"]) == (
        "disputed",
        "Not seen.",
    )
    invoice, short = found[ids["invoice"]], found[ids["short"]]
    assert invoice["triggeredBy"] == ids["report"]
    assert (invoice["wortley:number"], invoice["finished"]) == ("7", False)
    assert short["settles"] == [ids["invoice"]]
    assert _corrections(found, ids["short"]) == ["-20.00"]
    assert _corrections(found, ids["lost"]) == ["-9.00"]
    assert _corrections(found, ids["paid"]) == []
    assert found[ids["paid"]]["fulfills"] == [committed["money"]]
    assert found[ids["disputed"]]["wortley:answer"] == "For what?"
    netting = found[ids["netting"]]
    assert netting["proposedTo"] == sorted(netting["proposedTo"])
    set_off = found[f"{ids['netting']}#set-off-1"]
    assert set_off["realizationOf"] == f"{ids['netting']}#agreement"
    assert f"{ids['another']}#agreement" not in found
    handover = found[ids["handover"]]
    assert handover["wortley:about"] == ids["portal"]
    assert handover["wortley:opened"] == ids["taken"]
    assert handover["reciprocal"][0]["wortley:share"] == "10"
    fee = found[committed["handover"]]
    assert fee["reciprocalClauseOf"] == f"{ids['handover']}#agreement"
    assert fee["resourceQuantity"]["hasNumericalValue"] == "1800.10"
    assert found[ids["offered"]]["reciprocal"][0]["resourceQuantity"]
    assert committed["offered"] not in found
    shares = {
        key.partition("#")[2]: (
            one["wortley:share"],
            one["resourceQuantity"]["hasNumericalValue"],
        )
        for key, one in found.items()
        if key.startswith(f"{ids['bid']}#") and "wortley:share" in one
    }
    assert shares == {
        "share-1": ("52.5", "9450.53"),
        "share-2": ("40", "7200.40"),
        "fee-1": ("5", "900.05"),
        "fund": ("2.5", "450.02"),
    }
    objected = found[f"{ids['bid']}#part-2"]
    assert (objected["wortley:lot"], objected["wortley:standing"]) == ("2", "objected")
    (review,) = [one for one in found.values() if one["@type"] == "wortley:Review"]
    assert review["wortley:about"] == objected["@id"]
    first, second = found[ids["first"]], found[ids["second"]]
    assert first["wortley:supersededBy"] == ids["second"]
    assert (second["wortley:standing"], second["note"]) == ("effective", "We do share.")
    assert second["wortley:about"] == ids["bid"]
    passed, asked = found[ids["passed"]], found[ids["asked"]]
    assert (passed["wortley:standing"], passed["wortley:outcome"]) == (
        "final",
        "passed",
    )
    assert "wortley:outcome" not in asked
    assert sorted(
        one["wortley:stance"]
        for one in found.values()
        if one.get("wortley:about") == ids["asked"]
    ) == ["agree", "agree", "withdrawn"]
    for number, reached in ((1, True), (2, False)):
        step = found[f"{ids['tool']}#milestone-{number}"]
        assert (step["@type"], step["finished"]) == ("Process", reached)
    assert found[committed["given"]]["satisfies"] == [
        ids["given"],
        f"{ids['fund']}#goal",
    ]
    outcomes = {
        one["wortley:within"]: one.get("wortley:outcome")
        for one in found.values()
        if one["@type"] == "wortley:Entry"
    }
    assert outcomes == {
        ids["own"]: "funded",
        ids["equal"]: "funded",
        ids["open"]: None,
    }


def _corrections(found: dict[str, Json], payment: str) -> list[str]:
    return [
        one["resourceQuantity"]["hasNumericalValue"]
        for one in found.values()
        if one.get("corrects") == payment
    ]


# --- adding up ----------------------------------------------------------------------

Pair = tuple[str, str, str]


def _figures(one: Json) -> tuple[str, ...]:
    """Say which figures of an account a flow belongs to."""
    standing = one.get("wortley:standing")
    match one["@type"], one.get("action"):
        case "EconomicEvent", "work":
            return ("delivered",) if standing == "accepted" else ()
        case "EconomicEvent", "transfer" if "realizationOf" in one:
            return ("netted",)
        case "EconomicEvent", "transfer":
            return ("came", "disputed" if "corrects" in one else "sent")
        case "Commitment", "transfer":
            return ("gone",) if one["finished"] else ("promised",)
        case "Claim", _:
            return ("contested",) if standing == "disputed" else ("invoiced",)
        case _:
            return ()


def _sums(found: dict[str, Json]) -> dict[Pair, dict[str, Decimal]]:
    """Sum up what a reader of Valueflows would, by payer, payee and currency."""
    sums: dict[Pair, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    for one in found.values():
        what = _figures(one)
        flow = found[one["wortley:inReturn"]["@id"]] if "delivered" in what else one
        for figure in what:
            pair = flow["provider"], flow["receiver"], flow["resourceConformsTo"]
            amount = Decimal(flow["resourceQuantity"]["hasNumericalValue"])
            sums[pair][figure] += amount
    return sums


async def _check_numbers(shop: Shop, found: dict[str, Json]) -> None:
    """Hold the flows of the graph against the ledger, pair by pair."""
    sums = _sums(found)
    accounts = (await shop.alike("ledger.show"))["accounts"]
    figures = ["promised", "delivered", "invoiced", "contested", "sent", "netted"]
    for row in accounts:
        pair = (
            f"urn:wortley:{row['payer']}",
            f"urn:wortley:{row['payee']}",
            f"urn:wortley:currency:{row['currency']}",
        )
        # A payment that was cancelled leaves an account of nothing.
        told = sums.pop(pair, defaultdict(Decimal))
        amount = {key: Decimal(row[key]["amount"]) for key in (*figures, "disputed")}
        assert {key: told[key] for key in figures} == {
            key: amount[key] for key in figures
        }
        assert told["disputed"] == -amount["disputed"]
        assert told["came"] == sum(
            Decimal(row[key]["amount"]) for key in ("settled", "in_transit")
        )
    # What is left is between nobody: a released promise, for one.
    assert not [one for one in sums.values() if one.keys() - {"gone"}]
    for key in (*figures, "disputed", "settled", "in_transit"):
        assert any(Decimal(row[key]["amount"]) for row in accounts), key


# --- what others write --------------------------------------------------------------


async def test_what_names_nothing_is_left_unnamed(
    two: list[Coop], tmp_path: Path
) -> None:
    """Ids of things and co-ops that nobody knows make no link into nowhere."""
    alba, _ = two
    stranger, nothing = bytes(32), bytes(range(32))
    pound = Money("GBP", 100)
    day = datetime.date(2026, 1, 5)
    await alba.node.act.publish(
        [
            Draft(
                "payment.sent",
                PaymentSent(amount=pound, date=day, payee=stranger, invoice=nothing),
            ),
            Draft(
                "invoice.issued",
                InvoiceIssued(amount=pound, due=day, payer=stranger, promise=nothing),
            ),
            Draft(
                "agreement.drafted",
                AgreementDrafted(
                    about=nothing,
                    kind="other",
                    parties=tuple(sorted((alba.node.coop, stranger))),
                ),
                {"title": "Alone", "text": "…"},
            ),
        ]
    )
    data = await written(alba, "valueflows.export", tmp_path / "a.jsonld")
    found = by_id(data)
    assert found[urns.coop(stranger)]["@type"] == "Organization"
    (sent,) = [one for one in found.values() if one["@type"] == "EconomicEvent"]
    assert not {"settles", "fulfills"} & sent.keys()
    (claim,) = [one for one in found.values() if one["@type"] == "Claim"]
    assert "wortley:about" not in claim


async def test_the_network_is_valueflows(scene: Scene, tmp_path: Path) -> None:
    work, money, _, loose = await busy(scene)
    data = await written(scene.cedar, "valueflows.export", tmp_path / "c.jsonld")
    found = by_id(data)
    birch = found[f"urn:wortley:{scene.birch.id}"]
    assert birch == {
        "@id": f"urn:wortley:{scene.birch.id}",
        "@type": "Organization",
        "name": "Birch",
        "note": "We build.",
        "classifiedAs": ["web", "design"],
        "primaryLocation": birch["primaryLocation"],
    }
    commitment = found[f"urn:wortley:{work}#commitment"]
    assert commitment == {
        "@id": f"urn:wortley:{work}#commitment",
        "@type": "Commitment",
        "action": "work",
        "provider": f"urn:wortley:{scene.birch.id}",
        "receiver": f"urn:wortley:{scene.alba.id}",
        "created": commitment["created"],
        "plannedWithin": f"urn:wortley:{scene.lead}#plan",
        "satisfies": [f"urn:wortley:{work}", f"urn:wortley:{scene.lead}#line-1"],
        "resourceConformsTo": "urn:wortley:skill:web",
        "effortQuantity": {
            "@type": "Measure",
            "hasNumericalValue": "600",
            "hasUnit": "urn:wortley:unit:minute",
        },
        "hasBeginning": "2026-01-05T00:00:00Z",
        "hasEnd": "2026-03-29T23:59:59Z",
        "finished": False,
    }
    paid = found[f"urn:wortley:{money}#commitment"]
    assert paid["satisfies"][1] == f"urn:wortley:{scene.project}#goal"
    assert paid["resourceQuantity"]["hasNumericalValue"] == "50.00"
    assert found[f"urn:wortley:{loose}#commitment"]["finished"] is True
    lead = found[f"urn:wortley:{scene.lead}"]
    assert (lead["purpose"], lead["hasEnd"]) == ("request", "2026-01-23T23:59:59Z")
    assert [
        one["effortQuantity"]["hasNumericalValue"] for one in lead["publishes"]
    ] == [
        "900",
        "300",
    ]
    counts = {
        kind: sum(one["@type"] == kind for one in found.values())
        for kind in ("Organization", "Proposal", "Commitment", "Plan", "Unit")
    }
    assert counts == {
        "Organization": 3,
        "Proposal": 4,
        "Commitment": 6,
        "Plan": 2,
        "Unit": 3,
    }
    assert json.loads(data)["@context"] == terms.CONTEXT
