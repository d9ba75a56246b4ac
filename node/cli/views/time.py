"""Everybody's time as tables of weeks, and consortia."""

from collections.abc import Mapping, Sequence
from typing import Final

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import Page
from node.cli.views.columns import View, of, put_pairs, put_table, rows_of

_HOUR: Final = 60
#: Aim -> what there is not, where an answer was proved to be the best.
_BETTER: Final = {
    "fewest": "with fewer parties covers as much",
    "fairest": "serves those better who wish for work most",
    "cheapest": "costs less",
}

PARTIES: Final = (
    of("Co-op", "name"),
    of("Work", "minutes", forms.effort),
    of("Cost", "cost", forms.money),
    of("Wishes", "wanted", forms.effort),
    of("Has", "busy", forms.effort),
)
FITS: Final = (
    of("Score", "score"),
    of("Co-op", "name"),
    of("Line", "line"),
    of("Skill", "skill"),
    of("Missing", "missing", forms.effort),
    of("Free", "free", forms.effort),
    of("Because", "because"),
)


def _days(left: object) -> str:
    """Write the days that are left, or since when none is."""
    if not isinstance(left, int) or left >= 0:
        return forms.line(left)
    return "closed yesterday" if left == -1 else f"closed {-left:,} days ago"


RANKING: Final = (
    of("Covered", "share", forms.percent),
    of("ID", "id", forms.brief),
    of("Title", "title"),
    of("Co-ops", "coops"),
    of("Wanted", "wanted", forms.wanted, spare=True),
    of("Nobody has", "lacking", forms.several),
    of("Value", "value", forms.money, spare=True),
    of("Deadline", "deadline"),
    of("Days", "days", _days),
)
SHARES: Final = (
    of("Line", "line"),
    of("Skill", "skill"),
    of("Co-op", "name"),
    of("Work", "minutes", forms.effort),
    of("Cost", "cost", forms.money),
)


def _hours(minutes: object) -> str:
    """Write a cell of a heat map: whole hours, half ones up; a dot for nothing."""
    if not isinstance(minutes, int):
        return ""
    # `round` would take halves to the next even hour: 22.5 down and 7.5 up.
    return f"{(minutes + _HOUR // 2) // _HOUR:,}" if minutes else "·"


def _grid(page: Page, rows: Sequence[Row], first: str, key: str, field: str) -> None:
    """Write one field of weeks as a table, a column per week."""
    weeks = [forms.line(one.get("week")) for one in rows_of(rows[0], "weeks")]
    page.table(
        [first, *(week.partition("-")[2] or week for week in weeks)],
        [
            [
                forms.line(row.get(key)),
                *(_hours(one.get(field)) for one in rows_of(row, "weeks")),
            ]
            for row in rows
        ],
        right=frozenset(range(1, len(weeks) + 1)),
    )


def _calendar(page: Page, _args: Mapping[str, object], result: Row) -> None:
    coops, skills = rows_of(result, "coops"), rows_of(result, "skills")
    mondays = result.get("mondays")
    if not coops or not isinstance(mondays, list) or not mondays:
        page.say("Nobody is a member yet: `wortley network create` or `wortley join`.")
        return
    page.say(f"Hours a week from Monday {forms.line(mondays[0])} on.")
    if not skills:
        page.say(
            "Nobody offers time in these weeks: `wortley capacity offer --skill SKILL"
            " --per-week 20h --from DATE --to DATE`."
        )
    if skills:
        page.say("\nFree, by skill:")
        _grid(page, skills, "Skill", "skill", "free")
        page.say("\nFree, by co-op:")
        _grid(page, coops, "Co-op", "name", "free")
    if _some(coops, "over"):
        page.say("\nPromised beyond what is offered:")
        _grid(page, coops, "Co-op", "name", "over")
    wishing = [row for row in coops if _some([row], "gap", zero=True)]
    if wishing:
        page.say("\nMissing to the wish (negative: too much):")
        _grid(page, wishing, "Co-op", "name", "gap")


def _some(rows: Sequence[Row], field: str, *, zero: bool = False) -> bool:
    values = [one.get(field) for row in rows for one in rows_of(row, "weeks")]
    return any(value is not None if zero else value for value in values)


def _team(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"{forms.line(result.get('title'))}: {_verdict(result)}")
    parties = rows_of(result, "parties")
    if parties:
        page.say()
        put_table(page, PARTIES, parties)
        page.say()
        put_table(page, SHARES, rows_of(result, "shares"))
        put_pairs(page, (of("In all", "cost", forms.money),), result)
    unpriced = result.get("without_rate")
    if isinstance(unpriced, list) and unpriced:
        page.say(f"Without a rate, and not in the sum: {forms.several(unpriced)}.")
    for row in rows_of(result, "missing"):
        page.say(_lacking(row))
    if not result.get("proven"):
        page.say(_unproven(result))
    elif parties:
        page.say(f"Proved: nothing {_BETTER.get(str(result.get('aim')), 'better')}.")


def _verdict(result: Row) -> str:
    wanted, covered = result.get("wanted"), result.get("covered")
    if not wanted:
        return "all of it is covered already."
    if result.get("whole"):
        return f"{forms.effort(wanted)} can be covered."
    return f"{forms.effort(covered) or '0 h'} of {forms.effort(wanted)} can be covered."


def _lacking(row: Row) -> str:
    line, minutes, weeks = row.get("line"), row.get("minutes"), row.get("weeks")
    begin = (
        f"Line {line} ({forms.line(row.get('skill'))}) lacks {forms.effort(minutes)}"
    )
    if not isinstance(weeks, int):
        return f"{begin}; no move within half a year helps."
    helpers = row.get("helpers")
    named = (
        ", ".join(f"{name} {forms.effort(some)}" for name, some in helpers.items())
        if isinstance(helpers, dict)
        else ""
    )
    way = f"{abs(weeks)} week{'' if abs(weeks) == 1 else 's'}"
    later = "later" if weeks > 0 else "earlier"
    return f"{begin}; {way} {later} there would be {forms.line(named)}."


def _unproven(result: Row) -> str:
    if result.get("aim") == "fewest":
        return (
            f"The search was cut off: it may go with fewer, but not with less than"
            f" {forms.line(result.get('bound'))}. Give it more time: --seconds 20."
        )
    return "The search was cut off, so there may be better. More time: --seconds 20."


def _fits(page: Page, args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "fits")
    if not found:
        page.say(
            "Nobody here has the skills yet. Who offers what: `wortley capacity list`."
            if args.get("lead")
            else "No open lead of others suits yet. Offer time: `wortley capacity offer"
            " --skill SKILL --per-week 20h --from DATE --to DATE`."
        )
        return
    called = "name" if args.get("lead") else "title"
    lines = [
        {
            **line,
            "name": fit.get(called),
            "score": fit.get("score"),
            "because": _parts(line),
        }
        for fit in found
        for line in rows_of(fit, "lines")
        if line.get("score")
    ]
    columns = [
        one._replace(title="Lead")
        if one.keys == ("name",) and called != "name"
        else one
        for one in FITS
    ]
    put_table(page, columns, lines)


def _parts(line: Row) -> str:
    parts = line.get("parts")
    if not isinstance(parts, dict):
        return ""
    return ", ".join(f"{part} {value}" for part, value in parts.items())


def _ranking(page: Page, _args: Mapping[str, object], result: Row) -> None:
    found = rows_of(result, "ranking")
    if found:
        put_table(page, RANKING, found)
    else:
        page.say(
            "No leads to rank. Import tenders with `wortley lead import FILE`, then"
            " `wortley lead rank --drafts`."
        )


TIME: Final[dict[str, View]] = {
    "calendar.show": _calendar,
    "consortium.find": _team,
    "lead.fits": _fits,
    "lead.suited": _fits,
    "lead.rank": _ranking,
}
