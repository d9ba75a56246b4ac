"""Offer and acceptance make a hand-over, and only that and a won lead make a fee."""

from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import fold, limits
from protocol.canonical import Value
from protocol.joins import handovers
from protocol.joins.handovers import FeeOwed, Handing, amount, fee_of, fees, join
from protocol.kinds.fields import Money, Sum
from protocol.kinds.handovers import Fee
from protocol.kinds.leads import Terms, Via
from protocol.rules.handovers import Handover
from protocol.rules.leads import LEAD_MOVES, Lead
from protocol.rules.takeovers import Takeover, takeover_id
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.rules.play import ACORN, BRAMBLE, REGISTER
from tests.protocol.world import Writer, seed

LEAD: Final = seed("lead of the finder")
OFFER: Final = seed("hand-over")
OPENED: Final = seed("lead of the taker")
SHARED: Final = Fee(due="award", size=1000)
FIXED: Final = Fee(due="end", size=Sum("GBP", 50000))


def offer(state: str = "offered", **fields: object) -> Entity:
    """Acorn's offer of its lead to Bramble, of block 2, for a tenth."""
    body = Handover(
        fee=SHARED, lead=LEAD, texts={"terms": seed("terms")}, to=BRAMBLE.id
    )
    return Entity(
        id=OFFER,
        coop=ACORN.id,
        family="handover",
        state=state,
        epoch=2,
        body=msgspec.structs.replace(body, **fields),
        ref=LEAD,
    )


def takeover(
    state: str = "accepted",
    *,
    coop: bytes = BRAMBLE.id,
    epoch: int = 2,
    **fields: object,
) -> Entity:
    """Bramble's acceptance of it, as offered, with the lead that it opened."""
    body = Takeover(
        fee=SHARED,
        finder=ACORN.id,
        handover=OFFER,
        lead=LEAD,
        opened=OPENED,
        terms=seed("terms"),
    )
    return Entity(
        id=takeover_id(coop, OFFER),
        coop=coop,
        family="takeover",
        state=state,
        epoch=epoch,
        body=msgspec.structs.replace(body, **fields),
        ref=OFFER,
    )


def _wrong(fields: dict[str, object]) -> Entity:
    body = takeover().body
    assert isinstance(body, Takeover)
    return msgspec.structs.replace(
        takeover(), body=msgspec.structs.replace(body, **fields)
    )


#: What an acceptance may get wrong.
WRONG: Final[dict[str, dict[str, object]]] = {
    "of-another-finder": {"finder": BRAMBLE.id},
    "of-another-lead": {"lead": OPENED},
    "for-another-fee": {"fee": FIXED},
    "for-a-smaller-fee": {"fee": Fee(due="award", size=999)},
    "for-a-later-fee": {"fee": Fee(due="end", size=1000)},
    "for-no-fee": {"fee": None},
    "on-other-terms": {"terms": seed("other terms")},
}


class Case(NamedTuple):
    offer: Entity
    related: tuple[Entity, ...]
    standing: str
    opened: bytes | None = None


CASES: Final[dict[str, Case]] = {
    "offered": Case(offer(), (), "offered"),
    "accepted": Case(offer(), (takeover(),), "effective", OPENED),
    "accepted-in-a-later-block": Case(
        offer(), (takeover(epoch=3),), "effective", OPENED
    ),
    "accepted-and-not-opened": Case(offer(), (takeover(opened=None),), "effective"),
    "accepted-for-nothing": Case(
        offer(fee=None), (takeover(fee=None),), "effective", OPENED
    ),
    "accepted-with-an-answer-of-another": Case(
        offer(), (takeover("declined", coop=ACORN.id), takeover()), "effective", OPENED
    ),
    "accepted-by-the-finder": Case(
        offer(to=ACORN.id), (takeover(coop=ACORN.id),), "unmatched"
    ),
    "accepted-by-another": Case(offer(), (takeover(coop=ACORN.id),), "offered"),
    "accepted-before-it-was-offered": Case(offer(), (takeover(epoch=1),), "offered"),
    "declined": Case(offer(), (takeover("declined", opened=None),), "declined"),
    "declined-by-another": Case(
        offer(), (takeover("declined", coop=ACORN.id),), "offered"
    ),
    "withdrawn": Case(offer("withdrawn"), (), "withdrawn"),
    "withdrawn-while-accepted": Case(offer("withdrawn"), (takeover(),), "withdrawn"),
    **{
        f"accepted-{what}": Case(offer(), (_wrong(wrong),), "unmatched")
        for what, wrong in WRONG.items()
    },
    "accepted-for-a-fee-that-is-none": Case(
        offer(fee=None), (takeover(),), "unmatched"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    case = CASES[name]
    related = {one.id: one for one in case.related}
    assert join(case.offer, related) == joined(case)
    assert join(case.offer, dict(reversed(related.items()))) == joined(case)


def joined(case: Case) -> Handing:
    body = case.offer.body
    assert isinstance(body, Handover)
    return Handing(
        handover=OFFER,
        finder=ACORN.id,
        taker=body.to,
        lead=LEAD,
        fee=body.fee,
        standing=case.standing,  # type: ignore[arg-type]
        opened=case.opened,
    )


def test_every_standing_has_a_case() -> None:
    standings = {case.standing for case in CASES.values()}
    assert standings == set(handovers.Standing.__args__)  # type: ignore[attr-defined]


def test_only_a_hand_over_is_joined() -> None:
    with pytest.raises(TypeError):
        join(takeover(), {})


# --- fees ---------------------------------------------------------------------------

HANDED: Final = join(offer(), {one.id: one for one in [takeover()]})
WORTH: Final = Money("GBP", 4_200_009)


def lead(state: str = "won", **fields: object) -> Entity:
    """Bramble's lead that came by it."""
    body = Lead(terms=Terms(value=WORTH), texts={}, via=Via(OFFER, ACORN.id, LEAD))
    return Entity(
        id=OPENED,
        coop=BRAMBLE.id,
        family="lead",
        state=state,
        epoch=2,
        body=msgspec.structs.replace(body, **fields),
    )


def owed(**fields: object) -> FeeOwed:
    whole = FeeOwed(
        handover=OFFER,
        lead=OPENED,
        payer=BRAMBLE.id,
        payee=ACORN.id,
        currency="GBP",
        amount=420_000,
        due="award",
        epoch=2,
    )
    return msgspec.structs.replace(whole, **fields)


def but(**fields: object) -> Handing:
    return msgspec.structs.replace(HANDED, **fields)


EURO: Final = Terms(value=Money("EUR", 70))
FEES: Final[dict[str, tuple[Handing, Entity, FeeOwed | None]]] = {
    **{
        f"share-of-a-lead-{state}": (
            HANDED,
            lead(state),
            owed() if state in {"won", "delivering", "closed"} else None,
        )
        for state in LEAD_MOVES
    },
    "share-in-its-currency": (
        HANDED,
        lead(terms=EURO),
        owed(currency="EUR", amount=7),
    ),
    "share-of-next-to-nothing": (
        HANDED,
        lead(terms=Terms(value=Money("GBP", 9))),
        None,
    ),
    "share-of-no-value": (HANDED, lead(terms=Terms()), None),
    "whole-of-the-largest-value": (
        but(fee=Fee(due="award", size=10_000)),
        lead(terms=Terms(value=Money("GBP", limits.INTEGER))),
        owed(amount=limits.INTEGER),
    ),
    "sum": (but(fee=FIXED), lead(), owed(amount=50000, due="end")),
    "sum-of-no-value": (
        but(fee=FIXED),
        lead(terms=Terms()),
        owed(amount=50000, due="end"),
    ),
    "no-fee": (but(fee=None), lead(), None),
    "not-opened": (but(opened=None), lead(), None),
    **{
        f"not-effective-{standing}": (but(standing=standing), lead(), None)
        for standing in ("offered", "declined", "unmatched", "withdrawn")
    },
    "opened-another": (but(opened=seed("elsewhere")), lead(), None),
    "of-itself": (HANDED, lead(via=None), None),
    "via-another": (HANDED, lead(via=Via(OPENED, ACORN.id, LEAD)), None),
    "via-another-finder": (HANDED, lead(via=Via(OFFER, BRAMBLE.id, LEAD)), None),
    "via-another-lead": (HANDED, lead(via=Via(OFFER, ACORN.id, OFFER)), None),
    "of-another-co-op": (
        HANDED,
        msgspec.structs.replace(lead(), coop=ACORN.id),
        None,
    ),
    "of-no-lead": (HANDED, msgspec.structs.replace(offer(), id=OPENED), None),
}


@pytest.mark.parametrize("name", FEES)
def test_fees(name: str) -> None:
    handing, one, expected = FEES[name]
    assert fee_of(handing, {one.id: one}, {}) == expected
    assert fees([handing], {one.id: one}) == [expected] * (expected is not None)


# --- passed on ----------------------------------------------------------------------

CLOVER: Final = seed("co-op of a third")
ONWARD: Final = seed("hand-over of the taker")
OPENED_THERE: Final = seed("lead of a third")
GONE: Final = lead("passed-on", handover=ONWARD)


def onward(**fields: object) -> Handing:
    """Bramble hands its lead over to Clover, for nothing."""
    one = Handing(
        handover=ONWARD,
        finder=BRAMBLE.id,
        taker=CLOVER,
        lead=OPENED,
        fee=None,
        standing="effective",
        opened=OPENED_THERE,
    )
    return msgspec.structs.replace(one, **fields)


def there(state: str = "won", **fields: object) -> Entity:
    """Clover's lead that came by it."""
    via = Via(ONWARD, BRAMBLE.id, OPENED)
    one = lead(state, **{"via": via, **fields})
    return msgspec.structs.replace(one, id=OPENED_THERE, coop=CLOVER)


VALUELESS: Final = Terms()
#: The taker's lead, passed on; by what; what the next one has -> the taker's fee.
PASSED: Final[dict[str, tuple[Entity, Handing, Entity, FeeOwed | None]]] = {
    **{
        f"share-of-a-lead-passed-on-and-{state}": (
            GONE,
            onward(),
            there(state),
            owed() if state in {"won", "delivering", "closed"} else None,
        )
        for state in LEAD_MOVES
    },
    "share-of-the-takers-own-value": (
        lead("passed-on", handover=ONWARD, terms=EURO),
        onward(),
        there(),
        owed(currency="EUR", amount=7),
    ),
    "share-of-the-value-that-the-next-one-names": (
        lead("passed-on", handover=ONWARD, terms=VALUELESS),
        onward(),
        there(),
        owed(),
    ),
    "share-of-a-value-that-nobody-names": (
        lead("passed-on", handover=ONWARD, terms=VALUELESS),
        onward(),
        there(terms=VALUELESS),
        None,
    ),
    "passed-on-by-word-of-mouth": (lead("passed-on"), onward(), there(), None),
    "passed-on-by-what-is-not-held": (
        lead("passed-on", handover=seed("elsewhere")),
        onward(),
        there(),
        None,
    ),
    "offered-onward-only": (GONE, onward(standing="offered"), there(), None),
    "offered-onward-and-kept": (lead(handover=ONWARD), onward(), there("open"), owed()),
    "taken-onward-and-not-passed-on": (
        lead("open", handover=ONWARD),
        onward(),
        there(),
        None,
    ),
    "passed-on-and-not-opened": (GONE, onward(opened=None), there(), None),
    "passed-on-and-opened-otherwise": (GONE, onward(), there(via=None), None),
}


@pytest.mark.parametrize("name", PASSED)
def test_a_fee_does_not_end_where_the_lead_goes_on(name: str) -> None:
    taken, by, next_, expected = PASSED[name]
    leads = {one.id: one for one in (taken, next_)}
    assert fee_of(HANDED, leads, {ONWARD: by}) == expected
    assert fees([by, HANDED], leads) == [expected] * (expected is not None)


def to_and_fro(hands: int) -> tuple[list[Handing], dict[bytes, Entity]]:
    """Two co-ops hand a lead to each other; whoever has it last has won it."""
    coops = (ACORN.id, BRAMBLE.id)
    names = [seed("lead", at) for at in range(hands + 1)]
    by = [seed("hand-over", at) for at in range(hands)]
    handings = [
        but(
            handover=by[at],
            finder=coops[at % 2],
            taker=coops[(at + 1) % 2],
            lead=names[at],
            opened=names[at + 1],
        )
        for at in range(hands)
    ]
    leads: dict[bytes, Entity] = {}
    for at, one in enumerate(handings):
        last = at + 1 == hands
        made = lead(
            "won" if last else "passed-on",
            via=Via(one.handover, one.finder, one.lead),
            handover=None if last else by[at + 1],
        )
        leads[names[at + 1]] = msgspec.structs.replace(
            made, id=names[at + 1], coop=one.taker
        )
    return handings, leads


def test_each_hand_owes_the_one_before() -> None:
    handings, leads = to_and_fro(3)
    found = {(one.handover, one.payer, one.payee) for one in fees(handings, leads)}
    assert found == {(one.handover, one.taker, one.finder) for one in handings}


def test_a_lead_is_followed_through_so_many_hands() -> None:
    handings, leads = to_and_fro(handovers.HANDS + 5)
    found = {one.handover for one in fees(handings, leads)}
    assert found == {one.handover for one in handings[5:]}


def test_fees_stand_in_the_order_of_their_hand_overs() -> None:
    other = msgspec.structs.replace(HANDED, handover=b"\0" * 32, opened=b"\1" * 32)
    beside = msgspec.structs.replace(
        lead(via=Via(b"\0" * 32, ACORN.id, LEAD)), id=b"\1" * 32
    )
    leads = {OPENED: lead(), beside.id: beside}
    found = fees([HANDED, other], leads)
    assert [one.handover for one in found] == [b"\0" * 32, OFFER]
    assert fees([other, HANDED], leads) == found


@given(st.integers(0, limits.INTEGER), st.integers(1, 10_000))
def test_a_share_is_never_more_than_the_whole(value: int, share: int) -> None:
    found = amount(Fee(due="award", size=share), Money("GBP", value))
    assert found is not None
    assert 0 <= found.amount <= value
    assert 0 <= value * share - found.amount * 10_000 < 10_000


# --- two logs, each with a will of its own ------------------------------------------


class Two:
    """A finder and a taker, mostly with sense; any step may be void."""

    def __init__(self, number: int) -> None:
        self.dice = chance(number)
        self.finder = Writer.opened(REGISTER, ACORN)
        self.taker = Writer.opened(REGISTER, BRAMBLE)
        self.leads = [self._lead(self.finder) for _ in range(2)]
        #: What was offered: the hand-over, its lead, what an acceptance repeats.
        self.offers: list[tuple[bytes, bytes, dict[str, Value]]] = []
        self.accepted: list[tuple[bytes, bytes]] = []
        self.used: list[tuple[bytes, bytes]] = []
        self.taken: list[bytes] = []
        acts = [*[self._offer] * 2, *[self._accept, self._open, self._win] * 8]
        acts += [self._back, self._decline, self._move]
        for _ in range(50):
            self.dice.choice(acts)()

    def _lead(self, writer: Writer, **more: Value) -> bytes:
        value: Value = ["GBP", self.dice.choice((9, 999, 1_234_567))]
        body: Value = {"value": value, **more}
        return writer.write("lead.opened", body, writer.words("title", "A lead"))

    def _offer(self) -> None:
        at = self.dice.choice(self.leads)
        size: Value = self.dice.choice((1, 1000, 10_000, 77))
        if size == 77:
            size = ["GBP", size]
        fee: dict[str, Value] = {"fee": {"due": "award", "size": size}}
        if self.dice.random() < 0.1:
            fee = {}
        terms = self.finder.words("terms", f"{len(self.offers)}")
        body: Value = {**fee, "lead": at, "to": BRAMBLE.id}
        made = self.finder.write("handover.offered", body, terms)
        self.offers.append((made, at, {**fee, "terms": terms.commitment}))

    def _offered(self) -> tuple[bytes, bytes, dict[str, Value]] | None:
        return self.dice.choice(self.offers[-3:]) if self.offers else None

    def _back(self) -> None:
        if offered := self._offered():
            body: Value = {"handover": offered[0], "lead": offered[1]}
            self.finder.write("handover.withdrawn", body)

    def _accept(self) -> None:
        if offered := self._offered():
            made, at, bound = offered
            if self.dice.random() < 0.1:
                bound = {**bound, "fee": {"due": "award", "size": 1}}
            body: Value = {"finder": ACORN.id, "handover": made, "lead": at, **bound}
            self.taker.write("handover.accepted", body)
            self.accepted.append((made, at))

    def _decline(self) -> None:
        if offered := self._offered():
            made, at, _ = offered
            body: Value = {"finder": ACORN.id, "handover": made, "lead": at}
            self.taker.write("handover.declined", body)

    def _open(self) -> None:
        left = [one for one in self.accepted if one not in self.used]
        if left or (self.used and self.dice.random() < 0.1):
            made, at = self.dice.choice(left or self.used)
            self.used.append((made, at))
            self.taken.append(self._lead(self.taker, via=[made, ACORN.id, at]))

    def _win(self) -> None:
        if self.taken:
            to = self.dice.choice(("won", "won", "delivering", "closed"))
            body: Value = {"lead": self.dice.choice(self.taken), "to": to}
            self.taker.write("lead.advanced", body)

    def _move(self) -> None:
        to = self.dice.choice(("lost", "open", "passed-on"))
        writer, lead = self.finder, self.dice.choice(self.leads)
        if self.taken and self.dice.random() < 0.5:
            writer, lead = self.taker, self.dice.choice(self.taken)
        writer.write("lead.advanced", {"lead": lead, "to": to})

    def entities(
        self, ours: int | None = None, theirs: int | None = None
    ) -> list[Entity]:
        """Fold both logs, each up to some place."""
        epochs = REGISTER.roster.epochs()
        finder = self.finder.placed()[:ours]
        taker = self.taker.placed()[:theirs]
        return [
            *fold.fold_all(ACORN.id, finder, epochs).changed.values(),
            *fold.fold_all(BRAMBLE.id, taker, epochs).changed.values(),
        ]


def all_fees(entities: list[Entity]) -> tuple[list[Handing], list[FeeOwed]]:
    by_id = {one.id: one for one in entities}
    related: dict[bytes | None, dict[bytes, Entity]] = {}
    for one in entities:
        if one.family == "takeover":
            related.setdefault(one.ref, {})[one.id] = one
    handings = [
        join(one, related.get(one.id, {}))
        for one in entities
        if one.family == "handover"
    ]
    return handings, fees(handings, by_id)


@examples(300)
@given(st.integers(0, 2**32 - 1))
def test_a_fee_never_arises_without_an_effective_hand_over(number: int) -> None:
    two = Two(number)
    entities = two.entities()
    by_id = {one.id: one for one in entities}
    handings, found = all_fees(entities)
    effective = {one.handover: one for one in handings if one.standing == "effective"}
    for one in found:
        handing = effective[one.handover]
        won, offered = by_id[one.lead], by_id[one.handover].body
        assert isinstance(won.body, Lead)
        assert isinstance(offered, Handover)
        assert offered.fee is not None
        assert won.state in handovers.EARNING or won.body.handover is not None
        assert won.body.terms.value is not None
        worth = amount(offered.fee, won.body.terms.value)
        assert worth == Money(one.currency, one.amount)
        assert (one.payer, one.payee) == (handing.taker, handing.finder)
    # A hand-over brings one fee, and a lead pays one.
    assert len({one.handover for one in found}) == len(found)
    assert len({one.lead for one in found}) == len(found)
    # A lead is in one hand only: of its offers at most one stands.
    standing = [one.lead for one in effective.values()]
    assert len(set(standing)) == len(standing)


@examples(100)
@given(st.integers(0, 2**32 - 1))
def test_whatever_of_the_two_logs_is_here_gives_the_same_in_any_order(
    number: int,
) -> None:
    two = Two(number)
    ours = two.dice.randint(2, len(two.finder.ids))
    theirs = two.dice.randint(0, len(two.taker.ids))
    entities = two.entities(ours, theirs)
    handings, found = all_fees(entities)
    two.dice.shuffle(entities)
    again, same = all_fees(entities)
    assert sorted(map(repr, again)) == sorted(map(repr, handings))
    assert same == found


def test_the_walks_of_the_properties_bring_fees_about() -> None:
    counts = [len(all_fees(Two(number).entities())[1]) for number in range(60)]
    assert sum(1 for one in counts if one) > 10, counts
