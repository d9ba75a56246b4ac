"""Changes: their forms, their ids, and the signatures that carry them."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, ids, keys, limits
from protocol.canonical import Value
from protocol.errors import Malformed
from protocol.ids import BlockId, ChangeId, NetworkId
from protocol.log import Place
from protocol.roster import change
from protocol.roster.change import (
    Admit,
    ChangeBody,
    Charter,
    Close,
    Headcount,
    OfCoop,
)
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import coop, seed

ACORN: Final = coop("acorn")
NETWORK: Final = NetworkId(seed("network"))
BASE: Final = BlockId(seed("base"))
NONCE: Final = seed("nonce")[:16]

CHARTER: Final[dict[str, Value]] = {
    "basis": "co-op",
    "currency": "GBP",
    "decision": "consent",
    "name": "Network of the North",
    "notice_days": 7,
    "quorum_percent": 50,
    "rules": 0,
    "themes": ["climate-change"],
    "vetoes": 2,
}
#: Kind -> (body, as a plain value).
FORMS: Final[dict[str, tuple[ChangeBody, Value]]] = {
    "admit": (Admit(ACORN.inception), [ACORN.inception]),
    "elector.on": (OfCoop(ACORN.id), [ACORN.id]),
    "elector.off": (OfCoop(ACORN.id), [ACORN.id]),
    "secretary": (OfCoop(ACORN.id), [ACORN.id]),
    "headcount": (Headcount(ACORN.id, 12), [ACORN.id, 12]),
    "charter": (
        Charter(name="Network of the North", themes=("climate-change",)),
        CHARTER,
    ),
    "close": (
        Close(ACORN.id, Place(b"\x05" * 16, 7, b"\x06" * 32)),
        [ACORN.id, [b"\x05" * 16, 7, b"\x06" * 32]],
    ),
}


def test_every_kind_has_a_form() -> None:
    assert set(FORMS) == set(change.CARRIED) == set(change._BODIES)


@pytest.mark.parametrize("kind", FORMS)
def test_a_change_there_and_back(kind: str) -> None:
    body, plain = FORMS[kind]
    data = change.write(kind, body, BASE, NONCE)
    assert data == canonical.encode([kind, plain, BASE, NONCE])
    read = change.parse(data, NETWORK)
    assert (read.kind, read.body, read.base, read.data) == (kind, body, BASE, data)
    assert read.id == ids.digest("change", NETWORK, data)


def test_a_change_belongs_to_one_network() -> None:
    data = change.write("admit", Admit(ACORN.inception), BASE, NONCE)
    other = change.parse(data, NetworkId(bytes(32)))
    assert other.id != change.parse(data, NETWORK).id


def test_the_nonce_lets_a_wish_be_put_again() -> None:
    again = [
        change.parse(change.write("admit", Admit(b""), BASE, nonce), NETWORK).id
        for nonce in (NONCE, bytes(16))
    ]
    assert again[0] != again[1]


def written(
    kind: Value, body: Value, base: Value = BASE, nonce: Value = NONCE
) -> bytes:
    return canonical.encode([kind, body, base, nonce])


def charter(**fields: Value) -> bytes:
    return written("charter", {**CHARTER, **fields})


def without(field: str) -> bytes:
    return written("charter", {key: CHARTER[key] for key in CHARTER if key != field})


REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "form"),
    "nil": (b"\xc0", "form"),
    "three-items": (canonical.encode(["admit", [b""], BASE]), "form"),
    "five-items": (canonical.encode(["admit", [b""], BASE, NONCE, 0]), "form"),
    "unknown-kind": (written("merge", [ACORN.id]), "change-unknown"),
    "kind-empty": (written("", [ACORN.id]), "change-unknown"),
    "kind-too-long": (written("k" * 21, [ACORN.id]), "form"),
    "kind-of-bytes": (written(b"admit", [b""]), "form"),
    "base-short": (written("admit", [b""], base=bytes(31)), "form"),
    "nonce-long": (written("admit", [b""], nonce=bytes(17)), "form"),
    "too-large": (written("admit", [bytes(limits.CHANGE_BYTES)]), "too-large"),
    "bytes-after": (written("admit", [b""]) + b"\0", "form"),
    "kind-in-a-longer-form": (
        written("admit", [b""]).replace(b"\xa5admit", b"\xd9\x05admit"),
        "not-canonical",
    ),
    "body-in-a-longer-form": (
        written("admit", [b"x"]).replace(b"\xc4\x01x", b"\xc5\0\x01x"),
        "not-canonical",
    ),
    "admit-of-nothing": (written("admit", []), "form"),
    "admit-of-two": (written("admit", [b"", b""]), "form"),
    "admit-of-a-map": (written("admit", {"inception": b""}), "form"),
    "elector-of-short-id": (written("elector.on", [bytes(31)]), "form"),
    "elector-of-a-headcount": (written("elector.off", [ACORN.id, 3]), "form"),
    "headcount-of-nobody": (written("headcount", [ACORN.id, 0]), "form"),
    "headcount-of-too-many": (written("headcount", [ACORN.id, 100_001]), "form"),
    "headcount-of-true": (written("headcount", [ACORN.id, True]), "form"),
    "charter-of-an-array": (written("charter", [*CHARTER.values()]), "form"),
    "charter-with-more": (charter(zzz=1), "form"),
    "charter-without-a-name": (without("name"), "form"),
    **{
        f"charter-without-{field}": (without(field), "not-canonical")
        for field in CHARTER
        if field != "name"
    },
    "charter-of-another-basis": (charter(basis="euro"), "form"),
    "charter-of-another-currency": (charter(currency="gbp"), "form"),
    "charter-of-another-decision": (charter(decision="coin"), "form"),
    "charter-without-letters": (charter(name=""), "form"),
    "charter-of-a-long-name": (charter(name="x" * 101), "form"),
    "charter-of-no-quorum": (charter(quorum_percent=0), "form"),
    "charter-beyond-quorum": (charter(quorum_percent=101), "form"),
    "charter-of-negative-notice": (charter(notice_days=-1), "form"),
    "charter-of-a-year-and-a-day": (charter(notice_days=366), "form"),
    "charter-of-rules-beyond": (charter(rules=1_000_001), "form"),
    "charter-of-no-vetoes": (charter(vetoes=0), "form"),
    "charter-of-vetoes-beyond": (charter(vetoes=1001), "form"),
    "charter-of-too-many-themes": (charter(themes=["a"] * 41), "form"),
    "charter-of-a-theme-in-capitals": (charter(themes=["A"]), "form"),
    "close-of-nothing": (written("close", [ACORN.id]), "form"),
    "close-of-an-id-alone": (written("close", [ACORN.id, bytes(32)]), "form"),
    "close-of-place-zero": (
        written("close", [ACORN.id, [bytes(16), 0, bytes(32)]]),
        "form",
    ),
    **{
        f"reserved-{kind}": (written(kind, [ACORN.id]), "change-unknown")
        for kind in ("rekey", "reseat", "exclude", "leave", "expunge", "erase")
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_changes_that_are_none(name: str) -> None:
    data, code = REFUSED[name]
    with refused(code):
        change.parse(data, NETWORK)


#: Each value at its least and at its most.
CHARTERS: Final[dict[str, bytes]] = {
    "least": charter(
        name="N", notice_days=0, quorum_percent=1, rules=0, themes=[], vetoes=1
    ),
    "most": charter(notice_days=365, quorum_percent=100, rules=1_000_000, vetoes=1000),
    "by-member": charter(basis="member", currency="EUR", decision="two-thirds"),
    "by-majority": charter(decision="majority"),
}


@pytest.mark.parametrize("name", CHARTERS)
def test_charters(name: str) -> None:
    read = change.parse(CHARTERS[name], NETWORK)
    assert change.write("charter", read.body, BASE, NONCE) == CHARTERS[name]


@pytest.mark.parametrize("people", [1, 100_000])
def test_headcounts(people: int) -> None:
    read = change.parse(written("headcount", [ACORN.id, people]), NETWORK)
    assert read.body == Headcount(ACORN.id, people)


def test_the_largest_charter_fits() -> None:
    data = charter(
        name="\U0001f33b" * 100, themes=["x" * 40] * 40, rules=1_000_000, vetoes=1000
    )
    assert len(data) < limits.CHANGE_BYTES
    change.parse(data, NETWORK)


def test_an_approval_is_a_signature_on_one_change_in_one_network() -> None:
    one, other = ChangeId(seed("one")), ChangeId(seed("other"))
    made = change.approve(NETWORK, one, ACORN.id, ACORN.key)
    assert made.coop == ACORN.id
    assert change.approved(NETWORK, one, made, ACORN.public)
    assert not change.approved(NETWORK, other, made, ACORN.public)
    assert not change.approved(NetworkId(bytes(32)), one, made, ACORN.public)
    assert not change.approved(NETWORK, one, made, coop("bramble").public)
    assert keys.verify(ACORN.public, "approval", NETWORK + one, made.signature)


@examples(500)
@given(
    st.sampled_from(sorted(FORMS))
    .map(lambda kind: change.write(kind, FORMS[kind][0], BASE, NONCE))
    .flatmap(mutations)
)
def test_bytes_are_a_change_or_malformed(data: bytes) -> None:
    try:
        read = change.parse(data, NETWORK)
    except Malformed:
        return
    assert change.write(read.kind, read.body, read.base, NONCE)[:-16] == data[:-16]
