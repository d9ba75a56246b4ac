"""Many releases into one notice: whatever the order, however often."""

import itertools
import json
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.exchange import ocds
from node.exchange.ocds import Money, Notice
from tests.node.exchange.notices import FULL, Json, on, one, package, read, release


def pounds(amount: int) -> Json:
    return {"amount": amount, "currency": "GBP"}


def test_a_later_release_wins_field_by_field() -> None:
    first = on(
        1,
        tag=["tender"],
        buyer={"name": "Town"},
        tender={"title": "Old", "value": pounds(1), "minValue": pounds(2)},
    )
    second = on(2, tag=["tenderUpdate"], tender={"title": "New", "value": pounds(3)})
    notice = ocds.notice([second, first])
    assert notice.title == "New"
    assert notice.buyer == "Town"
    assert notice.value == Money(currency="GBP", minor=300)
    assert notice.min_value == Money(currency="GBP", minor=200)
    assert notice.tags == ("tender", "tenderUpdate")
    assert notice.as_of == (second.date, "r2")
    assert notice.published == first.date


def test_an_older_release_that_arrives_last_changes_only_what_was_open() -> None:
    new = on(5, tender={"title": "New"})
    old = on(1, tender={"title": "Old", "description": "Old"})
    alone, both = ocds.notice([new]), ocds.notice([new, old])
    assert (both.title, both.description) == ("New", "Old")
    assert both.as_of == alone.as_of
    assert both.digest != alone.digest


def test_null_takes_nothing_away() -> None:
    kept = ocds.notice([on(1, tender={"title": "A"}), on(2, tender={"title": None})])
    assert kept.title == "A"


def test_a_release_that_only_repeats_leaves_the_digest() -> None:
    first = on(1, tag=["tender"], tender={"title": "A"})
    again = on(2, tag=["tenderUpdate"], tender={"title": "A"})
    before, after = ocds.notice([first]), ocds.notice([first, again])
    assert before.digest == after.digest
    assert before.as_of != after.as_of
    changed = ocds.notice([first, on(2, tender={"title": "B"})])
    assert changed.digest != before.digest


def test_lots_awards_and_amendments_go_by_their_id() -> None:
    first = on(
        1,
        tender={
            "lots": [{"id": "A", "title": "Map"}, {"id": "B", "value": pounds(7)}],
            "amendments": [{"id": "1", "date": "2025-01-01"}],
        },
        awards=[{"id": "w", "status": "pending", "suppliers": [{"name": "Works"}]}],
    )
    second = on(
        2,
        tender={
            "lots": [{"id": "A", "value": pounds(5)}, {"id": "C", "title": "Site"}],
            "amendments": [{"id": "1", "description": "Later."}, {"id": "2"}],
        },
        awards=[{"id": "w", "status": "active", "relatedLots": ["A"]}],
    )
    third = on(3, awards=[{"id": "w", "relatedLots": ["A", "B"]}])
    notice = ocds.notice([third, second, first])
    assert [(lot.id, lot.title, lot.value) for lot in notice.lots] == [
        ("A", "Map", Money(currency="GBP", minor=500)),
        ("B", None, Money(currency="GBP", minor=700)),
        ("C", "Site", None),
    ]
    assert [(a.id, a.date, a.text) for a in notice.amendments] == [
        ("1", first.date, "Later."),
        ("2", None, None),
    ]
    assert [(a.status, a.suppliers, a.lots) for a in notice.awards] == [
        ("active", ("Works",), ("A", "B"))
    ]


def test_periods_and_plans_go_field_by_field() -> None:
    first = on(
        1,
        planning={"project": "Paths", "rationale": "None yet."},
        tender={"contractPeriod": {"startDate": "2025-03-01", "endDate": "2025-04-01"}},
    )
    second = on(
        2,
        planning={"budget": {"amount": pounds(9)}},
        tender={"contractPeriod": {"endDate": "2025-05-01T00:00:00Z"}},
    )
    notice = ocds.notice([first, second])
    assert notice.plan == ocds.Plan(
        title="Paths",
        description="None yet.",
        budget=Money(currency="GBP", minor=900),
    )
    assert notice.period is not None
    assert notice.period.start is not None
    assert notice.period.end is not None
    assert (notice.period.start.month, notice.period.end.month) == (3, 5)


def test_a_period_never_ends_before_it_starts() -> None:
    notice = ocds.notice(
        [
            on(1, tender={"contractPeriod": {"startDate": "2025-03-01"}}),
            on(2, tender={"contractPeriod": {"endDate": "2025-02-01T00:00:00Z"}}),
        ]
    )
    assert notice.period is not None
    assert notice.period.start is None


def test_the_latest_codes_come_first_and_none_is_lost() -> None:
    def codes(*ids: str) -> Json:
        return {
            "additionalClassifications": [{"scheme": "CPV", "id": code} for code in ids]
        }

    notice = ocds.notice(
        [
            on(1, tender=codes("72000000", "48000000")),
            on(2, tender=codes("79000000", "72000000")),
        ]
    )
    assert notice.cpv == ("79000000", "72000000", "48000000")


def test_a_stopgap_never_overwrites_the_real_thing() -> None:
    planned = on(1, planning={"project": "Plan", "budget": {"amount": pounds(1)}})
    tendered = on(2, tender={"title": "Tender", "value": pounds(2)})
    awarded = on(3, awards=[{"id": "w", "title": "Award", "value": pounds(3)}])
    assert ocds.notice([planned]).title == "Plan"
    assert ocds.notice([planned]).value == Money(currency="GBP", minor=100)
    assert ocds.notice([awarded]).title == "Award"
    assert ocds.notice([awarded]).value is None
    whole = ocds.notice([planned, tendered, awarded])
    assert (whole.title, whole.value) == ("Tender", Money(currency="GBP", minor=200))
    replanned = on(4, planning={"project": "Plan", "budget": {"amount": pounds(4)}})
    assert ocds.notice([tendered, replanned]).title == "Tender"


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([("GBP", 1), ("GBP", 2)], Money(currency="GBP", minor=300)),
        ([("GBP", 1), ("EUR", 2)], None),
        ([("GBP", 1), ("GBP", None)], None),
    ],
)
def test_lots_add_up_when_all_are_known(
    values: list[tuple[str, int | None]], total: Money | None
) -> None:
    lots = [
        {"id": str(n), "value": {"amount": amount, "currency": currency}}
        for n, (currency, amount) in enumerate(values)
    ]
    assert ocds.notice([on(1, tender={"lots": lots})]).value == total


def test_the_attribution_is_not_lost_to_a_bare_release() -> None:
    file: Json = {"releases": [release()], "publisher": {"name": "A"}, "license": "L"}
    packaged = ocds.read_package(json.dumps(file).encode()).observations
    bare = on(2, tender={"title": "B"})
    assert ocds.notice([*packaged, bare]).attribution.publisher == "A"


def test_two_releases_of_one_date_and_id_are_taken_in_one_order() -> None:
    first, second = on(1, tender={"title": "A"}), on(1, tender={"title": "B"})
    assert ocds.notice([first, second]) == ocds.notice([second, first])
    assert ocds.notice([first, second]).releases == 1


def test_notes_of_all_releases_are_kept_the_latest_first() -> None:
    notice = ocds.notice([on(1, tender=1, planning=1), on(2, tender=1, awards=1)])
    assert [note.path for note in notice.notes] == ["tender", "awards", "planning"]


def test_a_notice_is_of_one_process() -> None:
    with pytest.raises(ValueError, match="one ocid"):
        ocds.notice([])
    with pytest.raises(ValueError, match="one ocid"):
        ocds.notice([one(ocid="a"), one(ocid="b")])
    assert ocds.fold([]) == {}
    assert list(ocds.fold([one(ocid="b"), one(ocid="a")])) == ["b", "a"]


def test_a_notice_survives_json() -> None:
    notice = ocds.notice(read(FULL))
    assert msgspec.json.decode(msgspec.json.encode(notice), type=Notice) == notice


def test_the_digest_of_today_is_the_digest_of_tomorrow() -> None:
    """A change here makes every stored notice look changed once: on purpose only."""
    assert ocds.notice(read(FULL)).digest == (
        "ae2253fdb19de10859ef18cc23e865d97b972d7f5cbb31b814f56fc71da05c84"
    )


# -- any order, any number ----------------------------------------------------------

MONEY = st.none() | st.builds(
    lambda amount, currency: {"amount": amount, "currency": currency},
    st.integers(0, 10**6),
    st.sampled_from(["GBP", "EUR", "JPY"]),
)
DAY = st.none() | st.integers(1, 28).map(lambda day: f"2025-02-{day:02}T12:00:00Z")
PERIOD = st.none() | st.fixed_dictionaries({"startDate": DAY, "endDate": DAY})
NAME = st.none() | st.sampled_from(["A", "B", "C"])
STATE = st.none() | st.sampled_from(["planned", "active", "complete", "cancelled"])
LOT = st.fixed_dictionaries(
    {
        "id": st.sampled_from("XYZ"),
        "title": NAME,
        "value": MONEY,
        "contractPeriod": PERIOD,
        "status": STATE,
    }
)
AWARD = st.fixed_dictionaries(
    {
        "id": st.sampled_from("XYZ"),
        "title": NAME,
        "value": MONEY,
        "date": DAY,
        "status": st.none() | st.sampled_from(["pending", "active", "unsuccessful"]),
        "suppliers": st.lists(st.fixed_dictionaries({"name": NAME}), max_size=2),
        "relatedLots": st.lists(st.sampled_from("XYZ"), max_size=2),
    }
)
CODE = st.sampled_from(["72000000", "48000000-8", "79000000", "72413000"])
CODES = st.lists(CODE.map(lambda code: {"scheme": "CPV", "id": code}), max_size=3)
TENDER = st.fixed_dictionaries(
    {
        "title": NAME,
        "description": NAME,
        "status": STATE,
        "value": MONEY,
        "tenderPeriod": PERIOD,
        "contractPeriod": PERIOD,
        "lots": st.lists(LOT, max_size=3),
        "additionalClassifications": CODES,
        "amendments": st.lists(
            st.fixed_dictionaries({"id": st.sampled_from("XYZ"), "description": NAME}),
            max_size=2,
        ),
    }
)
RELEASE = st.fixed_dictionaries(
    {
        "ocid": st.sampled_from(["ocds-inv009-1", "ocds-inv009-2"]),
        "id": st.sampled_from(["1", "2", "3"]),
        "date": st.integers(1, 4).map(lambda day: f"2025-01-{day:02}"),
        "tag": st.lists(st.sampled_from(["planning", "tender", "award"]), max_size=2),
        "buyer": st.fixed_dictionaries({"name": NAME}),
        "planning": st.fixed_dictionaries({"project": NAME}),
        "tender": TENDER,
        "awards": st.lists(AWARD, max_size=3),
    }
)


def stored(observations: Iterable[ocds.Observation]) -> list[ocds.Observation]:
    return [ocds.decode(ocds.encode(observation)) for observation in observations]


@settings(max_examples=200, deadline=None)
@given(st.lists(RELEASE, max_size=7), st.data())
def test_any_order_and_any_repeats_give_the_same_notices(
    releases: list[Json], data: st.DataObject
) -> None:
    observations = ocds.read_package(package(*releases)).observations
    notices = ocds.fold(observations)
    repeats = data.draw(st.lists(st.sampled_from(observations))) if observations else []
    mixed = data.draw(st.permutations([*observations, *repeats]))
    assert ocds.fold(mixed) == notices
    assert ocds.fold(stored(mixed)) == notices


@settings(max_examples=100, deadline=None)
@given(st.lists(RELEASE, min_size=1, max_size=6))
def test_what_arrives_in_parts_is_what_arrives_at_once(releases: list[Json]) -> None:
    """The node folds all it holds of an ocid whenever another release arrives."""
    observations = ocds.read_package(package(*releases)).observations
    rows: dict[str, set[bytes]] = {}
    notices: dict[str, Notice] = {}
    for observation in reversed(observations):
        held = rows.setdefault(observation.ocid, set())
        held.add(ocds.encode(observation))
        notices[observation.ocid] = ocds.notice(map(ocds.decode, held))
    assert notices == ocds.fold(observations)


def test_every_order_of_four_gives_one_notice() -> None:
    observations = [
        on(1, tag=["planning"], planning={"project": "P"}),
        on(2, tag=["tender"], tender={"title": "T", "status": "active"}),
        on(2, tag=["tender"], tender={"description": "D"}),
        on(3, tag=["award"], awards=[{"id": "w", "status": "active"}]),
    ]
    found = {
        ocds.notice(order).digest for order in itertools.permutations(observations)
    }
    assert len(found) == 1
