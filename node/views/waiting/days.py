"""Deadlines and offers whose last day comes near, and notices that changed."""

import datetime
import shlex
from typing import Final

from node.views import coverage, efforts, texts, titles
from node.views.short import brief
from node.views.waiting.desk import ALL, Desk, Waiting, is_near, quoted, since, when
from protocol import ids as forms
from protocol.rules.capacity import Capacity
from protocol.rules.leads import Lead

#: Leads whose deadline still means something: nothing is handed in yet.
_AHEAD: Final = ("open", "bidding")


async def deadlines(desk: Desk) -> list[Waiting]:
    """Find leads of this co-op whose deadline is near, or over."""
    books = desk.books
    own = await books.state.entities("lead", states=_AHEAD, coop=books.coop, most=ALL)
    near = [
        (one, deadline)
        for one in own
        if isinstance(one.body, Lead)
        and (deadline := one.body.terms.deadline) is not None
        and is_near(desk, deadline)
    ]
    entities = [one for one, _ in near]
    titled = await titles.of(books, entities)
    covered = await coverage.of(books, entities)
    lived = await books.state.times(one.id for one in entities)
    return [
        Waiting(
            family="lead",
            urgency="due",
            id=forms.text("evt", one.id),
            sentence=f"The deadline of {quoted(titled[one.id])}"
            f" {when(desk, deadline)}.",
            why=_lacking(sum(cover.missing for cover in covered[one.id][0]))
            if desk.day <= deadline
            else "It is still open; moving it on takes it from this list.",
            since=since(lived, one.id),
            due=deadline,
            command=f"wortley lead show {brief('evt', one.id)}",
        )
        for one, deadline in near
    ]


async def endings(desk: Desk) -> list[Waiting]:
    """Find offers of this co-op that end soon."""
    books = desk.books
    own = await books.state.entities(
        "capacity", states=("open",), coop=books.coop, most=ALL
    )
    near = [
        (one, one.body)
        for one in own
        if isinstance(one.body, Capacity)
        and desk.day <= one.body.ends
        and is_near(desk, one.body.ends)
    ]
    lived = await books.state.times(one.id for one, _ in near)
    return [
        Waiting(
            family="capacity",
            urgency="own",
            id=forms.text("evt", one.id),
            sentence=f"The last day of {efforts.write(body.minutes)} a week of"
            f" {body.skill} that are offered {when(desk, body.ends)}.",
            why="Nobody finds this co-op for work after that day.",
            since=since(lived, one.id),
            due=body.ends,
            command=f"wortley capacity offer --skill {body.skill} --per-week"
            f" {body.minutes}m --from {_after(body.ends)} --to DATE",
        )
        for one, body in near
    ]


def _lacking(missing: int) -> str:
    if not missing:
        return "Nothing that it asks for is missing."
    return f"{efforts.write(missing)} of what it asks for are missing."


def _after(day: datetime.date) -> datetime.date:
    return day if day == datetime.date.max else day + datetime.timedelta(days=1)


async def drafts(desk: Desk) -> list[Waiting]:
    """Find notices that say something else than their leads."""
    return [
        Waiting(
            family="draft",
            urgency="own",
            id=None if one.lead is None else forms.text("evt", one.lead),
            sentence=f"The notice of {quoted(texts.shortened(one.title))} says"
            " something else than its lead.",
            why="It was changed after the lead was published.",
            since=None,
            due=None,
            command=f"wortley lead publish {shlex.quote(texts.line(one.process))}",
        )
        for one in desk.drafts
        if one.digest != one.published
    ]
