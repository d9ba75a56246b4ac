"""Blocks as an adversary writes them: nearly right, in every way that is wrong."""

import random
from collections.abc import Iterable
from typing import Any

from protocol import canonical, keys
from protocol.canonical import Value
from protocol.ids import CoopId, digest, number
from protocol.roster.chain import Roster
from tests.protocol import world
from tests.protocol.world import Coop

Body = list[Value] | dict[str, Value]
OF_COOP = ("elector.on", "elector.off", "secretary", "close")
CHARTER: dict[str, Value] = {
    "basis": "co-op",
    "currency": "GBP",
    "decision": "consent",
    "name": "Acorn network",
    "notice_days": 7,
    "quorum_percent": 50,
    "rules": 0,
    "themes": ["wellbeing"],
    "vetoes": 2,
}
ODD: tuple[Any, ...] = (None, True, -1, 0, 101, 366, 1001, "", "x" * 101, "usd", [], {})


class Adversary:
    """Writes the next block of a roster, wrong by a chance."""

    def __init__(self, rng: random.Random, coops: list[Coop], wrong: float) -> None:
        self.rng = rng
        self.coops = coops
        self.wrong = wrong
        self.written: list[bytes] = []

    def slips(self, share: float = 1.0) -> bool:
        return self.rng.random() < self.wrong * share

    def block(self, roster: Roster) -> tuple[bytes, bytes]:
        """Write a block and a certificate for it."""
        count = 64 if self.slips(0.02) else self.rng.choice((1, 1, 1, 2, 3))
        entries: list[Value] = [self.entry(roster) for _ in range(count)]
        at = roster.number + 1
        block: list[Value] = [roster.network, at, roster.tip, entries, []]
        if self.slips(0.3):
            self._misplace(block, roster)
        data = canonical.encode(block)
        if self.slips(0.1):
            data = self.rng.choice((data[:-1], data + b"\0", b"\x80", b"\xdc\0" + data))
        return data, self.certificate(roster, data)

    def _misplace(self, block: list[Value], roster: Roster) -> None:
        rng = self.rng
        item = rng.randrange(5)
        earlier: Value = rng.choice(roster.blocks)
        at = roster.number + 1
        wrong: list[tuple[Value, ...]] = [
            (rng.randbytes(32), b"", None),
            (at + 1, at - 1, 0, -1, True),
            (earlier, rng.randbytes(32), b""),
            ([], None, {}, [None], [[]]),
            ([[]], None, [bytes(32)]),
        ]
        block[item] = rng.choice(wrong[item])

    # -- entries ---------------------------------------------------------------------

    def entry(self, roster: Roster) -> Value:
        kind, body = self.change(roster)
        data = self._change_bytes(roster, kind, body)
        self.written.append(data)
        subject = body[0] if isinstance(body, list) and body else None
        change = digest("change", roster.network, data)
        signers = [one for one in self.coops if one.id in roster.electors]
        if self.rng.random() < 0.4:
            signers = [one for one in signers if self.rng.random() < 0.75]
        if kind in OF_COOP and self.rng.random() < 0.8:
            signers += [one for one in self.coops if one.id == subject]
        if self.slips(0.2):
            signers.append(self.rng.choice(self.coops))
        return [data, self.signatures("approval", signers, roster.network + change)]

    def change(self, roster: Roster) -> tuple[str, Body]:
        rng = self.rng
        kinds = ("admit", "headcount", "charter", *OF_COOP, "elector.on")
        kind = rng.choice(kinds)
        one = self._apt(kind, roster)
        body: Body = [one.id]
        if kind == "admit":
            body = [one.inception]
        elif kind == "headcount":
            body = [one.id, rng.choice((1, 7, 100_000))]
        elif kind == "close":
            event = bytes([rng.randrange(9)]) * 32
            body = [one.id, [bytes(16), 1 + rng.randrange(9), event]]
        elif kind == "charter":
            body = dict(CHARTER, vetoes=rng.randrange(1, 1000))
            if rng.random() < 0.01 and roster.known_rules is None:
                body["rules"] = 1
        if self.slips(0.3):
            kind, body = self._misshape(kind, body)
        return kind, body

    def _apt(self, kind: str, roster: Roster) -> Coop:
        """Choose a co-op, mostly one of which the change can be true."""
        members = set(roster.members)
        apt: set[CoopId] = {
            "admit": {one.id for one in self.coops} - members,
            "headcount": members,
            "close": members,
            "elector.on": members - roster.electors,
        }.get(kind, set(roster.electors))
        fits = [one for one in self.coops if one.id in apt]
        if not fits or self.slips(0.5):
            return self.rng.choice(self.coops)
        return self.rng.choice(fits)

    def _misshape(self, kind: str, body: Body) -> tuple[str, Body]:
        rng = self.rng
        if rng.random() < 0.2:
            return rng.choice(
                ("rekey", "erase", "x" * 21, "", "admit", "charter")
            ), body
        if isinstance(body, dict):
            name = rng.choice(sorted(body))
            if rng.random() < 0.3:
                return kind, {one: item for one, item in body.items() if one != name}
            return kind, body | {rng.choice((name, "extra")): rng.choice(ODD)}
        shapes: list[Body] = [
            [],
            [*body, 0],
            [rng.randbytes(32)],
            [b""],
            {"0": body},
            [rng.choice(self.coops).id, rng.choice((0, 1, 100_001, True, None))],
            [canonical.encode([bytes(32), bytes(32), bytes(16)])],
            [canonical.encode([rng.randbytes(32), bytes(32), bytes(16)]) + b"\0"],
            [canonical.encode([b"\xff" * 32, bytes(32), bytes(16)])],
            [canonical.encode([rng.randbytes(32), bytes(32), bytes(15)])],
        ]
        return kind, rng.choice(shapes)

    def _change_bytes(self, roster: Roster, kind: str, body: Body) -> bytes:
        rng = self.rng
        if self.written and self.slips(0.15):
            return rng.choice(self.written)
        base: Value = roster.blocks[-1]
        if rng.random() < 0.3:
            base = rng.choice(roster.blocks[-34:])
        if self.slips(0.1):
            base = rng.choice((rng.randbytes(32), roster.blocks[0], b"", None))
        nonce: Value = rng.randbytes(16 if not self.slips(0.1) else 15)
        form: list[Value] = [kind, body, base, nonce]
        if self.slips(0.1):
            form = rng.choice((form[:3], [*form, 0]))
        data = canonical.encode(form)
        return data if not self.slips(0.1) else data.replace(b"\x95", b"\xdc\0\5", 1)

    # -- signatures ------------------------------------------------------------------

    def signatures(self, name: str, signers: Iterable[Coop], message: bytes) -> Value:
        """Let them sign, sorted and once each; not quite, now and then."""
        unique = sorted({one.id: one for one in signers}.items())
        rows: list[Value] = []
        for coop, one in unique:
            said = message if not self.slips(0.05) else message[:-1]
            rows.append([coop, keys.sign(one.key, name, said)])
        if rows and self.slips(0.2):
            odd: list[list[Value]] = [rows[::-1], [*rows, rows[-1]], rows[:-1], []]
            odd.append([*rows, [bytes(32)]])
            return odd[self.rng.randrange(len(odd))]
        return rows

    def certificate(self, roster: Roster, block: bytes) -> bytes:
        electors = [one for one in self.coops if one.id in roster.electors]
        if self.rng.random() < 0.5:
            majority = len(electors) // 2 + 1
            electors = self.rng.sample(electors, majority)
        if self.slips(0.1):
            electors = [*electors, self.rng.choice(self.coops)]
        if self.slips(0.1):
            electors = electors[: len(electors) // 2]
        at = number(roster.number + 1) + number(0)
        message = roster.network + at + digest("block", block)
        accepts = self.signatures("accept", electors, message)
        form: list[Value] = [0, accepts, []]
        if self.slips(0.15):
            odd: list[list[Value]] = [[1, accepts, []], [0, accepts], [0, [], []]]
            odd += [[0, accepts, [bytes(32)]], [True, accepts, []], [0, accepts, [], 0]]
            form = self.rng.choice(odd)
        return canonical.encode(form)


def coops(count: int) -> list[Coop]:
    return [world.coop(f"Co-op {at}") for at in range(count)]
