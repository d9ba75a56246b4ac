"""Leads from the rows of a table: a row per requirement line, the lead in each.

Rows of one id, or without ids of one title, are one lead, in whatever order they stand.
A lead with an id is changed where it differs; a line whose row is gone is taken away.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final, cast

from node.act import Draft
from node.commands import fields, leads
from node.commands.fields import Sum
from node.commands.forms import FORMS
from node.commands.leads import Line
from node.commands.sheet_plan import Plan, of_entities, same
from node.commands.sheet_rows import text_of
from node.errors import UserFault
from node.exchange.sheets import rows as sheet_rows
from node.exchange.sheets.column import Values
from node.exchange.sheets.reading import Row
from protocol import ids as forms
from protocol.state import Entity

#: What is said of a lead itself, the same in all of its rows.
_HEAD: Final = (
    "title",
    "buyer",
    "value",
    "currency",
    "deadline",
    "starts",
    "ends",
    "cpv",
    "link",
    "description",
)
#: What is said of a line.
_LINE: Final = ("line", "skill", "minutes", "line_starts", "line_ends", "must")
_NUMBERS: Final = frozenset({None, *range(1, 65)})
_KEYS: Final = {"value.amount": "value", "value.currency": "currency"}
_WORDS: Final = frozenset({"title", "buyer", "link", "description"})


async def leads_of(plan: Plan, table: Sequence[Row]) -> None:
    """Plan the rows of leads."""
    groups: dict[str, list[Row]] = {}
    bad = {one.row for one in plan.problems}
    for row in table:
        key = row.values.get("id") or row.values.get("title")
        if key is None:
            plan.needs(row, "title")
            continue
        groups.setdefault(str(key).casefold(), []).append(row)
    known = await of_entities(plan, "lead")
    for rows in groups.values():
        if bad.isdisjoint(row.number for row in rows) and _check(plan, rows):
            first = rows[0]
            if first.values.get("id") is not None:
                await _change(plan, rows)
            elif plan.is_own(first):
                plan.add(await _open(plan, rows), known)


def _check(plan: Plan, rows: Sequence[Row]) -> bool:
    """Hold the rows of one lead against each other, and each of its lines alone."""
    before = len(plan.problems)
    head = _head(rows)
    numbers = set[object]()
    for row in rows:
        for key in _HEAD:
            given = row.values.get(key)
            if given is not None and given != head.get(key):
                plan.wrong(row, key, f"as in row {rows[0].number}, or empty")
        _check_line(plan, row)
        number = row.values.get("line")
        if number is not None and number in numbers:
            plan.wrong(row, "line", "a number that no other line of the lead has")
        numbers.add(number)
    return len(plan.problems) == before


def _check_line(plan: Plan, row: Row) -> None:
    said = [key for key in _LINE if row.values.get(key) is not None and key != "must"]
    if said and "skill" not in said:
        plan.needs(row, "skill")
    elif row.values.get("line", 1) not in _NUMBERS:
        plan.wrong(row, "line", *FORMS["line"])
    elif said:
        try:
            fields.slug("skill", str(row.values["skill"]))
            given = [row.values.get(key) for key in ("line_starts", "line_ends")]
            fields.check_window(*map(fields.day_or_none, ("", ""), map(text_of, given)))
        except UserFault as fault:
            plan.refused(row, fault, {"ends": "line_ends"})


def _head(rows: Sequence[Row]) -> dict[str, object]:
    """Take what is said of the lead from the first row that says it."""
    found: dict[str, object] = {}
    for row in rows:
        for key in _HEAD:
            if key in row.values and found.get(key) is None:
                found[key] = row.values[key]
    return found


def _lines(rows: Sequence[Row], taken: Sequence[int] = ()) -> tuple[Line, ...]:
    """Make the lines; one without a number gets the first that nobody has."""
    lines = [row for row in rows if row.values.get("skill") is not None]
    named = {row.values.get("line") for row in lines} | set(taken)
    # As many as there are rows; that a lead has fewer is the command's to say.
    free = (one for one in count(1) if one not in named)
    return tuple(
        Line(
            skill=str(row.values["skill"]),
            line=cast("int", row.values.get("line") or next(free)),
            minutes=cast("int | None", row.values.get("minutes")),
            starts=text_of(row.values.get("line_starts")),
            ends=text_of(row.values.get("line_ends")),
            must=row.values.get("must") is not False,
        )
        for row in lines
    )


async def _open(plan: Plan, rows: Sequence[Row]) -> Sequence[Draft]:
    head = _head(rows)
    args = leads.OpenLead(
        title=str(head["title"]),
        description=_words(head, "description"),
        buyer=_words(head, "buyer"),
        link=_words(head, "link"),
        requirements=_lines(rows),
        value=_sum(head),
        deadline=text_of(head.get("deadline")),
        starts=text_of(head.get("starts")),
        ends=text_of(head.get("ends")),
        cpv=cast("tuple[str, ...] | None", head.get("cpv")) or (),
    )
    return await plan.wish(rows[0], lambda: leads.open_lead(plan.node, args), _KEYS)


def _words(head: Values, key: str) -> str | None:
    return cast("str | None", head.get(key))


def _sum(head: Values) -> Sum | None:
    amount = head.get("value")
    if amount is None:
        return None
    return Sum(amount=str(amount), currency=_words(head, "currency"))


async def _change(plan: Plan, rows: Sequence[Row]) -> None:
    first = rows[0]
    entity = await plan.named(first, "lead")
    if entity is None:
        return
    there = await sheet_rows.lead_rows(plan.books, plan.names, [entity])
    head, lines = _head(rows), _different_lines(rows, there)
    different = same(_comparable(head), _comparable(there[0]), _HEAD)
    if not different and lines is None:
        plan.unchanged += 1
    elif entity.coop != plan.books.coop:
        whose = plan.names.of(entity.coop)
        key = different[0] if different else "skill"
        plan.wrong(first, key, f"as {whose} has it: only its own node changes it")
    else:
        await _say_anew(plan, rows, entity, different, lines)


def _comparable(values: Values) -> dict[str, object]:
    # No currency where there is no amount, whatever stands in its column.
    found = dict(values)
    if found.get("value") is None and "currency" in found:
        found["currency"] = None
    return found


def _different_lines(
    rows: Sequence[Row], there: Sequence[Values]
) -> tuple[Line, ...] | None:
    """Give the lines anew where one of them differs; None where all are the same."""
    if "skill" not in rows[0].values:
        return None
    old = [values for values in there if values.get("line") is not None]
    numbers = [cast("int", values["line"]) for values in old]
    by_number = {values["line"]: values for values in old}
    given = [row.values for row in rows if row.values.get("skill") is not None]
    unlike = [
        values
        for values in given
        if values.get("line") not in by_number
        or same(_line(values), by_number[values["line"]], _LINE)
    ]
    if not unlike and len(given) == len(old):
        return None
    return _lines(rows, numbers)


def _line(values: Values) -> dict[str, object]:
    # An empty cell says yes, as a line that is added does.
    return {**values, "must": values.get("must") is not False}


async def _say_anew(
    plan: Plan,
    rows: Sequence[Row],
    entity: Entity,
    different: Sequence[str],
    lines: tuple[Line, ...] | None,
) -> None:
    head = _head(rows)
    given: dict[str, str] = {
        key: text_of(head.get(key)) or ""
        for key in different
        if key in _WORDS | {"deadline", "starts", "ends"}
    }
    value = {"value", "currency"} & set(different)
    args = leads.ChangeLead(
        lead=forms.text("evt", entity.id),
        requirements=lines,
        value=(_sum(head) or Sum(amount="")) if value else None,
        cpv=_codes(head) if "cpv" in different else None,
        **cast("Mapping[str, str]", given),
    )
    drafts = await plan.wish(rows[0], lambda: leads.change_lead(plan.node, args), _KEYS)
    plan.drafts.extend(drafts)
    plan.changed += len(drafts)


def _codes(head: Values) -> tuple[str, ...]:
    return cast("tuple[str, ...] | None", head.get("cpv")) or ()
