"""Two programs, one law: verdicts, walks and rosters of thousands of hostile cases.

What the reference makes of an event, a log or a block is what the project makes of
it. The cases follow from names; WORTLEY_LONG=1 tries ten times as many.
"""

import copy
import io
import os
from collections import Counter

import msgspec
import pytest

from protocol import fold
from protocol.errors import ProtocolError
from protocol.roster import chain as blocks
from protocol.roster.change import Charter
from tests.protocol import test_citing, world
from tests.reference import adversary, exports, rosters, verify
from tests.reference.exports import Network
from tests.reference.forms import Wrong
from tests.reference.logs import Chain, flaw, leads
from tests.reference.roster import Roster

TIMES = 10 if os.environ.get("WORTLEY_LONG") == "1" else 1

#: Reasons that hostile logs must have come upon; all that there are.
REASONS = {
    *("undecodable", "unknown-kind", "epoch-foreign", "epoch-back"),
    *("text-role", "text-twice", "text-missing", "window-backwards", "window-long"),
    *("reopened-late", "wish-order", "offer-unknown", "offer-closed"),
    *("booking-unknown", "booking-move", "booking-odds"),
    *("lead-unknown", "lead-move", "lead-over", "line-twice", "line-taken"),
    *("project-unknown", "project-move", "project-sums"),
    *("pledge-unknown", "pledge-move", "pledge-taker", "pledge-excess"),
    *("pledge-nothing", "target-unknown", "target-closed", "line-unknown"),
    *("unit-wrong", "over-maximum", "answered"),
    *("acceptance-unknown", "acceptance-gone", "acceptance-other"),
    *("handover-live", "handover-unknown", "handover-gone"),
    *("handover-other", "handover-passed", "handover-answered", "handover-used"),
    *("handover-unaccepted", "bid-unknown", "bid-move", "bid-fixed", "bid-sums"),
    *("lot-unknown", "party-twice", "agreement-unknown", "agreement-over"),
    *("signer-twice", "signed", "signature-unknown"),
    *("sum-nothing", "party-self"),
    *("pledge-unconfirmed", "pledge-money", "pledge-acceptance"),
    *("report-unknown", "report-gone", "theme-twice", "theme-sums"),
    *("report-invoiced", "report-receiver"),
    *("invoice-unknown", "invoice-gone", "invoice-reports"),
    *("payment-unknown", "payment-gone"),
    *("parties-few", "parties-order", "parties-own", "mediator-party"),
    *("mediation-unknown", "mediation-over"),
    *("netting-empty", "netting-order", "netting-unbalanced", "netting-bound"),
    *("cut-order", "cut-self", "seen-unknown"),
    *("decision-unknown", "decision-move", "ballot-none"),
    *("fund-unknown", "fund-move", "round-unknown", "round-move", "round-budget"),
    *("round-currency", "round-over", "allotment-mode", "allotment-twice"),
    *("allotment-order", "allotment-excess", "allotment-lone", "allotment-differs"),
    *("allotment-other", "over-allotment", "pledge-round"),
    *("entry-state", "entry-none", "veto-none"),
    *("project-over", "milestone-twice", "milestone-shares"),
    *("milestone-reached", "milestone-unknown"),
    *("about-unknown", "readers-order"),
}


def check(network: Network) -> Counter[str | None]:
    """Compare verdict by verdict, then the roots; count the reasons."""
    judged = network.judged()
    found = verify.verify(io.BytesIO(network.export()))
    reasons: Counter[str | None] = Counter()
    for coop, verdicts in judged.verdicts.items():
        assert list(found.verdicts[coop].items()) == list(verdicts.items())
        reasons.update(verdicts.values())
    assert found.root == judged.root
    return reasons


def test_every_event_has_one_verdict() -> None:
    register, coops = exports.elected()
    reasons: Counter[str | None] = Counter()
    written = 0
    for number in range(36 * TIMES):
        rng = exports.dice(f"hostile {number}")
        network = Network(register, cut=1000)
        for at, one in enumerate(coops):
            writer = network.open(one, f"{number}")
            pool = adversary.Pool(rng, coops)
            adversary.focused(pool, number + at)
            adversary.write_log(writer, register, pool, 260)
            written += len(writer.events)
        reasons += check(network)
    assert set(reasons) - {None} == REASONS
    assert reasons[None] > 0.2 * written
    # Some logs end in an event that waits; most of what is written is judged.
    assert 0.9 * written < reasons.total() < written


def test_every_log_has_one_walk() -> None:
    counted: Counter[str] = Counter()
    for number in range(250 * TIMES):
        network = exports.tangled(exports.dice(f"walk {number}"), f"walk {number}")
        written = sum(len(one.events) for one in network.writers)
        folded = check(network).total()
        name = "all" if folded == written else "some" if folded else "none"
        counted[name] += 1
    assert all(counted[name] > 20 * TIMES for name in ("all", "some", "none"))


@pytest.mark.parametrize("number", range(12 * TIMES))
def test_every_block_is_taken_or_refused_by_both(number: int) -> None:
    rng = exports.dice(f"roster {number}")
    coops = rosters.coops(18)
    founded = world.Register.found(coops[0])
    theirs, ours = founded.roster, Roster(founded.genesis)
    hostile = rosters.Adversary(rng, coops, (0.02, 0.1, 0.3)[number % 3])
    taken = 0
    for _ in range(60):
        block, certificate = hostile.block(theirs)
        try:
            after = blocks.extend(theirs, block, certificate)
        except ProtocolError:
            with pytest.raises(Wrong):
                copy.deepcopy(ours).add(block, certificate)
            continue
        ours.add(block, certificate)
        theirs = after
        taken += 1
        assert same(ours, theirs)
    assert taken > 2


def same(ours: Roster, theirs: blocks.Roster) -> bool:
    members = theirs.members.items()
    epochs = [(at, block[:8]) for at, block in enumerate(ours.epochs())]
    return (
        ours.keys == {coop: member.log_key for coop, member in members}
        and ours.headcounts == {coop: member.people for coop, member in members}
        and ours.electors == theirs.electors
        and ours.secretary == theirs.secretary
        and ours.closed == {key: one.number for key, one in theirs.closed.items()}
        and ours.charter
        == msgspec.to_builtins(theirs.charter, builtin_types=(bytes,))
        | {"themes": list(theirs.charter.themes)}
        and ours.blocks == list(theirs.blocks)
        and epochs == list(theirs.epochs().items())
    )


def test_a_network_has_at_most_fifteen_electors() -> None:
    register, coops = world.network(*(f"Co-op {at}" for at in range(16)))
    register.elect(*coops[1:15])
    ours = Roster(register.genesis)
    for block, certificate in register.blocks:
        ours.add(block, certificate)
    assert len(ours.electors) == 15
    with pytest.raises(Wrong, match="change-refused"):
        ours.apply("elector.on", [coops[15].id])


def test_events_under_rules_of_a_later_version_wait() -> None:
    register, (founder,) = world.network("Acorn")
    network = Network(register)
    writer = network.open(founder)
    body: exports.Body = {"why": "moved"}
    writer.write("log.reopened", body)
    charter = register.change("charter", Charter(name="Later", rules=1))
    register.decide(register.entry(charter))
    writer.epoch = register.epoch()
    writer.write("log.reopened", body)
    writer.append(b"\xc0")
    again = register.change("charter", Charter(name="Back", rules=0))
    register.decide(register.entry(again))
    assert check(network) == {None: 1}


def test_a_genesis_under_rules_of_a_later_version_is_no_epoch() -> None:
    (founder,) = [world.coop("Acorn")]
    charter = Charter(name="Later", rules=1)
    genesis = blocks.write_genesis(founder.inception, bytes(16), charter)
    assert Roster(genesis).epochs() == []
    assert blocks.found(genesis).epochs() == {}


def test_the_charter_after_the_block_says_whether_it_is_an_epoch() -> None:
    register, _ = world.network("Acorn")
    later = register.change("charter", Charter(name="Later", rules=1))
    back = register.change("charter", Charter(name="Back", rules=0), nonce="back")
    register.decide(register.entry(later), register.entry(back))
    ours = Roster(register.genesis)
    ours.add(*register.blocks[0])
    assert len(ours.epochs()) == 2
    assert same(ours, register.roster)


# -- events one by one -----------------------------------------------------------------


def reads(data: bytes) -> tuple[int | None, str | None]:
    """Say which block an event names, and why it is void whatever its log."""
    event = Chain(bytes(32), bytes(32), bytes(16), None).add(data)
    return (None, "undecodable") if event is None else (event.block, flaw(event))


def they_read(data: bytes) -> tuple[int | None, str | None]:
    reading = fold.read(bytes(32), 1, bytes(32), data)
    void = None if reading.void is None else reading.void.code
    return None if reading.epoch is None else reading.epoch.number, void


def test_an_event_alone_is_read_alike() -> None:
    coops = rosters.coops(3)
    for number in range(4_000 * TIMES):
        pool = adversary.Pool(exports.dice(f"alone {number}"), coops)
        data, _, _ = adversary.event(pool, [0, bytes(8)], 0.9)
        assert reads(data) == they_read(data), data.hex()


LENGTHENED: list[list[object]] = [
    [[9, bytes(8), 0], 0, "x.y", {}, []],
    [[9, bytes(8), 0], 0, "profile.set", {}, []],
    [[9, bytes(8)], 0, "x.y", {}, [["note", bytes(32), 0, 0]]],
    [[9, bytes(8)], 0, "profile.set", {}, [["name", bytes(32), 0, 0]]],
]


@pytest.mark.parametrize("event", LENGTHENED)
def test_an_epoch_or_a_text_of_more_items_is_read_alike(event: list[object]) -> None:
    data = adversary.Encoder(exports.dice("")).encode(event)
    assert reads(data) == they_read(data) == (None, "undecodable")


def test_an_event_of_one_flipped_byte_is_read_alike() -> None:
    rng = exports.dice("flips of events")
    pool = adversary.Pool(rng, rosters.coops(3))
    for kind in sorted(adversary.MAKERS):
        made, data = "", b""
        while made != kind:
            data, made, _ = adversary.event(pool, [0, bytes(8)], 0.0)
        for at in range(len(data)):
            other = bytearray(data)
            other[at] ^= rng.randrange(1, 256)
            assert reads(bytes(other)) == they_read(bytes(other)), other.hex()


def test_what_leads_to_a_place_and_what_does_not() -> None:
    network = test_citing.REGISTER.network
    cases = [(*case, True) for case in test_citing.GOOD.values()]
    cases += [(at, one, True, False) for at, one, _ in test_citing.REFUSED.values()]
    for at, one, signed, good in cases:
        plain = msgspec.to_builtins((at, one), builtin_types=(bytes,))
        place, stretch = msgspec.msgpack.decode(msgspec.msgpack.encode(plain))
        key = test_citing.ACORN.public if signed else None
        found = leads(network, key, test_citing.ACORN.id, place, stretch)
        assert found == good, (at, one)
