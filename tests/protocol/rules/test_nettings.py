"""Netting: what is proposed is balanced, and who has said yes is bound."""

from typing import Final

import pytest

from protocol import limits
from protocol.kinds.fields import Money
from protocol.rules import nettings
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    Body,
    Case,
    Draft,
    Step,
    check,
    plain,
)
from tests.protocol.world import text

#: Three co-ops, in the order of their ids.
A, B, C = (bytes([number]) * 32 for number in (1, 2, 3))
NETTING: Final = b"\xba" * 32

Entries = list[tuple[bytes, bytes, int]]
PAIR: Final[Entries] = [(A, B, 500), (B, A, 500)]
CYCLE: Final[Entries] = [(A, B, 500), (B, C, 500), (C, A, 500)]
#: Two circles that share an edge, of two sums.
EIGHT: Final[Entries] = [(A, B, 700), (B, A, 200), (B, C, 500), (C, A, 500)]


def proposed(entries: Entries, void: str | None = None, *texts: str) -> Step:
    rows: Draft = [list(entry) for entry in entries]
    return Step("netting.proposed", {"currency": "GBP", "entries": rows}, texts, void)


def agreed(void: str | None = None, amount: int = 500) -> Step:
    body: Body = {
        "amount": ["GBP", amount],
        "netting": NETTING,
        "proposer": BRAMBLE.id,
    }
    return Step("netting.agreed", body, (), void)


def declined(void: str | None = None, *texts: str) -> Step:
    body: Body = {"netting": NETTING, "proposer": BRAMBLE.id, "reason": "paid"}
    return Step("netting.declined", body, texts, void)


LARGE: Final = limits.INTEGER

CASES: Final[dict[str, Case]] = {
    "proposed": Case((proposed(PAIR, None, "note"),), {0: "proposed"}),
    "proposed-a-circle": Case((proposed(CYCLE),), {0: "proposed"}),
    "proposed-two-circles": Case((proposed(EIGHT),), {0: "proposed"}),
    "proposed-beyond-integers": Case(
        (
            proposed(
                [
                    (A, B, LARGE),
                    (A, C, LARGE),
                    (B, A, LARGE),
                    (C, A, LARGE),
                ]
            ),
        ),
        {0: "proposed"},
    ),
    "proposed-nothing": Case((proposed([], "netting-empty"),)),
    "proposed-out-of-order": Case((proposed(PAIR[::-1], "netting-order"),)),
    "proposed-an-entry-twice": Case(
        (proposed([PAIR[0], *PAIR, PAIR[1]], "netting-order"),)
    ),
    "proposed-to-oneself": Case((proposed([(A, A, 5)], "party-self"),)),
    "proposed-one-way": Case((proposed([(A, B, 500)], "netting-unbalanced"),)),
    "proposed-unequal": Case(
        (proposed([(A, B, 500), (B, A, 499)], "netting-unbalanced"),)
    ),
    "agreed": Case((agreed(),)),
    "agreed-to-nothing": Case((agreed("sum-nothing", 0),)),
    "agreed-twice": Case((agreed(), agreed("netting-bound"))),
    "declined": Case((declined(None, "note"), declined())),
    "declined-then-agreed": Case((declined(), agreed())),
    "agreed-then-declined": Case((agreed(), declined("netting-bound"))),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_netting_keeps() -> None:
    kept = check(CASES["proposed-two-circles"]).entity(0)
    assert (kept.family, kept.epoch, kept.ref) == ("netting", 1, None)
    rows = [list(entry) for entry in EIGHT]
    assert plain(kept.body) == {"currency": "GBP", "entries": rows}


def test_the_word_on_a_netting() -> None:
    name = nettings.answer_id(ACORN.id, NETTING)
    kept = check(CASES["declined-then-agreed"]).folded.changed[name]
    assert (kept.family, kept.state, kept.ref) == ("netting-answer", "agreed", NETTING)
    assert kept.body == nettings.NettingAnswer(
        amount=Money("GBP", 500), netting=NETTING, proposer=BRAMBLE.id
    )
    kept = check(Case((declined(None, "note"),))).folded.changed[name]
    note = text(ACORN, "note", "the note of event 1").commitment
    assert kept.state == "declined"
    assert kept.body == nettings.NettingAnswer(
        netting=NETTING, proposer=BRAMBLE.id, reason="paid", texts={"note": note}
    )
