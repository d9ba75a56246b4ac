"""The ledger out to spreadsheets, and payments out and in, over real nodes."""

from pathlib import Path
from typing import Final

import pytest

from tests.node.commands.nodes import Answer, Coop
from tests.node.commands.shop import TODAY, Shop
from tests.node.commands.test_sheets import Book

#: What Alba's spreadsheet has of its bank, in French forms.
SENT: Final = """\
Date;Payeur;Bénéficiaire;Montant;Devise;Facture;Référence
12/11/2023;Alba;Birch;1 000,50;GBP;2023-7;Virement 17
13/11/2023;;Birch;£20,00;;;=SUM(A1)
"""
FRENCH: Final = {"dates": "day-first"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


async def asked(shop: Shop, amount: str = "1200.50", number: str = "2023-7") -> str:
    """Birch asks Alba for a sum."""
    return await shop.do(
        shop.birch,
        "invoice.issue",
        payer="Alba",
        amount={"amount": amount},
        number=number,
    )


async def listed(coop: Coop) -> list[Answer]:
    return list((await coop.ask("payment.list"))["payments"])


async def test_what_was_sent_comes_from_a_bank(shop: Shop, book: Book) -> None:
    invoice = await asked(shop)
    book.write(SENT)
    dry = await book.take(shop.alba, "payments", dry_run=True, **FRENCH)
    assert (dry["created"], dry["ids"], dry["dry_run"]) == (2, [], True)
    assert await listed(shop.alba) == []
    done = await book.take(shop.alba, "payments", **FRENCH)
    assert (done["created"], len(done["ids"]), done["ignored"]) == (2, 2, [])
    await shop.scene.share()
    paid = sorted(await listed(shop.cedar), key=lambda one: str(one["date"]))
    assert [
        (one["payer_name"], one["payee_name"], one["amount"]["amount"], one["invoice"])
        for one in paid
    ] == [("Alba", "Birch", "1000.50", invoice), ("Alba", "Birch", "20.00", None)]
    assert [one["note"] for one in paid] == ["Virement 17", "=SUM(A1)"]
    # The statement of the next month begins with this one's rows.
    book.write(SENT + "14/11/2023;;Birch;5;;;\n")
    more = await book.take(shop.alba, "payments", **FRENCH)
    assert (more["created"], more["unchanged"]) == (1, 2)
    assert (await book.take(shop.alba, "payments", **FRENCH))["ids"] == []


async def test_what_came_is_the_word_on_what_was_sent(shop: Shop, book: Book) -> None:
    invoice = await asked(shop)
    amount: dict[str, object] = {"amount": {"amount": "600"}}
    for date in ("2023-11-10", "2023-11-12"):
        await shop.do(shop.alba, "payment.send", invoice=invoice, date=date, **amount)
    await shop.do(shop.alba, "payment.send", payee="Birch", amount={"amount": "7.5"})
    came = f"""\
Date,Payer,Amount,Invoice
2023-11-12,Alba,600.00,2023-7
{TODAY},Alba,7.50,
"""
    book.write(came)
    done = await book.take(shop.birch, "payments")
    assert (done["created"], done["changed"], len(done["ids"])) == (0, 2, 2)
    await shop.scene.share()
    stands = {
        (one["date"], one["amount"]["amount"]): one["standing"]
        for one in await listed(shop.cedar)
    }
    assert stands == {
        ("2023-11-10", "600.00"): "transit",
        ("2023-11-12", "600.00"): "received",
        (TODAY, "7.50"): "received",
    }
    book.write(came + "2023-11-13,Alba,600,\n")
    assert (await book.take(shop.birch, "payments"))["changed"] == 1
    await shop.scene.share()
    assert {one["standing"] for one in await listed(shop.cedar)} == {"received"}
    again = await book.take(shop.birch, "payments", dry_run=True)
    assert (again["changed"], again["unchanged"]) == (0, 3)
    # Less came than was sent, once the bank had its fee.
    await shop.do(shop.alba, "payment.send", payee="Birch", amount={"amount": "90"})
    book.write(f"Date,Payer,Amount,Received\n{TODAY},Alba,90,88.5\n")
    assert (await book.take(shop.birch, "payments"))["changed"] == 1
    await shop.scene.share()
    assert (await shop.sums(shop.alba, shop.birch))["disputed"] == "1.50"
    # As the bank tells it, the same again.
    book.write(f"Date,Payer,Amount\n{TODAY},Alba,88.5\n")
    assert (await book.take(shop.birch, "payments"))["unchanged"] == 1


async def test_a_statement_that_grows_says_nothing_twice(
    shop: Shop, book: Book
) -> None:
    """Equal sums month by month, each a few days on its way."""
    statement = "Date,Payer,Amount\n"
    for month in ("08", "09", "10"):
        sent = {"payee": "Birch", "amount": {"amount": "500"}}
        await shop.do(shop.alba, "payment.send", date=f"2023-{month}-01", **sent)
        statement += f"2023-{month}-04,Alba,500\n"
        book.write(statement)
        done = await book.take(shop.birch, "payments")
        assert (done["changed"], done["unchanged"]) == (1, int(month) - 8)
        await shop.scene.share()
        assert {one["standing"] for one in await listed(shop.alba)} == {"received"}
    # One for an invoice beside it: which of the two came is not guessed.
    invoice = await asked(shop, "500")
    for more in ({"payee": "Birch"}, {"invoice": invoice}):
        args = {"amount": {"amount": "500"}, "date": "2023-11-01", **more}
        await shop.do(shop.alba, "payment.send", **args)
    book.write(f"{statement}2023-11-04,Alba,500\n")
    ((row, column, _, _),) = await book.wrong(shop.birch, "payments")
    assert (row, column) == (5, "Id")


async def test_an_export_comes_back(shop: Shop, book: Book) -> None:
    invoice = await asked(shop)
    first = await shop.do(
        shop.alba,
        "payment.send",
        invoice=invoice,
        amount={"amount": "600"},
        note="Half",
    )
    await shop.do(shop.birch, "payment.send", payee="Alba", amount={"amount": "9"})
    assert (await book.give(shop.birch, "payments"))["rows"] == 2
    row = {one["Amount"]: one for one in book.rows()}["600,00"]
    assert {key: one for key, one in row.items() if one} == {
        "Date": TODAY,
        "Payer": "Alba",
        "Payee": "Birch",
        "Amount": "600,00",
        "Currency": "GBP",
        "Invoice": "2023-7",
        "Reference": "Half",
        "Settled": "0,00",
        "Standing": "transit",
        "Id": first,
    }
    same = await book.take(shop.birch, "payments")
    assert (same["unchanged"], same["changed"], same["ids"]) == (2, 0, [])
    # Birch fills in what came, and corrects what it sent itself.
    at = [one["Amount"] for one in book.rows()].index("600,00")
    book.edit(at, Received="580,00").edit(1 - at, Amount="9,50")
    done = await book.take(shop.birch, "payments")
    assert (done["changed"], len(done["ids"])) == (2, 2)
    await shop.scene.share()
    found = {
        (one["amount"]["amount"], one["settled"]["amount"], one["standing"])
        for one in await listed(shop.cedar)
    }
    assert found == {("600.00", "580.00", "received"), ("9.50", "0.00", "transit")}
    await book.give(shop.birch, "payments", coop="Cedar")
    assert book.rows() == []


async def test_what_is_wrong_is_told_by_row_and_column(shop: Shop, book: Book) -> None:
    invoice = await asked(shop)
    for number in ("A", "B"):
        await asked(shop, "10", number)
    for date in ("2023-11-01", "2023-11-02"):
        await shop.do(
            shop.alba,
            "payment.send",
            payee="Birch",
            amount={"amount": "30"},
            date=date,
        )
    head = "Date,Payer,Payee,Amount,Currency,Received,Invoice,Promise,Id\n"
    day = "2023-11-12"
    table: list[tuple[Coop, str, str, str]] = [
        (shop.alba, f"{day},,Elm,5,,,,,", "Payee", "coop_"),
        (shop.alba, f"{day},,,5,,,,,", "Payee", "Alba"),
        (shop.alba, f"{day},Birch,Cedar,5,,,,,", "Payee", "Alba"),
        (shop.alba, f"{day},,Birch,5,,5,,,", "Received", ""),
        (shop.alba, f"{day},,Birch,5,,,9999,,", "Invoice", "2023-7"),
        (shop.alba, f"{day},,Cedar,5,,,2023-7,,", "Invoice", "evt_k3fw72qa"),
        (shop.alba, f"{day},,Birch,5,,,,evt_zzzz,", "Promise", "evt_k3fw72qa"),
        (shop.alba, f"{day},,Birch,0,,,,,", "Amount", "1234.50"),
        (shop.alba, f"{day},,Birch,,,,,,", "Amount", ""),
        (shop.alba, "03/04/2023,,Birch,5,,,,,", "Date", "2023-04-03 or 2023-03-04"),
        (shop.alba, f"{day},,Birch,5,XXL,,,,", "Currency", "GBP or EUR"),
        (shop.alba, f"{day},,Birch,5,,,,,evt_zz", "Id", "evt_k3fw72qa"),
        (shop.birch, f"{day},Alba,,31,,,,,", "Amount", "30.00"),
        (shop.birch, f"{day},Alba,,30,EUR,,,,", "Amount", "30.00"),
        (shop.birch, f"{day},Cedar,,30,,,,,", "Amount", ""),
        (shop.birch, f"{day},Alba,,30,,,2023-7,,", "Amount", "30.00"),
    ]
    for coop, line, column, example in table:
        book.write(f"{head}{line}\n")
        ((row, told, _, hint),) = await book.wrong(coop, "payments")
        assert (row, told) == (2, column), line
        # The ids of co-ops and payments are other ones in each network.
        assert hint == example or (example.endswith("_") and example in hint), line
    # A good row beside a bad one is not taken either.
    book.write(f"{head}{day},,Birch,5,,,,,\n{day},,Elm,5,,,,,\n")
    await book.wrong(shop.alba, "payments")
    assert len(await listed(shop.alba)) == 2
    await book.give(shop.alba, "payments")
    changes: list[tuple[Coop, dict[str, str], list[str]]] = [
        (shop.alba, {"Date": "2023-11-03"}, ["Date"]),
        (shop.alba, {"Payee": "Cedar", "Reference": "x"}, ["Payee", "Reference"]),
        (shop.alba, {"Received": "1"}, ["Received"]),
        (shop.birch, {"Amount": "1", "Received": "1"}, ["Amount"]),
        (shop.alba, {"Amount": ""}, ["Amount"]),
        (shop.alba, {"Invoice": invoice}, ["Invoice"]),
    ]
    for coop, cells, columns in changes:
        await book.give(shop.alba, "payments")
        book.edit(0, **cells)
        found = await book.wrong(coop, "payments")
        assert [one[1] for one in found] == columns, cells


async def test_the_ledger_goes_out(shop: Shop, book: Book) -> None:
    money = await shop.money("100")
    invoice = await asked(shop)
    paid = await shop.do(
        shop.alba, "payment.send", invoice=invoice, amount={"amount": "1000.50"}
    )
    await shop.do(shop.birch, "payment.receive", payment=paid)
    assert (await book.give(shop.cedar, "ledger"))["rows"] == 2
    account = {one["Payer"]: one for one in book.rows()}["Alba"]
    filled = {key: one for key, one in account.items() if one not in {"", "0,00"}}
    assert filled == {
        "Payer": "Alba",
        "Payee": "Birch",
        "Currency": "GBP",
        "Invoiced": "1200,50",
        "Sent": "1000,50",
        "Settled": "1000,50",
        "Open": "200,00",
        "Oldest": "2023-12-14",
        "Days": "0",
        "Payer id": shop.alba.id,
        "Payee id": shop.birch.id,
    }
    shop.cedar.clock.pass_ms(40 * 24 * 60 * 60 * 1000)
    assert (await book.give(shop.cedar, "debts"))["rows"] == 2
    debts = {one["Kind"]: one for one in book.rows()}
    assert {key: one for key, one in debts["invoice"].items() if one} == {
        "Payer": "Alba",
        "Payee": "Birch",
        "Currency": "GBP",
        "Kind": "invoice",
        "Amount": "1200,50",
        "Covered": "1000,50",
        "Open": "200,00",
        "Due": "2023-12-14",
        "Days": "10",
        "Invoices": invoice,
        "Payer id": shop.alba.id,
        "Payee id": shop.birch.id,
        "Id": invoice,
    }
    assert (debts["pledge"]["Id"], debts["pledge"]["Open"]) == (money, "100,00")
    shown = (await shop.cedar.ask("ledger.show"))["accounts"]
    assert sum(len(one["debts"]) for one in shown) == len(debts)
    for what in ("ledger", "debts"):
        await book.give(shop.cedar, what, coop="Cedar")
        assert book.rows() == []
