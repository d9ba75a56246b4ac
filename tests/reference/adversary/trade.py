"""Bodies of reports, invoices, payments, mediation and netting."""

import random

from tests.protocol.world import seed
from tests.reference.adversary.pool import Body, Makers, Pool, date, some, window


def _sum(rng: random.Random) -> list[object]:
    return [rng.choice(("GBP", "EUR")), 0 if rng.random() < 0.08 else 500]


def _terms_of_work(pool: Pool) -> Body:
    rng = pool.rng
    names = rng.sample(("wellbeing", "jobs", "a", "b-c"), rng.randrange(1, 4))
    themes = [[theme, rng.choice((1, 1, 1, 30))] for theme in names]
    if rng.random() < 0.08:
        themes[-1] = themes[0]
    more = {"amount": _sum(rng), "outcome": "jobs", "themes": themes}
    return window(rng) | {"minutes": rng.choice((9, 60, 600))} | some(rng, more)


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
    return _terms_of_work(pool) | body | some(rng, odd, 0.04)


def _report_answer(pool: Pool) -> Body:
    return {"provider": pool.coop(), "report": pool.pledge(), "version": pool.pledge()}


def _invoice(pool: Pool) -> Body:
    rng = pool.rng
    named = [pool.one("report") for _ in range(rng.choice((0, 1, 1, 2)))]
    payer = pool.told.get(named[0], {}).get("receiver") if named else None
    if payer is None or rng.random() < 0.1:
        payer = pool.coop()
    body = {"amount": _sum(rng), "due": date(rng), "payer": payer}
    body |= {"reports": named} if named else {}
    return body | some(rng, {"number": "7/26", "promise": pool.pledge()}, 0.3)


def _invoice_gone(pool: Pool) -> Body:
    invoice = pool.one("invoice")
    named = pool.told.get(invoice, {}).get("reports", [])
    if pool.rng.random() < 0.1:
        named = named[:-1]
    body = {"invoice": invoice} | ({"reports": named} if named else {})
    return body | some(pool.rng, {"reason": "wrong"}, 0.3)


def _payment(pool: Pool) -> Body:
    rng = pool.rng
    body = {"amount": _sum(rng), "date": date(rng), "payee": pool.coop()}
    named = {"invoice": pool.pledge(), "promise": pool.pledge()}
    return body | some(rng, named, 0.3)


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


MAKERS: Makers = {
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
}
