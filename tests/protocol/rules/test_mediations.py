"""Mediation: who helps whom, half by half."""

from typing import Final

import pytest

from protocol.rules import mediations
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Step,
    check,
    plain,
)

ABOUT: Final = b"\xaf" * 32
OTHERS: Final[list[bytes]] = [bytes([number]) * 32 for number in (3, 254)]
PARTIES: Final[list[bytes]] = sorted([ACORN.id, BRAMBLE.id])


def agreed(
    void: str | None = None,
    *,
    mediator: bytes = NOBODY,
    parties: list[bytes] = PARTIES,
    texts: tuple[str, ...] = (),
) -> Step:
    body: Body = {"about": ABOUT, "mediator": mediator, "parties": parties}
    return Step("mediation.agreed", body, texts, void)


def accepted(void: str | None = None, parties: list[bytes] = OTHERS) -> Step:
    return Step("mediation.accepted", {"about": ABOUT, "parties": parties}, (), void)


def ended(void: str | None = None, about: bytes = ABOUT) -> Step:
    return Step("mediation.ended", {"about": about, "reason": "settled"}, (), void)


CASES: Final[dict[str, Case]] = {
    "agreed": Case((agreed(texts=("note",)),)),
    "agreed-among-three": Case((agreed(parties=sorted([*PARTIES, OTHERS[0]])),)),
    "agreed-anew": Case((agreed(), agreed(mediator=OTHERS[0]))),
    "agreed-alone": Case((agreed("parties-few", parties=[ACORN.id]),)),
    "agreed-among-nobody": Case((agreed("parties-few", parties=[]),)),
    "agreed-out-of-order": Case((agreed("parties-order", parties=PARTIES[::-1]),)),
    "agreed-with-a-party-twice": Case(
        (agreed("parties-order", parties=[PARTIES[0], *PARTIES]),)
    ),
    "agreed-with-a-party-as-mediator": Case(
        (agreed("mediator-party", mediator=BRAMBLE.id),)
    ),
    "agreed-for-others": Case((agreed("parties-own", parties=OTHERS),)),
    "accepted": Case((accepted(),)),
    "accepted-as-a-party": Case((accepted("mediator-party", PARTIES),)),
    "accepted-out-of-order": Case((accepted("parties-order", OTHERS[::-1]),)),
    "ended": Case((agreed(), ended())),
    "ended-and-agreed-again": Case((agreed(), ended(), agreed())),
    "ended-twice": Case((accepted(), ended(), ended("mediation-over"))),
    "ended-what-is-unknown": Case((agreed(), ended("mediation-unknown", NOBODY))),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


@pytest.mark.parametrize(
    ("name", "state", "mediator", "parties"),
    [
        ("agreed-anew", "agreed", OTHERS[0], PARTIES),
        ("accepted", "agreed", ACORN.id, OTHERS),
        ("ended", "ended", NOBODY, PARTIES),
        ("ended-and-agreed-again", "agreed", NOBODY, PARTIES),
    ],
)
def test_what_a_half_keeps(
    name: str, state: str, mediator: bytes, parties: list[bytes]
) -> None:
    half = mediations.mediation_id(ACORN.id, ABOUT)
    kept = check(CASES[name]).folded.changed[half]
    assert (kept.family, kept.state, kept.ref) == ("mediation", state, ABOUT)
    assert plain(kept.body) == {
        "about": ABOUT,
        "mediator": mediator,
        "parties": parties,
    }
