"""joins.json: SPEC 11."""

from collections.abc import Mapping

from protocol import state
from protocol.ids import CoopId
from protocol.joins.commitments import Commitment, join
from protocol.joins.coverage import Cover, cover_lead, cover_project
from protocol.joins.decisions import decide
from protocol.joins.rounds import fund, promises
from protocol.roster.chain import Member
from protocol.state import Entity
from tests.protocol.joins import test_coverage, test_decisions, test_rounds
from tests.protocol.joins.deciding import CHARTER, members
from tests.protocol.joins.test_commitments import CASES
from tests.protocol.joins.test_coverage import COUNTS, STRANGERS, money, work
from tests.vectors.making import utilisation, winning
from tests.vectors.making.written import File, Json


def _entity(one: Entity) -> Json:
    return {
        "id": one.id.hex(),
        "coop": one.coop.hex(),
        "family": one.family,
        "state": one.state,
        "epoch": one.epoch,
        "body": state.encode_body(one).hex(),
    }


def _commitment(one: Commitment) -> Json:
    return {
        "pledge": one.pledge.hex(),
        "pledger": one.pledger.hex(),
        "taker": one.taker.hex(),
        "to": one.to.hex(),
        "line": one.line,
        "unit": one.unit,
        "quantity": one.quantity,
        "standing": one.standing,
        "acceptance": None if one.acceptance is None else one.acceptance.hex(),
    }


def _cover(one: Cover) -> Json:
    return {
        "line": one.line,
        "unit": one.unit,
        "wanted": one.wanted,
        "offered": one.offered,
        "accepted": one.accepted,
        "committed": one.committed,
        "overtaken": one.overtaken,
        "missing": one.missing,
    }


def _decisions() -> list[Json]:
    made: list[Json] = []
    for name, case in test_decisions.CASES.items():
        one = test_decisions.decision(**{"rule": case.rule, **case.fields})
        people = members(*case.people)
        ballots = test_decisions.cast(case.cast)
        result = decide(one, ballots, members=people, charter=CHARTER)
        made.append(
            {
                "name": name,
                "decision": _entity(one),
                "ballots": [_entity(item) for item in ballots],
                "members": _people(people),
                "notice_days": CHARTER.notice_days,
                "outcome": result.outcome,
                "why": result.why,
                "votes": [
                    [vote.coop.hex(), vote.stance, vote.weight] for vote in result.votes
                ],
                "total": result.total,
            }
        )
    return made


def _people(people: Mapping[CoopId, Member]) -> Json:
    return [[coop.hex(), people[coop].people] for coop in sorted(people)]


def _rounds() -> list[Json]:
    alone = {name: (0, *case) for name, case in test_rounds.VECTORS.items()}
    after = {f"after-{name}": one for name, one in test_rounds.VECTORS_BEFORE.items()}
    return [_round(name, *case) for name, case in (alone | after).items()]


def _round(name: str, before: int, one: Entity, entities: list[Entity]) -> Json:
    people = members(1, 2, 3, 4)
    given = {test_rounds.TOOL.id: before} if before else {}
    result = fund(one, [one, *entities], members=people, before=given)
    pledged = result.pledged()
    return {
        "name": name,
        "round": _entity(one),
        "entities": [_entity(item) for item in entities],
        "members": _people(people),
        "before": [[project.hex(), amount] for project, amount in given.items()],
        "projects": [
            [item.project.hex(), item.funding, pledged[item.project], item.accepted]
            for item in result.projects
        ],
        "pledges": [
            [item.pledge.hex(), item.accepted, item.released] for item in result.pledges
        ],
        "accounts": [
            [item.coop.hex(), item.allotted, item.accepted, item.unspent]
            for item in result.accounts
        ],
        "uneven": [coop.hex() for coop in result.uneven],
        "ignored": [[item.entity.hex(), item.why] for item in result.ignored],
        "promises": [
            [item.payer.hex(), item.payee.hex(), item.amount, item.source.hex()]
            for item in promises(one.id, result)
        ],
    }


def make() -> File:
    works = [
        *(work(standing, 30 + at) for at, standing in enumerate(COUNTS)),
        work("committed", 9, line=2),
        work("committed", 5, line=64),
        *(work("committed", 7, **fields) for fields in STRANGERS.values()),
    ]
    moneys = [
        *(money(standing, 30 + at) for at, standing in enumerate(COUNTS)),
        *(money("committed", 7, **fields) for fields in STRANGERS.values()),
    ]
    lead, project = test_coverage.THE_LEAD, test_coverage.THE_PROJECT
    return {
        "about": "SPEC 11. `commitments`: a pledge and all that names it, and what "
        "they make together. `coverage`: a lead or project, commitments, their sums. "
        "`decisions` and `rounds`: what 11.21 to 11.23 make of these entities, with "
        "what rounds `before` have given, by project. "
        "`utilisation`: what a co-op says and has promised, week by week.",
        "commitments": [
            {
                "name": name,
                "pledge": _entity(case.pledge),
                "related": [_entity(one) for one in case.related],
                "commitment": _commitment(
                    join(case.pledge, {one.id: one for one in case.related})
                ),
            }
            for name, case in CASES.items()
        ],
        "coverage": [
            {
                "name": "lead",
                "of": _entity(lead),
                "commitments": [_commitment(one) for one in works],
                "covers": [
                    _cover(one) for one in cover_lead(lead, test_coverage.LEAD, works)
                ],
            },
            {
                "name": "project",
                "of": _entity(project),
                "commitments": [_commitment(one) for one in moneys],
                "covers": [
                    _cover(cover_project(project, test_coverage.PROJECT, moneys))
                ],
            },
        ],
        **winning.sections(),
        "decisions": _decisions(),
        "rounds": _rounds(),
        **utilisation.sections(),
    }
