"""Words of members, made safe to show: no control characters, lines that end.

They come from other co-ops and may hold anything that bytes can: escape sequences that
repaint a terminal, marks that turn the reading direction around, no UTF-8 at all.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from node.views.books import Books
from protocol.kinds.sealed import SEALED

#: A title or name longer than this is cut where one line is shown.
LINE_CHARS: Final = 200
#: Join letters in Persian or Hindi and parts of emoji; harmless, so they stay.
_JOINERS: Final = frozenset("\u200c\u200d")
_NEWLINES: Final = frozenset("\n\t")


def line(words: str) -> str:
    """Give words as one line: white space collapsed, what cannot be shown left out."""
    return " ".join(_clean(" ".join(words.split()), frozenset()).split())


def prose(words: str) -> str:
    """Give words with their line breaks and tabs, what cannot be shown left out."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    return _clean(plain, _NEWLINES).strip()


def shortened(words: str) -> str:
    """Give one line of at most `LINE_CHARS` characters."""
    whole = line(words)
    return whole if len(whole) <= LINE_CHARS else f"{whole[: LINE_CHARS - 1]}…"


def _clean(words: str, kept: frozenset[str]) -> str:
    # A no-break space is not "printable" to Python, yet it is a space.
    return "".join(
        one
        for one in words.replace("\u00a0", " ")
        if one.isprintable() or one in kept or one in _JOINERS
    )


async def read(books: Books, commitments: Iterable[bytes]) -> dict[bytes, str]:
    """Read texts as they were written, as far as they have arrived."""
    found = await books.log.texts.of(set(commitments))
    return {
        commitment: text.words.decode("utf-8", errors="replace")
        for commitment, text in found.items()
    }


async def of_roles(books: Books, texts: Mapping[str, bytes]) -> dict[str, str]:
    """Read the texts of one event or entity by role; one that is missing is left out.

    A description and a note keep their lines, everything else is one line. Sealed ones
    are left out: they are no words.
    """
    found = await read(books, [one for role, one in texts.items() if role != SEALED])
    return {
        role: _shape(role, found[commitment])
        for role, commitment in texts.items()
        if commitment in found
    }


def _shape(role: str, words: str) -> str:
    return prose(words) if role in PROSE else line(words)


#: Roles whose texts may have more than one line.
PROSE: Final = frozenset(
    {
        *("description", "milestones", "note", "proposal", "purpose", "reason"),
        *("source", "summary", "terms", "text"),
    }
)
