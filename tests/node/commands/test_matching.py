"""Who fits, what suits, what to try: scores as a member reads them."""

import pytest

from tests.node.commands.nodes import Coop, check_refusals, share

MONDAY, LAST = "2027-01-04", "2027-01-31"
WEEKS = {"starts": MONDAY, "ends": LAST}


def offer(**more: object) -> dict[str, object]:
    return {"skill": "web", "minutes": 600, **WEEKS, **more}


@pytest.fixture
async def lead(three: list[Coop]) -> str:
    alba, birch, cedar = three
    await birch.ask("capacity.offer", **offer())
    await cedar.ask("capacity.offer", **offer())
    written = await alba.ask(
        "lead.open",
        title="Website",
        requirements=[{"skill": "web", "minutes": 2400}],
        **WEEKS,
    )
    await share(three)
    return str(written["id"])


async def test_the_emptier_one_comes_first(three: list[Coop], lead: str) -> None:
    _, birch, cedar = three
    for coop, busy in ((birch, 500), (cedar, 100)):
        await coop.ask("wish.set", wanted=600, floor=0, ceiling=900, **WEEKS)
        await coop.ask("booking.set", minutes=busy, **WEEKS)
    await share(three)
    found = await three[0].ask("lead.fits", lead=lead)
    assert sum(found["weights"].values()) == 100
    assert [fit["name"] for fit in found["fits"]] == ["Cedar", "Birch"]
    parts = [fit["lines"][0]["parts"] for fit in found["fits"]]
    assert [one["wish"] for one in parts] == [83, 16]
    assert parts[0] == {
        "skill": 100,
        "window": 100,
        "wish": 83,
        "rate": 50,
        "past": 0,
        "place": 50,
    }
    weighed = sum(found["weights"][part] * parts[0][part] for part in parts[0])
    assert found["fits"][0]["score"] == weighed // 100


async def test_each_part_moves_the_score(three: list[Coop]) -> None:
    alba, birch, cedar = three
    await alba.ask("profile.set", name="Alba", people=3, place="Leeds")
    await birch.ask("profile.set", name="Birch", people=3, place="leeds")
    await cedar.ask("profile.set", name="Cedar", people=3, place="Hull", skills=["web"])
    cheap = {"amount": "10.00", "minutes": 60}
    await birch.ask("capacity.offer", **offer(minutes=300, rate=cheap))
    lead = await alba.ask(
        "lead.open",
        title="Website",
        value={"amount": "300.00"},
        requirements=[{"skill": "web", "minutes": 2400}],
        **WEEKS,
    )
    await share(three)
    fits = (await cedar.ask("lead.fits", lead=lead["id"]))["fits"]
    parts = {fit["name"]: fit["lines"][0]["parts"] for fit in fits}
    assert set(parts) == {"Birch", "Cedar"}
    assert parts["Birch"]["window"] == 50
    # It asks for 10.00 an hour where the lead brings 7.50.
    assert parts["Birch"]["rate"] == 67
    assert (parts["Birch"]["place"], parts["Cedar"]["place"]) == (100, 0)
    assert (parts["Cedar"]["skill"], parts["Cedar"]["window"]) == (50, 0)
    pledge = await birch.ask("pledge.work", lead=lead["id"], line=1, minutes=600)
    await share(three)
    await alba.ask("pledge.accept", pledge=pledge["id"])
    await share(three)
    await birch.ask("pledge.confirm", pledge=pledge["id"])
    await share(three)
    later = (await cedar.ask("lead.fits", lead=lead["id"]))["fits"]
    ((line,),) = (fit["lines"] for fit in later if fit["name"] == "Birch")
    assert (line["missing"], line["free"], line["parts"]["past"]) == (1800, 600, 50)


async def test_what_suits_us(three: list[Coop], lead: str) -> None:
    alba, birch, _ = three
    found = (await birch.ask("lead.suited"))["fits"]
    assert [(fit["lead"], fit["name"]) for fit in found] == [(lead, "Birch")]
    # Its own lead is no news to who brought it.
    assert (await alba.ask("lead.suited"))["fits"] == []
    other = (await alba.ask("lead.suited", coop="Cedar"))["fits"]
    assert [fit["name"] for fit in other] == ["Cedar"]
    await alba.ask("lead.advance", lead=lead, to="withdrawn")
    await share(three)
    assert (await birch.ask("lead.suited"))["fits"] == []


async def test_what_to_try_first(three: list[Coop], lead: str) -> None:
    alba = three[0]
    lines = [{"skill": "law", "minutes": 600}, {"skill": "web", "minutes": 600}]
    hard = await alba.ask(
        "lead.open", title="Half", requirements=lines, deadline="2020-01-01", **WEEKS
    )
    none = await alba.ask("lead.open", title="Nothing is asked")
    found = (await alba.ask("lead.rank"))["ranking"]
    assert [row["id"] for row in found] == [lead, none["id"], hard["id"]]
    assert [row["share"] for row in found] == [100, 0, 50]
    assert (found[0]["coops"], found[0]["lacking"]) == (2, [])
    assert found[2]["lacking"] == ["law"]
    assert found[2]["days"] < 0
    assert (await alba.ask("lead.rank", states=["won"]))["ranking"] == []


async def test_refusals(three: list[Coop]) -> None:
    await check_refusals(
        three[0],
        [
            ("lead.fits", {"lead": "evt_zzzzzzzz"}, "id-unknown", "lead"),
            ("lead.suited", {"coop": "Nobody"}, "coop-unknown", "coop"),
            ("lead.rank", {"states": ["lost", "found"]}, "field-wrong", "states"),
        ],
    )
