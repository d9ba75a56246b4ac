"""What an event says, in one line: a table of kinds, so that no kind is forgotten.

Things of other logs are named by the start of their ids; titles may not be here yet,
and would make the line a stranger's.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from node import money
from node.views.short import brief
from node.views.titles import quantity
from protocol.kinds import capacity, leads, logs, pledges, profiles, projects, sealed
from protocol.kinds.fields import Money

B = TypeVar("B", bound=msgspec.Struct)


def _evt(value: bytes) -> str:
    return brief("evt", value)


def _reason(slug: str | None) -> str:
    return f" ({slug})" if slug else ""


def _sum(value: Money) -> str:
    amount = money.write(value.amount, value.currency)
    return f"{amount.amount} {amount.currency}"


def _reopened(body: logs.LogReopened) -> str:
    return f"the log goes on in a new incarnation, {body.why}"


def _adopted(body: logs.TailAdopted) -> str:
    return f"the lost end of an earlier incarnation counts, up to its place {body.seq}"


def _profile(body: profiles.ProfileSet) -> str:
    skills = ", ".join(body.skills) or "no skills named"
    people = "1 person" if body.people == 1 else f"{body.people} people"
    return f"profile: {people}; {skills}"


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
    return f"booking {_evt(body.booking)} becomes {body.to}"


def _terms(terms: leads.Terms) -> str:
    lines = len(terms.requirements)
    parts = ["1 requirement line" if lines == 1 else f"{lines} requirement lines"]
    if terms.value is not None:
        parts.append(f"worth {_sum(terms.value)}")
    if terms.deadline is not None:
        parts.append(f"deadline {terms.deadline}")
    return ", ".join(parts)


def _lead(body: leads.LeadOpened) -> str:
    return f"opens a lead: {_terms(body)}"


def _lead_changed(body: leads.LeadChanged) -> str:
    return f"changes the lead {_evt(body.lead)}: {_terms(body.terms)}"


def _lead_moved(body: leads.LeadAdvanced) -> str:
    return f"lead {_evt(body.lead)} becomes {body.to}{_reason(body.reason)}"


def _project(body: projects.ProjectOpened) -> str:
    return f"puts up a project ({body.state}) with a goal of {_sum(body.goal)}"


def _project_moved(body: projects.ProjectAdvanced) -> str:
    return f"project {_evt(body.project)} becomes {body.to}"


def _work(body: pledges.WorkPledged) -> str:
    return (
        f"pledges {quantity(body.minutes, 'minutes')} of {body.skill} to line"
        f" {body.line} of {_evt(body.to)}"
    )


def _money(body: pledges.MoneyPledged) -> str:
    return f"pledges {_sum(body.amount)} to {_evt(body.to)}"


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


def _shared(body: sealed.SealedShared) -> str:
    readers = ", ".join(brief("coop", one) for one in body.to)
    return f"seals {body.role} about {_evt(body.about)} for {readers}"


def _says(kind: type[B], say: Callable[[B], str]) -> Callable[[msgspec.Struct], str]:
    def write(body: msgspec.Struct) -> str:
        return say(body) if isinstance(body, kind) else ""

    return write


SAYINGS: Final[dict[str, Callable[[msgspec.Struct], str]]] = {
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
    "sealed.shared": _says(sealed.SealedShared, _shared),
}


def say(kind: str, body: msgspec.Struct | None) -> str:
    """Write one line of what an event says; of an unreadable one, that it says none."""
    write = SAYINGS.get(kind)
    return (
        "(nothing that can be read)" if body is None or write is None else write(body)
    )
