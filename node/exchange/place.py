"""A place in a release: a JSON value, its path, and typed ways to go on from there.

Nothing is missing loudly: publishers write null, "", [] and {} for "not known", and
all of them read as None or as an empty list. A value of the wrong kind reads as None
too, and is noted with its path, so that one odd field costs that field, not the
release. Only a caller can make more of it (`Broken`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from node.exchange import link, moment, money, text
from node.exchange.notice import Money, Note, Period

if TYPE_CHECKING:
    from datetime import datetime
    from enum import StrEnum

Choice = TypeVar("Choice", bound="StrEnum")

MAX_NOTES: Final = 50
"""More tell nobody more; a release of 64 MiB can be wrong in a million places."""

MAX_ID: Final = 100
"""Characters of an identifier: what a lead may carry (protocol/SPEC.md, 8.1)."""

MAX_LINE: Final = 1000
"""Bytes of a title or a name; the longest title of the sample has 179."""

MAX_LIST: Final = 1000
"""Entries of a list; the largest frameworks have some hundred lots or suppliers."""

ID: Final = re.compile(r"[!#-;=?-~]{1,100}\Z")
"""Printable ASCII without spaces, quotes and angle brackets: identifiers end up in
file names, addresses and pages, and should do no harm where one forgot to escape."""


MAX_LANGUAGES: Final = 24
"""Of one text; the EU has as many official ones."""

_TRANSLATED: Final = re.compile(r"_[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


class Broken(Exception):
    """A release without what makes it one. path: inside the release."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Notes:
    """Where the places of one release write down what they could not read."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}

    def add(self, path: str, reason: str) -> None:
        """Note once; past MAX_NOTES only that there were more."""
        if len(self._notes) >= MAX_NOTES:
            path, reason = "", "more that could not be read"
        self._notes[Note(path=path, reason=reason)] = None

    def all(self) -> tuple[Note, ...]:
        """Return them in the order in which they were made."""
        return tuple(self._notes)


class Place:
    """An object of a release. All readers take the name of one of its fields."""

    def __init__(self, fields: dict[str, object], *, path: str, notes: Notes) -> None:
        self._fields = fields
        self.path = path
        self._notes = notes

    def at(self, key: str) -> str:
        """Return the path of a field."""
        return ".".join(filter(None, (self.path, key)))

    def note(self, key: str, reason: str) -> None:
        """Write down what is wrong with a field."""
        self._notes.add(self.at(key), reason)

    def raw(self, key: str) -> object:
        """Return the value of a field; None for all ways to say nothing."""
        value = self._fields.get(key)
        if isinstance(value, str) and not value.strip():
            return None
        return None if value in ([], {}) else value

    def has(self, key: str) -> bool:
        """Tell whether a field says anything."""
        return self.raw(key) is not None

    def child(self, key: str) -> Place:
        """Return the object in a field, an empty one when there is none."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            self.note(key, "not an object")
        fields = value if isinstance(value, dict) else {}
        return Place(fields, path=self.at(key), notes=self._notes)

    def children(self, key: str, *, limit: int = MAX_LIST) -> list[Place]:
        """Return the objects of a list; entries that are none are noted."""
        places = []
        for index, value in enumerate(self._list(key, limit)):
            if isinstance(value, dict):
                path = f"{self.at(key)}[{index}]"
                places.append(Place(value, path=path, notes=self._notes))
            elif value is not None:
                self.note(f"{key}[{index}]", "not an object")
        return places

    def words(self, key: str, *, limit: int = MAX_LIST) -> tuple[str, ...]:
        """Return the identifiers of a list, each once; a lone one is a list too."""
        if isinstance(self.raw(key), str):
            return tuple(filter(None, [self.word(key)]))
        found = []
        for index, value in enumerate(self._list(key, limit)):
            path = f"{self.at(key)}[{index}]"
            found.append(Place({"": value}, path=path, notes=self._notes).word(""))
        return tuple(dict.fromkeys(word for word in found if word is not None))

    def word(self, key: str) -> str | None:
        """Return an identifier: at most MAX_ID characters of printable ASCII.

        Numbers count (OCDS 1.1: "string", "integer"); spaces become hyphens.
        """
        value = self.raw(key)
        if type(value) is int:
            value = str(value) if abs(value) < 10**MAX_ID else ""
        if value is None:
            return None
        if not isinstance(value, str):
            self.note(key, "no identifier")
            return None
        word = "-".join(value.split()) if len(value) <= 2 * MAX_ID else value
        if not ID.match(word):
            self.note(key, "an identifier that is too long or not printable")
            return None
        return word

    def line(self, key: str, *, limit: int = MAX_LINE) -> str | None:
        """Return plain text on one line, limit in bytes."""
        return self._text(key, *text.line(self._string(key), limit=limit))

    def text(self, key: str, *, limit: int = text.MAX_BYTES) -> str | None:
        """Return plain text with paragraphs, limit in bytes."""
        return self._text(key, *text.plain(self._string(key), limit=limit))

    def spoken(self, key: str) -> tuple[str, ...]:
        """Return the names under which a text may stand, the first to be asked first.

        OCDS 1.1 (i18n): the field itself, else `title_en`, `title_fr`. Publishers of
        several languages may have nothing but the latter; English is read by most,
        else what they wrote first.
        """
        others = [
            name for name in self._fields if _TRANSLATED.fullmatch(name[len(key) :])
        ]
        wanted = [name for name in others if name.startswith(f"{key}_")]
        return (key, f"{key}_en", *wanted[:MAX_LANGUAGES])

    def link(self, key: str) -> str | None:
        """Return an http(s) address."""
        value = self._string(key)
        try:
            return link.read(value) if value else None
        except ValueError as error:
            self.note(key, str(error))
            return None

    def date(self, key: str, *, end: bool = False) -> datetime | None:
        """Return a time in UTC. end: a day without a time means its last second."""
        value = self._string(key)
        if not value:
            return None
        try:
            found, assumed = moment.read(value, end=end)
        except ValueError as error:
            self.note(key, str(error))
            return None
        if assumed is not None:
            self.note(key, assumed)
        return found

    def period(self, key: str) -> Period | None:
        """Return an OCDS 1.1 `Period` (`startDate`, `endDate`)."""
        place = self.child(key)
        start, end = place.date("startDate"), place.date("endDate", end=True)
        if start is not None and end is not None and start > end:
            self.note(key, "ends before it starts")
            return None
        return None if start is end is None else Period(start=start, end=end)

    def money(self, key: str) -> Money | None:
        """Return an OCDS 1.1 `Value` (`amount`, `currency`); None without an amount."""
        place = self.child(key)
        amount = place.raw("amount")
        if amount is None:
            if place.has("amountGross"):
                # Find a Tender (OCDS UK extension). Amounts here exclude taxes.
                place.note("amountGross", "an amount with taxes, and none without")
            return None
        try:
            return money.read(amount, place.raw("currency"))
        except ValueError as error:
            place.note("amount", str(error))
            return None

    def choice(self, key: str, kind: type[Choice]) -> Choice | None:
        """Return a member of a closed codelist."""
        value = self._string(key).strip().lower()
        if not value:
            return None
        if value not in set(kind):
            self.note(key, "not in the codelist")
            return None
        return kind(value)

    def _list(self, key: str, limit: int) -> list[object]:
        value = self.raw(key)
        if value is not None and not isinstance(value, list):
            self.note(key, "not a list")
        entries = value if isinstance(value, list) else []
        if len(entries) > limit:
            self.note(key, f"only the first {limit:,} entries were read")
        return entries[:limit]

    def _string(self, key: str) -> str:
        value = self.raw(key)
        if value is not None and not isinstance(value, str):
            self.note(key, "not a text")
        return value if isinstance(value, str) else ""

    def _text(self, key: str, found: str, shortened: str | None) -> str | None:
        if shortened is not None:
            self.note(key, shortened)
        return found or None
