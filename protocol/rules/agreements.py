"""Law of the drafter's half of an agreement (SPEC 9.14).

    drafted ─┬─ superseded
             └─ terminated

Who has signed stands in the logs of the parties; the join puts it together.
"""

from typing import Final

import msgspec

from protocol.kinds.agreements import (
    AgreementDrafted,
    AgreementSuperseded,
    AgreementTerminated,
)
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

AGREEMENT_UNKNOWN: Final = Reason(
    "agreement-unknown", "This log holds no agreement of that id"
)
AGREEMENT_OVER: Final = Reason("agreement-over", "The agreement is {state} already")
SIGNER_TWICE: Final = Reason("signer-twice", "A co-op is named as a party twice")
REASONS: Final = (AGREEMENT_UNKNOWN, AGREEMENT_OVER, SIGNER_TWICE)


class Agreement(State, frozen=True, kw_only=True):
    """Who is to sign what, about what; `by` is the agreement in its place."""

    about: bytes | None = None
    by: bytes | None = None
    kind: str
    parties: tuple[bytes, ...]
    reason: str | None = None
    texts: dict[str, bytes]


def drafted(_slice: Slice, at: At, body: AgreementDrafted) -> Verdict:
    """Put an agreement up for its parties to sign."""
    if len(set(body.parties)) < len(body.parties):
        return SIGNER_TWICE()
    agreement = Agreement(
        about=body.about, kind=body.kind, parties=body.parties, texts=words(at)
    )
    return (opening(at, "agreement", "drafted", agreement, ref=body.about),)


def superseded(slice_: Slice, _at: At, body: AgreementSuperseded) -> Verdict:
    """Say which agreement takes its place."""
    found = _live(slice_, body.agreement)
    if isinstance(found, Void):
        return found
    entity, agreement = found
    after = msgspec.structs.replace(agreement, by=body.by)
    return (msgspec.structs.replace(entity, state="superseded", body=after),)


def terminated(slice_: Slice, _at: At, body: AgreementTerminated) -> Verdict:
    """Say that it ends, or that it is not to be signed any more."""
    found = _live(slice_, body.agreement)
    if isinstance(found, Void):
        return found
    entity, agreement = found
    after = msgspec.structs.replace(agreement, reason=body.reason)
    return (msgspec.structs.replace(entity, state="terminated", body=after),)


def _live(slice_: Slice, agreement: bytes) -> tuple[Entity, Agreement] | Void:
    found = find(slice_, agreement, Agreement)
    if found is None:
        return AGREEMENT_UNKNOWN()
    if found[0].state != "drafted":
        return AGREEMENT_OVER(state=found[0].state)
    return found


def the_agreement(
    _at: At, body: AgreementSuperseded | AgreementTerminated
) -> tuple[bytes, ...]:
    """Name the entity to load: the agreement."""
    return (body.agreement,)


RULES: Final[dict[str, Rule]] = {
    "agreement.drafted": rule(AgreementDrafted, drafted, nothing),
    "agreement.superseded": rule(AgreementSuperseded, superseded, the_agreement),
    "agreement.terminated": rule(AgreementTerminated, terminated, the_agreement),
}
FAMILIES: Final[dict[str, type[State]]] = {"agreement": Agreement}
