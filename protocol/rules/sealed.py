"""Law of sealed texts (SPEC 9.40).

    shared        one state: what was read cannot be unread

Whether the envelope opens is no rule's business: no rule reads a text.
"""

from typing import Final

from protocol.kinds.sealed import SealedShared
from protocol.rules.bids import Bid
from protocol.rules.capacity import Capacity
from protocol.rules.leads import Lead
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Slice, State
from protocol.verdicts import Reason

ABOUT_UNKNOWN: Final = Reason(
    "about-unknown", "This log holds nothing of that id that words could be sealed for"
)
READERS_ORDER: Final = Reason(
    "readers-order",
    "Readers and custodians stand in the order of their ids, each once, without the"
    " author",
)
REASONS: Final = (ABOUT_UNKNOWN, READERS_ORDER)

#: What words can be sealed about: what its log brings to the network or promises.
SUBJECTS: Final[dict[str, type[State]]] = {
    "bid": Bid,
    "capacity": Capacity,
    "lead": Lead,
    "pledge": Pledge,
    "project": Project,
}


class Sealed(State, frozen=True, kw_only=True):
    """About what, of which sort, for whom, and who keeps the envelope for them."""

    about: bytes
    custodians: tuple[bytes, ...] = ()
    role: str
    texts: dict[str, bytes]
    to: tuple[bytes, ...]


def shared(slice_: Slice, at: At, body: SealedShared) -> Verdict:
    """Note who may read; a wrap of the envelope belongs to each by place."""
    subject = slice_.get(body.about)
    if subject is None or subject.family not in SUBJECTS:
        return ABOUT_UNKNOWN()
    if not _in_order(at.coop, body):
        return READERS_ORDER()
    sealed = Sealed(
        about=body.about,
        custodians=body.custodians,
        role=body.role,
        texts=words(at),
        to=body.to,
    )
    return (opening(at, "sealed", "shared", sealed, ref=body.about),)


def _in_order(author: bytes, body: SealedShared) -> bool:
    named = {author, *body.to, *body.custodians}
    return (
        len(named) == 1 + len(body.to) + len(body.custodians)
        and list(body.to) == sorted(body.to)
        and list(body.custodians) == sorted(body.custodians)
    )


def the_subject(_at: At, body: SealedShared) -> tuple[bytes, ...]:
    """Name the entity to load: what the words are about."""
    return (body.about,)


RULES: Final[dict[str, Rule]] = {
    "sealed.shared": rule(SealedShared, shared, the_subject)
}
FAMILIES: Final[dict[str, type[State]]] = {"sealed": Sealed}
