"""Law of decisions and ballots, each in the log of its own co-op (SPEC 9.21, 9.22).

    decision   open ─┬─ closed          (closed again until the roster carries one)
                     └─ withdrawn
    ballot     (one per decision)  cast ⇄ withdrawn

Who is entitled, what the ballots come to and which of them count is the join's to say
(protocol/joins/decisions.py).
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.decisions import (
    BallotCast,
    BallotWithdrawn,
    Basis,
    DecidedBy,
    DecisionAmended,
    DecisionClosed,
    DecisionOpened,
    DecisionWithdrawn,
    Stance,
)
from protocol.kinds.fields import Date
from protocol.rules.closing import check_cut, closing
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

DECISION_UNKNOWN: Final = Reason(
    "decision-unknown", "This log holds no decision of that id"
)
DECISION_MOVE: Final = Reason(
    "decision-move", "A decision that is {state} cannot become {to}"
)
BALLOT_NONE: Final = Reason(
    "ballot-none", "This log has no ballot on that decision to withdraw"
)
REASONS: Final = (DECISION_UNKNOWN, DECISION_MOVE, BALLOT_NONE)

DECISION_MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"open", "closed", "withdrawn"}),
    "closed": frozenset({"closed"}),
    "withdrawn": frozenset(),
}


class Decision(State, frozen=True, kw_only=True):
    """What is asked, and how the answers count; `version` is that of the proposal."""

    about: bytes | None = None
    basis: Basis
    closes: Date
    opens: Date
    quorum: int
    rule: DecidedBy
    texts: dict[str, bytes]
    version: bytes


class Ballot(State, frozen=True, kw_only=True):
    """A co-op's last word on a decision; texts give the reason."""

    decision: bytes
    proposer: bytes
    stance: Stance
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    version: bytes


def ballot_id(coop: bytes, decision: bytes) -> bytes:
    """Name the one ballot of a co-op on a decision."""
    return entity_id(CoopId(coop), "ballot", decision)


def opened(_slice: Slice, at: At, body: DecisionOpened) -> Verdict:
    """Ask; the event itself is the first version."""
    if wrong := check_window(body.opens, body.closes):
        return wrong
    decision = Decision(
        about=body.about,
        basis=body.basis,
        closes=body.closes,
        opens=body.opens,
        quorum=body.quorum,
        rule=body.rule,
        texts=words(at),
        version=at.id,
    )
    return (opening(at, "decision", "open", decision, ref=body.about),)


def amended(slice_: Slice, at: At, body: DecisionAmended) -> Verdict:
    """Put another proposal in the place of the former."""
    found = _movable(slice_, body.decision, "open")
    if isinstance(found, Void):
        return found
    entity, decision = found
    texts = {**decision.texts, **words(at)}
    after = msgspec.structs.replace(
        decision, texts={role: texts[role] for role in sorted(texts)}, version=at.id
    )
    return (msgspec.structs.replace(entity, body=after),)


def withdrawn(slice_: Slice, _at: At, body: DecisionWithdrawn) -> Verdict:
    """Ask no more."""
    found = _movable(slice_, body.decision, "withdrawn")
    if isinstance(found, Void):
        return found
    return (msgspec.structs.replace(found[0], state="withdrawn"),)


def closed(slice_: Slice, at: At, body: DecisionClosed) -> Verdict:
    """Name what is to count."""
    found = _movable(slice_, body.decision, "closed")
    if isinstance(found, Void):
        return found
    if wrong := check_cut(at, body.cut):
        return wrong
    entity = msgspec.structs.replace(found[0], state="closed")
    return (entity, closing(at, body.decision, body.cut))


def _movable(slice_: Slice, decision: bytes, to: str) -> tuple[Entity, Decision] | Void:
    found = find(slice_, decision, Decision)
    if found is None:
        return DECISION_UNKNOWN()
    if to not in DECISION_MOVES[found[0].state]:
        return DECISION_MOVE(state=found[0].state, to=to)
    return found


def cast(_slice: Slice, at: At, body: BallotCast) -> Verdict:
    """Take a stance, whatever it was before."""
    ballot = Ballot(
        decision=body.decision,
        proposer=body.proposer,
        stance=body.stance,
        texts=words(at),
        version=body.version,
    )
    return (
        Entity(
            id=ballot_id(at.coop, body.decision),
            coop=at.coop,
            family="ballot",
            state="cast",
            epoch=at.epoch,
            body=ballot,
            ref=body.decision,
        ),
    )


def uncast(slice_: Slice, at: At, body: BallotWithdrawn) -> Verdict:
    """Take the stance back; the reason for that takes the place of the former."""
    found = find(slice_, ballot_id(at.coop, body.decision), Ballot)
    if found is None or found[0].state != "cast":
        return BALLOT_NONE()
    entity, ballot = found
    after = msgspec.structs.replace(ballot, texts=words(at))
    return (msgspec.structs.replace(entity, state="withdrawn", body=after),)


def the_decision(
    _at: At, body: DecisionAmended | DecisionWithdrawn | DecisionClosed
) -> tuple[bytes, ...]:
    """Name the entity to load: the decision."""
    return (body.decision,)


def the_ballot(at: At, body: BallotWithdrawn) -> tuple[bytes, ...]:
    """Name the entity to load: the ballot so far."""
    return (ballot_id(at.coop, body.decision),)


RULES: Final[dict[str, Rule]] = {
    "decision.opened": rule(DecisionOpened, opened, nothing),
    "decision.amended": rule(DecisionAmended, amended, the_decision),
    "decision.withdrawn": rule(DecisionWithdrawn, withdrawn, the_decision),
    "decision.closed": rule(DecisionClosed, closed, the_decision),
    "ballot.cast": rule(BallotCast, cast, nothing),
    "ballot.withdrawn": rule(BallotWithdrawn, uncast, the_ballot),
}
FAMILIES: Final[dict[str, type[State]]] = {"decision": Decision, "ballot": Ballot}
