"""Leads as a feed (Atom, RFC 4287): those that changed last, newest first."""

import contextlib
import datetime
import heapq
from collections.abc import Sequence
from typing import IO, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from node.exchange import link, urns
from node.views import leads, texts, times
from node.views.books import Books
from node.views.names import Names
from node.views.times import UNKNOWN, Times
from node.views.titles import NO_TITLE
from protocol.rules.leads import Lead
from protocol.state import Entity

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
#: Who follows a feed asks every day, and no network has as many new leads in one.
MOST: Final = 500
_AT_ONCE: Final = 100


async def write(file: IO[bytes], books: Books, names: Names) -> int:
    """Write the feed; give how many leads are in it."""
    newest = await _newest(books)
    roster = books.roster
    out = XMLGenerator(file, "utf-8")
    out.startDocument()
    _open(out, "feed", xmlns=NAMESPACE)
    _put(out, "id", urns.network(roster.network, "leads"))
    _put(out, "title", f"Leads of {texts.line(roster.charter.name)}")
    _put(out, "updated", _time(newest[0][1].changed if newest else UNKNOWN.changed))
    _put(out, "generator", "Wortley")
    for start in range(0, len(newest), _AT_ONCE):
        part = newest[start : start + _AT_ONCE]
        found = await books.state.many(one for one, _ in part)
        for entity_id, when in part:
            await _entry(out, books, names, found[entity_id], when)
    out.endElement("feed")
    out.endDocument()
    return len(newest)


async def _newest(books: Books) -> list[tuple[bytes, Times]]:
    found = await times.of_families(books, ("lead",))
    # By id where the times are the same, so that all nodes have one order.
    return heapq.nlargest(MOST, found.items(), key=lambda one: (one[1].changed, one[0]))


async def _entry(
    out: XMLGenerator, books: Books, names: Names, entity: Entity, when: Times
) -> None:
    lead = entity.body
    if not isinstance(lead, Lead):
        return
    words = await texts.of_roles(books, lead.texts)
    _open(out, "entry")
    _put(out, "id", urns.event(entity.id))
    _put(out, "title", words.get("title") or NO_TITLE)
    _put(out, "published", _time(when.created))
    _put(out, "updated", _time(when.changed))
    _open(out, "author")
    _put(out, "name", names.of(entity.coop))
    out.endElement("author")
    for term in dict.fromkeys(one.skill for one in lead.terms.requirements):
        _put(out, "category", "", term=term)
    with contextlib.suppress(ValueError):
        # Another co-op wrote it: a link that is none, or a script, is left out.
        _put(out, "link", "", rel="related", href=link.read(words.get("link", "")))
    _put(out, "summary", _summary(entity, lead), type="text")
    _put(out, "content", words.get("description", ""), type="text")
    out.endElement("entry")


def _summary(entity: Entity, lead: Lead) -> str:
    value = leads.value_of(lead)
    said: Sequence[str] = (
        entity.state,
        f"{value.amount} {value.currency}" if value else "",
        f"bids until {lead.terms.deadline}" if lead.terms.deadline else "",
    )
    return ", ".join(filter(None, said))


def _open(out: XMLGenerator, name: str, **attributes: str) -> None:
    out.startElement(name, AttributesImpl(attributes))


def _put(out: XMLGenerator, name: str, content: str, **attributes: str) -> None:
    _open(out, name, **attributes)
    out.characters(content)
    out.endElement(name)


def _time(when: datetime.datetime) -> str:
    return when.replace(tzinfo=None).isoformat() + "Z"
