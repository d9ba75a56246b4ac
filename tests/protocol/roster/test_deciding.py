"""Electors agree on the next block: in any order, and on one only."""

from random import Random
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import keys, limits
from protocol.errors import Conflict, Malformed, Unconnected
from protocol.ids import BlockId
from protocol.roster import chain, deciding
from protocol.roster import change as changes
from protocol.roster.chain import Entry
from protocol.roster.change import Admit, Approval, Change, Charter, Headcount, OfCoop
from protocol.roster.deciding import Accept, Proposal
from tests.protocol.budget import chance, examples
from tests.protocol.refusal import refused
from tests.protocol.world import Coop, Register, coop, seed

ACORN, BRAMBLE, CLOVER, DAISY = map(coop, ("acorn", "bramble", "clover", "daisy"))
ELECTORS: Final = [ACORN, BRAMBLE, CLOVER]


def three() -> Register:
    """Three electors and a member that is none."""
    register = Register.found(ACORN)
    register.admit(BRAMBLE, CLOVER, DAISY)
    register.elect(BRAMBLE, CLOVER)
    return register


THREE: Final = three()
ROSTER: Final = THREE.roster


def headcount(people: int = 2, register: Register = THREE) -> Entry:
    data = register.change("headcount", Headcount(ACORN.id, people), nonce=str(people))
    return register.entry(data)


PROPOSAL: Final = THREE.propose(headcount())
BLOCK: Final = chain.block_id(PROPOSAL.block)


def accept(
    elector: Coop, proposal: Proposal = PROPOSAL, before: Accept | None = None
) -> Accept:
    return deciding.accept(ROSTER, proposal, before, elector.id, elector.key)


# --- what may enter -----------------------------------------------------------------

Pooled = tuple[Change, dict[bytes, Approval]]


def pooled(
    kind: str, body: changes.ChangeBody, *signers: Coop, base: BlockId | None = None
) -> Pooled:
    data = THREE.change(kind, body, base=base, nonce=repr(body))
    parsed = changes.parse(data, THREE.network)
    return parsed, THREE.approvals(data, signers or ELECTORS)


NEWCOMER: Final = pooled("admit", Admit(coop("newcomer").inception))
#: Name -> (pool, how many of it enter).
POOLS: Final[dict[str, tuple[list[Pooled], int]]] = {
    "empty": ([], 0),
    "one": ([NEWCOMER], 1),
    "one-that-lacks-approvals": (
        [pooled("admit", Admit(coop("x").inception), ACORN)],
        0,
    ),
    "one-that-has-no-approvals": ([(NEWCOMER[0], {})], 0),
    "one-moot": ([pooled("admit", Admit(BRAMBLE.inception))], 0),
    "one-of-two-that-exclude-each-other": (
        [
            pooled("elector.on", OfCoop(DAISY.id), *ELECTORS, DAISY),
            (
                changes.parse(
                    THREE.change("elector.on", OfCoop(DAISY.id), nonce="again"),
                    THREE.network,
                ),
                THREE.approvals(
                    THREE.change("elector.on", OfCoop(DAISY.id), nonce="again"),
                    [*ELECTORS, DAISY],
                ),
            ),
        ],
        1,
    ),
    "headcount-approved-by-its-own-coop-as-well": (
        [pooled("headcount", Headcount(DAISY.id, 7), *ELECTORS, DAISY)],
        1,
    ),
    "admission-approved-by-a-member-as-well": (
        [pooled("admit", Admit(coop("y").inception), *ELECTORS, DAISY)],
        1,
    ),
    "duty-laid-down-by-oneself": (
        [pooled("elector.off", OfCoop(CLOVER.id), CLOVER)],
        1,
    ),
    "base-unknown": (
        [pooled("charter", Charter(name="N"), base=BlockId(bytes(32)))],
        0,
    ),
}


@pytest.mark.parametrize("name", POOLS)
def test_what_of_a_pool_can_enter(name: str) -> None:
    pool, count = POOLS[name]
    entries = deciding.complete(ROSTER, pool)
    assert len(entries) == count
    assert deciding.complete(ROSTER, pool[::-1]) == entries
    if entries:
        chain.preview(ROSTER, THREE.block(*entries))


def test_everything_that_can_enter_does_lowest_id_first() -> None:
    pool = [
        one for name in ("one", "duty-laid-down-by-oneself") for one in POOLS[name][0]
    ]
    entries = deciding.complete(ROSTER, pool)
    entered = [changes.parse(one.change, THREE.network).id for one in entries]
    assert entered == sorted(one.id for one, _ in pool)


def test_a_block_takes_as_much_as_fits() -> None:
    largest = Charter(name="\U0001f33b" * 100, themes=("x" * 40,) * 40)
    pool = []
    for at in range(limits.CHANGES_PER_BLOCK + 3):
        data = THREE.change("charter", largest, nonce=str(at))
        parsed = changes.parse(data, THREE.network)
        pool.append((parsed, THREE.approvals(data, ELECTORS)))
    entries = deciding.complete(ROSTER, pool)
    assert len(entries) == limits.CHANGES_PER_BLOCK
    proposal = THREE.propose(*entries)
    assert len(proposal.block) <= limits.BLOCK_BYTES
    deciding.check_proposal(ROSTER, proposal)


# --- proposals ----------------------------------------------------------------------


def test_a_proposal_is_the_next_block_signed_by_the_secretary() -> None:
    assert deciding.check_proposal(ROSTER, PROPOSAL) == BLOCK
    message = chain.accept_message(ROSTER.network, ROSTER.number + 1, 0, BLOCK)
    assert keys.verify(ACORN.public, "propose", message, PROPOSAL.signature)
    form = chain.parse_block(PROPOSAL.block)
    assert (form.number, form.previous) == (ROSTER.number + 1, ROSTER.tip)


def by(elector: Coop, *entries: Entry) -> Proposal:
    return deciding.propose(ROSTER, list(entries), elector.id, elector.key)


def proposal(**fields: object) -> Proposal:
    made: Proposal = msgspec.structs.replace(PROPOSAL, **fields)
    return made


PROPOSALS: Final[dict[str, tuple[Proposal, str]]] = {
    "of-another-elector": (by(BRAMBLE, headcount()), "not-secretary"),
    "of-a-stranger": (by(coop("stranger"), headcount()), "not-secretary"),
    "unsigned": (proposal(signature=bytes(64)), "signature-invalid"),
    "signed-by-another": (
        proposal(signature=by(BRAMBLE, headcount()).signature),
        "signature-invalid",
    ),
    "signed-as-an-accept": (
        proposal(signature=accept(ACORN).signature),
        "signature-invalid",
    ),
    "of-another-block": (
        proposal(block=THREE.block(headcount(3))),
        "signature-invalid",
    ),
    "of-no-changes": (by(ACORN), "form"),
    "of-a-change-that-lacks-approvals": (
        by(ACORN, Entry(headcount().change, headcount().approvals[:1])),
        "approvals",
    ),
    "of-a-moot-change": (
        by(ACORN, THREE.entry(THREE.change("admit", Admit(BRAMBLE.inception)))),
        "change-moot",
    ),
}


@pytest.mark.parametrize("name", PROPOSALS)
def test_proposals_that_are_none(name: str) -> None:
    made, code = PROPOSALS[name]
    with refused(code):
        deciding.check_proposal(ROSTER, made)
    with refused(code):
        accept(BRAMBLE, made)


def ahead() -> tuple[Proposal, Accept]:
    """What reaches an elector that has not adopted the last block yet."""
    register = three()
    register.headcount(ACORN, 9)
    made = register.propose(headcount(2, register))
    return made, deciding.accept(register.roster, made, None, CLOVER.id, CLOVER.key)


def test_a_proposal_for_a_later_number_is_not_connected_yet() -> None:
    with refused("block-gap", Unconnected):
        deciding.check_proposal(ROSTER, ahead()[0])


def test_an_accept_for_a_later_number_is_not_connected_yet() -> None:
    # SPEC 7.4 has one code for every other number than the next.
    with refused("accept-place"):
        deciding.check_accept(ROSTER, ahead()[1])


# --- accepts ------------------------------------------------------------------------


def test_an_accept_is_a_signature_on_one_block() -> None:
    given_ = accept(BRAMBLE)
    deciding.check_accept(ROSTER, given_)
    assert (given_.number, given_.term) == (ROSTER.number + 1, 0)
    assert (given_.block, given_.coop) == (BLOCK, BRAMBLE.id)
    message = chain.accept_message(ROSTER.network, given_.number, 0, BLOCK)
    assert keys.verify(BRAMBLE.public, "accept", message, given_.signature)


def test_an_accept_is_given_again_alike() -> None:
    first = accept(BRAMBLE)
    assert accept(BRAMBLE, before=first) == first


def earlier() -> Accept:
    return msgspec.structs.replace(
        accept(BRAMBLE), number=ROSTER.number, block=seed("x")
    )


def test_what_was_accepted_for_a_number_before_does_not_bind() -> None:
    assert accept(BRAMBLE, before=earlier()) == accept(BRAMBLE)


@pytest.mark.parametrize("more", [0, 1, 5])
def test_another_block_for_a_number_or_beyond_is_a_conflict(more: int) -> None:
    before = msgspec.structs.replace(
        accept(BRAMBLE, THREE.propose(headcount(3))), number=ROSTER.number + 1 + more
    )
    with refused("accepted-another", Conflict):
        accept(BRAMBLE, before=before)


ACCEPTS: Final[dict[str, tuple[dict[str, object], str]]] = {
    "number-before": ({"number": ROSTER.number}, "accept-place"),
    "number-after": ({"number": ROSTER.number + 2}, "accept-place"),
    "another-block": ({"block": bytes(32)}, "signature-invalid"),
    "another-elector": ({"coop": CLOVER.id}, "signature-invalid"),
    "a-member": ({"coop": DAISY.id}, "not-elector"),
    "a-stranger": ({"coop": seed("stranger")}, "not-elector"),
    "unsigned": ({"signature": bytes(64)}, "signature-invalid"),
    "signed-as-a-proposal": ({"signature": PROPOSAL.signature}, "signature-invalid"),
}


def altered(fields: dict[str, object]) -> Accept:
    made: Accept = msgspec.structs.replace(accept(BRAMBLE), **fields)
    return made


@pytest.mark.parametrize("name", ACCEPTS)
def test_accepts_that_do_not_count(name: str) -> None:
    fields, code = ACCEPTS[name]
    with refused(code):
        deciding.check_accept(ROSTER, altered(fields))


# --- certificates -------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2), (2, 1)])
def test_a_majority_certifies_in_any_order(order: tuple[int, ...]) -> None:
    accepts = [accept(ELECTORS[at]) for at in order]
    certified = deciding.certify(ROSTER, accepts, BLOCK)
    assert certified is not None
    after = chain.extend(ROSTER, PROPOSAL.block, certified)
    assert after.tip == BLOCK
    assert deciding.certify(ROSTER, accepts[::-1], BLOCK) == certified
    assert deciding.certify(ROSTER, [*accepts, *accepts], BLOCK) == certified


def test_a_minority_does_not() -> None:
    assert deciding.certify(ROSTER, [], BLOCK) is None
    assert deciding.certify(ROSTER, [accept(BRAMBLE)] * 3, BLOCK) is None
    elsewhere = accept(ACORN, THREE.propose(headcount(3)))
    assert deciding.certify(ROSTER, [accept(BRAMBLE), elsewhere], BLOCK) is None


# --- one block a number -------------------------------------------------------------


Message = Proposal | Accept | tuple[bytes, bytes]


class Elector:
    """A node that keeps what it accepted, and may forget nothing else."""

    def __init__(self, one: Coop, genesis: bytes) -> None:
        self.one = one
        self.roster = chain.found(genesis)
        self.last: Accept | None = None
        self.accepts: list[Accept] = []

    def take(self, message: Message) -> Accept | None:
        """Answer a proposal, keep an accept, adopt a block; or refuse it."""
        try:
            match message:
                case Proposal():
                    return self._accept(message)
                case Accept():
                    deciding.check_accept(self.roster, message)
                    self.accepts.append(message)
                case (block, certificate):
                    self.roster = chain.extend(self.roster, block, certificate)
                    self.accepts.clear()
        except (Malformed, Unconnected, Conflict):
            pass
        return None

    def _accept(self, message: Proposal) -> Accept:
        made = deciding.accept(
            self.roster, message, self.last, self.one.id, self.one.key
        )
        self.last = made
        return made

    def certified(self, proposals: list[Proposal]) -> tuple[bytes, bytes] | None:
        for made in proposals:
            block = chain.block_id(made.block)
            certificate = deciding.certify(self.roster, self.accepts, block)
            if certificate is not None:
                return made.block, certificate
        return None


class Decisions:
    """A secretary that signs several proposals a number, and mail without order.

    Some messages come twice, some are lost. `certified` gathers the blocks that
    anybody certified, by number.
    """

    def __init__(self, dice: Random, size: int) -> None:
        self.dice = dice
        self.register = Register.found(ACORN)
        others = [coop(f"elector {at}") for at in range(size - 1)]
        if others:
            self.register.admit(*others)
            self.register.elect(*others)
        genesis = self.register.genesis
        self.electors = [Elector(one, genesis) for one in (ACORN, *others)]
        for elector in self.electors:
            for block in self.register.blocks:
                elector.take(block)
        self.certified: dict[int, set[BlockId]] = {}
        self.mail: list[tuple[Elector, Message]] = []
        self.proposals: list[Proposal] = []

    def send(self, message: Message) -> None:
        self.mail += [(elector, message) for elector in self.electors]

    def propose(self) -> None:
        roster, people = self.electors[0].roster, self.dice.randint(2, 6)
        self.register.roster = roster
        data = self.register.change(
            "headcount", Headcount(ACORN.id, people), nonce=f"{roster.number} {people}"
        )
        self.proposals.append(self.register.propose(self.register.entry(data)))
        self.send(self.proposals[-1])

    def deliver(self) -> None:
        at = self.dice.randrange(len(self.mail))
        elector, message = self.mail[at]
        if self.dice.random() < 0.8:
            del self.mail[at]
        if self.dice.random() < 0.1:
            return
        answer = elector.take(message)
        if answer is not None:
            self.send(answer)
        found = elector.certified(self.proposals)
        if found is not None:
            number = chain.parse_block(found[0]).number
            self.certified.setdefault(number, set()).add(chain.block_id(found[0]))
            self.send(found)


def play(dice: Random, size: int) -> dict[int, set[BlockId]]:
    decisions = Decisions(dice, size)
    for _ in range(120):
        if dice.random() < 0.1:
            decisions.propose()
        if decisions.mail:
            decisions.deliver()
    return decisions.certified


@examples(60)
@given(st.sampled_from([1, 2, 3, 4]), st.integers(0, 2**32 - 1))
def test_at_most_one_block_is_certified_for_a_number(size: int, number: int) -> None:
    certified = play(chance(number), size)
    assert all(len(blocks) == 1 for blocks in certified.values())


def test_blocks_are_certified_at_all() -> None:
    found = [play(chance(number), 3) for number in range(10)]
    assert sum(map(len, found)) > 10
