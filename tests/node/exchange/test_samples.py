"""What real and invented publishers write, read as a whole."""

import itertools
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from node.exchange import ocds
from node.exchange.ocds import Money, Status
from tests.node.exchange.notices import CONTRACTS_FINDER, INVENTED, SIX, from_files

OGL = (
    "Contains public sector information licensed under the Open Government Licence"
    " v3.0."
)


@pytest.fixture(scope="module")
def contracts_finder() -> ocds.Package:
    return ocds.read_package(CONTRACTS_FINDER.read_bytes())


def at(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_all_of_contracts_finder_is_read(contracts_finder: ocds.Package) -> None:
    assert contracts_finder.failures == ()
    assert len(contracts_finder.observations) == 200
    assert contracts_finder.attribution.text == OGL
    notices = ocds.fold(contracts_finder.observations)
    assert len(notices) == 190
    assert Counter(notice.status for notice in notices.values()) == {
        Status.AWARDED: 141,
        Status.OPEN: 42,
        Status.PLANNING: 7,
    }
    assert sum(notice.releases for notice in notices.values()) == 200


def test_contracts_finder_lacks_nothing_that_a_lead_needs(
    contracts_finder: ocds.Package,
) -> None:
    for notice in ocds.fold(contracts_finder.observations).values():
        assert notice.title
        assert notice.description
        assert notice.buyer
        assert notice.cpv
        assert notice.link is not None
        assert notice.link.startswith("https://www.contractsfinder.service.gov.uk/")
        assert notice.attribution.text == OGL
        assert notice.language == "en"


def test_contracts_finder_has_one_supplier_without_a_name(
    contracts_finder: ocds.Package,
) -> None:
    notes = [note for one in contracts_finder.observations for note in one.notes]
    assert [(note.path, note.reason) for note in notes] == [
        ("awards[0].suppliers[0].name", "a supplier without a name")
    ]


def test_the_damage_of_contracts_finder_is_repaired(
    contracts_finder: ocds.Package,
) -> None:
    texts = [one.description or "" for one in contracts_finder.observations]
    assert not re.search("[\u00c2\u00e2]", "".join(texts))
    assert sum("rnrn" in text for text in texts) == 0
    assert sum("\n\n" in text for text in texts) > 50
    assert texts[31].count("\N{POUND SIGN}42,110,000") == 1


def test_a_whole_file_is_read_as_before_from_the_database(
    contracts_finder: ocds.Package,
) -> None:
    rows = [ocds.encode(observation) for observation in contracts_finder.observations]
    assert tuple(map(ocds.decode, rows)) == contracts_finder.observations


def test_six_releases_are_one_process_in_any_order() -> None:
    observations = from_files(SIX)
    assert [ocds.notice([one]).status for one in observations] == [
        Status.PLANNING,
        Status.OPEN,
        Status.OPEN,
        Status.AWARDED,
        Status.AWARDED,
        Status.AWARDED,
    ]
    notice = ocds.notice(observations)
    for order in itertools.permutations(observations):
        assert ocds.notice(order) == notice
    assert ocds.notice(observations * 2) == notice
    assert notice.title == "Planned cycle lane improvements"
    assert notice.value == Money(currency="GBP", minor=1_100_000_00)
    assert notice.deadline == at(2010, 4, 8, 18)
    assert notice.as_of == (
        at(2011, 1, 10, 9, 30),
        "ocds-213czf-000-00001-06-implementation",
    )
    assert notice.published == at(2009, 3, 15, 14, 45)
    assert (notice.releases, notice.status) == (6, Status.AWARDED)
    assert [award.suppliers for award in notice.awards] == [
        ("AnyCorp Cycle Provision",)
    ]
    assert notice.cpv == ("45233130", "45233162")
    assert [one.date for one in notice.amendments] == [at(2010, 3, 20, 9, 45)]
    assert ocds.outcome(notice) == "lost"


def test_the_deadline_moves_with_the_amendment() -> None:
    observations = from_files(SIX)
    assert ocds.notice(observations[:2]).deadline == at(2010, 4, 1, 18)
    assert ocds.notice(observations[:3]).deadline == at(2010, 4, 8, 18)


def test_in_the_style_of_scotland() -> None:
    found = ocds.read_package((INVENTED / "scotland.json").read_bytes())
    assert found.failures == ()
    ferry, archive = ocds.fold(found.observations).values()
    assert ferry.title == "Ferry Timetable App & Website"
    assert ferry.buyer == "Invented Islands Council"
    assert ferry.as_of == (at(2025, 4, 10), "dated-20250410T000000Z")
    assert (ferry.status, ferry.language, ferry.value) == (Status.OPEN, "en", None)
    assert ferry.link == "https://notices.example/search/view?ID=APR700001"
    assert ferry.period == ocds.Period(start=at(2025, 8, 1), end=at(2027, 7, 31))
    assert ferry.lots[0].description is not None
    assert ferry.lots[0].description.startswith(
        "The works shall include:\n-A timetable"
    )
    assert [award.suppliers for award in archive.awards] == [
        ("Selkie Works",),
        ("Kelp and Daughters",),
    ]
    assert archive.awards[0].value == Money(currency="GBP", minor=12_500_50)
    assert archive.attribution.text == OGL


def test_in_the_style_of_wales() -> None:
    found = ocds.read_package((INVENTED / "wales.json").read_bytes())
    assert [(one.path, one.ocid) for one in found.failures] == [
        ("records[2]", "ocds-inv002-0000146003")
    ]
    site, museum = ocds.fold(found.observations).values()
    assert site.description == (
        "We need a bilingual website.\n\n- Cymraeg & English\n- Hosting for 3 years\n\n"
        "Apply at https://gwerthu.example/?id=1&notice=2"
    )
    assert site.buyer == "Cyngor D\u0175r Dychmygol / Invented D\u0175r Council"
    assert site.value == Money(currency="GBP", minor=85_000_00)
    assert site.deadline == at(2025, 4, 25, 23, 59, 59)
    assert site.cpv == ("72413000", "72415000")
    assert [one.text for one in site.amendments] == ["Deadline extended."]
    assert (site.releases, site.language) == (2, "cy")
    assert museum.title == "Catalogue of the museum"
    assert museum.value == Money(currency="GBP", minor=40_000_00)
    assert museum.status is Status.PLANNING
    assert site.attribution.text == OGL


def test_in_the_style_of_eforms() -> None:
    found = ocds.read_package((INVENTED / "eforms.json").read_bytes())
    assert found.failures == ()
    lots, audit = ocds.fold(found.observations).values()
    assert [lot.id for lot in lots.lots] == ["LOT-0001", "LOT-0002", "LOT-0003"]
    assert lots.value == Money(currency="EUR", minor=200_000_33)
    assert lots.deadline == at(2025, 7, 3, 10)
    assert lots.period == ocds.Period(
        start=at(2025, 8, 31, 22), end=at(2028, 8, 31, 23, 59, 59)
    )
    assert lots.status is Status.AWARDED
    assert lots.cpv == ("72200000", "72262000", "72415000", "79416000")
    assert ocds.outcome(lots) == "lost"
    assert ocds.outcome(lots, ours=["atelier  inventé"]) == "won"
    assert lots.attribution.text == "Avis Inventés, licensed under CC BY 4.0."
    assert audit.title == "Audit de sécurité"
    assert audit.awards[0].value == Money(currency="JPY", minor=1_200_000)
    assert (audit.status, audit.cpv) == (Status.AWARDED, ("72810000",))


def test_a_lot_that_is_still_to_be_won_keeps_the_tender_open() -> None:
    found = ocds.read_package((INVENTED / "eforms.json").read_bytes())
    first_two = ocds.notice(found.observations[:2])
    assert first_two.status is Status.OPEN
    assert ocds.outcome(first_two) is None
    assert ocds.outcome(first_two, ours=["SCOP Nuage Inventé"]) == "won"
