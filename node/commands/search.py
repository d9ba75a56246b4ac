"""The command `search`: words, and what has them."""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, reading
from node.node import Node
from node.views import search, titles
from node.views.books import Books
from node.views.search import Hit

USUAL: Final = 20
MOST: Final = 200
#: So few events are indexed while the answer is waited for; more are left to the loop.
_AT_ONCE: Final = 256


class Search(Asking, frozen=True, kw_only=True):
    """Words, "phrases in quotes"; in which families, all where none is named."""

    words: str
    families: tuple[str, ...] = ()
    most: int = USUAL


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What has all the words; those with all in the title first, then the newest.

    `behind` counts the events that are still to be looked through.
    """

    hits: list[Hit]
    behind: int


async def find(node: Node, args: Search, tell: Tell) -> Found:
    """Search titles, names, descriptions and notes of everything that is here."""
    if not 1 <= args.most <= MOST:
        raise fields.fault("most", args.most, f"a number from 1 to {MOST}", "20")
    wanted = search.query(args.words)
    if not wanted:
        raise fields.fault("words", args.words, "a word with a letter or digit", "web")
    families = fields.choices("families", args.families, titles.CALLED)
    books, names = await reading(node)
    behind = await _follow(node, books, tell)
    hits = await search.find(
        books, names, node.index, wanted, families=families, most=args.most
    )
    return Found(hits=hits, behind=behind)


async def _follow(node: Node, books: Books, tell: Tell) -> int:
    """Bring the index up to date: all of it where no loop does; give what is left."""
    behind = total = await node.index.behind(books)
    if node.served and behind > _AT_ONCE:
        return behind
    while await node.index.follow(books):
        behind = await node.index.behind(books)
        tell(total - behind, total, "events indexed")
    return await node.index.behind(books)


COMMANDS: Final[dict[str, Command]] = {"search": command(Search, find, long=True)}
