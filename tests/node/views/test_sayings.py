import datetime

import msgspec
import pytest

from node.views import sayings
from protocol.kinds import (
    KINDS,
    capacity,
    leads,
    logs,
    pledges,
    profiles,
    projects,
    sealed,
)
from protocol.kinds.fields import Money

DAY = datetime.date(2026, 1, 5)
ID, OTHER = b"\0" * 32, b"\xff" * 32
NAMED, NAMED_OTHER = "evt_aaaaaaaaaaaa", "evt_777777777777"
TERMS = leads.Terms(
    requirements=(leads.Requirement(line=1, skill="web"),),
    value=Money("GBP", 150),
    deadline=DAY,
)
BODIES: dict[str, tuple[msgspec.Struct, str]] = {
    "log.reopened": (
        logs.LogReopened(why="restored"),
        "the log goes on in a new incarnation, restored",
    ),
    "tail.adopted": (
        logs.TailAdopted(incarnation=ID[:16], seq=7, id=ID),
        "the lost end of an earlier incarnation counts, up to its place 7",
    ),
    "profile.set": (
        profiles.ProfileSet(day=450, people=7, skills=("web", "design")),
        "profile: 7 people; web, design",
    ),
    "wish.set": (
        profiles.WishSet(ceiling=3, floor=1, wanted=2, starts=DAY, ends=DAY),
        (
            "wishes 2 min a week from 2026-01-05 to 2026-01-05"
            " (floor 1 min, ceiling 3 min)"
        ),
    ),
    "capacity.offered": (
        capacity.CapacityOffered(minutes=1, skill="web", starts=DAY, ends=DAY),
        "offers 1 min a week of web from 2026-01-05 to 2026-01-05",
    ),
    "capacity.withdrawn": (
        capacity.CapacityWithdrawn(offer=ID),
        f"withdraws the capacity offer {NAMED}",
    ),
    "booking.made": (
        capacity.BookingMade(
            minutes=9, probability=60, state="tentative", starts=DAY, ends=DAY
        ),
        "books 9 min a week from 2026-01-05 to 2026-01-05, tentative (60 %)",
    ),
    "booking.moved": (
        capacity.BookingMoved(booking=ID, to="done"),
        f"booking {NAMED} becomes done",
    ),
    "lead.opened": (
        leads.LeadOpened(**msgspec.structs.asdict(TERMS)),
        "opens a lead: 1 requirement line, worth 1.50 GBP, deadline 2026-01-05",
    ),
    "lead.changed": (
        leads.LeadChanged(lead=ID, terms=leads.Terms()),
        f"changes the lead {NAMED}: 0 requirement lines",
    ),
    "lead.advanced": (
        leads.LeadAdvanced(lead=ID, to="lost", reason="price"),
        f"lead {NAMED} becomes lost (price)",
    ),
    "project.opened": (
        projects.ProjectOpened(goal=Money("JPY", 5), state="idea"),
        "puts up a project (idea) with a goal of 5 JPY",
    ),
    "project.advanced": (
        projects.ProjectAdvanced(project=ID, to="open"),
        f"project {NAMED} becomes open",
    ),
    "pledge.work.offered": (
        pledges.WorkPledged(line=2, minutes=60, owner=OTHER, skill="web", to=ID),
        f"pledges 1 h of web to line 2 of {NAMED}",
    ),
    "pledge.money.offered": (
        pledges.MoneyPledged(amount=Money("GBP", 150), owner=OTHER, to=ID),
        f"pledges 1.50 GBP to {NAMED}",
    ),
    "pledge.confirmed": (
        pledges.PledgeConfirmed(acceptance=OTHER, pledge=ID, quantity=5, taker=OTHER),
        f"confirms the pledge {NAMED} as {NAMED_OTHER} took it",
    ),
    "pledge.withdrawn": (
        pledges.PledgeWithdrawn(pledge=ID),
        f"withdraws the pledge {NAMED}",
    ),
    "pledge.released": (
        pledges.PledgeReleased(pledge=ID, reason="illness"),
        f"releases the pledge {NAMED} (illness)",
    ),
    "acceptance.given": (
        pledges.AcceptanceGiven(
            pledge=ID, pledger=OTHER, quantity=5, to=OTHER, unit="minutes"
        ),
        f"accepts 5 min of the pledge {NAMED} for {NAMED_OTHER}",
    ),
    "acceptance.withdrawn": (
        pledges.AcceptanceWithdrawn(acceptance=ID, to=OTHER),
        f"withdraws the acceptance {NAMED}",
    ),
    "sealed.shared": (
        sealed.SealedShared(about=ID, role="details", to=(ID, OTHER)),
        f"seals details about {NAMED} for coop_aaaaaaaaaaaa, coop_777777777777",
    ),
    "pledge.declined": (
        pledges.PledgeDeclined(pledge=ID, pledger=OTHER, to=OTHER, reason="late"),
        f"declines the pledge {NAMED} (late)",
    ),
}


def test_every_kind_has_its_line() -> None:
    assert sayings.SAYINGS.keys() == KINDS.keys() == BODIES.keys()


@pytest.mark.parametrize("kind", BODIES)
def test_what_an_event_says(kind: str) -> None:
    body, line = BODIES[kind]
    assert isinstance(body, KINDS[kind])
    assert sayings.say(kind, body) == line


def test_what_cannot_be_read_says_nothing() -> None:
    assert sayings.say("lead.opened", None) == "(nothing that can be read)"
    assert sayings.say("lead.sung", BODIES["lead.opened"][0]).startswith("(nothing")
