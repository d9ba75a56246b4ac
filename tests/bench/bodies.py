"""What co-ops write in the benchmarks: bodies of every kind the rules let stand."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.event import Epoch
from protocol.ids import CoopId, EventId, NetworkId
from protocol.kinds import capacity, leads, pledges, profiles, projects
from protocol.kinds.fields import Money, Rate
from protocol.log import Chain

_START: Final = datetime.date(2026, 1, 5)
_SKILLS: Final = ("developer", "designer", "data-scientist", "delivery-manager")
#: How many things of a sort a co-op remembers to go on with.
_KEPT: Final = 400


@dataclass
class Writer:
    """One co-op's log as it is written, and what it may go on with."""

    coop: CoopId
    key: Ed25519PrivateKey
    chain: Chain
    last: EventId
    seq: int = 0
    open: dict[str, list[bytes]] = field(default_factory=dict)


@dataclass
class World:
    """The co-ops, and what each offers the others; `texts` False writes no words."""

    network: NetworkId
    epoch: Epoch
    writers: list[Writer]
    random: random.Random
    texts: bool = True
    leads: list[tuple[bytes, bytes]] = field(default_factory=list)
    projects: list[tuple[bytes, bytes]] = field(default_factory=list)
    offered: dict[bytes, list[tuple[bytes, bytes, bytes, int, str]]] = field(
        default_factory=dict
    )
    accepted: dict[bytes, list[tuple[bytes, bytes, bytes, int]]] = field(
        default_factory=dict
    )


After = Callable[[EventId], None] | None
Made = tuple[str, msgspec.Struct, After]


def make(world: World, writer: Writer, kind: str) -> Made:
    """Make a body of the kind, or of a kind that can be made where it cannot."""
    made = _MAKERS[kind](world, writer)
    return made if made is not None else _offer(world, writer)


def _keep(pool: list[bytes], one: bytes, rng: random.Random) -> None:
    if len(pool) < _KEPT:
        pool.append(one)
    else:
        pool[rng.randrange(_KEPT)] = one


def _window(rng: random.Random) -> tuple[datetime.date, datetime.date]:
    starts = _START + datetime.timedelta(weeks=rng.randrange(100))
    return starts, starts + datetime.timedelta(weeks=rng.randrange(1, 30))


def _profile(world: World, _writer: Writer) -> Made:
    people = world.random.randrange(3, 50)
    return (
        "profile.set",
        profiles.ProfileSet(day=450, people=people, skills=_SKILLS),
        None,
    )


def _wish(world: World, _writer: Writer) -> Made:
    starts, ends = _window(world.random)
    wish = profiles.WishSet(
        ceiling=9000, ends=ends, floor=1000, starts=starts, wanted=5000
    )
    return "wish.set", wish, None


def _offer(world: World, writer: Writer) -> Made:
    rng = world.random
    starts, ends = _window(rng)
    body = capacity.CapacityOffered(
        ends=ends,
        minutes=rng.randrange(60, 2400, 30),
        rate=Rate("GBP", rng.randrange(300, 900) * 100, 450),
        skill=rng.choice(_SKILLS),
        starts=starts,
    )
    pool = writer.open.setdefault("capacity", [])
    return "capacity.offered", body, lambda one: _keep(pool, one, rng)


def _withdraw_offer(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("capacity")
    if not pool:
        return None
    offer = pool.pop(world.random.randrange(len(pool)))
    return "capacity.withdrawn", capacity.CapacityWithdrawn(offer=offer), None


def _book(world: World, writer: Writer) -> Made:
    rng = world.random
    starts, ends = _window(rng)
    body = capacity.BookingMade(
        ends=ends,
        minutes=rng.randrange(60, 2400, 30),
        probability=rng.randrange(10, 100, 10),
        skill=rng.choice(_SKILLS),
        starts=starts,
        state="tentative",
    )
    pool = writer.open.setdefault("booking", [])
    return "booking.made", body, lambda one: _keep(pool, one, rng)


def _move_booking(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("booking")
    if not pool:
        return None
    booking = pool.pop(world.random.randrange(len(pool)))
    return "booking.moved", capacity.BookingMoved(booking=booking, to="confirmed"), None


def _terms(world: World) -> leads.Terms:
    starts, ends = _window(world.random)
    lines = tuple(
        leads.Requirement(ends=ends, line=line, skill=skill, starts=starts)
        for line, skill in enumerate(_SKILLS[: world.random.randrange(1, 4)], start=1)
    )
    return leads.Terms(
        cpv=("72000000",),
        deadline=starts,
        requirements=lines,
        value=Money("GBP", world.random.randrange(10_000, 500_000) * 100),
    )


def _lead(world: World, writer: Writer) -> Made:
    terms = _terms(world)
    body = leads.LeadOpened(
        cpv=terms.cpv,
        deadline=terms.deadline,
        requirements=terms.requirements,
        value=terms.value,
    )
    pool = writer.open.setdefault("lead", [])

    def opened(lead: EventId) -> None:
        _keep(pool, lead, world.random)
        if len(world.leads) > 20 * _KEPT:
            del world.leads[:_KEPT]
        world.leads.append((writer.coop, lead))

    return "lead.opened", body, opened


def _change_lead(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("lead")
    if not pool:
        return None
    body = leads.LeadChanged(lead=world.random.choice(pool), terms=_terms(world))
    return "lead.changed", body, None


def _advance_lead(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("lead")
    if not pool:
        return None
    body = leads.LeadAdvanced(lead=world.random.choice(pool), to="bidding")
    return "lead.advanced", body, None


def _project(world: World, writer: Writer) -> Made:
    body = projects.ProjectOpened(
        goal=Money("GBP", 10**9), state="open", themes=("wellbeing",)
    )

    def opened(project: EventId) -> None:
        world.projects.append((writer.coop, project))
        del world.projects[:-_KEPT]

    return "project.opened", body, opened


def _advance_project(world: World, writer: Writer) -> Made | None:
    own = [one for coop, one in world.projects if coop == writer.coop]
    if not own:
        return None
    body = projects.ProjectAdvanced(project=own[0], to="idea")
    return "project.advanced", body, None


def _pledge_work(world: World, writer: Writer) -> Made | None:
    if not world.leads:
        return None
    owner, lead = world.random.choice(world.leads)
    minutes = world.random.randrange(60, 10_000, 30)
    body = pledges.WorkPledged(
        line=1, minutes=minutes, owner=owner, skill="developer", to=lead
    )
    return (
        "pledge.work.offered",
        body,
        _offered(world, writer, (owner, lead), minutes, "minutes"),
    )


def _pledge_money(world: World, writer: Writer) -> Made | None:
    if not world.projects:
        return None
    owner, project = world.random.choice(world.projects)
    amount = world.random.randrange(100, 100_000)
    body = pledges.MoneyPledged(amount=Money("GBP", amount), owner=owner, to=project)
    return (
        "pledge.money.offered",
        body,
        _offered(world, writer, (owner, project), amount, "GBP"),
    )


def _offered(
    world: World, writer: Writer, target: tuple[bytes, bytes], quantity: int, unit: str
) -> After:
    owner, to = target

    def note(pledge: EventId) -> None:
        waiting = world.offered.setdefault(owner, [])
        waiting.append((writer.coop, pledge, to, quantity, unit))
        del waiting[:-_KEPT]

    return note


def _accept(world: World, writer: Writer) -> Made | None:
    waiting = world.offered.get(writer.coop)
    if not waiting:
        return None
    pledger, pledge, to, quantity, unit = waiting.pop()
    body = pledges.AcceptanceGiven(
        line=1 if unit == "minutes" else None,
        pledge=pledge,
        pledger=pledger,
        quantity=quantity,
        to=to,
        unit=unit,
    )

    def given(acceptance: EventId) -> None:
        told = world.accepted.setdefault(pledger, [])
        told.append((pledge, acceptance, writer.coop, quantity))
        del told[:-_KEPT]
        pool = writer.open.setdefault("acceptance", [])
        _keep(pool, acceptance + to, world.random)

    return "acceptance.given", body, given


def _confirm(world: World, writer: Writer) -> Made | None:
    told = world.accepted.get(writer.coop)
    if not told:
        return None
    pledge, acceptance, taker, quantity = told.pop()
    body = pledges.PledgeConfirmed(
        acceptance=acceptance, pledge=pledge, quantity=quantity, taker=taker
    )
    pool = writer.open.setdefault("confirmed", [])
    return "pledge.confirmed", body, lambda _: _keep(pool, pledge, world.random)


def _release(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("confirmed")
    if not pool:
        return None
    pledge = pool.pop(world.random.randrange(len(pool)))
    return "pledge.released", pledges.PledgeReleased(pledge=pledge), None


def _take_back(world: World, writer: Writer) -> Made | None:
    pool = writer.open.get("acceptance")
    if not pool:
        return None
    both = pool.pop(world.random.randrange(len(pool)))
    body = pledges.AcceptanceWithdrawn(acceptance=both[:32], to=both[32:])
    return "acceptance.withdrawn", body, None


def _decline(world: World, writer: Writer) -> Made | None:
    waiting = world.offered.get(writer.coop)
    if not waiting:
        return None
    pledger, pledge, to, _, _ = waiting.pop()
    body = pledges.PledgeDeclined(pledge=pledge, pledger=pledger, to=to)
    return "pledge.declined", body, None


_MAKERS: Final[dict[str, Callable[[World, Writer], Made | None]]] = {
    "profile.set": _profile,
    "wish.set": _wish,
    "capacity.offered": _offer,
    "capacity.withdrawn": _withdraw_offer,
    "booking.made": _book,
    "booking.moved": _move_booking,
    "lead.opened": _lead,
    "lead.changed": _change_lead,
    "lead.advanced": _advance_lead,
    "project.opened": _project,
    "project.advanced": _advance_project,
    "pledge.work.offered": _pledge_work,
    "pledge.money.offered": _pledge_money,
    "acceptance.given": _accept,
    "pledge.confirmed": _confirm,
    "pledge.withdrawn": _release,
    "pledge.released": _release,
    "acceptance.withdrawn": _take_back,
    "pledge.declined": _decline,
}
