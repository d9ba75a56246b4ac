"""Reports, invoices, payments, the ledger and its figures, for people."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import Column, View, of, put_pairs, put_table, rows_of, when
from node.cli.views.lists import listed


def themes(value: object) -> str:
    """Write themes with their time: wellbeing 2 h, equal-opportunity 4 h."""
    rows = value if isinstance(value, list) else []
    return ", ".join(
        f"{forms.line(one.get('theme'))} {forms.effort(one.get('minutes'))}"
        for one in rows
        if isinstance(one, Mapping)
    )


def amounts(value: object) -> str:
    """Write sums of several currencies."""
    rows = value if isinstance(value, list) else []
    return ", ".join(filter(None, map(forms.money, rows)))


def some(value: object) -> str:
    """Write an amount, or nothing where it is nothing."""
    digits = str(value.get("amount")) if isinstance(value, Mapping) else ""
    return forms.money(value) if digits.strip("0.") else ""


def days(value: object) -> str:
    """Write an age; nothing for what is not due before today."""
    if not isinstance(value, int) or value == 0:
        return ""
    return "1 day" if value == 1 else f"{value} days"


def signed(value: object) -> str:
    """Write a sum of one currency that may be below nothing: -2,250.00."""
    text = forms.line(value)
    whole, point, rest = text.lstrip("-").partition(".")
    if not whole.isdecimal():
        return text
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}{point}{rest}"


def _money(title: str, key: str, *, spare: bool = False) -> Column:
    return of(title, key, some, spare=spare)._replace(right=True)


def _reasons(value: object) -> str:
    rows = value if isinstance(value, list) else []
    return ", ".join(
        f"{forms.line(one.get('reason'))} {forms.line(one.get('count'))}"
        for one in rows
        if isinstance(one, Mapping)
    )


def number(value: object) -> str:
    """Write how many: 1,204."""
    return f"{value:,}" if isinstance(value, int) else ""


def _count(title: str, key: str) -> Column:
    return of(title, key, number)._replace(right=True)


REPORTS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("By", "provider_name"),
    of("For", "receiver_name"),
    of("Of", "title"),
    of("Time", "minutes", forms.effort),
    of("Amount", "amount", forms.money),
    when(spare=True),
    of("Themes", "themes", themes, spare=True),
    of("Summary", "summary", spare=True),
)
REPORT: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("By", "provider_name"),
    of("For", "receiver_name"),
    of("Pledge", "pledge_short"),
    when(),
    of("Time", "minutes", forms.effort),
    of("Amount", "amount", forms.money),
    of("Themes", "themes", themes),
    of("Outcome", "outcome"),
    of("Invoice", "invoice", forms.brief),
    of("Confirmed", "confirmed", forms.effort),
    of("Reported in all", "reported", forms.effort),
    of("Answer", "answer"),
)
INVOICES: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("From", "payee_name"),
    of("To", "payer_name"),
    of("Amount", "amount", forms.money),
    _money("Settled", "settled"),
    of("Due", "due"),
    of("Number", "number", spare=True),
    of("Note", "note", spare=True),
)
INVOICE: Final = (
    *INVOICES,
    of("Promise", "promise", forms.brief),
    of("Answer", "answer"),
)
PAYMENTS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("From", "payer_name"),
    of("To", "payee_name"),
    of("Amount", "amount", forms.money),
    _money("Settled", "settled"),
    of("Sent on", "date"),
    of("Invoice", "invoice", forms.brief, spare=True),
    of("Promise", "promise", forms.brief, spare=True),
    of("Note", "note", spare=True),
    of("Answer", "answer", spare=True),
)
ACCOUNTS: Final = (
    of("Owes", "payer_name"),
    of("To", "payee_name"),
    _money("Promised", "promised", spare=True),
    _money("Delivered", "delivered", spare=True),
    _money("Invoiced", "invoiced", spare=True),
    _money("Contested", "contested", spare=True),
    _money("Sent", "sent", spare=True),
    _money("Settled", "settled"),
    _money("In transit", "in_transit", spare=True),
    _money("Disputed", "disputed", spare=True),
    _money("Netted", "netted", spare=True),
    _money("Open", "open"),
    _money("Paid too much", "over"),
    of("Overdue for", "age", days),
)
POSITIONS: Final = (
    of("Co-op", "name"),
    _money("Owed to it", "owed_to"),
    _money("Owed by it", "owed_by"),
)
DEBTS: Final = (
    of("ID", "short"),
    of("What", "kind"),
    of("Amount", "amount", forms.money),
    _money("Covered", "covered"),
    _money("Open", "open"),
    of("Due", "due"),
)
LINES: Final = (
    of("Day", "day"),
    of("What", "kind"),
    of("ID", "short"),
    of("Standing", "standing"),
    of("Amount", "amount", forms.money),
    of("Change", "change", signed)._replace(right=True),
    of("Balance", "balance", signed)._replace(right=True),
)
SUGGESTIONS: Final = (
    of("Each owes the next", "names", forms.several),
    of("Each can be let off", "amount", forms.money),
)
NETTINGS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("Proposed by", "proposer_name"),
    of("Entries", "entries", forms.several),
    of("Missing", "missing", forms.several),
    of("Declined", "declined", forms.several),
)
MEDIATIONS: Final = (
    of("About", "about_short"),
    of("What", "title"),
    of("Standing", "standing"),
    of("Mediator", "mediator_name"),
    of("Parties", "names", forms.several),
    of("Missing", "missing", forms.several),
)
FIGURES: Final = (
    of("Name", "name"),
    of("Time", "minutes", forms.effort),
    of("Money", "amounts", amounts)._replace(right=True),
    _count("Reports", "reports"),
)
BY_COOP: Final = (
    of("Co-op", "name"),
    of("Time", "minutes", forms.effort),
    of("With a theme", "themed", forms.effort),
    of("Money", "amounts", amounts)._replace(right=True),
    _count("Reports", "reports"),
)
COLLABORATIONS: Final = (
    of("ID", "short"),
    of("State", "state"),
    of("Title", "title"),
    of("Lead co-op", "name"),
    of("Total", "total", forms.money, spare=True),
    of("Partners' share", "agreed", amounts)._replace(right=True),
    of("Delivered", "delivered", amounts)._replace(right=True),
)
PARTNERS: Final = (
    of("Partner", "name"),
    of("Committed", "committed", forms.effort),
    of("Delivered", "delivered", forms.effort),
)
PROMISES: Final = (
    of("ID", "short"),
    of("What became of it", "fate"),
    of("By", "pledger_name"),
    of("To", "title"),
    of("Time", "minutes", forms.effort),
    of("Amount", "amount", forms.money),
    of("Reason", "reason", spare=True),
)
FATES: Final = (
    of("What became of it", "fate"),
    of("Promises", "count", number),
    of("Reasons", "reasons", _reasons),
)


def _report(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, REPORT, result)
    summary = forms.prose(result.get("summary"))
    if summary:
        page.say()
        page.say(summary)
    if result.get("over"):
        page.say()
        over = forms.effort(result.get("over"))
        page.say(f"The reports of this pledge come to {over} more than was confirmed.")


def _invoice(page: Page, _args: Mapping[str, object], result: Row) -> None:
    put_pairs(page, INVOICE, result)
    _part(page, "Work that it is for", REPORTS, rows_of(result, "listed"))


def _ledger(page: Page, args: Mapping[str, object], result: Row) -> None:
    accounts = rows_of(result, "accounts")
    if not accounts:
        page.say("Nothing is owed, and nothing was paid, as far as is known here.")
        return
    put_table(page, ACCOUNTS, accounts)
    positions = [
        one
        for one in rows_of(result, "positions")
        if some(one.get("owed_to")) or some(one.get("owed_by"))
    ]
    if positions:
        _part(page, "In all", POSITIONS, positions)
    else:
        page.say("Nothing is open: all of it is settled.")
    if args.get("coop"):
        for one in accounts:
            payer, payee = (
                forms.line(one.get(k)) for k in ("payer_name", "payee_name")
            )
            _part(page, f"{payer} to {payee}", DEBTS, rows_of(one, "debts"))


def _statement(page: Page, _args: Mapping[str, object], result: Row) -> None:
    name = forms.line(result.get("name"))
    statements = rows_of(result, "statements")
    if not statements:
        page.say(f"There is nothing between this co-op and {name}.")
    for one in statements:
        currency = forms.line(one.get("currency"))
        page.say(f"With {name}, in {currency}", "bold")
        page.pairs([("Before", signed(one.get("opening")))])
        lines = rows_of(one, "lines")
        if lines:
            put_table(page, LINES, lines)
        page.pairs([("After", signed(one.get("closing")))])
        page.say(_comes_to(forms.line(one.get("closing")), name, currency))


def _comes_to(closing: str, name: str, currency: str) -> str:
    """Say who owes whom at the end, so that nobody has to read a sign."""
    size = f"{signed(closing.lstrip('-'))} {currency}"
    if not closing.strip("-0."):
        return f"Neither owes the other anything in {currency}."
    if closing.startswith("-"):
        return f"This co-op owes {name} {size}."
    return f"{name} owes this co-op {size}."


def _suggested(page: Page, _args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "suggestions")
    if not found:
        page.say("No debts meet or run in a circle.")
        return
    put_table(page, SUGGESTIONS, found)
    page.say("Propose one: `wortley netting propose CO-OP CO-OP …`, in that order.")


def _social(page: Page, args: Mapping[str, object], result: Row) -> None:
    count = number(result.get("reports") or 0)
    time = forms.effort(result.get("minutes"))
    called = "report" if count == "1" else "reports"
    page.say(f"{time} of work in {count} accepted {called}", "bold")
    _part(page, "Themes", FIGURES, rows_of(result, "themes"))
    _part(page, "Outcomes", FIGURES, rows_of(result, "outcomes"))
    _part(page, "By co-op", BY_COOP, rows_of(result, "coops"))
    if result.get("reports"):
        options = {"coop": "--coop", "starts": "--from", "ends": "--to"}
        same = _said(args, options)
        page.say()
        page.say(
            f"Which reports: `wortley figures reports{same}`, --theme or --outcome."
        )


def _collaborations(page: Page, args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "collaborations")
    if not found:
        page.say("No lead has committed partners yet: `wortley commitments`.")
        return
    put_table(page, COLLABORATIONS, found)
    for one in found:
        title = forms.line(one.get("title"))
        _part(page, title, PARTNERS, rows_of(one, "partners"))
    page.say()
    page.say(f"{number(result.get('count'))} in all.")
    same = _said(args, {"coop": "--coop"})
    oldest = forms.line(found[0].get("short"))
    if result.get("count") != len(found):
        page.say(
            f"Older ones: `wortley figures collaborations{same} --before {oldest}`."
        )
    page.say("What partners are bound to: `wortley pledge list --to ID`.")


def _reliability(page: Page, args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "coops")
    if not found:
        page.say("No promise has come to anything yet: `wortley pledge list`.")
        return
    for one in found:
        name, count = forms.line(one.get("name")), number(one.get("promises"))
        promises = "1 promise" if count == "1" else f"{count} promises"
        _part(page, f"{name}: {promises}", FATES, rows_of(one, "fates"))
    same = _said(args, {"coop": "--coop"}) or " --coop CO-OP"
    page.say()
    page.say(f"Which promises: `wortley figures promises{same} --fate FATE`.")


def _said(args: Mapping[str, object], options: Mapping[str, str]) -> str:
    """Write again what was asked with."""
    given = {option: args.get(key) for key, option in options.items()}
    return "".join(
        f" {option} {shlex.quote(forms.line(value))}"
        for option, value in given.items()
        if value
    )


def _part(
    page: Page, title: str, columns: tuple[Column, ...], rows: Sequence[Row]
) -> None:
    if rows:
        page.say()
        page.say(title, "bold")
        put_table(page, columns, rows)


VIEWS: Final[dict[str, View]] = {
    "report.list": listed(
        "reports",
        REPORTS,
        "No such reports. Report work of a confirmed pledge: `wortley report make"
        " PLEDGE EFFORT --from DATE --to DATE`.",
    ),
    "report.show": _report,
    "invoice.list": listed(
        "invoices",
        INVOICES,
        "No such invoices. Issue one for your reports: `wortley invoice issue --report"
        " ID`.",
    ),
    "invoice.show": _invoice,
    "payment.list": listed(
        "payments",
        PAYMENTS,
        "No such payments. Say that you paid: `wortley payment send --invoice ID`.",
    ),
    "ledger.show": _ledger,
    "ledger.statement": _statement,
    "netting.suggest": _suggested,
    "netting.list": listed(
        "nettings",
        NETTINGS,
        "No such nettings. `wortley netting suggest` shows what could be set off.",
    ),
    "mediation.list": listed(
        "mediations",
        MEDIATIONS,
        "No mediations. Agree on one where you disagree: `wortley mediation agree ID"
        " --mediator CO-OP --party CO-OP`.",
    ),
    "figures.social": _social,
    "figures.reports": listed(
        "reports",
        REPORTS,
        "No such reports were accepted: `wortley figures social`.",
    ),
    "figures.collaborations": _collaborations,
    "figures.reliability": _reliability,
    "figures.promises": listed(
        "promises",
        PROMISES,
        "No such promises: `wortley figures reliability`.",
    ),
}
