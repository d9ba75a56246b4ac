"""Files that somebody made to do harm, or that a machine made by mistake."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.exchange import ocds, place, scan
from node.exchange.ocds import Unreadable
from tests.node.exchange.notices import FULL, Json, notes, one, package, read, tender

MEGABYTE: Final = "x" * 10**6
NUMBER: Final = "@1e400@"
"""Stands for a number that Python cannot write."""

BAD: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "list": [],
    "list in list": [[], [None], 7, {"": 7}],
    "object": {},
    "object of objects": {"id": {"id": {}}, "amount": {"amount": []}},
    "empty": "",
    "minus one": -1,
    "one": 1,
    "1e400": NUMBER,
    "fraction": 0.5,
    "megabyte": MEGABYTE,
    "control characters": "\x00\x1b[31m\u202e\ufeff\x85\n",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "address": "javascript:alert(1)",
}

FIRST: Final = FULL | {"id": "0-first", "ocid": "ocds-inv009-first"}
LAST: Final = FULL | {"id": "2-last", "ocid": "ocds-inv009-last"}
NEIGHBOURS: Final = read(FIRST, LAST)
GOOD: Final = read(FULL)[0]


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """Every place in a JSON value but its root."""
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, inner in entries:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def replaced(path: tuple[str | int, ...], value: object) -> Json:
    changed: Any = copy.deepcopy(FULL)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return dict(changed)


def check_texts(value: object) -> None:
    """No text that came out may do anything but be read."""
    if isinstance(value, str):
        assert all(character.isprintable() or character == "\n" for character in value)
        assert "<script" not in value
        assert "onerror" not in value
    elif isinstance(value, list):
        for entry in value:
            check_texts(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            check_texts(entry)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_any_value_in_any_place_costs_at_most_its_own_release(bad: object) -> None:
    for path in paths(FULL):
        data = package(FIRST, replaced(path, bad), LAST)
        found = ocds.read_package(data.replace(f'"{NUMBER}"'.encode(), b"1e400"))
        first, *middle, last = found.observations
        assert (first, last) == NEIGHBOURS
        assert len(middle) + len(found.failures) == 1
        for failure in found.failures:
            assert path[0] in {"ocid", "id", "date"}
            assert failure.path == f"releases[1].{path[0]}"
        for observation in middle:
            row = ocds.encode(observation)
            assert ocds.decode(row) == observation
            assert len(row) < 10**6
            if observation.link is not None:
                assert observation.link.startswith(("http://", "https://"))
            check_texts(json.loads(row))
            ocds.notice([observation, GOOD][: 1 + (observation.ocid == GOOD.ocid)])


def test_any_place_may_be_missing() -> None:
    for path in paths(FULL):
        changed: Any = copy.deepcopy(FULL)
        at = changed
        for key in path[:-1]:
            at = at[key]
        del at[path[-1]]
        found = ocds.read_package(package(FIRST, changed, LAST))
        assert (found.observations[0], found.observations[-1]) == NEIGHBOURS
        assert [failure.path for failure in found.failures] == (
            [f"releases[1].{path[0]}"] if path[0] in {"ocid", "date"} else []
        )


@pytest.mark.parametrize("left", [b"[", b'{"a":', b'{"releases":[', b'{"a":[{"b":'])
def test_depth(left: bytes) -> None:
    with pytest.raises(Unreadable, match="nests"):
        ocds.read_package(left * 10**5)
    with pytest.raises(Unreadable, match="nests"):
        ocds.read_package(b'{"releases": [' + left * 10**5)


def test_closing_brackets_do_not_pay_for_opening_ones() -> None:
    with pytest.raises(Unreadable):
        ocds.read_package(b"]" * 10**5 + b"[" * (10**5 + 20))


@pytest.mark.parametrize(
    "data",
    [b"[" + b"0," * scan.MAX_VALUES + b"0]", b"[" + b"[]," * scan.MAX_VALUES + b"0]"],
    ids=["numbers", "lists"],
)
def test_gigantic_lists_are_not_even_parsed(data: bytes) -> None:
    with pytest.raises(Unreadable, match="values"):
        ocds.read_package(data)


@pytest.mark.parametrize("key", ["lots", "items", "documents", "amendments"])
def test_gigantic_lists_of_a_tender_are_cut(key: str) -> None:
    entries = [{"id": str(number)} for number in range(50_000)]
    found = tender(**{key: entries})
    assert notes(found) == {f"tender.{key}": "only the first 1,000 entries were read"}


def test_gigantic_lists_of_awards_are_cut() -> None:
    supplier = {"name": "Works"}
    entries = [{"suppliers": [supplier] * 2_000, "relatedLots": ["A"] * 2_000}] * 2
    found = one(awards=entries, contracts=[{"id": "1"}] * 2_000)
    assert notes(found) == {
        f"{path}": "only the first 1,000 entries were read"
        for path in (
            "awards[0].suppliers",
            "awards[0].relatedLots",
            "awards[1].suppliers",
            "awards[1].relatedLots",
            "contracts",
        )
    }


def test_a_thousand_faults_are_noted_fifty_times() -> None:
    found = tender(lots=[{"id": "1", "title": 7}] * 500)
    assert len(found.notes) == place.MAX_NOTES + 1
    assert found.notes[-1].reason == "more that could not be read"


OCIDS: Final = [
    "",
    "a" * 101,
    "a\x00",
    "a\nb",
    "a b",
    "\u00e9",
    "a\u202e",
    " ",
    "\x7f",
    "<a>",
    '"',
]


@pytest.mark.parametrize("ocid", OCIDS)
def test_an_ocid_is_short_and_printable(ocid: str) -> None:
    found = ocds.read_package(package(FULL | {"ocid": ocid}, FULL))
    assert found.observations == (GOOD,)
    assert [(f.path, f.ocid) for f in found.failures] == [("releases[0].ocid", None)]


@pytest.mark.parametrize("ocid", ["a", "a" * 100, " ocds-1-A/7 ", "!~", "='"])
def test_an_ocid_may_look_like_anything_else(ocid: str) -> None:
    assert one(ocid=ocid).ocid == ocid.strip()


DATES: Final = [
    "0000-01-01",
    "0001-01-01T00:00:00Z",
    "99999-01-01",
    "2025-13-01",
    "2025-02-30",
    "2025-01-01T25:00:00Z",
    "2025-01-01T00:00:00+99:00",
    "9999-12-31T23:59:59-23:59",
    "1e400",
    "2025",
    "\u0662\u0660\u0662\u0665-01-01",
    "2025-01-01T00:00:00.1234567891Z",
]


@pytest.mark.parametrize("date", DATES)
def test_a_date_beyond_the_calendar_is_no_date(date: str) -> None:
    found = ocds.read_package(package(FULL | {"date": date}, FULL))
    assert found.observations == (GOOD,)
    assert [failure.path for failure in found.failures] == ["releases[0].date"]
    assert tender(tenderPeriod={"endDate": date}).deadline is None


AMOUNTS: Final = [-1, -0.01, 10**15, 10**30, 1e300, "1,000", "-1", "1e5", "", True, [1]]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_that_is_none_is_left_out(amount: object) -> None:
    found = tender(title="A", value={"amount": amount, "currency": "GBP"})
    assert (found.value, found.title) == (None, "A")


@pytest.mark.parametrize("currency", ["XXX", "BTC", "\u00a3", "", None, 7, "GBPGBP"])
def test_a_currency_that_is_none_is_noted(currency: object) -> None:
    found = tender(value={"amount": 1, "currency": currency})
    assert found.value is None
    assert notes(found) == {
        "tender.value.amount": "a currency that is no ISO 4217 code"
    }


@pytest.mark.parametrize(
    "markup",
    [
        "<" * 200_000,
        "<a " * 80_000,
        "<a" + "b" * 240_000,
        "<script>" * 30_000,
        "<!--" * 60_000,
        "&#" * 120_000,
        "&#" + "1" * 240_000 + ";",
        "&lt;" * 60_000,
        "rn" * 120_000 + "x",
        ".rn " + "xrnrn" * 48_000,
        " \n" * 120_000,
        "a" + "\u0301\u0316" * 120_000,
        "\u00e2\u20ac\u00a2" * 80_000,
        "\u202e" * 240_000,
    ],
    ids=range(14),
)
def test_no_text_takes_long(markup: str) -> None:
    before = time.perf_counter()
    found = tender(description=markup)
    # A hundredth of what a step with the square of the length would take.
    assert time.perf_counter() - before < 3
    assert found.description is None or len(found.description.encode()) <= 60_000


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([str(path[-1]) for path in paths(FULL)]), inner, max_size=6
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_whatever_comes_is_read_or_refused(value: object) -> None:
    data = json.dumps(value, allow_nan=True).encode()
    try:
        found = ocds.read_package(data)
    except Unreadable:
        return
    ocds.fold(found.observations)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_file_with_wrong_bytes_is_read_or_refused(data: st.DataObject) -> None:
    file = bytearray(package(FIRST, FULL, LAST))
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(file) - 1))
        file[where] = data.draw(st.integers(0, 255))
    del file[data.draw(st.integers(0, len(file))) :]
    try:
        found = ocds.read_package(bytes(file))
    except Unreadable:
        return
    ocds.fold(found.observations)
    for observation in found.observations:
        assert ocds.decode(ocds.encode(observation)) == observation
