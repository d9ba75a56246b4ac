"""Bodies of profiles, capacity, leads, projects and pledges."""

import random

from tests.protocol.world import seed
from tests.reference.adversary.pool import (
    Body,
    Makers,
    Pool,
    date,
    money,
    rate,
    slugs,
    some,
    window,
)


def _profile(pool: Pool) -> Body:
    rng = pool.rng
    more = {"languages": rng.choices(("en", "cym"), k=2), "skills": slugs(rng, 5)}
    people = rng.choice((1, 9, 100_000))
    return {"day": rng.choice((60, 450, 1440)), "people": people} | some(rng, more)


def _wish(pool: Pool) -> Body:
    rng = pool.rng
    sizes = [rng.randrange(200), rng.randrange(100, 300), rng.randrange(200, 400)]
    named = dict(zip(("floor", "wanted", "ceiling"), sizes, strict=True))
    return window(rng) | named | {"starts": date(rng)[:8] + "01"}


def _capacity(pool: Pool) -> Body:
    rng = pool.rng
    body = {"minutes": rng.randrange(1, 900), "skill": "design"}
    return window(rng) | body | some(rng, {"rate": rate(rng)})


def _booking(pool: Pool) -> Body:
    rng = pool.rng
    state = rng.choice(("tentative", "confirmed", "placeholder"))
    odd = rng.random() < 0.05
    tentative = (state == "tentative") != odd
    odds = {"probability": rng.randrange(1, 101)} if tentative else {}
    body = {"minutes": rng.randrange(1, 900), "state": state} | odds
    return window(rng) | body | some(rng, {"skill": "optional"})


def _requirement(rng: random.Random, line: int) -> Body:
    more = {"lot": "LOT-1", "minutes": rng.choice((10, 60, 90)), "must": False}
    more |= window(rng)
    return {"line": line, "skill": "web"} | some(rng, more)


def terms(pool: Pool) -> Body:
    rng = pool.rng
    lines = [_requirement(rng, line) for line in range(1, rng.randrange(2, 5))]
    if rng.random() < 0.05:
        lines.append(_requirement(rng, 1))
    lots = [{"id": "L1"}, {"id": "L2", "value": money(rng)}]
    more = {
        "cpv": ["72000000"],
        "deadline": date(rng),
        "lots": lots,
        "requirements": lines,
        "source": ["ocds", "ocds-b5fd17-1", "r1"],
        "value": money(rng),
    }
    return some(rng, more | window(rng), 0.7)


def _advance(pool: Pool) -> Body:
    rng = pool.rng
    common = ("open", "bidding", "submitted", "won", "delivering")
    rare = ("closed", "lost", "withdrawn", "passed-on")
    to = rng.choice(rare if rng.random() < 0.25 else common)
    body = {"lead": pool.one("lead"), "to": to}
    if rng.random() < 0.2:
        offer = pool.told.get(pool.one("handover"), {})
        body = {"lead": offer.get("lead", body["lead"]), "to": "passed-on"}
    return body | some(rng, {"reason": "price"}, 0.3)


def _project(pool: Pool) -> Body:
    rng = pool.rng
    limits = {
        "closes": date(rng),
        "maximum": rng.choice((1, 60, 600, 10**6)),
        "minimum": rng.choice((1, 40, 50)),
        "themes": slugs(rng, 3),
    }
    body = {"goal": money(rng), "state": rng.choice(("idea", "open", "open"))}
    return body | some(rng, limits, 0.4)


def _project_advance(pool: Pool) -> Body:
    words = "idea open funded partly-funded not-funded delivering done cancelled"
    to = pool.rng.choice([*words.split(), "open", "funded", "delivering"])
    return {"project": pool.one("project"), "to": to}


def _work(pool: Pool) -> Body:
    rng = pool.rng
    body = {
        "line": rng.randrange(1, 65),
        "minutes": rng.randrange(1, 100),
        "owner": pool.coop(),
        "skill": "web",
        "to": rng.randbytes(32),
    }
    return body | some(rng, {"rate": rate(rng)} | window(rng), 0.6)


def _pledged_money(pool: Pool) -> Body:
    rng = pool.rng
    body = {"amount": money(rng), "owner": pool.coop(), "to": rng.randbytes(32)}
    if rng.random() < 0.5:
        return body | some(rng, {"round": seed("round", rng.randrange(3))}, 0.4)
    allotted = {
        "allotment": seed("allotment", rng.randrange(3)),
        "allotted": rng.choice((600, 600, 600, 700)),
        "round": seed("round", rng.randrange(3)),
    }
    return body | some(rng, allotted, 0.95)


def _confirm(pool: Pool) -> Body:
    pledge = pool.one("pledge")
    owner = pool.told.get(pledge, {}).get("owner", pool.coop())
    taker = owner if pool.rng.random() < 0.9 else pool.coop()
    body = {"acceptance": pool.rng.randbytes(32), "pledge": pledge, "taker": taker}
    return body | {"quantity": pool.rng.choice((1, 1, 1, 50, 10**6))}


def _ended(pool: Pool) -> Body:
    return {"pledge": pool.one("pledge")} | some(pool.rng, {"reason": "ill"}, 0.3)


def _unpledged(pool: Pool) -> Body:
    body = _ended(pool)
    told = pool.told.get(body["pledge"], {})
    if "allotment" in told and pool.rng.random() < 0.9:
        body["allotment"] = told["allotment"]
    return body


def _accept(pool: Pool) -> Body:
    rng = pool.rng
    work = rng.random() < 0.5
    body = {
        "pledge": pool.pledge(),
        "pledger": pool.coop(),
        "quantity": rng.choice((1, 5, 30, 2**53 - 1)),
        "to": pool.one("lead" if work else rng.choice(("project", "fund"))),
        "unit": "minutes" if work else rng.choice(("GBP", "EUR")),
    }
    return body | ({"line": rng.randrange(1, 4)} if work else {})


def _take_back(pool: Pool) -> Body:
    acceptance = pool.one("acceptance")
    to = pool.told.get(acceptance, {}).get("to", pool.rng.randbytes(32))
    if pool.rng.random() < 0.05:
        to = pool.one("lead")
    body = {"acceptance": acceptance, "to": to}
    return body | some(pool.rng, {"reason": "late"}, 0.3)


def _decline(pool: Pool) -> Body:
    body = {"pledge": pool.pledge(), "pledger": pool.coop(), "to": pool.one("lead")}
    return body | some(pool.rng, {"reason": "full"}, 0.3)


def _adopt(pool: Pool) -> Body:
    rng = pool.rng
    return {"id": rng.randbytes(32), "incarnation": rng.randbytes(16), "seq": 10**6}


def _share(pool: Pool) -> Body:
    rng = pool.rng
    family = rng.choice(("bid", "lead", "capacity", "pledge", "project", "booking"))
    named = [rng.randbytes(32) for _ in range(rng.randrange(1, 6))]
    named += [pool.coop()] if rng.random() < 0.2 else []
    if rng.random() < 0.9:
        named = sorted(set(named))
    cut = rng.randrange(1, len(named) + 1)
    rest = sorted(named[cut:])[:3]
    body = {"about": pool.one(family), "role": rng.choice(("details", "rate"))}
    return body | {"to": named[:cut]} | ({"custodians": rest} if rest else {})


MAKERS: Makers = {
    "profile.set": (2, _profile, "profile"),
    "wish.set": (3, _wish, "wish"),
    "capacity.offered": (3, _capacity, "capacity"),
    "capacity.withdrawn": (2, lambda pool: {"offer": pool.one("capacity")}, ""),
    "booking.made": (3, _booking, "booking"),
    "booking.moved": (
        4,
        lambda pool: {
            "booking": pool.one("booking"),
            "to": pool.rng.choice(("confirmed", "done", "released")),
        },
        "",
    ),
    "lead.changed": (
        3,
        lambda pool: {"lead": pool.one("lead"), "terms": terms(pool)},
        "",
    ),
    "lead.advanced": (5, _advance, ""),
    "project.opened": (3, _project, "project"),
    "project.advanced": (5, _project_advance, ""),
    "pledge.work.offered": (5, _work, "pledge"),
    "pledge.money.offered": (3, _pledged_money, "pledge"),
    "pledge.confirmed": (6, _confirm, "confirmed"),
    "pledge.withdrawn": (4, _unpledged, ""),
    "pledge.released": (2, _ended, ""),
    "acceptance.given": (14, _accept, "acceptance"),
    "acceptance.withdrawn": (9, _take_back, ""),
    "pledge.declined": (4, _decline, ""),
    "log.reopened": (1, lambda _: {"why": "moved"}, ""),
    "sealed.shared": (4, _share, "sealed"),
}
