"""Law of leads (SPEC 9.7).

    open ⇄ bidding ⇄ submitted ── won ── delivering ── closed
      └───────┴──────────┴─────────┴── lost · withdrawn · passed-on

A bringer may skip steps forward, and reopen what was lost or withdrawn by mistake.
What has been accepted on a line stays covered by it, whatever the terms become.
"""

from typing import Final

import msgspec

from protocol.kinds.leads import (
    LeadAdvanced,
    LeadChanged,
    LeadOpened,
    Requirement,
    Terms,
    Via,
)
from protocol.rules import takeovers
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason, Void

LEAD_UNKNOWN: Final = Reason("lead-unknown", "This log holds no lead of that id")
LEAD_MOVE: Final = Reason("lead-move", "A lead that is {state} cannot become {to}")
LEAD_OVER: Final = Reason("lead-over", "A lead that is {state} changes no more")
LINE_TWICE: Final = Reason("line-twice", "Two requirement lines have the number {line}")
LINE_TAKEN: Final = Reason(
    "line-taken",
    "Line {line} has {accepted} minutes accepted and cannot shrink below them",
)
REASONS: Final = (LEAD_UNKNOWN, LEAD_MOVE, LEAD_OVER, LINE_TWICE, LINE_TAKEN)

_ENDS: Final = frozenset({"lost", "withdrawn", "passed-on"})
LEAD_MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"bidding", "submitted", "won"}) | _ENDS,
    "bidding": frozenset({"open", "submitted", "won"}) | _ENDS,
    "submitted": frozenset({"bidding", "won"}) | _ENDS,
    "won": frozenset({"delivering"}) | _ENDS,
    "delivering": frozenset({"closed", "lost"}),
    "closed": frozenset(),
    "lost": frozenset({"open"}),
    "withdrawn": frozenset({"open"}),
    "passed-on": frozenset(),
}
#: The states in which pledges of work are accepted.
TAKING: Final = frozenset({"open", "bidding", "submitted", "won", "delivering"})


class Lead(State, frozen=True, kw_only=True):
    """Terms, words, and the minutes accepted per requirement line, by line.

    `handover` is the offer by which it is to go to another co-op, `via` the one by
    which it came; `reason` is why it became what it is.
    """

    accepted: tuple[tuple[int, int], ...] = ()
    handover: bytes | None = None
    reason: str | None = None
    terms: Terms
    texts: dict[str, bytes]
    via: Via | None = None


def opened(slice_: Slice, at: At, body: LeadOpened) -> Verdict:
    """Open a lead, found by the co-op itself or taken over from another."""
    terms = Terms(
        cpv=body.cpv,
        deadline=body.deadline,
        ends=body.ends,
        lots=body.lots,
        requirements=body.requirements,
        source=body.source,
        starts=body.starts,
        value=body.value,
    )
    if wrong := _check_terms(terms):
        return wrong
    lead = Lead(terms=terms, texts=words(at), via=body.via)
    entity = opening(at, "lead", "open", lead)
    if body.via is None:
        return (entity,)
    takeover = takeovers.used(slice_, at, body.via)
    return takeover if isinstance(takeover, Void) else (entity, takeover)


def changed(slice_: Slice, at: At, body: LeadChanged) -> Verdict:
    """Replace the terms of a lead that is not over."""
    found = find(slice_, body.lead, Lead)
    if found is None:
        return LEAD_UNKNOWN()
    entity, lead = found
    if entity.state not in TAKING:
        return LEAD_OVER(state=entity.state)
    wrong = _check_terms(body.terms) or _check_taken(lead, body.terms)
    if wrong:
        return wrong
    texts = {**lead.texts, **words(at)}
    after = msgspec.structs.replace(
        lead, terms=body.terms, texts={role: texts[role] for role in sorted(texts)}
    )
    return (msgspec.structs.replace(entity, body=after),)


def advanced(slice_: Slice, _at: At, body: LeadAdvanced) -> Verdict:
    """Move a lead along its table."""
    found = find(slice_, body.lead, Lead)
    if found is None:
        return LEAD_UNKNOWN()
    entity, lead = found
    if body.to not in LEAD_MOVES[entity.state]:
        return LEAD_MOVE(state=entity.state, to=body.to)
    after = msgspec.structs.replace(lead, reason=body.reason)
    return (msgspec.structs.replace(entity, state=body.to, body=after),)


def requirement(terms: Terms, line: int) -> Requirement | None:
    """Find a requirement by its line number."""
    return next((one for one in terms.requirements if one.line == line), None)


def with_accepted(lead: Lead, line: int, change: int) -> Lead:
    """Add `change` minutes (or take them back) on a line."""
    accepted = dict(lead.accepted)
    accepted[line] = accepted.get(line, 0) + change
    pairs = tuple(sorted((key, sum_) for key, sum_ in accepted.items() if sum_))
    return msgspec.structs.replace(lead, accepted=pairs)


def _check_terms(terms: Terms) -> Void | None:
    seen: set[int] = set()
    for one in terms.requirements:
        if one.line in seen:
            return LINE_TWICE(line=one.line)
        seen.add(one.line)
        if wrong := check_window(one.starts, one.ends):
            return wrong
    return check_window(terms.starts, terms.ends)


def _check_taken(lead: Lead, terms: Terms) -> Void | None:
    for line, accepted in lead.accepted:
        one = requirement(terms, line)
        if one is None or (one.minutes is not None and one.minutes < accepted):
            return LINE_TAKEN(line=line, accepted=accepted)
    return None


def came_from(at: At, body: LeadOpened) -> tuple[bytes, ...]:
    """Name the entity to load: the acceptance of the hand-over that it came by."""
    if body.via is None:
        return ()
    return (takeovers.takeover_id(at.coop, body.via.handover),)


def the_lead(_at: At, body: LeadChanged | LeadAdvanced) -> tuple[bytes, ...]:
    """Name the entity to load: the lead."""
    return (body.lead,)


RULES: Final[dict[str, Rule]] = {
    "lead.opened": rule(LeadOpened, opened, came_from),
    "lead.changed": rule(LeadChanged, changed, the_lead),
    "lead.advanced": rule(LeadAdvanced, advanced, the_lead),
}
FAMILIES: Final[dict[str, type[State]]] = {"lead": Lead}
