"""What the parties of a bid have agreed to, and how a price is divided among them."""

from itertools import pairwise
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import fold, limits
from protocol.canonical import Value
from protocol.joins import bids
from protocol.joins.bids import Reviewed, divide, join
from protocol.kinds.bids import Cut, Party, Terms
from protocol.kinds.fields import WHOLE, Money
from protocol.rules.bids import Bid, Version, sum_of
from protocol.rules.reviews import Review, review_id
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.rules.play import ACORN, BRAMBLE, NOBODY, REGISTER
from tests.protocol.world import Writer, seed

BID: Final = seed("bid")
VERSION: Final = seed("version")
PART: Final = Party(
    amount=Money("GBP", 900000), coop=BRAMBLE.id, minutes=6000, share=4000
)
TERMS: Final = Terms(
    fund=1000, parties=(Party(coop=ACORN.id, share=5000), PART), risk="shared"
)


def bid(**terms: object) -> Entity:
    """Acorn's bid, whose terms were set in block 3."""
    body = Bid(
        lead=seed("lead"),
        terms=msgspec.structs.replace(TERMS, **terms),
        version=Version(epoch=3, event=VERSION),
    )
    return Entity(
        id=BID, coop=ACORN.id, family="bid", state="assembling", epoch=2, body=body
    )


def review(state: str = "agreed", *, epoch: int = 3, **fields: object) -> Entity:
    """Bramble's word on its part."""
    body = Review(
        amount=PART.amount,
        bid=BID,
        contractor=ACORN.id,
        minutes=6000,
        share=4000,
        version=VERSION,
    )
    body = msgspec.structs.replace(body, **fields)
    return Entity(
        id=review_id(BRAMBLE.id, BID, body.lot),
        coop=BRAMBLE.id,
        family="review",
        state=state,
        epoch=epoch,
        body=body,
        ref=BID,
    )


def _wrong(fields: dict[str, object]) -> Entity:
    body = review().body
    assert isinstance(body, Review)
    return msgspec.structs.replace(
        review(), body=msgspec.structs.replace(body, **fields)
    )


#: Numbers that a review may have read elsewhere.
WRONG: Final[dict[str, dict[str, object]]] = {
    "less-work": {"minutes": 5999},
    "no-work": {"minutes": None},
    "more-money": {"amount": Money("GBP", 900001)},
    "another-currency": {"amount": Money("EUR", 900000)},
    "a-larger-share": {"share": 4001},
}


class Case(NamedTuple):
    bid: Entity
    related: tuple[Entity, ...]
    standings: tuple[str, ...]


LOTS: Final = (
    msgspec.structs.replace(PART, lot="A"),
    msgspec.structs.replace(PART, lot="B", share=5000),
)
CASES: Final[dict[str, Case]] = {
    "missing": Case(bid(), (), ("agreed", "missing")),
    "agreed": Case(bid(), (review(),), ("agreed", "agreed")),
    "agreed-in-a-later-block": Case(bid(), (review(epoch=4),), ("agreed", "agreed")),
    "objected": Case(bid(), (review("objected"),), ("agreed", "objected")),
    "objected-to-an-earlier-version": Case(
        bid(), (review("objected", version=NOBODY),), ("agreed", "stale")
    ),
    "agreed-to-an-earlier-version": Case(
        bid(), (review(version=NOBODY),), ("agreed", "stale")
    ),
    "agreed-before-it-was-set": Case(bid(), (review(epoch=2),), ("agreed", "stale")),
    "agreed-to-the-bid-of-another": Case(
        bid(), (review(contractor=BRAMBLE.id),), ("agreed", "missing")
    ),
    **{
        f"agreed-to-{what}": Case(bid(), (_wrong(wrong),), ("agreed", "differing"))
        for what, wrong in WRONG.items()
    },
    "agreed-to-another-lot": Case(bid(), (review(lot="A"),), ("agreed", "missing")),
    "each-lot-by-itself": Case(
        bid(fund=1000, lots=("A", "B"), parties=LOTS),
        (review(lot="A"), review("objected", lot="B", share=5000)),
        ("agreed", "objected"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    case = CASES[name]
    related = {one.id: one for one in case.related}
    found = join(case.bid, related)
    assert tuple(one.standing for one in found.parts) == case.standings
    body = case.bid.body
    assert isinstance(body, Bid)
    assert tuple(one.party for one in found.parts) == body.terms.parties
    assert (found.bid, found.contractor, found.version) == (BID, ACORN.id, VERSION)
    assert found.lead == seed("lead")
    assert found.sound == (set(case.standings) == {"agreed"})


def test_every_standing_has_a_case() -> None:
    standings = {one for case in CASES.values() for one in case.standings}
    assert standings == set(bids.Standing.__args__)  # type: ignore[attr-defined]


def test_who_has_no_share_bears_no_risk() -> None:
    parties = (Party(coop=ACORN.id, share=9000), Party(coop=BRAMBLE.id, minutes=60))
    found = join(bid(parties=parties), {})
    assert [one.standing for one in found.parts] == ["agreed", "missing"]
    assert found.sound
    assert found.unreviewed == ()


def test_only_a_bid_is_joined() -> None:
    with pytest.raises(TypeError):
        join(review(), {})


# --- dividing -----------------------------------------------------------------------


def body_of(entity: Entity) -> Bid:
    assert isinstance(entity.body, Bid)
    return entity.body


#: A third each for two parties and a fee; what is left for a fund.
THIRDS: Final = bid(
    parties=(
        Party(coop=ACORN.id, share=3333),
        Party(coop=BRAMBLE.id, lot="A", share=3333),
        Party(coop=NOBODY),
    ),
    fees=(Cut(NOBODY, 3333),),
    fund=1,
)


def test_a_price_is_divided_to_the_last_penny() -> None:
    body = body_of(THIRDS)
    assert [
        (one.coop, one.lot, one.what, one.share, one.amount)
        for one in divide(body, 101)
    ] == [
        (ACORN.id, None, "part", 3333, 34),
        (BRAMBLE.id, "A", "part", 3333, 34),
        (NOBODY, None, "fee", 3333, 33),
        (None, None, "fund", 1, 0),
    ]
    assert [one.amount for one in divide(body, 0)] == [0, 0, 0, 0]


@st.composite
def any_bid(draw: st.DrawFn) -> Bid:
    """A bid of which the shares make a whole, cut at random places."""
    count = draw(st.integers(1, 29))
    cuts = draw(
        st.lists(
            st.integers(1, WHOLE - 1),
            min_size=count - 1,
            max_size=count - 1,
            unique=True,
        )
    )
    ends = [0, *sorted(cuts), WHOLE]
    shares = [high - low for low, high in pairwise(ends)]
    parties = tuple(
        Party(coop=seed("party", at), share=share)
        for at, share in enumerate(shares[:20])
    )
    fees = tuple(Cut(seed("fee", at), share) for at, share in enumerate(shares[20:28]))
    fund = shares[28] if len(shares) == 29 else None
    return body_of(bid(parties=parties, fees=fees, fund=fund))


@given(any_bid(), st.integers(0, limits.INTEGER))
def test_shares_sum_to_the_whole_and_amounts_to_the_price(
    body: Bid, price: int
) -> None:
    assert sum_of(body.terms) == WHOLE
    slices = divide(body, price)
    assert sum(one.share for one in slices) == WHOLE
    assert sum(one.amount for one in slices) == price
    for one in slices:
        assert abs(one.amount * WHOLE - price * one.share) < WHOLE


# --- two logs -----------------------------------------------------------------------


class Two:
    """A lead contractor that changes its mind, and a party that reviews."""

    def __init__(self, number: int) -> None:
        self.dice = chance(number)
        self.contractor = Writer.opened(REGISTER, ACORN)
        self.party = Writer.opened(REGISTER, BRAMBLE)
        title = self.contractor.words("title", "A lead")
        lead = self.contractor.write("lead.opened", {}, title)
        share, terms = self._terms(0)
        opened: Value = {"lead": lead, "terms": terms}
        self.bid = self.contractor.write("bid.opened", opened)
        self.versions = [(self.bid, share)]
        for _ in range(12):
            self.dice.choice((self._change, self._move, self._review))()

    def _terms(self, off: int) -> tuple[int, Value]:
        """Give the share of the party, and terms that miss a whole by so much."""
        share = self.dice.choice((1, 2500, 4000, 5000))
        ours: Value = {"coop": ACORN.id, "share": WHOLE - share - off}
        theirs: Value = {"coop": BRAMBLE.id, "minutes": 60, "share": share}
        return share, {"parties": [ours, theirs], "risk": "shared"}

    def _change(self) -> None:
        share, terms = self._terms(self.dice.choice((0, 0, 0, 0, 1)))
        changed: Value = {"bid": self.bid, "terms": terms}
        self.versions.append((self.contractor.write("bid.changed", changed), share))

    def _move(self) -> None:
        to = self.dice.choice(("agreed", "assembling", "submitted"))
        self.contractor.write("bid.advanced", {"bid": self.bid, "to": to})

    def _review(self) -> None:
        version, share = self.dice.choice(self.versions[-2:])
        said: Value = {
            "bid": self.bid,
            "contractor": ACORN.id,
            "minutes": self.dice.choice((60, 60, 60, 61)),
            "share": share,
            "stance": self.dice.choice(("agreed", "agreed", "objected")),
            "version": version,
        }
        self.party.write("estimate.reviewed", said)

    def joined(self, ours: int, theirs: int) -> tuple[Reviewed, Bid, list[Entity]]:
        epochs = REGISTER.roster.epochs()
        contractor = self.contractor.placed()[:ours]
        mine = fold.fold_all(ACORN.id, contractor, epochs).changed
        reviews = fold.fold_all(BRAMBLE.id, self.party.placed()[:theirs], epochs)
        halves = [one for one in reviews.changed.values() if one.family == "review"]
        found = join(mine[self.bid], {one.id: one for one in halves})
        return found, body_of(mine[self.bid]), halves


@examples(200)
@given(st.integers(0, 2**32 - 1))
def test_a_bid_is_sound_only_if_its_party_agreed_to_what_it_says_now(
    number: int,
) -> None:
    two = Two(number)
    ours = two.dice.randint(2, len(two.contractor.ids))
    theirs = two.dice.randint(0, len(two.party.ids))
    found, body, halves = two.joined(ours, theirs)
    assert sum_of(body.terms) == WHOLE
    assert two.joined(ours, theirs)[0] == found
    if found.sound:
        (half,) = halves
        said = half.body
        assert isinstance(said, Review)
        own = body.terms.parties[1]
        assert half.state == "agreed"
        assert said.version == body.version.event
        assert (said.share, said.minutes) == (own.share, own.minutes)
    else:
        assert [one.party.coop for one in found.unreviewed] == [BRAMBLE.id]
