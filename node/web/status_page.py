"""The status page at `/`: network, leads and pledges as they come in, without login.

Served to the machine itself alone: a loopback peer, a loopback Host (no name that
somebody else's DNS may point here), and neither settings nor headers that tell of a
proxy in between.
"""

import ipaddress
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import jinja2
import msgspec
from aiohttp import hdrs, web

from node.config import Config
from node.node import Node
from node.views import efforts, leads, names, network, pledges, short
from node.views.books import Books
from node.views.leads import LeadRow
from node.views.names import Names
from node.views.paging import Page
from node.web.headers import page_policy
from node.web.problems import Problem
from node.web.together import Sections
from protocol import ids
from protocol.rules.leads import TAKING

_HERE: Final = Path(__file__).parent
_ROWS: Final = 30
_HTTP_PORT: Final = 80
_LOCAL_NAMES: Final = frozenset({"localhost", "[::1]"})
#: Any of these says that somebody passed the request on.
_FORWARDING: Final = (
    hdrs.FORWARDED,
    hdrs.VIA,
    hdrs.X_FORWARDED_FOR,
    hdrs.X_FORWARDED_HOST,
    hdrs.X_FORWARDED_PROTO,
    "X-Real-IP",
)
POLICY: Final = page_policy(style="'self'", script="'self'", connect="'self'")

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


def grouped(amount: str) -> str:
    """Write a decimal amount with its thousands apart: 1,250,000.00."""
    whole, point, cents = amount.partition(".")
    return f"{int(whole):,}{point}{cents}"


_TEMPLATES.filters["grouped"] = grouped
_TEMPLATES.filters["effort"] = efforts.write


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member and how its node stands, for people."""

    name: str
    short: str
    duty: str
    here: bool
    url: str
    contact: str
    lamp: str
    says: str


class ShownLead(LeadRow, frozen=True, kw_only=True):
    """A lead with how much of it is covered, in percent."""

    percent: int


def require_direct(config: Config) -> None:
    """Refuse everybody where a proxy may pass requests on; raises the 403 `Problem`.

    A proxy on this machine comes from loopback like its owner. It may name any Host,
    and nothing forces it to add a header that says for whom it asks, so the two cannot
    be told apart by a request. The settings can: the node itself speaks plain http on
    its own port, so an address beyond this machine that is https, on another port, or
    of a node that listens on loopback alone, is answered by something in between.
    """
    url = urlsplit(config.public_url)
    if not config.public_url or (url.scheme == "http" and _is_ours(url, config)):
        return
    raise Problem(
        status=403,
        code="local-only",
        title="This page is not served behind a proxy.",
        detail="public_url leads to this port by way of something else, and what"
        " that passes on looks like a request of this machine. On the machine, the"
        " commands `wortley status`, `lead list` and `pledge list` show the same.",
    )


def _is_ours(url: SplitResult, config: Config) -> bool:
    name = url.hostname or ""
    here = name in _LOCAL_NAMES or _is_loopback(name)
    listens_here = config.host in _LOCAL_NAMES or _is_loopback(config.host)
    return (url.port or _HTTP_PORT) == config.port and (here or not listens_here)


def require_local(request: web.Request) -> None:
    """Refuse whoever is not on this machine; raises the 403 `Problem`."""
    host = request.headers.get(hdrs.HOST, "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if (
        not _is_loopback(request.remote or "")
        or not (name in _LOCAL_NAMES or _is_loopback(name.strip("[]")))
        or any(header in request.headers for header in _FORWARDING)
    ):
        raise Problem(
            status=403,
            code="local-only",
            title="This page is for the machine that the node runs on.",
            detail="Open it there, or use the wortley command.",
        )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def render(node: Node, notices: list[str], sections: Sections) -> str:
    """Write the page."""
    template = _TEMPLATES.get_template("status.html")
    if not node.register.founded:
        return template.render(name=node.config.name, network="", notices=notices)
    books = Books(
        coop=node.coop, log=node.log, state=node.state, register=node.register
    )
    called = await names.load(books)
    totals = await node.state.totals()
    _, root = await node.ingest.standing()
    return template.render(
        name=node.config.name,
        network=node.register.roster.charter.name,
        notices=notices,
        members=_members(node, books, called),
        events=sum(held.last for held in node.log.by_no.values()),
        totals={family: totals[family] for family in ("lead", "capacity", "pledge")},
        block=node.register.roster.number,
        root=root.hex() if root else "",
        leads=await _leads(books, called),
        pledges=await _pledges(books, called),
        together=await sections.read(books, called),
    )


async def _leads(books: Books, called: Names) -> list[ShownLead]:
    rows = await leads.rows(books, called, states=sorted(TAKING), page=Page(_ROWS))
    return [
        ShownLead(
            **{field: getattr(row, field) for field in row.__struct_fields__},
            percent=min(100, 100 * (row.committed + row.accepted) // row.wanted)
            if row.wanted
            else 0,
        )
        for row in reversed(rows)
    ]


async def _pledges(books: Books, called: Names) -> list[pledges.PledgeRow]:
    newest = await pledges.listed(books, page=Page(_ROWS))
    rows = await pledges.rows(books, called, newest)
    return list(reversed(rows))


def _members(node: Node, books: Books, called: Names) -> list[MemberRow]:
    roster = node.register.roster
    seen = {one.coop: one for one in network.peers(books, called, node.peers)}
    rows: list[MemberRow] = []
    for coop in sorted(roster.members, key=called.of):
        here = coop == node.coop
        peer = seen.get(ids.text("coop", coop))
        lamp, says = _lamp(peer, here=here)
        rows.append(
            MemberRow(
                name=called.of(coop),
                short=short.brief("coop", coop),
                duty="secretary"
                if coop == roster.secretary
                else ("elector" if coop in roster.electors else ""),
                here=here,
                url=peer.url if peer else "",
                contact=_when(peer),
                lamp=lamp,
                says=says,
            )
        )
    return rows


def _when(peer: network.PeerRow | None) -> str:
    """Write the last contact as a reader wants it: date and time, to the second."""
    if peer is None:
        return ""
    if peer.last_contact is None:
        return "never"
    return peer.last_contact.replace("T", " ").removesuffix("Z") + " UTC"


def _lamp(peer: network.PeerRow | None, *, here: bool) -> tuple[str, str]:
    if here:
        return "good", "running"
    if peer is None or peer.last_contact is None:
        return "wait", (peer.error if peer and peer.error else "not heard yet")
    if peer.same_root is False:
        return "bad", "same logs, another root: please report this"
    if peer.error:
        return "wait", peer.error
    if peer.in_sync:
        return "good", "in sync, same root" if peer.same_root else "in sync"
    return "wait", "catching up"
