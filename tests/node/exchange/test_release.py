"""Which field of a release is asked first, and what is noted."""

from datetime import UTC, datetime

import pytest

from node.exchange import ocds
from node.exchange.ocds import AwardStatus, Money, Period, TenderStatus
from node.exchange.release import MAX_CPV
from tests.node.exchange.notices import FULL, Json, notes, one, read, tender

APRIL = datetime(2025, 4, 1, tzinfo=UTC)


def test_a_full_release_says_all_of_this() -> None:
    assert read(FULL) == (
        ocds.Observation(
            ocid="ocds-inv009-1",
            id="1-full",
            date=datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC),
            tags=("tender", "award"),
            tender_status=TenderStatus.ACTIVE,
            title="A map of all paths",
            description="Of all paths.",
            language="en",
            buyer="Town of Nowhere",
            value=Money(currency="GBP", minor=1200_50),
            min_value=Money(currency="GBP", minor=1000_00),
            deadline=datetime(2025, 3, 4, 12, tzinfo=UTC),
            period=Period(
                start=APRIL, end=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
            ),
            plan=ocds.Plan(
                title="Paths",
                description="There are none.",
                budget=Money(currency="GBP", minor=5_00),
            ),
            lots=(
                ocds.Lot(
                    id="A",
                    title="The map",
                    description="Drawn.",
                    status=TenderStatus.ACTIVE,
                    value=Money(currency="GBP", minor=700_00),
                    period=Period(
                        start=APRIL, end=datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC)
                    ),
                    deadline=datetime(2025, 3, 3, 23, 59, 59, tzinfo=UTC),
                ),
                ocds.Lot(id="B", period=Period(start=APRIL)),
            ),
            awards=(
                ocds.Award(
                    id="w1",
                    title="For the map",
                    status=AwardStatus.ACTIVE,
                    suppliers=("Works of Nowhere",),
                    lots=("A",),
                    value=Money(currency="GBP", minor=650_00),
                    date=datetime(2025, 3, 20, tzinfo=UTC),
                    period=Period(
                        start=APRIL, end=datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC)
                    ),
                ),
            ),
            amendments=(
                ocds.Amendment(
                    id="a1", date=datetime(2025, 2, 5, tzinfo=UTC), text="Later."
                ),
            ),
            cpv=("72413000", "72415000", "72316000", "72320000", "72212000"),
            link="https://notices.example/1",
            attribution=ocds.Attribution(),
        ),
    )


PARTY: Json = {"id": "p", "name": "Party", "roles": ["buyer"]}
BUYERS: dict[str, tuple[Json, str | None]] = {
    "buyer": ({"buyer": {"name": "Buyer"}, "parties": [PARTY]}, "Buyer"),
    "its party": ({"buyer": {"id": "p"}, "parties": [PARTY]}, "Party"),
    "legal name": (
        {
            "buyer": {"id": 7},
            "parties": [{"id": 7, "identifier": {"legalName": "Legal"}}],
        },
        "Legal",
    ),
    "procuring entity": ({"tender": {"procuringEntity": {"name": "Entity"}}}, "Entity"),
    "role": ({"parties": [PARTY]}, "Party"),
    "other role": ({"parties": [PARTY | {"roles": ["procuringEntity"]}]}, "Party"),
    "no role": ({"parties": [{"id": "p", "name": "Party"}]}, None),
    "no name": ({"buyer": {"id": "p"}, "parties": [{"id": "p"}]}, None),
}


@pytest.mark.parametrize(("fields", "name"), BUYERS.values(), ids=BUYERS)
def test_who_buys(fields: Json, name: str | None) -> None:
    assert one(**fields).buyer == name


TITLES: dict[str, tuple[Json, str | None]] = {
    "tender": ({"title": "R", "tender": {"title": "T"}}, "T"),
    "English": ({"tender": {"title_en": "E", "title_cy": "C"}}, "E"),
    "release": ({"title": "R", "tender": {}}, "R"),
    "none": ({"tender": {"title": " \n "}}, None),
}


@pytest.mark.parametrize(("fields", "title"), TITLES.values(), ids=TITLES)
def test_what_it_is_called(fields: Json, title: str | None) -> None:
    assert one(**fields).title == title


LANGUAGES = {"en": "en", "EN": "en", "en-GB": "en", "cym": "cym", "fr_CA": "fr"}


@pytest.mark.parametrize(("given", "language"), LANGUAGES.items(), ids=LANGUAGES)
def test_languages(given: str, language: str) -> None:
    assert one(language=given).language == language


@pytest.mark.parametrize("given", ["English", "e", 7, "e\u0301n"])
def test_a_language_that_is_none_is_noted(given: object) -> None:
    found = one(language=given)
    assert found.language is None
    assert notes(found) == {"language": "no language code"}


def page(kind: str, url: str, media: str | None = None) -> Json:
    return {"documentType": kind, "url": url, "format": media}


LINKS: dict[str, tuple[Json, str | None]] = {
    "page before file": (
        {
            "tender": {
                "documents": [
                    page("tenderNotice", "https://a.b/1", "application/pdf"),
                    page("tenderNotice", "https://a.b/2", "text/html"),
                ]
            }
        },
        "https://a.b/2",
    ),
    "not the notice": (
        {"tender": {"documents": [page("biddingDocuments", "https://a.b/1")]}},
        None,
    ),
    "the next one": (
        {
            "tender": {"documents": [page("tenderNotice", "javascript:alert(1)")]},
            "awards": [{"documents": [page("awardNotice", "http://a.b/3")]}],
        },
        "http://a.b/3",
    ),
    "planning": (
        {"planning": {"documents": [page("plannedProcurementNotice", "http://a.b")]}},
        "http://a.b",
    ),
}


@pytest.mark.parametrize(("fields", "link"), LINKS.values(), ids=LINKS)
def test_where_the_notice_is(fields: Json, link: str | None) -> None:
    assert one(**fields).link == link


def test_codes_of_other_lists_are_left_alone() -> None:
    found = tender(
        classification={"scheme": "cpv", "id": "72000000-5"},
        additionalClassifications=[
            {"scheme": "UNSPSC", "id": "43232701"},
            {"id": "72413000-8"},
            {"id": "72415000"},
            {"scheme": "CPV"},
            {"scheme": "CPV", "id": "72000000"},
            {"scheme": "CPV", "id": "7200"},
        ],
    )
    assert found.cpv == ("72000000", "72413000")
    assert notes(found) == {
        "tender.additionalClassifications[5].id": "no CPV code",
    }


def test_more_codes_than_anybody_needs() -> None:
    codes = [{"scheme": "CPV", "id": f"72{number:06}"} for number in range(MAX_CPV + 1)]
    found = tender(additionalClassifications=codes)
    assert len(found.cpv) == MAX_CPV
    assert notes(found) == {"tender.items": "only the first 100 CPV codes were kept"}


def test_the_amendment_of_ocds_1_0() -> None:
    found = tender(amendment={"date": "2025-04-01", "rationale": "Asked for."})
    assert found.amendments == (
        ocds.Amendment(id="20250401T000000Z", date=APRIL, text="Asked for."),
    )
    assert tender(amendments=[{}]).amendments == (ocds.Amendment(id="amendment-1"),)


def test_a_lot_id_used_twice() -> None:
    found = tender(lots=[{"id": 1, "title": "A"}, {"id": "1", "title": "B"}, {}])
    assert [(lot.id, lot.title) for lot in found.lots] == [("1", "B"), ("lot-3", None)]
    assert notes(found) == {"tender.lots[1].id": "used twice; the later one counts"}


def test_identifiers_with_spaces_get_hyphens() -> None:
    found = one(
        tender={"lots": [{"id": "Lot  1"}]}, awards=[{"id": "1", "relatedLot": "Lot 1"}]
    )
    assert found.lots[0].id == "Lot-1"
    assert found.awards[0].lots == ("Lot-1",)


def test_a_contract_completes_its_award() -> None:
    contract = {
        "id": "c",
        "awardID": "w",
        "title": "C",
        "status": "active",
        "dateSigned": "2025-04-01",
        "value": {"amount": 5, "currency": "GBP"},
        "period": {"startDate": "2025-04-01"},
    }
    alone = one(contracts=[contract]).awards
    both = one(awards=[{"id": "w", "title": "W"}], contracts=[contract]).awards
    assert alone == (
        ocds.Award(
            id="w",
            status=AwardStatus.ACTIVE,
            value=Money(currency="GBP", minor=500),
            period=Period(start=APRIL),
        ),
    )
    assert both[0].title == "W"
    assert both[0].value == Money(currency="GBP", minor=500)
    del contract["awardID"]
    orphan = one(contracts=[contract]).awards
    assert (orphan[0].id, orphan[0].title, orphan[0].date) == ("c", "C", APRIL)


def test_the_parties_say_who_won_where_the_award_does_not() -> None:
    parties = [
        {"id": "1", "name": "Works", "roles": ["supplier"]},
        {"id": "2", "name": "Mill", "roles": "supplier"},
    ]
    single = one(parties=parties, awards=[{"id": "w"}])
    assert single.awards[0].suppliers == ("Works", "Mill")
    several = one(parties=parties, awards=[{"id": "w"}, {"id": "v"}])
    assert [award.suppliers for award in several.awards] == [(), ()]
    referred = one(parties=parties, awards=[{"suppliers": [{"id": "2"}, {"id": "9"}]}])
    assert referred.awards[0].suppliers == ("Mill",)
    assert notes(referred) == {
        "awards[0].suppliers[1].name": "a supplier without a name"
    }


def test_a_cancelled_tender_may_say_so_by_its_tag_alone() -> None:
    found = one(tag="tenderCancellation", tender={"title": "A"})
    assert found.tender_status is TenderStatus.CANCELLED


def test_what_cannot_be_read_is_noted_with_its_path() -> None:
    found = one(
        tag=[3, "tender"],
        tender={
            "status": "published",
            "title": 7,
            "lots": [7, {"id": "x" * 101}],
            "contractPeriod": {"startDate": "2025-02-01", "endDate": "2025-01-01"},
            "tenderPeriod": {"endDate": "2025-01-01T10:00"},
            "value": [1],
        },
        awards={"id": "w"},
        planning=[1],
    )
    assert found.tags == ("3", "tender")
    assert notes(found) == {
        "tender.status": "not in the codelist",
        "tender.title": "not a text",
        "tender.lots[0]": "not an object",
        "tender.lots[1].id": "an identifier that is too long or not printable",
        "tender.contractPeriod": "ends before it starts",
        "tender.tenderPeriod.endDate": "a time without a zone, read as UTC",
        "tender.value": "not an object",
        "awards": "not a list",
        "planning": "not an object",
    }


def test_a_long_text_is_cut_and_noted() -> None:
    found = tender(description="word " * 20_000, title="w" * 2_000)
    assert found.description is not None
    assert len(found.description.encode()) <= 60_000
    assert found.description.endswith("word\u2026")
    assert len((found.title or "").encode()) == 1_000
    assert notes(found) == {
        "tender.description": "cut to 60,000 bytes",
        "tender.title": "cut to 1,000 bytes",
    }
