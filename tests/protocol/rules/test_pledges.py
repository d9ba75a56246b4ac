"""The pledger's half: offers, confirmations, withdrawals, releases."""

from collections.abc import Mapping
from typing import Final

import pytest

from protocol.kinds.pledges import PledgeWithdrawn
from protocol.rules import pledges
from protocol.rules.place import At
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Step,
    but,
    check,
    path,
    plain,
    table,
)
from tests.protocol.world import text

PLEDGE_TABLE: Final = table(
    """
    offered: confirmed withdrawn
    confirmed: released
    withdrawn:
    released:
    """
)

WORK: Final[Body] = {
    "line": 1,
    "minutes": 3000,
    "owner": BRAMBLE.id,
    "skill": "python",
    "to": NOBODY,
}
FULL: Final[Body] = but(
    WORK,
    ends="2026-06-30",
    rate=["GBP", 45000, 450],
    starts="2026-03-01",
)
MONEY: Final[Body] = {"amount": ["GBP", 50000], "owner": BRAMBLE.id, "to": NOBODY}
ACCEPTANCE: Final = b"\xaa" * 32
ROUND: Final = b"\xac" * 32
ALLOTMENT: Final = b"\xad" * 32
ALLOTTED: Final[Body] = but(MONEY, allotment=ALLOTMENT, allotted=60000, round=ROUND)

WORK_OFFERED: Final = Step("pledge.work.offered", WORK)
MONEY_OFFERED: Final = Step("pledge.money.offered", MONEY)


def confirmed(
    at: Nth | bytes,
    quantity: int = 3000,
    taker: bytes = BRAMBLE.id,
    void: str | None = None,
) -> Step:
    body: Body = {
        "acceptance": ACCEPTANCE,
        "pledge": at,
        "quantity": quantity,
        "taker": taker,
    }
    return Step("pledge.confirmed", body, (), void)


def withdrawn(at: Nth | bytes, void: str | None = None) -> Step:
    return Step("pledge.withdrawn", {"pledge": at}, (), void)


def released(at: Nth | bytes, void: str | None = None) -> Step:
    return Step("pledge.released", {"pledge": at}, (), void)


def allotted(amount: int, void: str | None = None, **others: Draft) -> Step:
    body = but(ALLOTTED, amount=["GBP", amount], **others)
    fields = {key: value for key, value in body.items() if value is not None}
    return Step("pledge.money.offered", fields, (), void)


def _move(to: str, at: Nth, void: str | None = None) -> Step:
    step = {
        "confirmed": confirmed(at),
        "withdrawn": withdrawn(at),
        "released": released(at),
    }[to]
    return step._replace(void=void)


def moves(state: str) -> Case:
    """A pledge in this state for each move there is, and the move."""
    steps: list[Step] = []
    ends = {}
    for to in ("confirmed", "withdrawn", "released"):
        at = Nth(len(steps))
        way = path(PLEDGE_TABLE, ["offered"], state)[1:]
        void = None if to in PLEDGE_TABLE[state] else "pledge-move"
        steps += [WORK_OFFERED, *(_move(one, at) for one in way), _move(to, at, void)]
        ends[at.at] = state if void else to
    return Case(tuple(steps), ends)


CASES: Final[dict[str, Case]] = {
    "work-offered": Case((WORK_OFFERED,), {0: "offered"}),
    "work-offered-in-full": Case(
        (Step("pledge.work.offered", FULL, ("note",)),), {0: "offered"}
    ),
    "work-offered-backwards": Case(
        (
            Step(
                "pledge.work.offered",
                but(FULL, ends="2026-02-28"),
                (),
                "window-backwards",
            ),
        )
    ),
    "work-offered-for-ever": Case(
        (Step("pledge.work.offered", but(FULL, ends="2046-01-01"), (), "window-long"),)
    ),
    "work-offered-with-a-title": Case(
        (Step("pledge.work.offered", WORK, ("title",), "text-role"),)
    ),
    "money-offered": Case((MONEY_OFFERED,), {0: "offered"}),
    "money-offered-from-an-allotment": Case(
        (Step("pledge.money.offered", ALLOTTED, ("note",)),),
        {0: "offered"},
    ),
    "money-offered-in-a-round": Case(
        (Step("pledge.money.offered", but(MONEY, round=ROUND)),), {0: "offered"}
    ),
    "money-offered-from-an-allotment-alone": Case(
        (
            allotted(1, "allotment-lone", round=None),
            allotted(1, "allotment-lone", allotment=None),
            allotted(1, "allotment-lone", allotted=None),
        )
    ),
    "money-offered-to-the-last-penny-allotted": Case(
        (
            allotted(40000),
            allotted(20001, "over-allotment"),
            allotted(20000),
            allotted(1, "over-allotment"),
            allotted(1, allotment=b"\xab" * 32),
        ),
        {0: "offered", 2: "offered", 4: "offered"},
    ),
    "money-offered-beyond-at-once": Case((allotted(60001, "over-allotment"),)),
    "money-offered-of-two-shares": Case(
        (allotted(1), allotted(1, "allotment-differs", allotted=70000)),
        {0: "offered"},
    ),
    "money-withdrawn-is-free-again": Case(
        (
            allotted(60000),
            allotted(1, "over-allotment"),
            Step("pledge.withdrawn", {"allotment": ALLOTMENT, "pledge": Nth(0)}),
            allotted(60000),
        ),
        {0: "withdrawn", 3: "offered"},
    ),
    "money-withdrawn-of-another-allotment": Case(
        (
            allotted(1),
            withdrawn(Nth(0), "allotment-other"),
            Step(
                "pledge.withdrawn",
                {"allotment": NOBODY, "pledge": Nth(0)},
                (),
                "allotment-other",
            ),
            MONEY_OFFERED,
            Step(
                "pledge.withdrawn",
                {"allotment": ALLOTMENT, "pledge": Nth(3)},
                (),
                "allotment-other",
            ),
        ),
        {0: "offered", 3: "offered"},
    ),
    "confirmed-in-a-round": Case(
        (
            Step("pledge.money.offered", but(MONEY, round=ROUND)),
            confirmed(Nth(0), 1, void="pledge-round"),
        ),
        {0: "offered"},
    ),
    "no-money-offered": Case(
        (
            Step(
                "pledge.money.offered",
                but(MONEY, amount=["GBP", 0]),
                (),
                "pledge-nothing",
            ),
        )
    ),
    "confirmed": Case((WORK_OFFERED, confirmed(Nth(0))), {0: "confirmed"}),
    "confirmed-for-less": Case(
        (WORK_OFFERED, confirmed(Nth(0), 2999)), {0: "confirmed"}
    ),
    "confirmed-for-more": Case(
        (WORK_OFFERED, confirmed(Nth(0), 3001, void="pledge-excess")), {0: "offered"}
    ),
    "confirmed-to-another": Case(
        (WORK_OFFERED, confirmed(Nth(0), taker=ACORN.id, void="pledge-taker")),
        {0: "offered"},
    ),
    "confirmed-money": Case(
        (MONEY_OFFERED, confirmed(Nth(0), 50000)), {0: "confirmed"}
    ),
    "confirmed-twice": Case(
        (
            WORK_OFFERED,
            confirmed(Nth(0), 1000),
            confirmed(Nth(0), 2000, void="pledge-move"),
        ),
        {0: "confirmed"},
    ),
    "confirmed-what-is-unknown": Case(
        (confirmed(NOBODY, void="pledge-unknown"),),
    ),
    "withdrawn-what-is-unknown": Case((withdrawn(NOBODY, "pledge-unknown"),)),
    "released-what-is-unknown": Case((released(NOBODY, "pledge-unknown"),)),
    "withdrawn-what-is-void": Case(
        (
            Step(
                "pledge.money.offered",
                but(MONEY, amount=["GBP", 0]),
                (),
                "pledge-nothing",
            ),
            withdrawn(Nth(0), "pledge-unknown"),
        )
    ),
    "withdrawn-with-a-reason": Case(
        (
            WORK_OFFERED,
            Step(
                "pledge.withdrawn", {"pledge": Nth(0), "reason": "too-busy"}, ("note",)
            ),
        ),
        {0: "withdrawn"},
    ),
    "released-with-a-reason": Case(
        (
            WORK_OFFERED,
            confirmed(Nth(0)),
            Step(
                "pledge.released", {"pledge": Nth(0), "reason": "lead-lost"}, ("note",)
            ),
        ),
        {0: "released"},
    ),
    "confirmed-with-a-note": Case(
        (
            WORK_OFFERED,
            confirmed(Nth(0), void="text-role")._replace(texts=("note",)),
        ),
        {0: "offered"},
    ),
    **{f"pledge-from-{state}": moves(state) for state in PLEDGE_TABLE},
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_pledges() -> None:
    assert pledges.PLEDGE_MOVES == PLEDGE_TABLE


def test_what_a_pledge_of_work_keeps() -> None:
    kept = check(CASES["work-offered-in-full"]).entity(0)
    note = text(ACORN, "note", "the note of event 1").commitment
    body: Mapping[str, object] = {
        key: value for key, value in FULL.items() if key != "minutes"
    }
    assert (kept.family, kept.epoch, kept.ref) == ("pledge", 1, NOBODY)
    assert plain(kept.body) == {
        **body,
        "quantity": 3000,
        "texts": {"note": note},
        "unit": "minutes",
    }


def test_what_a_pledge_of_money_keeps() -> None:
    kept = check(CASES["money-offered-from-an-allotment"]).entity(0)
    note = text(ACORN, "note", "the note of event 1").commitment
    # Found by its round, whatever it is made to.
    assert kept.ref == ROUND
    assert plain(kept.body) == {
        "allotment": ALLOTMENT,
        "allotted": 60000,
        "owner": BRAMBLE.id,
        "quantity": 50000,
        "round": ROUND,
        "texts": {"note": note},
        "to": NOBODY,
        "unit": "GBP",
    }


def test_what_a_confirmation_keeps() -> None:
    played = check(CASES["confirmed-for-less"])
    kept = played.entity(0).body
    assert isinstance(kept, pledges.Pledge)
    assert kept.confirmed == pledges.Confirmed(
        acceptance=ACCEPTANCE, epoch=1, event=played.writer.ids[1], quantity=2999
    )
    assert kept.quantity == 3000


def test_a_release_keeps_what_was_confirmed() -> None:
    kept = check(CASES["released-with-a-reason"]).entity(0).body
    assert isinstance(kept, pledges.Pledge)
    assert kept.confirmed is not None
    assert kept.reason == "lead-lost"


def test_a_withdrawal_keeps_its_reason() -> None:
    kept = check(CASES["withdrawn-with-a-reason"]).entity(0).body
    assert isinstance(kept, pledges.Pledge)
    assert kept.reason == "too-busy"


def test_what_is_spent_of_an_allotment() -> None:
    played = check(CASES["money-offered-to-the-last-penny-allotted"])
    kept = played.folded.changed[pledges.spending_id(ACORN.id, ALLOTMENT)]
    assert (kept.family, kept.state, kept.ref) == ("spending", "counted", ALLOTMENT)
    assert kept.body == pledges.Spending(
        allotment=ALLOTMENT, allotted=60000, pledged=60000
    )


def test_a_store_that_lost_what_was_spent_is_no_log() -> None:
    kept = check(CASES["money-offered-from-an-allotment"])
    pledge = kept.entity(0)
    at = At(ACORN.id, NOBODY, 1, 2, ())
    body = PledgeWithdrawn(allotment=ALLOTMENT, pledge=pledge.id)
    with pytest.raises(LookupError):
        pledges.withdrawn({pledge.id: pledge}, at, body)
