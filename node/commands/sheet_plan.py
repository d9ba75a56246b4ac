"""What an imported table comes to: events to publish, and cells that are wrong.

A row without an id is something new, unless this co-op's log holds the very same: the
same row again changes nothing. A row with an id is what it names, changed where it can
be. What a rule or a command refuses is told at the row and the column that it is about.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from node.act import Draft
from node.errors import UserFault
from node.exchange.sheets import reading
from node.exchange.sheets.column import Column, Values
from node.exchange.sheets.reading import Problem, Row
from node.exchange.sheets.values import Wrong
from node.node import Node
from node.views import ids, texts, titles
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.state import Entity

_ENTRY: Final = re.compile(r"\[[0-9]+\]\Z")

#: What tells whether two things are the same: their bodies and their words.
Likeness = tuple[object, ...]
#: Makes the events of one thing from the arguments of its command.
Wish = Callable[[], Awaitable[Sequence[Draft]]]


@dataclass(slots=True, kw_only=True)
class Plan:
    """Filled row by row."""

    node: Node
    books: Books
    names: Names
    columns: Sequence[Column]
    problems: list[Problem]
    drafts: list[Draft] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def wrong(self, row: Row, key: str, expected: str, example: str = "") -> None:
        """Note that the cell of a key is wrong."""
        title = next((one.title for one in self.columns if one.key == key), "")
        given = row.values.get(key)
        self.problems.append(
            reading.problem(
                row.number,
                title,
                _written(given),
                Wrong(expected, example),
            )
        )

    def refused(self, row: Row, fault: UserFault, keys: Mapping[str, str]) -> None:
        """Note what a command refused; keys: its field -> the key of a column."""
        # One entry of a list stands in the same cell as the others.
        name = _ENTRY.sub("", str(fault.fields.get("field", "")))
        expected = fault.fields.get("expected")
        if expected is None or keys.get(name, name) not in row.values:
            way_out = f" {fault.way_out}" if fault.way_out else ""
            self.wrong(row, "", f"{fault.detail}{way_out}")
            return
        example = str(fault.fields.get("example", ""))
        self.wrong(row, keys.get(name, name), str(expected), example)

    def sound(self, rows: Iterable[Row]) -> list[Row]:
        """Give the rows of which nothing is wrong so far."""
        wrong = {one.row for one in self.problems}
        return [row for row in rows if row.number not in wrong]

    def needs(self, row: Row, *keys: str) -> bool:
        """Tell whether these cells are filled; note those that are not."""
        empty = [key for key in keys if row.values.get(key) is None]
        for key in empty:
            self.wrong(row, key, "a value: this cell cannot be empty")
        return not empty

    def is_own(self, row: Row) -> bool:
        """Tell whether a new row is this co-op's to write; note where it is not."""
        named = row.values.get("coop")
        own = self.books.coop
        if named is None or named == self.names.of(own):
            return True
        if own in self.names.called(str(named)):
            return True
        called = self.names.of(own)
        self.wrong(row, "coop", "empty, or the name of your own co-op", called)
        return False

    async def named(self, row: Row, family: str) -> Entity | None:
        """Find what the id of a row names; note where it names nothing."""
        try:
            return await ids.find(self.books, str(row.values["id"]), (family,), "id")
        except UserFault as fault:
            self.refused(row, fault, {})
            return None

    async def wish(
        self, row: Row, wish: Wish, keys: Mapping[str, str]
    ) -> Sequence[Draft]:
        """Have a command make its events; note what it refuses."""
        try:
            return await wish()
        except UserFault as fault:
            self.refused(row, fault, keys)
            return []

    def add(self, drafts: Iterable[Draft], known: Counter[Likeness]) -> None:
        """Take new things in, but for those that are there already."""
        for draft in drafts:
            like = likeness(draft)
            if known[like] > 0:
                known[like] -= 1
                self.unchanged += 1
            else:
                self.drafts.append(draft)
                self.created += 1


def _written(given: object) -> str:
    if isinstance(given, tuple):
        return " ".join(given)
    return "" if given is None else str(given)


def likeness(draft: Draft) -> Likeness:
    """Say what an event would make, as `of_entities` says it of what is there."""
    body = msgspec.structs.asdict(draft.body)
    if "to" in body:
        unit, quantity = _quantity(body)
        del body["owner"]
        body |= {"unit": unit, "quantity": quantity}
    return _like(body, draft.texts)


def _quantity(body: dict[str, object]) -> tuple[object, object]:
    if "minutes" in body:
        return "minutes", body.pop("minutes")
    amount = body.pop("amount")
    return getattr(amount, "currency", None), getattr(amount, "amount", None)


def _like(body: Mapping[str, object], words: Mapping[str, str | bytes]) -> Likeness:
    said = [(key, one) for key, one in body.items() if one not in (None, ())]
    return (*sorted(said, key=lambda pair: pair[0]), *sorted(words.items()))


async def of_entities(plan: Plan, family: str) -> Counter[Likeness]:
    """Count what this co-op's log holds of a family, by what it is like.

    What was withdrawn counts as well: a file that is imported again brings back
    nothing that was taken back since.
    """
    found = Counter[Likeness]()
    async for entities in plan.books.state.walk(family, coop=plan.books.coop):
        words = await texts.read(
            plan.books,
            [one for each in entities for one in titles.texts_of(each.body).values()],
        )
        for entity in entities:
            said = {
                role: words.get(commitment, "")
                for role, commitment in titles.texts_of(entity.body).items()
            }
            found[_like(_body(entity), said)] += 1
    return found


def _body(entity: Entity) -> dict[str, object]:
    body = msgspec.structs.asdict(entity.body)
    terms = body.pop("terms", None)
    if isinstance(terms, msgspec.Struct):
        body = msgspec.structs.asdict(terms)
    for kept in ("texts", "confirmed", "accepted", "owner"):
        body.pop(kept, None)
    return body


def same(given: Values, there: Values, keys: Iterable[str]) -> list[str]:
    """Name the keys that are given, and not what is there."""
    return [key for key in keys if key in given and given[key] != there.get(key)]


def compare(
    plan: Plan,
    rows: Sequence[tuple[Row, Entity]],
    there: Mapping[str, Values],
    keys: Sequence[str],
    way_out: str,
) -> None:
    """Go through rows of what does not change: they are as they are, or wrong."""
    for row, entity in rows:
        different = same(row.values, there[forms.text("evt", entity.id)], keys)
        if not different:
            plan.unchanged += 1
            continue
        whose = plan.names.of(entity.coop)
        for key in different:
            if entity.coop != plan.books.coop:
                plan.wrong(row, key, f"as {whose} has it: only its own node changes it")
            else:
                plan.wrong(row, key, f"as it was: {way_out}")
