"""Everybody's time as tables of weeks, and consortia."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from node.cli import forms
from node.cli.forms import Row
from node.cli.page import GAP, Page
from node.cli.views.columns import Column, View, of, put_pairs, put_table, rows_of

_HOUR: Final = 60
#: The most that a part of a score can be.
_FULL: Final = 100
_SCORE_CHARS: Final = 3
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
    of("Wishes for", "wanted", forms.effort),
    of("Has already", "busy", forms.effort),
)
FITS: Final = (
    of("Score", "score"),
    of("Co-op", "name"),
    of("Line", "line", spare=True),
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


def _covered(row: Row) -> str:
    """Write the part that can be covered, of what is wanted if that is said at all."""
    return forms.percent(row.get("share")) if row.get("wanted") else ""


RANKING: Final = (
    Column("Covered", ("share", "wanted"), _covered, right=True),
    of("ID", "short"),
    of("Title", "title"),
    of("Co-ops with time", "coops", spare=True),
    of("Wanted", "wanted", forms.wanted, spare=True),
    of("Nobody has", "lacking", forms.several, spare=True),
    of("Value", "value", forms.money, spare=True),
    of("Deadline", "deadline"),
    of("Days left", "days", _days),
)
SHARES: Final = (
    of("Line", "line"),
    of("Skill", "skill"),
    of("Co-op", "name"),
    of("Work", "minutes", forms.effort),
    of("Cost", "cost", forms.money),
)


class Heat(NamedTuple):
    """One field of the calendar as a table: a row is shown where a cell is worth it."""

    said: str
    rows: str
    field: str
    #: Fields of which one has a number other than 0 in such a cell.
    worth: tuple[str, ...]
    #: Also where the field says 0, and not that there is nothing to say.
    zero: bool = False

    def shows(self, row: Row) -> bool:
        """Tell whether a row has something to show."""
        return any(
            any(cell.get(one) for one in self.worth)
            or (self.zero and cell.get(self.field) is not None)
            for cell in rows_of(row, "weeks")
        )


#: Rows of the calendar -> how their first column is headed, and what it holds.
_FIRST: Final = {"skills": ("Skill", "skill"), "coops": ("Co-op", "name")}
_USED: Final = ("offered", "committed")
HEATS: Final = (
    Heat("Free, by skill", "skills", "free", _USED),
    Heat("Free, by co-op", "coops", "free", _USED),
    Heat("Own use, confirmed, by skill", "skills", "confirmed", ("confirmed",)),
    Heat("Own use, confirmed, by co-op", "coops", "confirmed", ("confirmed",)),
    Heat("Tentative, by its odds, by skill", "skills", "expected", ("expected",)),
    Heat("Tentative, by its odds, by co-op", "coops", "expected", ("expected",)),
    Heat("Promised beyond what is offered", "coops", "over", ("over",)),
    Heat("Missing to the wish (negative: too much)", "coops", "gap", (), zero=True),
    Heat("What free time of a skill could fill of that", "skills", "gap", ("gap",)),
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
    titles = [week.partition("-")[2] or week for week in weeks]
    names = [forms.line(row.get(key)) for row in rows]
    hours = [[_hours(one.get(field)) for one in rows_of(row, "weeks")] for row in rows]
    at_once = _fitting(page, [first, *names], [titles, *hours])
    for begin in range(0, len(weeks), at_once):
        if begin:
            page.say()
        bunch = slice(begin, begin + at_once)
        page.table(
            [first, *titles[bunch]],
            [[name, *row[bunch]] for name, row in zip(names, hours, strict=True)],
            right=frozenset(range(1, len(titles[bunch]) + 1)),
        )


def _fitting(page: Page, names: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """Say how many weeks to put beside each other, so that each table has as many."""
    weeks = max(map(len, cells), default=0)
    if page.width is None or not weeks:
        return max(1, weeks)
    widest = max(len(cell) for row in cells for cell in row)
    room = page.width - max(map(len, names))
    most = max(1, room // (widest + len(GAP)))
    return math.ceil(weeks / math.ceil(weeks / most))


def _calendar(page: Page, _args: Mapping[str, object], result: Row) -> None:
    coops, mondays = rows_of(result, "coops"), result.get("mondays")
    if not coops or not isinstance(mondays, list) or not mondays:
        page.say("Nobody is a member yet: `wortley network create` or `wortley join`.")
        return
    page.say(f"Hours a week from Monday {forms.line(mondays[0])} on.")
    if not any(map(HEATS[0].shows, rows_of(result, "skills"))):
        page.say(
            "Nobody offers time in these weeks: `wortley capacity offer --skill SKILL"
            " --per-week 20h --from DATE --to DATE`."
        )
    for heat in HEATS:
        rows = [row for row in rows_of(result, heat.rows) if heat.shows(row)]
        if rows:
            page.say(f"\n{heat.said}:")
            _grid(page, rows, *_FIRST[heat.rows], heat.field)


def _team(page: Page, _args: Mapping[str, object], result: Row) -> None:
    page.say(f"{forms.line(result.get('title'))}: {_verdict(result)}")
    parties = rows_of(result, "parties")
    if parties:
        page.say()
        put_table(page, PARTIES, parties)
        page.say()
        put_table(page, SHARES, rows_of(result, "shares"))
        in_all = "In all, at least" if result.get("cost_at_least") else "In all"
        put_pairs(page, (of(in_all, "cost", forms.money),), result)
    unpriced = result.get("without_rate")
    if isinstance(unpriced, list) and unpriced:
        page.say(f"Without a rate, and not in the sum: {forms.several(unpriced)}.")
    rests = bool(result.get("assumed")) and result.get("aim") == "cheapest"
    if parties and rests:
        _assume(page, result)
    for row in rows_of(result, "missing"):
        page.say(_lacking(row))
    if not result.get("proven"):
        page.say(_unproven(result))
    elif parties:
        better = _BETTER.get(str(result.get("aim")), "better")
        page.say(f"{'So far proved' if rests else 'Proved'}: nothing {better}.")


def _assume(page: Page, result: Row) -> None:
    """Say on what the cheapest rests: who names no rate may be cheaper than thought."""
    assumed, rate = forms.several(result.get("assumed")), result.get("assumed_rate")
    page.say(
        f"Not all rates are known: {assumed} counted as much as the dearest that is,"
        f" {forms.rate(rate)}, and may ask less or more."
        if rate
        else f"Nobody named a rate in this currency, so none is cheaper: {assumed}."
    )
    page.say("Ask again once they have: `wortley capacity offer --rate`.")


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
    listed = sorted(parts.items(), key=lambda one: str(one[1]).rjust(_SCORE_CHARS))
    short = [f"{part} {value}" for part, value in listed if value != _FULL]
    whole = [part for part, value in listed if value == _FULL]
    if len(whole) > 1:
        return ", ".join([*short, f"{'the rest' if short else 'all'} {_FULL}"])
    return ", ".join([*short, *(f"{part} {_FULL}" for part in whole)])


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
