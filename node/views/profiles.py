"""What a co-op says of itself."""

import msgspec

from node.errors import UserFault
from node.views import texts
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.rules.profiles import Profile, profile_id


class ProfilePage(msgspec.Struct, frozen=True, kw_only=True):
    """A profile; `day` is the length of its working day in minutes."""

    coop: str
    name: str
    people: int
    skills: list[str]
    languages: list[str]
    day: int
    description: str
    web: str
    place: str


async def find(books: Books, coop: bytes) -> Profile | None:
    """Look a co-op's profile up; None where it has said nothing yet."""
    entity = await books.state.get(profile_id(coop))
    body = None if entity is None else entity.body
    return body if isinstance(body, Profile) else None


async def page(books: Books, names: Names, coop: bytes) -> ProfilePage:
    """Show a profile; raises `UserFault` where there is none."""
    profile = await find(books, coop)
    if profile is None:
        raise UserFault(
            code="profile-none",
            detail=f"{names.of(coop)} has published no profile yet.",
            way_out="Its own node does that: `wortley profile set`.",
        )
    words = await texts.of_roles(books, profile.texts)
    return ProfilePage(
        coop=forms.text("coop", coop),
        name=words.get("name") or names.of(coop),
        people=profile.people,
        skills=list(profile.skills),
        languages=list(profile.languages),
        day=profile.day,
        description=words.get("description", ""),
        web=words.get("web", ""),
        place=words.get("place", ""),
    )
