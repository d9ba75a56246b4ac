"""Events as an adversary writes them: nearly right, in every way that is wrong.

All follow from a random generator, so that what is found can be found again.
"""

import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from protocol.limits import EVENT_BYTES
from tests.protocol.world import Coop, Register, Writer, seed

Body = dict[str, Any]


@dataclass(frozen=True)
class Raw:
    """Bytes to write as they are."""

    data: bytes


@dataclass(frozen=True)
class Pairs:
    """A map with its pairs in this order, keys twice and all."""

    pairs: tuple[tuple[object, object], ...]


# -- an encoder that takes everything --------------------------------------------------


@dataclass(frozen=True)
class Encoder:
    """Encodes values; now and then, by `sloppy`, longer than it need be."""

    rng: random.Random
    sloppy: float = 0.0

    def encode(self, value: object) -> bytes:
        if isinstance(value, Raw):
            return value.data
        if isinstance(value, dict):
            value = Pairs(tuple(sorted(value.items())))
        if isinstance(value, Pairs):
            items = [part for pair in value.pairs for part in pair]
            return self._all(items, self._head(len(value.pairs), 15, 0x80, _MAPS))
        if isinstance(value, list | tuple):
            return self._all(value, self._head(len(value), 15, 0x90, _ARRAYS))
        return self._flat(value)

    def _all(self, items: Iterable[object], head: bytes) -> bytes:
        return head + b"".join(map(self.encode, items))

    def _flat(self, value: object) -> bytes:
        if isinstance(value, str):
            data = value.encode("utf-8", "surrogatepass")
            return self._head(len(data), 31, 0xA0, _STRINGS) + data
        if isinstance(value, bytes):
            return self._head(len(value), -1, 0, _BINS) + value
        if value is None or isinstance(value, bool):
            return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
        assert isinstance(value, int)
        return self._one_of(list(_integer(value)))

    def _head(
        self, size: int, short: int, first: int, longer: tuple[int, ...]
    ) -> bytes:
        forms = [bytes([first + size])] if size <= short else []
        width = 4 // 2 ** (len(longer) - 1)
        for byte in longer:
            if size < 256**width:
                forms.append(bytes([byte]) + size.to_bytes(width, "big"))
            width *= 2
        return self._one_of(forms)

    def _one_of(self, forms: list[bytes]) -> bytes:
        longer = self.sloppy and self.rng.random() < self.sloppy
        return self.rng.choice(forms) if longer else forms[0]


_MAPS = (0xDE, 0xDF)
_ARRAYS = (0xDC, 0xDD)
_STRINGS = (0xD9, 0xDA, 0xDB)
_BINS = (0xC4, 0xC5, 0xC6)


def _integer(value: int) -> Iterator[bytes]:
    """Give all forms of an integer, the canonical one first."""
    if -32 <= value < 128:
        yield value.to_bytes(1, "big", signed=value < 0)
    for power in range(4):
        if 0 <= value < 256 ** (2**power):
            yield bytes([0xCC + power]) + value.to_bytes(2**power, "big")
    for power in range(4):
        half = 256 ** (2**power) // 2
        if -half <= value < half:
            yield bytes([0xD0 + power]) + value.to_bytes(2**power, "big", signed=True)


# -- bodies that are right -------------------------------------------------------------


@dataclass
class Pool:
    """What a log's events may name: ids by family, terms by lead."""

    rng: random.Random
    coops: list[Coop]
    ids: dict[str, list[bytes]] = field(default_factory=dict)
    told: dict[bytes, Body] = field(default_factory=dict)
    #: Kinds that this log is mostly about; all of them where there are none.
    focus: list[str] = field(default_factory=list)

    def one(self, family: str) -> bytes:
        """Name an entity, mostly one of the family, mostly a late one."""
        if self.rng.random() < 0.05:
            family = self.rng.choice(sorted(self.ids) or [family])
        known = self.ids.get(family, [])
        if not known or self.rng.random() < 0.03:
            return self.rng.randbytes(32)
        return self.rng.choice(known[-4:] if self.rng.random() < 0.8 else known)

    def coop(self) -> bytes:
        return self.rng.choice(self.coops).id

    def pledge(self) -> bytes:
        """A pledge of another log, or of this one; few, so that answers meet."""
        return seed("pledge", self.rng.randrange(12))


def _date(rng: random.Random, start: int = 0) -> str:
    day = datetime.date(2026, 1, 1) + datetime.timedelta(start + rng.randrange(400))
    return day.isoformat()


def _window(rng: random.Random) -> Body:
    if rng.random() < 0.04:
        after = rng.choice((3659, 3660, 3661, 0, -1))
        starts = datetime.date(2026, 1, 1)
        ends = starts + datetime.timedelta(after)
        return {"starts": starts.isoformat(), "ends": ends.isoformat()}
    return {"starts": _date(rng), "ends": _date(rng, 380)}


def _some(rng: random.Random, body: Body, share: float = 0.5) -> Body:
    return {name: item for name, item in body.items() if rng.random() < share}


def _slugs(rng: random.Random, most: int) -> list[str]:
    return rng.choices(("design", "web-2", "a", "b-c-d"), k=rng.randrange(1, most))


def _money(rng: random.Random) -> list[object]:
    return [rng.choice(("GBP", "EUR")), rng.choice((0, 1, 50, 500, 10**6))]


def _rate(rng: random.Random) -> list[object]:
    return [*_money(rng), 450]


def _profile(pool: Pool) -> Body:
    rng = pool.rng
    more = {"languages": rng.choices(("en", "cym"), k=2), "skills": _slugs(rng, 5)}
    people = rng.choice((1, 9, 100_000))
    return {"day": rng.choice((60, 450, 1440)), "people": people} | _some(rng, more)


def _wish(pool: Pool) -> Body:
    rng = pool.rng
    sizes = [rng.randrange(200), rng.randrange(100, 300), rng.randrange(200, 400)]
    named = dict(zip(("floor", "wanted", "ceiling"), sizes, strict=True))
    return _window(rng) | named | {"starts": _date(rng)[:8] + "01"}


def _capacity(pool: Pool) -> Body:
    rng = pool.rng
    body = {"minutes": rng.randrange(1, 900), "skill": "design"}
    return _window(rng) | body | _some(rng, {"rate": _rate(rng)})


def _booking(pool: Pool) -> Body:
    rng = pool.rng
    state = rng.choice(("tentative", "confirmed", "placeholder"))
    odd = rng.random() < 0.05
    tentative = (state == "tentative") != odd
    odds = {"probability": rng.randrange(1, 101)} if tentative else {}
    body = {"minutes": rng.randrange(1, 900), "state": state} | odds
    return _window(rng) | body | _some(rng, {"skill": "optional"})


def _requirement(rng: random.Random, line: int) -> Body:
    more = {"lot": "LOT-1", "minutes": rng.choice((10, 60, 90)), "must": False}
    more |= _window(rng)
    return {"line": line, "skill": "web"} | _some(rng, more)


def _terms(pool: Pool) -> Body:
    rng = pool.rng
    lines = [_requirement(rng, line) for line in range(1, rng.randrange(2, 5))]
    if rng.random() < 0.05:
        lines.append(_requirement(rng, 1))
    lots = [{"id": "L1"}, {"id": "L2", "value": _money(rng)}]
    more = {
        "cpv": ["72000000"],
        "deadline": _date(rng),
        "lots": lots,
        "requirements": lines,
        "source": ["ocds", "ocds-b5fd17-1", "r1"],
        "value": _money(rng),
    }
    return _some(rng, more | _window(rng), 0.7)


def _advance(pool: Pool) -> Body:
    rng = pool.rng
    common = ("open", "bidding", "submitted", "won", "delivering")
    rare = ("closed", "lost", "withdrawn", "passed-on")
    to = rng.choice(rare if rng.random() < 0.25 else common)
    body = {"lead": pool.one("lead"), "to": to}
    if rng.random() < 0.2:
        offer = pool.told.get(pool.one("handover"), {})
        body = {"lead": offer.get("lead", body["lead"]), "to": "passed-on"}
    return body | _some(rng, {"reason": "price"}, 0.3)


def _project(pool: Pool) -> Body:
    rng = pool.rng
    limits = {
        "closes": _date(rng),
        "maximum": rng.choice((1, 60, 600, 10**6)),
        "minimum": rng.choice((1, 40, 50)),
        "themes": _slugs(rng, 3),
    }
    body = {"goal": _money(rng), "state": rng.choice(("idea", "open", "open"))}
    return body | _some(rng, limits, 0.4)


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
    return body | _some(rng, {"rate": _rate(rng)} | _window(rng), 0.6)


def _pledged_money(pool: Pool) -> Body:
    rng = pool.rng
    body = {"amount": _money(rng), "owner": pool.coop(), "to": rng.randbytes(32)}
    if rng.random() < 0.5:
        return body | _some(rng, {"round": seed("round", rng.randrange(3))}, 0.4)
    allotted = {
        "allotment": seed("allotment", rng.randrange(3)),
        "allotted": rng.choice((600, 600, 600, 700)),
        "round": seed("round", rng.randrange(3)),
    }
    return body | _some(rng, allotted, 0.95)


def _confirm(pool: Pool) -> Body:
    pledge = pool.one("pledge")
    owner = pool.told.get(pledge, {}).get("owner", pool.coop())
    taker = owner if pool.rng.random() < 0.9 else pool.coop()
    body = {"acceptance": pool.rng.randbytes(32), "pledge": pledge, "taker": taker}
    return body | {"quantity": pool.rng.choice((1, 1, 1, 50, 10**6))}


def _ended(pool: Pool) -> Body:
    return {"pledge": pool.one("pledge")} | _some(pool.rng, {"reason": "ill"}, 0.3)


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
    return body | _some(pool.rng, {"reason": "late"}, 0.3)


def _decline(pool: Pool) -> Body:
    body = {"pledge": pool.pledge(), "pledger": pool.coop(), "to": pool.one("lead")}
    return body | _some(pool.rng, {"reason": "full"}, 0.3)


def _interest(pool: Pool) -> Body:
    rng = pool.rng
    stance = rng.choice(("watching", "interested", "declined"))
    body = {"lead": rng.randbytes(32), "owner": pool.coop(), "stance": stance}
    return body | _some(rng, {"reason": "full"}, 0.3)


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
    return body | _some(pool.rng, {"fee": _fee(pool.rng)}, 0.7)


def _over_back(pool: Pool) -> Body:
    handover = pool.one("handover")
    lead = pool.told.get(handover, {}).get("lead", pool.one("lead"))
    if pool.rng.random() < 0.2:
        lead = pool.one("lead")
    body = {"handover": handover, "lead": lead}
    return body | _some(pool.rng, {"reason": "lost"}, 0.3)


def _over_yes(pool: Pool) -> Body:
    body = _offered_over(pool) | {"terms": pool.rng.randbytes(32)}
    return body | _some(pool.rng, {"fee": _fee(pool.rng)}, 0.7)


def _over_no(pool: Pool) -> Body:
    return _offered_over(pool) | _some(pool.rng, {"reason": "full"}, 0.3)


def _lead(pool: Pool) -> Body:
    body = _terms(pool)
    if pool.rng.random() < 0.4:
        over = _offered_over(pool)
        body["via"] = [over["handover"], over["finder"], over["lead"]]
    return body


def _bid_terms(pool: Pool) -> Body:
    rng = pool.rng
    numbers: Body = {"amount": _money(rng), "minutes": 90}
    numbers["share"] = rng.randrange(1, 3000)
    parties: list[Body] = [
        {"coop": pool.coop()} | _some(rng, {**numbers, "lot": f"L{at}"})
        for at in range(rng.randrange(3))
    ]
    fees = [(pool.coop(), rng.randrange(1, 99)) for _ in range(rng.randrange(2))]
    rest = _some(rng, {"fund": 500}, 0.3)
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
    return {"bid": pool.one("bid"), "to": to} | _some(rng, {"reason": "price"}, 0.3)


def _review(pool: Pool) -> Body:
    rng = pool.rng
    names = {"bid": seed("bid", rng.randrange(3)), "contractor": pool.coop()}
    stance = rng.choice(("agreed", "objected"))
    more = {"amount": _money(rng), "lot": "L1", "minutes": 90, "share": 500}
    return {**names, "stance": stance, "version": rng.randbytes(32)} | _some(rng, more)


def _draft(pool: Pool) -> Body:
    rng = pool.rng
    kind = rng.choice(("consortium", "subcontract", "handover", "fund", "other"))
    parties = [rng.randbytes(32), pool.coop()]
    if rng.random() < 0.2:
        parties.append(rng.choice(parties))
    body = {"kind": kind, "parties": parties}
    return body | _some(rng, {"about": rng.randbytes(32)})


def _terminate(pool: Pool) -> Body:
    body = {"agreement": pool.one("agreement")}
    return body | _some(pool.rng, {"reason": "over"}, 0.3)


def _sign(pool: Pool) -> Body:
    rng = pool.rng
    names = {"agreement": seed("agreement", rng.randrange(4)), "drafter": pool.coop()}
    return {**names, "text": rng.randbytes(32)}


def _unsign(pool: Pool) -> Body:
    body = {"agreement": seed("agreement", pool.rng.randrange(4))}
    return body | _some(pool.rng, {"reason": "changed"}, 0.3)


def _sum(rng: random.Random) -> list[object]:
    return [rng.choice(("GBP", "EUR")), 0 if rng.random() < 0.08 else 500]


def _terms_of_work(pool: Pool) -> Body:
    rng = pool.rng
    names = rng.sample(("wellbeing", "jobs", "a", "b-c"), rng.randrange(1, 4))
    themes = [[theme, rng.choice((1, 1, 1, 30))] for theme in names]
    if rng.random() < 0.08:
        themes[-1] = themes[0]
    more = {"amount": _sum(rng), "outcome": "jobs", "themes": themes}
    return _window(rng) | {"minutes": rng.choice((9, 60, 600))} | _some(rng, more)


def _report(pool: Pool) -> Body:
    """A report of work that was confirmed, as far as is remembered here."""
    rng = pool.rng
    kept = [pool.told[one] for one in pool.ids.get("confirmed", [])]
    work = [one for one in kept if "minutes" in pool.told.get(one["pledge"], {})]
    named = rng.choice(work) if work and rng.random() < 0.9 else {}
    body = {
        "acceptance": named.get("acceptance", rng.randbytes(32)),
        "pledge": named.get("pledge", pool.one("pledge")),
        "receiver": named.get("taker", pool.coop()),
    }
    odd = {"acceptance": rng.randbytes(32), "receiver": pool.coop()}
    return _terms_of_work(pool) | body | _some(rng, odd, 0.04)


def _report_answer(pool: Pool) -> Body:
    return {"provider": pool.coop(), "report": pool.pledge(), "version": pool.pledge()}


def _invoice(pool: Pool) -> Body:
    rng = pool.rng
    named = [pool.one("report") for _ in range(rng.choice((0, 1, 1, 2)))]
    payer = pool.told.get(named[0], {}).get("receiver") if named else None
    if payer is None or rng.random() < 0.1:
        payer = pool.coop()
    body = {"amount": _sum(rng), "due": _date(rng), "payer": payer}
    body |= {"reports": named} if named else {}
    return body | _some(rng, {"number": "7/26", "promise": pool.pledge()}, 0.3)


def _invoice_gone(pool: Pool) -> Body:
    invoice = pool.one("invoice")
    named = pool.told.get(invoice, {}).get("reports", [])
    if pool.rng.random() < 0.1:
        named = named[:-1]
    body = {"invoice": invoice} | ({"reports": named} if named else {})
    return body | _some(pool.rng, {"reason": "wrong"}, 0.3)


def _payment(pool: Pool) -> Body:
    rng = pool.rng
    body = {"amount": _sum(rng), "date": _date(rng), "payee": pool.coop()}
    named = {"invoice": pool.pledge(), "promise": pool.pledge()}
    return body | _some(rng, named, 0.3)


def _parties(pool: Pool) -> list[bytes]:
    rng = pool.rng
    parties = [pool.coop() for _ in range(rng.randrange(1, 5))]
    return sorted(set(parties)) if rng.random() < 0.9 else parties


def _entries(pool: Pool) -> list[list[object]]:
    rng = pool.rng
    everybody = sorted(
        {one.id for one in pool.coops} | {bytes([at]) * 32 for at in (1, 2)}
    )
    circle = rng.sample(everybody, rng.randrange(1, 4))
    amount = rng.choice((1, 40, 2**53 - 1))
    entries: list[list[object]] = [
        [debtor, creditor, amount]
        for debtor, creditor in zip(circle, circle[1:] + circle[:1], strict=True)
    ]
    if rng.random() < 0.2:
        entries[0][2] = 7
    entries.sort(key=lambda entry: (entry[0], entry[1]))
    return rng.choice((entries, entries, entries, entries, entries[::-1], []))


def _about(pool: Pool) -> bytes:
    return seed("matter", pool.rng.randrange(4))


def _adopt(pool: Pool) -> Body:
    rng = pool.rng
    return {"id": rng.randbytes(32), "incarnation": rng.randbytes(16), "seq": 10**6}


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
    window = _window(rng)
    body = {
        "basis": rng.choice(("co-op", "member")),
        "closes": window["ends"],
        "opens": window["starts"],
        "quorum": rng.choice((1, 50, 100)),
        "rule": rng.choice(("consent", "majority", "two-thirds")),
    }
    return body | _some(rng, {"about": rng.randbytes(32)}, 0.2)


def _of_decision(pool: Pool) -> Body:
    return {"decision": pool.one("decision")}


def _decision_closed(pool: Pool) -> Body:
    return _of_decision(pool) | _some(pool.rng, {"cut": _positions(pool, 4)})


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
    return body | _some(rng, {"contribution": rng.choice((1, 500))})


def _round(pool: Pool) -> Body:
    rng = pool.rng
    window = _window(rng)
    mode = rng.choice(("own", "equal", "per-member", "steward"))
    body = {
        "closes": window["ends"],
        "currency": "GBP",
        "mode": mode,
        "opens": window["starts"],
        "state": rng.choice(("planned", "open", "open")),
        "vetoes": rng.choice((1, 2, 1000)),
    }
    if (mode != "own") == (rng.random() < 0.9):
        body["budget"] = rng.choice((50, 100))
    if rng.random() < 0.3:
        body["fund"] = pool.one("fund")
    return body | _some(rng, {"self_funding": True, "whole": False}, 0.3)


def _round_advance(pool: Pool) -> Body:
    to = pool.rng.choice(("open", "open", "settled", "cancelled"))
    return {"round": pool.one("round"), "to": to}


def _round_closed(pool: Pool) -> Body:
    return {"round": pool.one("round")} | _some(pool.rng, {"cut": _positions(pool, 4)})


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
        {"no": one, "share": share} | _some(rng, {"due": "2026-05-01"}, 0.2)
        for one in numbers[:count]
    ]
    return {"milestones": steps, "project": pool.one("project")}


def _reached(pool: Pool) -> Body:
    return {"no": pool.rng.randrange(1, 4), "project": pool.one("project")}


def _share(pool: Pool) -> Body:
    rng = pool.rng
    family = rng.choice(("lead", "capacity", "pledge", "project", "booking"))
    named = [rng.randbytes(32) for _ in range(rng.randrange(1, 6))]
    named += [pool.coop()] if rng.random() < 0.2 else []
    if rng.random() < 0.9:
        named = sorted(set(named))
    cut = rng.randrange(1, len(named) + 1)
    rest = sorted(named[cut:])[:3]
    body = {"about": pool.one(family), "role": rng.choice(("details", "rate"))}
    return body | {"to": named[:cut]} | ({"custodians": rest} if rest else {})


#: Kind -> how often, how to make its body, which family its event founds.
MAKERS: dict[str, tuple[int, Callable[[Pool], Body], str]] = {
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
    "lead.opened": (4, _lead, "lead"),
    "lead.changed": (
        3,
        lambda pool: {"lead": pool.one("lead"), "terms": _terms(pool)},
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
    "log.reopened": (1, lambda _: {"why": "moved"}, ""),
    "report.made": (9, _report, "report"),
    "report.corrected": (
        3,
        lambda pool: _terms_of_work(pool) | {"report": pool.one("report")},
        "",
    ),
    "report.withdrawn": (1, lambda pool: {"report": pool.one("report")}, ""),
    "report.accepted": (
        2,
        lambda pool: _report_answer(pool) | {"amount": _sum(pool.rng), "minutes": 9},
        "",
    ),
    "report.disputed": (2, _report_answer, ""),
    "invoice.issued": (5, _invoice, "invoice"),
    "invoice.withdrawn": (3, _invoice_gone, ""),
    "invoice.approved": (
        2,
        lambda pool: {
            "amount": _sum(pool.rng),
            "invoice": pool.pledge(),
            "payee": pool.coop(),
        },
        "",
    ),
    "invoice.disputed": (
        2,
        lambda pool: {"invoice": pool.pledge(), "payee": pool.coop()},
        "",
    ),
    "payment.sent": (4, _payment, "payment"),
    "payment.corrected": (
        3,
        lambda pool: {"amount": _sum(pool.rng), "payment": pool.one("payment")},
        "",
    ),
    "payment.cancelled": (2, lambda pool: {"payment": pool.one("payment")}, ""),
    "payment.received": (
        2,
        lambda pool: {
            "amount": _sum(pool.rng),
            "payer": pool.coop(),
            "payment": pool.pledge(),
        },
        "",
    ),
    "payment.disputed": (
        2,
        lambda pool: {"payer": pool.coop(), "payment": pool.pledge()},
        "",
    ),
    "mediation.agreed": (
        3,
        lambda pool: {
            "about": _about(pool),
            "mediator": pool.rng.choice((pool.coop(), bytes(32))),
            "parties": _parties(pool),
        },
        "",
    ),
    "mediation.accepted": (
        2,
        lambda pool: {"about": _about(pool), "parties": _parties(pool)},
        "",
    ),
    "mediation.ended": (3, lambda pool: {"about": _about(pool)}, ""),
    "netting.proposed": (
        5,
        lambda pool: {"currency": "GBP", "entries": _entries(pool)},
        "",
    ),
    "netting.agreed": (
        3,
        lambda pool: {
            "amount": _sum(pool.rng),
            "netting": pool.pledge(),
            "proposer": pool.coop(),
        },
        "",
    ),
    "netting.declined": (
        2,
        lambda pool: {"netting": pool.pledge(), "proposer": pool.coop()},
        "",
    ),
    "sealed.shared": (4, _share, "sealed"),
}
#: What logs are mostly about, by the first words of kinds: few kinds in one log meet
#: more often, and come further along their tables.
FOCI = (
    "",
    "profile wish capacity booking",
    "lead project acceptance pledge.declined",
    "pledge.work pledge.confirmed report invoice",
    "payment mediation netting",
    "pledge.work pledge.confirmed report invoice",
    "seen decision ballot fund round veto",
    "round allotment project entry veto pledge.money pledge.withdrawn milestone",
    "lead.opened lead.advanced interest handover bid estimate",
    "lead.opened acceptance pledge.work agreement signature invoice report",
    "lead.opened capacity pledge.work project.opened sealed",
)
ROLES = {
    "profile.set": ("name", "description", "web", "place"),
    "lead.opened": ("title", "description", "buyer", "link", "source"),
    "lead.changed": ("title", "description", "buyer", "link", "source"),
    "project.opened": ("title", "description", "link"),
    "handover.offered": ("terms", "note"),
    "agreement.drafted": ("title", "text"),
    "report.made": ("summary",),
    "report.corrected": ("summary",),
    "decision.opened": ("title", "proposal", "link"),
    "decision.amended": ("proposal", "title", "link"),
    "fund.opened": ("title", "purpose"),
    "round.opened": ("title", "description"),
    "ballot.cast": ("reason",),
    "ballot.withdrawn": ("reason",),
    "project.left": ("reason",),
    "veto.cast": ("reason",),
    "veto.withdrawn": ("reason",),
    "project.milestones": ("milestones",),
    "sealed.shared": ("sealed",),
}
#: Roles that a kind needs, and has almost always.
NEEDED = {"name", "title", "terms", "text", "sealed"}
NO_TEXTS = {
    "wish.set",
    "capacity.withdrawn",
    "booking.moved",
    "pledge.confirmed",
    "acceptance.given",
    "log.reopened",
    "handover.accepted",
    "agreement.superseded",
    "agreement.signed",
    "report.accepted",
    "invoice.approved",
    "payment.received",
    "netting.agreed",
    "seen.acknowledged",
    "allotment.granted",
    "project.entered",
}
#: Fields that must not be written with these values.
DEFAULTS: dict[str, object] = {
    "languages": [],
    "skills": [],
    "cpv": [],
    "lots": [],
    "requirements": [],
    "themes": [],
    "custodians": [],
    "must": True,
    "rate": None,
    "skill": None,
    "probability": None,
    "deadline": None,
    "minutes": None,
    "lot": None,
    "reason": None,
    "line": None,
    "closes": None,
    "allotment": None,
    "maximum": None,
    "minimum": None,
    "via": None,
    "fee": None,
    "fees": [],
    "fund": None,
    "share": None,
    "amount": None,
    "about": None,
    "outcome": None,
    "number": None,
    "promise": None,
    "reports": [],
}

# -- and how they go wrong -------------------------------------------------------------

DEEP: object = [[[[[[[[[]]]]]]]]]
JUNK: tuple[object, ...] = (
    *(None, True, False, -1, 0, 1, 64, 65, 100, 101, 59, 60, 1440, 1441, 100_001),
    *(2**53 - 1, 2**53, 2**63, -(2**53) + 1, -(2**53), -(2**63), 2**64 - 1),
    *("", "x", "minutes", "GBP", "gbp", "GBPX", "required", "a--b", "-a", "a-", "A"),
    *(
        "é",
        "a" * 40,
        "a" * 41,
        "!" * 100,
        "!" * 101,
        "a b",
        "web\n",
        "٧٢٠٠٠٠٠٠",
        "en\n",
    ),
    *("web\n", "0000-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29"),
    *("2024-1-01", "20240101", "2024-W01-1", "2024-01-01T00:00", "2024-01-01\n"),
    *("72000000", "7200000", "open", "idea", "confirmed", "\ud800", "\0", "ﬀ"),
    *(b"", bytes(8), bytes(16), bytes(31), bytes(32), bytes(33), b"a", b"minutes"),
    *([], [1], ["GBP", 1], ["GBP", 1, 1], ["GBP", 1, 0], ["GBP", 1, 1, 1], [[]], DEEP),
    *({}, {"a": 1}, Pairs(((1, 2),)), Pairs(((b"a", 2),)), Pairs(((None, 2),))),
    *(Pairs((("a", 1), ("a", 1))), Pairs((("b", 1), ("a", 1))), ["a"] * 65),
    *(Raw(b"\xc1"), Raw(b"\xca\0\0\0\0"), Raw(b"\xcb" + bytes(8)), Raw(b"\xd4\x05a")),
    *(Raw(b"\xd6\xff" + bytes(4)), Raw(b"\xa2\xff\xfe"), Raw(b"\xa1\xc0"), Raw(b"")),
    *(Raw(b"\xa2\xc0\x80"), Raw(b"\xdf\xff\xff\xff\xff"), Raw(b"\xdd\0\0\0\1\xc0")),
    *(Raw(b"\xc0\xc0"), Raw(b"\x93\xc0"), Raw(b"\xc7\0\1"), Raw(b"\x81\x93\0\0\0\0")),
)


def spoil(value: object, rng: random.Random) -> object:
    """Make one thing wrong, or only odd, somewhere in a value."""
    if isinstance(value, dict) and value and rng.random() < 0.95:
        return _spoil_map(dict(value), rng)
    if isinstance(value, list) and value and rng.random() < 0.9:
        items = list(value)
        at = rng.randrange(len(items))
        if rng.random() < 0.6:
            items[at] = spoil(items[at], rng)
            return items
        return rng.choice((items[:at], [*items, items[at]], items * 30))
    return rng.choice(JUNK)


def _spoil_map(body: Body, rng: random.Random) -> object:
    name = rng.choice(sorted(body))
    what = rng.randrange(8)
    if what == 0:
        del body[name]
    elif what == 1:
        body[rng.choice(("extra", "", "zz", name + "s", *DEFAULTS))] = rng.choice(JUNK)
    elif what == 2:
        default = rng.choice(sorted(DEFAULTS))
        body[default] = DEFAULTS[default]
    elif what == 3:
        pairs = list(body.items())
        rng.shuffle(pairs)
        return Pairs(tuple(pairs))
    elif what == 4:
        return Pairs((*sorted(body.items()), (name, body[name])))
    else:
        body[name] = spoil(body[name], rng)
    return body


def texts_for(kind: str, rng: random.Random) -> list[list[object]]:
    roles = () if kind in NO_TEXTS else ROLES.get(kind, ("note",))
    needed = NEEDED | ({"proposal"} if roles[:1] == ("proposal",) else set())
    chosen = [role for role in roles if role in needed or rng.random() < 0.2]
    if kind == "lead.changed" and rng.random() < 0.5:
        chosen = chosen[1:]
    rng.shuffle(chosen)
    return [[role, rng.randbytes(32), rng.randrange(99)] for role in chosen[:4]]


def _spoil_texts(texts: list[list[object]], rng: random.Random) -> object:
    what = rng.randrange(6)
    if what == 0:
        role = rng.choice(("note", "name", "title", "", "x" * 20, "x" * 21, "source"))
        return [*texts, [role, rng.randbytes(32), 5]]
    if what == 1 and texts:
        return [*texts, rng.choice(texts)]
    if what == 2:
        return texts[1:]
    if what == 3:
        return [*texts, ["note", rng.randbytes(32), rng.choice((65_536, 65_537, -1))]]
    if what == 4:
        return [*texts, *([["note", bytes(32), 1]] * 4)]
    return spoil(texts, rng)


def _spoil_epoch(epoch: list[object], rng: random.Random) -> object:
    number, prefix = epoch
    assert isinstance(prefix, bytes)
    bad = rng.choice((-1, True, None, 2**53, "0"))
    return rng.choice(
        (
            [number, rng.randbytes(8)],
            [number, prefix[:7]],
            [number, prefix + b"x"],
            [number, prefix, 0],
            [number],
            [prefix, number],
            [bad, prefix],
            number,
            {"0": number},
        )
    )


def focused(pool: Pool, number: int) -> None:
    """Let a log be mostly about some kinds, by turns."""
    starts = tuple(FOCI[number % len(FOCI)].split())
    pool.focus = [kind for kind in MAKERS if starts and kind.startswith(starts)]


def event(pool: Pool, epoch: list[object], wrong: float) -> tuple[bytes, str, Body]:
    """Write an event, wrong by that chance; give its bytes, its kind, its body."""
    rng = pool.rng
    kinds = pool.focus if pool.focus and rng.random() < 0.9 else list(MAKERS)
    kind = rng.choices(kinds, [MAKERS[one][0] for one in kinds])[0]
    body = MAKERS[kind][1](pool)
    texts = texts_for(kind, rng)
    parts: list[object] = [epoch, rng.randrange(2**41), kind, body, texts]
    sloppy = 0.0
    if rng.random() < wrong:
        sloppy = _spoil_event(parts, rng)
    data = Encoder(rng, sloppy).encode(parts)
    if rng.random() < wrong / 10:
        data = _spoil_bytes(data, rng)
    if len(data) > EVENT_BYTES:
        return event(pool, epoch, wrong)
    return data, kind, body


def _spoil_event(parts: list[object], rng: random.Random) -> float:
    """Spoil one item of an event; give how sloppily to write it."""
    what = rng.choices(range(8), (10, 3, 3, 1, 1, 1, 1, 1))[0]
    if what == 0:
        parts[3] = spoil(parts[3], rng)
    elif what == 1:
        parts[4] = _spoil_texts(parts[4], rng)  # type: ignore[arg-type]
    elif what == 2:
        parts[0] = _spoil_epoch(parts[0], rng)  # type: ignore[arg-type]
    elif what == 3:
        odd = ("x.y", "X", "k" * 40, "k" * 41, "tail.adopted", 7, b"profile.set")
        parts[2] = rng.choice((*odd, *MAKERS))
    elif what == 4:
        parts[1] = rng.choice((*JUNK, -5, -(2**53) + 1))
    elif what == 5:
        parts[:] = rng.choice((parts[:4], [*parts, []], [*parts, None], parts[::-1]))
    elif what == 6:
        parts[2:4] = [rng.choice(("x.y", "profile.set")), rng.choice(JUNK)]
    else:
        return 0.1
    return 0.0


def _spoil_bytes(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return rng.choice(
        (
            data[:at],
            data + b"\xc0",
            data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :],
            data[:at] + rng.randbytes(1) + data[at:],
            rng.randbytes(rng.randrange(40)),
            b"",
        )
    )


def write_log(writer: Writer, register: Register, pool: Pool, count: int) -> None:
    """Append events under epochs that mostly go up."""
    rng = pool.rng
    last = register.roster.number
    at = 0
    for _ in range(count):
        at = min(last, at + (rng.random() < 0.02))
        number = at if rng.random() < 0.98 else rng.randrange(at + 1)
        epoch = register.epoch(number)
        parts: list[object] = [epoch.number, epoch.block]
        if rng.random() < 0.0005:
            parts[0] = last + 1
        data, kind, body = event(pool, parts, 0.15 if pool.focus else 0.35)
        made = writer.append(data)
        family = MAKERS[kind][2]
        if family:
            pool.ids.setdefault(family, []).append(made)
            pool.told[made] = body
