"""runs.json: SPEC 6.1 to 6.4, proofs of equivocation (6.7), stretches (12.2)."""

from protocol.citing import Stretch
from protocol.equivocation import Proof, Side
from protocol.log import Chain, Place, Run
from tests.protocol import test_citing, test_equivocation, test_log
from tests.protocol.test_log import ACORN, CHANGES, OTHER_CHAINS, OVERSIZED, ROOT
from tests.vectors.making.written import File, Json, small


def place(one: Place | None) -> Json:
    return None if one is None else [one.incarnation.hex(), one.seq, one.id.hex()]


def chain(one: Chain) -> dict[str, Json]:
    return {
        "network": one.network.hex(),
        "coop": one.coop.hex(),
        "generation": one.generation,
        "incarnation": one.incarnation.hex(),
        "base": place(one.base),
    }


def _run(name: str, run: Run, before: bytes) -> dict[str, Json]:
    return {
        "name": name,
        **chain(run.chain),
        "key": ACORN.public.hex(),
        "before": before.hex(),
        "first": run.first,
        "events": [data.hex() for data in run.events],
        "signature": run.signature.hex(),
    }


def _accepted() -> list[dict[str, Json]]:
    made = test_log.writer(5)
    second = made.reopened(2, "second")
    second.adopt(made.place())
    cases = [
        _run(f"events-{first}-to-{last}", made.run(first, last), before)
        | {"ids": [one.hex() for one in made.ids[first - 1 : last]]}
        for first, last in ((1, 1), (1, 5), (2, 3), (5, 5))
        for before in [made.ids[first - 2] if first > 1 else made.chain.opening()]
    ]
    restored = _run("restored", second.run(), second.chain.opening())
    return [*cases, restored | {"ids": [one.hex() for one in second.ids]}]


def _rejected() -> list[dict[str, Json]]:
    made = test_log.writer()
    good = made.run()
    changed = [
        _run(name, test_log.changed(good, name), made.chain.opening())
        | {"code": "signature-invalid"}
        for name in CHANGES
    ]
    oversized = [
        _run(name, run, ROOT.opening()) | {"code": code}
        for name, (run, code) in OVERSIZED.items()
        if len(run.events) < 1000 and run.first >= 0
    ]
    return [*changed, *oversized]


def side(one: Side) -> Json:
    return [one.id.hex(), [data.hex() for data in one.after], one.signature.hex()]


def proof(one: Proof) -> dict[str, Json]:
    return {
        "coop": one.coop.hex(),
        "generation": one.generation,
        "incarnation": one.incarnation.hex(),
        "seq": one.seq,
        "low": side(one.low),
        "high": side(one.high),
    }


def _stretch(name: str, at: Place, one: Stretch, *, signed: bool) -> dict[str, Json]:
    return {
        "name": name,
        "network": test_citing.REGISTER.network.hex(),
        "key": test_citing.ACORN.public.hex(),
        "coop": test_citing.ACORN.id.hex(),
        "generation": 0,
        "place": place(at),
        "signed": signed,
        "base": place(one.base),
        "before": one.before.hex(),
        "events": [data.hex() for data in one.events],
        "after": [data.hex() for data in one.after],
        "signature": one.signature.hex(),
    }


def make() -> File:
    network = test_equivocation.REGISTER.network.hex()
    context: dict[str, Json] = {"network": network, "key": ACORN.public.hex()}
    return {
        "about": "SPEC 6.1 to 6.4: openings; runs that are authentic after `before` "
        "under `key`, with the ids of their events; runs that are not. SPEC 6.7: "
        "proofs that hold under `key`, and proofs that do not. SPEC 12.2: stretches "
        "that lead to `place`, and stretches that do not; where `signed`, under `key`.",
        "openings": [
            {"name": name, **chain(one), "opening": one.opening().hex()}
            for name, one in {"plain": ROOT, **OTHER_CHAINS}.items()
        ],
        "accept": _accepted(),
        "reject": small(_rejected()),
        "proofs-accept": [
            {"name": f"place-{seq}", **context, **proof(test_equivocation.proof(seq))}
            for seq in (3, 4)
        ],
        "proofs-reject": small(
            {"name": name, **context, **proof(one), "code": code}
            for name, (one, code) in test_equivocation.REFUSED.items()
        ),
        "stretches-accept": [
            _stretch(name, at, one, signed=signed)
            for name, (at, one, signed) in test_citing.GOOD.items()
        ],
        "stretches-reject": small(
            _stretch(name, at, one, signed=True) | {"code": code}
            for name, (at, one, code) in test_citing.REFUSED.items()
        ),
    }
