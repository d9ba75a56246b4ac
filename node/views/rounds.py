"""Funding rounds: who takes part, who gives what, and what it comes to."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from node import money
from node.money import Amount
from node.views import closings, ids, texts, titles
from node.views.books import Books
from node.views.closings import Standing
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.rounds import Account, Funded, Given, Ignored, RoundResult
from protocol.rules.entries import veto_id
from protocol.rules.projects import Project
from protocol.rules.rounds import Round
from protocol.state import Entity

NOT_HERE: Final = "(not here)"


class RoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A round in a list. The sums are for good where `standing` is "final"."""

    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str
    standing: str
    mode: str
    currency: str
    budget: Amount | None
    whole: bool
    vetoes: int
    opens: datetime.date
    closes: datetime.date
    projects: int
    pledged: Amount
    accepted: Amount


class VetoRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who says that a project should get nothing, and why."""

    id: str
    coop: str
    name: str
    reason: str


class InRound(msgspec.Struct, frozen=True, kw_only=True):
    """A project in a round: `funding` is what becomes of it, `vetoed_by` by name."""

    id: str
    short: str
    coop: str
    name: str
    title: str
    funding: str
    goal: Amount | None
    minimum: Amount | None
    maximum: Amount | None
    pledged: Amount
    accepted: Amount
    vetoed_by: list[str]
    vetoes: list[VetoRow]


class GivenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge that counts."""

    id: str
    coop: str
    name: str
    project: str
    title: str
    pledged: Amount
    accepted: Amount
    released: Amount


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a co-op was allotted, and what became of it."""

    coop: str
    name: str
    allotted: Amount
    accepted: Amount
    released: Amount
    unspent: Amount


class IgnoredRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, veto or pledge that does not count, and why."""

    id: str
    what: str
    coop: str
    name: str
    why: str


class RoundPage(RoundRow, frozen=True, kw_only=True):
    """All there is to say of one round. `uneven` shares differ from the mode's."""

    description: str
    fund: str | None
    allotted: bool
    self_funding: bool
    taking_part: list[InRound]
    pledges: list[GivenRow]
    accounts: list[AccountRow]
    uneven: list[str]
    ignored: list[IgnoredRow]
    contested: list[str]


async def rows(
    books: Books, names: Names, *, states: Sequence[str] = (), coop: bytes | None = None
) -> list[RoundRow]:
    """List rounds, the oldest first."""
    return [
        _row(
            one.entity,
            one.stands,
            name=names.of(one.entity.coop),
            short=one.short,
            title=one.title,
        )
        for one in await closings.listed(books, "round", states=states, coop=coop)
    ]


def _row(
    entity: Entity, stands: Standing, *, name: str, short: str, title: str
) -> RoundRow:
    body, result = _both(entity, stands)
    return RoundRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        title=title,
        state=entity.state,
        standing=stands.standing,
        mode=body.mode,
        currency=body.currency,
        budget=None if body.budget is None else money.write(body.budget, body.currency),
        whole=body.whole,
        vetoes=body.vetoes,
        opens=body.opens,
        closes=body.closes,
        projects=len(result.projects),
        pledged=_sum(result, (one.pledged for one in result.pledges)),
        accepted=_sum(result, (one.accepted for one in result.projects)),
    )


def _by_title(row: InRound | GivenRow) -> tuple[str, str, str]:
    return row.title, row.name, row.id


def _sum(result: RoundResult, amounts: Iterable[int]) -> Amount:
    return money.write(sum(amounts), result.currency)


def _both(entity: Entity, stands: Standing) -> tuple[Round, RoundResult]:
    body, result = entity.body, stands.result
    if not isinstance(body, Round) or not isinstance(result, RoundResult):
        raise TypeError(f"a round is shown, not a {entity.family}")
    return body, result


async def page(
    books: Books, names: Names, entity: Entity, stands: Standing | None = None
) -> RoundPage:
    """Show one round, as it stands or as it would."""
    stands = stands or await closings.of(books, entity)
    body, result = _both(entity, stands)
    words = await texts.of_roles(books, body.texts)
    short = await ids.shorts(books, [entity.id])
    row = _row(
        entity,
        stands,
        name=names.of(entity.coop),
        short=short[entity.id],
        title=words.get("title") or titles.NO_TITLE,
    )
    view = await _View.of(books, names, entity.id, result)
    return RoundPage(
        **msgspec.structs.asdict(row),
        description=words.get("description", ""),
        fund=None if body.fund is None else forms.text("evt", body.fund),
        allotted=body.allotment is not None,
        self_funding=body.self_funding,
        taking_part=sorted(map(view.project, result.projects), key=_by_title),
        pledges=sorted(map(view.given, result.pledges), key=_by_title),
        accounts=[
            view.account(one)
            for one in sorted(result.accounts, key=lambda one: names.order(one.coop))
        ],
        uneven=[names.of(coop) for coop in result.uneven],
        ignored=[view.ignored(one) for one in result.ignored],
        contested=closings.contested(names, stands),
    )


async def given_to(books: Books, project: bytes) -> int:
    """Sum up what rounds that are closed for good have given a project."""
    results = books.state.closings.settled.values()
    named = [one.of for one in results if one is not None]
    found = await books.state.many(dict.fromkeys(named))
    settled = [closings.settled_of(books, one) for one in found.values()]
    return sum(
        funded.accepted
        for one in settled
        if one is not None and isinstance(one.result, RoundResult)
        for funded in one.result.projects
        if funded.project == project
    )


async def _vetoes(
    books: Books, names: Names, of: bytes, result: RoundResult
) -> dict[tuple[bytes, bytes], VetoRow]:
    """Read the vetoes that count, by who cast them and the project, as they stand."""
    cast = {
        veto_id(coop, of, one.project): (coop, one.project)
        for one in result.projects
        for coop in one.vetoes
    }
    held = await books.state.many(cast)
    found: dict[tuple[bytes, bytes], VetoRow] = {}
    for name, entity in held.items():
        words = await texts.of_roles(books, titles.texts_of(entity.body))
        found[cast[name]] = VetoRow(
            id=forms.text("evt", name),
            coop=forms.text("coop", entity.coop),
            name=names.of(entity.coop),
            reason=words.get("reason", ""),
        )
    return found


class _View:
    """What rows of a result are written with."""

    def __init__(
        self,
        names: Names,
        result: RoundResult,
        entities: Mapping[bytes, Entity],
        *,
        titled: Mapping[bytes, str],
        short: Mapping[bytes, str],
        vetoes: Mapping[tuple[bytes, bytes], VetoRow],
    ) -> None:
        self.names = names
        self.vetoes = vetoes
        self.result = result
        self.entities = entities
        self.titled = titled
        self.short = short
        self.pledged = result.pledged()

    @classmethod
    async def of(
        cls, books: Books, names: Names, of: bytes, result: RoundResult
    ) -> "_View":
        projects = [one.project for one in result.projects]
        aside = [one.entity for one in result.ignored]
        entities = await books.state.many([*projects, *aside])
        titled = await titles.of(books, entities.values())
        short = await ids.shorts(books, projects)
        vetoes = await _vetoes(books, names, of, result)
        return cls(names, result, entities, titled=titled, short=short, vetoes=vetoes)

    def amount(self, minor: int) -> Amount:
        return money.write(minor, self.result.currency)

    def project(self, one: Funded) -> InRound:
        entity = self.entities.get(one.project)
        body = None if entity is None else entity.body
        known = body if isinstance(body, Project) else None
        return InRound(
            id=forms.text("evt", one.project),
            short=self.short[one.project],
            coop=forms.text("coop", one.owner),
            name=self.names.of(one.owner),
            title=self.titled.get(one.project, NOT_HERE),
            funding=one.funding,
            goal=None if known is None else self.amount(known.goal),
            minimum=None if known is None else self.amount(known.minimum),
            maximum=None if known is None else self.amount(known.maximum),
            pledged=self.amount(self.pledged[one.project]),
            accepted=self.amount(one.accepted),
            vetoed_by=[
                self.names.of(coop) for coop in sorted(one.vetoes, key=self.names.order)
            ],
            vetoes=[
                self.vetoes[coop, one.project]
                for coop in sorted(one.vetoes, key=self.names.order)
                if (coop, one.project) in self.vetoes
            ],
        )

    def given(self, one: Given) -> GivenRow:
        return GivenRow(
            id=forms.text("evt", one.pledge),
            coop=forms.text("coop", one.coop),
            name=self.names.of(one.coop),
            project=forms.text("evt", one.project),
            title=self.titled.get(one.project, NOT_HERE),
            pledged=self.amount(one.pledged),
            accepted=self.amount(one.accepted),
            released=self.amount(one.released),
        )

    def account(self, one: Account) -> AccountRow:
        return AccountRow(
            coop=forms.text("coop", one.coop),
            name=self.names.of(one.coop),
            allotted=self.amount(one.allotted),
            accepted=self.amount(one.accepted),
            released=self.amount(one.released),
            unspent=self.amount(one.unspent),
        )

    def ignored(self, one: Ignored) -> IgnoredRow:
        entity = self.entities.get(one.entity)
        return IgnoredRow(
            id=forms.text("evt", one.entity),
            what=NOT_HERE if entity is None else titles.CALLED[entity.family],
            coop=forms.text("coop", one.coop),
            name=self.names.of(one.coop),
            why=one.why,
        )
