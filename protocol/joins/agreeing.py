"""Nettings and mediations: what holds once all have agreed (SPEC 11.32, 11.33).

Logs have no common order, so what counts is who has agreed, not who came last.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from protocol.joins.halves import word_of
from protocol.kinds.fields import Money
from protocol.rules.mediations import Mediation
from protocol.rules.nettings import Netting, NettingAnswer
from protocol.state import Entity

NettingStanding = Literal["open", "declined", "effective"]


class SetOff(msgspec.Struct, frozen=True, kw_only=True):
    """A netting: its entries count once it is effective, and never before.

    `missing` are the co-ops that have not agreed, `declined` those of them that said
    no. The proposer, where it is a party, has agreed by proposing.
    """

    netting: bytes
    proposer: bytes
    currency: str
    entries: tuple[tuple[bytes, bytes, int], ...]
    missing: tuple[bytes, ...]
    declined: tuple[bytes, ...]

    @property
    def standing(self) -> NettingStanding:
        """How it stands: one no is enough for as long as it lasts."""
        if not self.missing:
            return "effective"
        return "declined" if self.declined else "open"


class Mediating(msgspec.Struct, frozen=True, kw_only=True):
    """Who would mediate between whom about a thing; effective when nobody is missing.

    `over` names those who had agreed and ended their half.
    """

    about: bytes
    mediator: bytes
    parties: tuple[bytes, ...]
    missing: tuple[bytes, ...]
    over: tuple[bytes, ...]

    @property
    def standing(self) -> Literal["open", "effective", "ended"]:
        """How it stands."""
        if self.over:
            return "ended"
        return "open" if self.missing else "effective"


def given_up(entries: Iterable[tuple[bytes, bytes, int]]) -> dict[bytes, int]:
    """Sum up, by co-op in the order of ids, what each gives up as a creditor.

    In a balanced netting it is what each is let off as a debtor, too.
    """
    sums = Counter[bytes]()
    for _, creditor, amount in entries:
        sums[creditor] += amount
    return dict(sorted(sums.items()))


def set_off(netting: Entity, related: Sequence[Entity]) -> SetOff:
    """Join a netting with the entities of any log whose `ref` it is."""
    body = netting.body
    if not isinstance(body, Netting):
        raise TypeError(f"a netting is joined, not a {netting.family}")
    missing, declined = [], []
    for coop, amount in given_up(body.entries).items():
        said = _said(netting, coop, Money(body.currency, amount), related)
        if coop == netting.coop or said == "agreed":
            continue
        missing.append(coop)
        if said == "declined":
            declined.append(coop)
    return SetOff(
        netting=netting.id,
        proposer=netting.coop,
        currency=body.currency,
        entries=body.entries,
        missing=tuple(missing),
        declined=tuple(declined),
    )


def _said(
    netting: Entity, coop: bytes, amount: Money, related: Sequence[Entity]
) -> str | None:
    word = word_of(coop, netting, related, NettingAnswer)
    if word is None or word[1].proposer != netting.coop:
        return None
    entity, answer = word
    if entity.state == "agreed" and answer.amount != amount:
        return None
    return entity.state


def mediations(halves: Iterable[Entity]) -> list[Mediating]:
    """Join halves of any logs into mediations, sorted by what they are about.

    Halves join that name the same thing, mediator and parties.
    """
    found: dict[tuple[bytes, bytes, tuple[bytes, ...]], dict[bytes, str]] = {}
    for entity in halves:
        body = entity.body
        if not isinstance(body, Mediation):
            raise TypeError(f"a mediation is joined, not a {entity.family}")
        key = (body.about, body.mediator, body.parties)
        found.setdefault(key, {})[entity.coop] = entity.state
    return [
        Mediating(
            about=about,
            mediator=mediator,
            parties=parties,
            missing=tuple(
                one for one in (*parties, mediator) if said.get(one) != "agreed"
            ),
            over=tuple(one for one in (*parties, mediator) if said.get(one) == "ended"),
        )
        for (about, mediator, parties), said in sorted(found.items())
    ]
