"""Figures of all that was promised and done, kept up with the logs.

Summed up from the logs' state each time, they would take seconds. So what each thing
counts as is kept, in a few bytes, and what has changed since is counted anew before
each look. The first sums are made in the background, in pieces with long rests, unless
somebody looks: then at once.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from node.store.figure_reader import Numbered
from node.views import pledges
from node.views.books import Books
from node.views.figures import promised, stale
from node.views.figures.promised import Came, Done
from node.views.figures.served import LIVE, Served
from node.views.figures.shared import Shared
from node.views.figures.stale import Closed, Pair, Stale
from node.views.figures.tally import Tally
from node.views.pledges import Joined
from protocol.joins.commitments import BINDING

#: What promises are made of: those that were answered or bind.
_PROMISED: Final = {"pledge": ("confirmed", "released", "withdrawn")}
_DECLINED: Final = {"answer": ("declined",)}
NOTHING_PAID: Final[Mapping[bytes, Done]] = {}
#: Pledges that are looked at together.
_TOGETHER: Final = 500
#: The part of the time for which the background works on what nobody asked for yet.
SHARE: Final = 0.008
#: The same where something has come in: somebody may look because of it.
NEWS_SHARE: Final = 0.1


class Figures:
    """What became of promises, who works together, and what work has served."""

    def __init__(self) -> None:
        """Know nothing yet; the first look reads everything."""
        self._position: int | None = None
        self._lock = asyncio.Lock()
        #: Looks that wait; set as long as there are any.
        self._looks = 0
        self._looked = asyncio.Event()
        #: When the last rest ended, by the clock of the loop.
        self._since = 0.0
        self._share = SHARE
        #: What rounds depend on beside entities, and those that are closed for good.
        self._tip: tuple[bytes, int] = (b"", 0)
        self._closed: Mapping[bytes, Closed] = {}
        self.promised: Tally[Came] = Tally()
        self.shared = Shared()
        self.served = Served()

    async def follow(self, books: Books) -> None:
        """Count what has changed since the last look, at once."""
        self._looks += 1
        self._looked.set()
        try:
            async with self._lock:
                await self._follow(books)
        finally:
            self._looks -= 1
            if not self._looks:
                self._looked.clear()

    @property
    def is_counted(self) -> bool:
        """Tell whether anybody has looked, since when they are kept up."""
        return self._position is not None

    async def keep_up(self, books: Books) -> None:
        """Count what has changed since, slowly, for as long as nobody looks."""
        async with self._lock:
            self._since = asyncio.get_running_loop().time()
            await self._follow(books)

    async def _rest(self) -> None:
        """Rest in proportion to the work since the last rest, unless somebody waits."""
        loop = asyncio.get_running_loop()
        worked = loop.time() - self._since
        with suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), worked / self._share)
        self._since = loop.time()

    async def _follow(self, books: Books) -> None:
        # Taken first: what changes while we read is read again next time.
        position = books.state.recent.position
        changes = None
        if self._position is not None:
            changes = books.state.recent.since(self._position)
        self._share = SHARE if changes is None else NEWS_SHARE
        if changes is None:
            await self._read_all(books)
        else:
            pairs = await self._newly_closed(
                books, anew=any(one.family == "round" for one in changes)
            )
            if changes or pairs:
                found = await stale.of_changes(books, changes)
                await self._read_changed(
                    books, found._replace(pairs=found.pairs | pairs)
                )
        self._position = position

    # --- reading ----------------------------------------------------------------------

    async def _read_all(self, books: Books) -> None:
        # A look that is not awaited to its end is begun anew by the next one.
        self._position = None
        self.promised, self.shared, self.served = Tally(), Shared(), Served()
        self._tip, self._closed = (b"", 0), {}
        await self._newly_closed(books, anew=True)
        pairs = set[Pair]()
        async for found in books.state.walk_kinds(_PROMISED):
            joined = await self._judge(books, found)
            pairs |= _owing(joined)
            await self.shared.add(books, joined)
            await self._rest()
        async for found in books.state.walk_kinds(_DECLINED):
            answered = {one.entity.ref for one in found}
            await self._renew(books, {one for one in answered if one is not None})
            await self._rest()
        await self._renew_paid(books, pairs)
        for provider in await books.state.coops_of({"report": LIVE}):
            await self.served.lay(books, provider)
            await self._rest()

    async def _read_changed(self, books: Books, found: Stale) -> None:
        pairs = set(found.pairs)
        for part in _parts(found.pledges):
            pairs |= _owing(await self._renew(books, part))
            await self._rest()
        await self._renew_paid(books, pairs)
        for part in _parts(found.leads):
            await self.shared.renew(books, part)
            await self._rest()
        for provider in sorted(found.providers):
            await self.served.lay(books, provider)
            await self._rest()

    async def _newly_closed(self, books: Books, *, anew: bool) -> set[Pair]:
        """Say who owes whom since rounds were closed that were not the last time."""
        tip = books.roster.tip, len(books.state.closings.settled)
        if tip == self._tip and not anew:
            return set()
        closed = await stale.closed_rounds(books)
        fresh = [one for one in closed if closed[one] != self._closed.get(one)]
        pairs = await stale.of_rounds(books, fresh)
        self._tip, self._closed = tip, closed
        return pairs

    async def _renew(self, books: Books, ids: Iterable[bytes]) -> list[Joined]:
        """Judge some pledges anew."""
        return await self._judge(books, await books.state.numbered(ids))

    async def _renew_paid(self, books: Books, pairs: Iterable[Pair]) -> None:
        """Judge anew what has been promised between some co-ops in money."""
        for flows in stale.flows(pairs):
            paid = await promised.paid_of(books, flows)
            for part in _parts(paid):
                await self._judge(books, await books.state.numbered(part), paid)
            await self._rest()

    async def _judge(
        self,
        books: Books,
        found: Sequence[Numbered],
        paid: Mapping[bytes, Done] = NOTHING_PAID,
    ) -> list[Joined]:
        """Count pledges as what became of them, and give them joined."""
        said = await books.state.referring([one.entity.id for one in found])
        joined = pledges.joined_with([one.entity for one in found], said)
        came = await promised.judge(books, joined, said, paid)
        for no, entity in found:
            if entity.id in came:
                self.promised.put(no, came[entity.id])
        return joined


def _owing(joined: Iterable[Joined]) -> set[Pair]:
    """Say who is bound to pay whom."""
    return {
        (one.pledge.coop, one.body.owner)
        for one in joined
        if one.body.unit != "minutes" and one.commitment.standing in BINDING
    }


def _parts(ids: Iterable[bytes]) -> Iterator[list[bytes]]:
    listed = sorted(ids)
    for start in range(0, len(listed), _TOGETHER):
        yield listed[start : start + _TOGETHER]
