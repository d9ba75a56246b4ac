"""Law of profiles and wishes: the later one replaces the earlier (SPEC 9.4)."""

from typing import Final

from protocol.ids import CoopId, entity_id
from protocol.kinds.fields import Date
from protocol.kinds.profiles import ProfileSet, WishSet
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, nothing, rule, words
from protocol.state import Entity, Slice, State
from protocol.verdicts import Reason

WISH_ORDER: Final = Reason(
    "wish-order",
    "Minutes a week go floor ≤ wanted ≤ ceiling, not {floor}, {wanted}, {ceiling}",
)
REASONS: Final = (WISH_ORDER,)


class Profile(State, frozen=True, kw_only=True):
    """The co-op as it last described itself."""

    day: int
    languages: tuple[str, ...] = ()
    people: int
    skills: tuple[str, ...] = ()
    texts: dict[str, bytes]


class Wish(State, frozen=True, kw_only=True):
    """Minutes a week wanted in a period."""

    ceiling: int
    ends: Date
    floor: int
    starts: Date
    wanted: int


def profile_id(coop: bytes) -> bytes:
    """Name the one profile of a co-op."""
    return entity_id(CoopId(coop), "profile", b"")


def wish_id(coop: bytes, starts: Date) -> bytes:
    """Name the wish of a co-op for the period that starts then."""
    return entity_id(CoopId(coop), "wish", starts.isoformat().encode("ascii"))


def set_profile(_slice: Slice, at: At, body: ProfileSet) -> Verdict:
    """Replace the profile as a whole."""
    profile = Profile(
        day=body.day,
        languages=body.languages,
        people=body.people,
        skills=body.skills,
        texts=words(at),
    )
    return (
        Entity(
            id=profile_id(at.coop),
            coop=at.coop,
            family="profile",
            state="current",
            epoch=at.epoch,
            body=profile,
        ),
    )


def set_wish(_slice: Slice, at: At, body: WishSet) -> Verdict:
    """Replace the wish of the same start."""
    if wrong := check_window(body.starts, body.ends):
        return wrong
    if not body.floor <= body.wanted <= body.ceiling:
        return WISH_ORDER(floor=body.floor, wanted=body.wanted, ceiling=body.ceiling)
    wish = Wish(
        ceiling=body.ceiling,
        ends=body.ends,
        floor=body.floor,
        starts=body.starts,
        wanted=body.wanted,
    )
    return (
        Entity(
            id=wish_id(at.coop, body.starts),
            coop=at.coop,
            family="wish",
            state="current",
            epoch=at.epoch,
            body=wish,
        ),
    )


RULES: Final[dict[str, Rule]] = {
    "profile.set": rule(ProfileSet, set_profile, nothing),
    "wish.set": rule(WishSet, set_wish, nothing),
}
FAMILIES: Final[dict[str, type[State]]] = {"profile": Profile, "wish": Wish}
