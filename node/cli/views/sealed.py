"""Sealed texts: who reads them, and the words where they are for this co-op."""

from collections.abc import Mapping
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import Column, View, of, put_pairs
from node.cli.views.lists import listed


def _readable(row: Row) -> str:
    """Say whether it can be read here; for others it never can."""
    if not row.get("reads"):
        return "no"
    return "yes" if row.get("here") else "not here yet"


SEALED: Final = (
    of("ID", "short"),
    of("From", "name"),
    of("What", "role"),
    of("About", "title"),
    of("For", "to_names", forms.several),
    Column("Readable here", ("reads", "here"), _readable),
    of("Kept by", "custodian_names", forms.several, spare=True),
)
_PAGE: Final = (
    of("ID", "short"),
    of("From", "name"),
    of("What", "role"),
    of("About", "title"),
    of("Its id", "about"),
    of("For", "to_names", forms.several),
    of("Kept by", "custodian_names", forms.several),
)
#: Why there are no words.
_WHY: Final[Mapping[object, str]] = {
    "for-others": "It is sealed for others: only {readers} can read it.",
    "not-here": "It is for this co-op, but it is not here yet. It comes once the node"
    " meets {holders}.",
    "unreadable": "It is for this co-op, but it does not open: it was sealed for"
    " another key than this node has, or it is damaged. Ask {name} to share it again.",
}


def _show(page: Page, _args: Mapping[str, object], result: Row) -> None:
    put_pairs(page, _PAGE, result)
    page.say()
    words = result.get("words")
    if words is not None:
        page.say(forms.prose(words))
        return
    name = forms.line(result.get("name"))
    readers = _all(name, result.get("to_names"))
    holders = _all(readers, result.get("custodian_names"))
    sentence = _WHY.get(result.get("why"), "")
    page.say(sentence.format(name=name, readers=readers, holders=holders))


def _all(first: str, more: object) -> str:
    others = forms.several(more)
    return f"{first}, {others}" if others else first


SHOWN: Final[dict[str, View]] = {
    "sealed.list": listed(
        "texts",
        SEALED,
        "Nothing is sealed. Share details of a lead or bid: `wortley lead share`.",
    ),
    "sealed.show": _show,
}
