"""Drafts: imported tenders that only this node has, for a person to choose from.

1. those that can be bid for, whose deadline comes next first
2. those that name no deadline
3. those past their deadline, the latest first
4. those that their notice says are decided
5. those that are leads already
"""

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from node import money
from node.money import Amount
from node.store.node_db import Draft
from node.views import ids
from node.views.books import Books

#: A process is shown by this much of it, and more where that names several. Those of
#: one publisher have some dozen characters in common.
_SHORT_CHARS: Final = 20


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """An imported process; `lead` once it is one, `changed` if more is known since.

    short: so much of `process` that it names one draft, fit to be typed. state: of the
    lead that it would become: the notice may say that it is lost. past: its deadline is
    over.
    """

    process: str
    short: str
    title: str
    buyer: str
    value: Amount | None
    deadline: datetime.date | None
    past: bool
    state: str
    lead: str | None
    changed: bool


async def rows(
    books: Books, drafts: Sequence[Draft], today: datetime.date
) -> list[DraftRow]:
    """List drafts in the order in which a person would look at them."""
    leads = await ids.shorts(books, [one.lead for one in drafts if one.lead])
    short = shorts([one.process for one in drafts])
    listed = [_row(one, short[one.process], leads, today) for one in drafts]
    return sorted(listed, key=_place)


def _row(
    draft: Draft, short: str, leads: dict[bytes, str], today: datetime.date
) -> DraftRow:
    day = draft.deadline
    deadline = None if day is None else datetime.date.fromisoformat(day)
    return DraftRow(
        process=draft.process,
        short=short,
        title=draft.title,
        buyer=draft.buyer,
        value=_value(draft),
        deadline=deadline,
        past=deadline is not None and deadline < today,
        state=draft.state,
        lead=None if draft.lead is None else leads[draft.lead],
        changed=draft.lead is not None and draft.digest != draft.published,
    )


def _value(draft: Draft) -> Amount | None:
    if draft.minor is None or draft.currency is None:
        return None
    return money.write(draft.minor, draft.currency)


def _place(row: DraftRow) -> tuple[int, int, str]:
    group = (row.lead is not None, row.state != "open", row.past, row.deadline is None)
    place = next((4 - at for at, one in enumerate(group) if one), 0)
    day = 0 if row.deadline is None else row.deadline.toordinal()
    return place, -day if row.past else day, row.process


def shorts(processes: Sequence[str]) -> dict[str, str]:
    """Give the beginning of each that its neighbours in the alphabet do not share."""
    ordered = ["", *sorted(processes), ""]
    same = [_alike(*pair) for pair in pairwise(ordered)]
    beside = zip(ordered[1:-1], pairwise(same), strict=True)
    return {
        process: process[: max(_SHORT_CHARS, *(one + 1 for one in both))]
        for process, both in beside
    }


def _alike(one: str, other: str) -> int:
    """Count the characters that two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
