"""What the ballots on a decision come to (SPEC 11.21).

| checked in this order                                       | outcome | why          |
|-------------------------------------------------------------|---------|--------------|
| fewer days from opens to closes than the charter's notice   | lapsed  | short-notice |
| the ballots weigh less than the quorum of all               | lapsed  | quorum       |
| consent: a block                                            | blocked | block        |
| consent: agree > 0                                          | passed  | carried      |
| majority: agree > disagree + block                          | passed  | carried      |
| two thirds: agree is two thirds of agree + disagree + block | passed  | carried      |
| else                                                        | lapsed  | not-carried  |
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from protocol.ids import CoopId
from protocol.kinds.decisions import Stance
from protocol.roster.chain import Member
from protocol.roster.change import Charter
from protocol.rules.decisions import Ballot, Decision
from protocol.state import Entity

Outcome = Literal["passed", "blocked", "lapsed"]
Why = Literal["short-notice", "quorum", "block", "carried", "not-carried"]
Aside = Literal["no-member", "earlier", "other-version"]


class Vote(msgspec.Struct, frozen=True, array_like=True):
    """A ballot that counts: one vote, or as many as the co-op has people."""

    coop: bytes
    stance: Stance
    weight: int


class Ignored(msgspec.Struct, frozen=True, array_like=True):
    """A ballot that does not count, and why."""

    coop: bytes
    why: Aside


class DecisionResult(msgspec.Struct, frozen=True, kw_only=True, tag="decision"):
    """What was decided on which version, by which votes of how many there are."""

    outcome: Outcome
    why: Why
    version: bytes
    total: int
    votes: tuple[Vote, ...]
    ignored: tuple[Ignored, ...] = ()

    def weight(self, *stances: Stance) -> int:
        """Sum the votes of some stances."""
        return sum(one.weight for one in self.votes if one.stance in stances)


_ALL: Final[tuple[Stance, ...]] = ("agree", "abstain", "disagree", "block")


def decide(
    decision: Entity,
    entities: Iterable[Entity],
    *,
    members: Mapping[CoopId, Member],
    charter: Charter,
) -> DecisionResult:
    """Count the ballots on a decision that are among the entities, of whatever logs."""
    body = decision.body
    if not isinstance(body, Decision):
        raise TypeError(f"a decision is decided, not a {decision.family}")
    weights = {
        coop: member.people if body.basis == "member" else 1
        for coop, member in members.items()
    }
    votes: list[Vote] = []
    ignored: list[Ignored] = []
    for ballot in sorted(entities, key=_by_coop):
        cast = ballot.body
        if not _is_on(decision, ballot) or not isinstance(cast, Ballot):
            continue
        why = _aside(decision, body, ballot, cast, weights)
        if why is None:
            weight = weights[CoopId(ballot.coop)]
            votes.append(Vote(ballot.coop, cast.stance, weight))
        else:
            ignored.append(Ignored(ballot.coop, why))
    counted = DecisionResult(
        outcome="lapsed",
        why="not-carried",
        version=body.version,
        total=sum(weights.values()),
        votes=tuple(votes),
        ignored=tuple(ignored),
    )
    outcome, reason = _outcome(body, counted, charter.notice_days)
    return msgspec.structs.replace(counted, outcome=outcome, why=reason)


def _by_coop(entity: Entity) -> bytes:
    return entity.coop


def _is_on(decision: Entity, ballot: Entity) -> bool:
    cast = ballot.body
    return (
        isinstance(cast, Ballot)
        and ballot.state == "cast"
        and cast.decision == decision.id
        and cast.proposer == decision.coop
    )


def _aside(
    decision: Entity,
    body: Decision,
    ballot: Entity,
    cast: Ballot,
    weights: Mapping[CoopId, int],
) -> Aside | None:
    if CoopId(ballot.coop) not in weights:
        return "no-member"
    if ballot.epoch < decision.epoch:
        return "earlier"
    return None if cast.version == body.version else "other-version"


def _outcome(
    body: Decision, counted: DecisionResult, notice_days: int
) -> tuple[Outcome, Why]:
    if (body.closes - body.opens).days < notice_days:
        return "lapsed", "short-notice"
    if counted.weight(*_ALL) * 100 < counted.total * body.quorum:
        return "lapsed", "quorum"
    if body.rule == "consent" and counted.weight("block"):
        return "blocked", "block"
    if _is_carried(body, counted.weight("agree"), counted.weight("disagree", "block")):
        return "passed", "carried"
    return "lapsed", "not-carried"


def _is_carried(body: Decision, agree: int, against: int) -> bool:
    if body.rule == "consent":
        return agree > 0
    if body.rule == "majority":
        return agree > against
    return agree > 0 and 3 * agree >= 2 * (agree + against)
