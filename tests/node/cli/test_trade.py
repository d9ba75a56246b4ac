"""Trade as it is printed: the ledger, statements, nettings, figures."""

from typing import Final

import msgspec
import pytest

from node.cli.views import columns, trade
from node.views import collaborations, ledger, mediations, nettings, reliability, social
from node.views import trade as rows
from tests.node.cli.caller import Node, wortley


def shown(answer: object, *typed: str) -> str:
    said = wortley(*typed, node=Node(**{"__".join(typed[:2]): answer}))
    assert said.code == 0
    return said.out


def pounds(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


ACCOUNT: Final = {
    "payer_name": "Alba",
    "payee_name": "Beam",
    "currency": "GBP",
    "promised": pounds("1500.00"),
    "settled": pounds("0.00"),
    "open": pounds("1500.00"),
    "over": pounds("0.00"),
    "age": 13,
    "debts": [
        {
            "short": "evt_aaaaaaaa",
            "kind": "pledge",
            "amount": pounds("1500.00"),
            "open": pounds("1500.00"),
            "due": "2027-05-01",
        }
    ],
}
POSITION: Final = {
    "name": "Beam",
    "owed_to": pounds("1500.00"),
    "owed_by": pounds("0.00"),
}
LEDGER: Final = {"accounts": [ACCOUNT], "positions": [POSITION]}


def test_sums_below_nothing_are_grouped() -> None:
    for given, written in (
        ("-2250.00", "-2,250.00"),
        ("1234567.5", "1,234,567.5"),
        ("0.00", "0.00"),
        ("x\n", "x"),
    ):
        assert trade.signed(given) == written


def test_an_invoice_says_that_it_asks_for_the_rest() -> None:
    issue = ("invoice", "issue", "--promise", "evt_k3f")
    done = {"id": "evt_aaaaaaaaaaaaaaaa"}
    assert "all of the promise that was not asked for" in shown(done, *issue)
    assert "all of the promise" not in shown(done, *issue, "--amount", "5GBP")


def test_the_ledger() -> None:
    assert shown(LEDGER, "ledger", "show") == (
        "Owes  To        Promised          Open  Overdue for\n"
        "Alba  Beam  1,500.00 GBP  1,500.00 GBP  13 days\n"
        "\n"
        "In all\n"
        "Co-op    Owed to it\n"
        "Beam   1,500.00 GBP\n"
    )
    assert shown(LEDGER, "ledger", "show", "--with", "Alba").endswith(
        "\n"
        "Alba to Beam\n"
        "ID            What          Amount          Open  Due\n"
        "evt_aaaaaaaa  pledge  1,500.00 GBP  1,500.00 GBP  2027-05-01\n"
    )
    one = {"accounts": [{**ACCOUNT, "age": 1}]}
    assert "1 day\n" in shown(one, "ledger", "show")


def test_a_statement() -> None:
    line = {
        "day": "2027-05-04",
        "kind": "payment",
        "short": "evt_aaaaaaaa",
        "standing": "received",
        "amount": pounds("90.00"),
        "change": "90.00",
        "balance": "-10.00",
    }
    one = {"currency": "GBP", "opening": "-100.00", "closing": "-10.00"}
    answer = {"name": "Beam", "statements": [{**one, "lines": [line]}]}
    assert shown(answer, "ledger", "statement", "Beam") == (
        "With Beam, in GBP\n"
        "Before  -100.00\n"
        "Day         What     ID            Standing     Amount  Change  Balance\n"
        "2027-05-04  payment  evt_aaaaaaaa  received  90.00 GBP   90.00   -10.00\n"
        "After  -10.00\n"
        "This co-op owes Beam 10.00 GBP.\n"
    )


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        ("1234.50", "Beam owes this co-op 1,234.50 GBP."),
        ("-0.05", "This co-op owes Beam 0.05 GBP."),
        ("0.00", "Neither owes the other anything in GBP."),
    ],
)
def test_a_statement_says_who_owes_whom(closing: str, said: str) -> None:
    one = {"currency": "GBP", "opening": "0.00", "closing": closing, "lines": []}
    answer = {"name": "Beam", "statements": [one]}
    assert said in shown(answer, "ledger", "statement", "Beam")
    bare = {"name": "Beam", "statements": [{**one, "lines": []}]}
    assert "Day" not in shown(bare, "ledger", "statement", "Beam")


def test_a_report() -> None:
    answer = {
        "title": "Website",
        "short": "evt_aaaaaaaa",
        "standing": "accepted",
        "minutes": 2280,
        "themes": [{"theme": "wellbeing", "minutes": 120}, 7],
        "invoice": "evt_bbbbbbbbbbbbbbbbbbbb",
        "summary": "Tests\nand more",
        "over": 60,
    }
    assert shown(answer, "report", "show", "evt_a") == (
        "Website\n"
        "ID        evt_aaaaaaaa\n"
        "Standing  accepted\n"
        "Time      38 h\n"
        "Themes    wellbeing 2 h\n"
        "Invoice   evt_bbbbbbbbbbbb\n"
        "\n"
        "Tests\n"
        "and more\n"
        "\n"
        "The reports of this pledge come to 1 h more than was confirmed.\n"
    )
    plain = {**answer, "summary": "", "over": 0}
    assert shown(plain, "report", "show", "evt_a").endswith("evt_bbbbbbbbbbbb\n")


def test_an_invoice() -> None:
    work = {"short": "evt_aaaaaaaa", "standing": "accepted", "minutes": 60}
    answer = {"short": "evt_b", "amount": pounds("60.00"), "listed": [work]}
    assert shown(answer, "invoice", "show", "evt_b") == (
        "ID      evt_b\n"
        "Amount  60.00 GBP\n"
        "\n"
        "Work that it is for\n"
        "ID            Standing  Time\n"
        "evt_aaaaaaaa  accepted   1 h\n"
    )


def test_suggestions() -> None:
    answer = {"suggestions": [{"names": ["Alba", "Beam"], "amount": pounds("30.00")}]}
    assert shown(answer, "netting", "suggest") == (
        "Each owes the next  Each can be let off\n"
        "Alba, Beam                    30.00 GBP\n"
        "Propose one: `wortley netting propose CO-OP CO-OP \u2026`, in that order.\n"
    )


def test_figures() -> None:
    theme = {
        "name": "wellbeing",
        "minutes": 120,
        "amounts": [pounds("100.00"), {"amount": "5.00", "currency": "EUR"}],
        "reports": 1204,
    }
    answer = {"minutes": 120, "reports": 1204, "themes": [theme]}
    assert shown(answer, "figures", "social", "--from", "2027-01-01") == (
        "2 h of work in 1,204 accepted reports\n"
        "\n"
        "Themes\n"
        "Name       Time                 Money  Reports\n"
        "wellbeing   2 h  100.00 GBP, 5.00 EUR    1,204\n"
        "\n"
        "Which reports: `wortley figures reports --from 2027-01-01`, --theme or"
        " --outcome.\n"
    )
    partner = {"name": "Beam", "committed": 600, "delivered": 60}
    one = {"short": "evt_a", "title": "Website", "partners": [partner]}
    assert shown(
        {"collaborations": [one], "count": 3}, "figures", "collaborations"
    ) == (
        "ID     Title\n"
        "evt_a  Website\n"
        "\n"
        "Website\n"
        "Partner  Committed  Delivered\n"
        "Beam          10 h        1 h\n"
        "\n"
        "3 in all.\n"
        "Older ones: `wortley figures collaborations --before evt_a`.\n"
        "What partners are bound to: `wortley pledge list --to ID`.\n"
    )
    fate = {
        "fate": "declined",
        "count": 2,
        "reasons": [{"reason": "price", "count": 2}],
    }
    coop = {"name": "Beam", "promises": 2, "fates": [fate]}
    assert shown({"coops": [coop]}, "figures", "reliability") == (
        "\n"
        "Beam: 2 promises\n"
        "What became of it  Promises  Reasons\n"
        "declined           2         price 2\n"
        "\n"
        "Which promises: `wortley figures promises --coop CO-OP --fate FATE`.\n"
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("report list", "No such reports. Report work of a confirmed pledge:"),
        ("invoice list", "No such invoices. Issue one for your reports:"),
        ("payment list", "No such payments. Say that you paid:"),
        ("netting list", "No such nettings."),
        ("netting suggest", "No debts meet or run in a circle."),
        ("mediation list", "No mediations. Agree on one where you disagree:"),
        ("ledger show", "Nothing is owed, and nothing was paid"),
        ("ledger statement Beam", "There is nothing between this co-op and"),
        ("figures collaborations", "No lead has committed partners yet:"),
        ("figures reliability", "No promise has come to anything yet:"),
        ("figures social", " of work in 0 accepted reports"),
    ],
)
def test_where_there_is_nothing(typed: str, says: str) -> None:
    for answer in ({}, {"accounts": 7, "reports": None, "coops": [None]}):
        assert says in shown(answer, *typed.split())


#: Columns -> the type of the rows that they read.
ROWS: Final[list[tuple[tuple[columns.Column, ...], type[msgspec.Struct]]]] = [
    (trade.REPORTS, rows.ReportRow),
    (trade.REPORT, rows.ReportPage),
    (trade.INVOICES, rows.InvoiceRow),
    (trade.INVOICE, rows.InvoicePage),
    (trade.PAYMENTS, rows.PaymentRow),
    (trade.ACCOUNTS, ledger.AccountRow),
    (trade.POSITIONS, ledger.Position),
    (trade.DEBTS, ledger.DebtRow),
    (trade.LINES, ledger.StatementLine),
    (trade.SUGGESTIONS, nettings.Suggestion),
    (trade.NETTINGS, nettings.NettingRow),
    (trade.MEDIATIONS, mediations.MediationRow),
    (trade.FIGURES, social.Figure),
    (trade.BY_COOP, social.CoopFigure),
    (trade.COLLABORATIONS, collaborations.Collaboration),
    (trade.PARTNERS, collaborations.Partner),
    (trade.FATES, reliability.Fate),
    (trade.PROMISES, reliability.PromiseRow),
]


@pytest.mark.parametrize(("listed", "row"), ROWS)
def test_columns_read_what_there_is(
    listed: tuple[columns.Column, ...], row: type[msgspec.Struct]
) -> None:
    known = {field.encode_name for field in msgspec.structs.fields(row)}
    assert {key for column in listed for key in column.keys} <= known
