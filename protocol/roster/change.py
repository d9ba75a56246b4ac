"""Changes of the roster and the approvals that carry them (SPEC 7.2).

| change      | carried by                                         |
|-------------|----------------------------------------------------|
| admit       | two thirds of the electors                         |
| elector.on  | two thirds of the electors, and the co-op itself   |
| elector.off | two thirds of the electors, or the co-op itself    |
| secretary   | two thirds of the electors                         |
| headcount   | two thirds of the electors                         |
| charter     | two thirds of the electors                         |
| close       | the steward, whose event it names                  |

SPEC 7.2 also reserves the forms of rekey, reseat, exclude, leave, expunge and erase; a
block that holds one is not valid under rules version 0.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from protocol import canonical, keys, limits
from protocol.errors import Malformed
from protocol.ids import BlockId, ChangeId, CoopId, NetworkId, digest
from protocol.kinds.fields import Currency, Slug
from protocol.log import Place
from protocol.roster.identity import Digest, Name, Nonce, Signature

Carried = Literal["quorum", "quorum and subject", "quorum or subject", "subject"]


class Charter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The values a network agrees on; all are written out, in every charter."""

    #: How votes count: one per co-op, or by headcount.
    basis: Literal["co-op", "member"] = "co-op"
    currency: Currency = "GBP"
    decision: Literal["consent", "majority", "two-thirds"] = "consent"
    #: The one human text of the roster; it cannot be erased.
    name: Name
    notice_days: Annotated[int, Meta(ge=0, le=365)] = 7
    quorum_percent: Annotated[int, Meta(ge=1, le=100)] = 50
    rules: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    themes: Annotated[tuple[Slug, ...], Meta(max_length=40)] = (
        # The UK's Procurement Policy Note 06/20, its five themes.
        "covid-recovery",
        "economic-inequality",
        "climate-change",
        "equal-opportunity",
        "wellbeing",
    )
    vetoes: Annotated[int, Meta(ge=1, le=1000)] = 2


class Admit(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A co-op joins, by its inception."""

    inception: bytes


class OfCoop(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A change about one member: elector on or off, the secretary."""

    coop: Digest


class Headcount(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """How many people a co-op has, for votes per member."""

    coop: Digest
    people: Annotated[int, Meta(ge=1, le=100_000)]


class Close(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A steward's closing event is final: whose it is, and where it stands."""

    coop: Digest
    place: Place


ChangeBody = Admit | OfCoop | Headcount | Charter | Close

_BODIES: Final[dict[str, msgspec.msgpack.Decoder[ChangeBody]]] = {
    "admit": msgspec.msgpack.Decoder(Admit),
    "elector.on": msgspec.msgpack.Decoder(OfCoop),
    "elector.off": msgspec.msgpack.Decoder(OfCoop),
    "secretary": msgspec.msgpack.Decoder(OfCoop),
    "headcount": msgspec.msgpack.Decoder(Headcount),
    "charter": msgspec.msgpack.Decoder(Charter),
    "close": msgspec.msgpack.Decoder(Close),
}
CARRIED: Final[dict[str, Carried]] = {
    "admit": "quorum",
    "elector.on": "quorum and subject",
    "elector.off": "quorum or subject",
    "secretary": "quorum",
    "headcount": "quorum",
    "charter": "quorum",
    "close": "subject",
}


class _Form(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    kind: Annotated[str, Meta(max_length=20)]
    body: msgspec.Raw
    base: Digest
    nonce: Nonce


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change, verified in form: id, kind, body, the block it builds on."""

    id: ChangeId
    data: bytes
    kind: str
    body: ChangeBody
    base: BlockId


class Approval(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """A detached signature of a co-op on a change."""

    coop: Digest
    signature: Signature


_FORM: Final = msgspec.msgpack.Decoder(_Form)


def write(kind: str, body: ChangeBody, base: BlockId, nonce: bytes) -> bytes:
    """Write a change; the nonce lets the same wish be put again later."""
    return canonical.ENCODER.encode((kind, body, base, nonce))


def parse(data: bytes, network: NetworkId) -> Change:
    """Read a change; raises `Malformed` for any form outside SPEC 7.2."""
    form = canonical.read(_FORM, data, most=limits.CHANGE_BYTES)
    decoder = _BODIES.get(form.kind)
    if decoder is None:
        raise Malformed("change-unknown", f"no change of the kind {form.kind}")
    body = canonical.read(decoder, bytes(form.body), most=limits.CHANGE_BYTES)
    return Change(
        id=ChangeId(digest("change", network, data)),
        data=data,
        kind=form.kind,
        body=body,
        base=BlockId(form.base),
    )


def approve(
    network: NetworkId, change: ChangeId, coop: CoopId, log_key: keys.Private
) -> Approval:
    """Sign a change: an elector approves it, the co-op concerned consents."""
    return Approval(coop, keys.sign(log_key, "approval", network + change))


def approved(
    network: NetworkId, change: ChangeId, approval: Approval, log_key: bytes
) -> bool:
    """Tell whether `log_key` signed this change."""
    return keys.verify(log_key, "approval", network + change, approval.signature)
