"""Keeping search.db abreast of what is folded, and of texts that come later.

Only events with texts change what can be found, so the logs are read on from where they
are indexed, step by step, and what an event with texts made or changed is indexed as it
stands now. The state that is shown beside a hit is read when it is shown.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Final

from node.errors import DiskFailed, WortleyError
from node.store.search_db import Doc, SearchDb, remove
from node.views import explain, logs, texts, titles
from node.views.books import Books
from node.views.logs import Placed
from protocol import fold, walks
from protocol.event import ENVELOPE
from protocol.walks import Span

log_line = logging.getLogger("wortley.search")
#: Events of a log that are looked through at once, a few tenths of a second.
STEP: Final = 8192
#: Texts that were missing and are looked for again at once.
_ASKED: Final = 4096
#: What is indexed of one entity at most, in characters.
_CHARS: Final = 20_000
#: What SQLite calls a file that it cannot make sense of, or not read.
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR")
#: How long the index rests between two steps, so that pages answer meanwhile.
_REST_S: Final = 0.02


class Damaged(Exception):
    """The index was damaged and is gone; it is made anew from what is held."""


def _is_damage(error: Exception) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return isinstance(error, DiskFailed) or name.startswith(_DAMAGE)


class Index:
    """The index of one node, opened when it is first needed."""

    def __init__(self, path: Path, instance: bytes) -> None:
        """Keep it in `path`; it belongs to the log.db that is called `instance`."""
        self._path = path
        self._instance = instance
        #: The file, open or about to be; None before it is needed.
        self._opening: asyncio.Future[SearchDb] | None = None
        self._lock = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._asked = b""

    async def close(self) -> None:
        """Close the file, once what is being written is written."""
        async with self._lock:
            opening, self._opening = self._opening, None
            if opening is not None:
                # What could not be opened has closed itself.
                with suppress(sqlite3.Error, WortleyError, OSError):
                    await (await opening).close()

    async def release(self) -> None:
        """Forget what the open file keeps in memory; one not open keeps nothing."""
        async with self._lock:
            opening = self._opening
        if opening is not None:
            with suppress(sqlite3.Error, WortleyError, OSError):
                await (await asyncio.shield(opening)).release()

    async def _open(self) -> SearchDb:
        """Give the file. Who is cancelled meanwhile leaves it to be closed later.

        The threads of a connection that nobody closes would keep the process alive.
        """
        if self._opening is None:
            opened = SearchDb.open(self._path, self._instance)
            self._opening = asyncio.ensure_future(opened)
        try:
            return await asyncio.shield(self._opening)
        except (sqlite3.Error, WortleyError, OSError):
            self._opening = None
            raise

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[SearchDb]:
        """Give the open file. One that turns out to be damaged is begun anew.

        Raises `Damaged` then: nothing is wrong with the node or with what it holds.
        """
        async with self._lock:
            db = await self._open()
        try:
            yield db
        except (sqlite3.Error, DiskFailed) as error:
            if not _is_damage(error):
                raise
            log_line.warning("the search index is damaged and is made anew")
            async with self._lock:
                if self._opening is not None and self._opening.result() is db:
                    self._opening = None
                    await db.close()
                    remove(self._path)
            raise Damaged from error

    async def find(
        self, wanted: str, column: int, most: int
    ) -> list[tuple[bytes, str]]:
        """Look something up; nothing is found in an index that was damaged."""
        with suppress(Damaged):
            async with self._opened() as db:
                return await db.find(wanted, column, most)
        return []

    async def behind(self, books: Books) -> int:
        """Count the events that are folded and not indexed yet."""
        async with self._opened() as db:
            return sum(
                walks.count(_rest(db, coop, done.spans))
                for coop, done in books.state.folds.items()
            )

    async def follow(self, books: Books) -> int:
        """Do one step; give how many events it looked through, 0 where all is done."""
        with suppress(Damaged):
            async with self._turn, self._opened() as db:
                for coop, spans in list(db.spans.items()):
                    done = books.state.folds.get(coop)
                    if done is None or not walks.extends(done.spans, spans):
                        await db.forget_log(coop)
                for coop, done in list(books.state.folds.items()):
                    rest = _rest(db, coop, done.spans)
                    if rest:
                        return await self._step(books, db, coop, rest)
                await self._look_again(books, db)
                return 0
        return await self.behind(books)

    async def keep_up(self, books: Books) -> None:
        """Follow until nothing is left, resting between the steps."""
        while await self.follow(books):  # noqa: ASYNC110 - it gives way to others
            await asyncio.sleep(_REST_S)

    async def _step(
        self, books: Books, db: SearchDb, coop: bytes, rest: tuple[Span, ...]
    ) -> int:
        step = walks.first_of(rest, STEP)
        touched: dict[bytes, None] = {}
        for span in step:
            held = books.log.chains[coop, span.incarnation]
            async for batch in logs.forward(books, held, span.first, span.last):
                found = await asyncio.to_thread(_touched, batch)
                touched.update(dict.fromkeys(found))
        spans = db.spans.get(coop, ())
        for span in step:
            spans = walks.joined(spans, (span,))
        await db.write(await _docs(books, touched), (coop, spans))
        return walks.count(step)

    async def _look_again(self, books: Books, db: SearchDb) -> None:
        """Index what has texts that have arrived since, round and round."""
        wanted = await db.missing(self._asked, _ASKED)
        self._asked = wanted[-1] if len(wanted) == _ASKED else b""
        arrived = await books.log.texts.of(wanted)
        if arrived:
            await db.write(await _docs(books, await db.having(arrived)), None)


def _rest(db: SearchDb, coop: bytes, folded: tuple[Span, ...]) -> tuple[Span, ...]:
    done = db.spans.get(coop, ())
    return walks.beyond(folded, done) if walks.extends(folded, done) else folded


def _touched(batch: Iterable[Placed]) -> list[bytes]:
    """Name the entities that events with texts may have made or changed."""
    found: list[bytes] = []
    for one in batch:
        try:
            if not ENVELOPE.decode(one.data).texts:
                continue
        except ValueError:
            continue
        reading = fold.read(one.coop, one.seq, one.id, one.data)
        if reading.void is None:
            found += [one.id, *reading.reads(), *explain.set_by(reading)]
    return found


async def _docs(books: Books, touched: Iterable[bytes]) -> list[Doc]:
    """Write what can be found of entities, as far as their texts are here.

    Sealed texts stay out: opened, their words would lie in a file.
    """
    entities = {
        entity_id: entity
        for entity_id, entity in (await books.state.many(touched)).items()
        if titles.words_of(entity.body)
    }
    made = await books.state.times(entities)
    wanted = [titles.words_of(entity.body).values() for entity in entities.values()]
    words = await texts.read(books, chain.from_iterable(wanted))
    docs: list[Doc] = []
    for entity_id, entity in entities.items():
        by_role = titles.words_of(entity.body)
        titled = titles.role_of(entity.body)
        shown = {
            role: texts.prose(words[one])[:_CHARS]
            for role, one in by_role.items()
            if one in words
        }
        docs.append(
            Doc(
                entity=entity_id,
                coop=entity.coop,
                family=entity.family,
                made_ms=made[entity_id].first if entity_id in made else 0,
                title=shown.pop(titled, "") if titled else "",
                rest="\n".join(shown.values()),
                texts={one: one in words for one in by_role.values()},
            )
        )
    return docs
