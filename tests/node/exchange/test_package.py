"""The shapes of files, and which of their faults costs what."""

import json
from typing import Any

import pytest

from node.exchange import ocds, package, scan
from node.exchange.ocds import Unreadable
from tests.node.exchange.notices import FULL, notes, one, read, release

SHAPES: dict[str, Any] = {
    "release package": {"releases": [FULL]},
    "empty parts beside it": {"releases": [FULL], "records": None},
    "list": [FULL],
    "bare release": FULL,
    "record package": {"records": [{"ocid": FULL["ocid"], "releases": [FULL]}]},
    "compiled only": {"records": [{"ocid": FULL["ocid"], "compiledRelease": FULL}]},
    "bare record": {"ocid": FULL["ocid"], "releases": [FULL]},
    "bare compiled": {"compiledRelease": FULL},
    "links and compiled": {
        "records": [{"releases": [{"url": "https://a.b/1"}], "compiledRelease": FULL}]
    },
    "embedded and compiled": {
        "records": [{"releases": [FULL], "compiledRelease": release(id="compiled")}]
    },
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_holds_the_same_release(shape: object) -> None:
    found = ocds.read_package(json.dumps(shape).encode())
    assert found.failures == ()
    assert found.observations == read(FULL)


FAULTS: dict[str, tuple[Any, str, str]] = {
    "no date": (
        [release(date=None)],
        "releases[0].date",
        "no date, or none that can be read",
    ),
    "bad date": (
        [release(date="soon")],
        "releases[0].date",
        "no date, or none that can be read",
    ),
    "no ocid": ([release(ocid="")], "releases[0].ocid", "no ocid"),
    "odd ocid": (
        [release(ocid=7)],
        "releases[0].ocid",
        "an ocid is up to 100 characters of printable ASCII",
    ),
    "odd id": (
        [release(id=["x"])],
        "releases[0].id",
        "an id is up to 100 characters of printable ASCII",
    ),
    "no object": ([3], "releases[0]", "not an object"),
}


@pytest.mark.parametrize(("releases", "path", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_one_release_costs_that_one(
    releases: list[Any], path: str, reason: str
) -> None:
    data = json.dumps({"releases": [*releases, FULL]}).encode()
    found = ocds.read_package(data)
    assert found.observations == read(FULL)
    assert [(one.path, one.reason) for one in found.failures] == [(path, reason)]


def test_a_failure_names_the_release_where_it_can() -> None:
    data = json.dumps({"releases": [release(date="soon"), release(ocid="a b")]})
    first, second = ocds.read_package(data.encode()).failures
    assert (first.ocid, first.id) == ("ocds-inv009-2", "1")
    assert (second.ocid, second.id) == (None, "1")


RECORDS: dict[str, tuple[Any, str]] = {
    "no object": (7, "not a record"),
    "releases that are none": ({"ocid": "a", "releases": 7}, "not a record"),
    "links": (
        {"ocid": "a", "releases": [{"url": "https://a.b"}]},
        "a record that only links to its releases",
    ),
    "nothing": ({"ocid": "a"}, "a record that only links to its releases"),
}


@pytest.mark.parametrize(("record", "reason"), RECORDS.values(), ids=RECORDS)
def test_a_fault_of_one_record_costs_that_one(record: object, reason: str) -> None:
    data = json.dumps({"records": [record, {"releases": [FULL, 3]}]}).encode()
    found = ocds.read_package(data)
    assert found.observations == read(FULL)
    assert [(one.path, one.reason) for one in found.failures] == [
        ("records[0]", reason),
        ("records[1].releases[1]", "not an object"),
    ]


def test_the_path_in_a_bare_file_begins_inside_the_release() -> None:
    bare = ocds.read_package(json.dumps(release(date=None)).encode())
    assert bare.failures[0].path == "date"
    several = ocds.read_package(json.dumps([release(date=None)]).encode())
    assert several.failures[0].path == "[0].date"


UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "The file is no JSON: Input data was truncated.", ""),
    "text": (b"ocid", "The file is no JSON", ""),
    "number": (b"7", "The file is neither a list nor an object.", ""),
    "trailing": (b"[] []", "The file is no JSON", ""),
    "cut off": (b'{"releases": [{"ocid"', "The file is no JSON", ""),
    "NaN": (b'{"releases": [{"a": NaN}]}', "The file is no JSON", ""),
    "UTF-16": ('{"releases": []}'.encode("utf-16"), "The file is no JSON", ""),
    "neither": (b"{}", "The file holds neither releases nor records.", ""),
    "releases": (b'{"releases": {}}', "This is not a list.", "releases"),
    "records": (b'{"records": 7}', "This is not a list.", "records"),
}


@pytest.mark.parametrize(
    ("data", "reason", "path"), UNREADABLE.values(), ids=UNREADABLE
)
def test_what_is_no_ocds_is_refused_whole(data: bytes, reason: str, path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        ocds.read_package(data)
    assert caught.value.reason.startswith(reason)
    assert caught.value.path == path
    assert caught.value.code == "file-unreadable"


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    assert ocds.read_package(package.BOM + b'{"releases": []}') == ocds.Package()


def test_of_a_field_given_twice_the_last_one_counts() -> None:
    first, last = json.dumps([release(id="1")]), json.dumps([release(id="2")])
    data = f'{{"releases": {first}, "releases": {last}}}'.encode()
    assert [one.id for one in ocds.read_package(data).observations] == ["2"]
    bare = b'{"ocid": "a", "ocid": "b", "id": "1", "date": "2025-01-01"}'
    assert [one.ocid for one in ocds.read_package(bare).observations] == ["b"]


def test_bytes_that_are_no_text_cost_one_release() -> None:
    odd = b'{"ocid": "a", "id": "1", "date": "2025-01-01", "title": "\xe9"}'
    data = b'{"releases": [' + odd + b"," + json.dumps(FULL).encode() + b"]}"
    found = ocds.read_package(data)
    assert found.observations == read(FULL)
    assert [(one.path, one.reason) for one in found.failures] == [
        ("releases[0]", "not UTF-8")
    ]


def test_a_number_that_nothing_holds_costs_one_release() -> None:
    odd = b'{"ocid": "a", "id": "1", "date": "2025-01-01", "n": ' + b"9" * 5000 + b"}"
    found = ocds.read_package(b"[" + odd + b"," + json.dumps(FULL).encode() + b"]")
    assert found.observations == read(FULL)
    assert found.failures[0].reason.startswith("no JSON that can be held")


@pytest.mark.parametrize(
    "number", ["1e9999", "1e99999999999999999999", "0." + "1" * 99]
)
def test_a_number_that_nobody_needs_costs_nothing(number: str) -> None:
    data = f'{{"ocid": "a", "id": "1", "date": "2025-01-01", "n": {number}}}'
    found = ocds.read_package(data.encode())
    assert (len(found.observations), found.observations[0].notes) == (1, ())


def test_half_an_emoji_costs_one_character() -> None:
    pair = r"\ud83d\ude00"
    title = rf"{pair} \ud83d \ude00 \\ud83d \n \u0041"
    data = rf'{{"ocid": "a", "id": "1", "date": "2025-01-01", "title": "{title}"}}'
    found = ocds.read_package(data.encode())
    assert found.observations[0].title == "\U0001f600 \ufffd \ufffd \\ud83d A"


def test_more_releases_than_a_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_RELEASES", 2)
    with pytest.raises(Unreadable, match="more than 2 releases"):
        ocds.read_package(b'{"releases": [1, 2, 3]}')


def test_a_release_without_an_id_is_named_after_its_date() -> None:
    found = one(id=None, date="2025-01-02T03:04:05+01:00")
    assert found.id == "dated-20250102T020405Z"
    assert notes(found) == {"id": "no id; named after its date"}


# -- whose data it is ---------------------------------------------------------------

OGL = (
    "Contains public sector information licensed under the Open Government Licence"
    " v3.0."
)
ATTRIBUTIONS: dict[str, tuple[Any, Any, str]] = {
    "OGL 3": (
        {"name": "A"},
        "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        OGL,
    ),
    "CC0": (
        {"name": "A"},
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "A, dedicated to the public domain (CC0).",
    ),
    "other": (
        {"name": "A"},
        "https://a.b/licence",
        "Source: A. Licence: https://a.b/licence",
    ),
    "no licence": ({"name": "A"}, None, "Source: A."),
    "no publisher": (None, "mine", "Source: The publisher. Licence: mine"),
    "neither": (None, None, ""),
    "broken": (7, ["x"], ""),
}


@pytest.mark.parametrize(
    ("publisher", "licence", "text"), ATTRIBUTIONS.values(), ids=ATTRIBUTIONS
)
def test_the_licence_says_what_to_show(
    publisher: object, licence: object, text: str
) -> None:
    file = {"releases": [FULL], "publisher": publisher, "license": licence}
    found = ocds.read_package(json.dumps(file).encode())
    assert found.attribution.text == text
    assert found.observations[0].attribution == found.attribution


def test_a_bare_release_is_known_by_the_prefix_of_its_ocid() -> None:
    known = one(ocid="ocds-b5fd17-1").attribution
    assert known.publisher == "Crown Commercial Service, Contracts Finder"
    assert "Open Government Licence v3.0" in known.text
    assert one(ocid="ocds-inv009-2").attribution == ocds.Attribution()


def test_a_publisher_that_is_no_text_is_none() -> None:
    data = b'{"releases": [], "publisher": {"name": "\xff"}, "license": "x"}'
    assert ocds.read_package(data).attribution.publisher is None


def test_the_page_of_the_publisher_stands_in_for_a_link() -> None:
    file = {
        "releases": [release()],
        "publisher": {"name": "A", "uri": "https://a.b/"},
    }
    found = ocds.read_package(json.dumps(file).encode()).observations
    assert found[0].link is None
    assert ocds.notice(found).link == "https://a.b/"


# -- size ---------------------------------------------------------------------------


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_BYTES", 10)
    scan.check(b"[" + b" " * 8 + b"]")
    with pytest.raises(Unreadable, match="more than 10 bytes"):
        scan.check(b"[" + b" " * 9 + b"]")


@pytest.mark.parametrize("left", [b"[", b'{"a":'])
def test_too_many_levels(left: bytes) -> None:
    scan.check(left * scan.MAX_DEPTH)
    with pytest.raises(Unreadable, match="nests more than 32 levels"):
        scan.check(left * (scan.MAX_DEPTH + 1))


def test_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_VALUES", 6)
    scan.check(b'[1, 2, {"a": 3, "b": []}]')
    with pytest.raises(Unreadable, match="more than 6 values"):
        scan.check(b'[1, 2, {"a": 3, "b": [], "c": 4}]')


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 1024])
def test_brackets_in_texts_are_no_brackets(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(scan, "CHUNK", chunk)
    monkeypatch.setattr(scan, "MAX_DEPTH", 2)
    monkeypatch.setattr(scan, "MAX_VALUES", 5)
    scan.check(json.dumps([['[[["[[[,,,', "\\", '\\"[[[', "[[\\"]]).encode())
    with pytest.raises(Unreadable, match="nests"):
        scan.check(json.dumps(["\\", [[1]]]).encode())
