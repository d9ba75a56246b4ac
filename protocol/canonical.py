"""The canonical msgpack profile: one value, one encoding (SPEC 2).

Two codecs produce and accept it. `msgpack`, the codec of record, reads values of
unknown shape here; `msgspec` reads values of known shape where speed matters
(`read`). Neither refuses non-canonical input by itself, so both paths end
in the same test: encode again, compare bytes.
"""

from typing import Final, TypeVar

import msgpack
import msgspec

from protocol import limits
from protocol.errors import Malformed

Value = None | bool | int | str | bytes | list["Value"] | dict[str, "Value"]

#: Encodes Structs in field order (declared sorted) and leaves out defaults.
ENCODER = msgspec.msgpack.Encoder()


def encode(value: Value) -> bytes:
    """Encode a plain value canonically.

    Raises `Malformed` for a float, an integer beyond ±(2**53 - 1), a key that is no
    str, or a value nested deeper than `limits.DEPTH`.
    """
    return bytes(msgpack.packb(_ordered(value, 1), use_bin_type=True))


def decode(data: bytes, *, most: int) -> Value:
    """Decode one canonical value of at most `most` bytes, with nothing after it.

    Raises `Malformed` with the codes of SPEC 2.3. The item budget is spent while
    scanning, before any object is built.
    """
    if len(data) > most:
        raise Malformed("too-large", f"{len(data)} bytes, {most} allowed")
    _spend(data)
    try:
        value = msgpack.unpackb(
            data, raw=False, strict_map_key=True, object_pairs_hook=_mapping
        )
    except Malformed:
        raise
    except (ValueError, msgpack.UnpackException) as error:
        raise Malformed("not-msgpack", str(error) or "cut short") from error
    plain: Value = value
    if encode(plain) != data:
        raise Malformed("not-canonical", "the value has a shorter or sorted encoding")
    return plain


T = TypeVar("T")


def read(decoder: msgspec.msgpack.Decoder[T], data: bytes, *, most: int) -> T:
    """Decode bytes of a known type; the same profile, enforced by the type.

    Raises `Malformed`, with the path of the field where the form is wrong.
    """
    if len(data) > most:
        raise Malformed("too-large", f"{len(data)} bytes, {most} allowed")
    try:
        value = decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("form", str(error)) from error
    if ENCODER.encode(value) != data:
        raise Malformed("not-canonical", "the value has a shorter or sorted encoding")
    return value


def _mapping(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise Malformed("duplicate-key", "a map names one key twice")
    return mapping


def _ordered(value: Value, depth: int) -> Value:
    if depth > limits.DEPTH:
        raise Malformed("too-deep", f"nested deeper than {limits.DEPTH}")
    match value:
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise Malformed("key-not-str", "map keys are strings")
            return {key: _ordered(value[key], depth + 1) for key in _sorted(value)}
        case list() | tuple():
            return [_ordered(item, depth + 1) for item in value]
        case bool() | bytes() | str() | None:
            return value
        case int():
            if not -limits.INTEGER <= value <= limits.INTEGER:
                raise Malformed("integer-range", "integers stay within ±(2**53 - 1)")
            return value
    raise Malformed("type-refused", f"{type(value).__name__} has no place here")


def _sorted(mapping: dict[str, Value]) -> list[str]:
    # UTF-8 keeps code point order, so sorting the strings sorts the bytes.
    return sorted(mapping)


class _First(msgspec.Struct, frozen=True):
    """What a first byte says: bytes to skip, items inside, and a length to read.

    `width` bytes of length follow where it is not 0; `per` says how many items each
    unit of it is (1 for arrays, 2 for maps), 0 where it counts bytes.
    """

    skip: int = 0
    inside: int = 0
    width: int = 0
    per: int = 0


def _first_bytes() -> list[_First | None]:
    """Tabulate the msgpack format; None where the profile refuses the type."""
    table: list[_First | None] = [None] * 256
    for first in (*range(0x80), *range(0xE0, 0x100), 0xC0, 0xC2, 0xC3):
        table[first] = _First()
    for size in range(16):
        table[0x80 + size] = _First(inside=2 * size)
        table[0x90 + size] = _First(inside=size)
    for size in range(32):
        table[0xA0 + size] = _First(skip=size)
    for power, integers in enumerate(((0xCC, 0xD0), (0xCD, 0xD1), (0xCE, 0xD2))):
        for first in integers:
            table[first] = _First(skip=2**power)
    table[0xCF] = table[0xD3] = _First(skip=8)
    for power, sized in enumerate(((0xC4, 0xD9), (0xC5, 0xDA), (0xC6, 0xDB))):
        for first in sized:
            table[first] = _First(width=2**power)
    table[0xDC], table[0xDD] = _First(width=2, per=1), _First(width=4, per=1)
    table[0xDE], table[0xDF] = _First(width=2, per=2), _First(width=4, per=2)
    return table


_FIRST_BYTES: Final = _first_bytes()


def _spend(data: bytes) -> None:
    """Walk the structure without building it: items, depth, types, length."""
    place, items = 0, 0
    open_items = [1]
    while open_items:
        if open_items[-1] == 0:
            open_items.pop()
            continue
        open_items[-1] -= 1
        items += 1
        if items > limits.ITEMS:
            raise Malformed("too-many-items", f"more than {limits.ITEMS} items")
        place, inside = _step(data, place)
        if inside:
            open_items.append(inside)
            if len(open_items) > limits.DEPTH + 1:
                raise Malformed("too-deep", f"nested deeper than {limits.DEPTH}")
    if place != len(data):
        raise Malformed("trailing-bytes", f"{len(data) - place} bytes after the value")


def _step(data: bytes, place: int) -> tuple[int, int]:
    """Pass one item that starts at `place`: (where the next starts, items inside)."""
    if place >= len(data):
        raise Malformed("cut-short", "the value ends early")
    first = _FIRST_BYTES[data[place]]
    if first is None:
        raise Malformed(
            "type-refused", f"byte 0x{data[place]:02x}: no floats, no ext types"
        )
    length = int.from_bytes(data[place + 1 : place + 1 + first.width])
    place += 1 + first.skip + first.width
    if not first.per:
        place += length
    if place > len(data):
        raise Malformed("cut-short", "the value ends early")
    return place, first.inside + first.per * length
