"""The drafter's half of an agreement."""

from typing import Final

import pytest

from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Case,
    Draft,
    Nth,
    Step,
    check,
    plain,
)
from tests.protocol.world import text


def drafted(void: str | None = None, **more: Draft) -> Step:
    parties = [ACORN.id, BRAMBLE.id]
    body = {"kind": "consortium", "parties": parties, **more}
    return Step(
        "agreement.drafted", dict(sorted(body.items())), ("title", "text"), void
    )


def superseded(
    agreement: Nth | bytes, by: Nth | bytes, void: str | None = None
) -> Step:
    body = {"agreement": agreement, "by": by}
    return Step("agreement.superseded", body, (), void)


def terminated(
    agreement: Nth | bytes, void: str | None = None, *texts: str, **more: Draft
) -> Step:
    return Step("agreement.terminated", {"agreement": agreement, **more}, texts, void)


CASES: Final[dict[str, Case]] = {
    "drafted": Case((drafted(about=NOBODY),), {0: "drafted"}),
    "drafted-for-others": Case((drafted(parties=[NOBODY, BRAMBLE.id]),)),
    "drafted-with-a-party-twice": Case(
        (drafted("signer-twice", parties=[NOBODY, BRAMBLE.id, NOBODY]),)
    ),
    "drafted-without-a-text": Case(
        (drafted("text-missing")._replace(texts=("title",)),)
    ),
    "superseded": Case(
        (drafted(), drafted(), superseded(Nth(0), Nth(1))),
        {0: "superseded", 1: "drafted"},
    ),
    "superseded-by-another-s": Case(
        (drafted(), superseded(Nth(0), NOBODY)), {0: "superseded"}
    ),
    "superseded-what-is-unknown": Case(
        (superseded(NOBODY, NOBODY, "agreement-unknown"),)
    ),
    "terminated": Case(
        (drafted(), terminated(Nth(0), None, "note", reason="done")), {0: "terminated"}
    ),
    "terminated-what-is-unknown": Case((terminated(NOBODY, "agreement-unknown"),)),
    "over": Case(
        (
            drafted(),
            terminated(Nth(0)),
            terminated(Nth(0), "agreement-over"),
            superseded(Nth(0), NOBODY, "agreement-over"),
        ),
        {0: "terminated"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_an_agreement_keeps() -> None:
    kept = check(CASES["drafted"]).entity(0)
    assert (kept.family, kept.ref) == ("agreement", NOBODY)
    texts = {
        role: text(ACORN, role, f"the {role} of event 1").commitment
        for role in ("text", "title")
    }
    whole = {
        "about": NOBODY,
        "kind": "consortium",
        "parties": [ACORN.id, BRAMBLE.id],
        "texts": texts,
    }
    assert plain(kept.body) == whole
    del whole["about"]
    assert plain(check(CASES["terminated"]).entity(0).body) == whole | {
        "reason": "done"
    }
    assert plain(check(CASES["superseded-by-another-s"]).entity(0).body) == whole | {
        "by": NOBODY
    }
