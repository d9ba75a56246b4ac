"""The vocabulary as tables: the fields of each body, and the values of each type.

A shape is written one field a line: its name, its type, and `?` where it may be left
out, or `=` and the value at which it is. `slug*20` is an array of at most 20, `id*2-40`
of 2 to 40, `a|b` one of these words. From a shape follow bodies that are taken and
bodies that are not.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgpack

from protocol import fold
from protocol.kinds import TEXTS
from tests.protocol.world import Writer, coop, encode_event, network

#: Whatever msgpack can write; half of it has no place in an event.
Raw = Any

_NO_VALUE: Final = [None, 1.5, msgpack.Timestamp(0), msgpack.ExtType(7, b"")]

#: Type -> (values that are of it, values that are not).
TYPES: Final[dict[str, tuple[list[Raw], list[Raw]]]] = {
    "id": ([b"\x01" * 32], [bytes(31), bytes(33), b"", "x" * 32, 7]),
    "bin16": ([b"\x01" * 16], [bytes(15), bytes(17), b"", "x" * 16]),
    "slug": (
        ["python", "a", "7", "user-research", "a-1-b", "x" * 40],
        [
            "",
            "-",
            "-a",
            "a-",
            "a--b",
            "A",
            "a_b",
            "a b",
            "a\n",
            "\u00e9",
            "\u0661",
            "x" * 41,
            b"python",
            7,
        ],
    ),
    "foreign": (
        ["LOT-1", "!", "~", "x" * 100],
        ["", " ", "a b", "a\n", "\x7f", "\u00e9", "x" * 101, b"LOT-1", 7],
    ),
    "currency": (
        ["GBP", "ZZZ"],
        ["", "GB", "GBPS", "gbp", "GB1", "GB\n", "GBP\n", "\u00c9UR", b"GBP"],
    ),
    "unit": (
        ["minutes", "EUR"],
        ["", "hours", "minute", "Minutes", "minutes\n", "eur", "EUR\n", b"minutes"],
    ),
    "cpv": (
        ["72000000"],
        ["", "7200000", "720000000", "7200000a", "7200000\n", "\u0661" * 8, 72000000],
    ),
    "language": (["cy", "eng"], ["", "c", "engl", "EN", "e1", "en\n", b"en"]),
    "count": ([0, 1, 2**53 - 1], [-1, 2**53, 2**64 - 1, True, "1", 1.0]),
    "quantity": ([1, 2**53 - 1], [0, -1, 2**53, -(2**63), True, "1", 1.0]),
    "percent": ([1, 100], [0, -1, 101, True, "50"]),
    "line": ([1, 64], [0, -1, 65, True, "1"]),
    "day": ([60, 450, 1440], [59, 1441, 0, -450, True]),
    "people": ([1, 100_000], [0, -1, 100_001, True]),
    "bool": ([True, False], [0, 1, "true"]),
    "date": (
        ["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"],
        [
            "",
            "2026-02-29",
            "1900-02-29",
            "2026-2-28",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-32",
            "0000-01-01",
            "10000-01-01",
            "-001-01-01",
            "20260228",
            "2026/02/28",
            "2026-02-28\n",
            " 2026-02-28",
            "2026-W09-6",
            "2026-02-28T00:00:00Z",
            "\u0662026-02-28",
            b"2026-02-28",
            20260228,
        ],
    ),
    "money": (
        [["GBP", 0], ["EUR", 2**53 - 1]],
        [
            [],
            ["GBP"],
            ["GBP", 1, 1],
            ["GBP", -1],
            ["GBP", 2**53],
            ["GBP", True],
            ["gbp", 1],
            [1, "GBP"],
            {"currency": "GBP", "amount": 1},
        ],
    ),
    "rate": (
        [["GBP", 45000, 450], ["GBP", 0, 1]],
        [["GBP", 1], ["GBP", 1, 0], ["GBP", -1, 1], ["GBP", 1, 1, 1], ["gbp", 1, 1]],
    ),
    "share": ([1, 10_000], [0, -1, 10_001, True, "1", 1.0]),
    "size": (
        [["GBP", 1], ["EUR", 2**53 - 1], 1, 10_000],
        [0, -1, 10_001, True, "1", ["GBP"], ["GBP", 0], ["gbp", 1], ["GBP", 1, 1]],
    ),
    "cut": (
        [[b"\x01" * 32, 1], [b"\x01" * 32, 10_000]],
        [[bytes(31), 1], [bytes(32), 0], [bytes(32)], [bytes(32), 1, 1], ["x", 1]],
    ),
    "via": (
        [[b"\x01" * 32, b"\x02" * 32, b"\x03" * 32]],
        [[bytes(32)] * 2, [bytes(32)] * 4, [bytes(32), bytes(31), bytes(32)]],
    ),
    "position": (
        [
            [b"\x01" * 32, b"\x02" * 16, 1, b"\x03" * 32],
            [b"\x01" * 32, b"\x02" * 16, 2**53 - 1, b"\x03" * 32],
        ],
        [
            [b"\x01" * 32, b"\x02" * 16, 1],
            [b"\x01" * 32, b"\x02" * 16, 1, b"\x03" * 32, 0],
            [bytes(31), bytes(16), 1, bytes(32)],
            [bytes(32), bytes(17), 1, bytes(32)],
            [bytes(32), bytes(16), 0, bytes(32)],
            [bytes(32), bytes(16), True, bytes(32)],
            [bytes(32), bytes(16), 1, bytes(33)],
        ],
    ),
    "allotted-share": (
        [[b"\x01" * 32, 1], [b"\x01" * 32, 2**53 - 1]],
        [
            [b"\x01" * 32],
            [b"\x01" * 32, 0],
            [b"\x01" * 32, 1, 1],
            [bytes(31), 1],
            [1, b"\x01" * 32],
        ],
    ),
    "vetoes": ([1, 1000], [0, -1, 1001, True, "2"]),
    "points": ([1, 10_000], [0, -1, 10_001, True, "1"]),
    "source": (
        [["ocds", "ocds-b5fd17-1", "2026-01-05"]],
        [["ocds", "a"], ["OCDS", "a", "b"], ["ocds", "a b", "c"], ["a", "b", "c", "d"]],
    ),
    "theme": (
        [["wellbeing", 1], ["x" * 40, 2**53 - 1]],
        [["wellbeing"], ["wellbeing", 0], ["Well", 1], [1, "well"], ["a", 1, 1]],
    ),
    "entry": (
        [[b"\x01" * 32, b"\x02" * 32, 1], [b"\x02" * 32, b"\x01" * 32, 2**53 - 1]],
        [
            [b"\x01" * 32, b"\x02" * 32],
            [b"\x01" * 32, b"\x02" * 32, 0],
            [b"\x01" * 31, b"\x02" * 32, 1],
            [b"\x01" * 32, "GBP", 1],
            [b"\x01" * 32, b"\x02" * 32, 1, 1],
        ],
    ),
}


class Field(NamedTuple):
    name: str
    type: str
    #: Left out at this value; `REQUIRED` and `OPTIONAL` have none.
    default: Raw


REQUIRED: Final = object()
OPTIONAL: Final = object()
_DEFAULTS: Final[dict[str, Raw]] = {
    "?": OPTIONAL,
    "=[]": [],
    "=true": True,
    "=false": False,
}

_LOT: Final = """
    id foreign
    value money ?
"""
_REQUIREMENT: Final = """
    ends date ?
    line line
    lot foreign ?
    minutes quantity ?
    must bool =true
    skill slug
    starts date ?
"""
TERMS: Final = """
    cpv cpv*40 =[]
    deadline date ?
    ends date ?
    lots lot*40 =[]
    requirements requirement*64 =[]
    source source ?
    starts date ?
    value money ?
"""
_FEE: Final = """
    due award|each-payment|end
    size size
"""
_PARTY: Final = """
    amount money ?
    coop id
    lot foreign ?
    minutes quantity ?
    share share ?
"""
_BID_TERMS: Final = """
    fees cut*8 =[]
    fund share ?
    lots foreign*20 =[]
    parties party*1-20
    risk lead|shared|by-lot
"""
_MILESTONE: Final = """
    due date ?
    no line
    share points
"""
_MAPS: Final = {
    "lot": _LOT,
    "requirement": _REQUIREMENT,
    "terms": TERMS,
    "fee": _FEE,
    "party": _PARTY,
    "bid-terms": _BID_TERMS,
    "milestone": _MILESTONE,
}


def fields(shape: str) -> list[Field]:
    """Read a shape."""
    rows = (line.split() for line in shape.strip().splitlines())
    return [
        Field(name, type_, _DEFAULTS[more[0]] if more else REQUIRED)
        for name, type_, *more in rows
    ]


def values(type_: str) -> tuple[list[Raw], list[Raw]]:
    """Give values that are of a type, and values that are not."""
    if "*" in type_:
        return _arrays(*type_.split("*"))
    if type_ in _MAPS:
        shape = _MAPS[type_]
        return list(good_bodies(shape)), [body for _, body in bad_bodies(shape)]
    good, bad = TYPES.get(type_, ([], []))
    if not good:
        good = type_.split("|")
        bad = ["", "nowhere", good[0].upper(), f"{good[0]}\n", good[0].encode(), 0]
    return good, [*bad, *_NO_VALUE, {}, []]


def _arrays(item: str, sizes: str) -> tuple[list[Raw], list[Raw]]:
    least, _, most = sizes.rpartition("-")
    fewest = int(least or 1)
    good, bad = values(item)
    arrays = [[good[0]] * fewest, [good[-1]] * int(most)]
    return arrays, [
        *([[good[0]] * (fewest - 1)] if least else []),
        [good[0]] * (int(most) + 1),
        *([good[0], one] for one in bad),
        good[0],
        {},
        *_NO_VALUE,
    ]


def smallest(shape: str) -> dict[str, Raw]:
    return {
        one.name: values(one.type)[0][0]
        for one in fields(shape)
        if one.default is REQUIRED
    }


def largest(shape: str) -> dict[str, Raw]:
    """All fields, none at its default."""
    body = {}
    for one in fields(shape):
        good = [value for value in values(one.type)[0] if value != one.default]
        body[one.name] = good[-1]
    return body


def full(shape: str) -> dict[str, Raw]:
    """All fields, none at its default, arrays with one item."""
    body = {}
    for one in fields(shape):
        good = [value for value in values(one.type)[0] if value != one.default]
        body[one.name] = good[0 if "*" in one.type else -1]
    return body


def good_bodies(shape: str) -> Iterator[dict[str, Raw]]:
    """Bodies of a shape: the least, the most, and every good value of every field."""
    yield smallest(shape)
    yield largest(shape)
    for one in fields(shape):
        for value in values(one.type)[0]:
            if value != one.default:
                yield ordered({**smallest(shape), one.name: value})


def bad_bodies(shape: str) -> Iterator[tuple[str, dict[Raw, Raw]]]:
    """Bodies that are none of this shape, each with what is wrong."""
    whole = full(shape)
    yield "unknown field", ordered({**whole, "zzz": 1})
    yield "key of bytes", {**whole, b"zzz": 1}
    if len(whole) > 1:
        yield "unsorted", dict(reversed(whole.items()))
    for one in fields(shape):
        if one.default is REQUIRED:
            without = {key: value for key, value in whole.items() if key != one.name}
            yield f"without {one.name}", without
        elif one.default is not OPTIONAL:
            yield f"{one.name} at its default", {**whole, one.name: one.default}
        for value in values(one.type)[1]:
            if value != one.default:
                yield f"{one.name} = {value!r}"[:60], {**whole, one.name: value}


def ordered(body: Mapping[str, Raw]) -> dict[str, Raw]:
    return {key: body[key] for key in sorted(body)}


# --- as events ----------------------------------------------------------------------

_REGISTER, (_ACORN, _) = network("acorn", "bramble")


def written(kind: str, body: Mapping[Raw, Raw]) -> bytes:
    """Write an event of a kind, with the texts that it needs, around any body."""
    owner = Writer.opened(_REGISTER, coop("acorn"))
    texts = [
        owner.words(role, "words")
        for role, needed in TEXTS.get(kind, {}).items()
        if needed
    ]
    # The body takes the place of one that is easy to find.
    around = encode_event(_REGISTER.epoch(), 0, kind, "BODY", texts)
    packed: bytes = msgpack.packb(body, use_bin_type=True)
    return around.replace(b"\xa4BODY", packed)


def is_read(kind: str, body: Mapping[Raw, Raw]) -> bool:
    """Tell whether a body is one of its kind; else its event is undecodable."""
    reading = fold.read(_ACORN.id, 1, bytes(32), written(kind, body))
    if reading.body is not None:
        assert reading.void is None
        return True
    assert reading.void is not None
    assert reading.void.code == "undecodable"
    return False
