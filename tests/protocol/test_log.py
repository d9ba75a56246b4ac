"""Chains, signed heads and runs: what one signature proves, and what it does not."""

import hashlib
from collections.abc import Callable
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import keys, limits, log
from protocol.errors import Malformed
from protocol.ids import CoopId, EventId, Incarnation, NetworkId
from protocol.log import Chain, Place, Run
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import Writer, coop, network, private, seed

REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")
NAME: Final = Incarnation(b"sixteen bytes ok")
ROOT: Final = Chain(
    network=NetworkId(b"n" * 32), coop=CoopId(b"c" * 32), generation=2, incarnation=NAME
)
BASE: Final = Place(b"b" * 16, 7, b"i" * 32)
OWNER: Final = b"n" * 32 + b"c" * 32 + b"\0\0\0\0\0\0\0\2" + NAME


def writer(events: int = 3) -> Writer:
    made = Writer.opened(REGISTER, ACORN)
    for people in range(1, events + 1):
        made.write("profile.set", {"day": 450, "people": people})
    return made


def test_an_opening_names_the_chain() -> None:
    expected = hashlib.sha256(b"wortley/1/open\0" + OWNER).digest()
    assert ROOT.opening() == expected


def test_an_opening_names_the_base() -> None:
    based = msgspec.structs.replace(ROOT, base=BASE)
    after = b"b" * 16 + b"\0\0\0\0\0\0\0\7" + b"i" * 32
    expected = hashlib.sha256(b"wortley/1/open\0" + OWNER + after).digest()
    assert based.opening() == expected


def test_a_head_names_chain_seq_and_id() -> None:
    message = ROOT.head_message(3, EventId(b"e" * 32))
    assert message == OWNER + b"\0\0\0\0\0\0\0\3" + b"e" * 32


#: What makes another chain, and with it another opening.
OTHER_CHAINS: Final[dict[str, Chain]] = {
    "network": msgspec.structs.replace(ROOT, network=NetworkId(b"m" * 32)),
    "coop": msgspec.structs.replace(ROOT, coop=CoopId(b"d" * 32)),
    "generation": msgspec.structs.replace(ROOT, generation=3),
    "incarnation": msgspec.structs.replace(ROOT, incarnation=Incarnation(b"j" * 16)),
    "base": msgspec.structs.replace(ROOT, base=BASE),
    "base-seq": msgspec.structs.replace(
        ROOT, base=msgspec.structs.replace(BASE, seq=8)
    ),
}


def test_no_two_chains_open_alike() -> None:
    chains = [ROOT, *OTHER_CHAINS.values()]
    assert len({chain.opening() for chain in chains}) == len(chains)


@pytest.mark.parametrize("first", [1, 2, 3])
@pytest.mark.parametrize("last", [3, 4, 5])
def test_a_run_proves_all_its_events(first: int, last: int) -> None:
    made = writer(5)
    before = made.ids[first - 2] if first > 1 else made.chain.opening()
    ids = log.verify(made.run(first, last), before, ACORN.public)
    assert ids == made.ids[first - 1 : last]


def _replaced(run: Run, **fields: object) -> Run:
    made: Run = msgspec.structs.replace(run, **fields)
    return made


def _chain(run: Run, **fields: object) -> Run:
    return _replaced(run, chain=msgspec.structs.replace(run.chain, **fields))


def _events(run: Run, *events: bytes) -> Run:
    return _replaced(run, events=events)


def _cut_in_two(run: Run) -> Run:
    first, *rest = run.events
    return _events(run, first[:9], first[9:], *rest)


#: Name -> a run in which one thing is not as it was signed.
CHANGES: Final[dict[str, Callable[[Run], Run]]] = {
    "event-changed": lambda run: _events(run, b"x", *run.events[1:]),
    "event-missing": lambda run: _events(run, *run.events[1:]),
    "event-more": lambda run: _events(run, *run.events, b"x"),
    "events-swapped": lambda run: _events(run, *run.events[::-1]),
    "event-cut-in-two": _cut_in_two,
    "another-first": lambda run: _replaced(run, first=run.first + 1),
    "another-signature": lambda run: _replaced(run, signature=bytes(64)),
    "signature-cut-short": lambda run: _replaced(run, signature=run.signature[:-1]),
    "another-network": lambda run: _chain(run, network=NetworkId(bytes(32))),
    "another-coop": lambda run: _chain(run, coop=BRAMBLE.id),
    "another-generation": lambda run: _chain(run, generation=1),
    "another-incarnation": lambda run: _chain(run, incarnation=Incarnation(bytes(16))),
}


def changed(run: Run, name: str) -> Run:
    return CHANGES[name](run)


@pytest.mark.parametrize("name", CHANGES)
def test_a_run_that_is_not_as_it_was_signed(name: str) -> None:
    made = writer()
    run = changed(made.run(), name)
    with refused("signature-invalid"):
        log.verify(run, made.chain.opening(), ACORN.public)
    # Its own opening does not help either, where a changed chain has one.
    with refused("signature-invalid"):
        log.verify(run, run.chain.opening(), ACORN.public)


def test_a_run_under_another_key_or_after_another_place() -> None:
    made = writer()
    with refused("signature-invalid"):
        log.verify(made.run(), made.chain.opening(), BRAMBLE.public)
    with refused("signature-invalid"):
        log.verify(made.run(), made.ids[0], ACORN.public)
    with refused("key-refused"):
        log.verify(made.run(), made.chain.opening(), bytes(32))


def test_a_signature_of_another_purpose_is_none() -> None:
    made = writer()
    message = made.chain.head_message(3, made.ids[-1])
    wrong = keys.sign(ACORN.key, "approval", message)
    with refused("signature-invalid"):
        log.verify(_replaced(made.run(), signature=wrong), made.tip, ACORN.public)


def test_an_incarnation_goes_on_from_its_base_alone() -> None:
    first = writer()
    second = first.reopened(2, "second")
    elsewhere = _chain(second.run(), base=first.place(3))
    assert log.verify(second.run(), second.chain.opening(), ACORN.public) == second.ids
    with refused("signature-invalid"):
        log.verify(elsewhere, elsewhere.chain.opening(), ACORN.public)


def sized(*sizes: int, first: int = 1) -> Run:
    return Run(
        chain=ROOT,
        first=first,
        events=tuple(bytes(size) for size in sizes),
        signature=bytes(64),
    )


FITTING: Final[dict[str, Run]] = {
    "one-event": sized(1),
    "one-empty-event": sized(0),
    "largest-event": sized(limits.EVENT_BYTES),
    "as-many-events-as-allowed": sized(*[1] * limits.RUN_EVENTS),
    "as-many-bytes-as-allowed": sized(*[limits.EVENT_BYTES] * 128),
    "last-place": sized(1, 1, first=limits.INTEGER - 1),
}
OVERSIZED: Final[dict[str, tuple[Run, str]]] = {
    "no-event": (sized(), "run-length"),
    "one-event-too-many": (sized(*[1] * (limits.RUN_EVENTS + 1)), "run-length"),
    "one-byte-too-many-in-an-event": (sized(1, limits.EVENT_BYTES + 1), "too-large"),
    "one-byte-too-many": (sized(*[limits.EVENT_BYTES] * 128, 1), "too-large"),
    "place-zero": (sized(1, first=0), "run-place"),
    "place-negative": (sized(1, first=-1), "run-place"),
    "beyond-the-last-place": (sized(1, 1, first=limits.INTEGER), "run-place"),
}


@pytest.mark.parametrize("name", FITTING)
def test_runs_within_the_caps(name: str) -> None:
    log.check_size(FITTING[name])
    with refused("signature-invalid"):
        log.verify(FITTING[name], ROOT.opening(), ACORN.public)


@pytest.mark.parametrize("name", OVERSIZED)
def test_runs_outside_the_caps(name: str) -> None:
    run, code = OVERSIZED[name]
    with refused(code):
        log.check_size(run)
    with refused(code):
        log.verify(run, ROOT.opening(), ACORN.public)


@examples(200)
@given(st.data())
def test_no_accident_passes_for_a_run(data: st.DataObject) -> None:
    made = writer(2)
    at = data.draw(st.integers(0, 1))
    events = list(made.events)
    events[at] = data.draw(mutations(events[at]))
    run = _replaced(made.run(), events=tuple(events))
    if events == made.events:
        return
    with pytest.raises(Malformed):
        log.verify(run, made.chain.opening(), ACORN.public)


@examples(50)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
def test_runs_cut_anywhere_prove_the_same(cuts: list[int]) -> None:
    made = writer(12)
    ids: list[EventId] = []
    for last in sorted({*cuts, 12}):
        before = ids[-1] if ids else made.chain.opening()
        ids += log.verify(made.run(len(ids) + 1, last), before, ACORN.public)
    assert ids == made.ids


def test_what_a_place_may_be() -> None:
    decoder = msgspec.msgpack.Decoder(Place)
    for wrong in (
        [b"b" * 15, 7, b"i" * 32],
        [b"b" * 17, 7, b"i" * 32],
        [b"b" * 16, 0, b"i" * 32],
        [b"b" * 16, -1, b"i" * 32],
        [b"b" * 16, limits.INTEGER + 1, b"i" * 32],
        [b"b" * 16, 7, b"i" * 31],
        [b"b" * 16, 7, b"i" * 33],
    ):
        with pytest.raises(msgspec.ValidationError):
            decoder.decode(msgspec.msgpack.encode(wrong))


def test_keys_of_the_world_are_its_own() -> None:
    assert coop("acorn") == ACORN != BRAMBLE
    assert keys.public_bytes(private("acorn", "log")) == ACORN.public
    assert len(seed("anything")) == 32
