"""The state root: the same from any order, in any process, kept up or computed anew."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, state
from protocol.rules.logs import Counted
from protocol.rules.profiles import Profile
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.rules.play import play
from tests.protocol.rules.test_rules import CASES
from tests.protocol.world import seed

ROOT: Final = Path(__file__).resolve().parents[2]
#: SPEC 10.
EMPTY_BUCKET: Final = "262f504a944e4f1443bedda4aea3d49b987446cd6dff7125e47dce59f52a612f"
EMPTY_ROOT: Final = "befe83b175a09884d69ac743a36dc27140307e7154e6be0e49fb0a08f636c9f4"


def entity(name: str, *, in_state: str = "counted", events: int = 1) -> Entity:
    return Entity(
        id=seed("entity", name),
        coop=seed("coop"),
        family="log",
        state=in_state,
        epoch=0,
        body=Counted(events=events),
    )


def golden() -> list[Entity]:
    """What all logs of all cases come to."""
    return [
        one
        for case in CASES.values()
        for one in play(case.steps).folded.changed.values()
    ]


def test_the_root_of_nothing() -> None:
    assert state.hash_bucket([]).hex() == EMPTY_BUCKET
    assert state.root({}).hex() == state.root_of([]).hex() == EMPTY_ROOT


def test_a_state_hash_is_sha256_over_id_head_and_body() -> None:
    one = entity("one")
    head = canonical.encode([one.coop, "log", "counted", 0])
    body = canonical.encode({"events": 1})
    expected = hashlib.sha256(b"wortley/1/state\0" + one.id + head + body).digest()
    assert state.encode_body(one) == body
    assert state.hash_entity(one, body) == expected


def test_a_root_is_sha256_over_its_buckets() -> None:
    one, other = sorted((entity("one"), entity("two")), key=lambda each: each.id)
    hashes = {
        each.id: state.hash_entity(each, state.encode_body(each))
        for each in (one, other)
    }
    empty = bytes.fromhex(EMPTY_BUCKET)
    buckets = [empty] * 4096
    for each in (one, other):
        index = int(each.id.hex()[:3], 16)
        row = b"wortley/1/bucket\0" + each.id + hashes[each.id]
        buckets[index] = hashlib.sha256(row).digest()
    expected = hashlib.sha256(b"wortley/1/root\0" + b"".join(buckets)).digest()
    assert state.root_of([other, one]) == expected


def test_every_part_of_an_entity_is_in_its_hash() -> None:
    one = entity("one")
    others = [
        entity("two"),
        entity("one", in_state="another"),
        entity("one", events=2),
        Entity(
            id=one.id,
            coop=seed("x"),
            family="log",
            state="counted",
            epoch=0,
            body=one.body,
        ),
        Entity(
            id=one.id,
            coop=one.coop,
            family="logs",
            state="counted",
            epoch=0,
            body=one.body,
        ),
        Entity(
            id=one.id,
            coop=one.coop,
            family="log",
            state="counted",
            epoch=1,
            body=one.body,
        ),
    ]
    assert len({state.root_of([each]) for each in [one, *others]}) == 7


def test_what_an_entity_points_to_is_for_finding_it_alone() -> None:
    one = entity("one")
    pointing = Entity(
        id=one.id,
        coop=one.coop,
        family=one.family,
        state=one.state,
        epoch=one.epoch,
        body=one.body,
        ref=seed("ref"),
    )
    assert state.root_of([one]) == state.root_of([pointing])


@pytest.mark.parametrize(
    ("start", "bucket"),
    [("0000", 0), ("000f", 0), ("0010", 1), ("7fff", 2047), ("fff0", 4095)],
)
def test_a_bucket_is_the_first_twelve_bits(start: str, bucket: int) -> None:
    assert state.bucket_of(bytes.fromhex(start) + bytes(30)) == bucket


def test_finding_an_entity_of_a_family() -> None:
    one = entity("one")
    slice_ = {one.id: one}
    assert state.find(slice_, one.id, Counted) == (one, one.body)
    assert state.find(slice_, one.id, Profile) is None
    assert state.find(slice_, seed("nobody"), Counted) is None


def test_many_entities_are_sealed_as_each_alone() -> None:
    entities = [*golden()[:300], entity("one"), entity("one", in_state="another")]
    assert list(state.sealed(entities)) == [
        (state.encode_body(one), state.hash_entity(one, state.encode_body(one)))
        for one in entities
    ]
    assert list(state.sealed([])) == []


# --- kept up ------------------------------------------------------------------------


class Kept:
    """Buckets as a store keeps them: after a change only its own is hashed again."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[bytes, bytes]] = {}
        self.buckets: dict[int, bytes] = {}

    def put(self, one: Entity) -> None:
        index = state.bucket_of(one.id)
        row = self.rows.setdefault(index, {})
        row[one.id] = state.hash_entity(one, state.encode_body(one))
        self.buckets[index] = state.hash_bucket(sorted(row.items()))


@examples(60)
@given(st.integers(0, 2**32 - 1))
def test_a_root_kept_up_is_the_root_computed_anew(number: int) -> None:
    dice = chance(number)
    kept, entities = Kept(), {}
    for _ in range(dice.choice((1, 10, 100))):
        # Few names, so that entities are replaced; close ids, so that they share.
        one = entity(f"{dice.randint(0, 30)}", events=dice.randint(1, 5))
        if dice.random() < 0.5:
            near = bytes(2) + one.id[2:]
            one = Entity(
                id=near, coop=one.coop, family="log", state="x", epoch=0, body=one.body
            )
        entities[one.id] = one
        kept.put(one)
    assert state.root(kept.buckets) == state.root_of(entities.values())


@examples(20)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_entities_does_not_matter(number: int) -> None:
    entities = golden()[:200]
    root = state.root_of(entities)
    chance(number).shuffle(entities)
    assert state.root_of(entities) == root


def test_bisection_leads_to_what_differs() -> None:
    ours, theirs = Kept(), Kept()
    for number in range(500):
        ours.put(entity(str(number)))
        theirs.put(entity(str(number)))
    theirs.put(entity("77", events=2))
    theirs.put(entity("more"))
    changed = {state.bucket_of(entity(name).id) for name in ("77", "more")}
    groups = state.differing(
        state.group_hashes(ours.buckets), state.group_hashes(theirs.buckets)
    )
    assert groups == sorted({bucket // 64 for bucket in changed})
    found = [
        group * 64 + at
        for group in groups
        for at in state.differing(part(ours, group), part(theirs, group))
    ]
    assert found == sorted(changed)


def part(kept: Kept, group: int) -> list[bytes]:
    empty = bytes.fromhex(EMPTY_BUCKET)
    return [kept.buckets.get(at, empty) for at in range(group * 64, group * 64 + 64)]


def test_group_hashes_are_sha256_over_64_buckets() -> None:
    one = entity("one")
    kept = Kept()
    kept.put(one)
    empty = hashlib.sha256(bytes.fromhex(EMPTY_BUCKET) * 64).digest()
    hashes = state.group_hashes(kept.buckets)
    group = state.bucket_of(one.id) // 64
    assert len(hashes) == 64
    assert hashes[group] == hashlib.sha256(b"".join(part(kept, group))).digest()
    assert all(each == empty for at, each in enumerate(hashes) if at != group)


# --- in any process -----------------------------------------------------------------


def golden_root() -> str:
    return state.root_of(golden()).hex()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242", "random"])
def test_the_root_does_not_depend_on_the_process(hash_seed: str) -> None:
    program = "from tests.protocol.test_state import golden_root; print(golden_root())"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == golden_root()
