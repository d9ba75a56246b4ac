import datetime

import msgspec
import pytest

from node.views import voids
from protocol.kinds import bids, leads, pledges, projects, reports, rounds
from protocol.kinds.fields import Money
from protocol.rules import acceptances
from protocol.rules import bids as bidding
from protocol.rules import leads as leading
from protocol.rules import pledges as pledging
from protocol.rules import projects as projecting
from protocol.rules import reports as reporting
from protocol.rules import rounds as rounding
from protocol.verdicts import Void

ID, DAY = b"\0" * 32, datetime.date(2026, 1, 5)


def given(unit: str) -> pledges.AcceptanceGiven:
    return pledges.AcceptanceGiven(pledge=ID, pledger=ID, quantity=1, to=ID, unit=unit)


CONFIRMED = pledges.PledgeConfirmed(acceptance=ID, pledge=ID, quantity=1, taker=ID)
OVER = acceptances.OVER_MAXIMUM(accepted=120, maximum=150, quantity=123456)
CASES: dict[str, tuple[Void, msgspec.Struct | None, str]] = {
    "work": (
        OVER,
        given("minutes"),
        "2 h of 2 h 30 min is taken, so 2,057 h 36 min more is too much",
    ),
    "pounds": (
        OVER,
        given("GBP"),
        "1.20 GBP of 1.50 GBP is taken, so 1,234.56 GBP more is too much",
    ),
    "yen": (
        OVER,
        given("JPY"),
        "120 JPY of 150 JPY is taken, so 123,456 JPY more is too much",
    ),
    "a line": (
        leading.LINE_TAKEN(line=60, accepted=3000),
        leads.LeadChanged(lead=ID, terms=leads.Terms()),
        "Line 60 has 50 h accepted and cannot shrink below that",
    ),
    "an allotment": (
        pledging.OVER_ALLOTMENT(pledged=100, allotted=200, quantity=300),
        pledges.MoneyPledged(amount=Money("GBP", 300), owner=ID, round=ID, to=ID),
        "1.00 GBP of 2.00 GBP is pledged, so 3.00 GBP is too much",
    ),
    "another allotment": (
        pledging.ALLOTMENT_DIFFERS(allotted=100, before=123400),
        pledges.MoneyPledged(amount=Money("GBP", 300), owner=ID, round=ID, to=ID),
        "It says that 1.00 GBP is allotted, 1,234.00 GBP was said before",
    ),
    "a pledge of work": (
        pledging.PLEDGE_EXCESS(quantity=120, offered=90, unit="minutes"),
        CONFIRMED,
        "It confirms 2 h, more than the 1 h 30 min offered",
    ),
    "a pledge of money": (
        pledging.PLEDGE_EXCESS(quantity=120, offered=90, unit="EUR"),
        CONFIRMED,
        "It confirms 1.20 EUR, more than the 0.90 EUR offered",
    ),
    "a budget": (
        rounding.ALLOTMENT_EXCESS(allotted=110000, budget=100000, unit="JPY"),
        rounds.AllotmentGranted(round=ID, shares=()),
        "It allots 110,000 JPY of a budget of 100,000 JPY",
    ),
    "shares": (
        bidding.BID_SUMS(sum=10550, whole=10000),
        bids.BidOpened(
            lead=ID,
            terms=bids.Terms(
                parties=(bids.Party(coop=ID, share=10000),), risk="shared"
            ),
        ),
        "Shares, fees and fund make 105.5 % together, not 100 %",
    ),
    "a goal": (
        projecting.PROJECT_SUMS(minimum=300, goal=200, maximum=200),
        projects.ProjectOpened(goal=Money("GBP", 200), state="idea"),
        (
            "A project needs 0 < minimum ≤ goal ≤ maximum,"
            " not 3.00 GBP, 2.00 GBP, 2.00 GBP"
        ),
    ),
    "themes": (
        reporting.THEME_SUMS(sum=90, minutes=60),
        reports.ReportCorrected(ends=DAY, minutes=60, report=ID, starts=DAY),
        "Its themes come to 1 h 30 min, more than the 1 h reported",
    ),
    "no numbers": (
        leading.LEAD_OVER(state="closed"),
        leads.LeadChanged(lead=ID, terms=leads.Terms()),
        "A lead that is closed changes no more",
    ),
    "no body": (OVER, None, "120 of 150 is taken, so 123456 more is too much"),
}


@pytest.mark.parametrize("case", CASES)
def test_why_an_event_is_void_is_said_in_hours_and_amounts(case: str) -> None:
    void, body, sentence = CASES[case]
    assert voids.say(void, body) == sentence
