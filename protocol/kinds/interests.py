"""Interest in leads of others (SPEC 8.11)."""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.fields import Body, Id, Slug

Stance = Literal["watching", "interested", "declined"]


class InterestSet(Body, frozen=True, kw_only=True):
    """What a co-op thinks of a lead, anew each time; a no has its reason. Text: note.

    `owner` is the co-op that brought the lead.
    """

    lead: Id
    owner: Id
    reason: Slug | None = None
    stance: Stance


KINDS: Final[dict[str, type[Struct]]] = {"interest.set": InterestSet}
TEXTS: Final[dict[str, dict[str, bool]]] = {"interest.set": {"note": False}}
