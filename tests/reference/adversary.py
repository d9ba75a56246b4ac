"""Events as an adversary writes them: nearly right, in every way that is wrong.

All follow from a random generator, so that what is found can be found again.
"""

import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from protocol.limits import EVENT_BYTES
from tests.protocol.world import Coop, Register, Writer, seed

Body = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """Bytes to write as they are."""

    data: bytes


@dataclass(frozen=True)
class Pairs:
    """A map with its pairs in this order, keys twice and all."""

    pairs: tuple[tuple[object, object], ...]


# -- an encoder that takes everything --------------------------------------------------


@dataclass(frozen=True)
class Encoder:
    """Encodes values; now and then, by `sloppy`, longer than it need be."""

    rng: random.Random
    sloppy: float = 0.0

    def encode(self, value: object) -> bytes:
        if isinstance(value, Raw):
            return value.data
        if isinstance(value, dict):
            value = Pairs(tuple(sorted(value.items())))
        if isinstance(value, Pairs):
            items = [part for pair in value.pairs for part in pair]
            return self._all(items, self._head(len(value.pairs), 15, 0x80, _MAPS))
        if isinstance(value, list | tuple):
            return self._all(value, self._head(len(value), 15, 0x90, _ARRAYS))
        return self._flat(value)

    def _all(self, items: Iterable[object], head: bytes) -> bytes:
        return head + b"".join(map(self.encode, items))

    def _flat(self, value: object) -> bytes:
        if isinstance(value, str):
            data = value.encode("utf-8", "surrogatepass")
            return self._head(len(data), 31, 0xA0, _STRINGS) + data
        if isinstance(value, bytes):
            return self._head(len(value), -1, 0, _BINS) + value
        if value is None or isinstance(value, bool):
            return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
        assert isinstance(value, int)
        return self._one_of(list(_integer(value)))

    def _head(
        self, size: int, short: int, first: int, longer: tuple[int, ...]
    ) -> bytes:
        forms = [bytes([first + size])] if size <= short else []
        width = 4 // 2 ** (len(longer) - 1)
        for byte in longer:
            if size < 256**width:
                forms.append(bytes([byte]) + size.to_bytes(width, "big"))
            width *= 2
        return self._one_of(forms)

    def _one_of(self, forms: list[bytes]) -> bytes:
        longer = self.sloppy and self.rng.random() < self.sloppy
        return self.rng.choice(forms) if longer else forms[0]


_MAPS = (0xDE, 0xDF)
_ARRAYS = (0xDC, 0xDD)
_STRINGS = (0xD9, 0xDA, 0xDB)
_BINS = (0xC4, 0xC5, 0xC6)


def _integer(value: int) -> Iterator[bytes]:
    """Give all forms of an integer, the canonical one first."""
    if -32 <= value < 128:
        yield value.to_bytes(1, "big", signed=value < 0)
    for power in range(4):
        if 0 <= value < 256 ** (2**power):
            yield bytes([0xCC + power]) + value.to_bytes(2**power, "big")
    for power in range(4):
        half = 256 ** (2**power) // 2
        if -half <= value < half:
            yield bytes([0xD0 + power]) + value.to_bytes(2**power, "big", signed=True)


# -- bodies that are right -------------------------------------------------------------


@dataclass
class Pool:
    """What a log's events may name: ids by family, terms by lead."""

    rng: random.Random
    coops: list[Coop]
    ids: dict[str, list[bytes]] = field(default_factory=dict)
    told: dict[bytes, Body] = field(default_factory=dict)

    def one(self, family: str) -> bytes:
        """Name an entity, mostly one of the family, mostly a late one."""
        if self.rng.random() < 0.05:
            family = self.rng.choice(sorted(self.ids) or [family])
        known = self.ids.get(family, [])
        if not known or self.rng.random() < 0.03:
            return self.rng.randbytes(32)
        return self.rng.choice(known[-4:] if self.rng.random() < 0.8 else known)

    def coop(self) -> bytes:
        return self.rng.choice(self.coops).id

    def pledge(self) -> bytes:
        """A pledge of another log, or of this one; few, so that answers meet."""
        return seed("pledge", self.rng.randrange(12))


def _date(rng: random.Random, start: int = 0) -> str:
    day = datetime.date(2026, 1, 1) + datetime.timedelta(start + rng.randrange(400))
    return day.isoformat()


def _window(rng: random.Random) -> Body:
    if rng.random() < 0.04:
        after = rng.choice((3659, 3660, 3661, 0, -1))
        starts = datetime.date(2026, 1, 1)
        ends = starts + datetime.timedelta(after)
        return {"starts": starts.isoformat(), "ends": ends.isoformat()}
    return {"starts": _date(rng), "ends": _date(rng, 380)}


def _some(rng: random.Random, body: Body, share: float = 0.5) -> Body:
    return {name: item for name, item in body.items() if rng.random() < share}


def _slugs(rng: random.Random, most: int) -> list[str]:
    return rng.choices(("design", "web-2", "a", "b-c-d"), k=rng.randrange(1, most))


def _money(rng: random.Random) -> list[object]:
    return [rng.choice(("GBP", "EUR")), rng.choice((0, 1, 50, 500, 10**6))]


def _rate(rng: random.Random) -> list[object]:
    return [*_money(rng), 450]


def _profile(pool: Pool) -> Body:
    rng = pool.rng
    more = {"languages": rng.choices(("en", "cym"), k=2), "skills": _slugs(rng, 5)}
    people = rng.choice((1, 9, 100_000))
    return {"day": rng.choice((60, 450, 1440)), "people": people} | _some(rng, more)


def _wish(pool: Pool) -> Body:
    rng = pool.rng
    sizes = [rng.randrange(200), rng.randrange(100, 300), rng.randrange(200, 400)]
    named = dict(zip(("floor", "wanted", "ceiling"), sizes, strict=True))
    return _window(rng) | named | {"starts": _date(rng)[:8] + "01"}


def _capacity(pool: Pool) -> Body:
    rng = pool.rng
    body = {"minutes": rng.randrange(1, 900), "skill": "design"}
    return _window(rng) | body | _some(rng, {"rate": _rate(rng)})


def _booking(pool: Pool) -> Body:
    rng = pool.rng
    state = rng.choice(("tentative", "confirmed", "placeholder"))
    odds = {"probability": rng.randrange(1, 101)} if state == "tentative" else {}
    body = {"minutes": rng.randrange(1, 900), "state": state} | odds
    return _window(rng) | body | _some(rng, {"skill": "optional"})


def _requirement(rng: random.Random, line: int) -> Body:
    more = {"lot": "LOT-1", "minutes": rng.choice((10, 60, 90)), "must": False}
    more |= _window(rng)
    return {"line": line, "skill": "web"} | _some(rng, more)


def _terms(pool: Pool) -> Body:
    rng = pool.rng
    lines = [_requirement(rng, line) for line in range(1, rng.randrange(2, 5))]
    if rng.random() < 0.05:
        lines.append(_requirement(rng, 1))
    lots = [{"id": "L1"}, {"id": "L2", "value": _money(rng)}]
    more = {
        "cpv": ["72000000"],
        "deadline": _date(rng),
        "lots": lots,
        "requirements": lines,
        "source": ["ocds", "ocds-b5fd17-1", "r1"],
        "value": _money(rng),
    }
    return _some(rng, more | _window(rng), 0.7)


def _advance(pool: Pool) -> Body:
    rng = pool.rng
    common = ("open", "bidding", "submitted", "won", "delivering")
    rare = ("closed", "lost", "withdrawn", "passed-on")
    to = rng.choice(rare if rng.random() < 0.25 else common)
    body = {"lead": pool.one("lead"), "to": to}
    return body | _some(rng, {"reason": "price"}, 0.3)


def _project(pool: Pool) -> Body:
    rng = pool.rng
    limits = {
        "closes": _date(rng),
        "maximum": rng.choice((1, 60, 600, 10**6)),
        "minimum": rng.choice((1, 40, 50)),
        "themes": _slugs(rng, 3),
    }
    body = {"goal": _money(rng), "state": rng.choice(("idea", "open", "open"))}
    return body | _some(rng, limits, 0.4)


def _project_advance(pool: Pool) -> Body:
    words = "idea open funded partly-funded not-funded delivering done cancelled"
    to = pool.rng.choice([*words.split(), "open", "funded", "delivering"])
    return {"project": pool.one("project"), "to": to}


def _work(pool: Pool) -> Body:
    rng = pool.rng
    body = {
        "line": rng.randrange(1, 65),
        "minutes": rng.randrange(1, 100),
        "owner": pool.coop(),
        "skill": "web",
        "to": rng.randbytes(32),
    }
    return body | _some(rng, {"rate": _rate(rng)} | _window(rng), 0.6)


def _pledged_money(pool: Pool) -> Body:
    rng = pool.rng
    body = {"amount": _money(rng), "owner": pool.coop(), "to": rng.randbytes(32)}
    return body | _some(rng, {"allotment": rng.randbytes(32)}, 0.3)


def _confirm(pool: Pool) -> Body:
    pledge = pool.one("pledge")
    owner = pool.told.get(pledge, {}).get("owner", pool.coop())
    taker = owner if pool.rng.random() < 0.9 else pool.coop()
    body = {"acceptance": pool.rng.randbytes(32), "pledge": pledge, "taker": taker}
    return body | {"quantity": pool.rng.choice((1, 1, 1, 50, 10**6))}


def _ended(pool: Pool) -> Body:
    return {"pledge": pool.one("pledge")} | _some(pool.rng, {"reason": "ill"}, 0.3)


def _accept(pool: Pool) -> Body:
    rng = pool.rng
    work = rng.random() < 0.6
    body = {
        "pledge": pool.pledge(),
        "pledger": pool.coop(),
        "quantity": rng.choice((1, 5, 30, 2**53 - 1)),
        "to": pool.one("lead" if work else "project"),
        "unit": "minutes" if work else rng.choice(("GBP", "EUR")),
    }
    return body | ({"line": rng.randrange(1, 4)} if work else {})


def _take_back(pool: Pool) -> Body:
    acceptance = pool.one("acceptance")
    to = pool.told.get(acceptance, {}).get("to", pool.rng.randbytes(32))
    if pool.rng.random() < 0.05:
        to = pool.one("lead")
    body = {"acceptance": acceptance, "to": to}
    return body | _some(pool.rng, {"reason": "late"}, 0.3)


def _decline(pool: Pool) -> Body:
    body = {"pledge": pool.pledge(), "pledger": pool.coop(), "to": pool.one("lead")}
    return body | _some(pool.rng, {"reason": "full"}, 0.3)


def _adopt(pool: Pool) -> Body:
    rng = pool.rng
    return {"id": rng.randbytes(32), "incarnation": rng.randbytes(16), "seq": 10**6}


def _share(pool: Pool) -> Body:
    rng = pool.rng
    family = rng.choice(("lead", "capacity", "pledge", "project", "booking"))
    named = [rng.randbytes(32) for _ in range(rng.randrange(1, 6))]
    named += [pool.coop()] if rng.random() < 0.2 else []
    if rng.random() < 0.9:
        named = sorted(set(named))
    cut = rng.randrange(1, len(named) + 1)
    rest = sorted(named[cut:])[:3]
    body = {"about": pool.one(family), "role": rng.choice(("details", "rate"))}
    return body | {"to": named[:cut]} | ({"custodians": rest} if rest else {})


#: Kind -> how often, how to make its body, which family its event founds.
MAKERS: dict[str, tuple[int, Callable[[Pool], Body], str]] = {
    "profile.set": (2, _profile, "profile"),
    "wish.set": (3, _wish, "wish"),
    "capacity.offered": (3, _capacity, "capacity"),
    "capacity.withdrawn": (2, lambda pool: {"offer": pool.one("capacity")}, ""),
    "booking.made": (3, _booking, "booking"),
    "booking.moved": (
        4,
        lambda pool: {
            "booking": pool.one("booking"),
            "to": pool.rng.choice(("confirmed", "done", "released")),
        },
        "",
    ),
    "lead.opened": (3, _terms, "lead"),
    "lead.changed": (
        3,
        lambda pool: {"lead": pool.one("lead"), "terms": _terms(pool)},
        "",
    ),
    "lead.advanced": (5, _advance, ""),
    "project.opened": (3, _project, "project"),
    "project.advanced": (5, _project_advance, ""),
    "pledge.work.offered": (3, _work, "pledge"),
    "pledge.money.offered": (3, _pledged_money, "pledge"),
    "pledge.confirmed": (4, _confirm, ""),
    "pledge.withdrawn": (2, _ended, ""),
    "pledge.released": (2, _ended, ""),
    "acceptance.given": (9, _accept, "acceptance"),
    "acceptance.withdrawn": (4, _take_back, ""),
    "pledge.declined": (4, _decline, ""),
    "log.reopened": (1, lambda _: {"why": "moved"}, ""),
    "sealed.shared": (4, _share, "sealed"),
}
ROLES = {
    "profile.set": ("name", "description", "web", "place"),
    "lead.opened": ("title", "description", "buyer", "link", "source"),
    "lead.changed": ("title", "description", "buyer", "link", "source"),
    "project.opened": ("title", "description", "link"),
    "sealed.shared": ("sealed",),
}
NO_TEXTS = {
    "wish.set",
    "capacity.withdrawn",
    "booking.moved",
    "pledge.confirmed",
    "acceptance.given",
    "log.reopened",
}
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
}

# -- and how they go wrong -------------------------------------------------------------

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
    chosen = [
        role
        for place, role in enumerate(roles)
        if (place == 0 and role in {"name", "title"}) or rng.random() < 0.2
    ]
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


def event(pool: Pool, epoch: list[object], wrong: float) -> tuple[bytes, str, Body]:
    """Write an event, wrong by that chance; give its bytes, its kind, its body."""
    rng = pool.rng
    kinds = list(MAKERS)
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
        data, kind, body = event(pool, parts, 0.35)
        made = writer.append(data)
        family = MAKERS[kind][2]
        if family:
            pool.ids.setdefault(family, []).append(made)
            pool.told[made] = body
