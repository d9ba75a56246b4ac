"""What ballots come to: the table of SPEC 11.21, stance by stance."""

import datetime
import random
from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.joins.decisions import DecisionResult, decide
from protocol.kinds.decisions import Stance
from protocol.rules.decisions import Ballot, Decision
from protocol.rules.funds import Fund
from protocol.state import Entity
from tests.protocol.budget import examples
from tests.protocol.joins.deciding import CHARTER, COOPS, STEWARD, entity, members
from tests.protocol.world import seed

VERSION: Final = seed("version")
DECISION: Final = Decision(
    basis="co-op",
    closes=datetime.date(2026, 3, 31),
    opens=datetime.date(2026, 3, 1),
    quorum=50,
    rule="consent",
    texts={},
    version=VERSION,
)
EVERYBODY: Final = (STEWARD, *COOPS)
_STANCES: Final[dict[str, Stance]] = {
    "a": "agree",
    "-": "abstain",
    "d": "disagree",
    "b": "block",
}


def decision(**fields: object) -> Entity:
    body: Decision = msgspec.structs.replace(DECISION, **fields)
    return entity("decision", "open", body)


def ballot(
    coop: bytes,
    stance: Stance,
    *,
    state: str = "cast",
    epoch: int = 5,
    **fields: object,
) -> Entity:
    cast = Ballot(
        decision=entity("decision", "open", DECISION).id,
        proposer=STEWARD,
        stance=stance,
        version=VERSION,
    )
    body: Ballot = msgspec.structs.replace(cast, **fields)
    return entity("ballot", state, body, coop=coop, epoch=epoch)


def cast(written: str) -> list[Entity]:
    """A letter for each of the steward and the co-ops; a space for who is silent."""
    return [
        ballot(coop, _STANCES[letter])
        for coop, letter in zip(EVERYBODY, written, strict=False)
        if letter != " "
    ]


class Case(NamedTuple):
    rule: str
    cast: str
    ends: tuple[str, str]
    fields: Mapping[str, object] = {}
    people: tuple[int, ...] = (1, 1, 1, 1)


PASSED: Final = ("passed", "carried")
NOT: Final = ("lapsed", "not-carried")
QUORUM: Final = ("lapsed", "quorum")
#: Five votes, or six where one co-op has two people.
CASES: Final[dict[str, Case]] = {
    "consent": Case("consent", "aaaaa", PASSED),
    "consent-with-a-no": Case("consent", "ad d", PASSED),
    "consent-with-a-block": Case("consent", "aaaab", ("blocked", "block")),
    "consent-of-nobody": Case("consent", "---", NOT),
    "consent-of-none-but-noes": Case("consent", "ddd", NOT),
    "majority": Case("majority", "aaadd", PASSED),
    "majority-in-a-draw": Case("majority", "aadd-", NOT),
    "majority-by-one": Case("majority", "aad", PASSED),
    "majority-with-blocks": Case("majority", "aabb", NOT),
    "majority-of-abstentions": Case("majority", "a----", PASSED),
    "two-thirds-exactly": Case("two-thirds", "aad-", PASSED),
    "two-thirds-of-four": Case("two-thirds", "aadd", NOT),
    "two-thirds-of-five": Case("two-thirds", "aaadd", NOT),
    "two-thirds-of-all-but-one": Case("two-thirds", "aaaab", PASSED),
    "two-thirds-of-nobody": Case("two-thirds", "---", NOT),
    "no-quorum": Case("consent", "aa", QUORUM),
    "quorum-before-a-block": Case("consent", "bb", QUORUM),
    "quorum-exactly": Case("consent", "aaa", PASSED, {"quorum": 60}),
    "quorum-almost": Case("consent", "aaa", QUORUM, {"quorum": 61}),
    "quorum-of-all": Case("consent", "aaaa-", PASSED, {"quorum": 100}),
    "quorum-of-nobody": Case("consent", "", QUORUM, {"quorum": 1}),
    "per-member": Case("majority", "ad   ", QUORUM, {"basis": "member"}),
    "per-member-outweighs": Case(
        "majority", "aad", NOT, {"basis": "member"}, (1, 2, 1, 1)
    ),
    "short-notice": Case(
        "consent",
        "aaaaa",
        ("lapsed", "short-notice"),
        {"closes": datetime.date(2026, 3, 7)},
    ),
    "notice-exactly": Case(
        "consent", "aaaaa", PASSED, {"closes": datetime.date(2026, 3, 8)}
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    case = CASES[name]
    one = decision(**{"rule": case.rule, **case.fields})
    result = decide(
        one, cast(case.cast), members=members(*case.people), charter=CHARTER
    )
    assert (result.outcome, result.why) == case.ends
    assert result.version == VERSION


def count(*ballots: Entity, **fields: object) -> DecisionResult:
    return decide(
        decision(**fields), ballots, members=members(1, 2, 3, 4), charter=CHARTER
    )


IGNORED: Final[dict[str, tuple[Entity, str]]] = {
    "no-member": (ballot(seed("stranger"), "block"), "no-member"),
    "earlier": (ballot(COOPS[0], "block", epoch=4), "earlier"),
    "other-version": (ballot(COOPS[0], "block", version=seed("x")), "other-version"),
}
#: Not on this decision at all.
ASIDE: Final = {
    "withdrawn": ballot(COOPS[0], "block", state="withdrawn"),
    "of-another-decision": ballot(COOPS[0], "block", decision=seed("x")),
    "of-another-proposer": ballot(COOPS[0], "block", proposer=COOPS[1]),
    "no-ballot": entity("fund", "open", Fund(currency="GBP", period="none", texts={})),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_ignored(name: str) -> None:
    one, why = IGNORED[name]
    result = count(one, *cast("aaa"))
    assert [(item.coop, item.why) for item in result.ignored] == [(one.coop, why)]
    assert result.outcome == "passed" or name != "no-member"


@pytest.mark.parametrize("name", ASIDE)
def test_what_is_not_on_it(name: str) -> None:
    result = count(ASIDE[name])
    assert (result.votes, result.ignored) == ((), ())


def test_votes_per_member_weigh_by_headcount() -> None:
    result = count(*cast("aabb "), basis="member")
    assert result.total == 1 + 1 + 2 + 3 + 4
    assert (result.weight("agree"), result.weight("block")) == (2, 5)
    assert result.weight("agree", "block", "abstain") == 7


def test_only_decisions_are_decided() -> None:
    with pytest.raises(TypeError, match="not a ballot"):
        decide(ballot(STEWARD, "agree"), [], members=members(), charter=CHARTER)


@examples(200)
@given(
    st.lists(st.sampled_from((" ", *_STANCES)), min_size=5, max_size=5),
    st.sampled_from(("consent", "majority", "two-thirds")),
    st.sampled_from(("co-op", "member")),
    st.randoms(use_true_random=False),
)
def test_the_order_of_ballots_is_nothing(
    letters: list[str], rule: str, basis: str, rng: random.Random
) -> None:
    ballots = cast("".join(letters))
    one = count(*ballots, rule=rule, basis=basis)
    rng.shuffle(ballots)
    assert count(*ballots, rule=rule, basis=basis) == one
    weights = {stance: one.weight(stance) for stance in get_args(Stance)}
    assert sum(weights.values()) == sum(vote.weight for vote in one.votes)
    if one.outcome == "passed":
        assert weights["agree"] > 0
        assert 2 * sum(weights.values()) >= one.total
