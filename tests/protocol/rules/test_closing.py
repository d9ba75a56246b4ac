"""What a steward may write to close, and to acknowledge."""

from typing import Final

import pytest

from protocol.rules import closing
from tests.protocol.rules import test_decisions
from tests.protocol.rules.play import ACORN, BRAMBLE, NOBODY, Case, Nth, Step, check

DECISION: Final = test_decisions.OPENED
LOW, HIGH = b"\x01" * 32, b"\xfe" * 32
FIRST: Final = Nth(0)


def position(coop: bytes, seq: int = 7) -> list[bytes | int]:
    return [coop, b"\x05" * 16, seq, b"\x06" * 32]


def closed(*coops: bytes, void: str | None = None, of: Nth | bytes = FIRST) -> Step:
    body = {"decision": of} | ({"cut": [*map(position, coops)]} if coops else {})
    return Step("decision.closed", body, (), void)


def seen(*coops: bytes, void: str | None = None, of: Nth | bytes = FIRST) -> Step:
    body = {"of": of, "seen": [*map(position, coops)]}
    return Step("seen.acknowledged", body, (), void)


CASES: Final[dict[str, Case]] = {
    "closed-alone": Case((DECISION, closed()), {0: "closed", 1: "named"}),
    "closed-with-others": Case((DECISION, closed(LOW, HIGH)), {0: "closed"}),
    "closed-with-a-note": Case(
        (DECISION, closed(LOW)._replace(texts=("note",))), {0: "closed"}
    ),
    "closed-out-of-order": Case(
        (DECISION, closed(HIGH, LOW, void="cut-order")), {0: "open"}
    ),
    "closed-with-one-twice": Case(
        (DECISION, closed(LOW, HIGH, HIGH, void="cut-order")), {0: "open"}
    ),
    "closed-with-itself": Case(
        (DECISION, closed(ACORN.id, void="cut-self")), {0: "open"}
    ),
    "closed-again-until-one-is-final": Case(
        (DECISION, closed(LOW), closed(LOW, HIGH)),
        {0: "closed", 1: "named", 2: "named"},
    ),
    "acknowledged": Case((DECISION, seen(LOW), seen(LOW, HIGH)), {1: "acknowledged"}),
    "acknowledged-what-is-unknown": Case((seen(LOW, of=NOBODY, void="seen-unknown"),)),
    "acknowledged-of-something-else": Case(
        (DECISION, seen(LOW), seen(LOW, of=Nth(1), void="seen-unknown"))
    ),
    "acknowledged-out-of-order": Case((DECISION, seen(HIGH, LOW, void="cut-order"))),
    "acknowledged-itself": Case((DECISION, seen(ACORN.id, void="cut-self"))),
    "acknowledged-after-the-closing": Case(
        (DECISION, closed(LOW), seen(HIGH)), {2: "acknowledged"}
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_closing_keeps() -> None:
    played = check(CASES["closed-with-others"])
    kept = played.entity(1)
    assert kept.ref == played.writer.ids[0]
    assert isinstance(kept.body, closing.Closing)
    assert (kept.body.of, kept.body.seq) == (played.writer.ids[0], 2)
    assert [one.coop for one in kept.body.cut] == [LOW, HIGH]


def test_an_acknowledgement_is_one_of_its_own() -> None:
    played = check(CASES["acknowledged"])
    first, second = played.entity(1).body, played.entity(2).body
    assert isinstance(first, closing.Seen)
    assert isinstance(second, closing.Seen)
    assert [len(one.seen) for one in (first, second)] == [1, 2]
    assert played.entity(1).ref == played.writer.ids[0]


def test_another_co_op_may_be_named() -> None:
    check(Case((DECISION, closed(BRAMBLE.id)), {0: "closed"}))
