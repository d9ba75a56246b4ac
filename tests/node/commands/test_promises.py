"""What is promised beyond pledges shows in the ledger: rounds, fees, contributions."""

from decimal import Decimal

from tests.node.commands.nodes import Answer, Coop, check_refusals, share
from tests.node.commands.test_rounds import gbp, opened, project


async def ledger(coops: list[Coop]) -> Answer:
    """The ledger, which all read alike; what is owed to all is owed by all."""
    await share(coops)
    pages = [await coop.ask("ledger.show") for coop in coops]
    assert all(one == pages[0] for one in pages)
    sums: dict[str, Decimal] = {}
    for row in pages[0]["positions"]:
        sums.setdefault(row["currency"], Decimal(0))
        sums[row["currency"]] += Decimal(row["owed_to"]["amount"])
        sums[row["currency"]] -= Decimal(row["owed_by"]["amount"])
    assert not any(sums.values()), sums
    return pages[0]


def debts(shown: Answer) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Give by payer and payee: (kind, amount, open) of each debt."""
    return {
        (row["payer_name"], row["payee_name"]): [
            (one["kind"], one["amount"]["amount"], one["open"]["amount"])
            for one in row["debts"]
        ]
        for row in shown["accounts"]
    }


async def fund(
    three: list[Coop], name: str, tool: str, gifts: list[tuple[Coop, str]]
) -> None:
    """Birch's project in a round of Alba's, which is closed after these pledges."""
    alba, birch, _ = three
    await share(three)
    await birch.ask("round.enter", round=name, project=tool)
    await share(three)
    for coop, amount in gifts:
        await coop.ask("round.pledge", round=name, project=tool, amount=amount)
    await share(three)
    await alba.ask("round.close", round=name, early=True)
    await share(three)


async def test_a_round_binds_once_it_is_closed(three: list[Coop]) -> None:
    alba, birch, cedar = three
    name, tool = await opened(alba), await project(birch, "Tool", minimum="80")
    await share(three)
    await birch.ask("round.enter", round=name, project=tool)
    await share(three)
    pledge = (await cedar.ask("round.pledge", round=name, project=tool, amount="60"))[
        "id"
    ]
    await alba.ask("round.pledge", round=name, project=tool, amount="120")
    assert debts(await ledger(three)) == {}

    await alba.ask("round.close", round=name, early=True)
    shown = await ledger(three)
    assert debts(shown) == {
        ("Alba", "Birch"): [("round", "100.00", "100.00")],
        ("Cedar", "Birch"): [("round", "50.00", "50.00")],
    }
    (debt,) = shown["accounts"][1]["debts"]
    assert (debt["id"], debt["due"]) == (pledge, "2023-11-30")

    sent = await cedar.ask("payment.send", payee="Birch", promise=pledge[:12])
    await share(three)
    await birch.ask("payment.receive", payment=sent["id"])
    shown = await ledger(three)
    assert debts(shown)["Cedar", "Birch"] == [("round", "50.00", "0.00")]
    assert shown["accounts"][1]["settled"] == gbp("50.00")


async def test_a_project_may_be_in_several_rounds(three: list[Coop]) -> None:
    alba, birch, cedar = three
    tool = await project(birch, "Tool", minimum="10")
    first, second = [
        await opened(alba, mode="equal", budget="90", title=title)
        for title in ("Spring", "Autumn")
    ]
    for name in (first, second):
        await alba.ask("round.allot", round=name)
        await fund(three, name, tool, [(cedar, "30"), (alba, "20")])
    shown = await ledger(three)
    # What was allotted is the steward's to pay: once for each round.
    assert debts(shown) == {
        ("Alba", "Birch"): [("round", "50.00", "50.00"), ("round", "50.00", "50.00")]
    }
    one, other = shown["accounts"][0]["debts"]
    assert one["id"] != other["id"]
    asked = await birch.ask("invoice.issue", payer="Alba", promise=one["short"])
    await share(three)
    await alba.ask("invoice.approve", invoice=asked["id"])
    await alba.ask("payment.send", invoice=asked["id"])
    shown = await ledger(three)
    assert shown["accounts"][0]["promised"] == gbp("100.00")
    assert shown["accounts"][0]["open"] == gbp("100.00")
    assert shown["accounts"][0]["in_transit"] == gbp("50.00")


async def test_a_round_that_a_node_cannot_compute_yet_is_nothing(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    tool, name = await project(birch, "Tool"), await opened(alba)
    await fund(three, name, tool, [(cedar, "100")])
    assert ("Cedar", "Birch") in debts(await ledger(three))
    kept, alba.node.state.closings.settled = alba.node.state.closings.settled, {}
    try:
        assert debts(await alba.ask("ledger.show")) == {}
    finally:
        alba.node.state.closings.settled = kept


async def test_a_fee_arises_when_the_takers_lead_is_won(three: list[Coop]) -> None:
    alba, birch, cedar = three
    lead = (await alba.ask("lead.open", title="Website", value={"amount": "18000.05"}))[
        "id"
    ]
    handover = (
        await alba.ask(
            "handover.offer", lead=lead, to="Birch", terms="Net.", share="10"
        )
    )["id"]
    await share(three)
    taken = (await birch.ask("handover.accept", handover=handover, open=True))["ids"][1]
    await birch.ask("lead.advance", lead=taken, to="submitted")
    assert debts(await ledger(three)) == {}
    await birch.ask("lead.advance", lead=taken, to="won")
    shown = await ledger(three)
    assert debts(shown) == {("Birch", "Alba"): [("fee", "1800.00", "1800.00")]}
    assert shown["accounts"][0]["debts"][0]["id"] == handover
    # It is a promise like any other: called in, paid, settled.
    invoice = (await alba.ask("invoice.issue", payer="Birch", promise=handover[:12]))[
        "id"
    ]
    await share(three)
    payment = (await birch.ask("payment.send", invoice=invoice))["id"]
    await share(three)
    await alba.ask("payment.receive", payment=payment)
    shown = await ledger(three)
    assert debts(shown) == {("Birch", "Alba"): [("fee", "1800.00", "0.00")]}
    # Lost after all: what was paid is owed back.
    await birch.ask("lead.advance", lead=taken, to="lost")
    await alba.ask("invoice.withdraw", invoice=invoice)
    shown = await ledger(three)
    assert shown["accounts"][0]["over"] == gbp("1800.00")
    await check_refusals(
        cedar,
        [
            (
                "payment.send",
                {"payee": "Alba", "promise": handover},
                "promise-unknown",
                "promise",
            )
        ],
    )


async def test_a_contribution_that_is_accepted_is_owed(three: list[Coop]) -> None:
    alba, birch, _ = three
    name = (await alba.ask("fund.open", title="Common fund"))["id"]
    await share(three)
    pledge = (await birch.ask("fund.contribute", fund=name, amount="50"))["id"]
    await share(three)
    await alba.ask("pledge.accept", pledge=pledge)
    assert debts(await ledger(three)) == {}
    await birch.ask("pledge.confirm", pledge=pledge)
    assert debts(await ledger(three)) == {
        ("Birch", "Alba"): [("pledge", "50.00", "50.00")]
    }
