"""Deadlines and offers whose last day comes near, and notices that changed."""

import datetime
import shlex
from collections.abc import Sequence
from typing import Final

from node.store.node_db import Draft
from node.views import coverage, efforts, texts, titles
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, is_near, quoted, when
from protocol.joins.coverage import Cover
from protocol.rules.capacity import Capacity
from protocol.rules.leads import Lead
from protocol.state import Entity

#: Leads whose deadline still means something: nothing is handed in yet.
_AHEAD: Final = ("open", "bidding")


async def _deadlines(desk: Desk) -> list[Found[Entity]]:
    """Find leads of this co-op whose deadline is near, or over."""
    books = desk.books
    return [
        Found(urgency="due", id=one.id, what=one, since=moved, due=deadline)
        for one, moved in await books.state.own("lead", _AHEAD, books.coop)
        if isinstance(one.body, Lead)
        and (deadline := one.body.terms.deadline) is not None
        and is_near(desk, deadline)
    ]


async def _tell_deadlines(desk: Desk, found: Sequence[Entity]) -> list[Told]:
    titled = await titles.of(desk.books, found)
    covered = await coverage.of(desk.books, found)
    told = []
    for one in found:
        day = one.body.terms.deadline if isinstance(one.body, Lead) else None
        near = day or desk.day
        covers = covered[one.id][0]
        told.append(
            Told(
                f"The deadline of {quoted(titled[one.id])} {when(desk, near)}.",
                _lacking(covers)
                if desk.day <= near
                else "It is still open here. Say what became of it with `wortley lead"
                " advance`, and it leaves this list.",
                f"wortley lead show {brief('evt', one.id)}",
            )
        )
    return told


def _lacking(covers: Sequence[Cover]) -> str:
    missing = sum(cover.missing for cover in covers)
    if not any(cover.wanted for cover in covers):
        return "It does not say yet how much work it asks for."
    if not missing:
        return "Nothing that it asks for is missing."
    return f"{efforts.write(missing)} of what it asks for are missing."


async def _endings(desk: Desk) -> list[Found[Capacity]]:
    """Find offers of this co-op that end soon."""
    books = desk.books
    return [
        Found(
            urgency="own",
            id=one.id,
            what=one.body,
            since=moved,
            due=one.body.ends,
        )
        for one, moved in await books.state.own("capacity", ("open",), books.coop)
        if isinstance(one.body, Capacity)
        and desk.day <= one.body.ends
        and is_near(desk, one.body.ends)
    ]


async def _tell_endings(desk: Desk, found: Sequence[Capacity]) -> list[Told]:
    return [
        Told(
            f"The last day of {efforts.write(body.minutes)} a week of"
            f" {body.skill} that are offered {when(desk, body.ends)}.",
            "Nobody finds this co-op for work after that day.",
            f"wortley capacity offer --skill {body.skill} --per-week"
            f" {body.minutes}m --from {_after(body.ends)} --to DATE",
        )
        for body in found
    ]


def _after(day: datetime.date) -> datetime.date:
    return day if day == datetime.date.max else day + datetime.timedelta(days=1)


async def _drafts(desk: Desk) -> list[Found[Draft]]:
    """Find notices that say something else than their leads."""
    return [
        Found(urgency="own", id=one.lead, what=one)
        for one in desk.drafts
        if one.digest != one.published
    ]


async def _tell_drafts(_desk: Desk, found: Sequence[Draft]) -> list[Told]:
    return [
        Told(
            f"The notice of {quoted(texts.shortened(one.title))} says"
            " something else than its lead.",
            "It was changed after the lead was published.",
            f"wortley lead publish {shlex.quote(texts.line(one.process))}",
        )
        for one in found
    ]


DEADLINES: Final = Matter(
    family="lead",
    find=_deadlines,
    tell=_tell_deadlines,
    one="deadline near",
    many="deadlines near",
)
ENDINGS: Final = Matter(
    family="capacity",
    find=_endings,
    tell=_tell_endings,
    one="offer that ends",
    many="offers that end",
)
DRAFTS: Final = Matter(
    family="draft",
    find=_drafts,
    tell=_tell_drafts,
    one="notice that changed",
    many="notices that changed",
    logged=False,
)
