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


class LineFit(msgspec.Struct, frozen=True, kw_only=True):
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
            found = needs_of(entity.body.terms, covered[entity.id][0], today)
            needs[entity.id] = found
    if not any(needs.values()):
        return []
    boards = await utilisation.of_all(books, market, today, coop=coop)
    scene = await _scene(books, market, boards)
    titled = await titles.of(books, leads)
    return [
        fit
        for entity in leads
        if isinstance(entity.body, Lead)
        for one in boards
        if (
            fit := _fit(
                _Pair(scene, entity, entity.body, one),
                needs[entity.id],
                name=names.of(one),
                title=titled[entity.id],
            )
        )
        is not None
    ]


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
        places={one: texts.line(words.get(ref, "")) for one, ref in said.items()},
    )


class _Pair(msgspec.Struct):
    """A lead and a co-op, and everything that is known of the two."""

    scene: _Scene
    entity: Entity
    lead: Lead
    coop: bytes

    @property
    def board(self) -> Board:
        return self.scene.boards[self.coop]

    def skill(self, need: Need, free: int) -> int:
        if free:
            return _FULL
        profile = self.scene.profiles.get(self.coop)
        has = profile is not None and need.skill in profile.skills
        return _UNKNOWN if has else 0

    def wish(self, window: Window) -> int:
        sums, weeks = self.board.wanted, window.touched
        wanted = sums.wanted[weeks.stop] - sums.wanted[weeks.start]
        if not wanted:
            return _UNKNOWN
        gap = sums.gap[weeks.stop] - sums.gap[weeks.start]
        return max(0, min(_FULL, _FULL * gap // wanted))

    def rate(self, need: Need) -> int:
        scene = self.scene
        currency = currency_of(scene.books, self.lead)
        offers = self.board.own.offers.get(need.skill)
        mine = None if offers is None else offers.prices.get(currency)
        paid = self._paid(need.skill, currency)
        if not mine or not paid:
            return _UNKNOWN
        # Twice of what is paid is out of the question, half way there half as good.
        over = Fraction(mine[0].amount, mine[0].minutes) / paid - 1
        return max(0, min(_FULL, round(_FULL * (1 - over))))

    def _paid(self, skill: str, currency: str) -> Fraction | None:
        """Give what a minute brings: the lead's value spread out, else the usual."""
        value, lines = self.lead.terms.value, self.lead.terms.requirements
        minutes = sum(one.minutes or 0 for one in lines)
        if value is not None and minutes and all(one.minutes for one in lines):
            return Fraction(value.amount, minutes)
        return self.scene.market.usual(skill, currency)

    def past(self) -> int:
        if self.coop == self.entity.coop:
            return _FULL
        times = self.scene.market.past[frozenset((self.coop, self.entity.coop))]
        return min(_FULL, _UNKNOWN * times)

    def place(self) -> int:
        one, other = (
            self.scene.places.get(coop, "").casefold()
            for coop in (self.coop, self.entity.coop)
        )
        if not one or not other:
            return _UNKNOWN
        return _FULL if one == other else 0


def _fit(pair: _Pair, needs: Sequence[Need], *, name: str, title: str) -> Fit | None:
    """Score a pair; None where the co-op has none of the skills."""
    lines = [_line(pair, need) for need in needs]
    if not any(one.parts["skill"] for one in lines):
        return None
    total = sum(one.missing for one in lines)
    return Fit(
        coop=forms.text("coop", pair.coop),
        name=name,
        lead=forms.text("evt", pair.entity.id),
        title=title,
        score=sum(one.score * one.missing for one in lines) // total,
        lines=lines,
    )


def _line(pair: _Pair, need: Need) -> LineFit:
    window = pair.board.window(need.starts, need.ends)
    free = pair.board.lane(need.skill).within(window)
    skill = pair.skill(need, free)
    parts = {
        "skill": skill,
        "window": min(_FULL, _FULL * free // need.minutes),
        "wish": pair.wish(window),
        "rate": pair.rate(need),
        "past": pair.past(),
        "place": pair.place(),
    }
    score = sum(WEIGHTS[part] * value for part, value in parts.items()) // _FULL
    return LineFit(
        line=need.line,
        skill=need.skill,
        missing=need.minutes,
        free=free,
        # Who has not the skill does not get the line for being near and idle.
        score=score if skill else 0,
        parts=parts,
    )
