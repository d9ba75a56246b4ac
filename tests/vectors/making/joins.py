"""joins.json: SPEC 11."""

from protocol import state
from protocol.joins.commitments import Commitment, join
from protocol.joins.coverage import Cover, cover_lead, cover_project
from protocol.state import Entity
from tests.protocol.joins import test_coverage
from tests.protocol.joins.test_commitments import CASES
from tests.protocol.joins.test_coverage import COUNTS, STRANGERS, money, work
from tests.vectors.making import winning
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
        "they make together. `coverage`: a lead or project, commitments, their sums.",
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
    }
