"""The canonical msgpack profile: one value, one encoding (SPEC 2).

Two codecs produce and accept it. `msgpack`, the codec of record, reads values of
unknown shape here; `msgspec` reads values of known shape where speed matters
(`typed_decoder`). Neither refuses non-canonical input by itself, so both paths end
in the same test: encode again, compare bytes.
"""

from typing import TypeVar

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
        case bool() | bytes() | None:
            return value
        case int():
            if not -limits.INTEGER <= value <= limits.INTEGER:
                raise Malformed("integer-range", "integers stay within ±(2**53 - 1)")
            return value
        case str():
            return value
    raise Malformed("type-refused", f"{type(value).__name__} has no place here")


def _sorted(mapping: dict[str, Value]) -> list[str]:
    # UTF-8 keeps code point order, so sorting the strings sorts the bytes.
    return sorted(mapping)


#: First byte -> (bytes of the length field, what it counts, extra bytes).
#: "b" the length counts bytes, "a" items of an array, "m" pairs of a map.
_HEADS: dict[int, tuple[int, str]] = {
    0xC4: (1, "b"),
    0xC5: (2, "b"),
    0xC6: (4, "b"),
    0xD9: (1, "b"),
    0xDA: (2, "b"),
    0xDB: (4, "b"),
    0xDC: (2, "a"),
    0xDD: (4, "a"),
    0xDE: (2, "m"),
    0xDF: (4, "m"),
}
_FIXED: dict[int, int] = {
    0xC0: 0,
    0xC2: 0,
    0xC3: 0,
    0xCC: 1,
    0xCD: 2,
    0xCE: 4,
    0xCF: 8,
    0xD0: 1,
    0xD1: 2,
    0xD2: 4,
    0xD3: 8,
}


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
    first = data[place]
    place += 1
    inside = 0
    if first < 0x80 or first >= 0xE0:
        pass
    elif first < 0x90:
        inside = 2 * (first & 0x0F)
    elif first < 0xA0:
        inside = first & 0x0F
    elif first < 0xC0:
        place += first & 0x1F
    elif first in _FIXED:
        place += _FIXED[first]
    elif first in _HEADS:
        place, inside = _sized(data, place, *_HEADS[first])
    else:
        raise Malformed("type-refused", f"byte 0x{first:02x}: no floats, no ext types")
    if place > len(data):
        raise Malformed("cut-short", "the value ends early")
    return place, inside


def _sized(data: bytes, place: int, width: int, counts: str) -> tuple[int, int]:
    length = int.from_bytes(data[place : place + width])
    place += width
    if counts == "b":
        return place + length, 0
    return place, length if counts == "a" else 2 * length
