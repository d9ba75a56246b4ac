"""Events and whole logs: right ones, and ones spoiled in every place."""

import random

from protocol.limits import EVENT_BYTES
from tests.protocol.world import Register, Writer
from tests.reference.adversary.encoding import Encoder, Pairs, Raw
from tests.reference.adversary.makers import FOCI, MAKERS, NEEDED, NO_TEXTS, ROLES
from tests.reference.adversary.pool import Body, Pool

#: Fields that must not be written with these values.
DEFAULTS: dict[str, object] = {
    "languages": [],
    "skills": [],
    "cpv": [],
    "lots": [],
    "requirements": [],
    "themes": [],
    "custodians": [],
    "must": True,
    "rate": None,
    "skill": None,
    "probability": None,
    "deadline": None,
    "minutes": None,
    "lot": None,
    "reason": None,
    "line": None,
    "closes": None,
    "allotment": None,
    "maximum": None,
    "minimum": None,
    "via": None,
    "fee": None,
    "fees": [],
    "fund": None,
    "share": None,
    "amount": None,
    "about": None,
    "outcome": None,
    "number": None,
    "promise": None,
    "reports": [],
}


DEEP: object = [[[[[[[[[]]]]]]]]]


JUNK: tuple[object, ...] = (
    *(None, True, False, -1, 0, 1, 64, 65, 100, 101, 59, 60, 1440, 1441, 100_001),
    *(2**53 - 1, 2**53, 2**63, -(2**53) + 1, -(2**53), -(2**63), 2**64 - 1),
    *("", "x", "minutes", "GBP", "gbp", "GBPX", "required", "a--b", "-a", "a-", "A"),
    *(
        "é",
        "a" * 40,
        "a" * 41,
        "!" * 100,
        "!" * 101,
        "a b",
        "web\n",
        "٧٢٠٠٠٠٠٠",
        "en\n",
    ),
    *("web\n", "0000-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29"),
    *("2024-1-01", "20240101", "2024-W01-1", "2024-01-01T00:00", "2024-01-01\n"),
    *("72000000", "7200000", "open", "idea", "confirmed", "\ud800", "\0", "ﬀ"),
    *(b"", bytes(8), bytes(16), bytes(31), bytes(32), bytes(33), b"a", b"minutes"),
    *([], [1], ["GBP", 1], ["GBP", 1, 1], ["GBP", 1, 0], ["GBP", 1, 1, 1], [[]], DEEP),
    *({}, {"a": 1}, Pairs(((1, 2),)), Pairs(((b"a", 2),)), Pairs(((None, 2),))),
    *(Pairs((("a", 1), ("a", 1))), Pairs((("b", 1), ("a", 1))), ["a"] * 65),
    *(Raw(b"\xc1"), Raw(b"\xca\0\0\0\0"), Raw(b"\xcb" + bytes(8)), Raw(b"\xd4\x05a")),
    *(Raw(b"\xd6\xff" + bytes(4)), Raw(b"\xa2\xff\xfe"), Raw(b"\xa1\xc0"), Raw(b"")),
    *(Raw(b"\xa2\xc0\x80"), Raw(b"\xdf\xff\xff\xff\xff"), Raw(b"\xdd\0\0\0\1\xc0")),
    *(Raw(b"\xc0\xc0"), Raw(b"\x93\xc0"), Raw(b"\xc7\0\1"), Raw(b"\x81\x93\0\0\0\0")),
)


def spoil(value: object, rng: random.Random) -> object:
    """Make one thing wrong, or only odd, somewhere in a value."""
    if isinstance(value, dict) and value and rng.random() < 0.95:
        return _spoil_map(dict(value), rng)
    if isinstance(value, list) and value and rng.random() < 0.9:
        items = list(value)
        at = rng.randrange(len(items))
        if rng.random() < 0.6:
            items[at] = spoil(items[at], rng)
            return items
        return rng.choice((items[:at], [*items, items[at]], items * 30))
    return rng.choice(JUNK)


def _spoil_map(body: Body, rng: random.Random) -> object:
    name = rng.choice(sorted(body))
    what = rng.randrange(8)
    if what == 0:
        del body[name]
    elif what == 1:
        body[rng.choice(("extra", "", "zz", name + "s", *DEFAULTS))] = rng.choice(JUNK)
    elif what == 2:
        default = rng.choice(sorted(DEFAULTS))
        body[default] = DEFAULTS[default]
    elif what == 3:
        pairs = list(body.items())
        rng.shuffle(pairs)
        return Pairs(tuple(pairs))
    elif what == 4:
        return Pairs((*sorted(body.items()), (name, body[name])))
    else:
        body[name] = spoil(body[name], rng)
    return body


def texts_for(kind: str, rng: random.Random) -> list[list[object]]:
    roles = () if kind in NO_TEXTS else ROLES.get(kind, ("note",))
    needed = NEEDED | ({"proposal"} if roles[:1] == ("proposal",) else set())
    chosen = [role for role in roles if role in needed or rng.random() < 0.2]
    if kind == "lead.changed" and rng.random() < 0.5:
        chosen = chosen[1:]
    rng.shuffle(chosen)
    return [[role, rng.randbytes(32), rng.randrange(99)] for role in chosen[:4]]


def _spoil_texts(texts: list[list[object]], rng: random.Random) -> object:
    what = rng.randrange(6)
    if what == 0:
        role = rng.choice(("note", "name", "title", "", "x" * 20, "x" * 21, "source"))
        return [*texts, [role, rng.randbytes(32), 5]]
    if what == 1 and texts:
        return [*texts, rng.choice(texts)]
    if what == 2:
        return texts[1:]
    if what == 3:
        return [*texts, ["note", rng.randbytes(32), rng.choice((65_536, 65_537, -1))]]
    if what == 4:
        return [*texts, *([["note", bytes(32), 1]] * 4)]
    return spoil(texts, rng)


def _spoil_epoch(epoch: list[object], rng: random.Random) -> object:
    number, prefix = epoch
    assert isinstance(prefix, bytes)
    bad = rng.choice((-1, True, None, 2**53, "0"))
    return rng.choice(
        (
            [number, rng.randbytes(8)],
            [number, prefix[:7]],
            [number, prefix + b"x"],
            [number, prefix, 0],
            [number],
            [prefix, number],
            [bad, prefix],
            number,
            {"0": number},
        )
    )


def focused(pool: Pool, number: int) -> None:
    """Let a log be mostly about some kinds, by turns."""
    starts = tuple(FOCI[number % len(FOCI)].split())
    pool.focus = [kind for kind in MAKERS if starts and kind.startswith(starts)]


def event(pool: Pool, epoch: list[object], wrong: float) -> tuple[bytes, str, Body]:
    """Write an event, wrong by that chance; give its bytes, its kind, its body."""
    rng = pool.rng
    kinds = pool.focus if pool.focus and rng.random() < 0.9 else list(MAKERS)
    kind = rng.choices(kinds, [MAKERS[one][0] for one in kinds])[0]
    body = MAKERS[kind][1](pool)
    texts = texts_for(kind, rng)
    parts: list[object] = [epoch, rng.randrange(2**41), kind, body, texts]
    sloppy = 0.0
    if rng.random() < wrong:
        sloppy = _spoil_event(parts, rng)
    data = Encoder(rng, sloppy).encode(parts)
    if rng.random() < wrong / 10:
        data = _spoil_bytes(data, rng)
    if len(data) > EVENT_BYTES:
        return event(pool, epoch, wrong)
    return data, kind, body


def _spoil_event(parts: list[object], rng: random.Random) -> float:
    """Spoil one item of an event; give how sloppily to write it."""
    what = rng.choices(range(8), (10, 3, 3, 1, 1, 1, 1, 1))[0]
    if what == 0:
        parts[3] = spoil(parts[3], rng)
    elif what == 1:
        parts[4] = _spoil_texts(parts[4], rng)  # type: ignore[arg-type]
    elif what == 2:
        parts[0] = _spoil_epoch(parts[0], rng)  # type: ignore[arg-type]
    elif what == 3:
        odd = ("x.y", "X", "k" * 40, "k" * 41, "tail.adopted", 7, b"profile.set")
        parts[2] = rng.choice((*odd, *MAKERS))
    elif what == 4:
        parts[1] = rng.choice((*JUNK, -5, -(2**53) + 1))
    elif what == 5:
        parts[:] = rng.choice((parts[:4], [*parts, []], [*parts, None], parts[::-1]))
    elif what == 6:
        parts[2:4] = [rng.choice(("x.y", "profile.set")), rng.choice(JUNK)]
    else:
        return 0.1
    return 0.0


def _spoil_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return rng.choice(
        (
            data[:at],
            data + b"\xc0",
            data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :],
            data[:at] + rng.randbytes(1) + data[at:],
            rng.randbytes(rng.randrange(40)),
            b"",
        )
    )


def write_log(writer: Writer, register: Register, pool: Pool, count: int) -> None:
    """Append events under epochs that mostly go up."""
    rng = pool.rng
    last = register.roster.number
    at = 0
    for _ in range(count):
        at = min(last, at + (rng.random() < 0.02))
        number = at if rng.random() < 0.98 else rng.randrange(at + 1)
        epoch = register.epoch(number)
        parts: list[object] = [epoch.number, epoch.block]
        if rng.random() < 0.0005:
            parts[0] = last + 1
        data, kind, body = event(pool, parts, 0.15 if pool.focus else 0.35)
        made = writer.append(data)
        family = MAKERS[kind][2]
        if family:
            pool.ids.setdefault(family, []).append(made)
            pool.told[made] = body
