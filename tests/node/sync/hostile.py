"""A member's log key in hostile hands: whatever it signs, it signs well."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from protocol import equivocation, event, log
from protocol.equivocation import Proof, Side
from protocol.event import Epoch
from protocol.ids import EventId, Incarnation
from protocol.kinds.logs import LogReopened, TailAdopted
from protocol.kinds.profiles import WishSet
from protocol.log import Chain, Place, Run
from tests.node.commands.nodes import Coop

_DAY = date(2026, 1, 1)


def name(letter: str) -> Incarnation:
    return Incarnation(letter.encode() * 16)


class Evil:
    """Signs for a co-op what its own node would not."""

    def __init__(self, coop: Coop) -> None:
        self.node = coop.node
        self.coop = coop.node.coop

    def chain(self, letter: str, base: Place | None = None) -> Chain:
        return Chain(
            network=self.node.register.roster.network,
            coop=self.coop,
            generation=0,
            incarnation=name(letter),
            base=base,
        )

    def wish(self, day: int) -> bytes:
        """Write an event that counts, another one each day."""
        at = _DAY + timedelta(days=day)
        body = WishSet(ceiling=5, ends=at, floor=1, starts=at, wanted=2)
        return self._event("wish.set", body)

    def wishes(self, first: int, count: int) -> list[bytes]:
        return [self.wish(day) for day in range(first, first + count)]

    def reopened(self) -> bytes:
        return self._event("log.reopened", LogReopened(why="moved"))

    def adopts(self, letter: str, seq: int, event_id: bytes) -> bytes:
        body = TailAdopted(incarnation=name(letter), seq=seq, id=event_id)
        return self._event("tail.adopted", body)

    def _event(self, kind: str, body: msgspec.Struct) -> bytes:
        roster = self.node.register.roster
        epoch = Epoch(roster.number, roster.tip[:8])
        return event.build(epoch=epoch, time_ms=0, kind=kind, body=body, texts=())

    def run(
        self,
        chain: Chain,
        events: Sequence[bytes],
        first: int = 1,
        before: bytes | None = None,
    ) -> tuple[Run, list[EventId]]:
        """Sign events of a chain; give the run and their ids."""
        previous = chain.opening() if before is None else EventId(before)
        ids = log.ids_after(previous, events)
        last = first + len(events) - 1
        signature = self.node.signer.sign_head(chain, last, ids[-1])
        return (
            Run(chain=chain, first=first, events=tuple(events), signature=signature),
            ids,
        )

    def proof(
        self, chain: Chain, seq: int, one: bytes = b"\1" * 32, other: bytes = b"\2" * 32
    ) -> Proof:
        """Prove of two ids that they were signed for one place."""
        sides = [
            Side(each, (), self.node.signer.sign_head(chain, seq, EventId(each)))
            for each in (one, other)
        ]
        return equivocation.make(chain, seq, *sides)

    def long_proof(self, chain: Chain, seq: int, before: bytes, size: int) -> Proof:
        """Prove it by signatures that stand so many bytes of events further on."""
        sides: list[Side] = []
        for which in (b"one", b"two"):
            events = [which, *(bytes(8192) for _ in range(size // 8192))]
            run, ids = self.run(chain, events, seq, before)
            sides.append(equivocation.side_of(run, tuple(ids), seq))
        return equivocation.make(chain, seq, *sides)
