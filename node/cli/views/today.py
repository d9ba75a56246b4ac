"""What waits, a sentence each, and what was found."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import Column, View, of, put_table, rows_of

_SINCE_CHARS: Final = len("2027-01-04 09:30")
#: What an urgency is called above the rows that have it.
_HEADINGS: Final = {
    "blocks": "Before anything else",
    "due": "Due",
    "asked": "Others wait for it",
    "own": "For this co-op alone",
}


def _today(page: Page, _args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "waiting")
    if not found:
        page.say(
            "Nothing waits for this co-op. What happened: `wortley changes`. Leads that"
            " suit it: `wortley lead suited`."
        )
        return
    before = None
    for row in found:
        urgency = forms.line(row.get("urgency"))
        if urgency != before:
            if before is not None:
                page.say()
            page.say(_HEADINGS.get(urgency, urgency), "bold")
        before = urgency
        _say(page, row)
    left = result.get("all")
    if isinstance(left, int) and left > len(found):
        page.say()
        page.say(f"{left - len(found):,} more: `wortley today --most {left}`.")


def _say(page: Page, row: Row) -> None:
    since = forms.moment(row.get("since"))[:_SINCE_CHARS]
    begun = f" (since {since})" if since else ""
    page.say(f"- {forms.line(row.get('sentence'))}{begun}")
    page.say(f"  {forms.line(row.get('why'))}")
    page.say(f"  `{forms.line(row.get('command'))}`")


def _snippet(row: Row) -> str:
    """Write a snippet with what was looked for between asterisks."""
    words, hits = forms.line(row.get("snippet")), row.get("hits")
    for start, end in reversed(hits if isinstance(hits, list) else []):
        words = f"{words[:start]}*{words[start:end]}*{words[end:]}"
    return words


FOUND: Final = (
    of("ID", "short"),
    of("What", "family"),
    of("State", "state"),
    of("Co-op", "name"),
    of("Title", "title"),
    Column("Where", ("snippet", "hits"), _snippet, spare=True),
)


def _found(page: Page, args: Mapping[str, object], result: Row) -> None:
    hits, behind = rows_of(result, "hits"), result.get("behind")
    if hits:
        put_table(page, FOUND, hits)
    else:
        page.say(f"Nothing has {forms.line(args.get('words'))}.")
    if isinstance(behind, int) and behind:
        page.say()
        page.say(f"{behind:,} events are still to be looked through; ask again soon.")


TODAY: Final[dict[str, View]] = {"today": _today, "search": _found}
