"""One value, one encoding: by either codec, and never anything but a refusal else."""

import tracemalloc
from collections.abc import Callable
from typing import Annotated, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from protocol import canonical, limits
from protocol.canonical import Value
from protocol.errors import Malformed
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations, values
from tests.protocol.refusal import refused

MOST: Final = limits.EVENT_BYTES

#: Name -> (value, its one encoding).
ACCEPTED: Final[dict[str, tuple[Value, str]]] = {
    "nil": (None, "c0"),
    "false": (False, "c2"),
    "true": (True, "c3"),
    "zero": (0, "00"),
    "largest-fixint": (127, "7f"),
    "smallest-uint8": (128, "cc80"),
    "largest-uint8": (255, "ccff"),
    "smallest-uint16": (256, "cd0100"),
    "largest-uint16": (65535, "cdffff"),
    "smallest-uint32": (65536, "ce00010000"),
    "largest-uint32": (2**32 - 1, "ceffffffff"),
    "smallest-uint64": (2**32, "cf0000000100000000"),
    "largest-integer": (2**53 - 1, "cf001fffffffffffff"),
    "minus-one": (-1, "ff"),
    "smallest-negative-fixint": (-32, "e0"),
    "largest-int8": (-33, "d0df"),
    "smallest-int8": (-128, "d080"),
    "largest-int16": (-129, "d1ff7f"),
    "smallest-int16": (-32768, "d18000"),
    "largest-int32": (-32769, "d2ffff7fff"),
    "smallest-int32": (-(2**31), "d280000000"),
    "largest-int64": (-(2**31) - 1, "d3ffffffff7fffffff"),
    "smallest-integer": (-(2**53) + 1, "d3ffe0000000000001"),
    "empty-str": ("", "a0"),
    "fixstr": ("a" * 31, "bf" + "61" * 31),
    "str8": ("a" * 32, "d920" + "61" * 32),
    "str16": ("a" * 256, "da0100" + "61" * 256),
    "str-of-four-byte-characters": ("\U0001f33b", "a4f09f8cbb"),
    "str-with-nul": ("\0", "a100"),
    "empty-bin": (b"", "c400"),
    "bin8": (b"\xff" * 255, "c4ff" + "ff" * 255),
    "bin16": (b"\xff" * 256, "c50100" + "ff" * 256),
    "empty-array": ([], "90"),
    "fixarray": ([1, "a", b"a"], "9301a161c40161"),
    "array16": ([0] * 16, "dc0010" + "00" * 16),
    "empty-map": ({}, "80"),
    "sorted-map": ({"": 0, "a": 1, "ab": 2, "b": 3}, "84a000a16101a2616202a16203"),
    "map-sorted-by-bytes": (
        {"Z": 0, "a": 1, "é": 2, "\U0001f33b": 3},
        "84a15a00a16101a2c3a902a4f09f8cbb03",
    ),
    "map16": (
        {f"{key:02}": key for key in range(16)},
        "de0010"
        + "".join(f"a2{f'{key:02}'.encode().hex()}{key:02x}" for key in range(16)),
    ),
    "eight-deep": ([[[[[[[0]]]]]]], "91" * 7 + "00"),
    "eight-deep-empty": ([[[[[[[[]]]]]]]], "91" * 7 + "90"),
    "as-many-items-as-allowed": ([0] * 4095, "dc0fff" + "00" * 4095),
}

#: Name -> (bytes, the code of the refusal).
REJECTED: Final[dict[str, tuple[str, str]]] = {
    "nothing": ("", "cut-short"),
    "two-values": ("c0c0", "trailing-bytes"),
    "bytes-after-an-array": ("910000", "trailing-bytes"),
    "array-cut-short": ("9200", "cut-short"),
    "array-of-4294967295-cut-short": ("ddffffffff", "cut-short"),
    "map-of-4294967295-cut-short": ("dfffffffff", "cut-short"),
    "map-without-its-value": ("81a161", "cut-short"),
    "str-cut-short": ("a261", "cut-short"),
    "bin-cut-short": ("c40261", "cut-short"),
    "bin-of-4294967295-cut-short": ("c6ffffffff", "cut-short"),
    "length-cut-short": ("da00", "cut-short"),
    "integer-cut-short": ("cd00", "cut-short"),
    "float32": ("ca00000000", "type-refused"),
    "float64": ("cb0000000000000000", "type-refused"),
    "fixext": ("d4000000", "type-refused"),
    "ext8": ("c7010000", "type-refused"),
    "timestamp": ("d6ff00000000", "type-refused"),
    "never-used-byte": ("c1", "type-refused"),
    "float-inside": ("91cb3ff0000000000000", "type-refused"),
    "fixint-as-uint8": ("cc7f", "not-canonical"),
    "uint8-as-uint16": ("cd00ff", "not-canonical"),
    "uint16-as-uint32": ("ce0000ffff", "not-canonical"),
    "uint32-as-uint64": ("cf00000000ffffffff", "not-canonical"),
    "positive-as-int8": ("d07f", "not-canonical"),
    "positive-as-int64": ("d30000000100000000", "not-canonical"),
    "negative-fixint-as-int8": ("d0ff", "not-canonical"),
    "int8-as-int16": ("d1ff80", "not-canonical"),
    "int16-as-int32": ("d2ffff8000", "not-canonical"),
    "int32-as-int64": ("d3ffffffff80000000", "not-canonical"),
    "fixstr-as-str8": ("d90161", "not-canonical"),
    "str8-as-str16": ("da0020" + "61" * 32, "not-canonical"),
    "str-as-str32": ("db0000000161", "not-canonical"),
    "bin8-as-bin16": ("c5000161", "not-canonical"),
    "bin8-as-bin32": ("c60000000161", "not-canonical"),
    "fixarray-as-array16": ("dc000100", "not-canonical"),
    "fixarray-as-array32": ("dd0000000100", "not-canonical"),
    "fixmap-as-map16": ("de0001a16100", "not-canonical"),
    "fixmap-as-map32": ("df00000001a16100", "not-canonical"),
    "keys-unsorted": ("82a16200a16100", "not-canonical"),
    "keys-sorted-by-length": ("82a16200a2616100", "not-canonical"),
    "key-twice": ("82a16100a16101", "duplicate-key"),
    "key-twice-in-two-encodings": ("82a16100d9016101", "duplicate-key"),
    "key-of-bytes": ("81c4016100", "key-not-str"),
    "key-of-integer": ("810000", "not-msgpack"),
    "key-of-nil": ("81c000", "not-msgpack"),
    "key-of-array": ("819000", "not-msgpack"),
    "utf8-cut-short": ("a1c3", "not-msgpack"),
    "utf8-overlong": ("a2c080", "not-msgpack"),
    "utf8-surrogate": ("a3eda080", "not-msgpack"),
    "utf8-beyond-unicode": ("a4f4908080", "not-msgpack"),
    "integer-beyond": ("cf0020000000000000", "integer-range"),
    "integer-of-64-bits": ("cfffffffffffffffff", "integer-range"),
    "integer-below": ("d3ffe0000000000000", "integer-range"),
    "nine-deep": ("91" * 8 + "00", "too-deep"),
    "nine-deep-empty": ("91" * 8 + "90", "too-deep"),
    "nine-deep-maps": ("81a0" * 8 + "00", "too-deep"),
    "one-item-too-many": ("dc1000" + "00" * 4096, "too-many-items"),
    "one-byte-too-many": ("c5" + f"{MOST - 2:04x}" + "00" * (MOST - 2), "too-large"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_each_value_has_its_one_encoding(name: str) -> None:
    value, encoded = ACCEPTED[name]
    data = bytes.fromhex(encoded)
    assert canonical.encode(value) == data
    assert canonical.decode(data, most=MOST) == value
    assert canonical.ENCODER.encode(value) == data


@pytest.mark.parametrize("name", REJECTED)
def test_each_refusal_has_its_code(name: str) -> None:
    encoded, code = REJECTED[name]
    with refused(code):
        canonical.decode(bytes.fromhex(encoded), most=MOST)


@pytest.mark.parametrize("name", ACCEPTED)
def test_no_prefix_and_no_continuation_of_a_value_is_one(name: str) -> None:
    data = bytes.fromhex(ACCEPTED[name][1])
    for end in range(0, len(data), max(1, len(data) // 40)):
        with pytest.raises(Malformed):
            canonical.decode(data[:end], most=MOST)
    with pytest.raises(Malformed) as caught:
        canonical.decode(data + b"\xc0", most=MOST)
    assert caught.value.code in {"trailing-bytes", "too-many-items"}


REFUSED_VALUES: Final[dict[str, tuple[object, str]]] = {
    "float": (1.5, "type-refused"),
    "set": ({1}, "type-refused"),
    "bytearray": (bytearray(b"a"), "type-refused"),
    "beyond": (2**53, "integer-range"),
    "below": (-(2**53), "integer-range"),
    "key-of-integer": ({1: 2}, "key-not-str"),
    "nine-deep": ([[[[[[[[0]]]]]]]], "too-deep"),
    "float-inside": ({"a": [1.5]}, "type-refused"),
}


@pytest.mark.parametrize("name", REFUSED_VALUES)
def test_what_has_no_encoding_is_refused(name: str) -> None:
    value, code = REFUSED_VALUES[name]
    unchecked: Callable[..., bytes] = canonical.encode
    with refused(code):
        unchecked(value)


def test_a_bool_is_not_an_integer() -> None:
    assert canonical.decode(b"\xc3", most=1) is True
    assert canonical.encode(value=True) != canonical.encode(1)


def test_tuples_are_arrays() -> None:
    unchecked: Callable[..., bytes] = canonical.encode
    assert unchecked((1, (2,))) == canonical.encode([1, [2]])


def test_keys_are_sorted_whatever_their_order_was() -> None:
    assert canonical.encode({"b": 1, "a": 2}) == canonical.encode({"a": 2, "b": 1})


@examples(500)
@given(values())
def test_round_trip(value: Value) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data, most=len(data)) == value
    with refused("too-large"):
        canonical.decode(data, most=len(data) - 1)


@examples(1000)
@given(st.binary(max_size=200) | values().map(canonical.encode).flatmap(mutations))
def test_bytes_decode_canonically_or_are_malformed(data: bytes) -> None:
    try:
        value = canonical.decode(data, most=MOST)
    except Malformed:
        return
    assert canonical.encode(value) == data


# --- the path of known types ------------------------------------------------------


class Inner(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    flag: bool
    words: tuple[Annotated[str, Meta(max_length=20)], ...]


class Outer(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    amount: Annotated[int, Meta(ge=-limits.INTEGER, le=limits.INTEGER)]
    blob: bytes
    inner: Inner
    maybe: bytes | None = None
    words: tuple[str, ...] = ()


OUTER: Final = msgspec.msgpack.Decoder(Outer)
OUTERS: Final = st.builds(
    Outer,
    amount=st.integers(-limits.INTEGER, limits.INTEGER),
    blob=st.binary(max_size=40),
    inner=st.builds(
        Inner,
        flag=st.booleans(),
        words=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    ),
    maybe=st.none() | st.binary(max_size=4),
    words=st.lists(st.text(max_size=10), max_size=2).map(tuple),
)


def plain(outer: Outer) -> Value:
    value: Value = msgspec.to_builtins(outer, builtin_types=(bytes,))
    return value


@examples(500)
@given(OUTERS)
def test_both_codecs_write_alike(outer: Outer) -> None:
    data = canonical.ENCODER.encode(outer)
    assert canonical.encode(plain(outer)) == data
    assert canonical.read(OUTER, data, most=MOST) == outer


def by_plain_values(data: bytes) -> Outer | None:
    """What `read` should give, by way of the codec of record."""
    try:
        outer = msgspec.convert(canonical.decode(data, most=MOST), Outer)
    except (Malformed, msgspec.ValidationError):
        return None
    # A field written out at its default has another, shorter form.
    return outer if canonical.encode(plain(outer)) == data else None


@examples(1000)
@given(
    st.binary(max_size=100) | OUTERS.map(canonical.ENCODER.encode).flatmap(mutations)
)
def test_both_codecs_read_alike(data: bytes) -> None:
    try:
        read = canonical.read(OUTER, data, most=MOST)
    except Malformed:
        assert by_plain_values(data) is None
    else:
        assert by_plain_values(data) == read


TYPED_REFUSALS: Final[dict[str, tuple[bytes, str]]] = {
    "too-large": (b"\xc0" * (MOST + 1), "too-large"),
    "not-of-the-type": (b"\xc0", "form"),
    "cut-short": (b"\x83", "form"),
    "bad-utf8": (
        canonical.encode({"amount": 0, "blob": b"", "inner": [True, ["?"]]}).replace(
            b"\xa1?", b"\xa1\xff"
        ),
        "form",
    ),
    "unsorted": (
        b"\x83\xa4blob\xc4\x00\xa6amount\x00\xa5inner\x92\xc2\x90",
        "not-canonical",
    ),
    "default-written-out": (
        canonical.encode({"amount": 0, "blob": b"", "inner": [False, []], "words": []}),
        "not-canonical",
    ),
    "long-integer": (
        b"\x83\xa6amount\xcc\x00\xa4blob\xc4\x00\xa5inner\x92\xc2\x90",
        "not-canonical",
    ),
    "key-twice": (
        b"\x84\xa6amount\x00\xa6amount\x00\xa4blob\xc4\x00\xa5inner\x92\xc2\x90",
        "not-canonical",
    ),
}


@pytest.mark.parametrize("name", TYPED_REFUSALS)
def test_each_typed_refusal_has_its_code(name: str) -> None:
    data, code = TYPED_REFUSALS[name]
    with refused(code):
        canonical.read(OUTER, data, most=MOST)


# --- the cost of a refusal --------------------------------------------------------

MIB: Final = 1024 * 1024
BOMBS: Final[dict[str, tuple[bytes, str]]] = {
    "empty-arrays": (b"\xdd" + MIB.to_bytes(4) + b"\x90" * MIB, "too-many-items"),
    "empty-maps": (b"\xdd" + MIB.to_bytes(4) + b"\x80" * MIB, "too-many-items"),
    "nested-arrays": (b"\x91" * MIB, "too-deep"),
    "nested-maps": (b"\x81\xa0" * MIB, "too-deep"),
    "small-integers": (b"\xdd" + MIB.to_bytes(4) + b"\x00" * MIB, "too-many-items"),
    "empty-strings-in-a-map": (
        b"\xdf" + MIB.to_bytes(4) + b"\xa0" * (2 * MIB),
        "too-many-items",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_builds_no_objects(name: str) -> None:
    data, code = BOMBS[name]
    tracemalloc.start()
    try:
        with refused(code):
            canonical.decode(data, most=4 * MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_where_a_known_type_is_read(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            canonical.read(OUTER, BOMBS[name][0], most=4 * MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024
