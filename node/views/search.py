"""Search: words, and what of the network has them.

What a person types is never wrong: each word is looked for as the beginning of one,
what stands in quotes as it stands there, and everything else is no letter.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from node.store.search_db import CLOSES, OPENS, REST, TITLE
from node.views import agreements, ids, moments, texts, titles
from node.views.books import Books
from node.views.indexing import Index
from node.views.names import Names
from protocol import ids as forms
from protocol.state import Entity

#: A phrase in quotes, or a word up to the next space or quote.
_PARTS: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
#: Words of one search; more make it neither slower to type nor better.
WORDS: Final = 20
#: Letters of a word from which on it is taken as a beginning: a single one begins
#: everything.
_BEGINS: Final = 2


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Something found: what it is, whose, and where the words stand.

    `snippet` is a piece of its words; `hits` are the places of what was looked for in
    it, as (first character, character after the last). `time` is when it claims to be
    made.
    """

    id: str
    short: str
    family: str
    state: str
    coop: str
    name: str
    title: str
    snippet: str
    hits: list[tuple[int, int]]
    time: str


def query(words: str) -> str:
    """Write what was typed as FTS5 reads it; empty where it has no letter or digit."""
    found: list[str] = []
    for phrase, word in _PARTS.findall(texts.line(words)):
        letters = sum(one.isalnum() for one in phrase or word)
        if letters:
            begins = "*" if word and letters >= _BEGINS else ""
            found.append(f'"{phrase or word}"{begins}')
    return " AND ".join(found[:WORDS])


async def find(
    books: Books,
    names: Names,
    index: Index,
    wanted: str,
    *,
    families: Sequence[str] = (),
    most: int,
) -> list[Hit]:
    """Find what has these words, in titles first, the newest first among each.

    wanted: as `query` wrote it. An empty `families` are all of them.
    """
    only = " OR ".join(f'family : "{one}"' for one in families)
    narrowed = f" AND ({only})" if only else ""
    found: dict[bytes, str] = {}
    for columns, column in (("title", TITLE), ("title rest", REST)):
        if len(found) < most:
            asked = f"({{{columns}}} : ({wanted})){narrowed}"
            # Those with all words in the title come again here; the others count.
            for entity, snippet in await index.find(asked, column, most + len(found)):
                found.setdefault(entity, snippet)
    held = await books.state.many(list(found)[:most])
    entities = [held[one] for one in found if one in held]
    return await _hits(books, names, entities, found)


async def _hits(
    books: Books, names: Names, entities: Sequence[Entity], found: dict[bytes, str]
) -> list[Hit]:
    titled = await titles.of(books, entities)
    short = await ids.shorts(books, [one.id for one in entities])
    lived = await books.state.times(one.id for one in entities)
    stands = await agreements.standings(books, entities)
    rows: list[Hit] = []
    for one in entities:
        snippet, hits = _marked(found[one.id])
        rows.append(
            Hit(
                id=forms.text("evt", one.id),
                short=short[one.id],
                family=one.family,
                state=stands.get(one.id, one.state),
                coop=forms.text("coop", one.coop),
                name=names.of(one.coop),
                title=titled[one.id],
                snippet=snippet,
                hits=hits,
                time=moments.write(lived[one.id].first),
            )
        )
    return rows


def _marked(snippet: str) -> tuple[str, list[tuple[int, int]]]:
    """Take the marks out of a snippet, and say where they stood."""
    plain, hits, start = "", list[tuple[int, int]](), 0
    for one in re.split(f"([{OPENS}{CLOSES}])", " ".join(snippet.split())):
        if one == OPENS:
            start = len(plain)
        elif one == CLOSES:
            hits.append((start, len(plain)))
        else:
            plain += one
    return plain, hits
