"""Law of the taker's half: what its leads and projects accept (SPEC 9.10).

    acceptance   given ── withdrawn
    answer       (one per pledge)  accepted · declined · open

The limits of what may be taken are those of the taker's own lead or project; that
the pledge named exists and offers as much is the join's to say.
"""

from typing import Final

import msgspec

from protocol import limits
from protocol.ids import CoopId, entity_id
from protocol.kinds.pledges import (
    AcceptanceGiven,
    AcceptanceWithdrawn,
    PledgeDeclined,
)
from protocol.rules import funds, leads, projects
from protocol.rules.funds import Fund
from protocol.rules.leads import Lead
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.rules.projects import Project
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

TARGET_UNKNOWN: Final = Reason(
    "target-unknown", "This log holds no lead, project or fund of that id"
)
TARGET_CLOSED: Final = Reason(
    "target-closed", "It is {state} and takes no pledges any more"
)
LINE_UNKNOWN: Final = Reason("line-unknown", "It has no requirement line {line}")
UNIT_WRONG: Final = Reason("unit-wrong", "It takes {expected}, not {unit}")
OVER_MAXIMUM: Final = Reason(
    "over-maximum", "{accepted} of {maximum} is taken, so {quantity} more is too much"
)
ANSWERED: Final = Reason(
    "answered", "The pledge is accepted already; withdraw that acceptance first"
)
ACCEPTANCE_UNKNOWN: Final = Reason(
    "acceptance-unknown", "This log holds no acceptance of that id"
)
ACCEPTANCE_GONE: Final = Reason(
    "acceptance-gone", "The acceptance is withdrawn already"
)
ACCEPTANCE_OTHER: Final = Reason(
    "acceptance-other", "The acceptance was given for another lead or project"
)
REASONS: Final = (
    TARGET_UNKNOWN,
    TARGET_CLOSED,
    LINE_UNKNOWN,
    UNIT_WRONG,
    OVER_MAXIMUM,
    ANSWERED,
    ACCEPTANCE_UNKNOWN,
    ACCEPTANCE_GONE,
    ACCEPTANCE_OTHER,
)


class Acceptance(State, frozen=True, kw_only=True):
    """What was taken of which pledge, for which lead line or project.

    `reason` is why it was withdrawn.
    """

    line: int | None = None
    pledge: bytes
    pledger: bytes
    quantity: int
    reason: str | None = None
    to: bytes
    unit: str


class Answer(State, frozen=True, kw_only=True):
    """The last word of this log on a pledge; reason and texts say why not."""

    acceptance: bytes | None = None
    pledge: bytes
    reason: str | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def answer_id(coop: bytes, pledge: bytes) -> bytes:
    """Name the one answer of a co-op to a pledge."""
    return entity_id(CoopId(coop), "answer", pledge)


def given(slice_: Slice, at: At, body: AcceptanceGiven) -> Verdict:
    """Take a pledge within the limits of the own lead or project."""
    answered = answer_id(at.coop, body.pledge)
    if _is_accepted(slice_, answered):
        return ANSWERED()
    target = _taken(slice_, body.to, body.line, body.unit, body.quantity)
    if isinstance(target, Void):
        return target
    acceptance = Acceptance(
        line=body.line,
        pledge=body.pledge,
        pledger=body.pledger,
        quantity=body.quantity,
        to=body.to,
        unit=body.unit,
    )
    answer = Answer(acceptance=at.id, pledge=body.pledge)
    return (
        target,
        opening(at, "acceptance", "given", acceptance, ref=body.pledge),
        _answer(at, answered, "accepted", answer),
    )


def withdrawn(slice_: Slice, at: At, body: AcceptanceWithdrawn) -> Verdict:
    """Free the limit; a confirmation that stands already still joins."""
    found = find(slice_, body.acceptance, Acceptance)
    if found is None:
        return ACCEPTANCE_UNKNOWN()
    entity, acceptance = found
    if entity.state != "given":
        return ACCEPTANCE_GONE()
    if acceptance.to != body.to:
        return ACCEPTANCE_OTHER()
    target = _freed(slice_, acceptance)
    answer = Answer(pledge=acceptance.pledge, reason=body.reason, texts=words(at))
    after = msgspec.structs.replace(acceptance, reason=body.reason)
    return (
        *target,
        msgspec.structs.replace(entity, state="withdrawn", body=after),
        _answer(at, answer_id(at.coop, answer.pledge), "open", answer),
    )


def declined(slice_: Slice, at: At, body: PledgeDeclined) -> Verdict:
    """Say no to a pledge that is not accepted."""
    answered = answer_id(at.coop, body.pledge)
    if _is_accepted(slice_, answered):
        return ANSWERED()
    answer = Answer(pledge=body.pledge, reason=body.reason, texts=words(at))
    return (_answer(at, answered, "declined", answer),)


def _answer(at: At, entity: bytes, state: str, body: Answer) -> Entity:
    return Entity(
        id=entity,
        coop=at.coop,
        family="answer",
        state=state,
        epoch=at.epoch,
        body=body,
        ref=body.pledge,
    )


def _is_accepted(slice_: Slice, answer: bytes) -> bool:
    found = find(slice_, answer, Answer)
    return found is not None and found[0].state == "accepted"


def _taken(
    slice_: Slice, to: bytes, line: int | None, unit: str, quantity: int
) -> Entity | Void:
    if (lead := find(slice_, to, Lead)) is not None:
        return _take_work(*lead, line=line, unit=unit, quantity=quantity)
    if (project := find(slice_, to, Project)) is not None:
        return _take_money(*project, line=line, unit=unit, quantity=quantity)
    if (fund := find(slice_, to, Fund)) is not None:
        return _contribute(*fund, line=line, unit=unit, quantity=quantity)
    return TARGET_UNKNOWN()


def _take_work(
    entity: Entity, lead: Lead, *, line: int | None, unit: str, quantity: int
) -> Entity | Void:
    if entity.state not in leads.TAKING:
        return TARGET_CLOSED(state=entity.state)
    if unit != "minutes":
        return UNIT_WRONG(expected="minutes", unit=unit)
    required = None if line is None else leads.requirement(lead.terms, line)
    if line is None or required is None:
        return LINE_UNKNOWN(line=line or 0)
    accepted = dict(lead.accepted).get(line, 0)
    # An open-ended line ends where integers do, so that a sum stays a number.
    maximum = limits.INTEGER if required.minutes is None else required.minutes
    if accepted + quantity > maximum:
        return OVER_MAXIMUM(accepted=accepted, maximum=maximum, quantity=quantity)
    after = leads.with_accepted(lead, line, quantity)
    return msgspec.structs.replace(entity, body=after)


def _take_money(
    entity: Entity, project: Project, *, line: int | None, unit: str, quantity: int
) -> Entity | Void:
    if entity.state not in projects.TAKING:
        return TARGET_CLOSED(state=entity.state)
    if unit != project.currency:
        return UNIT_WRONG(expected=project.currency, unit=unit)
    if line is not None:
        return LINE_UNKNOWN(line=line)
    if project.accepted + quantity > project.maximum:
        return OVER_MAXIMUM(
            accepted=project.accepted, maximum=project.maximum, quantity=quantity
        )
    after = projects.with_accepted(project, quantity)
    return msgspec.structs.replace(entity, body=after)


def _contribute(
    entity: Entity, fund: Fund, *, line: int | None, unit: str, quantity: int
) -> Entity | Void:
    if entity.state not in funds.TAKING:
        return TARGET_CLOSED(state=entity.state)
    if unit != fund.currency:
        return UNIT_WRONG(expected=fund.currency, unit=unit)
    if line is not None:
        return LINE_UNKNOWN(line=line)
    # A fund has no maximum; it ends where integers do, so that its sum stays a number.
    if fund.accepted + quantity > limits.INTEGER:
        return OVER_MAXIMUM(
            accepted=fund.accepted, maximum=limits.INTEGER, quantity=quantity
        )
    return msgspec.structs.replace(entity, body=funds.with_accepted(fund, quantity))


def _freed(slice_: Slice, acceptance: Acceptance) -> tuple[Entity, ...]:
    if (lead := find(slice_, acceptance.to, Lead)) is not None:
        entity, body = lead
        after = leads.with_accepted(body, acceptance.line or 0, -acceptance.quantity)
        return (msgspec.structs.replace(entity, body=after),)
    if (project := find(slice_, acceptance.to, Project)) is not None:
        owner, funded = project
        less = projects.with_accepted(funded, -acceptance.quantity)
        return (msgspec.structs.replace(owner, body=less),)
    if (fund := find(slice_, acceptance.to, Fund)) is not None:
        steward, held = fund
        rest = funds.with_accepted(held, -acceptance.quantity)
        return (msgspec.structs.replace(steward, body=rest),)
    return ()


def taken_entities(at: At, body: AcceptanceGiven) -> tuple[bytes, ...]:
    """Name the entities to load: the lead or project, the answer so far."""
    return (body.to, answer_id(at.coop, body.pledge))


def freed_entities(_at: At, body: AcceptanceWithdrawn) -> tuple[bytes, ...]:
    """Name the entities to load: the acceptance, and the lead or project it frees."""
    return (body.acceptance, body.to)


def declined_entities(at: At, body: PledgeDeclined) -> tuple[bytes, ...]:
    """Name the entity to load: the answer so far."""
    return (answer_id(at.coop, body.pledge),)


RULES: Final[dict[str, Rule]] = {
    "acceptance.given": rule(AcceptanceGiven, given, taken_entities),
    "acceptance.withdrawn": rule(AcceptanceWithdrawn, withdrawn, freed_entities),
    "pledge.declined": rule(PledgeDeclined, declined, declined_entities),
}
FAMILIES: Final[dict[str, type[State]]] = {"acceptance": Acceptance, "answer": Answer}
