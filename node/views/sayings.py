"""What an event says, in one line: a table of kinds, so that no kind is forgotten.

Things of other logs are named by the start of their ids; titles may not be here yet,
and would make the line a stranger's. Co-ops are called what they are called everywhere.
"""

from typing import Final

import msgspec

from node import shares
from node.views import phrases, titles, trade_sayings
from node.views.phrases import Called, Saying
from node.views.phrases import evt as _evt
from node.views.phrases import reason as _reason
from node.views.phrases import says as _says
from node.views.phrases import says_of as _says_of
from node.views.phrases import total as _sum
from node.views.titles import quantity
from protocol.kinds import (
    agreements,
    bids,
    capacity,
    closing,
    decisions,
    funds,
    handovers,
    interests,
    leads,
    logs,
    pledges,
    profiles,
    projects,
    rounds,
    sealed,
)


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def _reopened(body: logs.LogReopened) -> str:
    return f"the log goes on in a new incarnation, {body.why}"


def _adopted(body: logs.TailAdopted) -> str:
    return f"the lost end of an earlier incarnation counts, up to its place {body.seq}"


def _profile(body: profiles.ProfileSet) -> str:
    skills = ", ".join(body.skills) or "no skills named"
    people = "1 person" if body.people == 1 else f"{body.people} people"
    return f"sets its profile: {people}; {skills}"


def _wish(body: profiles.WishSet) -> str:
    return (
        f"wishes {quantity(body.wanted, 'minutes')} a week from {body.starts} to"
        f" {body.ends} (floor {quantity(body.floor, 'minutes')},"
        f" ceiling {quantity(body.ceiling, 'minutes')})"
    )


def _offer(body: capacity.CapacityOffered) -> str:
    return (
        f"offers {quantity(body.minutes, 'minutes')} a week of {body.skill} from"
        f" {body.starts} to {body.ends}"
    )


def _offer_gone(body: capacity.CapacityWithdrawn) -> str:
    return f"withdraws the capacity offer {_evt(body.offer)}"


def _booking(body: capacity.BookingMade) -> str:
    skill = f" of {body.skill}" if body.skill else ""
    odds = f" ({body.probability} %)" if body.probability else ""
    return (
        f"books {quantity(body.minutes, 'minutes')} a week{skill} from {body.starts} to"
        f" {body.ends}, {body.state}{odds}"
    )


def _booking_moved(body: capacity.BookingMoved) -> str:
    return f"moves the booking {_evt(body.booking)} on to {body.to}"


def _terms(terms: leads.Terms) -> str:
    lines = len(terms.requirements)
    parts = [_count(lines, "requirement line") if lines else "nothing asked for yet"]
    if terms.value is not None:
        parts.append(f"worth {_sum(terms.value)}")
    if terms.deadline is not None:
        parts.append(f"deadline {terms.deadline}")
    return ", ".join(parts)


def _lead(body: leads.LeadOpened) -> str:
    via = body.via
    came = "" if via is None else f", taken over by the hand-over {_evt(via.handover)}"
    return f"opens a lead: {_terms(body)}{came}"


def _lead_changed(body: leads.LeadChanged) -> str:
    return f"changes the lead {_evt(body.lead)}: {_terms(body.terms)}"


def _lead_moved(body: leads.LeadAdvanced) -> str:
    return f"moves the lead {_evt(body.lead)} on to {body.to}{_reason(body.reason)}"


def _project(body: projects.ProjectOpened) -> str:
    return f"puts up a project ({body.state}) with a goal of {_sum(body.goal)}"


def _project_moved(body: projects.ProjectAdvanced) -> str:
    return f"moves the project {_evt(body.project)} on to {body.to}"


def _work(body: pledges.WorkPledged) -> str:
    return (
        f"pledges {quantity(body.minutes, 'minutes')} of {body.skill} to line"
        f" {body.line} of {_evt(body.to)}"
    )


def _money(body: pledges.MoneyPledged) -> str:
    within = "" if body.round is None else f" in the round {_evt(body.round)}"
    return f"pledges {_sum(body.amount)} to {_evt(body.to)}{within}"


def _confirmed(body: pledges.PledgeConfirmed) -> str:
    return f"confirms the pledge {_evt(body.pledge)} as {_evt(body.acceptance)} took it"


def _withdrawn(body: pledges.PledgeWithdrawn) -> str:
    return f"withdraws the pledge {_evt(body.pledge)}{_reason(body.reason)}"


def _released(body: pledges.PledgeReleased) -> str:
    return f"releases the pledge {_evt(body.pledge)}{_reason(body.reason)}"


def _accepted(body: pledges.AcceptanceGiven) -> str:
    return (
        f"accepts {quantity(body.quantity, body.unit)} of the pledge"
        f" {_evt(body.pledge)} for {_evt(body.to)}"
    )


def _acceptance_gone(body: pledges.AcceptanceWithdrawn) -> str:
    return f"withdraws the acceptance {_evt(body.acceptance)}{_reason(body.reason)}"


def _declined(body: pledges.PledgeDeclined) -> str:
    return f"declines the pledge {_evt(body.pledge)}{_reason(body.reason)}"


def _seen(body: closing.SeenAcknowledged) -> str:
    return f"has {_logs(len(body.seen))} for {_evt(body.of)}"


def _shared(body: sealed.SealedShared, called: Called) -> str:
    readers = ", ".join(called(one) for one in body.to)
    return f"seals {body.role} about {_evt(body.about)} for {readers}"


def _logs(number: int) -> str:
    return _count(number, "other log")


def _decision(body: decisions.DecisionOpened) -> str:
    return (
        f"asks for a decision by {body.rule}, one vote per {body.basis}, quorum"
        f" {body.quorum} %, until {body.closes}"
    )


def _amended(body: decisions.DecisionAmended) -> str:
    return f"amends the decision {_evt(body.decision)}"


def _decision_gone(body: decisions.DecisionWithdrawn) -> str:
    return f"withdraws the decision {_evt(body.decision)}"


def _decision_closed(body: decisions.DecisionClosed) -> str:
    return f"closes the decision {_evt(body.decision)} with {_logs(len(body.cut))}"


def _ballot(body: decisions.BallotCast) -> str:
    return f"votes on {_evt(body.decision)}: {body.stance}"


def _ballot_gone(body: decisions.BallotWithdrawn) -> str:
    return f"withdraws its vote on {_evt(body.decision)}"


def _fund(body: funds.FundOpened) -> str:
    return f"opens a fund in {body.currency} ({body.state})"


def _fund_moved(body: funds.FundAdvanced) -> str:
    return f"moves the fund {_evt(body.fund)} on to {body.to}"


def _round(body: rounds.RoundOpened) -> str:
    budget = "each its own money"
    if body.budget is not None:
        budget = f"{quantity(body.budget, body.currency)}, allotted {body.mode}"
    return f"opens a round ({body.state}): {budget}, until {body.closes}"


def _round_moved(body: rounds.RoundAdvanced) -> str:
    return f"moves the round {_evt(body.round)} on to {body.to}"


def _round_closed(body: rounds.RoundClosed) -> str:
    return f"closes the round {_evt(body.round)} with {_logs(len(body.cut))}"


def _allotted(body: rounds.AllotmentGranted) -> str:
    return f"allots the round {_evt(body.round)} to {_count(len(body.shares), 'co-op')}"


def _entered(body: rounds.ProjectEntered) -> str:
    return f"enters the project {_evt(body.project)} in the round {_evt(body.round)}"


def _left(body: rounds.ProjectLeft) -> str:
    return f"takes the project {_evt(body.project)} out of {_evt(body.round)}"


def _veto(body: rounds.VetoCast) -> str:
    return f"vetoes the project {_evt(body.project)} in the round {_evt(body.round)}"


def _veto_gone(body: rounds.VetoWithdrawn) -> str:
    return f"withdraws its veto of {_evt(body.project)} in {_evt(body.round)}"


def _milestones(body: projects.ProjectMilestones) -> str:
    steps = _count(len(body.milestones), "milestone")
    return f"sets {steps} of {_evt(body.project)}"


def _reached(body: projects.MilestoneReached) -> str:
    return f"reaches milestone {body.no} of {_evt(body.project)}"


_STANCES: Final = {
    "interested": "is interested in",
    "watching": "watches",
    "declined": "declines",
}


def _interest(body: interests.InterestSet) -> str:
    return f"{_STANCES[body.stance]} the lead {_evt(body.lead)}{_reason(body.reason)}"


def _handover(body: handovers.HandoverOffered, called: Called) -> str:
    to = called(body.to)
    return f"offers the lead {_evt(body.lead)} to {to} for {titles.fee(body.fee)}"


def _handover_gone(body: handovers.HandoverWithdrawn) -> str:
    return f"withdraws the hand-over {_evt(body.handover)}{_reason(body.reason)}"


def _handover_taken(body: handovers.HandoverAccepted) -> str:
    return f"accepts the hand-over {_evt(body.handover)} for {titles.fee(body.fee)}"


def _handover_declined(body: handovers.HandoverDeclined) -> str:
    return f"declines the hand-over {_evt(body.handover)}{_reason(body.reason)}"


def _bid_terms(terms: bids.Terms) -> str:
    parties = _count(len(terms.parties), "part")
    cuts = [f"{shares.write(sum(one.share for one in terms.fees))} % of fees"]
    fund = [] if terms.fund is None else [f"{shares.write(terms.fund)} % for a fund"]
    risk = f"risk: {terms.risk}"
    return ", ".join([parties, *(cuts if terms.fees else []), *fund, risk])


def _bid(body: bids.BidOpened) -> str:
    return f"opens a bid for the lead {_evt(body.lead)}: {_bid_terms(body.terms)}"


def _bid_changed(body: bids.BidChanged) -> str:
    return f"changes the bid {_evt(body.bid)}: {_bid_terms(body.terms)}"


def _bid_moved(body: bids.BidAdvanced) -> str:
    return f"moves the bid {_evt(body.bid)} on to {body.to}{_reason(body.reason)}"


def _reviewed(body: bids.EstimateReviewed) -> str:
    word = "agrees to" if body.stance == "agreed" else "objects to"
    lot = f", lot {body.lot}" if body.lot else ""
    share = "" if body.share is None else f", {shares.write(body.share)} %"
    work = "" if body.minutes is None else f", {quantity(body.minutes, 'minutes')}"
    amount = "" if body.amount is None else f", {_sum(body.amount)}"
    return f"{word} its part of the bid {_evt(body.bid)}{lot}{work}{amount}{share}"


def _drafted(body: agreements.AgreementDrafted) -> str:
    about = "" if body.about is None else f" about {_evt(body.about)}"
    signers = _count(len(body.parties), "co-op")
    return f"drafts an agreement ({body.kind}) for {signers} to sign{about}"


def _superseded(body: agreements.AgreementSuperseded) -> str:
    return f"puts {_evt(body.by)} in the place of the agreement {_evt(body.agreement)}"


def _terminated(body: agreements.AgreementTerminated) -> str:
    return f"ends the agreement {_evt(body.agreement)}{_reason(body.reason)}"


def _signed(body: agreements.AgreementSigned) -> str:
    return f"signs the agreement {_evt(body.agreement)}"


def _unsigned(body: agreements.SignatureWithdrawn) -> str:
    signature = f"withdraws its signature under {_evt(body.agreement)}"
    return f"{signature}{_reason(body.reason)}"


SAYINGS: Final[dict[str, Saying]] = {
    "log.reopened": _says(logs.LogReopened, _reopened),
    "tail.adopted": _says(logs.TailAdopted, _adopted),
    "profile.set": _says(profiles.ProfileSet, _profile),
    "wish.set": _says(profiles.WishSet, _wish),
    "capacity.offered": _says(capacity.CapacityOffered, _offer),
    "capacity.withdrawn": _says(capacity.CapacityWithdrawn, _offer_gone),
    "booking.made": _says(capacity.BookingMade, _booking),
    "booking.moved": _says(capacity.BookingMoved, _booking_moved),
    "lead.opened": _says(leads.LeadOpened, _lead),
    "lead.changed": _says(leads.LeadChanged, _lead_changed),
    "lead.advanced": _says(leads.LeadAdvanced, _lead_moved),
    "project.opened": _says(projects.ProjectOpened, _project),
    "project.advanced": _says(projects.ProjectAdvanced, _project_moved),
    "pledge.work.offered": _says(pledges.WorkPledged, _work),
    "pledge.money.offered": _says(pledges.MoneyPledged, _money),
    "pledge.confirmed": _says(pledges.PledgeConfirmed, _confirmed),
    "pledge.withdrawn": _says(pledges.PledgeWithdrawn, _withdrawn),
    "pledge.released": _says(pledges.PledgeReleased, _released),
    "acceptance.given": _says(pledges.AcceptanceGiven, _accepted),
    "acceptance.withdrawn": _says(pledges.AcceptanceWithdrawn, _acceptance_gone),
    "pledge.declined": _says(pledges.PledgeDeclined, _declined),
    "interest.set": _says(interests.InterestSet, _interest),
    "handover.offered": _says_of(handovers.HandoverOffered, _handover),
    "handover.withdrawn": _says(handovers.HandoverWithdrawn, _handover_gone),
    "handover.accepted": _says(handovers.HandoverAccepted, _handover_taken),
    "handover.declined": _says(handovers.HandoverDeclined, _handover_declined),
    "bid.opened": _says(bids.BidOpened, _bid),
    "bid.changed": _says(bids.BidChanged, _bid_changed),
    "bid.advanced": _says(bids.BidAdvanced, _bid_moved),
    "estimate.reviewed": _says(bids.EstimateReviewed, _reviewed),
    "agreement.drafted": _says(agreements.AgreementDrafted, _drafted),
    "agreement.superseded": _says(agreements.AgreementSuperseded, _superseded),
    "agreement.terminated": _says(agreements.AgreementTerminated, _terminated),
    "agreement.signed": _says(agreements.AgreementSigned, _signed),
    "signature.withdrawn": _says(agreements.SignatureWithdrawn, _unsigned),
    **trade_sayings.SAYINGS,
    "seen.acknowledged": _says(closing.SeenAcknowledged, _seen),
    "decision.opened": _says(decisions.DecisionOpened, _decision),
    "decision.amended": _says(decisions.DecisionAmended, _amended),
    "decision.withdrawn": _says(decisions.DecisionWithdrawn, _decision_gone),
    "decision.closed": _says(decisions.DecisionClosed, _decision_closed),
    "ballot.cast": _says(decisions.BallotCast, _ballot),
    "ballot.withdrawn": _says(decisions.BallotWithdrawn, _ballot_gone),
    "fund.opened": _says(funds.FundOpened, _fund),
    "fund.advanced": _says(funds.FundAdvanced, _fund_moved),
    "round.opened": _says(rounds.RoundOpened, _round),
    "round.advanced": _says(rounds.RoundAdvanced, _round_moved),
    "round.closed": _says(rounds.RoundClosed, _round_closed),
    "allotment.granted": _says(rounds.AllotmentGranted, _allotted),
    "project.entered": _says(rounds.ProjectEntered, _entered),
    "project.left": _says(rounds.ProjectLeft, _left),
    "veto.cast": _says(rounds.VetoCast, _veto),
    "veto.withdrawn": _says(rounds.VetoWithdrawn, _veto_gone),
    "project.milestones": _says(projects.ProjectMilestones, _milestones),
    "milestone.reached": _says(projects.MilestoneReached, _reached),
    "sealed.shared": _says_of(sealed.SealedShared, _shared),
}


def say(kind: str, body: msgspec.Struct | None, called: Called = phrases.coop) -> str:
    """Write one line of what an event says; of an unreadable one, that it says none."""
    write = SAYINGS.get(kind)
    if body is None or write is None:
        return "(nothing that can be read)"
    return write(body, called)
