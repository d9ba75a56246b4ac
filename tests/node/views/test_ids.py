"""Any beginning of an id, with real state stores that hold chosen ids."""

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import UserFault
from node.store.state_db import Fold, StateDb
from node.views import ids, short
from node.views.books import Books
from node.views.names import Names
from protocol.ids import CoopId, text
from protocol.rules.capacity import Capacity
from protocol.rules.pledges import Pledge
from protocol.state import Entity
from tests.node.views.shelf import books_of_nothing

COOP = CoopId(b"c" * 32)
DAY = datetime.date(2026, 1, 5)


def capacity(entity_id: bytes, skill: str = "web") -> Entity:
    body = Capacity(ends=DAY, minutes=60, skill=skill, starts=DAY)
    return Entity(
        id=entity_id, coop=COOP, family="capacity", state="open", epoch=0, body=body
    )


def pledge(entity_id: bytes) -> Entity:
    body = Pledge(owner=COOP, quantity=60, skill="web", to=b"t" * 32, unit="minutes")
    return Entity(
        id=entity_id, coop=COOP, family="pledge", state="offered", epoch=0, body=body
    )


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[StateDb]:
    store = await StateDb.open(tmp_path / "state.db", b"i" * 16)
    yield store
    await store.close()


# --- beginnings ---------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.integers(1, short.WHOLE))
def test_an_id_lies_within_the_bounds_of_its_beginning(
    value: bytes, chars: int
) -> None:
    tail = short.cut("evt", value, chars)[4:]
    low, high = short.bounds(tail)
    assert low <= value <= high
    assert text("evt", low)[4:].startswith(tail)
    assert text("evt", high)[4:].startswith(tail)
    if int.from_bytes(low):
        below = (int.from_bytes(low) - 1).to_bytes(32)
        assert not text("evt", below)[4:].startswith(tail)
    if chars == short.WHOLE:
        assert low == high == value


@pytest.mark.parametrize("tail", ["", "1", "A", "ab_c", "é", "a" * 53, "a" * 51 + "b"])
def test_no_id_begins_so(tail: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        short.bounds(tail)


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 32),
)
def test_ids_are_told_apart(one: bytes, other: bytes, shared: int) -> None:
    other = one[:shared] + other[shared:]
    if one == other:
        return
    chars = short.apart(one, other)
    assert short.cut("evt", one, chars) != short.cut("evt", other, chars)
    assert short.cut("evt", one, chars - 1) == short.cut("evt", other, chars - 1)


# --- finding ------------------------------------------------------------------------


async def test_an_unambiguous_beginning_is_enough(state: StateDb) -> None:
    one, other = bytes([0b00000_000]) + b"\1" * 31, bytes([0b00001_000]) + b"\1" * 31
    await state.write(COOP, [capacity(one), pledge(other)], set(), [], Fold())
    books = books_of_nothing(COOP, state)
    whole = text("evt", one)
    for written in ("a", "evt_a", "EVT_A", " evt_aa ", whole, whole[4:], whole.upper()):
        found = await ids.find(books, written, ("capacity", "pledge"), "offer")
        assert found.id == one
    assert (await ids.find(books, "b", ("pledge",), "pledge")).id == other


async def test_the_family_makes_it_unambiguous(state: StateDb) -> None:
    one, other = b"\0" * 32, b"\0" * 31 + b"\1"
    await state.write(COOP, [capacity(one), pledge(other)], set(), [], Fold())
    books = books_of_nothing(COOP, state)
    assert (await ids.find(books, "a", ("pledge",), "pledge")).id == other
    with pytest.raises(UserFault) as caught:
        await ids.find(books, "a", ("pledge", "capacity"), "offer")
    assert caught.value.code == "id-ambiguous"


async def test_many_others_do_not_hide_the_one(state: StateDb) -> None:
    crowd = [capacity(bytes([0, 0, 0, no]) + b"\0" * 28) for no in range(100)]
    one = b"\0\0\1" + b"\0" * 29
    await state.write(COOP, [*crowd, pledge(one)], set(), [], Fold())
    books = books_of_nothing(COOP, state)
    assert (await ids.find(books, "a", ("pledge",), "pledge")).id == one


async def test_candidates_are_named_with_their_titles(state: StateDb) -> None:
    crowd = [capacity(bytes([0, 0, 0, no]) + b"\0" * 28) for no in range(20)]
    await state.write(COOP, crowd, set(), [], Fold())
    with pytest.raises(UserFault) as caught:
        await ids.find(books_of_nothing(COOP, state), "aa", ("capacity",), "offer")
    fault = caught.value
    assert fault.fields["field"] == "offer"
    assert "1 h a week of web, 2026-01-05 to 2026-01-05" in fault.detail
    assert fault.detail.endswith("; and more.")
    candidates = fault.fields["candidates"]
    assert isinstance(candidates, list)
    assert len(candidates) == len(set(candidates)) == ids.NAMED
    for one in candidates:
        books = books_of_nothing(COOP, state)
        assert (await ids.find(books, one, ("capacity",), "offer")).id


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("evt_b", "id-unknown"),
        ("", "id-form"),
        ("evt_", "id-form"),
        ("coop_a", "id-form"),
        ("evt_0", "id-form"),
        ("evt_" + "a" * 53, "id-form"),
        ("x" * 10_000, "id-form"),
        ("a'; --", "id-form"),
    ],
)
async def test_what_names_nothing_is_refused(
    state: StateDb, written: str, code: str
) -> None:
    await state.write(COOP, [capacity(b"\0" * 32)], set(), [], Fold())
    with pytest.raises(UserFault) as caught:
        await ids.find(books_of_nothing(COOP, state), written, ("capacity",), "offer")
    fault = caught.value
    assert fault.code == code
    assert fault.fields["field"] == "offer"
    assert fault.fields["expected"]
    assert fault.way_out
    assert len(fault.detail) < 300


async def test_the_wrong_kind_of_thing_is_called_by_its_name(state: StateDb) -> None:
    await state.write(COOP, [capacity(b"\0" * 32)], set(), [], Fold())
    with pytest.raises(UserFault, match="a capacity offer, not a lead or project"):
        await ids.find(books_of_nothing(COOP, state), "a", ("lead", "project"), "to")


# --- short forms --------------------------------------------------------------------


async def test_short_forms_find_what_they_stand_for(state: StateDb) -> None:
    near = [b"\7" * size + b"\0" * (32 - size) for size in (4, 5, 6, 20, 31)]
    close = [*near, b"\7" * 31 + b"\1", b"\xff" * 32]
    await state.write(COOP, [capacity(one) for one in close], set(), [], Fold())
    books = books_of_nothing(COOP, state)
    shown = await ids.shorts(books, close)
    assert len(set(shown.values())) == len(close)
    for one, written in shown.items():
        assert len(written) >= len("evt_") + ids.SHOWN
        assert (await ids.find(books, written, ("capacity",), "offer")).id == one
    assert shown[b"\xff" * 32] == "evt_77777777"
    assert shown[b"\7" * 31 + b"\1"] == text("evt", b"\7" * 31 + b"\1")


async def test_an_event_beside_an_entity_gets_a_longer_form(state: StateDb) -> None:
    entity, event = b"\7" * 32, b"\7" * 10 + b"\0" * 22
    await state.write(COOP, [capacity(entity)], set(), [], Fold())
    shown = await ids.shorts(books_of_nothing(COOP, state), [event])
    assert not text("evt", entity).startswith(shown[event])
    assert await ids.shorts(books_of_nothing(COOP, state), []) == {}


async def test_more_ids_than_one_statement_takes(state: StateDb) -> None:
    many = [no.to_bytes(2) + b"\5" * 30 for no in range(2000)]
    await state.write(COOP, [capacity(one) for one in many], set(), [], Fold())
    shown = await ids.shorts(books_of_nothing(COOP, state), many)
    assert len(set(shown.values())) == 2000


# --- co-ops -------------------------------------------------------------------------

ALBA, BIRCH, OTHER = bytes([1]) * 32, bytes([255]) * 32, bytes([1]) * 31 + b"\2"


def books() -> Books:
    return books_of_nothing(COOP)


def test_co_ops_go_by_id_or_name() -> None:
    names = Names({ALBA: "Alba", BIRCH: "Birch Works", OTHER: ""})
    for written, coop in [
        ("alba", ALBA),
        (" Birch  Works", BIRCH),
        ("BIRCH WORKS", BIRCH),
        (text("coop", ALBA), ALBA),
        (text("coop", BIRCH)[:6], BIRCH),
        ("7777", BIRCH),
        (text("coop", OTHER), OTHER),
    ]:
        assert ids.find_coop(books(), names, written, "coop") == coop


def test_the_beginning_of_a_name_is_enough() -> None:
    names = Names({ALBA: "Alba Web Co-op", BIRCH: "Birch Works", OTHER: ""})
    for written, coop in [("alba", ALBA), ("ALBA  WEB", ALBA), ("bir", BIRCH)]:
        assert ids.find_coop(books(), names, written, "coop") == coop


def test_a_whole_name_wins_over_longer_ones() -> None:
    names = Names({ALBA: "Alba Web Co-op", BIRCH: "Alba", OTHER: "Alba Web"})
    for written, coop in [
        ("alba", BIRCH),
        (" ALBA ", BIRCH),
        ("Alba  web", OTHER),
        ("alba web c", ALBA),
        ("alba web co-op", ALBA),
    ]:
        assert ids.find_coop(books(), names, written, "coop") == coop
    with pytest.raises(UserFault, match="more than one"):
        ids.find_coop(books(), names, "alb", "coop")
    # A name that two have is no name of one, whatever begins with it.
    twice = Names({ALBA: "Alba", BIRCH: "Alba", OTHER: "Alba Web"})
    with pytest.raises(UserFault) as caught:
        ids.find_coop(books(), twice, "alba", "coop")
    named = caught.value.fields["candidates"]
    assert named == [text("coop", one) for one in sorted((ALBA, BIRCH))]


def test_two_that_fit_are_both_named() -> None:
    names = Names({ALBA: "Alba", BIRCH: "Alba", OTHER: ""})
    for written in ("alba", text("coop", ALBA)[:20]):
        with pytest.raises(UserFault) as caught:
            ids.find_coop(books(), names, written, "coop")
        fault = caught.value
        assert fault.code == "id-ambiguous"
        assert text("coop", ALBA) in fault.detail


def test_a_name_like_an_id_gets_nothing_by_it() -> None:
    whole = text("coop", ALBA)
    for claimed in (whole, whole[:9], whole[5:11]):
        names = Names({ALBA: "Alba", BIRCH: claimed})
        assert ids.find_coop(books(), names, whole, "coop") == ALBA
        assert ids.find_coop(books(), names, whole[:9], "coop") == ALBA
        if not claimed.startswith("coop_"):
            with pytest.raises(UserFault, match="more than one"):
                ids.find_coop(books(), names, claimed, "coop")


def test_nobody_goes_by_it() -> None:
    names = Names({ALBA: "Alba", BIRCH: ""})
    for written in ("", " ", "Elm", "coop_", "coop_b", "evt_a", "coop_" + "a" * 60):
        with pytest.raises(UserFault) as caught:
            ids.find_coop(books(), names, written, "coop")
        assert caught.value.code == "coop-unknown"
