"""Who has time, and who could do a lead together, asked as a member asks."""

import pytest

from node.consortium.problem import MOST_MINUTES
from tests.node.commands.nodes import Coop, Refusal, check_refusals, refused, share

MONDAY = "2027-01-04"
WEEKS = {"starts": MONDAY, "ends": "2027-01-31"}


@pytest.fixture
async def lead(three: list[Coop]) -> str:
    alba, birch, cedar = three
    await birch.ask("capacity.offer", skill="web", minutes=600, **WEEKS)
    rate = {"amount": "60.00", "minutes": 60}
    await cedar.ask("capacity.offer", skill="web", minutes=900, rate=rate, **WEEKS)
    await cedar.ask("capacity.offer", skill="design", minutes=300, **WEEKS)
    await birch.ask("wish.set", wanted=600, floor=0, ceiling=1200, **WEEKS)
    written = await alba.ask(
        "lead.open",
        title="Website",
        requirements=[
            {"skill": "web", "minutes": 3000},
            {"skill": "design", "minutes": 600, "must": False},
        ],
        **WEEKS,
    )
    await share(three)
    return str(written["id"])


async def test_calendar(three: list[Coop], lead: str) -> None:
    _, birch, cedar = three
    args = {"starts": "2027-01-06", "weeks": 5}
    page = await cedar.ask("calendar.show", **args)
    assert page["weeks"] == ["2027-W01", "2027-W02", "2027-W03", "2027-W04", "2027-W05"]
    assert [row["name"] for row in page["coops"]] == ["Alba", "Birch", "Cedar"]
    assert [row["skill"] for row in page["skills"]] == ["design", "web"]
    web = [cell["free"] for cell in page["skills"][1]["weeks"]]
    assert web == [1500, 1500, 1500, 1500, 0]
    assert page["coops"][1]["weeks"][0]["gap"] == 600
    pledge = await birch.ask("pledge.work", lead=lead, line=1, minutes=1200)
    await share(three)
    hoped = await cedar.ask("calendar.show", **args, won=lead, coop="Birch")
    assert hoped["won"] == lead
    assert [one["free"] for one in hoped["coops"][0]["weeks"]] == [
        300,
        300,
        300,
        300,
        0,
    ]
    assert [one["gap"] for one in hoped["coops"][0]["weeks"][:4]] == [300] * 4
    design = await cedar.ask("calendar.show", **args, skill="design")
    assert [one["offered"] for one in design["coops"][2]["weeks"]][:2] == [300, 300]
    assert pledge["id"]


async def test_the_heat_map_tells_own_use_by_skill(
    three: list[Coop], lead: str
) -> None:
    alba, birch, cedar = three
    await birch.ask("booking.set", skill="web", minutes=100, **WEEKS)
    await birch.ask("booking.set", minutes=50, **WEEKS)
    await cedar.ask(
        "booking.set",
        skill="law",
        minutes=300,
        probability=50,
        **WEEKS,
    )
    await share(three)
    page = await alba.ask("calendar.show", starts=MONDAY, weeks=5)
    cells = {row["skill"]: row["weeks"][0] for row in page["skills"]}
    told = ("offered", "confirmed", "expected", "placeholder", "gap")
    assert {skill: [cell[one] for one in told] for skill, cell in cells.items()} == {
        # Birch is 450 short of its 600; Cedar has said no wish, so it fills none.
        "web": [1500, 100, 0, 0, 450],
        "design": [300, 0, 0, 0, None],
        "law": [0, 0, 150, 0, None],
    }
    assert page["skills"][0]["weeks"][4]["gap"] is None
    assert page["coops"][1]["weeks"][0]["confirmed"] == 150
    assert lead


async def test_fewest(three: list[Coop], lead: str) -> None:
    alba, _, _ = three
    team = await alba.ask("consortium.find", lead=lead)
    assert [row["name"] for row in team["parties"]] == ["Cedar"]
    assert (team["whole"], team["proven"], team["value"]) == (True, True, 1)
    assert [(row["line"], row["minutes"]) for row in team["shares"]] == [
        (1, 3000),
        (2, 600),
    ]
    assert team["cost"] == {"amount": "3000.00", "currency": "GBP"}
    assert (team["without_rate"], team["cost_at_least"]) == (["Cedar"], True)


async def test_cheapest_says_what_it_rests_on(three: list[Coop], lead: str) -> None:
    alba = three[0]
    team = await alba.ask("consortium.find", lead=lead, aim="cheapest")
    # Birch may be cheaper than Cedar, who alone names a rate: nobody can know.
    assert team["assumed"] == ["Birch", "Cedar"]
    rate = {"amount": "60.00", "currency": "GBP", "minutes": 60}
    assert team["assumed_rate"] == rate
    only = [{"skill": "web", "minutes": 300}]
    small = await alba.ask("lead.open", title="Small", requirements=only, **WEEKS)
    paid = await alba.ask(
        "consortium.find", lead=small["id"], aim="cheapest", exclude=["Birch"]
    )
    assert (paid["cost"], paid["cost_at_least"]) == (
        {"amount": "300.00", "currency": "GBP"},
        False,
    )
    assert (paid["assumed"], paid["assumed_rate"]) == ([], None)
    free = await alba.ask(
        "consortium.find", lead=small["id"], aim="cheapest", exclude=["Cedar"]
    )
    assert (free["cost"], free["cost_at_least"]) == (None, True)
    assert (free["assumed"], free["assumed_rate"]) == (["Birch"], None)


async def test_more_than_can_be_counted_exactly_is_refused(three: list[Coop]) -> None:
    alba = three[0]
    lines = [{"skill": "web", "minutes": MOST_MINUTES - 1}, {"skill": "law"}]
    most = await alba.ask("lead.open", title="Much", requirements=lines, **WEEKS)
    team = await alba.ask("consortium.find", lead=most["id"])
    assert (team["wanted"], team["proven"]) == (MOST_MINUTES, True)
    lines = [{"skill": "web", "minutes": MOST_MINUTES}, {"skill": "law"}]
    more = await alba.ask("lead.open", title="More", requirements=lines, **WEEKS)
    fault = await refused(alba, "consortium.find", lead=more["id"])
    assert (fault.code, fault.fields["field"]) == ("lead-too-large", "lead")
    assert "166,666 h 41 min, and a search is exact up to 166,666 h 40" in fault.detail


async def test_fairest_serves_who_wishes_for_work(three: list[Coop], lead: str) -> None:
    alba, birch, _ = three
    team = await alba.ask("consortium.find", lead=lead, aim="fairest")
    shares = {(row["name"], row["line"]): row["minutes"] for row in team["shares"]}
    assert shares["Birch", 1] == 2400
    assert shares["Cedar", 1] == 600
    only = await alba.ask("consortium.find", lead=lead, exclude=["Birch"])
    assert [row["name"] for row in only["parties"]] == ["Cedar"]
    both = await alba.ask("consortium.find", lead=lead, include=["Birch"])
    assert [row["name"] for row in both["parties"]] == ["Birch", "Cedar"]
    assert birch.id in {row["coop"] for row in both["parties"]}


async def test_what_is_missing_and_when_it_could_be(three: list[Coop]) -> None:
    alba, birch, _ = three
    await birch.ask("capacity.offer", skill="web", minutes=300, **WEEKS)
    lead = await alba.ask(
        "lead.open",
        title="Too much",
        requirements=[
            {"skill": "web", "minutes": 1000, "starts": MONDAY, "ends": "2027-01-15"},
            {"skill": "law", "minutes": 60, "starts": MONDAY, "ends": "2027-01-15"},
            {"skill": "web"},
        ],
    )
    await share(three)
    team = await alba.ask("consortium.find", lead=lead["id"])
    assert not team["whole"]
    web, law = (row for row in team["missing"] if row["line"] in {1, 2})
    # One minute goes to the line that asks for somebody, however little.
    assert web["minutes"] in {400, 401}
    assert (web["weeks"], web["helpers"]) == (2, {"Birch": web["minutes"]})
    assert (law["minutes"], law["weeks"], law["helpers"]) == (60, None, {})


async def test_nothing_left_to_find(three: list[Coop]) -> None:
    alba = three[0]
    empty = await alba.ask("lead.open", title="No lines")
    fault = await refused(alba, "consortium.find", lead=empty["id"])
    assert (fault.code, fault.fields["field"]) == ("lead-without-lines", "lead")
    lines = [{"skill": "web", "minutes": 60}]
    lead = await alba.ask("lead.open", title="Alone", requirements=lines)
    nobody = await alba.ask("consortium.find", lead=lead["id"])
    assert (nobody["parties"], nobody["covered"], nobody["proven"]) == ([], 0, True)
    pledge = await alba.ask("pledge.work", lead=lead["id"], line=1, minutes=60)
    accepted = await alba.ask("pledge.accept", pledge=pledge["id"])
    done = await alba.ask("consortium.find", lead=lead["id"])
    assert (done["wanted"], done["whole"], done["parties"]) == (0, True, [])
    assert accepted["id"]


async def test_refusals(three: list[Coop], lead: str) -> None:
    def find(code: str, field: str, given: object) -> Refusal:
        return "consortium.find", {"lead": lead, field: given}, code, field

    def show(field: str, given: object) -> Refusal:
        return "calendar.show", {field: given}, "field-wrong", field

    table: list[Refusal] = [
        ("consortium.find", {"lead": "evt_zzzzzzzz"}, "id-unknown", "lead"),
        find("field-wrong", "aim", "best"),
        find("field-wrong", "at_most", 0),
        find("field-wrong", "seconds", 0),
        find("field-wrong", "seconds", 3600),
        find("coop-unknown", "include", ["Nobody"]),
        find("coop-unknown", "exclude", ["Nobody"]),
        (
            "consortium.find",
            {"lead": lead, "include": ["Birch"], "exclude": ["Birch"]},
            "field-wrong",
            "include",
        ),
        (
            "consortium.find",
            {"lead": lead, "include": ["Birch", "Cedar"], "at_most": 1},
            "field-wrong",
            "at_most",
        ),
        show("weeks", 0),
        show("weeks", 67),
        show("starts", "soon"),
        show("won", "evt_zzzzzzzz"),
    ]
    table[-1] = (*table[-1][:2], "id-unknown", "won")
    await check_refusals(three[0], table)
