"""Commands about what a co-op says of itself: its profile, how busy it wishes to be."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Writing, books_of, coop_or_all, reading, writing
from node.errors import UserFault
from node.node import Node
from node.views import capacity, efforts, profiles, texts
from node.views.books import Books
from node.views.capacity import WishRow
from node.views.profiles import ProfilePage
from protocol import limits
from protocol.kinds.profiles import ProfileSet, WishSet
from protocol.rules.profiles import Profile

#: Minutes of a working day until a co-op says otherwise: seven and a half hours.
DAY: Final = 450


class SetProfile(Writing, frozen=True, kw_only=True):
    """What is not given stays as it is; an empty text takes that text away."""

    people: int | None = None
    skills: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    day: int | None = None
    name: str | None = None
    description: str | None = None
    web: str | None = None
    place: str | None = None


class OfCoop(Asking, frozen=True, kw_only=True):
    """A co-op by id or name."""

    coop: str | None = None


class SetWish(Writing, frozen=True, kw_only=True):
    """Minutes a week; the floor is nothing, the ceiling half more than wanted."""

    wanted: int
    floor: int | None = None
    ceiling: int | None = None
    starts: str
    ends: str


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """Busyness wishes by co-op and start."""

    wishes: list[WishRow]


async def set_profile(node: Node, args: SetProfile) -> Sequence[Draft]:
    """Say the whole profile anew, changed where something was given."""
    books = books_of(node)
    before = await profiles.find(books, node.coop)
    old = before or Profile(day=DAY, people=1, texts={})
    body = ProfileSet(
        day=old.day if args.day is None else args.day,
        languages=_several(args.languages, old.languages),
        people=old.people if args.people is None else args.people,
        skills=_skills(args.skills, old.skills),
    )
    given = fields.words(
        name=None if args.name is None else _name(args.name),
        description=args.description,
        web=args.web,
        place=args.place,
    )
    kept = await _kept(books, old, given)
    words = {"name": node.config.name, **kept, **given}
    return [fields.draft("profile.set", body, fields.said(words))]


async def _kept(books: Books, old: Profile, given: Mapping[str, str]) -> dict[str, str]:
    """Read the texts that stay; they are published again with the profile."""
    stay = {role: one for role, one in old.texts.items() if role not in given}
    kept = await texts.of_roles(books, stay)
    lost = sorted(stay.keys() - kept.keys() - {"name"})
    if lost:
        raise UserFault(
            code="text-missing",
            detail=f"The profile's {lost[0]} has not come back to this node yet.",
            way_out="Give it anew, or wait until a peer has brought it.",
            field=lost[0],
        )
    return kept


def _several(given: tuple[str, ...] | None, old: tuple[str, ...]) -> tuple[str, ...]:
    return old if given is None else tuple(dict.fromkeys(given))


def _skills(given: tuple[str, ...] | None, old: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return old
    return tuple(dict.fromkeys(fields.slug("skills", one) for one in given))


def _name(given: str) -> str:
    name = fields.line("name", given, "Alba")
    if len(name) > limits.NAME_CHARS:
        expected = f"1 to {limits.NAME_CHARS} characters"
        raise fields.fault("name", given, expected, "Alba")
    return name


async def show_profile(node: Node, args: OfCoop, _tell: Tell) -> ProfilePage:
    """Show a profile, this co-op's own where none is named."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop) or node.coop
    return await profiles.page(books, names, coop)


async def set_wish(_node: Node, args: SetWish) -> Sequence[Draft]:
    """Set the wish for the period that starts then, or replace it."""
    body = WishSet(
        ceiling=args.wanted * 3 // 2 if args.ceiling is None else args.ceiling,
        ends=fields.day("ends", args.ends),
        floor=0 if args.floor is None else args.floor,
        starts=fields.day("starts", args.starts),
        wanted=args.wanted,
    )
    fields.check_window(body.starts, body.ends)
    _check_order(body)
    return [fields.draft("wish.set", body)]


def _check_order(body: WishSet) -> None:
    """Refuse a floor above what is wanted, or a ceiling below it."""
    if body.wanted < 1:
        raise fields.fault("wanted", body.wanted)
    if body.floor <= body.wanted <= body.ceiling:
        return
    field, given, than, edge = "ceiling", body.ceiling, "less", "least"
    if body.floor > body.wanted:
        field, given, than, edge = "floor", body.floor, "more", "most"
    wanted = efforts.write(body.wanted)
    raise UserFault(
        code="wish-order",
        detail=f"{field}: {efforts.write(given)} is {than} than the {wanted} wanted.",
        way_out=f"Leave `{field}` out, or let it be {wanted} at {edge}.",
        field=field,
        expected="floor ≤ wanted ≤ ceiling",
        example=str(body.wanted),
    )


async def list_wishes(node: Node, args: OfCoop, _tell: Tell) -> Wishes:
    """List the wishes of all co-ops, or of one."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    return Wishes(wishes=await capacity.wishes(books, names, coop=coop))


COMMANDS: Final[dict[str, Command]] = {
    "profile.set": writing(SetProfile, set_profile),
    "profile.show": command(OfCoop, show_profile),
    "wish.set": writing(SetWish, set_wish),
    "wish.list": command(OfCoop, list_wishes),
}
