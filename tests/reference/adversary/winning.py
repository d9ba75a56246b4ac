"""Bodies of what wins work: interest, hand-overs, bids, agreements."""

import random

from tests.protocol.world import seed
from tests.reference.adversary.pool import Body, Makers, Pool, money, some
from tests.reference.adversary.work import terms


def _interest(pool: Pool) -> Body:
    rng = pool.rng
    stance = rng.choice(("watching", "interested", "declined"))
    body = {"lead": rng.randbytes(32), "owner": pool.coop(), "stance": stance}
    return body | some(rng, {"reason": "full"}, 0.3)


def _offered_over(pool: Pool) -> Body:
    """A hand-over of a log beside: few of them, each of one lead of one finder."""
    number = pool.rng.randrange(6)
    finder = pool.coops[number % len(pool.coops)].id
    names = {"handover": seed("hand-over", number), "lead": seed("theirs", number)}
    return {**names, "finder": finder}


def _fee(rng: random.Random) -> Body:
    size = rng.choice((["GBP", 500], 1, 1000, 10_000))
    return {"due": rng.choice(("award", "each-payment", "end")), "size": size}


def _over_offer(pool: Pool) -> Body:
    body = {"lead": pool.one("lead"), "to": pool.coop()}
    return body | some(pool.rng, {"fee": _fee(pool.rng)}, 0.7)


def _over_back(pool: Pool) -> Body:
    handover = pool.one("handover")
    lead = pool.told.get(handover, {}).get("lead", pool.one("lead"))
    if pool.rng.random() < 0.2:
        lead = pool.one("lead")
    body = {"handover": handover, "lead": lead}
    return body | some(pool.rng, {"reason": "lost"}, 0.3)


def _over_yes(pool: Pool) -> Body:
    body = _offered_over(pool) | {"terms": pool.rng.randbytes(32)}
    return body | some(pool.rng, {"fee": _fee(pool.rng)}, 0.7)


def _over_no(pool: Pool) -> Body:
    return _offered_over(pool) | some(pool.rng, {"reason": "full"}, 0.3)


def _lead(pool: Pool) -> Body:
    body = terms(pool)
    if pool.rng.random() < 0.4:
        over = _offered_over(pool)
        body["via"] = [over["handover"], over["finder"], over["lead"]]
    return body


def _bid_terms(pool: Pool) -> Body:
    rng = pool.rng
    numbers: Body = {"amount": money(rng), "minutes": 90}
    numbers["share"] = rng.randrange(1, 3000)
    parties: list[Body] = [
        {"coop": pool.coop()} | some(rng, {**numbers, "lot": f"L{at}"})
        for at in range(rng.randrange(3))
    ]
    fees = [(pool.coop(), rng.randrange(1, 99)) for _ in range(rng.randrange(2))]
    rest = some(rng, {"fund": 500}, 0.3)
    so_far: int = sum(one.get("share", 0) for one in parties)
    so_far += sum(share for _, share in fees) + rest.get("fund", 0)
    left = 10_000 - so_far + rng.choice((0, 0, 0, 0, 1))
    parties.append({"coop": rng.randbytes(32), "share": min(left, 10_000)})
    if rng.random() < 0.1:
        parties.append({"coop": parties[0]["coop"]})
    lots = ["L0", "L1", "L2"] if rng.random() < 0.8 else ["L0"]
    if any("lot" in one for one in parties) or rng.random() < 0.3:
        rest["lots"] = lots
    risk = rng.choice(("lead", "shared", "by-lot"))
    cuts = {"fees": [list(one) for one in fees]} if fees else {}
    return rest | cuts | {"parties": parties, "risk": risk}


def _bid(pool: Pool) -> Body:
    return {"lead": pool.one("lead"), "terms": _bid_terms(pool)}


def _bid_advance(pool: Pool) -> Body:
    rng = pool.rng
    common = ("assembling", "agreed", "submitted")
    rare = ("won", "lost", "dissolved")
    to = rng.choice(rare if rng.random() < 0.3 else common)
    return {"bid": pool.one("bid"), "to": to} | some(rng, {"reason": "price"}, 0.3)


def _review(pool: Pool) -> Body:
    rng = pool.rng
    names = {"bid": seed("bid", rng.randrange(3)), "contractor": pool.coop()}
    stance = rng.choice(("agreed", "objected"))
    more = {"amount": money(rng), "lot": "L1", "minutes": 90, "share": 500}
    return {**names, "stance": stance, "version": rng.randbytes(32)} | some(rng, more)


def _draft(pool: Pool) -> Body:
    rng = pool.rng
    kind = rng.choice(("consortium", "subcontract", "handover", "fund", "other"))
    parties = [rng.randbytes(32), pool.coop()]
    if rng.random() < 0.2:
        parties.append(rng.choice(parties))
    body = {"kind": kind, "parties": parties}
    return body | some(rng, {"about": rng.randbytes(32)})


def _terminate(pool: Pool) -> Body:
    body = {"agreement": pool.one("agreement")}
    return body | some(pool.rng, {"reason": "over"}, 0.3)


def _sign(pool: Pool) -> Body:
    rng = pool.rng
    names = {"agreement": seed("agreement", rng.randrange(4)), "drafter": pool.coop()}
    return {**names, "text": rng.randbytes(32)}


def _unsign(pool: Pool) -> Body:
    body = {"agreement": seed("agreement", pool.rng.randrange(4))}
    return body | some(pool.rng, {"reason": "changed"}, 0.3)


MAKERS: Makers = {
    "lead.opened": (4, _lead, "lead"),
    "interest.set": (1, _interest, ""),
    "handover.offered": (6, _over_offer, "handover"),
    "handover.withdrawn": (5, _over_back, ""),
    "handover.accepted": (4, _over_yes, ""),
    "handover.declined": (2, _over_no, ""),
    "bid.opened": (4, _bid, "bid"),
    "bid.changed": (
        2,
        lambda pool: {"bid": pool.one("bid"), "terms": _bid_terms(pool)},
        "",
    ),
    "bid.advanced": (4, _bid_advance, ""),
    "estimate.reviewed": (1, _review, ""),
    "agreement.drafted": (2, _draft, "agreement"),
    "agreement.superseded": (
        1,
        lambda pool: {"agreement": pool.one("agreement"), "by": pool.rng.randbytes(32)},
        "",
    ),
    "agreement.terminated": (1, _terminate, ""),
    "agreement.signed": (2, _sign, ""),
    "signature.withdrawn": (2, _unsign, ""),
}
