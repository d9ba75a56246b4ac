"""Bids: their table, their sums, and the version that a change makes."""

from typing import Final

import pytest

from protocol.rules import bids
from tests.protocol.rules import test_leads
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

BID_TABLE: Final = table(
    """
    assembling: agreed dissolved
    agreed: assembling submitted dissolved
    submitted: won lost dissolved
    won: dissolved
    lost:
    dissolved:
    """
)
LEAD: Final = test_leads.OPENED
OURS: Final[Body] = {"coop": ACORN.id, "share": 6000}
THEIRS: Final[Body] = {
    "amount": ["GBP", 900000],
    "coop": BRAMBLE.id,
    "minutes": 6000,
    "share": 4000,
}
TERMS: Final[Body] = {"parties": [OURS, THEIRS], "risk": "shared"}
FULL: Final[Body] = {
    "fees": [[NOBODY, 500], [BRAMBLE.id, 100]],
    "fund": 400,
    "lots": ["A", "B"],
    "parties": [
        but(OURS, lot="A", share=5000),
        but(OURS, lot="B", share=1),
        but(THEIRS, lot="B", share=3999),
        {"coop": NOBODY},
    ],
    "risk": "by-lot",
}


def opened(lead: Nth | bytes, terms: Body = TERMS, void: str | None = None) -> Step:
    return Step("bid.opened", {"lead": lead, "terms": terms}, (), void)


def changed(
    bid: Nth | bytes, terms: Body = FULL, void: str | None = None, *texts: str
) -> Step:
    return Step("bid.changed", {"bid": bid, "terms": terms}, texts, void)


def moved(bid: Nth | bytes, to: str, void: str | None = None, **more: Draft) -> Step:
    return Step("bid.advanced", {"bid": bid, **more, "to": to}, (), void)


def ways() -> dict[str, Case]:
    """Every move from every state, each with a bid of its own."""
    cases = {}
    for state, following in BID_TABLE.items():
        steps: list[Step] = [LEAD]
        ends: dict[int, str] = {}
        way = path(BID_TABLE, ["assembling"], state)
        for target in BID_TABLE:
            at = len(steps)
            steps.append(opened(Nth(0)))
            steps += [moved(Nth(at), to) for to in way[1:]]
            void = None if target in following else "bid-move"
            steps.append(moved(Nth(at), target, void))
            ends[at] = state if void else target
        cases[f"from-{state}"] = Case(tuple(steps), ends)
    return cases


#: What terms may get wrong, and what that makes them.
WRONG: Final[dict[str, tuple[Body, str]]] = {
    "too-little": ({"fund": 399}, "bid-sums"),
    "too-much": ({"fund": 401}, "bid-sums"),
    "too-much-of-fees": ({"fees": [[NOBODY, 601]]}, "bid-sums"),
    "no-share-at-all": (
        {"fees": [[NOBODY, 1]], "parties": [{"coop": NOBODY}]},
        "bid-sums",
    ),
    "a-lot-that-is-none": ({"lots": ["A"]}, "lot-unknown"),
    "a-party-twice": (
        {"parties": [THEIRS, but(THEIRS, share=5000)]},
        "party-twice",
    ),
    "a-party-twice-in-a-lot": (
        {"parties": [but(THEIRS, lot="A"), but(THEIRS, lot="A")]},
        "party-twice",
    ),
    "a-fee-twice": ({"fees": [[NOBODY, 300], [NOBODY, 300]]}, "party-twice"),
}
CASES: Final[dict[str, Case]] = {
    **ways(),
    "opened": Case((LEAD, opened(Nth(0))), {1: "assembling"}),
    "opened-in-full": Case((LEAD, opened(Nth(0), FULL)), {1: "assembling"}),
    "opened-twice": Case((LEAD, opened(Nth(0)), opened(Nth(0)))),
    "opened-alone": Case(
        (LEAD, opened(Nth(0), but(TERMS, parties=[but(OURS, share=10000)])))
    ),
    "opened-for-another-s-lead": Case((opened(NOBODY, TERMS, "lead-unknown"),)),
    "opened-for-a-bid": Case(
        (LEAD, opened(Nth(0)), opened(Nth(1), TERMS, "lead-unknown"))
    ),
    **{
        f"opened-for-a-lead-{state}": Case(
            (
                LEAD,
                *(
                    test_leads.advanced(Nth(0), to)
                    for to in path(test_leads.LEAD_TABLE, ["open"], state)[1:]
                ),
                opened(
                    Nth(0),
                    TERMS,
                    None if state in test_leads.TAKING else "lead-over",
                ),
            )
        )
        for state in test_leads.LEAD_TABLE
    },
    **{
        f"opened-with-{what}": Case((LEAD, opened(Nth(0), but(FULL, **wrong), code)))
        for what, (wrong, code) in WRONG.items()
    },
    "changed": Case((LEAD, opened(Nth(0)), changed(Nth(1))), {1: "assembling"}),
    "changed-with-a-note": Case(
        (
            LEAD,
            opened(Nth(0))._replace(texts=("note",)),
            changed(Nth(1), FULL, None, "note"),
        )
    ),
    "changed-what-is-unknown": Case((LEAD, changed(Nth(0), FULL, "bid-unknown"))),
    "changed-wrongly": Case(
        (LEAD, opened(Nth(0)), changed(Nth(1), but(FULL, fund=1), "bid-sums"))
    ),
    "changed-after-agreeing": Case(
        (
            LEAD,
            opened(Nth(0)),
            moved(Nth(1), "agreed"),
            changed(Nth(1), FULL, "bid-fixed"),
            moved(Nth(1), "assembling"),
            changed(Nth(1)),
        ),
        {1: "assembling"},
    ),
    "moved-what-is-unknown": Case((LEAD, moved(Nth(0), "agreed", "bid-unknown"))),
    "moved-with-a-reason": Case(
        (LEAD, opened(Nth(0)), moved(Nth(1), "dissolved", reason="no-capacity")),
        {1: "dissolved"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_is_the_law() -> None:
    assert BID_TABLE == bids.BID_MOVES


def test_what_a_bid_keeps() -> None:
    played = check(CASES["changed-with-a-note"])
    kept, made = played.entity(1), played.writer.ids
    assert (kept.family, kept.ref, kept.epoch) == ("bid", made[0], 1)
    body = plain(kept.body)
    assert isinstance(body, dict)
    terms = body.pop("terms")
    assert isinstance(terms, dict)
    assert (terms["fund"], terms["risk"]) == (400, "by-lot")
    note = text(ACORN, "note", "the note of event 3").commitment
    assert body == {
        "lead": made[0],
        "texts": {"note": note},
        "version": {"epoch": 1, "event": made[2]},
    }


def test_moving_leaves_the_version_and_keeps_the_reason() -> None:
    played = check(CASES["moved-with-a-reason"])
    body = played.entity(1).body
    assert isinstance(body, bids.Bid)
    assert (body.reason, body.version.event) == ("no-capacity", played.writer.ids[1])
    played = check(CASES["changed-after-agreeing"])
    body = played.entity(1).body
    assert isinstance(body, bids.Bid)
    assert body.version.event == played.writer.ids[5]
