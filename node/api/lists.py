"""Pages of a list: `limit` rows from a cursor on, and `next` where there are more.

A list is what a command answers with if the first field of its result is one of rows;
the lists beside it follow it, as if they were one. A cursor names the last rows that
its page ended with, by what they are and not by their number: whatever comes or goes
while somebody pages, no row that stays is seen twice or missed as long as the order
stays.
Where all the rows that it names are gone, it says so instead of guessing.

A list that grows with the network (`Paged`) is never made as a whole: its cursor is the
id of the row that the page ended with, and the command reads on from there
(node/views/paging.py). It goes from the oldest on; with `before`, from the newest back.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Final, get_args, get_origin

import msgspec
from msgspec import structs

from node.commands.form import AFTER_NOTHING, Paged
from node.errors import UserFault
from protocol import ids

USUAL: Final = 100
MOST: Final = 1000
#: Rows that a cursor names: so many may vanish from a list while somebody pages.
NAMED: Final = 8
#: Of a row's digest: two of a list of 10,000 are alike once in 5 million lists.
_ROW_BYTES: Final = 6
#: Of the digest of the question: a slip is to be noticed, not an attack.
_QUESTION_BYTES: Final = 6
#: Of a cursor that is the id of a row. Marks of rows are never so long: 6 does not
#: divide an id.
_PLACE_BYTES: Final = _QUESTION_BYTES + ids.ID_BYTES
#: Longest cursor that this node gives.
CURSOR_CHARS: Final = 4 * ((_QUESTION_BYTES + NAMED * _ROW_BYTES) // 3 + 1)
#: What names a row, where it has one of these; else all of it does.
_NAMES: Final = ("id", "process")

_LISTS: Final = (list, tuple)

Row = Mapping[str, object]


class Page(msgspec.Struct, frozen=True):
    """How much is wanted, from where on."""

    limit: int = USUAL
    cursor: str = ""


def fields_of(result: type[msgspec.Struct]) -> list[str]:
    """Name the lists of a result that is paged; none where it is something else.

    A result with a `next` of its own pages by itself.
    """
    fields = msgspec.structs.fields(result)
    names = [one.encode_name for one in fields if _holds_rows(one.type)]
    paged = bool(names) and names[0] == fields[0].encode_name
    return names if paged and all(one.name != "next" for one in fields) else []


def _holds_rows(kind: object) -> bool:
    """Tell a list of rows from one of words or numbers, which is part of an answer."""
    (item, *_) = get_args(kind) or (None,)
    is_row = isinstance(item, type) and issubclass(item, msgspec.Struct)
    return is_row and get_origin(kind) in _LISTS


def read_page(paging: Mapping[str, str]) -> Page:
    """Read `limit` and `cursor`; raises `UserFault`."""
    limit = paging.get("limit", str(USUAL))
    if not (limit.isascii() and limit.isdigit()) or not 1 <= int(limit[:9]) <= MOST:
        raise UserFault(
            code="args-wrong",
            detail=f"limit: not a whole number from 1 to {MOST}.",
            way_out=f"Without it, a page has {USUAL} rows.",
            field="limit",
            expected=f"a whole number from 1 to {MOST}",
            example=str(USUAL),
        )
    return Page(int(limit[:9]), paging.get("cursor", ""))


def narrowed(args: Paged, page: Page, question: bytes) -> Paged:
    """Ask for one row more than a page has, from where its cursor says.

    Raises `UserFault` "cursor-wrong".
    """
    data = _read(page.cursor, question) if page.cursor else b""
    # Without a place, the cursor stands in the lists that follow this one.
    most = 1 if data and not _is_place(data) else page.limit + 1
    place = ids.text("evt", data[_QUESTION_BYTES:]) if _is_place(data) else None
    if args.before is not None:
        return structs.replace(args, most=most, before=place or args.before)
    return structs.replace(args, most=most, after=place or AFTER_NOTHING)


def part(
    lists: Sequence[Sequence[Row]], page: Page, question: bytes, *, back: bool
) -> tuple[list[list[Row]], str | None]:
    """Cut a page out of what `narrowed` was answered with; give it and what is next.

    back: whether pages go towards what is older. The lists beside the first follow it.
    """
    first, *rest = lists
    nothing: list[list[Row]] = [[] for _ in rest]
    if page.cursor and not _is_place(_read(page.cursor, question)):
        following, after = cut(rest, page, question)
        return [[], *following], after
    if len(first) > page.limit:
        shown = list(first[1:] if back else first[: page.limit])
        edge = ids.parse("evt", str(shown[0 if back else -1]["id"]))
        return [shown, *nothing], _encode(_question(question) + edge)
    if len(first) == page.limit and any(rest):
        return [list(first), *nothing], _write([], question)
    following, after = cut(rest, Page(page.limit - len(first)), question)
    return [list(first), *following], after


def _is_place(data: bytes) -> bool:
    return len(data) == _PLACE_BYTES


def cut(
    lists: Sequence[Sequence[Row]], page: Page, question: bytes
) -> tuple[list[list[Row]], str | None]:
    """Cut a page out of some lists that follow each other; give it and what is next.

    question: what was asked, without the paging; a cursor of another one is refused.
    Raises `UserFault` "cursor-wrong" or "cursor-gone".
    """
    marks = _marks(lists)
    start = _start(marks, page.cursor, question) if page.cursor else 0
    end = min(start + page.limit, len(marks))
    cut_out: list[list[Row]] = []
    before = 0
    for one in lists:
        low, high = max(start - before, 0), max(end - before, 0)
        cut_out.append(list(one[low:high]))
        before += len(one)
    after = None if end == len(marks) else _write(marks[:end], question)
    return cut_out, after


def _marks(lists: Sequence[Sequence[Row]]) -> list[bytes]:
    """Give a digest for each row; rows that are alike are told apart by counting."""
    seen: dict[bytes, int] = {}
    found: list[bytes] = []
    for number, one in enumerate(lists):
        for row in one:
            plain = b"%d " % number + _name(row)
            seen[plain] = seen.get(plain, 0) + 1
            digest = hashlib.sha256(plain + b" %d" % seen[plain]).digest()
            found.append(digest[:_ROW_BYTES])
    return found


def _name(row: Row) -> bytes:
    named = next((row[name] for name in _NAMES if row.get(name)), row)
    return msgspec.json.encode(named)


def _question(question: bytes) -> bytes:
    return hashlib.sha256(question).digest()[:_QUESTION_BYTES]


def _write(marks: Sequence[bytes], question: bytes) -> str:
    return _encode(_question(question) + b"".join(reversed(marks[-NAMED:])))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _start(marks: Sequence[bytes], cursor: str, question: bytes) -> int:
    data = _read(cursor, question)
    if len(data) == _QUESTION_BYTES:
        return 0
    places = {mark: place for place, mark in enumerate(marks)}
    for at in range(_QUESTION_BYTES, len(data), _ROW_BYTES):
        if (place := places.get(data[at : at + _ROW_BYTES])) is not None:
            return place + 1
    raise gone()


def gone() -> UserFault:
    """Say that what a cursor goes on from is not here any more."""
    return UserFault(
        code="cursor-gone",
        detail="cursor: none of the rows that it goes on from stands in the list now.",
        way_out="Ask for the list from its beginning.",
        field="cursor",
    )


def _read(cursor: str, question: bytes) -> bytes:
    try:
        if len(cursor) > CURSOR_CHARS:
            raise _wrong("it is too long")
        data = urlsafe_b64decode(cursor.encode("ascii") + b"==")
    except ValueError as error:
        raise _wrong("it has another form") from error
    rows, rest = divmod(len(data) - _QUESTION_BYTES, _ROW_BYTES)
    if _encode(data) != cursor or not 0 <= rows <= NAMED:
        raise _wrong("it has another form")
    if rest and not _is_place(data):
        raise _wrong("it has another form")
    if data[:_QUESTION_BYTES] != _question(question):
        raise _wrong("it belongs to another question")
    return data


def _wrong(why: str) -> UserFault:
    return UserFault(
        code="cursor-wrong",
        detail=f"cursor: it is none that this list gave ({why}).",
        way_out="Pass `next` of the page before, with the same other arguments.",
        field="cursor",
        expected="`next` of the page before",
    )
