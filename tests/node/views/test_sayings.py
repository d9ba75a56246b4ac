import datetime

import msgspec
import pytest

from node.views import sayings
from protocol.kinds import (
    KINDS,
    agreements,
    bids,
    capacity,
    closing,
    decisions,
    funds,
    handovers,
    interests,
    invoices,
    leads,
    logs,
    mediations,
    nettings,
    payments,
    pledges,
    profiles,
    projects,
    reports,
    rounds,
    sealed,
)
from protocol.kinds.fields import Money, Sum

DAY = datetime.date(2026, 1, 5)
ID, OTHER = b"\0" * 32, b"\xff" * 32
NAMED, NAMED_OTHER = "evt_aaaaaaaaaaaa", "evt_777777777777"
TERMS = leads.Terms(
    requirements=(leads.Requirement(line=1, skill="web"),),
    value=Money("GBP", 150),
    deadline=DAY,
)
FEE = handovers.Fee(due="award", size=1250)
BID = bids.Terms(
    fees=(bids.Cut(ID, 500),),
    fund=25,
    parties=(bids.Party(coop=ID, share=9475),),
    risk="shared",
)
POSITION = closing.Position(OTHER, ID[:16], 7, ID)
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
        "sets its profile: 7 people; web, design",
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
        f"moves the booking {NAMED} on to done",
    ),
    "lead.opened": (
        leads.LeadOpened(**msgspec.structs.asdict(TERMS)),
        "opens a lead: 1 requirement line, worth 1.50 GBP, deadline 2026-01-05",
    ),
    "lead.changed": (
        leads.LeadChanged(lead=ID, terms=leads.Terms()),
        f"changes the lead {NAMED}: nothing asked for yet",
    ),
    "lead.advanced": (
        leads.LeadAdvanced(lead=ID, to="lost", reason="price"),
        f"moves the lead {NAMED} on to lost (price)",
    ),
    "project.opened": (
        projects.ProjectOpened(goal=Money("JPY", 5), state="idea"),
        "puts up a project (idea) with a goal of 5 JPY",
    ),
    "project.advanced": (
        projects.ProjectAdvanced(project=ID, to="open"),
        f"moves the project {NAMED} on to open",
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
    "interest.set": (
        interests.InterestSet(lead=ID, owner=OTHER, reason="full", stance="declined"),
        f"declines the lead {NAMED} (full)",
    ),
    "handover.offered": (
        handovers.HandoverOffered(fee=FEE, lead=ID, to=OTHER),
        (
            f"offers the lead {NAMED} to coop_777777777777 for 12.5 % of its value,"
            " due at the award"
        ),
    ),
    "handover.withdrawn": (
        handovers.HandoverWithdrawn(handover=ID, lead=OTHER, reason="kept"),
        f"withdraws the hand-over {NAMED} (kept)",
    ),
    "handover.accepted": (
        handovers.HandoverAccepted(
            fee=handovers.Fee(due="end", size=Sum("GBP", 5000)),
            finder=OTHER,
            handover=ID,
            lead=OTHER,
            terms=ID,
        ),
        f"accepts the hand-over {NAMED} for 50.00 GBP, due at the end",
    ),
    "handover.declined": (
        handovers.HandoverDeclined(finder=OTHER, handover=ID, lead=OTHER),
        f"declines the hand-over {NAMED}",
    ),
    "bid.opened": (
        bids.BidOpened(lead=ID, terms=BID),
        (
            f"opens a bid for the lead {NAMED}: 1 part, 5 % of fees, 0.25 % for a fund,"
            " risk: shared"
        ),
    ),
    "bid.changed": (
        bids.BidChanged(
            bid=ID,
            terms=bids.Terms(
                parties=(
                    bids.Party(coop=ID, share=5000),
                    bids.Party(coop=OTHER, share=5000),
                ),
                risk="lead",
            ),
        ),
        f"changes the bid {NAMED}: 2 parts, risk: lead",
    ),
    "bid.advanced": (
        bids.BidAdvanced(bid=ID, reason="price", to="lost"),
        f"moves the bid {NAMED} on to lost (price)",
    ),
    "estimate.reviewed": (
        bids.EstimateReviewed(
            amount=Money("GBP", 150),
            bid=ID,
            contractor=OTHER,
            lot="A",
            minutes=60,
            share=4000,
            stance="objected",
            version=ID,
        ),
        f"objects to its part of the bid {NAMED}, lot A, 1 h, 1.50 GBP, 40 %",
    ),
    "agreement.drafted": (
        agreements.AgreementDrafted(about=ID, kind="fund", parties=(ID, OTHER)),
        f"drafts an agreement (fund) for 2 co-ops to sign about {NAMED}",
    ),
    "agreement.superseded": (
        agreements.AgreementSuperseded(agreement=ID, by=OTHER),
        f"puts {NAMED_OTHER} in the place of the agreement {NAMED}",
    ),
    "agreement.terminated": (
        agreements.AgreementTerminated(agreement=ID, reason="done"),
        f"ends the agreement {NAMED} (done)",
    ),
    "agreement.signed": (
        agreements.AgreementSigned(agreement=ID, drafter=OTHER, text=ID),
        f"signs the agreement {NAMED}",
    ),
    "signature.withdrawn": (
        agreements.SignatureWithdrawn(agreement=ID),
        f"withdraws its signature under {NAMED}",
    ),
    "report.made": (
        reports.ReportMade(
            acceptance=OTHER,
            amount=Money("GBP", 150),
            ends=DAY,
            minutes=60,
            pledge=ID,
            receiver=OTHER,
            starts=DAY,
        ),
        f"reports 1 h worth 1.50 GBP of the pledge {NAMED}, from {DAY} to {DAY}",
    ),
    "report.corrected": (
        reports.ReportCorrected(ends=DAY, minutes=1, report=ID, starts=DAY),
        f"corrects the report {NAMED} to 1 min, from 2026-01-05 to 2026-01-05",
    ),
    "report.withdrawn": (
        reports.ReportWithdrawn(report=ID, reason="twice"),
        f"withdraws the report {NAMED} (twice)",
    ),
    "report.accepted": (
        reports.ReportAccepted(minutes=60, provider=OTHER, report=ID, version=ID),
        f"accepts 1 h of the report {NAMED}",
    ),
    "report.disputed": (
        reports.ReportDisputed(provider=OTHER, report=ID, version=ID, reason="hours"),
        f"disputes the report {NAMED} (hours)",
    ),
    "invoice.issued": (
        invoices.InvoiceIssued(
            amount=Money("GBP", 150), due=DAY, number="7/26", payer=OTHER
        ),
        "asks coop_777777777777 for 1.50 GBP, due 2026-01-05 (7/26)",
    ),
    "invoice.withdrawn": (
        invoices.InvoiceWithdrawn(invoice=ID),
        f"withdraws the invoice {NAMED}",
    ),
    "invoice.approved": (
        invoices.InvoiceApproved(amount=Money("GBP", 150), invoice=ID, payee=OTHER),
        f"agrees to owe 1.50 GBP of the invoice {NAMED}",
    ),
    "invoice.disputed": (
        invoices.InvoiceDisputed(invoice=ID, payee=OTHER, reason="price"),
        f"disputes the invoice {NAMED} (price)",
    ),
    "payment.sent": (
        payments.PaymentSent(amount=Money("JPY", 5), date=DAY, invoice=ID, payee=OTHER),
        f"sent 5 JPY to coop_777777777777 on 2026-01-05 for {NAMED}",
    ),
    "payment.corrected": (
        payments.PaymentCorrected(amount=Money("GBP", 150), payment=ID),
        f"corrects the payment {NAMED} to 1.50 GBP",
    ),
    "payment.cancelled": (
        payments.PaymentCancelled(payment=ID),
        f"cancels the payment {NAMED}",
    ),
    "payment.received": (
        payments.PaymentReceived(amount=Money("GBP", 150), payer=OTHER, payment=ID),
        f"received 1.50 GBP of the payment {NAMED}",
    ),
    "payment.disputed": (
        payments.PaymentDisputed(payer=OTHER, payment=ID, reason="not-here"),
        f"disputes the payment {NAMED} (not-here)",
    ),
    "mediation.agreed": (
        mediations.MediationAgreed(about=ID, mediator=OTHER, parties=(ID, OTHER)),
        f"agrees on coop_777777777777 as mediator between 2 parties about {NAMED}",
    ),
    "mediation.accepted": (
        mediations.MediationAccepted(about=ID, parties=(ID, OTHER)),
        f"mediates between 2 parties about {NAMED}",
    ),
    "mediation.ended": (
        mediations.MediationEnded(about=ID, reason="settled"),
        f"ends its part of the mediation about {NAMED} (settled)",
    ),
    "netting.proposed": (
        nettings.NettingProposed(
            currency="GBP", entries=((ID, OTHER, 150), (OTHER, ID, 150))
        ),
        "proposes to set 3.00 GBP off, in 2 entries",
    ),
    "netting.agreed": (
        nettings.NettingAgreed(amount=Money("GBP", 150), netting=ID, proposer=OTHER),
        f"agrees to set 1.50 GBP off in the netting {NAMED}",
    ),
    "netting.declined": (
        nettings.NettingDeclined(netting=ID, proposer=OTHER),
        f"declines the netting {NAMED}",
    ),
    "seen.acknowledged": (
        closing.SeenAcknowledged(of=ID, seen=(POSITION,)),
        f"has 1 other log for {NAMED}",
    ),
    "decision.opened": (
        decisions.DecisionOpened(
            basis="member", closes=DAY, opens=DAY, quorum=60, rule="two-thirds"
        ),
        (
            "asks for a decision by two-thirds, one vote per member, quorum 60 %,"
            " until 2026-01-05"
        ),
    ),
    "decision.amended": (
        decisions.DecisionAmended(decision=ID),
        f"amends the decision {NAMED}",
    ),
    "decision.withdrawn": (
        decisions.DecisionWithdrawn(decision=ID),
        f"withdraws the decision {NAMED}",
    ),
    "decision.closed": (
        decisions.DecisionClosed(cut=(POSITION, POSITION), decision=ID),
        f"closes the decision {NAMED} with 2 other logs",
    ),
    "ballot.cast": (
        decisions.BallotCast(decision=ID, proposer=OTHER, stance="block", version=ID),
        f"votes on {NAMED}: block",
    ),
    "ballot.withdrawn": (
        decisions.BallotWithdrawn(decision=ID),
        f"withdraws its vote on {NAMED}",
    ),
    "fund.opened": (
        funds.FundOpened(currency="GBP", period="month", state="open"),
        "opens a fund in GBP (open)",
    ),
    "fund.advanced": (
        funds.FundAdvanced(fund=ID, to="closed"),
        f"moves the fund {NAMED} on to closed",
    ),
    "round.opened": (
        rounds.RoundOpened(
            budget=150,
            closes=DAY,
            currency="GBP",
            mode="equal",
            opens=DAY,
            state="open",
            vetoes=2,
        ),
        "opens a round (open): 1.50 GBP, allotted equal, until 2026-01-05",
    ),
    "round.advanced": (
        rounds.RoundAdvanced(round=ID, to="settled"),
        f"moves the round {NAMED} on to settled",
    ),
    "round.closed": (
        rounds.RoundClosed(cut=(), round=ID),
        f"closes the round {NAMED} with 0 other logs",
    ),
    "allotment.granted": (
        rounds.AllotmentGranted(round=ID, shares=(rounds.Share(OTHER, 5),)),
        f"allots the round {NAMED} to 1 co-op",
    ),
    "project.entered": (
        rounds.ProjectEntered(project=ID, round=OTHER, steward=OTHER),
        f"enters the project {NAMED} in the round {NAMED_OTHER}",
    ),
    "project.left": (
        rounds.ProjectLeft(project=ID, round=OTHER),
        f"takes the project {NAMED} out of {NAMED_OTHER}",
    ),
    "veto.cast": (
        rounds.VetoCast(project=ID, round=OTHER, steward=OTHER),
        f"vetoes the project {NAMED} in the round {NAMED_OTHER}",
    ),
    "veto.withdrawn": (
        rounds.VetoWithdrawn(project=ID, round=OTHER),
        f"withdraws its veto of {NAMED} in {NAMED_OTHER}",
    ),
    "project.milestones": (
        projects.ProjectMilestones(
            milestones=(projects.Milestone(no=1, share=100),), project=ID
        ),
        f"sets 1 milestone of {NAMED}",
    ),
    "milestone.reached": (
        projects.MilestoneReached(no=2, project=ID),
        f"reaches milestone 2 of {NAMED}",
    ),
}


def test_every_kind_has_its_line() -> None:
    assert sayings.SAYINGS.keys() == KINDS.keys() == BODIES.keys()


@pytest.mark.parametrize("kind", BODIES)
def test_what_an_event_says(kind: str) -> None:
    body, line = BODIES[kind]
    assert isinstance(body, KINDS[kind])
    assert sayings.say(kind, body) == line


def test_coops_are_called_by_their_names() -> None:
    called = {ID: "Alba", OTHER: "Birch Works"}.__getitem__
    for kind in ("invoice.issued", "payment.sent", "mediation.agreed", "sealed.shared"):
        said = sayings.say(kind, BODIES[kind][0], called)
        assert "Birch Works" in said
        assert "coop_" not in said
    offered = sayings.say("handover.offered", BODIES["handover.offered"][0], called)
    assert "coop_" not in offered


@pytest.mark.parametrize(
    ("stance", "says"),
    [
        ("interested", "is interested in the lead"),
        ("watching", "watches the lead"),
        ("declined", "declines the lead"),
    ],
)
def test_what_a_coop_thinks_of_a_lead(stance: interests.Stance, says: str) -> None:
    body = interests.InterestSet(lead=ID, owner=OTHER, stance=stance)
    assert sayings.say("interest.set", body).startswith(f"{says} {NAMED}")


def test_long_sums_have_their_thousands_apart() -> None:
    body = payments.PaymentCorrected(amount=Money("GBP", 123456789), payment=ID)
    said = sayings.say("payment.corrected", body)
    assert said == f"corrects the payment {NAMED} to 1,234,567.89 GBP"


def test_what_cannot_be_read_says_nothing() -> None:
    assert sayings.say("lead.opened", None) == "(nothing that can be read)"
    assert sayings.say("lead.sung", BODIES["lead.opened"][0]).startswith("(nothing")


def test_what_else_an_event_may_say() -> None:
    in_round = pledges.MoneyPledged(
        amount=Money("GBP", 150), owner=OTHER, round=OTHER, to=ID
    )
    said = sayings.say("pledge.money.offered", in_round)
    assert said == f"pledges 1.50 GBP to {NAMED} in the round {NAMED_OTHER}"
    own = rounds.RoundOpened(
        closes=DAY, currency="GBP", mode="own", opens=DAY, state="planned", vetoes=2
    )
    assert "(planned): each its own money, until" in sayings.say("round.opened", own)
