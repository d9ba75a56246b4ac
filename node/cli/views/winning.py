"""Lists and pages of interest, hand-overs, bids, estimates and agreements."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import (
    Column,
    View,
    of,
    part_of,
    put_pairs,
    put_table,
    rows_of,
)
from node.cli.views.sealed import SEALED


def _percent(value: object) -> str:
    return f"{forms.line(value)} %" if value else ""


def _fee(row: Row) -> str:
    """Write a fee: 10 % (award), 500.00 GBP (end)."""
    fee = part_of(row, "fee")
    size = _percent(fee.get("share")) or forms.money(fee.get("amount"))
    return f"{size} ({forms.line(fee.get('due'))})" if size else ""


INTERESTS: Final = (
    of("Lead", "lead_short"),
    of("Title", "title"),
    of("Brought by", "owner_name", spare=True),
    of("Co-op", "name"),
    of("Stance", "stance"),
    of("Reason", "reason"),
    of("Note", "note", spare=True),
)
HANDOVERS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("Title", "title"),
    of("From", "finder_name"),
    of("To", "taker_name"),
    Column("Fee", ("fee",), _fee, right=True),
    of("Owed", "owed", forms.money, spare=True),
    of("Opened as", "opened_short", spare=True),
    of("Reason", "reason", spare=True),
    of("Note", "note", spare=True),
)
HANDOVER: Final = tuple(
    column for column in HANDOVERS if column.title not in {"Title", "Note"}
)
BIDS: Final = (
    of("ID", "short"),
    of("State", "state"),
    of("For", "title"),
    of("Contractor", "name", spare=True),
    of("Parties", "parties", forms.several),
    of("Risk", "risk", spare=True),
    of("Value", "value", forms.money, spare=True),
    of("Not agreed", "unreviewed", forms.several),
    of("Reason", "reason", spare=True),
)
BID: Final = (
    *(column for column in BIDS if column.title != "For"),
    of("Lead", "lead_short"),
    of("Lots", "lots", forms.several),
    of("Note", "note"),
)
_PART: Final = (
    of("Co-op", "name"),
    of("Lot", "lot", spare=True),
    of("Effort", "minutes", forms.effort),
    of("Amount", "amount", forms.money, spare=True),
    Column("Share", ("share",), lambda row: _percent(row.get("share")), right=True),
    of("Comes to", "price", forms.money, spare=True),
    of("Standing", "standing"),
    of("Note", "note", spare=True),
)
PARTS: Final = _PART
ESTIMATES: Final = (of("Bid", "bid_short"), of("For", "title"), *_PART)
CUTS: Final = (
    of("For", "name"),
    Column("Share", ("share",), lambda row: _percent(row.get("share")), right=True),
    of("Comes to", "price", forms.money),
)
AGREEMENTS: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("Title", "title"),
    of("Drafted by", "name"),
    of("Kind", "kind", spare=True),
    of("About", "about_title", spare=True),
    of("To sign", "missing", forms.several),
    of("Withdrawn by", "withdrawn", forms.several, spare=True),
    of("Reason", "reason", spare=True),
)
AGREEMENT: Final = (
    *(column for column in AGREEMENTS if column.title != "Title"),
    of("In its place", "by", forms.brief),
)
SIGNERS: Final = (
    of("Co-op", "name"),
    of("Word", "word"),
    of("Reason", "reason"),
    of("Note", "note"),
)


def _listed(rows: str, columns: tuple[Column, ...], empty: str) -> View:
    def view(page: Page, _args: Mapping[str, object], result: Row) -> None:
        found = rows_of(result, rows)
        if found:
            put_table(page, columns, found)
        else:
            page.say(empty)

    return view


def _part(page: Page, title: str, columns: tuple[Column, ...], rows: list[Row]) -> None:
    if rows:
        page.say()
        page.say(title, "bold")
        put_table(page, columns, rows)


def put_around(page: Page, lead: Row) -> None:
    """Write what is around a lead: who is interested, hand-overs, bids."""
    interested = tuple(
        column
        for column in INTERESTS
        if column.title in {"Co-op", "Stance", "Reason", "Note"}
    )
    _part(page, "Interest", interested, rows_of(lead, "interests"))
    _part(page, "Handing it over", HANDOVERS, rows_of(lead, "handovers"))
    _part(page, "Bids", BIDS, rows_of(lead, "bids"))


def _handover(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, HANDOVER, result)
    terms = result.get("terms")
    page.say()
    page.say("Terms", "bold")
    page.say("(not here yet)" if terms is None else forms.prose(terms))
    for key in ("note", "answer"):
        words = forms.prose(result.get(key))
        if words:
            page.say()
            page.say(words)
    if result.get("standing") == "offered":
        short = forms.line(result.get("short"))
        page.say()
        page.say(
            f"{forms.line(result.get('taker_name'))} answers it: `wortley handover"
            f" accept {short}`, or `decline`."
        )


def _bid(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, BID, result)
    _part(page, "Parts", PARTS, rows_of(result, "parts"))
    _part(page, "Fees and fund", CUTS, rows_of(result, "cuts"))
    _part(page, "Sealed for a few", SEALED, rows_of(result, "sealed"))
    if result.get("sound") is False:
        page.say()
        page.say(
            f"Not sound yet. Still to agree to their part, or object, each from its"
            f" own node: {forms.several(result.get('unreviewed'))}. There:"
            f" `wortley estimate agree {forms.line(result.get('short'))}`."
        )


def _agreement(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(forms.line(result.get("title")), "bold")
    put_pairs(page, AGREEMENT, result)
    text = result.get("text")
    page.say()
    page.say("(its text has not arrived yet)" if text is None else forms.prose(text))
    _part(page, "Parties", SIGNERS, rows_of(result, "signers"))


VIEWS: Final[dict[str, View]] = {
    "interest.list": _listed(
        "interests",
        INTERESTS,
        "No such interest. Say yours: `wortley interest set LEAD interested`.",
    ),
    "handover.list": _listed(
        "handovers",
        HANDOVERS,
        "No such hand-overs. Offer a lead of yours: `wortley handover offer LEAD CO-OP"
        " --terms TEXT`.",
    ),
    "handover.show": _handover,
    "bid.list": _listed(
        "bids",
        BIDS,
        "No such bids. Put one together: `wortley bid open LEAD --party CO-OP:SHARE`.",
    ),
    "bid.show": _bid,
    "estimate.list": _listed(
        "estimates",
        ESTIMATES,
        "No such estimates: `wortley bid list` shows all bids.",
    ),
    "agreement.list": _listed(
        "agreements",
        AGREEMENTS,
        "No such agreements. Draft one: `wortley agreement draft --title … --text @FILE"
        " --party CO-OP`.",
    ),
    "agreement.show": _agreement,
}
