"""What waits: a sentence each, why, and the command to type."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import View, rows_of

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
        page.say("Nothing waits for this co-op. What happened: `wortley changes`.")
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


TODAY: Final[dict[str, View]] = {"today": _today}
