"""One line for any entity, so that nobody has to read an id to know what is meant."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar, cast

from node import money
from node.views import efforts, texts
from node.views.books import Books
from protocol.rules.acceptances import Acceptance, Answer
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.leads import Lead
from protocol.rules.pledges import Pledge
from protocol.rules.profiles import Profile, Wish
from protocol.rules.projects import Project
from protocol.rules.sealed import Sealed
from protocol.state import Entity, State

#: What a family is called in a sentence.
CALLED: Final = {
    "profile": "profile",
    "wish": "busyness wish",
    "capacity": "capacity offer",
    "booking": "booking",
    "lead": "lead",
    "project": "project",
    "pledge": "pledge",
    "acceptance": "acceptance",
    "answer": "answer",
    "log": "log",
    "sealed": "sealed text",
}
NO_TITLE: Final = "(its title has not arrived yet)"

S = TypeVar("S", bound=State)


def quantity(number: int, unit: str) -> str:
    """Write minutes as hours, or minor units with their currency."""
    if unit == "minutes":
        return efforts.write(number)
    amount = money.write(number, unit)
    return f"{amount.amount} {amount.currency}"


def _pledge(body: Pledge) -> str:
    skill = f" of {body.skill}" if body.skill else ""
    return f"{quantity(body.quantity, body.unit)}{skill}"


def _taken(body: Acceptance) -> str:
    return f"{quantity(body.quantity, body.unit)} accepted"


def _weekly(body: Capacity | Booking) -> str:
    skill = f" of {body.skill}" if body.skill else ""
    return (
        f"{quantity(body.minutes, 'minutes')} a week{skill}, {body.starts} to"
        f" {body.ends}"
    )


def _wish(body: Wish) -> str:
    return f"{quantity(body.wanted, 'minutes')} a week, {body.starts} to {body.ends}"


def _sealed(body: Sealed) -> str:
    readers = "one co-op" if len(body.to) == 1 else f"{len(body.to)} co-ops"
    return f"{body.role} sealed for {readers}"


def _say(kind: type[S], write: Callable[[S], str]) -> Callable[[State], str]:
    def say(body: State) -> str:
        return write(body) if isinstance(body, kind) else ""

    return say


_LINES: Final[dict[str, Callable[[State], str]]] = {
    "pledge": _say(Pledge, _pledge),
    "acceptance": _say(Acceptance, _taken),
    "capacity": _say(Capacity, _weekly),
    "booking": _say(Booking, _weekly),
    "wish": _say(Wish, _wish),
    "sealed": _say(Sealed, _sealed),
    "answer": _say(Answer, lambda _: "the last word on a pledge"),
}


def role_of(body: State) -> str | None:
    """Name the text that titles an entity, where one does."""
    if isinstance(body, Lead | Project):
        return "title"
    return "name" if isinstance(body, Profile) else None


def texts_of(body: State) -> Mapping[str, bytes]:
    """Give the commitments of an entity's texts by role."""
    return cast("Mapping[str, bytes]", getattr(body, "texts", {}))


async def of(books: Books, entities: Iterable[Entity]) -> dict[bytes, str]:
    """Give one line for each entity, by id."""
    listed = list(entities)
    titled: dict[bytes, bytes] = {}
    for entity in listed:
        role = role_of(entity.body)
        commitment = texts_of(entity.body).get(role) if role else None
        if commitment is not None:
            titled[entity.id] = commitment
    words = await texts.read(books, titled.values())
    return {
        entity.id: _title(entity, words.get(titled.get(entity.id, b"")))
        for entity in listed
    }


def _title(entity: Entity, words: str | None) -> str:
    if role_of(entity.body) is not None:
        return NO_TITLE if words is None else texts.shortened(words)
    say = _LINES.get(entity.family)
    return CALLED.get(entity.family, entity.family) if say is None else say(entity.body)
