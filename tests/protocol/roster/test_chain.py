"""The roster from blocks alone: every change, and every way to refuse a block."""

from collections.abc import Callable
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, ids, keys, limits
from protocol.canonical import ENCODER
from protocol.errors import Malformed, Unconnected
from protocol.ids import BlockId, CoopId
from protocol.log import Place
from protocol.roster import chain
from protocol.roster import change as changes
from protocol.roster.chain import Accepted, Block, Certificate, Entry, Roster
from protocol.roster.change import Admit, Charter, Close, Headcount, OfCoop
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import Coop, Register, coop, network, seed

#: Name of nothing that is held; a roster does not look.
PLACE: Final = Place(b"\x05" * 16, 7, b"\x06" * 32)
ACORN, BRAMBLE, CLOVER, DAISY = map(coop, ("acorn", "bramble", "clover", "daisy"))


CLOSING: Final = Close(BRAMBLE.id, PLACE)


def founded() -> Register:
    return Register.found(ACORN)


def with_electors(*others: Coop) -> Register:
    """A network in which the founder and these are electors."""
    register = founded()
    register.coops[DAISY.id] = DAISY
    register.admit(*others) if others else None
    register.elect(*others)
    return register


def three() -> Register:
    return with_electors(BRAMBLE, CLOVER)


# --- the genesis --------------------------------------------------------------------


def test_the_founder_is_all_there_is() -> None:
    register = founded()
    roster = register.roster
    assert roster.network == ids.digest("network", register.genesis)
    assert roster.number == 0
    assert roster.tip == BlockId(roster.network)
    assert roster.electors == frozenset({ACORN.id})
    assert roster.secretary == ACORN.id
    assert roster.charter == Charter(name="Network of the North")
    member = roster.members[ACORN.id]
    assert (member.log_key, member.generation) == (ACORN.public, 0)
    assert (member.since, member.people) == (0, 1)
    assert roster.epochs() == {0: roster.network[:8]}


GENESES: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "form"),
    "two-items": (canonical.encode([ACORN.inception, bytes(16)]), "form"),
    "nonce-short": (
        chain.write_genesis(ACORN.inception, bytes(15), Charter(name="N")),
        "form",
    ),
    "no-inception": (chain.write_genesis(b"", bytes(16), Charter(name="N")), "form"),
    "no-name": (
        chain.write_genesis(ACORN.inception, bytes(16), Charter(name="")),
        "form",
    ),
    "a-key-that-is-refused": (
        chain.write_genesis(
            canonical.encode([bytes(32), bytes(32), bytes(16)]),
            bytes(16),
            Charter(name="N"),
        ),
        "key-refused",
    ),
    "too-large": (founded().genesis + bytes(limits.BLOCK_BYTES), "too-large"),
    "bytes-after": (founded().genesis + b"\0", "form"),
}


@pytest.mark.parametrize("name", GENESES)
def test_geneses_that_are_none(name: str) -> None:
    data, code = GENESES[name]
    with refused(code):
        chain.found(data)


# --- quorums ------------------------------------------------------------------------

#: Electors -> (approvals that carry a change, accepts that certify a block).
QUORUMS: Final = {
    1: (1, 1),
    2: (2, 2),
    3: (2, 2),
    4: (3, 3),
    5: (4, 3),
    6: (4, 4),
    7: (5, 4),
    9: (6, 5),
    15: (10, 8),
}


@pytest.mark.parametrize("count", QUORUMS)
def test_quorums(count: int) -> None:
    electors = frozenset(CoopId(seed("elector", at)) for at in range(count))
    roster: Roster = msgspec.structs.replace(founded().roster, electors=electors)
    assert (roster.approvals_needed(), roster.accepts_needed()) == QUORUMS[count]


# --- changes, one by one ------------------------------------------------------------


def decide(register: Register, kind: str, body: changes.ChangeBody) -> Roster:
    register.decide(register.entry(register.change(kind, body)))
    return register.roster


def test_admitting() -> None:
    register = founded()
    register.coops[BRAMBLE.id] = BRAMBLE
    roster = decide(register, "admit", Admit(BRAMBLE.inception))
    member = roster.members[BRAMBLE.id]
    assert (member.log_key, member.since, member.people) == (BRAMBLE.public, 1, 1)
    assert BRAMBLE.id not in roster.electors
    assert roster.epochs() == {0: roster.network[:8], 1: roster.tip[:8]}


def test_duties_come_and_go() -> None:
    register = three()
    assert register.roster.electors == {ACORN.id, BRAMBLE.id, CLOVER.id}
    roster = decide(register, "secretary", OfCoop(CLOVER.id))
    assert roster.secretary == CLOVER.id
    roster = decide(register, "elector.off", OfCoop(ACORN.id))
    assert roster.electors == {BRAMBLE.id, CLOVER.id}
    assert ACORN.id in roster.members


def test_a_duty_may_be_laid_down_by_oneself() -> None:
    register = three()
    data = register.change("elector.off", OfCoop(BRAMBLE.id))
    register.decide(register.entry(data, [BRAMBLE]))
    assert register.roster.electors == {ACORN.id, CLOVER.id}


def test_headcount_and_charter() -> None:
    register = with_electors(BRAMBLE)
    roster = decide(register, "headcount", Headcount(BRAMBLE.id, 12))
    assert roster.members[BRAMBLE.id].people == 12
    assert roster.members[ACORN.id].people == 1
    charter = Charter(name="Another name", basis="member")
    assert decide(register, "charter", charter).charter == charter


def test_several_changes_in_one_block_build_on_each_other() -> None:
    register = founded()
    entries = [
        register.entry(register.change("admit", Admit(BRAMBLE.inception))),
        register.entry(register.change("headcount", Headcount(BRAMBLE.id, 5))),
    ]
    register.decide(*entries)
    assert register.roster.members[BRAMBLE.id].people == 5
    # But who approves is known from the block before.
    data = register.change("elector.on", OfCoop(BRAMBLE.id))
    register.coops[BRAMBLE.id] = BRAMBLE
    register.decide(register.entry(data, [ACORN, BRAMBLE]))
    assert register.roster.number == 2


def test_rules_that_this_build_does_not_have_end_the_epochs() -> None:
    register = founded()
    decide(register, "charter", Charter(name="N"))
    decide(register, "charter", Charter(name="N", rules=1))
    decide(register, "charter", Charter(name="N", rules=2))
    decide(register, "charter", Charter(name="N", rules=0))
    roster = decide(register, "headcount", Headcount(ACORN.id, 2))
    assert roster.number == 5
    assert sorted(roster.epochs()) == [0, 1]
    assert roster.known_rules == 2


def test_rules_named_and_taken_back_within_a_block_end_nothing() -> None:
    register = founded()
    entries = [
        register.entry(register.change("charter", Charter(name=name, rules=rules)))
        for name, rules in (("Later", 1), ("Now", 0))
    ]
    for order in (entries, entries[::-1]):
        after = chain.preview(register.roster, register.block(*order))
        counting = [0, 1] if after.charter.rules == 0 else [0]
        assert sorted(after.epochs()) == counting


def test_a_network_founded_under_rules_to_come_has_no_epochs_yet() -> None:
    genesis = chain.write_genesis(
        ACORN.inception, bytes(16), Charter(name="Later", rules=1)
    )
    assert chain.found(genesis).epochs() == {}


def test_a_close_keeps_who_belonged_before_it() -> None:
    register = with_electors(BRAMBLE)
    before = register.roster
    entries = [
        register.entry(register.change("headcount", Headcount(BRAMBLE.id, 5))),
        register.entry(register.change("close", CLOSING), [BRAMBLE]),
        register.entry(register.change("charter", Charter(name="Later"))),
    ]
    register.decide(*entries)
    closed = register.roster.closed[BRAMBLE.id, CLOSING.place.id]
    assert (closed.number, closed.place) == (before.number + 1, CLOSING.place)
    assert closed.members is before.members
    assert closed.charter == before.charter
    assert register.roster.members[BRAMBLE.id].people == 5


def test_nobody_takes_the_place_of_anothers_close() -> None:
    register = with_electors(BRAMBLE)
    stolen = Close(ACORN.id, CLOSING.place)
    register.decide(register.entry(register.change("close", stolen), [ACORN]))
    register.decide(register.entry(register.change("close", CLOSING), [BRAMBLE]))
    closed = register.roster.closed
    assert [closed[one.id, CLOSING.place.id].number for one in (ACORN, BRAMBLE)] == [
        register.roster.number - 1,
        register.roster.number,
    ]


def test_a_close_is_made_once() -> None:
    register = with_electors(BRAMBLE)
    data = register.change("close", CLOSING)
    register.decide(register.entry(data, [BRAMBLE]))
    again = register.change("close", CLOSING, nonce="again")
    refuse(register, register.entry(again, [BRAMBLE]), "change-moot")
    assert chain.is_moot(register.roster, changes.parse(again, register.network))


# --- what refuses a change ----------------------------------------------------------


def enter(register: Register, entry: Entry) -> None:
    chain.preview(register.roster, register.block(entry))


def refuse(register: Register, entry: Entry, code: str) -> None:
    with refused(code):
        enter(register, entry)
    # Certified or not: a majority cannot make it valid.
    data = register.block(entry)
    with refused(code):
        chain.extend(register.roster, data, certificate(register, data))


def certificate(
    register: Register, data: bytes, signers: list[Coop] | None = None, term: int = 0
) -> bytes:
    """Certify whatever bytes by the electors, or by others."""
    block = chain.block_id(data)
    message = chain.accept_message(
        register.network, register.roster.number + 1, term, block
    )
    accepts = sorted(
        (one.id, keys.sign(one.key, "accept", message))
        for one in (register.electors() if signers is None else signers)
    )
    return ENCODER.encode(Certificate(term, tuple(Accepted(*one) for one in accepts)))


#: Name -> (kind, body, code) of a change that three electors approve.
MOOT: Final[dict[str, tuple[str, changes.ChangeBody, str]]] = {
    "admit-a-member": ("admit", Admit(BRAMBLE.inception), "change-moot"),
    "admit-no-inception": ("admit", Admit(b"\xc0"), "form"),
    "admit-a-refused-key": (
        "admit",
        Admit(canonical.encode([bytes(32), bytes(32), bytes(16)])),
        "key-refused",
    ),
    "elector-again": ("elector.on", OfCoop(BRAMBLE.id), "change-moot"),
    "elector-off-who-is-none": ("elector.off", OfCoop(DAISY.id), "change-moot"),
    "elector-off-the-secretary": ("elector.off", OfCoop(ACORN.id), "change-refused"),
    "elector-off-a-stranger": ("elector.off", OfCoop(seed("x")), "change-refused"),
    "secretary-again": ("secretary", OfCoop(ACORN.id), "change-refused"),
    "secretary-who-is-no-elector": ("secretary", OfCoop(DAISY.id), "change-refused"),
    "secretary-a-stranger": ("secretary", OfCoop(seed("x")), "change-refused"),
    "close-of-a-stranger": ("close", Close(seed("x"), PLACE), "approvals"),
    "headcount-of-a-stranger": (
        "headcount",
        Headcount(seed("x"), 3),
        "change-refused",
    ),
}


@pytest.mark.parametrize("name", MOOT)
def test_changes_that_cannot_be_made(name: str) -> None:
    kind, body, code = MOOT[name]
    register = three()
    register.admit(DAISY)
    data = register.change(kind, body)
    refuse(register, register.entry(data), code)
    parsed = changes.parse(data, register.network)
    assert chain.is_moot(register.roster, parsed)


def test_a_change_that_can_be_made_is_not_moot() -> None:
    register = founded()
    data = register.change("admit", Admit(BRAMBLE.inception))
    assert not chain.is_moot(register.roster, changes.parse(data, register.network))


def test_a_sixteenth_elector_is_refused() -> None:
    register = founded()
    others = [coop(f"elector {at}") for at in range(limits.ELECTORS)]
    register.admit(*others)
    register.elect(*others[:-1])
    assert len(register.roster.electors) == limits.ELECTORS
    data = register.change("elector.on", OfCoop(others[-1].id))
    entry = register.entry(data, [*register.electors(), others[-1]])
    refuse(register, entry, "change-refused")
    assert len(entry.approvals) == limits.ELECTORS + 1


def test_a_full_network_admits_nobody() -> None:
    register = founded()
    full = {
        CoopId(seed("member", at)): register.roster.members[ACORN.id]
        for at in range(limits.MEMBERS - 1)
    }
    members = {**full, ACORN.id: register.roster.members[ACORN.id]}
    register.roster = msgspec.structs.replace(register.roster, members=members)
    entry = register.entry(register.change("admit", Admit(BRAMBLE.inception)))
    refuse(register, entry, "change-refused")


# --- who carries a change -----------------------------------------------------------

#: Name -> (kind, subject or none, who approves, whether that carries it).
CARRIED: Final[dict[str, tuple[str, Coop | None, list[Coop], str | None]]] = {
    "quorum": ("admit", None, [ACORN, BRAMBLE], None),
    "another-quorum": ("admit", None, [BRAMBLE, CLOVER], None),
    "all": ("admit", None, [ACORN, BRAMBLE, CLOVER], None),
    "one-of-three": ("admit", None, [ACORN], "approvals"),
    "nobody": ("admit", None, [], "approvals"),
    "quorum-and-a-member": ("admit", None, [ACORN, BRAMBLE, DAISY], "approvals"),
    "headcount-with-its-coop": (
        "headcount",
        DAISY,
        [ACORN, BRAMBLE, DAISY],
        "approvals",
    ),
    "elector-on": ("elector.on", DAISY, [ACORN, BRAMBLE, DAISY], None),
    "elector-on-without-consent": (
        "elector.on",
        DAISY,
        [ACORN, BRAMBLE, CLOVER],
        "approvals",
    ),
    "elector-on-by-itself": ("elector.on", DAISY, [DAISY], "approvals"),
    "elector-on-by-one-and-itself": (
        "elector.on",
        DAISY,
        [ACORN, DAISY],
        "approvals",
    ),
    "elector-off-by-quorum": ("elector.off", CLOVER, [ACORN, BRAMBLE], None),
    "elector-off-by-itself": ("elector.off", CLOVER, [CLOVER], None),
    "elector-off-by-another": ("elector.off", CLOVER, [BRAMBLE], "approvals"),
    "elector-off-by-nobody": ("elector.off", CLOVER, [], "approvals"),
    "secretary-by-itself": ("secretary", CLOVER, [CLOVER], "approvals"),
    "close-by-itself": ("close", DAISY, [DAISY], None),
    "close-by-an-elector": ("close", CLOVER, [CLOVER], None),
    "close-by-quorum": ("close", DAISY, [ACORN, BRAMBLE, CLOVER], "approvals"),
    "close-by-nobody": ("close", DAISY, [], "approvals"),
    "close-by-itself-and-others": ("close", DAISY, [ACORN, DAISY], None),
    "secretary-by-quorum": ("secretary", CLOVER, [BRAMBLE, CLOVER], None),
}


def body_of(kind: str, subject: Coop | None) -> changes.ChangeBody:
    if subject is None:
        return Admit(coop("newcomer").inception)
    if kind == "close":
        return Close(subject.id, PLACE)
    return Headcount(subject.id, 3) if kind == "headcount" else OfCoop(subject.id)


@pytest.mark.parametrize("name", CARRIED)
def test_who_carries_a_change(name: str) -> None:
    kind, subject, signers, code = CARRIED[name]
    register = three()
    register.admit(DAISY)
    entry = register.entry(register.change(kind, body_of(kind, subject)), signers)
    if code is None:
        enter(register, entry)
    else:
        refuse(register, entry, code)


def test_a_subject_that_is_no_member_cannot_consent() -> None:
    register = founded()
    data = register.change("elector.on", OfCoop(BRAMBLE.id))
    refuse(register, register.entry(data, [ACORN, BRAMBLE]), "signature-invalid")


def test_an_admission_in_the_same_block_is_too_late_to_consent() -> None:
    register = founded()
    entries = [
        register.entry(register.change("admit", Admit(BRAMBLE.inception))),
        register.entry(
            register.change("elector.on", OfCoop(BRAMBLE.id)), [ACORN, BRAMBLE]
        ),
    ]
    with refused("signature-invalid"):
        chain.preview(register.roster, register.block(*entries))


def _swapped(entry: Entry) -> Entry:
    return Entry(entry.change, entry.approvals[::-1])


def _doubled(entry: Entry) -> Entry:
    return Entry(entry.change, (entry.approvals[0], *entry.approvals))


def _unsigned(entry: Entry) -> Entry:
    first = msgspec.structs.replace(entry.approvals[0], signature=bytes(64))
    return Entry(entry.change, (first, *entry.approvals[1:]))


def _exchanged(entry: Entry) -> Entry:
    one, other, *rest = entry.approvals
    return Entry(
        entry.change,
        (
            msgspec.structs.replace(one, signature=other.signature),
            msgspec.structs.replace(other, signature=one.signature),
            *rest,
        ),
    )


APPROVALS: Final[dict[str, tuple[Callable[[Entry], Entry], str]]] = {
    "swapped": (_swapped, "approvals"),
    "doubled": (_doubled, "approvals"),
    "unsigned": (_unsigned, "signature-invalid"),
    "exchanged": (_exchanged, "signature-invalid"),
}


@pytest.mark.parametrize("name", APPROVALS)
def test_approvals_out_of_form(name: str) -> None:
    alter, code = APPROVALS[name]
    register = three()
    good = register.entry(register.change("admit", Admit(DAISY.inception)))
    enter(register, good)
    refuse(register, alter(good), code)


# --- bases and repetition -----------------------------------------------------------


def test_a_change_enters_once() -> None:
    register = founded()
    entry = register.entry(register.change("headcount", Headcount(ACORN.id, 5)))
    with refused("change-twice"):
        chain.preview(register.roster, register.block(entry, entry))
    register.decide(entry)
    refuse(register, entry, "change-twice")


def test_a_change_enters_once_in_all_its_life() -> None:
    register = founded()
    entry = register.entry(register.change("headcount", Headcount(ACORN.id, 5)))
    register.decide(entry)
    for at in range(limits.CHANGE_LIFE_BLOCKS + 2):
        code = "change-twice"
        if register.roster.number >= limits.CHANGE_LIFE_BLOCKS:
            code = "change-base"
        refuse(register, entry, code)
        register.headcount(ACORN, 10 + at)
    assert len(register.roster.entered) <= limits.CHANGE_LIFE_BLOCKS + 1


def test_a_wish_may_be_put_again() -> None:
    register = founded()
    for nonce in ("one", "two"):
        data = register.change(
            "headcount",
            Headcount(ACORN.id, 5),
            base=BlockId(register.network),
            nonce=nonce,
        )
        register.decide(register.entry(data))
    assert register.roster.number == 2


@pytest.mark.parametrize("back", [0, 1, 31, 32, 33])
def test_how_far_back_a_base_may_be(back: int) -> None:
    register = founded()
    for at in range(33):
        register.headcount(ACORN, at + 1)
    base = register.roster.blocks[33 - back]
    data = register.change("charter", Charter(name="N"), base=base)
    # The block to come is number 34.
    if back < limits.CHANGE_LIFE_BLOCKS:
        enter(register, register.entry(data))
    else:
        refuse(register, register.entry(data), "change-base")


def test_a_base_that_is_not_of_this_chain() -> None:
    register = founded()
    data = register.change("charter", Charter(name="N"), base=BlockId(bytes(32)))
    refuse(register, register.entry(data), "change-base")


# --- blocks -------------------------------------------------------------------------


def block(register: Register, **fields: object) -> bytes:
    entry = register.entry(register.change("admit", Admit(DAISY.inception)))
    made = Block(
        register.network, register.roster.number + 1, register.roster.tip, (entry,)
    )
    return ENCODER.encode(msgspec.structs.replace(made, **fields))


BLOCKS: Final[dict[str, tuple[dict[str, object], str]]] = {
    "another-network": ({"network": bytes(32)}, "network-foreign"),
    "a-number-before": ({"number": 1}, "block-place"),
    "number-zero": ({"number": 0}, "form"),
    "another-previous": ({"previous": bytes(32)}, "block-place"),
    "no-entries": ({"entries": ()}, "form"),
    "too-many-entries": ({"entries": (Entry(b"", ()),) * 65}, "form"),
    "a-change-that-is-none": ({"entries": (Entry(b"\xc0", ()),)}, "form"),
    "too-many-approvals": (
        {"entries": (Entry(b"", (changes.Approval(bytes(32), bytes(64)),) * 17),)},
        "form",
    ),
    "heads": ({"heads": ((bytes(32),),)}, "form"),
    "too-large": (
        {"entries": (Entry(bytes(limits.BLOCK_BYTES), ()),)},
        "too-large",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_that_are_none(name: str) -> None:
    fields, code = BLOCKS[name]
    register = three()
    data = block(register, **fields)
    with refused(code):
        chain.preview(register.roster, data)
    with refused(code):
        chain.extend(register.roster, data, certificate(register, data))


def test_a_later_block_is_not_connected_yet() -> None:
    register = three()
    data = block(register, number=register.roster.number + 2)
    with refused("block-gap", Unconnected):
        chain.preview(register.roster, data)
    with refused("block-gap", Unconnected):
        chain.extend(register.roster, data, certificate(register, data))


def test_a_block_that_has_entered_has_its_place_taken() -> None:
    register = three()
    for data, certified in register.blocks:
        with refused("block-place"):
            chain.extend(register.roster, data, certified)


def test_the_chain_is_the_same_for_everybody() -> None:
    register = three()
    again = chain.found(register.genesis)
    for data, certified in register.blocks:
        again = chain.extend(again, data, certified)
    assert again == register.roster
    assert again.blocks[1:] == tuple(
        chain.block_id(data) for data, _ in register.blocks
    )


# --- certificates -------------------------------------------------------------------


def accepted(register: Register, data: bytes, signers: list[Coop]) -> list[Accepted]:
    made = msgspec.msgpack.decode(
        certificate(register, data, signers), type=Certificate
    )
    return list(made.accepts)


def encoded(accepts: list[Accepted]) -> bytes:
    return ENCODER.encode(Certificate(0, tuple(accepts)))


ELECTORS: Final = [ACORN, BRAMBLE, CLOVER]
MAJORITIES: Final = [[ACORN, BRAMBLE], [ACORN, CLOVER], [BRAMBLE, CLOVER], ELECTORS]


@pytest.mark.parametrize("signers", MAJORITIES)
def test_any_majority_certifies(signers: list[Coop]) -> None:
    register = three()
    data = block(register)
    after = chain.extend(register.roster, data, certificate(register, data, signers))
    assert after.tip == chain.block_id(data)


@pytest.mark.parametrize("signers", [[], [ACORN], [BRAMBLE], [CLOVER]])
def test_no_minority_does(signers: list[Coop]) -> None:
    register = three()
    data = block(register)
    with refused("certificate"):
        chain.extend(register.roster, data, certificate(register, data, signers))


def test_certificates_that_do_not_certify() -> None:
    register = three()
    register.admit(DAISY)
    data, other = block(register, entries=headcounted(register, 2)), b""
    other = block(register, entries=headcounted(register, 3))
    good = accepted(register, data, ELECTORS)
    member = accepted(register, data, [ACORN, BRAMBLE, DAISY])
    wrong: dict[str, tuple[bytes, str]] = {
        "swapped": (encoded(good[::-1]), "certificate"),
        "doubled": (encoded([good[0], *good]), "certificate"),
        "of-a-member": (encoded(member), "not-elector"),
        "of-another-block": (
            certificate(register, other, ELECTORS),
            "signature-invalid",
        ),
        "one-of-another-block": (
            encoded([*good[:1], *accepted(register, other, ELECTORS)[1:2], *good[2:]]),
            "signature-invalid",
        ),
        "of-another-term": (certificate(register, data, ELECTORS, term=1), "form"),
        "with-promises": (
            canonical.encode([0, [[one.coop, one.signature] for one in good], [1]]),
            "form",
        ),
        "nothing": (b"", "form"),
        "too-large": (bytes(limits.CHANGE_BYTES + 1), "too-large"),
        "too-many": (encoded(good[:1] * 16), "form"),
        "bytes-after": (encoded(good) + b"\0", "form"),
    }
    for name, (certified, code) in wrong.items():
        with refused(code):
            chain.extend(register.roster, data, certified)
            raise AssertionError(name)
    chain.extend(register.roster, data, encoded(good))


def headcounted(register: Register, people: int) -> tuple[Entry, ...]:
    data = register.change("headcount", Headcount(ACORN.id, people), nonce=str(people))
    return (register.entry(data),)


def test_a_certificate_belongs_to_one_network() -> None:
    register, (_, _) = network("acorn", "bramble")
    other = Register.found(ACORN, "Another network")
    data = other.block(other.entry(other.change("admit", Admit(BRAMBLE.inception))))
    with refused("network-foreign"):
        chain.extend(register.roster, data, certificate(other, data))


def test_the_largest_block_fits() -> None:
    # As many of the largest changes as a block may have, approved by all there can be.
    register = founded()
    others = [coop(f"elector {at}") for at in range(limits.ELECTORS)]
    register.admit(*others)
    register.elect(*others[:-1])
    entries = [
        register.entry(
            register.change(
                "charter",
                Charter(name="\U0001f33b" * 100, themes=("x" * 40,) * 40),
                nonce=str(at),
            )
        )
        for at in range(limits.CHANGES_PER_BLOCK)
    ]
    register.decide(*entries)
    assert len(register.blocks[-1][0]) < limits.BLOCK_BYTES


@examples(300)
@given(st.data())
def test_no_accident_passes_for_a_block(data: st.DataObject) -> None:
    register = _THREE
    good, certified = _THREE_BLOCK
    altered = data.draw(mutations(good) | st.just(good))
    altered_certificate = data.draw(mutations(certified) | st.just(certified))
    if (altered, altered_certificate) == (good, certified):
        return
    with pytest.raises((Malformed, Unconnected)):
        chain.extend(register.roster, altered, altered_certificate)


_THREE: Final = three()
_THREE_BLOCK: Final = (
    block(_THREE),
    certificate(_THREE, block(_THREE), ELECTORS),
)
