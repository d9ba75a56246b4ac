"""Folding: in one go or in steps, whatever the bytes, and no further than it may."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, fold, limits, state
from protocol.canonical import Value
from protocol.event import Epoch
from protocol.fold import Folded, Reading
from protocol.rules.logs import Counted, log_id
from protocol.rules.profiles import profile_id
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.hostile import mutations, values
from tests.protocol.kinds import shapes
from tests.protocol.kinds.test_kinds import SHAPES
from tests.protocol.rules.play import ACORN, BRAMBLE, REGISTER, plain, play, resolved
from tests.protocol.rules.test_rules import CASES
from tests.protocol.world import Writer, encode_event

EPOCHS: Final = REGISTER.roster.epochs()
NOW: Final = REGISTER.epoch()
BODY: Final[Value] = {"day": 450, "people": 7}


def writer() -> Writer:
    return Writer.opened(REGISTER, ACORN)


def profile(log: Writer, epoch: Epoch = NOW) -> None:
    log.epoch = epoch
    log.write("profile.set", BODY, log.words("name", "Acorn"))


def fold_all(log: Writer, epochs: fold.Epochs = EPOCHS) -> Folded:
    return fold.fold_all(log.owner.id, log.placed(), epochs)


def codes(log: Writer, epochs: fold.Epochs = EPOCHS) -> list[str | None]:
    voids = {one: void.code for one, void in fold_all(log, epochs).voids}
    return [voids.get(one) for one in log.ids]


# --- what is void before any rule sees it ---------------------------------------------


def around(body: bytes, kind: str = "profile.set") -> bytes:
    """An event with these bytes for a body."""
    return encode_event(NOW, 0, kind, "BODY").replace(b"\xa4BODY", body)


#: Name -> (bytes, code, whether they name an epoch).
UNREADABLE: Final[dict[str, tuple[bytes, str, bool]]] = {
    "nothing": (b"", "undecodable", False),
    "not-msgpack": (b"\xc1", "undecodable", False),
    "another-value": (b"\xc0", "undecodable", False),
    "unknown-kind": (around(b"\x80", "not.known"), "unknown-kind", True),
    "kind-that-is-no-kind": (around(b"\x80", "Not Known\n"), "unknown-kind", True),
    "unknown-kind-with-any-body": (
        around(canonical.encode([1, "a", {"b": None}]), "not.known"),
        "unknown-kind",
        True,
    ),
    "unknown-kind-not-canonical": (
        around(b"\xcc\x01", "not.known"),
        "undecodable",
        False,
    ),
    "unknown-kind-with-a-float": (
        around(b"\xcb" + bytes(8), "not.known"),
        "undecodable",
        False,
    ),
    "unknown-kind-too-deep": (
        around(b"\x91" * 7 + b"\xc0", "not.known"),
        "undecodable",
        False,
    ),
    "unknown-kind-as-deep-as-allowed": (
        around(b"\x91" * 6 + b"\xc0", "not.known"),
        "unknown-kind",
        True,
    ),
    "unknown-kind-with-too-many-items": (
        around(b"\xdc\x10\x00" + b"\x00" * 4096, "not.known"),
        "undecodable",
        False,
    ),
    "body-of-another-form": (around(b"\x80"), "undecodable", True),
    "body-of-another-form-not-canonical": (
        around(b"\x81\xa1a\xcc\x01"),
        "undecodable",
        False,
    ),
    "body-of-another-form-with-a-key-twice": (
        around(b"\x82\xa1a\x01\xa1a\x01"),
        "undecodable",
        False,
    ),
    "integer-of-another-length": (
        around(canonical.encode(BODY).replace(b"\x07", b"\xcc\x07")),
        "undecodable",
        False,
    ),
    "fields-in-another-order": (
        around(b"\x82\xa6people\x07\xa3day\xcd\x01\xc2"),
        "undecodable",
        False,
    ),
    "default-written-out": (
        around(canonical.encode({"day": 450, "languages": [], "people": 7})),
        "undecodable",
        True,
    ),
    "bytes-after-the-event": (
        around(canonical.encode(BODY)) + b"\xc0",
        "undecodable",
        False,
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_unreadable_is_void(name: str) -> None:
    data, code, names_epoch = UNREADABLE[name]
    reading = fold.read(ACORN.id, 3, b"i" * 32, data)
    assert reading.void is not None
    assert reading.void.code == code
    assert (reading.epoch is not None) is names_epoch
    assert (reading.rule, reading.body, reading.reads()) == (None, None, ())
    assert (reading.at.coop, reading.at.id, reading.at.seq) == (ACORN.id, b"i" * 32, 3)
    log = writer()
    log.append(data)
    assert codes(log) == [code]
    assert codes(log, {}) == ([None] if names_epoch else [code])


def test_what_is_readable_names_what_it_reads() -> None:
    log = writer()
    log.write("lead.advanced", {"lead": b"l" * 32, "to": "won"})
    reading = fold.read(ACORN.id, 1, log.ids[0], log.events[0])
    assert (reading.void, reading.reads()) == (None, (b"l" * 32,))
    assert reading.at.epoch == NOW.number


# --- epochs -------------------------------------------------------------------------


def test_an_epoch_of_another_chain_is_foreign() -> None:
    log = writer()
    profile(log, Epoch(1, b"another."))
    profile(log, Epoch(0, NOW.block))
    profile(log)
    assert codes(log) == ["epoch-foreign", "epoch-foreign", None]


def test_an_epoch_does_not_go_back() -> None:
    log = writer()
    for number in (0, 1, 0, 1):
        profile(log, REGISTER.epoch(number))
    assert codes(log) == [None, None, "epoch-back", None]


def test_an_event_that_its_rule_voids_still_moves_the_floor() -> None:
    log = writer()
    log.write("lead.advanced", {"lead": b"l" * 32, "to": "won"})
    profile(log, REGISTER.epoch(0))
    assert codes(log) == ["lead-unknown", "epoch-back"]


def test_an_event_that_is_void_before_does_not_move_the_floor() -> None:
    log = writer()
    log.write("not.known", {})
    log.write("profile.set", BODY)
    profile(log, Epoch(1, b"another."))
    profile(log, REGISTER.epoch(0))
    assert codes(log) == ["unknown-kind", "text-missing", "epoch-foreign", None]


def test_incarnations_in_turns_keep_their_floors() -> None:
    # One walk may go from chain to chain and back, and meet the same epochs again.
    one, other = writer(), Writer.opened(REGISTER, ACORN, "other")
    for number in (0, 0, 1, 0, 1):
        profile(one, REGISTER.epoch(number))
        profile(other, REGISTER.epoch(1 - number))
    pairs = zip(one.placed(), other.placed(), strict=True)
    placed = [place for pair in pairs for place in pair]
    voids = dict(fold.fold_all(ACORN.id, placed, EPOCHS).voids)
    codes_of = [
        [voids[each].code if each in voids else None for each in log.ids]
        for log in (one, other)
    ]
    assert codes_of == [
        [None, None, None, "epoch-back", None],
        [None, None, "epoch-back", None, "epoch-back"],
    ]


def test_a_foreign_block_between_two_that_count() -> None:
    log = writer()
    for epoch in (NOW, Epoch(1, b"another."), NOW, Epoch(0, b"another."), NOW):
        profile(log, epoch)
    assert codes(log) == [None, "epoch-foreign", None, "epoch-foreign", None]


def test_each_incarnation_has_its_floor() -> None:
    log = writer()
    profile(log)
    other = log.reopened(1, "second")
    other.epoch = REGISTER.epoch(0)
    other.ids.clear()
    other.events.clear()
    other.write("log.reopened", {"why": "restored"})
    placed = [*log.placed(), *other.placed()]
    folded = fold.fold_all(ACORN.id, placed, EPOCHS)
    assert folded.voids == []
    assert folded.floors == {log.chain.incarnation: 1, other.chain.incarnation: 0}


def test_a_log_waits_for_a_block_and_goes_on() -> None:
    log = writer()
    profile(log, REGISTER.epoch(0))
    profile(log, REGISTER.epoch(1))
    profile(log, REGISTER.epoch(1))
    early = {0: EPOCHS[0]}
    folded = fold_all(log, early)
    assert folded.taken == 1
    assert folded.changed[log_id(ACORN.id)].body == Counted(events=1)
    assert fold_all(log).taken == 3


@pytest.mark.parametrize("kind", ["not.known", "profile.set"])
def test_a_void_event_waits_for_its_block_too(kind: str) -> None:
    log = writer()
    log.epoch = Epoch(7, b"tomorrow")
    log.write(kind, BODY)
    folded = fold_all(log)
    assert (folded.taken, folded.changed, folded.voids) == (0, {}, [])


def test_bytes_that_name_no_epoch_wait_for_none() -> None:
    log = writer()
    log.append(b"\xc1")
    folded = fold_all(log, {})
    assert (folded.taken, [void.code for _, void in folded.voids]) == (
        1,
        ["undecodable"],
    )


def test_nothing_to_fold() -> None:
    folded = fold.apply([], {}, coop=ACORN.id, epochs=EPOCHS, floors={b"x": 1})
    assert (folded.taken, folded.changed, folded.floors) == (0, {}, {b"x": 1})


def test_a_counter_that_is_none_is_a_fault_of_the_caller() -> None:
    log = writer()
    profile(log)
    kept = fold_all(log).changed[profile_id(ACORN.id)]
    wrong: dict[bytes, Entity] = {log_id(ACORN.id): kept}
    readings = [(b"", fold.read(ACORN.id, 1, log.ids[0], log.events[0]))]
    with pytest.raises(TypeError):
        fold.apply(readings, wrong, coop=ACORN.id, epochs=EPOCHS, floors={})


# --- in steps -----------------------------------------------------------------------


GOOD: Final = sorted(
    {
        shapes.written(kind, body)
        for kind, shape in SHAPES.items()
        for body in (shapes.smallest(shape), shapes.full(shape))
    }
)


@cache
def long_log() -> Writer:
    """All cases of all families, one after the other, with rubbish between them."""
    log = writer()
    for number, case in enumerate(CASES.values()):
        start = len(log.ids)
        if number % 7 == 0:
            log.append(b"\xc1" + number.to_bytes(2))
            start += 1
        for step in case.steps:
            words = [log.words(role, f"{role} {len(log.ids)}") for role in step.texts]
            log.write(
                step.kind, resolved(step.body, log.ids[start:], log.owner.id), *words
            )
    return log


@cache
def long_readings() -> tuple[Reading, ...]:
    log = long_log()
    return tuple(
        fold.read(ACORN.id, seq, one, data) for _, seq, one, data in log.placed()
    )


@cache
def long_folded() -> Folded:
    return fold_all(long_log())


def in_steps(ends: Sequence[int]) -> tuple[dict[bytes, Entity], list[str], int]:
    """Fold up to each end in turn, seeing no more than what the events read."""
    entities: dict[bytes, Entity] = {}
    floors: dict[bytes, int] = {}
    voids: list[str] = []
    name, readings, start = long_log().chain.incarnation, long_readings(), 0
    for end in ends:
        part = readings[start:end]
        wanted = {log_id(ACORN.id)}.union(*(one.reads() for one in part))
        folded = fold.apply(
            [(name, one) for one in part],
            {one: entities[one] for one in sorted(wanted) if one in entities},
            coop=ACORN.id,
            epochs=EPOCHS,
            floors=floors,
        )
        entities.update(folded.changed)
        floors = folded.floors
        voids += [void.code for _, void in folded.voids]
        start += folded.taken
    return entities, voids, start


def steps_of(number: int) -> list[int]:
    dice = chance(number)
    size = len(long_log().ids)
    ends = dice.sample(range(1, size), dice.choice((0, 1, 3, 20, 200)))
    return [*sorted(ends), size]


@examples(150)
@given(st.integers(0, 2**32 - 1))
def test_folding_in_steps_is_folding_at_once(number: int) -> None:
    entities, voids, taken = in_steps(steps_of(number))
    whole = long_folded()
    assert taken == whole.taken == len(long_log().ids)
    assert entities == whole.changed
    assert voids == [void.code for _, void in whole.voids]


def test_folding_one_by_one_is_folding_at_once() -> None:
    entities, _, _ = in_steps(range(1, len(long_log().ids) + 1))
    assert entities == long_folded().changed


def test_the_entities_that_are_given_are_brought_up_to_date() -> None:
    entities: dict[bytes, Entity] = {}
    readings = [(b"", one) for one in long_readings()]
    folded = fold.apply(readings, entities, coop=ACORN.id, epochs=EPOCHS, floors={})
    assert entities == folded.changed


@examples(50)
@given(st.integers(0, 2**32 - 1))
def test_times_go_on_from_step_to_step(number: int) -> None:
    entities: dict[bytes, Entity] = {}
    times: fold.Times = ({}, {})
    start = 0
    for end in steps_of(number):
        part = [(b"", one) for one in long_readings()[start:end]]
        folded = fold.apply(
            part, entities, coop=ACORN.id, epochs=EPOCHS, floors={}, since=times
        )
        assert (folded.first, folded.last) == times
        start = end
    assert times == (long_folded().first, long_folded().last)


def test_every_entity_belongs_to_the_log_that_is_folded() -> None:
    assert {one.coop for one in long_folded().changed.values()} == {ACORN.id}


#: Logs in which a co-op names itself, and so not another.
THEMSELVES: Final = {
    "closing/closed-with-itself",
    "closing/acknowledged-itself",
    "rounds/closed-with-itself",
}


@pytest.mark.parametrize("name", sorted(CASES.keys() - THEMSELVES))
def test_one_log_reads_alike_whosever_it_is(name: str) -> None:
    # Verdicts, states and bodies do not depend on whose log it is, nor on any other.
    case = CASES[name]
    ours, theirs = play(case.steps), play(case.steps, BRAMBLE)
    assert ours.codes == theirs.codes
    mine = [ours.folded.changed.get(one) for one in ours.writer.ids]
    yours = [theirs.folded.changed.get(one) for one in theirs.writer.ids]
    for one, other in zip(mine, yours, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert (one.family, one.state, one.epoch) == (
                other.family,
                other.state,
                other.epoch,
            )


# --- many at once -------------------------------------------------------------------


def check_read_run(events: Sequence[bytes], first: int = 1) -> None:
    """Reading a run gives what reading each of its events gives."""
    names = [bytes([at % 256]) * 32 for at in range(len(events))]
    together = fold.read_run(ACORN.id, first, names, events)
    assert together == [
        fold.read(ACORN.id, seq, one, data)
        for seq, (one, data) in enumerate(zip(names, events, strict=True), start=first)
    ]


def test_a_long_run_is_read_as_each_of_its_events() -> None:
    check_read_run(long_log().events)
    check_read_run(long_log().events[::-1], first=77)


@pytest.mark.parametrize("name", CASES)
def test_runs_of_the_cases(name: str) -> None:
    # Nothing unreadable here: what is void is so by its texts or by its law.
    check_read_run(play(CASES[name].steps).writer.events)


@pytest.mark.parametrize("size", [0, 1, 2, 15, 16, 17, 127, 128, 129, 256, 300])
def test_runs_of_every_size(size: int) -> None:
    check_read_run((GOOD * 20)[:size])
    check_read_run(GOOD[:1] * size, first=limits.INTEGER - 300)


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("at", [0, 7, 15, 16, 127, 128, 130])
def test_one_unreadable_event_among_others(name: str, at: int) -> None:
    events = (GOOD * 20)[:131]
    check_read_run([*events[:at], UNREADABLE[name][0], *events[at + 1 :]])


def test_events_that_are_good_only_when_they_are_joined() -> None:
    whole = [*GOOD[:3]]
    row = b"".join(whole)
    for cut in range(1, len(row), 7):
        check_read_run([row[:cut], row[cut:]])
        check_read_run([row[:cut], b"", row[cut:]])


@examples(200)
@given(st.integers(0, 2**32 - 1), st.data())
def test_runs_after_accidents(number: int, data: st.DataObject) -> None:
    dice = chance(number)
    events = [dice.choice(GOOD) for _ in range(dice.choice((1, 5, 16, 130)))]
    for _ in range(dice.choice((1, 1, 3))):
        at = dice.randrange(len(events))
        events[at] = data.draw(mutations(events[at]))
    check_read_run(events)


# --- whatever the bytes -------------------------------------------------------------


def check_hostile(data: bytes) -> Reading:
    """Read bytes and fold them between good events: nothing is raised, ever."""
    reading = fold.read(ACORN.id, 2, b"i" * 32, data)
    if reading.body is None:
        assert reading.void is not None
    else:
        # What is in force, or void by its law alone, is canonical.
        assert len(data) > limits.EVENT_BYTES or canonical.decode(
            data, most=limits.EVENT_BYTES
        )
    log = writer()
    profile(log)
    log.append(data)
    profile(log)
    folded = fold_all(log)
    assert folded.taken in {1, 3}
    counter = folded.changed[log_id(ACORN.id)].body
    assert isinstance(counter, Counted)
    assert (counter.events, counter.void) == (folded.taken, len(folded.voids))
    for entity in folded.changed.values():
        state.hash_entity(entity, state.encode_body(entity))
    return reading


@examples(1000)
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    check_hostile(data)


@examples(1000)
@given(st.sampled_from(GOOD).flatmap(mutations))
def test_good_events_after_accidents(data: bytes) -> None:
    check_hostile(data)


@pytest.mark.parametrize("data", GOOD, ids=lambda data: str(len(data)))
def test_good_events_cut_short(data: bytes) -> None:
    for end in range(len(data)):
        assert check_hostile(data[:end]).void is not None


#: Values of every type, of every size, and some that have no place in an event.
ODD: Final[list[object]] = [
    None,
    True,
    0,
    -1,
    2**53 - 1,
    2**53,
    2**64 - 1,
    -(2**63),
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x" * 9000,
    b"",
    bytes(9000),
    [],
    [[]],
    [None] * 70,
    {},
    {"a": 1},
    {1: 2},
    {b"a": None},
    msgpack.Timestamp(0),
    msgpack.ExtType(5, b"x"),
    [1, [2, [3, [4, [5, [6, [7, [8, [9]]]]]]]]],
]


def variants(value: object) -> list[object]:
    """The value with each of its parts, at any depth, replaced by each odd value."""
    made: list[object] = []
    if isinstance(value, list):
        for at, inner in enumerate(value):
            made += [[*value[:at], one, *value[at + 1 :]] for one in variants(inner)]
    elif isinstance(value, dict):
        for key, inner in value.items():
            made += [{**value, key: one} for one in variants(inner)]
            made.append({one: value[one] for one in value if one != key})
    return [*ODD, *made]


@pytest.mark.parametrize("kind", SHAPES)
def test_every_field_of_every_kind_as_something_else(kind: str) -> None:
    smallest, largest, *_ = shapes.good_bodies(SHAPES[kind])
    # Forty times the same requirement tell no more than one.
    for body in (smallest, {key: _short(value) for key, value in largest.items()}):
        good = msgpack.unpackb(shapes.written(kind, body), strict_map_key=False)
        for variant in variants(good):
            check_hostile(msgpack.packb(variant, use_bin_type=True))


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    return value[:1] if isinstance(value, list) and len(value) > 4 else value


@examples(500)
@given(st.sampled_from(sorted(SHAPES)), values(4))
def test_any_value_for_a_body(kind: str, body: Value) -> None:
    data = canonical.encode([[1, NOW.block], 0, kind, body, []])
    check_hostile(data)


@examples(200)
@given(st.sampled_from(sorted(SHAPES)), st.data())
def test_any_values_for_the_fields(kind: str, data: st.DataObject) -> None:
    body = {
        field.name: data.draw(values(3) | st.sampled_from(shapes.values(field.type)[0]))
        for field in shapes.fields(SHAPES[kind])
        if data.draw(st.booleans())
    }
    check_hostile(shapes.written(kind, body))


def test_what_a_long_log_keeps_is_canonical() -> None:
    for entity in long_folded().changed.values():
        assert canonical.encode(plain(entity.body)) == state.encode_body(entity)
