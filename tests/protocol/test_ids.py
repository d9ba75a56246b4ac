"""Tagged hashes and the one way to write each id."""

import base64
import hashlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import ids
from protocol.errors import Malformed
from protocol.ids import CoopId
from tests.protocol.budget import examples
from tests.protocol.refusal import refused

#: Name -> (prefix, bytes, text).
WRITTEN: Final[dict[str, tuple[str, bytes, str]]] = {
    "zeros": ("coop", bytes(32), "coop_" + "a" * 52),
    "ones": ("net", b"\xff" * 32, "net_" + "7" * 51 + "q"),
    "counting": (
        "evt",
        bytes(range(32)),
        "evt_aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq",
    ),
    "block": ("blk", b"\x80" + bytes(31), "blk_q" + "a" * 51),
    "change": ("chg", bytes(31) + b"\x01", "chg_" + "a" * 51 + "q"),
}

_GOOD: Final = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq"
#: Name -> (prefix, text).
REFUSED: Final[dict[str, tuple[str, str]]] = {
    "empty": ("evt", ""),
    "prefix-alone": ("evt", "evt_"),
    "no-prefix": ("evt", _GOOD),
    "another-prefix": ("evt", f"coop_{_GOOD}"),
    "another-separator": ("evt", f"evt-{_GOOD}"),
    "too-short": ("evt", f"evt_{_GOOD[:-1]}"),
    "too-long": ("evt", f"evt_{_GOOD}a"),
    "upper-case": ("evt", f"evt_{_GOOD.upper()}"),
    "upper-case-prefix": ("evt", f"EVT_{_GOOD}"),
    "one-upper-case-letter": ("evt", f"evt_A{_GOOD[1:]}"),
    "digit-outside-the-alphabet": ("evt", f"evt_0{_GOOD[1:]}"),
    "padding-inside": ("evt", f"evt_{_GOOD[:-1]}="),
    "space-inside": ("evt", f"evt_ {_GOOD[1:]}"),
    "line-end": ("evt", f"evt_{_GOOD[:-1]}\n"),
    "leftover-bits": ("evt", f"evt_{_GOOD[:-1]}r"),
    "letter-that-becomes-ascii-in-upper-case": ("evt", f"evt_\u0131{_GOOD[1:]}"),
    "letter-that-becomes-two-in-upper-case": ("evt", f"evt_\u00df{_GOOD[1:]}"),
    "letter-outside-ascii": ("evt", f"evt_\u00e9{_GOOD[1:]}"),
    "second-separator": ("evt", f"evt__{_GOOD[1:]}"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_id_is_written_in_one_way(name: str) -> None:
    prefix, value, written = WRITTEN[name]
    assert prefix in ids.PREFIXES
    assert ids.text(prefix, value) == written
    assert ids.parse(prefix, written) == value


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_way_is_refused(name: str) -> None:
    with refused("id-form"):
        ids.parse(*REFUSED[name])


@examples(200)
@given(st.sampled_from(ids.PREFIXES), st.binary(min_size=32, max_size=32))
def test_round_trip(prefix: str, value: bytes) -> None:
    written = ids.text(prefix, value)
    assert ids.parse(prefix, written) == value
    assert len(written) == len(prefix) + 53
    tail = written.removeprefix(f"{prefix}_").upper()
    assert base64.b32decode(f"{tail}====") == value


@examples(1000)
@given(st.sampled_from(ids.PREFIXES), st.text(max_size=60))
def test_text_is_an_id_or_malformed(prefix: str, tail: str) -> None:
    written = f"{prefix}_{tail}"
    try:
        value = ids.parse(prefix, written)
    except Malformed:
        return
    assert ids.text(prefix, value) == written


def test_a_digest_is_sha256_over_tag_and_parts() -> None:
    expected = hashlib.sha256(b"wortley/1/co-op\0onetwo").digest()
    assert ids.digest("co-op", b"one", b"two") == expected
    assert ids.digest("co-op", b"onetwo") == expected
    assert ids.digest("block", b"onetwo") != expected
    assert len(expected) == ids.ID_BYTES


def test_no_tag_starts_another() -> None:
    assert not ids.tag("headless").startswith(ids.tag("head"))


def test_numbers_are_eight_bytes_big_endian() -> None:
    assert ids.number(258) == b"\0\0\0\0\0\0\1\2"


def test_an_entity_id_names_coop_family_and_key() -> None:
    coop = CoopId(bytes(32))
    expected = hashlib.sha256(b"wortley/1/entity\0" + coop + b"wish\0key").digest()
    assert ids.entity_id(coop, "wish", b"key") == expected
    # The NUL keeps family and key apart.
    assert ids.entity_id(coop, "wi", b"sh\0key") != ids.entity_id(coop, "wish", b"key")
