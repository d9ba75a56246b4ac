"""Commitments: two halves that name each other, whatever else their logs do."""

from collections.abc import Mapping
from random import Random
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import fold
from protocol.canonical import Value
from protocol.joins import commitments, coverage
from protocol.joins.commitments import BINDING, Commitment, join
from protocol.rules.acceptances import Acceptance, Answer, answer_id
from protocol.rules.leads import Lead
from protocol.rules.pledges import Confirmed, Pledge
from protocol.rules.projects import Project
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.rules.play import ACORN, BRAMBLE, REGISTER
from tests.protocol.world import Coop, Writer, seed

LEAD: Final = seed("lead")
GIVEN: Final = seed("acceptance")
CONFIRMED: Final = Confirmed(
    acceptance=GIVEN, epoch=3, event=seed("confirmed"), quantity=3000
)


def pledge(
    state: str = "offered", confirmed: Confirmed | None = None, **fields: object
) -> Entity:
    """Bramble's offer of 3000 minutes to line 1 of Acorn's lead, of block 2."""
    body = Pledge(
        confirmed=confirmed,
        line=1,
        owner=ACORN.id,
        quantity=3000,
        skill="python",
        to=LEAD,
        unit="minutes",
    )
    return Entity(
        id=seed("pledge"),
        coop=BRAMBLE.id,
        family="pledge",
        state=state,
        epoch=2,
        body=msgspec.structs.replace(body, **fields),
        ref=LEAD,
    )


def acceptance(
    state: str = "given",
    *,
    one: bytes = GIVEN,
    coop: bytes = ACORN.id,
    epoch: int = 2,
    **fields: object,
) -> Entity:
    """Acorn's acceptance of all of it."""
    body = Acceptance(
        line=1,
        pledge=seed("pledge"),
        pledger=BRAMBLE.id,
        quantity=3000,
        to=LEAD,
        unit="minutes",
    )
    return Entity(
        id=one,
        coop=coop,
        family="acceptance",
        state=state,
        epoch=epoch,
        body=msgspec.structs.replace(body, **fields),
        ref=seed("pledge"),
    )


def answer(state: str, coop: Coop = ACORN, epoch: int = 2) -> Entity:
    return Entity(
        id=answer_id(coop.id, seed("pledge")),
        coop=coop.id,
        family="answer",
        state=state,
        epoch=epoch,
        body=Answer(pledge=seed("pledge")),
        ref=seed("pledge"),
    )


class Case(NamedTuple):
    pledge: Entity
    related: tuple[Entity, ...]
    standing: str
    quantity: int = 3000
    acceptance: bytes | None = None


BOUND: Final = pledge("confirmed", CONFIRMED)
LOWER: Final = b"\0" * 32

CASES: Final[dict[str, Case]] = {
    "offered": Case(pledge(), (), "offered"),
    "accepted": Case(pledge(), (acceptance(),), "accepted", 3000, GIVEN),
    "accepted-in-a-round": Case(
        pledge(round=seed("round")), (acceptance(), answer("declined")), "offered"
    ),
    "withdrawn-in-a-round": Case(
        pledge("withdrawn", round=seed("round")), (acceptance(),), "withdrawn"
    ),
    "accepted-in-part": Case(
        pledge(), (acceptance(quantity=1000),), "accepted", 1000, GIVEN
    ),
    "accepted-in-a-later-block": Case(
        pledge(), (acceptance(epoch=3),), "accepted", 3000, GIVEN
    ),
    "accepted-with-its-answer": Case(
        pledge(), (answer("accepted"), acceptance()), "accepted", 3000, GIVEN
    ),
    "accepted-twice": Case(
        pledge(), (acceptance(), acceptance(one=LOWER)), "accepted", 3000, LOWER
    ),
    "acceptance-withdrawn": Case(pledge(), (acceptance("withdrawn"),), "offered"),
    "acceptance-withdrawn-and-another": Case(
        pledge(),
        (acceptance("withdrawn", one=LOWER), acceptance(quantity=5)),
        "accepted",
        5,
        GIVEN,
    ),
    "acceptance-withdrawn-and-declined": Case(
        pledge(), (acceptance("withdrawn"), answer("declined")), "declined"
    ),
    "declined": Case(pledge(), (answer("declined"),), "declined"),
    "declined-by-another": Case(pledge(), (answer("declined", BRAMBLE),), "offered"),
    "declined-before": Case(pledge(), (answer("declined", epoch=1),), "offered"),
    "answer-open-again": Case(pledge(), (answer("open"),), "offered"),
    "committed": Case(BOUND, (acceptance(),), "committed", 3000, GIVEN),
    "committed-in-part": Case(
        pledge("confirmed", msgspec.structs.replace(CONFIRMED, quantity=1000)),
        (acceptance(quantity=1000),),
        "committed",
        1000,
        GIVEN,
    ),
    "committed-in-the-same-block": Case(
        BOUND, (acceptance(epoch=3),), "committed", 3000, GIVEN
    ),
    "overtaken": Case(BOUND, (acceptance("withdrawn"),), "overtaken", 3000, GIVEN),
    "overtaken-beside-another": Case(
        BOUND,
        (acceptance("withdrawn"), acceptance(one=LOWER)),
        "overtaken",
        3000,
        GIVEN,
    ),
    "confirmed-what-is-not-held": Case(BOUND, (), "unmatched", 3000, GIVEN),
    "confirmed-another-than-was-given": Case(
        BOUND, (acceptance(one=LOWER),), "unmatched", 3000, GIVEN
    ),
    "confirmed-less-than-was-given": Case(
        pledge("confirmed", msgspec.structs.replace(CONFIRMED, quantity=2999)),
        (acceptance(),),
        "unmatched",
        2999,
        GIVEN,
    ),
    "confirmed-before-it-was-given": Case(
        BOUND, (acceptance(epoch=4),), "unmatched", 3000, GIVEN
    ),
    "confirmed-an-answer": Case(
        pledge(
            "confirmed",
            msgspec.structs.replace(
                CONFIRMED, acceptance=answer_id(ACORN.id, seed("pledge"))
            ),
        ),
        (answer("accepted"),),
        "unmatched",
        3000,
        answer_id(ACORN.id, seed("pledge")),
    ),
    "released": Case(
        pledge("released", CONFIRMED), (acceptance(),), "released", 3000, GIVEN
    ),
    "released-after-being-overtaken": Case(
        pledge("released", CONFIRMED),
        (acceptance("withdrawn"),),
        "released",
        3000,
        GIVEN,
    ),
    "released-what-never-matched": Case(
        pledge("released", CONFIRMED), (), "unmatched", 3000, GIVEN
    ),
    "withdrawn": Case(pledge("withdrawn"), (), "withdrawn"),
    "withdrawn-while-accepted": Case(pledge("withdrawn"), (acceptance(),), "withdrawn"),
    "withdrawn-and-declined": Case(
        pledge("withdrawn"), (answer("declined"),), "withdrawn"
    ),
    # What does not match an offer, whether it is confirmed or not.
    **{
        f"{state}-{what}": Case(
            bound,
            (other,),
            "offered" if state == "offered" else "unmatched",
            3000,
            None if state == "offered" else GIVEN,
        )
        for state, bound in (("offered", pledge()), ("confirmed", BOUND))
        for what, other in {
            "accepted-by-another": acceptance(coop=BRAMBLE.id),
            "accepted-another-pledge": acceptance(pledge=seed("other")),
            "accepted-from-another": acceptance(pledger=ACORN.id),
            "accepted-for-another-lead": acceptance(to=seed("other")),
            "accepted-for-another-line": acceptance(line=2),
            "accepted-for-no-line": acceptance(line=None),
            "accepted-in-money": acceptance(unit="GBP"),
            "accepted-more-than-offered": acceptance(quantity=3001),
            "accepted-before-it-was-offered": acceptance(epoch=1),
        }.items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    case = CASES[name]
    related = {one.id: one for one in case.related}
    expected = Commitment(
        pledge=seed("pledge"),
        pledger=BRAMBLE.id,
        taker=ACORN.id,
        to=LEAD,
        line=1,
        unit="minutes",
        quantity=case.quantity,
        standing=case.standing,  # type: ignore[arg-type]
        acceptance=case.acceptance,
    )
    assert join(case.pledge, related) == expected
    # Nor does it matter in which order they came.
    assert join(case.pledge, dict(reversed(related.items()))) == expected


def test_every_standing_has_a_case() -> None:
    standings = {case.standing for case in CASES.values()}
    assert standings == set(commitments.Standing.__args__)  # type: ignore[attr-defined]
    assert standings > BINDING


def test_only_a_pledge_is_joined() -> None:
    with pytest.raises(TypeError):
        join(acceptance(), {})


# --- two logs, each with a will of its own ------------------------------------------


class Two:
    """A pledger and a taker that act on what they know, mostly with sense."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.taker = Writer.opened(REGISTER, ACORN)
        self.pledger = Writer.opened(REGISTER, BRAMBLE)
        title = self.taker.words("title", "A lead")
        lines: list[Value] = [
            {"line": 1, "minutes": 100, "skill": "python"},
            {"line": 2, "skill": "research"},
        ]
        self.lead = self.taker.write("lead.opened", {"requirements": lines}, title)
        self.project = self.taker.write(
            "project.opened",
            {"goal": ["GBP", 100], "maximum": 120, "state": "open"},
            title,
        )
        #: Pledge -> what it offers; acceptance -> the pledge, what it takes, of what.
        self.offers: dict[bytes, dict[str, Value]] = {}
        self.takes: dict[bytes, tuple[bytes, int, bytes]] = {}

    def act(self) -> None:
        """One of them does something."""
        acts = [self._offer, self._take, self._take, self._bind, self._undo]
        self.dice.choice(acts if self.takes else acts[: 2 if self.offers else 1])()

    def _sense(self) -> bool:
        return self.dice.random() < 0.9

    def _offer(self) -> None:
        quantity = self.dice.choice((1, 30, 60, 100))
        body: dict[str, Value]
        if self.dice.random() < 0.5:
            offer: dict[str, Value] = {
                "line": self.dice.choice((1, 1, 1, 2, 3)),
                "quantity": quantity,
                "to": self.lead,
                "unit": "minutes",
            }
            body = {"line": offer["line"], "minutes": quantity, "skill": "python"}
            kind = "pledge.work.offered"
        else:
            offer = {"quantity": quantity, "to": self.project, "unit": "GBP"}
            body, kind = {"amount": ["GBP", quantity]}, "pledge.money.offered"
        owner = ACORN if self._sense() else BRAMBLE
        body |= {"owner": owner.id, "to": offer["to"]}
        self.offers[self.pledger.write(kind, body)] = offer

    def _take(self) -> None:
        pledge = self.dice.choice(list(self.offers))
        taken = {**self.offers[pledge], "pledge": pledge, "pledger": BRAMBLE.id}
        if not self._sense():
            taken["quantity"] = self.dice.choice((1, 30, 60, 100))
        if not self._sense():
            taken["pledge"] = self.dice.choice(list(self.offers))
        made = self.taker.write("acceptance.given", taken)
        assert isinstance(taken["quantity"], int)
        assert isinstance(taken["to"], bytes)
        self.takes[made] = (pledge, taken["quantity"], taken["to"])

    def _bind(self) -> None:
        acceptance = self.dice.choice(list(self.takes))
        pledge, quantity, _ = self.takes[acceptance]
        if not self._sense():
            pledge = self.dice.choice(list(self.offers))
        if not self._sense():
            quantity = self.dice.choice((1, 30, 60, 100))
        bound: Value = {
            "acceptance": acceptance,
            "pledge": pledge,
            "quantity": quantity,
            "taker": ACORN.id,
        }
        self.pledger.write("pledge.confirmed", bound)

    def _undo(self) -> None:
        acceptance = self.dice.choice(list(self.takes))
        pledge, _, to = self.takes[acceptance]
        match self.dice.randint(0, 3):
            case 0:
                self.pledger.write("pledge.withdrawn", {"pledge": pledge})
            case 1:
                self.pledger.write("pledge.released", {"pledge": pledge})
            case 2:
                declined: Value = {"pledge": pledge, "pledger": BRAMBLE.id, "to": to}
                self.taker.write("pledge.declined", declined)
            case _:
                undone: Value = {"acceptance": acceptance, "to": to}
                self.taker.write("acceptance.withdrawn", undone)

    def entities(self) -> dict[bytes, Entity]:
        epochs = REGISTER.roster.epochs()
        return {
            **fold.fold_all(ACORN.id, self.taker.placed(), epochs).changed,
            **fold.fold_all(BRAMBLE.id, self.pledger.placed(), epochs).changed,
        }


def joined(entities: Mapping[bytes, Entity]) -> list[Commitment]:
    related: dict[bytes | None, dict[bytes, Entity]] = {}
    for one in entities.values():
        if one.family in {"acceptance", "answer"}:
            related.setdefault(one.ref, {})[one.id] = one
    return [
        join(one, related.get(one.id, {}))
        for one in entities.values()
        if one.family == "pledge"
    ]


@examples(300)
@given(st.integers(0, 2**32 - 1))
def test_nothing_is_promised_twice_and_nothing_beyond_the_maximum(number: int) -> None:
    two = Two(chance(number))
    for _ in range(60):
        two.act()
    entities = two.entities()
    found = joined(entities)
    named = [one.acceptance for one in found if one.standing in {"accepted", *BINDING}]
    assert None not in named
    assert len(named) == len(set(named))
    for one in found:
        check_limits(one, entities)
    check_sums(two, entities, found)


def check_limits(one: Commitment, entities: Mapping[bytes, Entity]) -> None:
    """A commitment is at most what was offered, and what was accepted of it."""
    offered = entities[one.pledge].body
    assert isinstance(offered, Pledge)
    assert 1 <= one.quantity <= offered.quantity
    if one.standing in {"accepted", "committed", "overtaken"}:
        assert one.acceptance is not None
        taken = entities[one.acceptance].body
        assert isinstance(taken, Acceptance)
        assert (taken.quantity, taken.pledge) == (one.quantity, one.pledge)


def check_sums(
    two: Two, entities: Mapping[bytes, Entity], found: list[Commitment]
) -> None:
    """What stands within a limit of the taker's; what was overtaken comes on top."""
    lead, project = entities[two.lead], entities[two.project]
    assert isinstance(lead.body, Lead)
    assert isinstance(project.body, Project)
    standing = [one for one in found if one.standing != "overtaken"]
    for line in coverage.cover_lead(lead, lead.body, standing):
        if line.wanted is not None:
            assert line.committed + line.accepted <= line.wanted
        live = dict(lead.body.accepted).get(line.line or 0, 0)
        assert line.committed + line.accepted <= live
    money = coverage.cover_project(project, project.body, standing)
    assert money.committed + money.accepted <= project.body.accepted
    assert project.body.accepted <= project.body.maximum


@examples(100)
@given(st.integers(0, 2**32 - 1))
def test_how_far_one_log_is_read_changes_no_half_of_the_other(number: int) -> None:
    # However the two logs arrive: what a join says follows from where each one is.
    dice = chance(number)
    two = Two(dice)
    for _ in range(40):
        two.act()
    epochs = REGISTER.roster.epochs()
    taker, pledger = two.taker.placed(), two.pledger.placed()
    taker = taker[: dice.randint(2, len(taker))]
    pledger = pledger[: dice.randint(0, len(pledger))]
    theirs = fold.fold_all(BRAMBLE.id, pledger, epochs).changed
    ours = fold.fold_all(ACORN.id, taker, epochs).changed
    one, other = {**ours, **theirs}, {**theirs, **ours}
    assert sorted(map(repr, joined(one))) == sorted(map(repr, joined(other)))
