"""A party's half of an agreement."""

from typing import Final

import pytest

from protocol.rules.signatures import signature_id
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Case,
    Draft,
    Step,
    check,
    plain,
)
from tests.protocol.world import seed, text

TEXT: Final = seed("text")
SIGNED: Final = {"agreement": NOBODY, "drafter": BRAMBLE.id, "text": TEXT}


def signed(void: str | None = None) -> Step:
    return Step("agreement.signed", SIGNED, (), void)


def withdrawn(void: str | None = None, *texts: str, **more: Draft) -> Step:
    return Step("signature.withdrawn", {"agreement": NOBODY, **more}, texts, void)


CASES: Final[dict[str, Case]] = {
    "signed": Case((signed(),)),
    "signed-twice": Case((signed(), signed("signed"))),
    "signed-with-a-note": Case((signed("text-role")._replace(texts=("note",)),)),
    "withdrawn": Case((signed(), withdrawn(None, "note", reason="changed"))),
    "withdrawn-twice": Case((signed(), withdrawn(), withdrawn("signature-unknown"))),
    "withdrawn-what-is-unknown": Case((withdrawn("signature-unknown"),)),
    "signed-again": Case((signed(), withdrawn(reason="changed"), signed())),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_signature_keeps() -> None:
    key = signature_id(ACORN.id, NOBODY)
    kept = check(CASES["withdrawn"]).folded.changed[key]
    assert (kept.family, kept.state, kept.ref) == ("signature", "withdrawn", NOBODY)
    note = text(ACORN, "note", "the note of event 2").commitment
    assert plain(kept.body) == SIGNED | {"reason": "changed", "texts": {"note": note}}
    kept = check(CASES["signed-again"]).folded.changed[key]
    assert (kept.state, plain(kept.body)) == ("signed", SIGNED)
