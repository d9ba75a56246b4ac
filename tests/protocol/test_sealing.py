"""Envelopes: who opens them, and that nothing else does."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import limits, sealing
from protocol.canonical import ENCODER
from protocol.errors import Malformed
from protocol.ids import digest
from protocol.kinds.sealed import SealedShared
from protocol.sealing import Envelope, Purpose
from tests.protocol.world import seed
from tests.reference import sealing as reference

NAMES: Final = ("alba", "birch", "cedar", "dune")
IDS: Final = {name: seed("sealed for", name) for name in NAMES}
KEYS: Final = {
    name: X25519PrivateKey.from_private_bytes(seed("sealing key", name))
    for name in NAMES
}
NETWORK: Final = seed("sealing network")
LEAD: Final = seed("sealing lead")
KEY: Final = seed("content key")
#: Alba's words for Birch and Cedar.
PURPOSE: Final = Purpose(
    NETWORK, IDS["alba"], LEAD, "details", (IDS["birch"], IDS["cedar"])
)
READERS: Final = ("alba", "birch", "cedar")
WORDS: Final = "Ask for Mæve at 12 Quay Street, 07700 900123".encode()


@dataclasses.dataclass(frozen=True)
class Parts:
    """What an envelope is made of; a test makes one part another."""

    purpose: Purpose = PURPOSE
    key: bytes = KEY
    words: bytes = WORDS
    #: The content key in the wraps, where it is not the content's.
    wrapped: bytes = KEY

    def sealed(self) -> bytes:
        wraps = [
            sealing.SUITE.encrypt(
                self.wrapped, KEYS[name].public_key(), info=self.purpose.info(reader)
            )
            for name, reader in zip(READERS, self.purpose.readers, strict=True)
        ]
        return sealing.close(self.purpose, self.key, wraps, self.words)


SEALED: Final = Parts().sealed()


def opened(data: bytes, name: str, purpose: Purpose = PURPOSE) -> bytes:
    return sealing.open_(purpose, data, IDS[name], KEYS[name])


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Malformed) as found:
        act()
    return found.value.code


@pytest.mark.parametrize("name", READERS)
def test_every_reader_opens_it(name: str) -> None:
    assert opened(SEALED, name) == WORDS


def test_who_is_none_of_them_does_not() -> None:
    assert code_of(lambda: opened(SEALED, "dune")) == "not-a-reader"


@pytest.mark.parametrize("name", ["birch", "cedar"])
def test_a_reader_with_another_key_does_not(name: str) -> None:
    code = code_of(lambda: sealing.open_(PURPOSE, SEALED, IDS[name], KEYS["dune"]))
    assert code == "seal"


#: What is said of an envelope that is moved elsewhere.
ELSEWHERE: Final[dict[str, dict[str, object]]] = {
    "network": {"network": seed("another network")},
    "author": {"author": seed("another author")},
    "about": {"about": seed("another lead")},
    "role": {"role": "rate"},
    "more-readers": {"to": (IDS["birch"], IDS["cedar"], IDS["dune"])},
    "readers-swapped": {"to": (IDS["cedar"], IDS["birch"])},
    "another-reader": {"to": (IDS["birch"], IDS["dune"])},
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_moved_to_another_event_nobody_opens_it(what: str) -> None:
    moved = msgspec.structs.replace(PURPOSE, **ELSEWHERE[what])
    readers = zip(READERS, (moved.author, *PURPOSE.to), strict=True)
    for name, reader in readers:
        act = partial(sealing.open_, moved, SEALED, reader, KEYS[name])
        assert code_of(act) in {"seal", "form", "not-a-reader"}


def test_what_it_is_bound_to_is_the_events() -> None:
    body = SealedShared(about=LEAD, role="details", to=PURPOSE.to)
    assert sealing.purpose_of(NETWORK, IDS["alba"], body) == PURPOSE


@settings(deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255), st.sampled_from(READERS))
def test_no_byte_of_it_can_be_changed(at: int, change: int, name: str) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= change
    code_of(lambda: opened(bytes(changed), name))


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(READERS))
def test_bytes_of_any_kind_are_refused(data: bytes, name: str) -> None:
    code_of(lambda: opened(data, name))


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=sealing.WORDS_BYTES), st.sampled_from(READERS))
def test_any_words_come_back(words: bytes, name: str) -> None:
    data = Parts(words=words).sealed()
    assert len(data) <= limits.TEXT_BYTES
    assert opened(data, name) == words


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_sizes_tell_a_step_and_no_more(one: bytes, other: bytes) -> None:
    for words in (one, other):
        assert len(sealing.pad(words)) in sealing.STEPS
        assert sealing.unpad(sealing.pad(words)) == words
    same_step = (len(one) > 252) == (len(other) > 252)
    assert (len(sealing.pad(one)) == len(sealing.pad(other))) == same_step


#: Words -> the size that they are padded to.
SIZES: Final = {0: 256, 252: 256, 253: 512, 508: 512, 32_764: 32_768, 32_765: 61_440}


@pytest.mark.parametrize("length", SIZES)
def test_the_edges_of_the_steps(length: int) -> None:
    assert len(sealing.pad(bytes(length))) == SIZES[length]


def test_the_longest_words_for_the_most_readers_fit_into_a_text() -> None:
    to = tuple(seed("reader", str(number)) for number in range(16))
    purpose = msgspec.structs.replace(PURPOSE, to=to)
    longest = bytes(sealing.WORDS_BYTES)
    data = sealing.close(purpose, KEY, [bytes(sealing.WRAP_BYTES)] * 17, longest)
    assert len(data) <= limits.TEXT_BYTES
    assert code_of(lambda: sealing.pad(longest + b"x")) == "too-large"


#: Padding that `pad` does not write: what is inside could hide a second message.
PADDED_WRONG: Final = {
    "not-zeros": b"\0\0\0\1x" + b"\0" * 250 + b"y",
    "a-larger-step": (b"\0\0\0\1x").ljust(512, b"\0"),
    "longer-than-it-is": (b"\0\0\1\0").ljust(256, b"x"),
    "beyond-all-steps": (b"\xff\xff\xff\xff").ljust(256, b"x"),
    "no-length": b"\0\0\0",
}


@pytest.mark.parametrize("what", PADDED_WRONG)
def test_other_padding_is_refused(what: str) -> None:
    assert code_of(lambda: sealing.unpad(PADDED_WRONG[what])) == "padding"


def test_another_content_key_than_committed_is_refused() -> None:
    # An author who gives one reader another key, to show each other words.
    assert (
        code_of(lambda: opened(Parts(wrapped=seed("other")).sealed(), "birch"))
        == "seal-key"
    )


def changed(**parts: object) -> bytes:
    envelope = msgspec.msgpack.decode(SEALED, type=Envelope)
    return ENCODER.encode(msgspec.structs.replace(envelope, **parts))


ENVELOPE: Final = msgspec.msgpack.decode(SEALED, type=Envelope)
#: Envelopes that have not the form; the code that they are refused with.
FORMS: Final = {
    "a-wrap-less": (changed(wraps=ENVELOPE.wraps[:2]), "form"),
    "a-wrap-more": (changed(wraps=(*ENVELOPE.wraps, ENVELOPE.wraps[0])), "form"),
    "no-wraps": (changed(wraps=()), "form"),
    "a-short-wrap": (changed(wraps=(b"x" * 79,) * 3), "form"),
    "a-short-commitment": (changed(commitment=b"x" * 31), "form"),
    "content-of-no-step": (changed(content=ENVELOPE.content + b"x"), "form"),
    "no-content": (changed(content=b""), "form"),
    "cut-short": (SEALED[:-1], "form"),
    "one-byte-more": (SEALED + b"\0", "form"),
    "a-longer-encoding": (
        SEALED.replace(b"\xc4\x20", b"\xc5\x00\x20", 1),
        "not-canonical",
    ),
    "too-large": (bytes(limits.TEXT_BYTES + 1), "too-large"),
    "wraps-swapped": (changed(wraps=ENVELOPE.wraps[::-1]), "seal"),
    "another-commitment": (
        changed(commitment=digest("seal-key", bytes(32))),
        "seal-key",
    ),
    "a-wrap-of-small-order": (
        changed(wraps=(ENVELOPE.wraps[0], bytes(80), ENVELOPE.wraps[2])),
        "seal",
    ),
}


@pytest.mark.parametrize("what", FORMS)
def test_another_form_is_refused(what: str) -> None:
    data, code = FORMS[what]
    assert code_of(lambda: opened(data, "birch")) == code


# --- what is published ----------------------------------------------------------------

#: RFC 9180, A.2.1.1, the first encryption.
RFC_9180: Final = {
    "ephemeral": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    "public": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    "private": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    "enc": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    "ct": "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
    "21993c62ce81883d2dd1b51a28",
}


def test_the_reference_seals_as_the_rfc_does() -> None:
    # The library lets nobody choose the ephemeral key; it is held to the reference.
    case = {name: bytes.fromhex(value) for name, value in RFC_9180.items()}
    words, info = b"Beauty is truth, truth beauty", b"Ode on a Grecian Urn"
    wrapped = reference.wrap(
        words, case["public"], info, case["ephemeral"], aad=b"Count-0"
    )
    assert wrapped == case["enc"] + case["ct"]
    private = X25519PrivateKey.from_private_bytes(case["private"])
    assert private.public_key().public_bytes_raw() == case["public"]


# --- the second implementation --------------------------------------------------------

THEIRS: Final = reference.Purpose(*msgspec.structs.astuple(PURPOSE))


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=2000))
def test_the_reference_opens_what_we_seal_and_we_what_it_seals(words: bytes) -> None:
    ours = Parts(words=words).sealed()
    theirs = reference.seal(
        THEIRS,
        words,
        KEY,
        [KEYS[name].public_key().public_bytes_raw() for name in READERS],
        [seed("ephemeral", name) for name in READERS],
    )
    for name in READERS:
        private = KEYS[name].private_bytes_raw()
        assert reference.unseal(THEIRS, ours, IDS[name], private) == words
        assert opened(theirs, name) == words
