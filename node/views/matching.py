"""Who fits a lead, which leads fit a co-op: a score that is explained part by part.

    skill    it offers the skill then (100), or has it in its profile (50)
    window   how much of what is missing its free time in the window covers
    wish     how far it is below the busyness it wishes: those who have least come first
    rate     at what is paid or less (100), at twice of it (0); 50 where one is unknown
    past     commitments between the two co-ops: none 0, one 50, more 100
    place    the same place (100), another (0); 50 where one is unknown

A score is the sum of the parts by their weights. It is a hint for people, computed
from what everybody can see, and decides nothing.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from node.consortium.problem import Need
from node.views import coverage, texts, titles, utilisation
from node.views.books import Books
from node.views.consortium import currency_of, needs_of
from node.views.market import Market
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.utilisation import Board, Window
from protocol.joins.weeks import Date
from protocol.rules.leads import Lead
from protocol.rules.profiles import Profile
from protocol.state import Entity

#: Part -> its weight in per cent.
WEIGHTS: Final[Mapping[str, int]] = {
    "skill": 30,
    "window": 25,
    "wish": 20,
    "rate": 10,
    "past": 10,
    "place": 5,
}
#: Where a part is not known it neither helps nor hurts.
_UNKNOWN: Final = 50
_FULL: Final = 100


class LineFit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a co-op fits one line: minutes free in its window of those missing."""

    line: int
    skill: str
    missing: int
    free: int
    score: int
    parts: dict[str, int]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """How a co-op fits a lead: 0 to 100, its lines weighed by what they miss."""

    coop: str
    name: str
    lead: str
    title: str
    score: int
    lines: list[LineFit]


class _Scene(msgspec.Struct, kw_only=True):
    """What of everybody the score looks at."""

    books: Books
    market: Market
    boards: Mapping[bytes, Board]
    profiles: Mapping[bytes, Profile]
    places: Mapping[bytes, str]


async def of_lead(
    books: Books, names: Names, market: Market, entity: Entity, today: Date
) -> list[Fit]:
    """Give the co-ops that fit a lead, the best first; the bringer itself included."""
    fits = await _fits(books, names, market, [entity], today=today)
    return sorted(fits, key=lambda fit: (-fit.score, fit.name, fit.coop))


async def for_coop(
    books: Books,
    names: Names,
    market: Market,
    leads: Sequence[Entity],
    *,
    coop: bytes,
    today: Date,
) -> list[Fit]:
    """Give the leads that fit a co-op, the best first."""
    fits = await _fits(books, names, market, leads, today=today, coop=coop)
    return sorted(fits, key=lambda fit: (-fit.score, fit.title, fit.lead))


async def _fits(
    books: Books,
    names: Names,
    market: Market,
    leads: Sequence[Entity],
    *,
    today: Date,
    coop: bytes | None = None,
) -> list[Fit]:
    covered = await coverage.of(books, leads)
    needs: dict[bytes, list[Need]] = {}
    for entity in leads:
        if isinstance(entity.body, Lead):
            covers, _ = covered[entity.id]
            needs[entity.id] = needs_of(entity.body.terms, covers, today)
    if not any(needs.values()):
        return []
    boards = await utilisation.of_all(books, market, today, coop=coop)
    scene = await _scene(books, market, boards)
    titled = await titles.of(books, leads)
    called = {one: (forms.text("coop", one), names.of(one)) for one in boards}
    found: list[Fit] = []
    for entity in leads:
        if not isinstance(entity.body, Lead):
            continue
        offer = _offer(scene, entity, entity.body, titled[entity.id])
        for one, board in boards.items():
            lines = _lines(scene, offer, one, board, needs[entity.id])
            if lines:
                found.append(_fit(offer, called[one], lines))
    return found


async def _scene(books: Books, market: Market, boards: Mapping[bytes, Board]) -> _Scene:
    profiles = {
        entity.coop: entity.body
        for entity in await books.state.entities("profile")
        if isinstance(entity.body, Profile)
    }
    said = {one: body.texts.get("place", b"") for one, body in profiles.items()}
    words = await texts.read(books, said.values())
    return _Scene(
        books=books,
        market=market,
        boards=boards,
        profiles=profiles,
        places={
            one: texts.line(words.get(ref, "")).casefold() for one, ref in said.items()
        },
    )


class _Offer(msgspec.Struct, kw_only=True):
    """A lead as it is scored: `paid` is what its value brings a minute, if it says."""

    id: str
    title: str
    coop: bytes
    currency: str
    paid: Fraction | None


def _offer(scene: _Scene, entity: Entity, lead: Lead, title: str) -> _Offer:
    value, lines = lead.terms.value, lead.terms.requirements
    minutes = sum(one.minutes or 0 for one in lines)
    spread = value is not None and minutes and all(one.minutes for one in lines)
    return _Offer(
        id=forms.text("evt", entity.id),
        title=title,
        coop=entity.coop,
        currency=currency_of(scene.books, lead),
        paid=Fraction(value.amount, minutes) if value is not None and spread else None,
    )


def _fit(offer: _Offer, called: tuple[str, str], lines: list[LineFit]) -> Fit:
    coop, name = called
    total = sum(one.missing for one in lines)
    return Fit(
        coop=coop,
        name=name,
        lead=offer.id,
        title=offer.title,
        score=sum(one.score * one.missing for one in lines) // total,
        lines=lines,
    )


def _lines(
    scene: _Scene, offer: _Offer, coop: bytes, board: Board, needs: Sequence[Need]
) -> list[LineFit]:
    """Score a co-op line by line; nothing where it has none of the skills."""
    windows = [scene.market.window(need.starts, need.ends) for need in needs]
    free = [
        board.lane(need.skill).within(window)
        for need, window in zip(needs, windows, strict=True)
    ]
    skills = [
        _skill(scene, coop, need, some) for need, some in zip(needs, free, strict=True)
    ]
    if not any(skills):
        return []
    past, place = _past(scene, coop, offer.coop), _place(scene, coop, offer.coop)
    return [
        _line(
            need,
            some,
            {
                "skill": skill,
                "window": min(_FULL, _FULL * some // need.minutes),
                "wish": _wish(board, window),
                "rate": _rate(scene, offer, board, need.skill),
                "past": past,
                "place": place,
            },
        )
        for need, window, some, skill in zip(needs, windows, free, skills, strict=True)
    ]


def _line(need: Need, free: int, parts: dict[str, int]) -> LineFit:
    score = sum(WEIGHTS[part] * value for part, value in parts.items()) // _FULL
    return LineFit(
        line=need.line,
        skill=need.skill,
        missing=need.minutes,
        free=free,
        # Who has not the skill does not get the line for being near and idle.
        score=score if parts["skill"] else 0,
        parts=parts,
    )


# --- parts of a score ---------------------------------------------------------------


def _skill(scene: _Scene, coop: bytes, need: Need, free: int) -> int:
    if free:
        return _FULL
    profile = scene.profiles.get(coop)
    has = profile is not None and need.skill in profile.skills
    return _UNKNOWN if has else 0


def _wish(board: Board, window: Window) -> int:
    sums, weeks = board.wanted, window.touched
    wanted = sums.wanted[weeks.stop] - sums.wanted[weeks.start]
    if not wanted:
        return _UNKNOWN
    gap = sums.gap[weeks.stop] - sums.gap[weeks.start]
    return max(0, min(_FULL, _FULL * gap // wanted))


def _rate(scene: _Scene, offer: _Offer, board: Board, skill: str) -> int:
    offers = board.own.offers.get(skill)
    mine = None if offers is None else offers.prices.get(offer.currency)
    paid = offer.paid
    if paid is None:
        paid = scene.market.usual(skill, offer.currency)
    if not mine or not paid:
        return _UNKNOWN
    # Twice of what is paid is out of the question, half way there half as good.
    asked = mine[0].amount * paid.denominator
    full = mine[0].minutes * paid.numerator
    if asked <= full:
        return _FULL
    return round(Fraction(_FULL * (2 * full - asked), full)) if asked < 2 * full else 0


def _past(scene: _Scene, coop: bytes, bringer: bytes) -> int:
    if coop == bringer:
        return _FULL
    return min(_FULL, _UNKNOWN * scene.market.past[frozenset((coop, bringer))])


def _place(scene: _Scene, coop: bytes, bringer: bytes) -> int:
    one, other = scene.places.get(coop), scene.places.get(bringer)
    if not one or not other:
        return _UNKNOWN
    return _FULL if one == other else 0
