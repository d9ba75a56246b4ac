"""What a member may write of time, at both ends of it: nobody's searches stop by it."""

import datetime
import time

import pytest

from node.act import Draft
from node.consortium.asking import Solver
from node.consortium.problem import MOST, MOST_MINUTES, Need, Price, Problem, Supply
from protocol import ids, limits
from protocol.kinds.capacity import BookingMade, CapacityOffered
from protocol.kinds.fields import Rate
from protocol.kinds.leads import LeadOpened, Requirement
from protocol.kinds.pledges import AcceptanceGiven, PledgeConfirmed, WorkPledged
from tests.node.commands.nodes import Answer, Coop, refused, share
from tests.node.fixed import FixedClock

MONDAY, SUNDAY = datetime.date(2027, 1, 4), datetime.date(2027, 1, 31)
WEEKS = {"starts": MONDAY.isoformat(), "ends": SUNDAY.isoformat()}
FIRST, LAST = datetime.date.min, datetime.date.max
#: CPU of all the commands together; what these leads cost before was beyond measure.
PATIENCE_S = 20.0

#: A moment in the last year that calendars have.
YEAR_9999_MS = 253_402_200_000_000

#: Windows that each log may name: the ends come from different places.
LINES = {
    "from-the-first-day": (Requirement(line=1, skill="web", starts=FIRST), None, None),
    "to-the-last-day": (Requirement(line=1, skill="web", ends=LAST), None, None),
    "on-the-last-day": (
        Requirement(line=1, skill="web", starts=LAST, minutes=60),
        None,
        None,
    ),
    "on-the-first-day": (
        Requirement(line=1, skill="web", ends=FIRST, minutes=60),
        None,
        None,
    ),
    "all-time": (
        Requirement(line=1, skill="web", starts=FIRST, minutes=MOST_MINUTES),
        None,
        LAST,
    ),
}


async def write(coop: Coop, *drafts: Draft) -> list[bytes]:
    return [bytes(one) for one in await coop.node.act.publish(drafts)]


@pytest.fixture
async def lead(three: list[Coop]) -> str:
    """Give an honest lead of Alba's, for which Birch has the time."""
    alba, birch, _ = three
    await birch.ask("capacity.offer", skill="web", minutes=600, **WEEKS)
    written = await alba.ask(
        "lead.open",
        title="Website",
        requirements=[{"skill": "web", "minutes": 1200}],
        **WEEKS,
    )
    await share(three)
    return str(written["id"])


async def test_who_writes_from_far_ahead_is_not_the_newest_for_ever(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch, cedar = three
    monkeypatch.setattr(birch.node.act, "_clock", FixedClock(YEAR_9999_MS))
    ahead = (await birch.ask("lead.open", title="Me first"))["id"]
    await share(three)
    later = (await alba.ask("lead.open", title="Later"))["id"]
    await share(three)
    for coop in three:
        assert await listed(coop) == [ahead, later]
        said = await coop.ask("explain", id=ahead)
        assert said["event"]["id"] == ahead
        assert said["event"]["time"].startswith("9999-")
    await cedar.ask("rebuild")
    last = (await alba.ask("lead.open", title="Last"))["id"]
    await share(three)
    # What came before the rebuild is taken for as old as the rebuild.
    assert await listed(cedar) == [later, ahead, last]


async def test_clocks_that_differ_a_little_keep_their_order(
    three: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch, _ = three
    soon = FixedClock(alba.clock.now_ms() + 60_000)
    monkeypatch.setattr(birch.node.act, "_clock", soon)
    ahead = (await birch.ask("lead.open", title="A minute ahead"))["id"]
    await share(three)
    later = (await alba.ask("lead.open", title="Later"))["id"]
    await share(three)
    for coop in three:
        assert await listed(coop) == [later, ahead]


async def listed(coop: Coop) -> list[str]:
    return [one["id"] for one in (await coop.ask("lead.list"))["leads"]]


async def look(coop: Coop, leads: list[str]) -> dict[str, Answer]:
    """Ask everything that lays time out, and see that it comes to an end."""
    started = time.process_time()
    found = {
        "calendar": await coop.ask("calendar.show", starts=str(MONDAY), weeks=4),
        "suited": await coop.ask("lead.suited"),
        "ranked": await coop.ask("lead.rank"),
        "today": await coop.ask("today"),
    }
    for one in leads:
        await coop.ask("lead.fits", lead=one)
        found[one] = await coop.ask("consortium.find", lead=one, seconds=1)
    assert time.process_time() - started < PATIENCE_S
    return found


async def test_leads_at_the_ends_of_time(three: list[Coop], lead: str) -> None:
    _, birch, cedar = three
    opened = [
        Draft(
            "lead.opened",
            LeadOpened(requirements=(line,), starts=starts, ends=ends),
            {"title": name},
        )
        for name, (line, starts, ends) in LINES.items()
    ]
    await write(cedar, *opened)
    await share(three)
    listed = (await birch.ask("lead.list"))["leads"]
    assert len(listed) == len(LINES) + 1
    found = await look(birch, [one["id"] for one in listed])
    assert found[lead]["whole"]
    by_title = {one["title"]: found[one["id"]] for one in listed}
    # What is free within the time that is laid out counts, and nothing moves to it.
    assert by_title["all-time"]["covered"] == 600 * 4
    assert by_title["on-the-last-day"]["missing"][0]["weeks"] is None
    assert by_title["on-the-first-day"]["missing"][0]["weeks"] is None


async def test_a_promise_over_all_time(three: list[Coop], lead: str) -> None:
    _, birch, cedar = three
    body = LeadOpened(
        requirements=(Requirement(line=1, skill="web", minutes=limits.INTEGER),),
        ends=LAST,
    )
    (own,) = await write(cedar, Draft("lead.opened", body, {"title": "Forever"}))
    (pledge,) = await write(
        cedar,
        Draft(
            "pledge.work.offered",
            WorkPledged(
                line=1,
                minutes=limits.INTEGER,
                owner=cedar.node.coop,
                skill="web",
                starts=FIRST,
                to=own,
            ),
        ),
    )
    taken = AcceptanceGiven(
        line=1,
        pledge=pledge,
        pledger=cedar.node.coop,
        quantity=limits.INTEGER,
        to=own,
        unit="minutes",
    )
    (acceptance,) = await write(cedar, Draft("acceptance.given", taken))
    bound = PledgeConfirmed(
        acceptance=acceptance,
        pledge=pledge,
        quantity=limits.INTEGER,
        taker=cedar.node.coop,
    )
    await write(cedar, Draft("pledge.confirmed", bound))
    await share(three)
    found = await look(birch, [lead])
    (row,) = [one for one in found["calendar"]["coops"] if one["name"] == "Cedar"]
    assert len({one["committed"] for one in row["weeks"]}) <= 2
    assert row["weeks"][0]["committed"] > 10**9
    assert found[lead]["whole"]


async def test_more_minutes_and_money_than_64_bits_hold(
    three: list[Coop], lead: str
) -> None:
    alba, _, cedar = three
    much = CapacityOffered(
        starts=MONDAY,
        ends=SUNDAY,
        minutes=limits.INTEGER,
        skill="web",
        rate=Rate("GBP", limits.INTEGER, 1),
    )
    busy = BookingMade(
        starts=MONDAY, ends=SUNDAY, minutes=limits.INTEGER, state="confirmed"
    )
    drafts = [Draft("capacity.offered", much), Draft("booking.made", busy)] * 2049
    await write(cedar, *drafts)
    wish = {"wanted": 1, "floor": 0, "ceiling": limits.INTEGER}
    await cedar.ask("wish.set", **wish, **WEEKS)
    wide = LeadOpened(
        requirements=(
            Requirement(line=1, skill="web", starts=MONDAY, minutes=limits.INTEGER),
        )
    )
    (more,) = await write(cedar, Draft("lead.opened", wide, {"title": "Much"}))
    await share(three)
    found = await look(alba, [lead])
    (row,) = [one for one in found["calendar"]["coops"] if one["name"] == "Cedar"]
    assert row["weeks"][0]["offered"] == 2049 * limits.INTEGER > 2**64
    assert [one["name"] for one in found[lead]["parties"]] == ["Birch"]
    for aim in ("fewest", "fairest", "cheapest"):
        asked = {"lead": ids.text("evt", more), "aim": aim, "seconds": 1}
        fault = await refused(alba, "consortium.find", **asked)
        assert fault.code == "lead-too-large"


async def test_a_price_beyond_64_bits_crosses_to_the_solver_and_back() -> None:
    need = Need(line=1, skill="web", minutes=2**30, starts=MONDAY, ends=SUNDAY)
    free = dict.fromkeys([MONDAY], MOST)
    dear = Supply(
        coop=b"d" * 32,
        skill="web",
        free=free,
        steady=free,
        price=Price(limits.INTEGER, 1),
    )
    solver = Solver()
    plan = await solver.solve(Problem(needs=[need], supplies=[dear]), "fewest", 1)
    await solver.close()
    assert [one.cost for one in plan.shares] == [MOST]


async def test_the_last_weeks_of_the_calendar(three: list[Coop]) -> None:
    page = await three[0].ask("calendar.show", starts="9999-12-20", weeks=13)
    assert page["weeks"] == ["9999-W51", "9999-W52"]
