"""Bodies of decisions, funds, rounds and their closing."""

from collections.abc import Callable

from tests.protocol.world import seed
from tests.reference.adversary.pool import Body, Makers, Pool, some, window


def _positions(pool: Pool, most: int) -> list[object]:
    """Positions by co-op, of others; now and then not quite."""
    rng = pool.rng
    coops = [seed("another", at) for at in range(most)]
    if rng.random() < 0.3:
        coops.append(pool.coop())
    rows = sorted(rng.sample(coops, rng.randrange(1, len(coops) + 1)))
    if rng.random() < 0.1:
        rng.shuffle(rows)
    return [[one, rng.randbytes(16), rng.randrange(1, 99), bytes(32)] for one in rows]


def _seen(pool: Pool) -> Body:
    family = pool.rng.choice(("decision", "round"))
    return {"of": pool.one(family), "seen": _positions(pool, 3)}


def _decision(pool: Pool) -> Body:
    rng = pool.rng
    lasts = window(rng)
    body = {
        "basis": rng.choice(("co-op", "member")),
        "closes": lasts["ends"],
        "opens": lasts["starts"],
        "quorum": rng.choice((1, 50, 100)),
        "rule": rng.choice(("consent", "majority", "two-thirds")),
    }
    return body | some(rng, {"about": rng.randbytes(32)}, 0.2)


def _of_decision(pool: Pool) -> Body:
    return {"decision": pool.one("decision")}


def _decision_closed(pool: Pool) -> Body:
    return _of_decision(pool) | some(pool.rng, {"cut": _positions(pool, 4)})


def _ballot(pool: Pool) -> Body:
    rng = pool.rng
    return {
        "decision": seed("decision", rng.randrange(5)),
        "proposer": pool.coop(),
        "stance": rng.choice(("agree", "abstain", "disagree", "block")),
        "version": rng.randbytes(32),
    }


def _no_ballot(pool: Pool) -> Body:
    return {"decision": seed("decision", pool.rng.randrange(5))}


def _fund(pool: Pool) -> Body:
    rng = pool.rng
    body = {
        "currency": rng.choice(("GBP", "GBP", "EUR")),
        "period": rng.choice(("none", "month", "quarter", "year")),
        "state": rng.choice(("planned", "open", "open")),
    }
    return body | some(rng, {"contribution": rng.choice((1, 500))})


def _round(pool: Pool) -> Body:
    rng = pool.rng
    lasts = window(rng)
    mode = rng.choice(("own", "equal", "per-member", "steward"))
    body = {
        "closes": lasts["ends"],
        "currency": "GBP",
        "mode": mode,
        "opens": lasts["starts"],
        "state": rng.choice(("planned", "open", "open")),
        "vetoes": rng.choice((1, 2, 1000)),
    }
    if (mode != "own") == (rng.random() < 0.9):
        body["budget"] = rng.choice((50, 100))
    if rng.random() < 0.3:
        body["fund"] = pool.one("fund")
    return body | some(rng, {"self_funding": True, "whole": False}, 0.3)


def _round_advance(pool: Pool) -> Body:
    to = pool.rng.choice(("open", "open", "settled", "cancelled"))
    return {"round": pool.one("round"), "to": to}


def _round_closed(pool: Pool) -> Body:
    return {"round": pool.one("round")} | some(pool.rng, {"cut": _positions(pool, 4)})


def _granted(pool: Pool) -> Body:
    rng = pool.rng
    coops = sorted(seed("another", at) for at in range(rng.randrange(1, 4)))
    if rng.random() < 0.1:
        coops = [*coops, coops[0]]
    shares = [[one, rng.choice((1, 20, 40))] for one in coops]
    return {"round": pool.one("round"), "shares": shares}


def _in_round(pool: Pool) -> Body:
    name = seed("round", pool.rng.randrange(2))
    return {"project": pool.one("project"), "round": name}


def _veto(pool: Pool) -> Body:
    rng = pool.rng
    project = seed("project", rng.randrange(3))
    return {"project": project, "round": seed("round", rng.randrange(2))}


def _stewarded(make: Callable[[Pool], Body]) -> Callable[[Pool], Body]:
    return lambda pool: make(pool) | {"steward": pool.coop()}


def _milestones(pool: Pool) -> Body:
    rng = pool.rng
    count = rng.randrange(1, 4)
    numbers = rng.choices(range(1, 5), k=count) if rng.random() < 0.3 else [1, 2, 3]
    share = rng.choice((1000, 1000, 3000, 5001))
    steps = [
        {"no": one, "share": share} | some(rng, {"due": "2026-05-01"}, 0.2)
        for one in numbers[:count]
    ]
    return {"milestones": steps, "project": pool.one("project")}


def _reached(pool: Pool) -> Body:
    return {"no": pool.rng.randrange(1, 4), "project": pool.one("project")}


MAKERS: Makers = {
    "seen.acknowledged": (3, _seen, ""),
    "decision.opened": (3, _decision, "decision"),
    "decision.amended": (3, _of_decision, ""),
    "decision.withdrawn": (2, _of_decision, ""),
    "decision.closed": (3, _decision_closed, ""),
    "ballot.cast": (3, _ballot, ""),
    "ballot.withdrawn": (2, _no_ballot, ""),
    "fund.opened": (3, _fund, "fund"),
    "fund.advanced": (
        3,
        lambda pool: {
            "fund": pool.one("fund"),
            "to": pool.rng.choice(
                ("planned", "open", "open", "closed", "settled", "cancelled")
            ),
        },
        "",
    ),
    "round.opened": (4, _round, "round"),
    "round.advanced": (3, _round_advance, ""),
    "round.closed": (3, _round_closed, ""),
    "allotment.granted": (6, _granted, "allotment"),
    "project.entered": (4, _stewarded(_in_round), ""),
    "project.left": (3, _in_round, ""),
    "veto.cast": (3, _stewarded(_veto), ""),
    "veto.withdrawn": (3, _veto, ""),
    "project.milestones": (5, _milestones, ""),
    "milestone.reached": (5, _reached, ""),
}
