"""An agreement is what all its parties have signed, in whatever order."""

from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import fold
from protocol.joins import agreements
from protocol.joins.agreements import Agreed, join
from protocol.rules.agreements import Agreement
from protocol.rules.signatures import Signature, signature_id
from protocol.state import Entity
from tests.protocol.budget import chance, examples
from tests.protocol.world import Coop, Writer, network, seed

REGISTER, (ACORN, BRAMBLE, CLOVER) = network("acorn", "bramble", "clover")
PARTIES: Final = (ACORN, BRAMBLE, CLOVER)
DRAFT: Final = seed("agreement")
TEXT: Final = seed("text")


def agreement(state: str = "drafted") -> Entity:
    """Acorn's draft for all three, of block 2."""
    body = Agreement(
        kind="consortium",
        parties=tuple(one.id for one in PARTIES),
        texts={"text": TEXT, "title": seed("title")},
    )
    return Entity(
        id=DRAFT, coop=ACORN.id, family="agreement", state=state, epoch=2, body=body
    )


def signature(
    coop: Coop, state: str = "signed", *, epoch: int = 2, **fields: object
) -> Entity:
    body = Signature(agreement=DRAFT, drafter=ACORN.id, text=TEXT)
    return Entity(
        id=signature_id(coop.id, DRAFT),
        coop=coop.id,
        family="signature",
        state=state,
        epoch=epoch,
        body=msgspec.structs.replace(body, **fields),
        ref=DRAFT,
    )


class Case(NamedTuple):
    agreement: Entity
    related: tuple[Entity, ...]
    standing: str
    signed: tuple[Coop, ...] = ()
    withdrawn: tuple[Coop, ...] = ()


ALL: Final = tuple(signature(one) for one in PARTIES)
CASES: Final[dict[str, Case]] = {
    "drafted": Case(agreement(), (), "drafted"),
    "part-signed": Case(agreement(), ALL[:2], "part-signed", PARTIES[:2]),
    "effective": Case(agreement(), ALL, "effective", PARTIES),
    "effective-and-signed-by-a-stranger": Case(
        agreement(),
        (*ALL, signature(network("dock")[1][0])),
        "effective",
        PARTIES,
    ),
    "broken": Case(
        agreement(),
        (*ALL[:2], signature(CLOVER, "withdrawn")),
        "broken",
        PARTIES[:2],
        (CLOVER,),
    ),
    "broken-before-all-signed": Case(
        agreement(), (signature(BRAMBLE, "withdrawn"),), "broken", (), (BRAMBLE,)
    ),
    "superseded": Case(agreement("superseded"), ALL, "superseded", PARTIES),
    "terminated": Case(
        agreement("terminated"),
        (signature(ACORN), signature(CLOVER, "withdrawn")),
        "terminated",
        (ACORN,),
        (CLOVER,),
    ),
    **{
        f"signed-{what}": Case(
            agreement(), (*ALL[:2], wrong), "part-signed", PARTIES[:2]
        )
        for what, wrong in {
            "another-text": signature(CLOVER, text=seed("other")),
            "of-another-drafter": signature(CLOVER, drafter=CLOVER.id),
            "before-it-was-drafted": signature(CLOVER, epoch=1),
            "another-text-and-withdrawn": signature(
                CLOVER, "withdrawn", text=seed("other")
            ),
        }.items()
    },
}


def expected(case: Case) -> Agreed:
    said = {*case.signed, *case.withdrawn}
    return Agreed(
        agreement=DRAFT,
        drafter=ACORN.id,
        standing=case.standing,  # type: ignore[arg-type]
        signed=tuple(one.id for one in case.signed),
        missing=tuple(one.id for one in PARTIES if one not in said),
        withdrawn=tuple(one.id for one in case.withdrawn),
    )


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    case = CASES[name]
    related = {one.id: one for one in case.related}
    assert join(case.agreement, related) == expected(case)
    assert join(case.agreement, dict(reversed(related.items()))) == expected(case)


def test_every_standing_has_a_case() -> None:
    standings = {case.standing for case in CASES.values()}
    assert standings == set(agreements.Standing.__args__)  # type: ignore[attr-defined]


def test_only_an_agreement_is_joined() -> None:
    with pytest.raises(TypeError):
        join(signature(ACORN), {})


@examples(200)
@given(st.integers(0, 2**32 - 1))
def test_any_interleaving_of_the_logs_gives_the_same(number: int) -> None:
    dice = chance(number)
    writers = {one.id: Writer.opened(REGISTER, one) for one in PARTIES}
    drafting = writers[ACORN.id]
    words = drafting.words("text", "We share."), drafting.words("title", "Us")
    body = {"kind": "other", "parties": [one.id for one in PARTIES]}
    draft = drafting.write("agreement.drafted", body, *words)  # type: ignore[arg-type]
    signed = {"agreement": draft, "drafter": ACORN.id, "text": words[0].commitment}
    for _ in range(dice.randint(0, 8)):
        writer = writers[dice.choice(PARTIES).id]
        if dice.random() < 0.8:
            writer.write("agreement.signed", dict(signed))
        else:
            writer.write("signature.withdrawn", {"agreement": draft})
    epochs = REGISTER.roster.epochs()
    folded = {
        coop: fold.fold_all(coop, writer.placed(), epochs).changed
        for coop, writer in writers.items()
    }
    halves = [
        one
        for changed in folded.values()
        for one in changed.values()
        if one.family == "signature"
    ]
    found = join(folded[ACORN.id][draft], {one.id: one for one in halves})
    dice.shuffle(halves)
    again = join(folded[ACORN.id][draft], {one.id: one for one in halves})
    assert found == again
    live = {one.coop for one in halves if one.state == "signed"}
    assert (found.standing == "effective") == (len(live) == len(PARTIES))
    assert {*found.signed} == live
    assert sorted((*found.signed, *found.missing, *found.withdrawn)) == sorted(
        one.id for one in PARTIES
    )
