"""Ed25519 by the pinned criteria: canonical A and R, S < L, no small A, no cofactor."""

import hashlib
from typing import Final

import pytest

from protocol import ids, keys
from protocol.errors import Malformed
from tests.protocol import curve, signatures
from tests.protocol.refusal import refused
from tests.protocol.signatures import PUBLISHED, PURPOSE, Published, Signed
from tests.protocol.world import private, seed

EDGES: Final = signatures.all_edges()
KEY: Final = private("keys")
PUBLIC: Final = keys.public_bytes(KEY)


def verdict(public: bytes, message: bytes, signature: bytes) -> str:
    try:
        stands = keys.verify(public, PURPOSE, message, signature)
    except Malformed as error:
        return "refuse" if error.code == "key-refused" else error.code
    return "accept" if stands else "reject"


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_edges_of_the_criteria(edge: Signed) -> None:
    assert verdict(edge.public, edge.message, edge.signature) == edge.verdict


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.what.split(":")[0])
def test_the_published_edge_cases(
    case: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    # They sign the message as it is; ours always stands behind a tag.
    monkeypatch.setattr(keys, "tag", lambda _purpose: b"")
    got = verdict(*map(bytes.fromhex, (case.public, case.plain, case.signature)))
    assert got == case.verdict, case.what


#: RFC 8032, section 7.1: secret, public, message, signature.
RFC_8032: Final = {
    "test-1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555f"
            "b8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "test-2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da08"
            "5ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "test-3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18"
            "ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}


@pytest.mark.parametrize("name", RFC_8032)
def test_the_vectors_of_the_standard(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, public, message, signature = map(bytes.fromhex, RFC_8032[name])
    monkeypatch.setattr(keys, "tag", lambda _purpose: b"")
    key = keys.Private.from_private_bytes(secret)
    assert keys.public_bytes(key) == public
    assert keys.sign(key, PURPOSE, message) == signature
    assert keys.verify(public, PURPOSE, message, signature)


def test_the_points_of_small_order_are_those_of_the_curve() -> None:
    heights = {
        int.from_bytes(curve.encode(one), "little") % 2**255 for one in curve.SMALL
    }
    assert heights == keys._SMALL_ORDER_Y
    assert sum(len(curve.encodings(one)) for one in curve.SMALL) == 14


REFUSED_KEYS: Final = {
    "empty": b"",
    "short": bytes(31),
    "long": bytes(33),
    "largest": b"\xff" * 32,
    "y-is-p": curve.P.to_bytes(32, "little"),
    "y-is-p-signed": (curve.P | 1 << 255).to_bytes(32, "little"),
    "y-is-zero": bytes(32),
    "neutral": b"\x01" + bytes(31),
}


@pytest.mark.parametrize("name", REFUSED_KEYS)
def test_a_key_outside_the_criteria(name: str) -> None:
    public = REFUSED_KEYS[name]
    with refused("key-refused"):
        keys.check_key(public)
    with refused("key-refused"):
        keys.verify(public, PURPOSE, b"", bytes(64))


def test_largest_canonical_height() -> None:
    keys.check_key((curve.P - 2).to_bytes(32, "little"))


def test_a_signature_stands_for_one_key_purpose_and_message() -> None:
    signature = keys.sign(KEY, "head", b"message")
    assert len(signature) == keys.SIGNATURE_BYTES
    assert signature == keys.sign(KEY, "head", b"message")
    assert keys.verify(PUBLIC, "head", b"message", signature)
    assert not keys.verify(PUBLIC, "accept", b"message", signature)
    assert not keys.verify(PUBLIC, "head", b"messages", signature)
    other = keys.public_bytes(private("another"))
    assert not keys.verify(other, "head", b"message", signature)


def test_what_is_signed_is_the_tag_and_the_message() -> None:
    signature = keys.sign(KEY, "head", b"message")
    assert signature == KEY.sign(b"wortley/1/head\0message")


@pytest.mark.parametrize("bit", range(0, 512, 37))
def test_a_flipped_bit_breaks_a_signature(bit: int) -> None:
    signature = bytearray(keys.sign(KEY, "head", b"message"))
    signature[bit // 8] ^= 1 << bit % 8
    assert not keys.verify(PUBLIC, "head", b"message", bytes(signature))


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_a_signature_has_64_bytes(length: int) -> None:
    assert not keys.verify(PUBLIC, "head", b"message", bytes(length))


def test_the_digest_of_a_key_to_come() -> None:
    expected = hashlib.sha256(b"wortley/1/next-key\0" + PUBLIC).digest()
    assert keys.next_key_digest(PUBLIC) == expected == ids.digest("next-key", PUBLIC)


def test_keys_follow_from_names() -> None:
    assert seed("a", 1) == seed("a/1") != seed("a")
