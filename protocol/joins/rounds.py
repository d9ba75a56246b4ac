"""What a funding round comes to (SPEC 11.22), and what is owed for it (11.23).

| a project                                 | funding       | accepted               |
|-------------------------------------------|---------------|------------------------|
| has as many vetoes as the round names     | blocked       | nothing                |
| is pledged nothing                        | not-funded    | nothing                |
| has its maximum already                   | not-funded    | nothing                |
| is pledged less than its minimum, whole   | not-funded    | nothing                |
| is pledged less than its minimum, in part | partly-funded | all, up to its room    |
| else                                      | funded        | all, up to its room    |

Its room is its maximum, less what its owner has accepted of pledges beside rounds, and
less what rounds that were closed before this one have given it: it may be in several.
What of a pledge is not accepted is released, by derivation: nothing is written for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from protocol.ids import CoopId
from protocol.joins.shares import apportion, even_shares
from protocol.kinds.rounds import Mode
from protocol.roster.chain import Member
from protocol.rules.entries import Entry, Veto, entry_id
from protocol.rules.pledges import Pledge
from protocol.rules.projects import TAKING, Project
from protocol.rules.rounds import Allotment, Round
from protocol.state import Entity, find

Funding = Literal["blocked", "funded", "partly-funded", "not-funded"]
Aside = Literal[
    "no-member",
    "earlier",
    "steward",
    "project",
    "not-entered",
    "owner",
    "currency",
    "allotment",
    "self-funding",
]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge that counts: pledged = accepted + released."""

    pledge: bytes
    coop: bytes
    project: bytes
    pledged: int
    accepted: int

    @property
    def released(self) -> int:
        """What the giver keeps."""
        return self.pledged - self.accepted


class Funded(msgspec.Struct, frozen=True, kw_only=True):
    """A project of the round, whose it is, and what it gets of what was pledged.

    What was pledged is no field: a sum of pledges has no bound, and results are stored.
    """

    project: bytes
    owner: bytes
    funding: Funding
    accepted: int
    vetoes: tuple[bytes, ...] = ()


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A share of an allotment: allotted = accepted + released + unspent."""

    coop: bytes
    allotted: int
    accepted: int
    released: int
    unspent: int


class Ignored(msgspec.Struct, frozen=True, array_like=True):
    """An entry, veto or pledge that does not count, and why."""

    entity: bytes
    coop: bytes
    why: Aside


class RoundResult(msgspec.Struct, frozen=True, kw_only=True, tag="round"):
    """What each project gets, from whom.

    `uneven` names co-ops whose share is not what the round's mode would give them.
    """

    mode: Mode
    currency: str
    steward: bytes
    projects: tuple[Funded, ...]
    pledges: tuple[Given, ...]
    accounts: tuple[Account, ...] = ()
    uneven: tuple[bytes, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    def pledged(self) -> dict[bytes, int]:
        """Sum up, by project, the pledges that count; integers of any size."""
        sums = {one.project: 0 for one in self.projects}
        for one in self.pledges:
            sums[one.project] += one.pledged
        return sums


class RoundOwed(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody owes since a round was closed: by which pledge, or entry."""

    payer: bytes
    payee: bytes
    currency: str
    amount: int
    source: bytes


class _Sieve:
    """Tells what counts in a round from what does not, and keeps why."""

    def __init__(
        self,
        entity: Entity,
        body: Round,
        entities: Iterable[Entity],
        members: Mapping[CoopId, Member],
        before: Mapping[bytes, int],
    ) -> None:
        self.entity = entity
        self.body = body
        self.members = members
        self.before = before
        self.by_id = {one.id: one for one in sorted(entities, key=_by_id)}
        self.ignored: list[Ignored] = []
        self.allotment = self.by_id.get(body.allotment or b"")
        self.shares = _shares_of(self.allotment)
        self.owners: dict[bytes, bytes] = {}
        self.projects: dict[bytes, Project] = {}

    def take_entries(self) -> None:
        """Find the projects that take part, and whose they are."""
        for one in self.by_id.values():
            entry = one.body
            if not isinstance(entry, Entry) or entry.round != self.entity.id:
                continue
            found = find(self.by_id, entry.project, Project)
            if one.state != "entered" or found is None:
                continue
            if self._counts(one, self._entry(one, entry, *found)):
                self.owners[entry.project] = one.coop
                self.projects[entry.project] = found[1]

    def _entry(
        self, one: Entity, entry: Entry, project: Entity, body: Project
    ) -> Aside | None:
        if why := self._any(one, entry.steward):
            return why
        if project.state not in TAKING:
            return "project"
        return None if body.currency == self.body.currency else "currency"

    def vetoes(self) -> dict[bytes, list[bytes]]:
        """Find who vetoes which project."""
        found: dict[bytes, list[bytes]] = {project: [] for project in self.owners}
        for one in self.by_id.values():
            veto = one.body
            if not isinstance(veto, Veto) or veto.round != self.entity.id:
                continue
            if one.state == "cast" and self._counts(one, self._veto(one, veto)):
                found[veto.project].append(one.coop)
        return found

    def _veto(self, one: Entity, veto: Veto) -> Aside | None:
        return self._any(one, veto.steward) or self._to(one, veto.project)

    def pledges(self) -> list[tuple[Entity, Pledge]]:
        """Find the pledges that count."""
        found: list[tuple[Entity, Pledge]] = []
        for one in self.by_id.values():
            pledge = one.body
            if not isinstance(pledge, Pledge) or pledge.round != self.entity.id:
                continue
            if one.state == "offered" and self._counts(one, self._pledge(one, pledge)):
                found.append((one, pledge))
        return found

    def _pledge(self, one: Entity, pledge: Pledge) -> Aside | None:
        if why := self._any(one, self.entity.coop) or self._to(one, pledge.to):
            return why
        owner = self.owners[pledge.to]
        if pledge.owner != owner:
            return "owner"
        if pledge.unit != self.body.currency:
            return "currency"
        if one.coop == owner and not self.body.self_funding:
            return "self-funding"
        return None if self._is_allotted(one, pledge) else "allotment"

    def _is_allotted(self, one: Entity, pledge: Pledge) -> bool:
        """Tell whether it is of the money that the round is about."""
        if self.body.mode == "own":
            return pledge.allotment is None
        return (
            self.allotment is not None
            and pledge.allotment == self.allotment.id
            and pledge.allotted == self.shares.get(one.coop)
            and one.epoch >= self.allotment.epoch
        )

    def _any(self, one: Entity, steward: bytes) -> Aside | None:
        if CoopId(one.coop) not in self.members:
            return "no-member"
        if one.epoch < self.entity.epoch:
            return "earlier"
        return None if steward == self.entity.coop else "steward"

    def _to(self, one: Entity, project: bytes) -> Aside | None:
        if project not in self.owners:
            return "not-entered"
        return "earlier" if one.epoch < self.by_id[project].epoch else None

    def _counts(self, one: Entity, why: Aside | None) -> bool:
        if why is not None:
            self.ignored.append(Ignored(one.id, one.coop, why))
        return why is None


def _by_id(entity: Entity) -> bytes:
    return entity.id


def _shares_of(allotment: Entity | None) -> dict[bytes, int]:
    body = None if allotment is None else allotment.body
    if not isinstance(body, Allotment):
        return {}
    return {share.coop: share.amount for share in body.shares}


def fund(
    entity: Entity,
    entities: Iterable[Entity],
    *,
    members: Mapping[CoopId, Member],
    before: Mapping[bytes, int],
) -> RoundResult:
    """Compute what a round comes to from the entities of whatever logs count.

    before: what rounds that were closed before have given, by project (`given`).
    """
    body = entity.body
    if not isinstance(body, Round):
        raise TypeError(f"a round is funded, not a {entity.family}")
    sieve = _Sieve(entity, body, entities, members, before)
    sieve.take_entries()
    vetoes = sieve.vetoes()
    pledged: dict[bytes, list[tuple[Entity, Pledge]]] = defaultdict(list)
    for one, pledge in sieve.pledges():
        pledged[pledge.to].append((one, pledge))
    projects: list[Funded] = []
    listed: list[Given] = []
    for project in sorted(sieve.owners):
        funded, parts = _fund(sieve, project, pledged[project], vetoes[project])
        projects.append(funded)
        listed += parts
    return RoundResult(
        mode=body.mode,
        currency=body.currency,
        steward=entity.coop,
        projects=tuple(projects),
        pledges=tuple(listed),
        accounts=_accounts(sieve.shares, listed),
        uneven=_uneven(body, sieve.shares, members),
        ignored=tuple(sieve.ignored),
    )


def _fund(
    sieve: _Sieve,
    project: bytes,
    pledges: Sequence[tuple[Entity, Pledge]],
    vetoes: Sequence[bytes],
) -> tuple[Funded, list[Given]]:
    body = sieve.projects[project]
    pledged = {one.id: pledge.quantity for one, pledge in pledges}
    taken = body.accepted + sieve.before.get(project, 0)
    # Its owner may have accepted more than a round had left.
    room = max(0, body.maximum - taken)
    blocked = len(vetoes) >= sieve.body.vetoes
    whole = sum(pledged.values()) if room else 0
    funding = _funding(body, whole, sieve.body, blocked=blocked)
    accepted = _accepted(pledged, funding, room)
    funded = Funded(
        project=project,
        owner=sieve.owners[project],
        funding=funding,
        accepted=sum(accepted.values()),
        vetoes=tuple(sorted(vetoes)),
    )
    return funded, [
        Given(
            pledge=one.id,
            coop=one.coop,
            project=project,
            pledged=pledge.quantity,
            accepted=accepted[one.id],
        )
        for one, pledge in pledges
    ]


def _funding(project: Project, pledged: int, body: Round, *, blocked: bool) -> Funding:
    if blocked:
        return "blocked"
    if pledged == 0 or (body.whole and pledged < project.minimum):
        return "not-funded"
    return "partly-funded" if pledged < project.minimum else "funded"


def _accepted(
    pledged: Mapping[bytes, int], funding: Funding, room: int
) -> Mapping[bytes, int]:
    """Say how much of each pledge is accepted: all, or in proportion, or nothing."""
    if funding in {"blocked", "not-funded"}:
        return dict.fromkeys(pledged, 0)
    return pledged if sum(pledged.values()) <= room else apportion(room, pledged)


def _uneven(
    body: Round, shares: Mapping[bytes, int], members: Mapping[CoopId, Member]
) -> tuple[bytes, ...]:
    if body.budget is None or body.mode == "steward":
        return ()
    even = even_shares(body.mode, body.budget, shares, members)
    return tuple(coop for coop in sorted(shares) if shares[coop] != even[coop])


def _accounts(
    shares: Mapping[bytes, int], given: Sequence[Given]
) -> tuple[Account, ...]:
    own: dict[bytes, list[Given]] = {coop: [] for coop in sorted(shares)}
    for one in given:
        if one.coop in own:
            own[one.coop].append(one)
    return tuple(
        Account(
            coop=coop,
            allotted=shares[coop],
            accepted=sum(one.accepted for one in listed),
            released=sum(one.released for one in listed),
            unspent=shares[coop] - sum(one.pledged for one in listed),
        )
        for coop, listed in own.items()
    )


def given(results: Iterable[RoundResult]) -> dict[bytes, int]:
    """Sum up what rounds have given, by project."""
    sums: dict[bytes, int] = defaultdict(int)
    for result in results:
        for one in result.projects:
            sums[one.project] += one.accepted
    return sums


def promises(name: bytes, result: RoundResult) -> list[RoundOwed]:
    """Say who owes whom since the round of this id was closed.

    Own money goes from each giver to the project's owner; what was allotted from the
    steward, who holds it: by the entry, as a project may be in several rounds. Nobody
    owes anything to itself.
    """
    owners = {one.project: one.owner for one in result.projects}
    owed = [
        (one.coop, owners[one.project], one.accepted, one.pledge)
        for one in result.pledges
    ]
    if result.mode != "own":
        owed = [
            (
                result.steward,
                one.owner,
                one.accepted,
                entry_id(one.owner, name, one.project),
            )
            for one in result.projects
        ]
    return [
        RoundOwed(
            payer=payer,
            payee=payee,
            currency=result.currency,
            amount=amount,
            source=source,
        )
        for payer, payee, amount, source in owed
        if amount and payer != payee
    ]
