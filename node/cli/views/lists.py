"""Lists: what is in a row of each, and what to do where there is none yet."""

from collections.abc import Mapping, Sequence
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import Column, View, of, put_table, rows_of, when


def _stands(row: Row) -> str:
    """Write what the standing is about: work in some rows, money in others."""
    return forms.effort(row.get("minutes")) or forms.money(row.get("amount"))


def _offered(row: Row) -> str:
    """Write what was offered, where that is not what stands."""
    minutes, money = row.get("offered_minutes"), row.get("offered_amount")
    written = forms.effort(minutes) or forms.money(money)
    return "" if written == _stands(row) else written


def _unlike_open(row: Row) -> str:
    state = forms.line(row.get("state"))
    return "" if state == "open" else state


def _too_late(row: Row) -> str:
    """Write why nobody can bid for a draft any more; nothing where somebody can."""
    if row.get("state") not in (None, "open"):
        return forms.lead_state({**row, "noticed": True})
    return "deadline past" if row.get("past") else ""


OFFERS: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("Skill", "skill"),
    of("Per week", "minutes", forms.effort),
    when(),
    of("Rate", "rate", forms.rate, spare=True),
    Column("State", ("state",), _unlike_open, spare=True),
    of("Note", "note", spare=True),
)
BOOKINGS: Final = (
    of("ID", "short"),
    of("Co-op", "name"),
    of("Skill", "skill"),
    of("Per week", "minutes", forms.effort),
    when(),
    of("State", "state"),
    of("Likely", "probability", forms.percent),
    of("Note", "note", spare=True),
)
WISHES: Final = (
    of("Co-op", "name"),
    when(),
    of("At least", "floor", forms.effort),
    of("Wanted per week", "wanted", forms.effort),
    of("At most", "ceiling", forms.effort),
)
LEAD_STATE: Final = Column("State", ("state", "noticed"), forms.lead_state)
LEADS: Final = (
    of("ID", "short"),
    LEAD_STATE,
    of("Title", "title"),
    of("Co-op", "name", spare=True),
    of("Deadline", "deadline"),
    of("Value", "value", forms.money, spare=True),
    of("Wanted", "wanted", forms.some_effort, spare=True),
    of("Offered", "offered", forms.some_effort, spare=True),
    of("Committed", "committed", forms.some_effort, spare=True),
    Column("Missing", ("missing", "wanted"), forms.missing, right=True),
    # The last, for it is as long as it likes.
    of("Skills", "skills", forms.several, spare=True),
)
DRAFTS: Final = (
    of("Process", "short"),
    of("Title", "title"),
    of("Buyer", "buyer", spare=True),
    of("Value", "value", forms.money, spare=True),
    of("Deadline", "deadline"),
    Column("Too late", ("past", "state"), _too_late),
)
#: Drafts that are leads already, and of which more is known since.
NEWER: Final = (of("Process", "short"), of("Title", "title"), of("Lead", "lead"))
PROJECTS: Final = (
    of("ID", "short"),
    of("State", "state"),
    of("Title", "title"),
    of("Co-op", "name"),
    of("Goal", "goal", forms.money),
    of("Offered", "offered", forms.some_money, spare=True),
    of("Committed", "committed", forms.some_money, spare=True),
    of("Missing", "missing", forms.some_money, spare=True),
    of("Closes", "closes"),
)
PLEDGES: Final = (
    of("ID", "short"),
    of("Standing", "standing"),
    of("From", "pledger_name"),
    of("To", "taker_name"),
    of("For", "title"),
    of("Line", "line", spare=True),
    of("Skill", "skill", spare=True),
    Column("Amount", ("minutes", "amount"), _stands, right=True),
    Column(
        "Of",
        ("offered_minutes", "offered_amount"),
        _offered,
        right=True,
        spare=True,
    ),
    of("Rate", "rate", forms.rate, spare=True),
    when(spare=True),
    of("Reason", "reason", spare=True),
    of("Note", "note", spare=True),
)


def listed(
    rows: str, columns: tuple[Column, ...], empty: str, *, narrowed: str = ""
) -> View:
    """Make the view of a list; `empty` says what to do where nothing is listed.

    narrowed: said instead where only some were asked for.
    """

    def view(page: Page, args: Mapping[str, object], result: Row) -> None:
        found = rows_of(result, rows)
        if found:
            put_table(page, columns, found)
        else:
            only = args.get("coop") or args.get("states")
            page.say(narrowed if only and narrowed else empty)

    return view


def _offers(page: Page, args: Mapping[str, object], result: Row) -> None:
    offers, skill = rows_of(result, "offers"), forms.line(args.get("skill"))
    offer = (
        f"`wortley capacity offer --skill {skill or 'SKILL'} --per-week 20h --from DATE"
        " --to DATE`"
    )
    if offers:
        put_table(page, OFFERS, offers)
    elif skill or args.get("coop"):
        what = f" of {skill}" if skill else ""
        whose = f" by {forms.line(args.get('coop'))}" if args.get("coop") else ""
        page.say(
            f"No capacity{what} is offered{whose}. `wortley capacity list` shows what"
            f" there is, under which skills. Offer some: {offer}."
        )
    else:
        page.say(f"No capacity is offered yet. Offer some: {offer}.")


def _leads(page: Page, args: Mapping[str, object], result: Row) -> None:
    leads, drafts = rows_of(result, "leads"), rows_of(result, "drafts")
    if leads:
        put_table(page, LEADS, leads)
    elif args.get("states") or args.get("coop"):
        page.say("No such leads. Without --state and --coop, all of them are listed.")
    elif not drafts:
        page.say(
            "No leads yet. Open one with `wortley lead open --title …`, or import"
            " tenders with `wortley lead import FILE`."
        )
    if args.get("drafts"):
        _drafts(page, drafts, after=bool(leads))


def _drafts(page: Page, rows: Sequence[Row], *, after: bool) -> None:
    waiting = [one for one in rows if not one.get("lead")]
    newer = [one for one in rows if one.get("changed")]
    if after:
        page.say()
    if waiting:
        page.say("Drafts, which only this node has")
        put_table(page, DRAFTS, waiting)
        late = sum(bool(_too_late(one)) for one in waiting)
        page.say(
            f"{_late(late, len(waiting))}Publish one: `wortley lead publish PROCESS`."
        )
    elif rows:
        page.say("No drafts: all that was imported is published.")
    else:
        page.say("No drafts. Import tenders with `wortley lead import FILE`.")
    if newer:
        page.say()
        page.say("Published, and changed by their notice since")
        put_table(page, NEWER, newer)
        page.say("Bring one up to date: `wortley lead publish PROCESS`.")


def _late(late: int, count: int) -> str:
    if not late:
        return ""
    them = "One of them is" if late == 1 else f"{late:,} of them are"
    only = "It is" if count == 1 else them
    return f"{only} too late to bid for. "


LISTS: Final[dict[str, View]] = {
    "capacity.list": _offers,
    "booking.list": listed(
        "bookings",
        BOOKINGS,
        "No bookings yet. Note time that you use yourselves: `wortley booking set"
        " --per-week 20h --from DATE --to DATE`.",
        narrowed="No such bookings. Without --coop, those of all co-ops are listed.",
    ),
    "wish.list": listed(
        "wishes",
        WISHES,
        "No wishes yet. Say how busy you wish to be: `wortley wish set --wanted 60h"
        " --from DATE --to DATE`.",
        narrowed="No such wishes. `wortley wish list` shows those of all co-ops.",
    ),
    "lead.list": _leads,
    "project.list": listed(
        "projects",
        PROJECTS,
        "No projects yet. Put one up: `wortley project open --title … --goal MONEY`.",
        narrowed="No such projects. Without --state and --coop, all are listed.",
    ),
    "pledge.list": listed(
        "pledges",
        PLEDGES,
        "No such pledges. Pledge work to a lead with `wortley pledge work LEAD EFFORT`,"
        " money to a project with `wortley pledge money PROJECT MONEY`.",
    ),
    "commitments": listed(
        "commitments",
        PLEDGES,
        "No commitments yet. One comes of a pledge that is accepted and then confirmed:"
        " `wortley pledge list` shows where each stands.",
    ),
}
