"""Texts sealed for a few co-ops: who may read what is public, what they read is not.

The body names the readers, so that every node comes to the same state; the one text
is an envelope (protocol/sealing.py) that only their nodes and the custodians hold.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Id

#: The role of ciphertext, in whatever kind: texts of this role are not for everybody.
SEALED: Final = "sealed"
#: A consortium of a large tender; each reader costs 82 bytes of envelope.
READERS: Final = 16
#: One that is off, one that left, one that answers.
CUSTODIANS: Final = 3

#: What the words are: of a lead, say, who buys; of an offer or bid, what it costs.
Share = Literal["details", "rate"]


class SealedShared(Body, frozen=True, kw_only=True):
    """Words about something of this log, for the co-ops named alone."""

    about: Id
    custodians: Annotated[tuple[Id, ...], Meta(max_length=CUSTODIANS)] = ()
    role: Share
    to: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=READERS)]


KINDS: Final[dict[str, type[Struct]]] = {"sealed.shared": SealedShared}
TEXTS: Final[dict[str, dict[str, bool]]] = {"sealed.shared": {SEALED: True}}


def holders(author: bytes, body: Struct | None) -> frozenset[bytes]:
    """Say who may hold the texts of role `sealed` of an event: nobody else asks.

    The author, and whom the body names. Of a body that is none of these kinds, or
    cannot be read, the author alone: what is not understood is not passed on.
    """
    if isinstance(body, SealedShared):
        return frozenset((author, *body.to, *body.custodians))
    return frozenset((author,))
