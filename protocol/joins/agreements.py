"""An agreement and the signatures of its parties (SPEC 11.5).

| the agreement is | and the signatures       | it stands as |
|------------------|--------------------------|--------------|
| superseded       | any                      | superseded   |
| terminated       | any                      | terminated   |
| drafted          | one is withdrawn         | broken       |
| drafted          | of all parties, live     | effective    |
| drafted          | of some                  | part-signed  |
| drafted          | none                     | drafted      |

Logs have no order between them, so nothing hangs on which signature came first.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from protocol.rules.agreements import Agreement
from protocol.rules.signatures import Signature, signature_id
from protocol.state import Entity

Standing = Literal[
    "drafted", "part-signed", "effective", "broken", "superseded", "terminated"
]


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """How an agreement stands; each party is in one of the three, in its order."""

    agreement: bytes
    drafter: bytes
    standing: Standing
    signed: tuple[bytes, ...]
    missing: tuple[bytes, ...]
    withdrawn: tuple[bytes, ...]


def join(agreement: Entity, related: Mapping[bytes, Entity]) -> Agreed:
    """Join an agreement with the signatures under it.

    `related` holds the entities of family signature whose `ref` is this agreement,
    from whatever log; those of co-ops that are no party to it are ignored.
    """
    body = agreement.body
    if not isinstance(body, Agreement):
        raise TypeError(f"an agreement is joined, not a {agreement.family}")
    words = {one: _word(agreement, body, one, related) for one in body.parties}
    signed, missing, withdrawn = (
        tuple(one for one in body.parties if words[one] == word)
        for word in ("signed", None, "withdrawn")
    )
    standing: Standing = "drafted"
    if agreement.state == "superseded":
        standing = "superseded"
    elif agreement.state == "terminated":
        standing = "terminated"
    elif withdrawn:
        standing = "broken"
    elif not missing:
        standing = "effective"
    elif signed:
        standing = "part-signed"
    return Agreed(
        agreement=agreement.id,
        drafter=agreement.coop,
        standing=standing,
        signed=signed,
        missing=missing,
        withdrawn=withdrawn,
    )


def _word(
    agreement: Entity, body: Agreement, party: bytes, related: Mapping[bytes, Entity]
) -> str | None:
    """Give the state of a party's signature; None where there is none that counts."""
    entity = related.get(signature_id(party, agreement.id))
    signature = None if entity is None else entity.body
    if entity is None or not isinstance(signature, Signature):
        return None
    counts = (
        signature.drafter == agreement.coop
        and signature.text == body.texts["text"]
        and entity.epoch >= agreement.epoch
    )
    return entity.state if counts else None
