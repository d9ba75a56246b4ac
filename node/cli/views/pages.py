"""Pages about one thing: the node, the network, a profile, a lead, a project, an id."""

from collections.abc import Mapping, Sequence
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
    when,
)
from node.cli.views.lists import LEAD_STATE, PLEDGES
from node.cli.views.sealed import SEALED
from node.cli.views.winning import put_around

#: A percent has so many basis points.
_BASIS_POINTS: Final = 100


def _share(row: Row) -> str:
    """Write basis points as a percentage."""
    share = row.get("share")
    return f"{share / _BASIS_POINTS:g} %" if isinstance(share, int) else ""


PEERS: Final = (
    of("Co-op", "name"),
    of("Address", "url"),
    of("Last contact", "last_contact", forms.moment),
    of("In sync", "in_sync", forms.tri),
    of("Same state", "same_root", forms.tri),
    of("Trouble", "error"),
)
CHARTER: Final = (
    of("Network", "id", forms.brief),
    of("Currency", "currency"),
    of("Members", "members"),
    of("Electors", "electors", forms.several),
    of("Secretary", "secretary"),
    of("Decides by", "decision"),
    of("One vote per", "basis"),
    of("Quorum", "quorum_percent", forms.percent),
    of("Days to vote", "notice_days"),
    of("Vetoes that block", "vetoes"),
    of("Themes", "themes", forms.several),
    of("Register at block", "number"),
)
MEMBERS: Final = (
    of("ID", "coop", forms.brief),
    of("Co-op", "name"),
    of("State", "state"),
    of("Elector", "elector", forms.yes),
    of("Secretary", "secretary", forms.yes),
    of("Suspended", "suspended", forms.yes),
    Column("Approvals", ("approvals", "needed"), forms.approvals),
    of("Approved by", "approved_by", forms.several),
)
WAITING: Final = (
    of("Change", "kind"),
    of("Co-op", "name"),
    Column("Approvals", ("approvals", "needed"), forms.approvals),
    of("Approved by", "approved_by", forms.several),
)
PROFILE: Final = (
    of("ID", "coop", forms.brief),
    of("People", "people"),
    of("Skills", "skills", forms.several),
    of("Languages", "languages", forms.several),
    of("Working day", "day", forms.effort),
    of("Web", "web"),
    of("Place", "place"),
)
LEAD: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    LEAD_STATE,
    of("Reason", "reason"),
    of("Found by", "found_by"),
    of("Buyer", "buyer"),
    of("Value", "value", forms.money),
    of("Deadline", "deadline"),
    when(),
    of("CPV", "cpv", forms.several),
    of("Link", "link"),
    of("Source", "source"),
)
LINES: Final = (
    of("Line", "line"),
    of("Skill", "skill"),
    of("Must", "must", forms.tri),
    of("Lot", "lot", spare=True),
    when(),
    of("Wanted", "wanted", forms.effort),
    of("Offered", "offered", forms.effort, spare=True),
    of("Accepted", "accepted", forms.effort, spare=True),
    of("Committed", "committed", forms.effort),
    of("Overtaken", "overtaken", forms.some_effort, spare=True),
    Column("Missing", ("missing", "wanted"), forms.missing, right=True),
)
PROJECT: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("State", "state"),
    of("Goal", "goal", forms.money),
    of("At least", "minimum", forms.money),
    of("At most", "maximum", forms.money),
    of("Offered", "offered", forms.money),
    of("Accepted", "accepted", forms.money),
    of("Committed", "committed", forms.money),
    of("Overtaken", "overtaken", forms.some_money),
    of("Missing", "missing", forms.money),
    of("Closes", "closes"),
    of("Themes", "themes", forms.several),
    of("Link", "link"),
)
MILESTONES: Final = (
    of("No.", "no"),
    of("Due", "due"),
    Column("Share", ("share",), _share, right=True),
    of("Reached", "reached", forms.yes),
)
#: Below the page that names what it is for.
PLEDGED: Final = tuple(
    column for column in PLEDGES if column.title not in {"To", "For"}
)
EVENTS: Final = (
    of("No.", "seq"),
    of("ID", "short"),
    of("Written (UTC)", "time", forms.minute, spare=True),
    of("Verdict", "verdict"),
    of("What", "line"),
    of("Why", "reason"),
)
_ROOT_CHARS: Final = 16
#: What `status` says of the node; nothing where an older one answered.
_RUNNING: Final[Mapping[object, str]] = {
    True: "running",
    False: "not running; this is what its folder holds. Start it: `wortley up`",
}


#: Sentences of an explanation, by their key, and the heading above them.
_SENTENCES: Final = (
    ("did", "What it did"),
    ("joins", "What others make of it"),
    ("named", "What it names"),
)


def _status(page: Page, _args: Mapping[str, object], result: Row) -> None:
    network, roster = part_of(result, "network"), part_of(result, "roster")
    members = f"{_line(roster, 'members')} (block {_line(roster, 'number')})"
    root = _line(result, "root")
    page.say(f"{_line(result, 'name')} ({forms.brief(result.get('coop'))})", "bold")
    page.pairs(
        [
            ("Node", page.as_called(_RUNNING.get(result.get("running"), ""))),
            ("Network", _line(network, "name")),
            ("Members", members if roster else ""),
            ("Events", _line(result, "events")),
            ("State", root[:_ROOT_CHARS] if root else "being computed"),
        ]
    )
    _part(page, "Other nodes", PEERS, rows_of(result, "peers"))
    notices = result.get("notices")
    if isinstance(notices, list) and notices:
        _heading(page, "Waiting for you")
        for notice in notices:
            page.say(f"- {forms.line(notice)}")


def _network(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(_line(result, "name"), "bold")
    put_pairs(page, CHARTER, result)


def _created(page: Page, args: Mapping[str, object], result: Row) -> None:
    _network(page, args, result)
    page.say()
    page.say("The network is founded. Invite another co-op: `wortley invite`.")


def _members(page: Page, _args: Mapping[str, object], result: Row) -> None:
    members, waiting = rows_of(result, "members"), rows_of(result, "waiting")
    put_table(page, MEMBERS, members)
    _part(page, "Changes that wait for approvals", WAITING, waiting)
    if waiting or any(one.get("state") == "applied" for one in members):
        page.say()
        page.say(
            "Electors approve, each from its own node: an application with"
            " `wortley approve CO-OP`, an elector with `wortley elector on CO-OP`."
            " Once enough have, it takes effect by itself, within moments where their"
            " nodes are online."
        )


def _profile(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(_line(result, "name"), "bold")
    put_pairs(page, PROFILE, result)
    _prose(page, result, "description")


def _lead(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(_line(result, "title"), "bold")
    put_pairs(page, LEAD, result)
    _prose(page, result, "description")
    lines = rows_of(result, "requirements")
    _part(page, "What is needed", LINES, lines)
    _part(page, "Pledges", PLEDGED, rows_of(result, "pledges"))
    _part(page, "Sealed for a few", SEALED, rows_of(result, "sealed"))
    _overtaken(page, result)
    put_around(page, result)
    if lines and result.get("missing"):
        page.say()
        page.say(f"Pledge work: `wortley pledge work {_line(result, 'short')} EFFORT`.")


def _project(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(_line(result, "title"), "bold")
    put_pairs(page, PROJECT, result)
    _prose(page, result, "description")
    _part(page, "Milestones", MILESTONES, rows_of(result, "milestones"))
    _prose(page, result, "milestones_text")
    _part(page, "Pledges", PLEDGED, rows_of(result, "pledges"))
    _overtaken(page, result)
    if result.get("state") == "open":
        page.say()
        page.say(f"Pledge: `wortley pledge money {_line(result, 'short')} MONEY`.")


def _overtaken(page: Page, result: Row) -> None:
    """Say what that standing means, where a pledge has it."""
    pledges = rows_of(result, "pledges")
    if any(one.get("standing") == "overtaken" for one in pledges):
        page.say()
        page.say(
            "Overtaken: the acceptance was withdrawn after the pledger had confirmed"
            " it. It counts as committed, and not as missing, until the pledger"
            " releases it."
        )


def _explained(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(_line(result, "title") or _line(result, "what"), "bold")
    what = _line(result, "what").capitalize()
    state = _line(result, "state")
    page.pairs(
        [
            (what, _line(result, "id")),
            ("Co-op", f"{_line(result, 'name')} ({forms.brief(result.get('coop'))})"),
            ("State", state),
        ]
    )
    event = part_of(result, "event")
    if event:
        _part(page, "The event", EVENTS, [event])
    for key, heading in _SENTENCES:
        sentences = result.get(key)
        if isinstance(sentences, list) and sentences:
            _heading(page, heading)
            for sentence in sentences:
                page.say(f"- {forms.line(sentence)}")
    for text in rows_of(result, "texts"):
        _heading(page, _line(text, "role").capitalize())
        words = text.get("words")
        page.say("(not here yet)" if words is None else forms.prose(words))
    _part(page, "Its history", EVENTS, rows_of(result, "history"))
    if result.get("complete") is False:
        page.say("The log is longer than what was looked through.")


def _log(page: Page, _args: Mapping[str, object], result: Row) -> None:
    shown = rows_of(result, "rows")
    name, events = _line(result, "name"), _line(result, "events")
    page.say(f"The log of {name}: {len(shown)} of {events} events", "bold")
    if shown:
        put_table(page, EVENTS, shown)


def _line(row: Row, key: str) -> str:
    return forms.line(row.get(key))


def _heading(page: Page, title: str) -> None:
    page.say()
    page.say(title, "bold")


def _part(
    page: Page, title: str, columns: tuple[Column, ...], rows: Sequence[Row]
) -> None:
    if rows:
        _heading(page, title)
        put_table(page, columns, rows)


def _prose(page: Page, row: Row, key: str) -> None:
    words = forms.prose(row.get(key))
    if words:
        page.say()
        page.say(words)


PAGES: Final[dict[str, View]] = {
    "status": _status,
    "network.show": _network,
    "network.create": _created,
    "members": _members,
    "profile.show": _profile,
    "lead.show": _lead,
    "project.show": _project,
    "explain": _explained,
    "log.show": _log,
}
