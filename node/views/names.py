"""What co-ops are called: by their profile, else their application, else by hearsay.

A name is a co-op's own claim. Two that read alike are told apart by the start of their
ids, so that nobody passes for somebody else by taking the same name.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from node.views import texts
from node.views.books import Books
from node.views.short import brief
from protocol import limits
from protocol.roster import identity
from protocol.roster.change import Admit
from protocol.rules.profiles import Profile, profile_id


class Names:
    """Names of all members and applicants, as they stood when they were loaded."""

    def __init__(
        self, claimed: Mapping[bytes, str], hearsay: Collection[bytes] = ()
    ) -> None:
        """Take the claims; those that read alike get the start of an id beside.

        hearsay: whose name is not their own claim, but what the inviter says.
        """
        self._claimed = claimed
        self._hearsay = hearsay
        often = Counter(_alike(name) for name in claimed.values())
        self._twice: Final = {name for name, count in often.items() if count > 1}

    def of(self, coop: bytes) -> str:
        """Name a co-op."""
        name = self._claimed.get(coop, "")
        if not name:
            return brief("coop", coop)
        said = "" if coop not in self._hearsay else " (says the inviter)"
        if _alike(name) in self._twice:
            return f"{name} ({brief('coop', coop)}){said}"
        return f"{name}{said}"

    def claimed(self, coop: bytes) -> str:
        """Give the name as it was said, and nothing beside; empty where none was."""
        return self._claimed.get(coop, "")

    def order(self, coop: bytes) -> tuple[str, bytes]:
        """Sort by name, case aside, then by id."""
        return _alike(self.of(coop)), coop

    def called(self, name: str) -> list[bytes]:
        """Give the co-ops that go by exactly this name, case aside."""
        wanted = _alike(name)
        return sorted(
            coop
            for coop, claimed in self._claimed.items()
            if claimed and _alike(claimed) == wanted
        )

    def beginning(self, name: str) -> list[bytes]:
        """Give the co-ops whose name begins so, case aside; none for an empty word."""
        wanted = _alike(name)
        return sorted(
            coop
            for coop, claimed in self._claimed.items()
            if wanted and _alike(claimed).startswith(wanted)
        )

    @property
    def known(self) -> list[bytes]:
        """All members and applicants."""
        return sorted(self._claimed)


async def load(books: Books) -> Names:
    """Read the names of all members and applicants; refuses without a network.

    A profile wins over the application, and that over what the inviter said of others;
    where the log with the profile has not come yet, or does not count, the application
    is all there is.
    """
    claimed: dict[bytes, str] = {}
    claimed.update(dict.fromkeys(books.roster.members, ""))
    heard = books.register.heard
    for coop in claimed.keys() & heard.keys():
        claimed[coop] = _cut(heard[coop].name)
    for coop, name in books.register.applied.items():
        claimed[coop] = _cut(name)
    claimed.update(applicants(books))
    profiles = await _from_profiles(books)
    claimed.update(profiles)
    hearsay = {one for one in heard if not heard[one].own} - profiles.keys()
    return Names(claimed, hearsay)


async def of_one(books: Books, coop: bytes) -> str:
    """Give the name that one co-op claims, without reading all; empty where unknown."""
    entity = await books.state.get(profile_id(coop))
    if entity is not None and isinstance(entity.body, Profile):
        commitment = entity.body.texts.get("name", b"")
        words = await texts.read(books, [commitment])
        if commitment in words:
            return _cut(words[commitment])
    heard = books.register.heard.get(coop)
    applied = heard.name if heard is not None and heard.own else ""
    return _cut(books.register.applied.get(coop, applied))


async def _from_profiles(books: Books) -> dict[bytes, str]:
    profiles = await books.state.entities("profile", most=limits.MEMBERS)
    commitments = {
        entity.coop: entity.body.texts.get("name", b"")
        for entity in profiles
        if isinstance(entity.body, Profile)
    }
    words = await texts.read(books, commitments.values())
    return {
        coop: _cut(words[commitment])
        for coop, commitment in commitments.items()
        if commitment in words
    }


def applicants(books: Books) -> dict[bytes, str]:
    """Give the co-ops that wait for admission, with the name they apply under."""
    members = books.roster.members
    found: dict[bytes, str] = {}
    for change_id in sorted(books.register.pending):
        pending = books.register.pending[change_id]
        body = pending.change.body
        if not isinstance(body, Admit):
            continue
        coop = identity.coop_id(body.inception)
        if coop not in members and not found.get(coop):
            name = "" if pending.application is None else pending.application.name
            found[coop] = _cut(name)
    return found


def _alike(name: str) -> str:
    """Fold what a reader would take for the same name: case, width, composed marks."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(name: str) -> str:
    return texts.line(name)[: limits.NAME_CHARS]


def listed(names: Iterable[str]) -> str:
    """Join names as a sentence does: "Alba, Birch and Cedar"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def listed_or_nobody(names: Sequence[str]) -> str:
    """Join names as a sentence does, were there none of them: "nobody"."""
    return listed(names) if names else "nobody"
