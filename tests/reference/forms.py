"""The words that everything else here is written in: bytes, hashes, signatures, forms.

Written from protocol/SPEC.md; numbers in docstrings are its sections. Of what is not in
the standard library it needs `cryptography` and `msgpack`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgpack
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVENT_BYTES = 8_192
TEXT_BYTES = 65_536
RUN_BYTES = 1_048_576
FRAME_BYTES = 4_194_304
BLOCK_BYTES = 262_144
CHANGE_BYTES = 4_096
DEPTH = 8
ITEMS = 4_096
INTEGER = 2**53 - 1

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
EIGHTH = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = {0, 1, P - 1, EIGHTH, P - EIGHTH}


class Wrong(Exception):
    """What is read is not what the specification allows there."""

    def __init__(
        self, code: str, detail: str, coop: bytes | None = None, seq: int | None = None
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.coop, self.seq = code, detail, coop, seq
        self.record: int | None = None
        self.offset = 0


def ensure(
    condition: object, code: str, detail: str, coop: bytes | None = None
) -> None:
    """Refuse what is read where the condition fails."""
    if not condition:
        raise Wrong(code, detail, coop)


class Void(Exception):
    """An event has no effect (9.1); `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def need(condition: object, code: str) -> None:
    """Make the event void where the condition fails."""
    if not condition:
        raise Void(code)


# -- bytes, hashes, signatures ---------------------------------------------------------


def encode(value: object) -> bytes:
    """Encode (2.2); maps must come with their keys in order."""
    return bytes(msgpack.packb(value))


def decode(data: bytes, most: int) -> object:
    """Take the value of bytes that are its one encoding (2)."""
    if len(data) > most:
        raise Wrong("too-large", f"{len(data)} bytes, at most {most} are allowed")
    try:
        value = msgpack.unpackb(data)
    except msgpack.ExtraData:
        raise Wrong("trailing-bytes", "bytes after the value") from None
    except (ValueError, RecursionError) as error:
        code = "cut-short" if "incomplete" in str(error) else "not-msgpack"
        raise Wrong(code, str(error) or type(error).__name__) from None
    if _count(value, 1) > ITEMS:
        raise Wrong("too-many-items", f"more than {ITEMS} items")
    if encode(value) != data:
        raise Wrong("not-canonical", "a shorter encoding exists, or a key stands twice")
    return value


def read(data: bytes, form: "Check", most: int, what: str) -> list[Any]:
    """Decode an array and check that it has the form that is asked for."""
    try:
        value = decode(data, most)
    except Wrong as error:
        raise Wrong(error.code, f"{what}: {error.detail}") from None
    ensure(form(value), "form", f"{what} has not its form")
    assert isinstance(value, list)
    return value


def _count(value: object, depth: int) -> int:
    """Count the items of a value, refusing what no value may be (2.1)."""
    if depth > DEPTH:
        raise Wrong("too-deep", f"deeper than {DEPTH}")
    if type(value) is list:
        return 1 + sum(_count(item, depth + 1) for item in value)
    if type(value) is dict:
        if not all(type(key) is str for key in value):
            raise Wrong("key-not-str", "a key that is not str")
        if list(value) != sorted(value):  # code points sort as their UTF-8 bytes do
            raise Wrong("not-canonical", "keys out of order")
        return 1 + sum(1 + _count(item, depth + 1) for item in value.values())
    if type(value) is int and not -INTEGER <= value <= INTEGER:
        raise Wrong("integer-range", f"{value}")
    if value is not None and type(value) not in {bool, int, str, bytes}:
        raise Wrong("type-refused", f"a {type(value).__name__}")
    return 1


def tag(name: str) -> bytes:
    """Tag a purpose (3.1)."""
    return b"wortley/1/" + name.encode("ascii") + b"\0"


def digest(name: str, *parts: bytes) -> bytes:
    """H(name; parts) of 3.1."""
    return sha256(tag(name) + b"".join(parts)).digest()


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def derived(coop: bytes, family: str, key: bytes = b"") -> bytes:
    """E(co-op, family, key) of 3.3."""
    return digest("entity", coop, family.encode("ascii"), b"\0", key)


def key_holds(key: bytes) -> bool:
    """Whether a public key is one that may sign (4.1, no. 1)."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    return len(key) == 32 and y < P and y not in SMALL_ORDER


@lru_cache(maxsize=8192)
def _public(key: bytes) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(key) if key_holds(key) else None
    except ValueError:
        return None


def signed(name: str, key: bytes, signature: bytes, *parts: bytes) -> bool:
    """Whether it is S(name; parts) under that key (3.1), by 4.1.

    The library compares the bytes R with the encoding of [S]B - [h]A, as no. 3 asks.
    """
    public = _public(key)
    if public is None or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        public.verify(signature, tag(name) + b"".join(parts))
    except InvalidSignature:
        return False
    return True


# -- forms -----------------------------------------------------------------------------

Check = Callable[[object], bool]
Fields = Mapping[str, tuple[Check, object]]  # check of a field, and what its default is
REQUIRED = object()  # always there
OPTIONAL = object()  # left out where there is none; anything else is a default


def whole(low: int, high: int = INTEGER) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def text(low: int, high: int) -> Check:
    return lambda value: type(value) is str and low <= len(value) <= high


def pattern(form: str, most: int = 2**31) -> Check:
    found = re.compile(form).fullmatch
    return lambda value: (
        type(value) is str and len(value) <= most and found(value) is not None
    )


def one_of(*words: str) -> Check:
    return lambda value: type(value) is str and value in words


def raw(size: int) -> Check:
    return lambda value: type(value) is bytes and len(value) == size


def up_to(most: int) -> Check:
    return lambda value: type(value) is bytes and len(value) <= most


def array(check: Check, most: int, least: int = 0) -> Check:
    return lambda value: (
        type(value) is list and least <= len(value) <= most and all(map(check, value))
    )


def row(*checks: Check) -> Check:
    """Make the check of an array with all its items (2.2)."""
    return lambda value: (
        type(value) is list
        and len(value) == len(checks)
        and all(check(item) for check, item in zip(checks, value, strict=True))
    )


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def fields(table: Fields) -> Check:
    """Make the check of a map with named fields, defaults left out (2.2)."""
    required = {name for name, (_, default) in table.items() if default is REQUIRED}

    def check(value: object) -> bool:
        return (
            type(value) is dict
            and required <= value.keys() <= table.keys()
            and all(table[name][0](item) for name, item in value.items())
            and all(table[name][1] != item for name, item in value.items())
        )

    return check


def _is_date(value: object) -> bool:
    if type(value) is not str or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# The field types of 8.1.
ID = raw(32)
SLUG = pattern(r"[a-z0-9]+(-[a-z0-9]+)*", 40)
FOREIGN = pattern(r"[!-~]{1,100}")
CURRENCY = pattern(r"[A-Z]{3}")
UNIT = pattern(r"minutes|[A-Z]{3}")
CPV = pattern(r"[0-9]{8}")
LANGUAGE = pattern(r"[a-z]{2,3}")
COUNT = whole(0)
QUANTITY = whole(1)
PERCENT = whole(1, 100)
LINE = whole(1, 64)
SHARE = whole(1, 10_000)
DATE: Check = _is_date
MONEY = row(CURRENCY, COUNT)
SUM = row(CURRENCY, QUANTITY)
RATE = row(CURRENCY, COUNT, QUANTITY)


# -- what the folds work on ------------------------------------------------------------

Body = dict[str, Any]


class Event(NamedTuple):
    """An event that passed step 1 of 9.2, at its place."""

    block: int
    prefix: bytes
    kind: str
    body: Body
    texts: list[tuple[str, bytes, int]]
    id: bytes
    seq: int

    def words(self) -> dict[str, bytes]:
        """Its texts as entities have them: role to commitment (9.3)."""
        return {role: commitment for role, commitment, _ in sorted(self.texts)}


class Entity(NamedTuple):
    """One thing in one log (9.3)."""

    id: bytes
    family: str
    state: str
    epoch: int
    body: Body


class Log:
    """The entities of one log, as the events so far have left them."""

    def __init__(self, coop: bytes) -> None:
        self.coop = coop
        self.entities: dict[bytes, Entity] = {}

    def get(self, family: str, entity_id: bytes) -> Entity | None:
        entity = self.entities.get(entity_id)
        return entity if entity is not None and entity.family == family else None

    def find(self, family: str, entity_id: bytes, code: str) -> Entity:
        """Take an entity, or make the event void."""
        entity = self.get(family, entity_id)
        if entity is None:
            raise Void(code)
        return entity


Rule = Callable[[Log, Event], list[Entity]]
Moves = Mapping[str, set[str]]


class Kind(NamedTuple):
    """A kind of section 8: form of its body, roles of its texts, rule of section 9."""

    form: Check
    rule: Rule
    roles: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def entity_body(required: Body, **optional: object) -> Body:
    """Build a body in order; what is none, empty or 0 of the optional is left out."""
    body = required | {name: value for name, value in optional.items() if value}
    return dict(sorted(body.items()))


def move(entity: Entity, to: str, moves: Moves, code: str) -> Entity:
    """Give the entity in its new state, where the table has the move."""
    need(to in moves[entity.state], code)
    return entity._replace(state=to)


def window(body: Body) -> None:
    """Check the window from `starts` to `ends`, both being there (9.3)."""
    if "starts" in body and "ends" in body:
        starts, ends = body["starts"], body["ends"]
        need(ends >= starts, "window-backwards")
        days = date.fromisoformat(ends) - date.fromisoformat(starts)
        need(days.days <= 3660, "window-long")
