"""Objects beside the chain: their forms, their names, their order."""

from typing import Final, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, ids, limits
from protocol.canonical import Value
from protocol.equivocation import Proof, Side
from protocol.errors import Malformed
from protocol.roster import gossip
from protocol.roster.change import Approval
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.gossip import (
    AcceptObject,
    ApprovalObject,
    CardObject,
    ChangeObject,
    GossipObject,
    ProofObject,
    ProposalObject,
)
from protocol.roster.identity import Application, Card, SignedCard
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import seed

COOP: Final = seed("coop")
SIGNATURE: Final = bytes(64)
APPROVAL: Final = Approval(COOP, SIGNATURE)
LOW: Final = Side(bytes(32), (b"event",), SIGNATURE)
HIGH: Final = Side(b"\x01" * 32, (), SIGNATURE)
PROOF: Final = Proof(
    coop=COOP,
    generation=0,
    incarnation=bytes(16),
    seq=3,
    low=LOW,
    high=HIGH,
)

#: Name -> (object, as plain values).
OBJECTS: Final[dict[str, tuple[GossipObject, list[Value]]]] = {
    "card": (
        CardObject(SignedCard(b"card", SIGNATURE)),
        ["card", [b"card", SIGNATURE]],
    ),
    "change": (
        ChangeObject(b"change", APPROVAL),
        ["change", b"change", [COOP, SIGNATURE], None],
    ),
    "change-with-application": (
        ChangeObject(b"change", APPROVAL, Application(b"i", "Acorn", SIGNATURE)),
        ["change", b"change", [COOP, SIGNATURE], [b"i", "Acorn", SIGNATURE]],
    ),
    "approval": (
        ApprovalObject(seed("change"), APPROVAL),
        ["approval", seed("change"), [COOP, SIGNATURE]],
    ),
    "proposal": (
        ProposalObject(Proposal(b"block", 0, COOP, SIGNATURE)),
        ["proposal", [b"block", 0, COOP, SIGNATURE]],
    ),
    "accept": (
        AcceptObject(Accept(7, 0, seed("block"), COOP, SIGNATURE)),
        ["accept", [7, 0, seed("block"), COOP, SIGNATURE]],
    ),
    "proof": (
        ProofObject(PROOF),
        [
            "proof",
            [
                COOP,
                0,
                bytes(16),
                3,
                [LOW.id, [b"event"], SIGNATURE],
                [HIGH.id, [], SIGNATURE],
            ],
        ],
    ),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_there_and_back(name: str) -> None:
    made, plain = OBJECTS[name]
    data = gossip.write(made)
    assert data == canonical.encode(plain)
    assert gossip.parse(data) == made
    assert gossip.kind_of(made) == plain[0]
    assert gossip.object_id(data) == ids.digest("object", data)


def test_who_signed_an_object() -> None:
    card = canonical.ENCODER.encode(
        Card(
            coop=COOP,
            counter=1,
            node_key=bytes(32),
            sealing_key=bytes(32),
            addresses=(),
        )
    )
    objects = {
        **{name: made for name, (made, _) in OBJECTS.items()},
        "card": CardObject(SignedCard(card, SIGNATURE)),
    }
    signers = {name: gossip.signer_of(made) for name, made in objects.items()}
    assert signers == {**dict.fromkeys(OBJECTS, COOP), "proof": None}


def test_every_kind_has_an_object_and_a_rank() -> None:
    kinds = {gossip.kind_of(made) for made, _ in OBJECTS.values()}
    assert kinds == set(gossip.RANK)
    assert {type(made) for made, _ in OBJECTS.values()} == set(get_args(GossipObject))
    assert sorted(gossip.RANK.values()) == list(range(len(gossip.RANK)))


def test_what_builds_on_another_comes_after_it() -> None:
    rank = gossip.RANK
    assert rank["change"] < rank["approval"]
    assert rank["proposal"] < rank["accept"]


REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "form"),
    "unknown": (canonical.encode(["promise", b""]), "form"),
    "card-as-array": (canonical.encode(["card", b"card", SIGNATURE]), "form"),
    "change-without-application": (
        canonical.encode(["change", b"change", [COOP, SIGNATURE]]),
        "not-canonical",
    ),
    "change-without-a-sponsor": (canonical.encode(["change", b"change"]), "form"),
    "approval-of-a-short-id": (
        canonical.encode(["approval", bytes(31), [COOP, SIGNATURE]]),
        "form",
    ),
    "proposal-of-another-term": (
        canonical.encode(["proposal", [b"", 1, COOP, SIGNATURE]]),
        "form",
    ),
    "accept-of-another-term": (
        canonical.encode(["accept", [7, 1, seed("block"), COOP, SIGNATURE]]),
        "form",
    ),
    "accept-of-number-zero": (
        canonical.encode(["accept", [0, 0, seed("block"), COOP, SIGNATURE]]),
        "form",
    ),
    "proof-of-one-side": (
        canonical.encode(["proof", [COOP, 0, bytes(16), None, 3]]),
        "form",
    ),
    "too-large": (bytes(limits.OBJECT_BYTES + 1), "too-large"),
    "bytes-after": (gossip.write(OBJECTS["card"][0]) + b"\0", "form"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_objects_that_are_none(name: str) -> None:
    data, code = REFUSED[name]
    with refused(code):
        gossip.parse(data)


def test_the_largest_proof_is_an_object() -> None:
    events = (bytes(limits.RUN_BYTES // 1023),) * 1023
    sides = [msgspec.structs.replace(side, after=events) for side in (LOW, HIGH)]
    proof = msgspec.structs.replace(PROOF, low=sides[0], high=sides[1])
    data = gossip.write(ProofObject(proof))
    assert 2 * limits.RUN_BYTES < len(data) <= limits.OBJECT_BYTES
    assert gossip.parse(data) == ProofObject(proof)


def test_a_digest_of_a_set() -> None:
    one, other = seed("one"), seed("other")
    low, high = sorted((one, other))
    expected = ids.digest("gossip", low, high)
    assert gossip.gossip_digest([one, other]) == expected
    assert gossip.gossip_digest({other, one}) == expected
    assert gossip.gossip_digest([]) == ids.digest("gossip")


@examples(300)
@given(
    st.sampled_from(sorted(OBJECTS))
    .map(lambda name: gossip.write(OBJECTS[name][0]))
    .flatmap(mutations)
)
def test_bytes_are_an_object_or_malformed(data: bytes) -> None:
    try:
        made = gossip.parse(data)
    except Malformed:
        return
    assert gossip.write(made) == data
