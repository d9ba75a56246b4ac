"""What rounds come to: modes, minima, maxima, vetoes, and that nothing is lost."""

import datetime
import time
from collections.abc import Mapping
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, limits
from protocol.joins import shares
from protocol.joins.rounds import RoundResult, fund, promises
from protocol.joins.rounds import given as given_by
from protocol.kinds.rounds import Share
from protocol.rules.entries import Entry, Veto, entry_id
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.rules.rounds import Allotment, Round
from protocol.state import Entity, State
from tests.protocol.budget import examples
from tests.protocol.joins.deciding import COOPS, STEWARD, entity, members
from tests.protocol.world import seed

DAY: Final = datetime.date(2026, 4, 1)
ROUND: Final = Round(
    closes=DAY, currency="GBP", mode="own", opens=DAY, texts={}, vetoes=2
)
NAME: Final = entity("round", "open", ROUND).id
ALLOTMENT: Final = entity("allotment", "granted", Allotment(round=NAME, shares=())).id
ALPHA, BETA, GAMMA, DELTA = COOPS


def a_round(**fields: object) -> Entity:
    body: Round = msgspec.structs.replace(ROUND, **fields)
    return entity("round", "open", body)


def altered(one: Entity, **fields: object) -> Entity:
    """The same entity with another body, or in another state or epoch."""
    own = {key: fields.pop(key) for key in ("state", "epoch") if key in fields}
    body: State = msgspec.structs.replace(one.body, **fields)
    after: Entity = msgspec.structs.replace(one, body=body, **own)
    return after


def project(owner: bytes, name: str = "", **fields: object) -> Entity:
    body = Project(currency="GBP", goal=100, maximum=150, minimum=80, texts={})
    return altered(entity("project", "open", body, coop=owner, name=name), **fields)


def entry(of: Entity, **fields: object) -> Entity:
    body = Entry(project=of.id, round=NAME, steward=STEWARD)
    name = of.id.hex()
    return altered(entity("entry", "entered", body, coop=of.coop, name=name), **fields)


def veto(coop: bytes, of: Entity, **fields: object) -> Entity:
    body = Veto(project=of.id, round=NAME, steward=STEWARD)
    made = entity("veto", "cast", body, coop=coop, name=of.id.hex())
    return altered(made, **fields)


def pledge(
    coop: bytes, to: Entity, quantity: int, name: str = "", **fields: object
) -> Entity:
    body = Pledge(owner=to.coop, quantity=quantity, round=NAME, to=to.id, unit="GBP")
    name = f"{name}/{to.id.hex()}"
    return altered(entity("pledge", "offered", body, coop=coop, name=name), **fields)


def allotment(**amounts: int) -> Entity:
    named = {"alpha": ALPHA, "beta": BETA, "gamma": GAMMA, "delta": DELTA}
    rows = sorted((named[name], amount) for name, amount in amounts.items())
    body = Allotment(round=NAME, shares=tuple(Share(*row) for row in rows))
    return entity("allotment", "granted", body)


def allotted(
    coop: bytes, to: Entity, quantity: int, share: int, **more: object
) -> Entity:
    made = pledge(coop, to, quantity)
    return altered(made, **{"allotment": ALLOTMENT, "allotted": share, **more})


TOOL: Final = project(ALPHA, "tool")
CAMP: Final = project(BETA, "camp")
BOTH: Final = (TOOL, entry(TOOL), CAMP, entry(CAMP))


def result(*entities: Entity, **fields: object) -> RoundResult:
    return after({}, *entities, **fields)


def after(
    before: Mapping[bytes, int], *entities: Entity, **fields: object
) -> RoundResult:
    """What a round comes to after others have given so much to projects."""
    one = a_round(**fields)
    everybody = members(1, 2, 3, 4)
    found = fund(one, [one, *entities], members=everybody, before=before)
    again = fund(one, [*reversed(entities), one], members=everybody, before=before)
    assert found == again
    return found


def funded(found: RoundResult) -> dict[bytes, tuple[str, int, int]]:
    pledged = found.pledged()
    return {
        one.project: (one.funding, pledged[one.project], one.accepted)
        for one in found.projects
    }


#: What is pledged by gamma and delta to a project of 80 to 150 -> what becomes of it.
SUMS: Final[dict[str, tuple[tuple[int, ...], bool, str, int]]] = {
    "nothing": ((), True, "not-funded", 0),
    "nothing-in-part": ((), False, "not-funded", 0),
    "below-the-minimum": ((50, 29), True, "not-funded", 0),
    "below-the-minimum-in-part": ((50, 29), False, "partly-funded", 79),
    "the-minimum": ((50, 30), True, "funded", 80),
    "the-minimum-in-part": ((80,), False, "funded", 80),
    "the-maximum": ((100, 50), True, "funded", 150),
    "more": ((100, 100), True, "funded", 150),
    "much-more": ((2**53 - 1, 1), True, "funded", 150),
}


@pytest.mark.parametrize("name", SUMS)
def test_what_a_project_gets(name: str) -> None:
    amounts, whole, funding, accepted = SUMS[name]
    given_ = [
        pledge(coop, TOOL, amount)
        for coop, amount in zip((GAMMA, DELTA), amounts, strict=False)
    ]
    found = result(*BOTH, *given_, whole=whole)
    assert funded(found)[TOOL.id] == (funding, sum(amounts), accepted)
    assert sum(one.accepted for one in found.pledges) == accepted
    assert all(one.released >= 0 for one in found.pledges)


#: What a project of 80 to 150 has accepted beside rounds, and what is pledged to it in
#: one -> what it gets.
ELSEWHERE: Final[dict[str, tuple[int, tuple[int, int], bool, str, int]]] = {
    "a-little-before": (1, (110, 90), True, "funded", 149),
    "the-minimum-before": (80, (110, 90), True, "funded", 70),
    "the-minimum-before-helps-none": (80, (40, 39), True, "not-funded", 0),
    "almost-all-before": (149, (110, 90), True, "funded", 1),
    "almost-all-before-in-part": (149, (40, 39), False, "partly-funded", 1),
    "the-maximum-before": (150, (110, 90), True, "not-funded", 0),
    "the-maximum-before-in-part": (150, (40, 39), False, "not-funded", 0),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_round_gives_no_more_than_there_is_room_for(name: str) -> None:
    before, amounts, whole, funding, accepted = ELSEWHERE[name]
    found = result(*room_left(before, amounts), whole=whole)
    assert funded(found)[TOOL.id] == (funding, sum(amounts), accepted)
    assert sum(one.accepted + one.released for one in found.pledges) == sum(amounts)


#: What a project of 80 to 150 has accepted beside rounds, what rounds before this one
#: gave it, and what is pledged to it in this one -> what it gets.
ROUNDS_BEFORE: Final[dict[str, tuple[int, int, tuple[int, int], bool, str, int]]] = {
    "a-little": (0, 1, (110, 90), True, "funded", 149),
    "the-minimum": (0, 80, (110, 90), True, "funded", 70),
    "the-minimum-helps-none": (0, 80, (40, 39), True, "not-funded", 0),
    "the-minimum-in-part": (0, 80, (40, 39), False, "partly-funded", 70),
    "almost-all": (0, 149, (110, 90), True, "funded", 1),
    "the-maximum": (0, 150, (110, 90), True, "not-funded", 0),
    "the-maximum-in-part": (0, 150, (40, 39), False, "not-funded", 0),
    "and-beside-rounds": (60, 60, (110, 90), True, "funded", 30),
    "all-with-what-is-beside": (75, 75, (110, 90), True, "not-funded", 0),
    "more-than-there-is": (100, 100, (110, 90), True, "not-funded", 0),
}


@pytest.mark.parametrize("name", ROUNDS_BEFORE)
def test_a_round_gives_no_more_than_others_have_left(name: str) -> None:
    beside, given_, amounts, whole, funding, accepted = ROUNDS_BEFORE[name]
    entities = room_left(beside, amounts)
    found = after({TOOL.id: given_}, *entities, CAMP, entry(CAMP), whole=whole)
    assert funded(found)[TOOL.id] == (funding, sum(amounts), accepted)
    assert sum(one.accepted + one.released for one in found.pledges) == sum(amounts)
    # Another project's is another's.
    elsewhere = after({CAMP.id: given_}, *entities, whole=whole)
    assert elsewhere == result(*entities, whole=whole)


def test_what_rounds_have_given_adds_up() -> None:
    one = result(*BOTH, pledge(GAMMA, TOOL, 90), pledge(DELTA, CAMP, 100))
    other = after({TOOL.id: 90}, *BOTH, pledge(GAMMA, TOOL, 100))
    assert given_by([]) == {}
    assert given_by([one, other]) == {TOOL.id: 150, CAMP.id: 100}


def room_left(before: int, amounts: tuple[int, int]) -> list[Entity]:
    tool = altered(TOOL, accepted=before)
    given_ = map(pledge, (GAMMA, DELTA), (tool, tool), amounts)
    return [tool, entry(tool), *given_]


def test_a_maximum_is_apportioned_ties_by_id() -> None:
    three = [pledge(coop, TOOL, 100) for coop in (BETA, GAMMA, DELTA)]
    tool = project(ALPHA, "tool", maximum=100)
    found = result(tool, entry(tool), *three)
    taken = {one.pledge: one.accepted for one in found.pledges}
    assert [taken[key] for key in sorted(taken)] == [34, 33, 33]


@pytest.mark.parametrize("vetoes", [0, 1, 2, 3])
def test_enough_vetoes_block(vetoes: int) -> None:
    cast = [veto(coop, TOOL) for coop in (BETA, GAMMA, DELTA)[:vetoes]]
    found = result(*BOTH, pledge(GAMMA, TOOL, 100), *cast)
    funding, pledged, accepted = funded(found)[TOOL.id]
    assert (pledged, accepted) == (100, 0 if vetoes >= 2 else 100)
    assert (funding == "blocked") == (vetoes >= 2)
    (tool,) = [one for one in found.projects if one.project == TOOL.id]
    assert tool.vetoes == tuple(sorted(one.coop for one in cast))


EUROS: Final = project(GAMMA, "euros", currency="EUR")
DONE: Final = project(GAMMA, "done", state="done")
LATER: Final = project(GAMMA, "later", epoch=7)
STRANGER: Final = seed("stranger")
#: What does not count, and why; the tool of alpha and the camp of beta take part.
IGNORED: Final[dict[str, tuple[tuple[Entity, ...], str]]] = {
    "entry-of-no-member": (
        (project(STRANGER), entry(project(STRANGER))),
        "no-member",
    ),
    "entry-before-the-round": ((DONE, entry(DONE, epoch=4)), "earlier"),
    "entry-with-another-steward": ((DONE, entry(DONE, steward=GAMMA)), "steward"),
    "entry-of-what-is-over": ((DONE, entry(DONE)), "project"),
    "entry-in-another-currency": ((EUROS, entry(EUROS)), "currency"),
    "veto-of-no-member": ((veto(STRANGER, TOOL),), "no-member"),
    "veto-before-the-round": ((veto(GAMMA, TOOL, epoch=4),), "earlier"),
    "veto-with-another-steward": ((veto(GAMMA, TOOL, steward=GAMMA),), "steward"),
    "veto-of-what-does-not-take-part": ((veto(BETA, DONE),), "not-entered"),
    "veto-before-the-project": (
        (LATER, entry(LATER, epoch=7), veto(BETA, LATER)),
        "earlier",
    ),
    "pledge-of-no-member": ((pledge(STRANGER, TOOL, 9),), "no-member"),
    "pledge-before-the-round": ((pledge(GAMMA, TOOL, 9, epoch=4),), "earlier"),
    "pledge-to-what-does-not-take-part": ((pledge(BETA, DONE, 9),), "not-entered"),
    "pledge-before-the-project": (
        (LATER, entry(LATER, epoch=7), pledge(BETA, LATER, 9)),
        "earlier",
    ),
    "pledge-with-another-owner": ((pledge(GAMMA, TOOL, 9, owner=BETA),), "owner"),
    "pledge-in-another-currency": ((pledge(GAMMA, TOOL, 9, unit="EUR"),), "currency"),
    "pledge-to-itself": ((pledge(ALPHA, TOOL, 9),), "self-funding"),
    "pledge-from-an-allotment": ((allotted(GAMMA, TOOL, 9, 50),), "allotment"),
}
#: Of another round, or taken back.
ASIDE: Final[dict[str, tuple[Entity, ...]]] = {
    "entry-of-another-round": (DONE, entry(DONE, round=seed("x"))),
    "entry-taken-back": (DONE, entry(DONE, state="left")),
    "entry-of-nothing": (entry(DONE),),
    "veto-of-another-round": (veto(GAMMA, TOOL, round=seed("x")),),
    "veto-taken-back": (veto(GAMMA, TOOL, state="withdrawn"),),
    "pledge-of-another-round": (pledge(GAMMA, TOOL, 9, round=seed("x")),),
    "pledge-of-no-round": (pledge(GAMMA, TOOL, 9, round=None),),
    "pledge-taken-back": (pledge(GAMMA, TOOL, 9, state="withdrawn"),),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_ignored(name: str) -> None:
    entities, why = IGNORED[name]
    found = result(*BOTH, *entities)
    last = entities[-1]
    assert [(one.entity, one.coop, one.why) for one in found.ignored] == [
        (last.id, last.coop, why)
    ]
    assert found.pledges == ()


@pytest.mark.parametrize("name", ASIDE)
def test_what_is_not_of_this_round(name: str) -> None:
    found = result(*BOTH, *ASIDE[name])
    assert (found.ignored, found.pledges) == ((), ())
    assert all(not one.vetoes for one in found.projects)


def test_a_result_can_be_written_whatever_was_pledged() -> None:
    # More than 64 bits hold in all; a result that cannot be stored would stop the
    # closings after it as well.
    most = [pledge(GAMMA, TOOL, limits.INTEGER, str(at)) for at in range(2049)]
    found = result(*BOTH, *most)
    assert found.pledged()[TOOL.id] == 2049 * limits.INTEGER > 2**64
    kept = canonical.ENCODER.encode(found)
    assert msgspec.msgpack.decode(kept, type=RoundResult) == found


#: Enough for each pledge looked at for each project to take many seconds.
MANY: Final = 8000


def test_many_projects_and_pledges_take_no_longer_than_both() -> None:
    projects = [project(ALPHA, str(at)) for at in range(MANY)]
    entries = [entry(one) for one in projects]
    pledges = [pledge(GAMMA, one, 90) for one in projects]
    shared = allotment(gamma=90)
    started = time.process_time()
    found = fund(
        a_round(),
        [*projects, *entries, *pledges, shared],
        members=members(1, 2, 3, 4),
        before={},
    )
    assert time.process_time() - started < 1
    assert [one.accepted for one in found.projects] == [90] * MANY


def test_own_projects_where_the_round_says_so() -> None:
    found = result(*BOTH, pledge(ALPHA, TOOL, 80), self_funding=True)
    assert funded(found)[TOOL.id] == ("funded", 80, 80)
    assert promises(NAME, found) == []


def test_only_rounds_are_funded() -> None:
    with pytest.raises(TypeError, match="not a project"):
        fund(TOOL, [], members=members(), before={})


# --- allotted -----------------------------------------------------------------------

BUDGET: Final[dict[str, object]] = {
    "budget": 100,
    "allotment": ALLOTMENT,
    "mode": "steward",
}


def test_what_is_allotted_is_accounted_for() -> None:
    found = result(
        *BOTH,
        allotment(gamma=60, delta=40),
        allotted(GAMMA, TOOL, 50, 60),
        allotted(DELTA, TOOL, 40, 40),
        allotted(GAMMA, CAMP, 10, 60),
        **BUDGET,
    )
    assert funded(found) == {
        TOOL.id: ("funded", 90, 90),
        CAMP.id: ("not-funded", 10, 0),
    }
    accounts = {
        one.coop: (one.allotted, one.accepted, one.released, one.unspent)
        for one in found.accounts
    }
    assert accounts == {GAMMA: (60, 50, 10, 0), DELTA: (40, 40, 0, 0)}
    (owed,) = promises(NAME, found)
    assert (owed.payer, owed.payee, owed.amount) == (STEWARD, ALPHA, 90)
    assert (owed.currency, owed.source) == ("GBP", entry_id(ALPHA, NAME, TOOL.id))


WRONG: Final = {
    "own-money": pledge(GAMMA, TOOL, 9),
    "another-allotment": allotted(GAMMA, TOOL, 9, 60, allotment=seed("x")),
    "another-share": allotted(GAMMA, TOOL, 9, 61),
    "no-share": allotted(BETA, TOOL, 9, 60),
}


@pytest.mark.parametrize("name", WRONG)
def test_money_that_was_not_allotted_so(name: str) -> None:
    found = result(*BOTH, allotment(gamma=60, delta=40), WRONG[name], **BUDGET)
    assert [one.why for one in found.ignored] == ["allotment"]
    assert found.pledges == ()


def test_nothing_counts_before_it_is_allotted() -> None:
    one = allotted(GAMMA, TOOL, 9, 60)
    found = result(*BOTH, one, budget=100, mode="equal")
    assert [ignored.why for ignored in found.ignored] == ["allotment"]
    later = msgspec.structs.replace(allotment(gamma=60), epoch=6)
    found = result(*BOTH, later, one, **BUDGET)
    assert [ignored.why for ignored in found.ignored] == ["allotment"]


def test_shares_that_are_not_the_modes() -> None:
    even = allotment(alpha=25, beta=25, gamma=25, delta=25)
    uneven = allotment(alpha=24, beta=26, gamma=25, delta=25)
    equal = {**BUDGET, "mode": "equal"}
    assert result(even, **equal).uneven == ()
    assert result(uneven, **equal).uneven == (ALPHA, BETA)
    assert result(uneven, **BUDGET).uneven == ()
    by_people = allotment(alpha=10, beta=20, gamma=30, delta=40)
    per_member = {**BUDGET, "mode": "per-member"}
    assert result(by_people, **per_member).uneven == ()
    assert result(even, **per_member).uneven == (ALPHA, BETA, GAMMA, DELTA)


def test_shares_by_headcount_of_no_member() -> None:
    given_ = shares.even_shares("per-member", 100, [STRANGER], members())
    assert given_ == {STRANGER: 0}


def test_own_money_is_owed_by_each_giver() -> None:
    one, other = pledge(GAMMA, TOOL, 80), pledge(DELTA, CAMP, 10)
    found = promises(NAME, result(*BOTH, one, other))
    assert [(owed.payer, owed.payee, owed.amount) for owed in found] == [
        (GAMMA, ALPHA, 80)
    ]
    assert found[0].source == one.id


#: Rounds as others may check theirs by: the round, and all entities beside it.
VECTORS: Final[dict[str, tuple[Entity, list[Entity]]]] = {
    **{
        name: (
            a_round(whole=whole),
            [
                *BOTH,
                *(
                    pledge(coop, TOOL, amount)
                    for coop, amount in zip((GAMMA, DELTA), amounts, strict=False)
                ),
            ],
        )
        for name, (amounts, whole, _, _) in SUMS.items()
    },
    **{
        name: (a_round(whole=whole), room_left(before, amounts))
        for name, (before, amounts, whole, _, _) in ELSEWHERE.items()
    },
    "blocked": (
        a_round(),
        [*BOTH, pledge(GAMMA, TOOL, 90), veto(BETA, TOOL), veto(DELTA, TOOL)],
    ),
    "allotted": (
        a_round(**{**BUDGET, "mode": "per-member"}),
        [
            *BOTH,
            allotment(alpha=10, beta=20, gamma=31, delta=39),
            allotted(GAMMA, TOOL, 31, 31),
            allotted(DELTA, CAMP, 30, 39),
        ],
    ),
    **{name: (a_round(), [*BOTH, *one]) for name, (one, _) in IGNORED.items()},
    **{name: (a_round(), [*BOTH, *one]) for name, one in ASIDE.items()},
}


#: Rounds that others went before: what these gave to the tool, with the rest.
VECTORS_BEFORE: Final[dict[str, tuple[int, Entity, list[Entity]]]] = {
    name: (given_, a_round(whole=whole), room_left(beside, amounts))
    for name, (beside, given_, amounts, whole, _, _) in ROUNDS_BEFORE.items()
}


# --- nothing is lost ----------------------------------------------------------------

AMOUNTS: Final = st.integers(1, 10**6)


@examples(300)
@given(
    st.integers(0, 10**9),
    st.dictionaries(st.binary(min_size=2, max_size=2), st.integers(0, 10**6)),
)
def test_apportioning_loses_nothing(total: int, weights: dict[bytes, int]) -> None:
    parts = shares.apportion(total, weights)
    whole = sum(weights.values())
    assert parts.keys() == weights.keys()
    assert sum(parts.values()) == (total if whole else 0)
    for key, part in parts.items():
        assert total * weights[key] // (whole or 1) <= part
        assert part <= total * weights[key] // (whole or 1) + 1
    # Nobody gives more than was offered where less than all is taken.
    if total <= whole:
        assert all(parts[key] <= weights[key] for key in parts)


@examples(300)
@given(st.data())
def test_every_penny_is_accounted_for(data: st.DataObject) -> None:
    whole = data.draw(st.booleans())
    mode = data.draw(st.sampled_from(("own", "steward")))
    grants = {coop: data.draw(AMOUNTS) for coop in COOPS}
    tool = altered(TOOL, accepted=data.draw(st.sampled_from((0, 0, 90, 150))))
    entities: list[Entity] = [tool, *BOTH[1:]]
    if mode == "steward":
        rows = tuple(Share(coop, grants[coop]) for coop in sorted(COOPS))
        body = Allotment(round=NAME, shares=rows)
        entities.append(entity("allotment", "granted", body))
    left = dict(grants)
    for at in range(data.draw(st.integers(0, 8))):
        coop = data.draw(st.sampled_from(COOPS))
        amount = data.draw(st.integers(1, 200))
        to = data.draw(st.sampled_from((TOOL, CAMP)))
        one = pledge(coop, to, amount, str(at))
        if mode == "steward":
            one = altered(one, allotment=ALLOTMENT, allotted=grants[coop])
            if amount > left[coop]:
                continue
            left[coop] -= amount
        entities.append(one)
    entities += [
        veto(coop, to)
        for coop in COOPS
        for to in (TOOL, CAMP)
        if data.draw(st.integers(0, 5)) == 0
    ]
    fields: dict[str, object] = {"mode": mode, "whole": whole}
    if mode == "steward":
        fields |= {"budget": sum(grants.values()), "allotment": ALLOTMENT}
    found = result(*entities, **fields)
    check_conserved(found, {one.id: one for one in entities})


def check_conserved(found: RoundResult, entities: Mapping[bytes, Entity]) -> None:
    for one in found.projects:
        given_ = [item for item in found.pledges if item.project == one.project]
        assert one.accepted == sum(item.accepted for item in given_)
        assert found.pledged()[one.project] == sum(item.pledged for item in given_)
        body = entities[one.project].body
        assert isinstance(body, Project)
        assert body.accepted + one.accepted <= body.maximum
        assert (one.accepted == 0) == (one.funding in {"blocked", "not-funded"})
    for item in found.pledges:
        assert 0 <= item.accepted <= item.pledged
        assert item.pledged == item.accepted + item.released
    for account in found.accounts:
        parts = account.accepted + account.released + account.unspent
        assert account.allotted == parts
        assert min(account.accepted, account.released, account.unspent) >= 0
    owed = promises(NAME, found)
    assert len({one.source for one in owed}) == len(owed)
    accepted = sum(one.accepted for one in found.projects)
    own = found.mode != "own"
    assert sum(one.amount for one in owed) == accepted or not own
    assert all(one.payer != one.payee and one.amount > 0 for one in owed)


@examples(200)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.lists(st.tuples(st.sampled_from(COOPS), AMOUNTS), max_size=4),
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 10**6),
    st.integers(0, 10**6),
)
def test_several_rounds_give_no_more_than_the_maximum(
    rounds: list[tuple[bool, list[tuple[bytes, int]]]], maximum: int, beside: int
) -> None:
    """Whoever entered it in how many at once: pledged = accepted + released."""
    accepted = min(beside, maximum)
    tool = project(ALPHA, "tool", maximum=maximum, minimum=1, accepted=accepted)
    results: list[RoundResult] = []
    for whole, amounts in rounds:
        given_ = [
            pledge(coop, tool, amount, str(at))
            for at, (coop, amount) in enumerate(amounts)
            if coop != ALPHA
        ]
        before = given_by(results)
        found = after(before, tool, entry(tool), *given_, whole=whole)
        assert all(0 <= one.accepted <= one.pledged for one in found.pledges)
        (one,) = found.projects
        assert one.accepted == sum(part.accepted for part in found.pledges)
        assert sum(owed.amount for owed in promises(NAME, found)) == one.accepted
        results.append(found)
    pledged = sum(one.pledged for found in results for one in found.pledges)
    got = given_by(results)[tool.id]
    # The maximum is never exceeded, and nothing is turned away while there is room.
    assert got == min(pledged, maximum - accepted)
