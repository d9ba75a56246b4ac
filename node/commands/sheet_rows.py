"""Capacity offers and pledges from the rows of a table (leads: sheet_leads)."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, cast

from node.act import Draft
from node.commands import capacity, pledges
from node.commands.fields import Charge
from node.commands.sheet_plan import Plan, compare, of_entities
from node.errors import UserFault
from node.exchange.sheets import rows as sheet_rows
from node.exchange.sheets.column import Values
from node.exchange.sheets.reading import Row
from node.exchange.sheets.values import MINUTES
from node.views import ids, titles
from protocol import ids as forms
from protocol.rules import leads, projects
from protocol.rules.projects import Project
from protocol.state import Entity

#: Field of a command's arguments -> key of the column.
_RATE: Final = {
    "rate.amount": "rate",
    "rate.minutes": "rate_minutes",
    "rate.currency": "currency",
}
_MONEY: Final = {**_RATE, "project": "to", "lead": "to"}
_TERMS: Final = ("starts", "ends", "rate", "currency", "rate_minutes", "note")


def text_of(found: object) -> str | None:
    """Write a date or an amount as arguments have it."""
    if isinstance(found, datetime.date):
        return found.isoformat()
    return None if found is None else str(found)


def _charge(values: Values) -> Charge | None:
    rate = text_of(values.get("rate"))
    if rate is None:
        return None
    minutes = values.get("rate_minutes")
    return Charge(
        amount=rate,
        currency=cast("str | None", values.get("currency")),
        minutes=minutes if isinstance(minutes, int) else MINUTES,
    )


# --- capacity -----------------------------------------------------------------------


async def offers(plan: Plan, table: Sequence[Row]) -> None:
    """Plan the rows of capacity offers."""
    named: list[tuple[Row, Entity]] = []
    known = await of_entities(plan, "capacity")
    for row in plan.sound(table):
        if not plan.needs(row, "skill", "minutes", "starts", "ends"):
            continue
        if row.values.get("id") is None:
            if plan.is_own(row):
                plan.add(await _offer(plan, row), known)
        elif (entity := await plan.named(row, "capacity")) is not None:
            named.append((row, entity))
    found = await sheet_rows.capacity_rows(
        plan.books, plan.names, [entity for _, entity in named]
    )
    there = {str(values["id"]): values for values in found}
    way_out = "an offer does not change; withdraw it, and leave the id of the row empty"
    compare(plan, named, there, ("skill", "minutes", *_TERMS), way_out)


async def _offer(plan: Plan, row: Row) -> Sequence[Draft]:
    args = capacity.Offer(
        skill=str(row.values["skill"]),
        minutes=cast("int", row.values["minutes"]),
        starts=text_of(row.values["starts"]) or "",
        ends=text_of(row.values["ends"]) or "",
        rate=_charge(row.values),
        note=cast("str | None", row.values.get("note")),
    )
    return await plan.wish(row, lambda: capacity.offer(plan.node, args), _RATE)


# --- pledges ------------------------------------------------------------------------


async def pledges_of(plan: Plan, table: Sequence[Row]) -> None:
    """Plan the rows of pledges of work and of money."""
    named: list[tuple[Row, Entity]] = []
    known = await of_entities(plan, "pledge")
    targets = await _targets(plan)
    for row in plan.sound(table):
        if row.values.get("id") is not None:
            if (entity := await plan.named(row, "pledge")) is not None:
                named.append((row, entity))
        elif plan.is_own(row) and plan.needs(row, "to"):
            target = await _target(plan, row, targets)
            if target is not None:
                plan.add(await _pledge(plan, row, target), known)
    found = await sheet_rows.pledge_rows(
        plan.books, plan.names, [entity for _, entity in named]
    )
    there = {str(values["id"]): values for values in found}
    way_out = "a pledge does not change; withdraw it, and leave the id of the row empty"
    keys = ("line", "skill", "minutes", "amount", *_TERMS)
    compare(plan, named, there, keys, way_out)


async def _targets(plan: Plan) -> Mapping[str, list[Entity]]:
    """Map the titles of what takes pledges, case aside, to what is called so."""
    found: dict[str, list[Entity]] = {}
    for family, taking in (("lead", leads.TAKING), ("project", projects.TAKING)):
        async for entities in plan.books.state.walk(family):
            open_ones = [one for one in entities if one.state in taking]
            titled = await titles.of(plan.books, open_ones)
            for entity in open_ones:
                found.setdefault(titled[entity.id].casefold(), []).append(entity)
    return found


async def _target(
    plan: Plan, row: Row, targets: Mapping[str, list[Entity]]
) -> Entity | None:
    written = row.values.get("to_id") or row.values["to"]
    fitting = targets.get(str(written).casefold(), [])
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        listed = ", ".join(forms.text("evt", one.id)[:12] for one in fitting)
        expected = f"one lead or project, but {len(fitting)} are called so: write an id"
        plan.wrong(row, "to", expected, listed)
        return None
    expected = "the title or the id of a lead or project that takes pledges"
    if not str(written).startswith("evt_"):
        plan.wrong(row, "to", expected, "evt_k3fw72qa")
        return None
    try:
        return await ids.find(plan.books, str(written), ("lead", "project"), "to")
    except UserFault as fault:
        plan.refused(row, fault, {})
        return None


async def _pledge(plan: Plan, row: Row, target: Entity) -> Sequence[Draft]:
    work, money = row.values.get("minutes"), row.values.get("amount")
    wanted = "minutes" if target.family == "lead" else "amount"
    if (work is None) == (money is None) or row.values.get(wanted) is None:
        only = "hours" if target.family == "lead" else "an amount of money"
        plan.wrong(row, wanted, f"{only} alone, for it goes to a {target.family}")
        return []
    whole = forms.text("evt", target.id)
    if isinstance(work, int):
        offered = pledges.PledgeWork(
            lead=whole,
            minutes=work,
            line=cast("int | None", row.values.get("line")),
            skill=cast("str | None", row.values.get("skill")),
            starts=text_of(row.values.get("starts")),
            ends=text_of(row.values.get("ends")),
            rate=_charge(row.values),
            note=cast("str | None", row.values.get("note")),
        )
        return await plan.wish(
            row, lambda: pledges.pledge_work(plan.node, offered), _MONEY
        )
    code = cast("Project", target.body).currency
    if row.values.get("currency") not in {None, code}:
        plan.wrong(row, "currency", "the currency of the project", code)
        return []
    given = pledges.PledgeMoney(project=whole, amount=text_of(money) or "")
    return await plan.wish(row, lambda: pledges.pledge_money(plan.node, given), _MONEY)
