"""Samples in the style of publishers: each is read, and any damage to one survived."""

import contextlib
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.exchange import ocds, tenders
from node.exchange.ocds import Money, Notice, Status
from protocol.kinds.leads import LeadOpened
from tests.node.exchange.notices import INVENTED, notes, one, tender

FILES: Final = sorted(INVENTED.glob("*.json*"))
#: File -> releases read, processes, and (place, reason) of what is no release.
READ: Final[dict[str, tuple[int, int, list[tuple[str, str]]]]] = {
    "eforms.json": (4, 2, []),
    "eforms-languages.json": (3, 1, []),
    "find-a-tender.json": (7, 2, []),
    "linked-records.json": (
        1,
        1,
        [("records[1]", "a record that only links to its releases")],
    ),
    "no-releases.json": (0, 0, []),
    "registry.jsonl": (
        2,
        2,
        [("line 3.date", "no date, or none that can be read")],
    ),
    "scotland.json": (2, 2, []),
    "wales.json": (
        3,
        2,
        [("records[2]", "a record that only links to its releases")],
    ),
}


def notices_of(name: str) -> dict[str, Notice]:
    found = ocds.read_package((INVENTED / name).read_bytes())
    return ocds.fold(found.observations)


def test_every_sample_is_in_the_table() -> None:
    assert {one.name for one in FILES} == READ.keys()
    readme = (INVENTED / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in readme for name in READ)


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_a_sample_is_read_or_said_why_not(file: Path) -> None:
    found = ocds.read_package(file.read_bytes())
    releases, processes, failures = READ[file.name]
    notices = ocds.fold(found.observations)
    assert (len(found.observations), len(notices)) == (releases, processes)
    assert [(bad.path, bad.reason) for bad in found.failures] == failures
    for notice in notices.values():
        check_lead(notice)


def check_lead(notice: Notice) -> None:
    """Hold what a notice makes against what an event can carry."""
    body = tenders.opened(tenders.terms_of(notice))
    plain = msgspec.to_builtins(body, builtin_types=(bytes, datetime))
    assert msgspec.convert(plain, LeadOpened) == body
    for words in tenders.texts_of(notice).values():
        assert len(words.encode()) <= 65_536
    tenders.state_of(notice)


def test_a_process_of_find_a_tender_from_engagement_to_contract() -> None:
    platform, timetables = notices_of("find-a-tender.json").values()
    assert platform.buyer == "Fen Rivers Combined Authority"
    assert platform.value == Money(currency="GBP", minor=400_000_00)
    # The request to take part, put off by a week, and not the bid.
    assert platform.deadline == datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert platform.cpv == ("72262000", "72212000", "80511000")
    assert [(lot.id, lot.title) for lot in platform.lots] == [
        ("1", "Platform"),
        ("2", "Training"),
    ]
    assert len(platform.amendments) == 1
    assert platform.status is Status.AWARDED
    assert ocds.outcome(platform, ours=["Sluice Co-operative Limited"]) == "won"
    assert platform.link == "https://notices.example/Notice/000303-2026"
    assert [(note.path, note.reason) for note in platform.notes] == [
        (
            "tender.lots[1].value.amountGross",
            "an amount with taxes, and none without",
        )
    ]
    assert timetables.buyer == "Invented Academies Trust"
    assert (timetables.value, timetables.status) == (None, Status.CANCELLED)
    assert tenders.state_of(timetables) == "withdrawn"


def test_a_notice_in_several_languages_is_read_in_one() -> None:
    (archive,) = notices_of("eforms-languages.json").values()
    assert archive.title == "Archives communales ouvertes"
    assert archive.description == "Numérisation & mise en ligne."
    assert archive.buyer == "Commune imaginée de Bruyère"
    assert [lot.title for lot in archive.lots] == ["Numérisation", "Website"]
    # Two currencies have no sum.
    assert archive.value is None
    assert archive.deadline == datetime(2026, 2, 20, 11, tzinfo=UTC)
    first, second = archive.awards
    assert first.suppliers == ("Coopérative Inventée", "Groupement inventé")
    assert first.date == datetime(2026, 3, 26, 23, tzinfo=UTC)
    assert (first.title, second.suppliers) == ("Numérisation", ())
    assert [amendment.text for amendment in archive.amendments] == [
        "Erreur de date",
        "Nouveau plan",
    ]
    assert archive.attribution.text == (
        "Invented Gazette, dedicated to the public domain (CC0)."
    )


def test_english_is_taken_before_other_languages() -> None:
    found = tender(title_fr="Carte", title_en="Map", title_cy="Map", titles_of="x")
    assert found.title == "Map"
    assert tender(title_fr="Carte", title_cy="Map").title == "Carte"
    assert tender(title="Plan", title_en="Map").title == "Plan"
    assert tender(title_fr="", title_="x", title_toolong="y").title is None


def test_a_compiled_release_stands_for_links() -> None:
    (system,) = notices_of("linked-records.json").values()
    assert system.buyer == "Municipalidad Inventada"
    assert system.value == Money(currency="PYG", minor=150_000_000)
    assert [(lot.id, lot.title) for lot in system.lots] == [("1", "Único")]
    assert [(award.id, award.value) for award in system.awards] == [
        ("7", Money(currency="PYG", minor=150_000_000))
    ]
    assert system.attribution.text == (
        "Dirección Inventada de Contrataciones, licensed under CC BY 4.0."
    )


def test_a_line_of_the_registry_is_a_release() -> None:
    audit, maps = notices_of("registry.jsonl").values()
    assert (audit.buyer, audit.title) == ("Invented Ministry", "Accounts audit")
    assert ocds.outcome(audit, ours=["invented works"]) == "won"
    assert maps.value == Money(currency="UAH", minor=1000_00)
    assert maps.status is Status.UNKNOWN
    assert maps.as_of == (datetime(2026, 1, 2, tzinfo=UTC), "2")


def test_lines_that_are_no_releases_are_told_by_their_number() -> None:
    good = json.dumps({"ocid": "a", "id": "1", "date": "2026-01-01"})
    found = ocds.read_package(f"{good}\n{{}}\n\n{{'\n[1]\n{good}".encode())
    assert len(found.observations) == 2
    assert [bad.path for bad in found.failures] == ["line 2.ocid", "line 4", "line 5"]
    with pytest.raises(ocds.Unreadable):
        ocds.read_package(b'{"ocid": \n{"a": 1}')


def test_requests_to_take_part_have_a_deadline_of_their_own() -> None:
    found = one(tender={"expressionOfInterestDeadline": "2026-03-01"})
    assert found.deadline == datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    found = one(tender={"expressionOfInterestDeadline": "soon"})
    assert found.deadline is None
    assert "tender.expressionOfInterestDeadline" in notes(found)


# --- damage -------------------------------------------------------------------------


def _load(file: Path) -> Any:  # noqa: ANN401 - whatever JSON it is
    text = file.read_text("utf-8")
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line]
    return json.loads(text)


SAMPLES: Final = [_load(file) for file in FILES]
SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(
        [
            "",
            "9999-12-31",
            "GBP",
            "active",
            "ocds-x",
            "<b>",
            "\ud800",
            "1e999",
            "0" * 200,
        ]
    )
)
VALUES: Final[st.SearchStrategy[Any]] = (
    SCALARS | st.lists(SCALARS, max_size=3) | st.builds(dict) | st.builds(lambda: [[]])
)


def _damage(draw: st.DrawFn, sample: Any) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Go down to some place, and break it there."""
    place: Any = None
    key: Any = None
    at = sample
    while isinstance(at, dict | list) and at:
        keys = list(at) if isinstance(at, dict) else range(len(at))
        place, key = at, draw(st.sampled_from(keys))
        at = at[key]
        if draw(st.integers(0, 3)) == 0:
            break
    if place is None:
        return draw(VALUES)
    match draw(st.sampled_from(["replace", "drop", "nest", "copy"])):
        case "replace":
            place[key] = draw(VALUES)
        case "drop":
            del place[key]
        case "nest":
            place[key] = [at]
        case _ if isinstance(place, list):
            place.append(copy.deepcopy(at))
        case _:
            place[draw(st.sampled_from(sorted(place)))] = copy.deepcopy(at)
    return sample


@st.composite
def damaged(draw: st.DrawFn) -> Any:  # noqa: ANN401 - whatever JSON it is
    sample = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        sample = _damage(draw, sample)
    return sample


@settings(max_examples=400, deadline=None)
@given(damaged(), st.sampled_from(["", "\n"]))
def test_no_damage_to_a_sample_stops_the_import(sample: object, between: str) -> None:
    if between and isinstance(sample, list):
        data = between.join(json.dumps(one) for one in sample)
    else:
        data = json.dumps(sample)
    with contextlib.suppress(ocds.Unreadable):
        found = ocds.read_package(data.encode())
        assert all(bad.reason for bad in found.failures)
        for observation in found.observations:
            assert ocds.decode(ocds.encode(observation)) == observation
        for notice in ocds.fold(found.observations).values():
            check_lead(notice)
