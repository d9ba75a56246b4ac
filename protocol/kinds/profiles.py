"""What a co-op says of itself, and how busy it wishes to be (SPEC 8.2, 8.3)."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Count, Date, Language, Quantity, Slug


class ProfileSet(Body, frozen=True, kw_only=True):
    """The whole profile anew. Texts: name (required), description, web, place."""

    #: The length of the co-op's working day in minutes, for showing day rates.
    day: Annotated[int, Meta(ge=60, le=1440)]
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    people: Annotated[int, Meta(ge=1, le=100_000)]
    skills: Annotated[tuple[Slug, ...], Meta(max_length=64)] = ()


class WishSet(Body, frozen=True, kw_only=True):
    """Minutes a week the co-op wishes to be busy from `starts` to `ends`.

    Setting a wish with the same start replaces it.
    """

    ceiling: Count
    ends: Date
    floor: Count
    starts: Date
    wanted: Quantity


KINDS: Final[dict[str, type[Struct]]] = {"profile.set": ProfileSet, "wish.set": WishSet}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "profile.set": {"name": True, "description": False, "web": False, "place": False},
}
