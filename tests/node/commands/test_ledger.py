"""The ledger as a whole: statements, nettings, mediation."""

from decimal import Decimal
from itertools import permutations

import pytest

from node.commands.form import books_of
from node.commands.table import COMMANDS
from node.views import ledger, promises, trade
from protocol import ids
from protocol.joins import ledger as joins
from tests.node.commands.nodes import Coop, Place, apply, check_refusals, refused
from tests.node.commands.shop import Shop


async def owes(shop: Shop, payer: Coop, payee: Coop, amount: str) -> str:
    """Let one owe the other: by an invoice that it approves."""
    invoice = await shop.do(
        payee, "invoice.issue", payer=payer.name, amount={"amount": amount}
    )
    return await shop.do(payer, "invoice.approve", invoice=invoice)


async def circle(shop: Shop) -> None:
    """Alba owes Birch 100, Birch owes Cedar 80, Cedar owes Alba 60."""
    for payer, payee, amount in [
        (shop.alba, shop.birch, "100"),
        (shop.birch, shop.cedar, "80"),
        (shop.cedar, shop.alba, "60"),
    ]:
        await owes(shop, payer, payee, amount)


async def positions(shop: Shop) -> dict[str, Decimal]:
    rows = (await shop.alike("ledger.show"))["positions"]
    return {
        one["name"]: Decimal(one["owed_to"]["amount"])
        - Decimal(one["owed_by"]["amount"])
        for one in rows
    }


async def test_the_ledger_is_narrowed_down(shop: Shop) -> None:
    await circle(shop)
    await shop.do(
        shop.birch,
        "invoice.issue",
        payer="Alba",
        amount={"amount": "7", "currency": "EUR"},
    )
    asked: list[tuple[dict[str, object], int]] = [
        ({}, 4),
        ({"coop": "Birch"}, 3),
        ({"coop": "Cedar"}, 2),
        ({"currency": "EUR"}, 1),
        ({"coop": "Cedar", "currency": "EUR"}, 0),
    ]
    for args, count in asked:
        found = await shop.alike("ledger.show", **args)
        assert len(found["accounts"]) == count, args
    found = await shop.alike("ledger.show", currency="GBP")
    assert found["today"] == "2023-11-14"
    assert [(one["payer_name"], one["payee_name"]) for one in found["accounts"]] == [
        ("Alba", "Birch"),
        ("Birch", "Cedar"),
        ("Cedar", "Alba"),
    ]
    assert [
        (one["name"], one["owed_to"]["amount"], one["owed_by"]["amount"])
        for one in found["positions"]
    ] == [
        ("Alba", "60.00", "100.00"),
        ("Birch", "100.00", "80.00"),
        ("Cedar", "80.00", "60.00"),
    ]
    fault = await refused(shop.alba, "ledger.show", currency="XXX")
    assert fault.fields["field"] == "currency"


async def test_each_figure_adds_up_from_what_is_beneath_it(shop: Shop) -> None:
    """Every sum of every account, made again from the things that it names."""
    pledge = await shop.work()
    for minutes in (300, 120):
        report = await shop.report(pledge, minutes)
        await shop.do(shop.alba, "report.accept", report=report)
    await shop.report(pledge, 60)
    await shop.money()
    await circle(shop)
    refuses = {"payer": "Alba", "amount": {"amount": "7"}}
    contested = await shop.do(shop.birch, "invoice.issue", **refuses)
    await shop.do(shop.alba, "invoice.dispute", invoice=contested)
    gone = await shop.do(shop.birch, "invoice.issue", **refuses)
    await shop.do(shop.birch, "invoice.withdraw", invoice=gone)
    for sent, came in (("30", "30"), ("20", "15"), ("5", None)):
        payment = await shop.do(
            shop.alba, "payment.send", payee="Birch", amount={"amount": sent}
        )
        if came:
            amount = {"amount": came}
            await shop.do(shop.birch, "payment.receive", payment=payment, amount=amount)
    gone = await shop.do(
        shop.alba, "payment.send", payee="Birch", amount={"amount": "4"}
    )
    await shop.do(shop.alba, "payment.cancel", payment=gone)
    netting = await shop.do(
        shop.alba, "netting.propose", coops=["Alba", "Birch", "Cedar"], amount="10"
    )
    for coop in (shop.birch, shop.cedar):
        await shop.do(coop, "netting.agree", netting=netting)

    named = {
        what: {one["id"]: one for one in (await shop.alike(f"{what}.list"))[f"{what}s"]}
        for what in ("report", "invoice", "payment", "netting")
    }

    def summed(what: str, found: list[str], figure: str = "amount") -> Decimal:
        amounts = [named[what][one][figure]["amount"] for one in found]
        return sum(map(Decimal, amounts), Decimal(0))

    seen = set[str]()
    for account in (await shop.alike("ledger.show"))["accounts"]:
        made = account["made_of"]
        again = {
            "promised": sum(
                Decimal(one["amount"]["amount"])
                for one in account["debts"]
                if one["kind"] != "invoice"
            ),
            "delivered": summed("report", made["delivered"]),
            "invoiced": summed("invoice", made["invoiced"]),
            "contested": summed("invoice", made["contested"]),
            "sent": summed("payment", made["sent"]),
            "settled": summed("payment", made["sent"], "settled"),
            "netted": Decimal(10 * len(made["netted"])),
        }
        told = {figure: Decimal(account[figure]["amount"]) for figure in again}
        assert told == again
        seen |= {figure for figure, amount in told.items() if amount}
    assert seen == {
        *("promised", "delivered", "invoiced", "contested"),
        *("sent", "settled", "netted"),
    }


# --- statements ---------------------------------------------------------------------


async def test_a_statement_runs_from_balance_to_balance(shop: Shop) -> None:
    pledge = await shop.money("100")
    await shop.do(
        shop.birch,
        "invoice.issue",
        payer="Alba",
        amount={"amount": "30"},
        due="2023-11-05",
    )
    paid = await shop.do(
        shop.birch, "payment.send", payee="Alba", promise=pledge, date="2023-11-10"
    )
    await shop.do(shop.alba, "payment.receive", payment=paid, amount={"amount": "90"})
    moving = await shop.do(
        shop.birch,
        "payment.send",
        payee="Alba",
        amount={"amount": "10"},
        date="2023-11-20",
    )
    (whole,) = (await shop.birch.ask("ledger.statement", coop="Alba"))["statements"]
    assert [
        (one["day"], one["kind"], one["change"], one["balance"], one["standing"])
        for one in whole["lines"]
    ] == [
        (None, "pledge", "-100.00", "-100.00", "owed"),
        ("2023-11-05", "invoice", "30.00", "-70.00", "owed"),
        ("2023-11-10", "payment", "90.00", "20.00", "received"),
        ("2023-11-20", "payment", "0.00", "20.00", "transit"),
    ]
    assert (whole["opening"], whole["closing"]) == ("0.00", "20.00")
    # The other side reads the same with the signs turned around.
    (other,) = (await shop.alba.ask("ledger.statement", coop="Birch"))["statements"]
    assert other["closing"] == "-20.00"
    period = {"starts": "2023-11-06", "ends": "2023-11-15"}
    answer = await shop.birch.ask("ledger.statement", coop="Alba", **period)
    (part,) = answer["statements"]
    assert (part["opening"], part["closing"]) == ("-70.00", "20.00")
    assert [one["id"] for one in part["lines"]] == [paid]
    assert moving not in [one["id"] for one in part["lines"]]
    nothing = await shop.cedar.ask("ledger.statement", coop="Alba")
    assert nothing["statements"] == []
    fault = await refused(
        shop.birch,
        "ledger.statement",
        coop="Alba",
        starts="2024-01-01",
        ends="2023-01-01",
    )
    assert fault.code == "window-backwards"


async def test_what_is_read_of_two_is_what_the_whole_ledger_says(shop: Shop) -> None:
    """Reading less never leaves a debt out, nor what covers it."""
    await circle(shop)
    pledge = await shop.money("100")
    paid = await shop.do(shop.birch, "payment.send", payee="Alba", promise=pledge)
    await shop.do(shop.alba, "payment.receive", payment=paid)
    books = books_of(shop.alba.node)
    whole = await ledger.load(books)
    coops = [shop.alba.node.coop, shop.birch.node.coop, shop.cedar.node.coop]
    found = 0
    for one, other in permutations(coops, 2):
        flows = promises.between(one, other)
        done = (await trade.of_flows(books, flows)).trade
        promised = await promises.load(books, flows)
        read = joins.accounts(
            promised, done.claims, done.settlements, nettings=done.nettings
        )
        debts = [each.debts for each in whole.accounts if one in between(each, other)]
        assert [each.debts for each in read if one in between(each, other)] == debts
        found += len(debts)
    assert found == 2 * len(whole.accounts)


def between(account: joins.Account, other: bytes) -> set[bytes]:
    """Give who owes the other, or is owed by it."""
    parties = {account.payer, account.payee}
    return parties - {other} if other in parties else set()


# --- netting ------------------------------------------------------------------------


async def test_a_circle_is_set_off_once_all_agree(shop: Shop) -> None:
    await circle(shop)
    before = await positions(shop)
    (found,) = (await shop.alike("netting.suggest"))["suggestions"]
    assert found["amount"] == {"amount": "60.00", "currency": "GBP"}
    netting = await shop.do(
        shop.alba, "netting.propose", coops=found["names"], note="Shall we?"
    )
    row = (await shop.alba.ask("netting.list"))["nettings"][0]
    assert (row["standing"], row["mine"]) == ("open", False)
    assert sorted(row["missing"]) == ["Birch", "Cedar"]
    assert row["total"]["amount"] == "180.00"
    await shop.do(shop.birch, "netting.agree", netting=netting)
    assert (await shop.sums(shop.alba, shop.birch))["open"] == "100.00"
    page = await shop.alba.ask("explain", id=netting)
    assert page["joins"] == ["The word of Cedar is missing. (open)"]
    await shop.do(shop.cedar, "netting.decline", netting=netting, reason="paid")
    page = await shop.alba.ask("explain", id=netting)
    assert page["joins"][0].startswith("Cedar declined it; the word of Cedar")
    await shop.do(shop.cedar, "netting.agree", netting=netting)
    sums = await shop.sums(shop.alba, shop.birch)
    assert (sums["netted"], sums["open"]) == ("60.00", "40.00")
    assert await positions(shop) == before
    (statement,) = (await shop.alba.ask("ledger.statement", coop="Cedar"))["statements"]
    assert statement["closing"] == "0.00"
    assert statement["lines"][0]["kind"] == "netting"
    half = await shop.cedar.node.state.entities("netting-answer")
    page = await shop.alba.ask("explain", id=ids.text("evt", half[0].id))
    assert page["joins"] == ["All have agreed: what it says is set off. (effective)"]
    page = await shop.alba.ask("explain", id=netting)
    assert page["joins"] == ["All have agreed: what it says is set off. (effective)"]
    assert (await shop.alike("netting.suggest"))["suggestions"] == []
    for command in ("netting.agree", "netting.decline"):
        fault = await refused(shop.cedar, command, netting=netting)
        assert fault.code == "netting-bound"
    asked: list[tuple[dict[str, object], int]] = [
        ({"coop": "Cedar"}, 1),
        ({"standing": ["effective"]}, 1),
        ({"standing": ["open", "declined"]}, 0),
    ]
    for args, count in asked:
        assert len((await shop.cedar.ask("netting.list", **args))["nettings"]) == count


async def test_two_that_owe_each_other_set_it_off(shop: Shop) -> None:
    await owes(shop, shop.alba, shop.birch, "100")
    await owes(shop, shop.birch, shop.alba, "30")
    assert (await shop.alike("netting.suggest", coop="Cedar"))["suggestions"] == []
    netting = await shop.do(shop.alba, "netting.propose", coops=["Birch"], amount="20")
    fault = await refused(shop.cedar, "netting.agree", netting=netting)
    assert (fault.code, fault.fields["field"]) == ("not-for-you", "netting")
    await shop.do(shop.birch, "netting.agree", netting=netting)
    assert (await shop.sums(shop.alba, shop.birch))["open"] == "80.00"
    assert (await shop.sums(shop.birch, shop.alba))["open"] == "10.00"


async def test_what_is_paid_by_now_is_not_set_off(shop: Shop) -> None:
    await owes(shop, shop.alba, shop.birch, "100")
    await owes(shop, shop.birch, shop.alba, "30")
    netting = await shop.do(shop.alba, "netting.propose", coops=["Birch"])
    paid = await shop.do(
        shop.birch, "payment.send", payee="Alba", amount={"amount": "25"}
    )
    await shop.do(shop.alba, "payment.receive", payment=paid)
    fault = await refused(shop.birch, "netting.agree", netting=netting)
    assert (fault.code, fault.fields["field"]) == ("netting-uncovered", "netting")
    assert "5.00 GBP by now" in fault.detail
    await shop.do(shop.birch, "netting.decline", netting=netting, note="Paid")


async def test_what_is_refused_of_nettings(shop: Shop) -> None:
    await circle(shop)
    await check_refusals(
        shop.alba,
        [
            ("netting.propose", {"coops": []}, "field-wrong", "coops"),
            ("netting.propose", {"coops": ["Alba"]}, "field-wrong", "coops"),
            (
                "netting.propose",
                {"coops": ["Alba", "Birch", "Alba"]},
                "field-wrong",
                "coops",
            ),
            ("netting.propose", {"coops": ["Birch"]}, "netting-nothing", "coops"),
            ("netting.propose", {"coops": ["Elm", "Alba"]}, "coop-unknown", "coops"),
            (
                "netting.propose",
                {"coops": ["Alba", "Birch", "Cedar"], "amount": "60.01"},
                "field-wrong",
                "amount",
            ),
            (
                "netting.propose",
                {"coops": ["Alba", "Birch", "Cedar"], "currency": "EUR"},
                "netting-nothing",
                "coops",
            ),
            ("netting.list", {"standing": ["agreed"]}, "field-wrong", "standing"),
        ],
    )


# --- mediation ----------------------------------------------------------------------


async def test_a_mediation_holds_once_all_agree(shop: Shop) -> None:
    report = await shop.report(await shop.work())
    agree = {"about": report, "mediator": "Cedar"}
    await shop.do(shop.alba, "mediation.agree", **agree, parties=["Birch"], note="Hm")
    (row,) = (await shop.alike("mediation.list"))["mediations"]
    assert (row["about"], row["mediator_name"], row["standing"]) == (
        report,
        "Cedar",
        "open",
    )
    assert sorted(row["missing"]) == ["Birch", "Cedar"]
    assert row["title"].startswith("5 h of work")
    await shop.do(shop.cedar, "mediation.accept", about=report)
    await shop.do(shop.birch, "mediation.agree", **agree, parties=["Alba"])
    (row,) = (await shop.alike("mediation.list", coop="Cedar"))["mediations"]
    assert (row["standing"], row["missing"]) == ("effective", [])
    ended = await shop.do(shop.birch, "mediation.end", about=report, reason="settled")
    (row,) = (await shop.alike("mediation.list"))["mediations"]
    assert row["standing"] == "ended"
    half = await shop.birch.node.state.entities("mediation", coop=shop.birch.node.coop)
    page = await shop.cedar.ask("explain", id=ids.text("evt", half[0].id))
    assert page["joins"][0].startswith("Cedar between ")
    assert page["joins"][0].endswith(": ended.")
    assert page["history"][-1]["kind"] == "mediation.ended"
    assert (await shop.cedar.ask("explain", id=ended))["did"][0].endswith("ended now.")


async def test_what_is_refused_of_mediations(shop: Shop) -> None:
    report = await shop.report(await shop.work())
    agree = {"about": report, "mediator": "Cedar", "parties": ["Birch"]}
    await check_refusals(
        shop.alba,
        [
            ("mediation.agree", {**agree, "about": "evt_zz"}, "id-unknown", "about"),
            (
                "mediation.agree",
                {**agree, "mediator": "Birch"},
                "field-wrong",
                "mediator",
            ),
            ("mediation.agree", {**agree, "parties": []}, "field-wrong", "parties"),
            (
                "mediation.agree",
                {**agree, "parties": ["Alba"]},
                "party-self",
                "parties",
            ),
            ("mediation.accept", {"about": report}, "mediation-not-asked", "about"),
            ("mediation.end", {"about": report}, "mediation-none", "about"),
        ],
    )
    await shop.do(shop.alba, "mediation.agree", **agree)
    other = {**agree, "mediator": "Birch", "parties": ["Cedar"]}
    await shop.do(shop.alba, "mediation.agree", **other)
    await check_refusals(
        shop.cedar,
        [("mediation.accept", {"about": report}, "mediation-not-asked", "about")],
    )


async def test_a_mediator_says_between_whom(place: Place, shop: Shop) -> None:
    # Two parties name different lists of themselves; each is a mediation of its own.
    report = await shop.report(await shop.work())
    daisy = await place.make("Daisy")
    await apply(daisy, shop.alba)
    await shop.scene.share()
    await shop.do(
        shop.alba,
        "mediation.agree",
        about=report,
        mediator="Cedar",
        parties=["Birch"],
    )
    await shop.do(
        shop.birch,
        "mediation.agree",
        about=report,
        mediator="Cedar",
        parties=["Alba", daisy.id],
    )
    await check_refusals(
        shop.cedar,
        [
            ("mediation.accept", {"about": report}, "mediation-lists", "parties"),
            (
                "mediation.accept",
                {"about": report, "parties": ["Alba", "Cedar"]},
                "mediation-not-asked",
                "about",
            ),
        ],
    )
    parties = ["Alba", "Birch"]
    await shop.do(shop.cedar, "mediation.accept", about=report, parties=parties)
    # Until Daisy has a profile, only who let it in knows what it is called.
    for coop in (shop.alba, shop.birch, shop.cedar):
        rows = (await coop.ask("mediation.list"))["mediations"]
        assert sorted(len(one["missing"]) for one in rows) == [1, 3]


@pytest.mark.parametrize("name", ["ledger.show", "figures.social", "netting.suggest"])
async def test_an_empty_ledger_is_empty(shop: Shop, name: str) -> None:
    assert name in COMMANDS
    found = await shop.alike(name)
    rows = [value for value in found.values() if isinstance(value, list)]
    assert rows
    assert not any(rows)
