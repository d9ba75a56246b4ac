"""Mediation: the parties of a quarrel agree on who helps them (SPEC 8.36)."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Id, Slug

#: More than quarrel about one thing, few enough that all can be in one room.
Parties = Annotated[tuple[Id, ...], Meta(max_length=12)]


class MediationAgreed(Body, frozen=True, kw_only=True):
    """A party's half: this mediator, these parties, about one thing. Text: note."""

    about: Id
    mediator: Id
    parties: Parties


class MediationAccepted(Body, frozen=True, kw_only=True):
    """The mediator's half: it is willing. Text: note."""

    about: Id
    parties: Parties


class MediationEnded(Body, frozen=True, kw_only=True):
    """One's own half no longer stands: settled, or given up. Text: note."""

    about: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "mediation.agreed": MediationAgreed,
    "mediation.accepted": MediationAccepted,
    "mediation.ended": MediationEnded,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {kind: {"note": False} for kind in KINDS}
