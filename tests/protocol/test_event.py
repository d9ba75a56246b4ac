"""One event: its form, its name, its cap."""

import hashlib
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, event, limits
from protocol.canonical import Value
from protocol.errors import Malformed
from protocol.event import Epoch, TextRef
from protocol.kinds.logs import LogReopened
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused

BLOCK: Final = b"8 bytes."
REF: Final[Value] = ["note", bytes(32), 5]
BODY: Final[Value] = {"why": "restored"}


def envelope(
    *,
    epoch: Value = None,
    time_ms: Value = 0,
    kind: Value = "log.reopened",
    body: Value = None,
    texts: Value = None,
) -> bytes:
    """An event whose parts are good where they are not given."""
    return canonical.encode(
        [
            [0, BLOCK] if epoch is None else epoch,
            time_ms,
            kind,
            BODY if body is None else body,
            [] if texts is None else texts,
        ]
    )


ACCEPTED: Final[dict[str, bytes]] = {
    "plain": envelope(),
    "long-ago": envelope(time_ms=-limits.INTEGER),
    "far-ahead": envelope(time_ms=limits.INTEGER),
    "last-epoch": envelope(epoch=[limits.INTEGER, BLOCK]),
    "shortest-kind": envelope(kind="a"),
    "longest-kind": envelope(kind="a." + "b" * 38),
    "longest-kind-outside-ascii": envelope(kind="\U0001f33b" * 40),
    "kind-of-no-table": envelope(kind="Lead.2\n"),
    "kind-of-three": envelope(kind="pledge.work.offered"),
    "four-texts": envelope(texts=[REF] * 4),
    "largest-text": envelope(texts=[["note", bytes(32), limits.TEXT_BYTES]]),
    "empty-text": envelope(texts=[["note", bytes(32), 0]]),
    "shortest-role": envelope(texts=[["r", bytes(32), 0]]),
    "longest-role": envelope(texts=[["r" * 20, bytes(32), 0]]),
    "role-of-no-table": envelope(texts=[["A-B\n", bytes(32), 0]]),
    "body-of-any-value": envelope(body=[1, "two", b"three"]),
}

REJECTED: Final[dict[str, bytes]] = {
    "nothing": b"",
    "nil": b"\xc0",
    "map": canonical.encode({"epoch": 0}),
    "four-items": canonical.encode([[0, BLOCK], 0, "a.b", BODY]),
    "six-items": canonical.encode([[0, BLOCK], 0, "a.b", BODY, [], []]),
    "epoch-of-nil": canonical.encode([None, 0, "a.b", BODY, []]),
    "epoch-negative": envelope(epoch=[-1, BLOCK]),
    "epoch-beyond": b"\x95\x92\xcf" + (2**53).to_bytes(8) + envelope()[3:],
    "epoch-short-block": envelope(epoch=[0, b"7 bytes"]),
    "epoch-long-block": envelope(epoch=[0, b"9 bytes.."]),
    "epoch-of-a-bool": envelope(epoch=[True, BLOCK]),
    "epoch-of-one": envelope(epoch=[0]),
    "epoch-of-three": envelope(epoch=[0, BLOCK, 0]),
    "time-of-a-str": envelope(time_ms="now"),
    "time-of-a-bool": envelope(time_ms=True),
    "time-of-a-float": envelope().replace(
        BLOCK + b"\x00", BLOCK + b"\xcb\x3f\xf8\0\0\0\0\0\0"
    ),
    "time-beyond": envelope().replace(
        BLOCK + b"\x00", BLOCK + b"\xcf" + (2**53).to_bytes(8)
    ),
    "kind-empty": envelope(kind=""),
    "kind-too-long": envelope(kind="a." + "b" * 39),
    "kind-of-bytes": envelope(kind=b"lead.opened"),
    "five-texts": envelope(texts=[REF] * 5),
    "text-of-nil": envelope(texts=[None]),
    "text-of-two": envelope(texts=[["note", bytes(32)]]),
    "text-of-four": envelope(texts=[["note", bytes(32), 0, 0]]),
    "text-role-empty": envelope(texts=[["", bytes(32), 0]]),
    "text-role-too-long": envelope(texts=[["r" * 21, bytes(32), 0]]),
    "text-commitment-short": envelope(texts=[["note", bytes(31), 0]]),
    "text-commitment-long": envelope(texts=[["note", bytes(33), 0]]),
    "text-too-large": envelope(texts=[["note", bytes(32), limits.TEXT_BYTES + 1]]),
    "text-size-negative": envelope(texts=[["note", bytes(32), -1]]),
    "texts-of-nil": canonical.encode([[0, BLOCK], 0, "a.b", BODY, None]),
    "two-events": envelope() + envelope(),
    "cut-short": envelope()[:-1],
    "bad-utf8": envelope().replace(b"log.", b"lo\xff."),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_event_in_form(name: str) -> None:
    read = event.parse(ACCEPTED[name])
    parts = (read.epoch, read.time_ms, read.kind, read.body, read.texts)
    assert canonical.ENCODER.encode(parts) == ACCEPTED[name]


@pytest.mark.parametrize("name", REJECTED)
def test_an_event_out_of_form(name: str) -> None:
    with refused("event-form"):
        event.parse(REJECTED[name])


def test_what_is_built_is_what_the_codec_of_record_writes() -> None:
    data = event.build(
        epoch=Epoch(3, BLOCK),
        time_ms=7,
        kind="log.reopened",
        body=LogReopened(why="restored"),
        texts=(TextRef("note", bytes(32), 5),),
    )
    assert data == envelope(epoch=[3, BLOCK], time_ms=7, texts=[REF])


class Big(msgspec.Struct):
    blob: bytes


@pytest.mark.parametrize("spare", [0, -1])
def test_the_cap_of_an_event(spare: int) -> None:
    empty = len(canonical.ENCODER.encode((Epoch(0, BLOCK), 0, "a.b", Big(b""), ())))
    # One byte of length becomes two.
    body = Big(bytes(limits.EVENT_BYTES - empty - 1 - spare))

    def build() -> bytes:
        return event.build(epoch=Epoch(0, BLOCK), time_ms=0, kind="a.b", body=body)

    if spare == 0:
        assert len(build()) == limits.EVENT_BYTES
        return
    with refused("too-large"):
        build()


@examples(500)
@given(
    st.sampled_from(sorted(ACCEPTED)).flatmap(lambda name: mutations(ACCEPTED[name]))
)
def test_bytes_are_an_event_or_malformed(data: bytes) -> None:
    try:
        read = event.parse(data)
    except Malformed:
        return
    assert len(read.texts) <= limits.TEXTS_PER_EVENT


def test_deep_nesting_is_malformed() -> None:
    deep = envelope().replace(canonical.encode(BODY), b"\x91" * 7000 + b"\xc0")
    with pytest.raises(Malformed):
        event.parse(deep)


def test_an_id_covers_all_before_it() -> None:
    first = event.identify(bytes(32), b"one")
    assert first == hashlib.sha256(b"wortley/1/event\0" + bytes(32) + b"one").digest()
    assert event.identify(first, b"two") != event.identify(bytes(32), b"two")
    assert event.identify(first, b"two") != event.identify(first, b"two ")


def test_a_commitment_covers_author_salt_and_words() -> None:
    coop, salt = bytes(32), b"sixteen bytes ok"
    expected = hashlib.sha256(b"wortley/1/text\0" + coop + salt + b"words").digest()
    assert event.commit_text(coop, salt, b"words") == expected
    assert event.commit_text(b"\1" * 32, salt, b"words") != expected
    assert event.commit_text(coop, bytes(16), b"words") != expected
    assert event.commit_text(coop, salt, b"word") != expected
