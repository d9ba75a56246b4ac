"""Commands about agreements: draft one, sign it, end it, look.

Nobody signs what it cannot read: the text has to be here.
"""

from collections.abc import Sequence
from typing import Final, cast, get_args

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import agreements, ids, texts
from node.views.agreements import AgreementPage, AgreementRow, Joined
from node.views.books import Books
from protocol.joins.agreements import Standing
from protocol.kinds.agreements import (
    PARTIES,
    AgreementDrafted,
    AgreementSigned,
    AgreementSuperseded,
    AgreementTerminated,
    SignatureWithdrawn,
    Subject,
)
from protocol.rules.signatures import signature_id
from protocol.state import Entity

SUBJECTS: Final[tuple[str, ...]] = get_args(Subject)
STANDINGS: Final[tuple[str, ...]] = get_args(Standing)
#: What an agreement may be about.
_ABOUT: Final = ("bid", "handover", "lead", "project", "agreement")


class DraftAgreement(Writing, frozen=True, kw_only=True):
    """What is to be signed by whom.

    This co-op is a party too, unless it only drafts for others (`for_others`).
    """

    title: str
    text: str
    parties: tuple[str, ...]
    subject: str = "consortium"
    about: str | None = None
    for_others: bool = False


class SignAgreement(Writing, frozen=True, kw_only=True):
    """An agreement that names this co-op."""

    agreement: str


class EndAgreement(Writing, frozen=True, kw_only=True):
    """An agreement, and why."""

    agreement: str
    reason: str | None = None
    note: str | None = None


class SupersedeAgreement(Writing, frozen=True, kw_only=True):
    """An agreement of one's own, and the one in its place, whoever drafted it."""

    agreement: str
    by: str


class ListAgreements(Asking, frozen=True, kw_only=True):
    """Which agreements: of some standings, of a co-op, or those yet to sign here."""

    standing: tuple[str, ...] = ()
    coop: str | None = None
    to_sign: bool = False


class OneAgreement(Asking, frozen=True, kw_only=True):
    """An agreement by its id."""

    agreement: str


class Agreements(msgspec.Struct, frozen=True, kw_only=True):
    """Agreements, the oldest first."""

    agreements: list[AgreementRow]


# --- the drafter --------------------------------------------------------------------


async def draft(node: Node, args: DraftAgreement) -> Sequence[Draft]:
    """Put an agreement up for signing."""
    books, names = await reading(node)
    parties = [] if args.for_others else [bytes(books.coop)]
    for written in args.parties:
        coop = ids.find_coop(books, names, written, "parties")
        if coop not in books.roster.members:
            raise fields.fault("parties", written, "a member", "Birch")
        parties.append(coop)
    parties = list(dict.fromkeys(parties))
    if not 2 <= len(parties) <= PARTIES:
        raise fields.fault("parties", f"{len(parties)} in all")
    about = None
    if args.about is not None:
        about = (await ids.find(books, args.about, _ABOUT, "about")).id
    body = AgreementDrafted(
        about=about,
        kind=cast("Subject", fields.choice("subject", args.subject, SUBJECTS)),
        parties=tuple(parties),
    )
    title = fields.line("title", args.title, "Consortium for Bridport Market")
    words = fields.words(title=title, text=args.text)
    if not words["text"]:
        raise fields.fault("text", args.text)
    return [fields.draft("agreement.drafted", body, words)]


async def supersede(node: Node, args: SupersedeAgreement) -> Sequence[Draft]:
    """Say which agreement takes the place of one's own."""
    books = books_of(node)
    entity = await own(books, args.agreement, "agreement", "agreement")
    _check_drafted(entity)
    by = await ids.find(books, args.by, ("agreement",), "by")
    if by.id == entity.id:
        raise fields.fault("by", args.by, "another agreement", "evt_k3fw72qa")
    body = AgreementSuperseded(agreement=entity.id, by=by.id)
    return [fields.draft("agreement.superseded", body)]


async def terminate(node: Node, args: EndAgreement) -> Sequence[Draft]:
    """End an agreement of one's own."""
    entity = await own(books_of(node), args.agreement, "agreement", "agreement")
    _check_drafted(entity)
    body = AgreementTerminated(
        agreement=entity.id, reason=fields.slug_or_none("reason", args.reason)
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("agreement.terminated", body, words)]


def _check_drafted(entity: Entity) -> None:
    if entity.state != "drafted":
        raise _fault("agreement-over", f"it is {entity.state} already.")


# --- the parties --------------------------------------------------------------------


async def sign(node: Node, args: SignAgreement) -> Sequence[Draft]:
    """Sign an agreement whose text is here."""
    books, _ = await reading(node)
    one = await _found(books, args.agreement)
    _check_drafted(one.agreement)
    if books.coop not in one.body.parties:
        raise _fault("agreement-others", "it does not name this co-op.")
    if books.coop in one.agreed.signed:
        raise _fault("signed", "this co-op has signed it already.")
    commitment = one.body.texts["text"]
    if commitment not in await texts.read(books, [commitment]):
        raise _fault("text-missing", "its text has not arrived here to be read.")
    body = AgreementSigned(
        agreement=one.agreement.id, drafter=one.agreement.coop, text=commitment
    )
    return [fields.draft("agreement.signed", body)]


async def withdraw(node: Node, args: EndAgreement) -> Sequence[Draft]:
    """Stand by this co-op's signature no more."""
    books, _ = await reading(node)
    one = await _found(books, args.agreement)
    signature = one.signatures.get(signature_id(books.coop, one.agreement.id))
    if signature is None or signature.state != "signed":
        raise _fault("signature-unknown", "this co-op has no signature under it.")
    body = SignatureWithdrawn(
        agreement=one.agreement.id, reason=fields.slug_or_none("reason", args.reason)
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("signature.withdrawn", body, words)]


async def _found(books: Books, written: str) -> Joined:
    entity = await ids.find(books, written, ("agreement",), "agreement")
    (one,) = await agreements.joined(books, [entity])
    return one


def _fault(code: str, why: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"agreement: {why}",
        way_out="`wortley agreement list` shows how each stands.",
        field="agreement",
        expected="an agreement that waits for this",
        example="evt_k3fw72qa",
    )


# --- looking ------------------------------------------------------------------------


async def list_agreements(node: Node, args: ListAgreements, _tell: Tell) -> Agreements:
    """List agreements and how each stands."""
    standing = fields.choices("standing", args.standing, STANDINGS)
    books, names = await reading(node)
    found = await agreements.listed(
        books,
        party=coop_or_all(books, names, args.coop),
        unsigned_by=books.coop if args.to_sign else None,
        standing=standing,
    )
    return Agreements(agreements=await agreements.rows(books, names, found))


async def show_agreement(node: Node, args: OneAgreement, _tell: Tell) -> AgreementPage:
    """Show one agreement with its text."""
    books, names = await reading(node)
    entity = await ids.find(books, args.agreement, ("agreement",), "agreement")
    return await agreements.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "agreement.draft": writing(DraftAgreement, draft),
    "agreement.sign": writing(SignAgreement, sign),
    "agreement.withdraw": writing(EndAgreement, withdraw),
    "agreement.supersede": writing(SupersedeAgreement, supersede),
    "agreement.terminate": writing(EndAgreement, terminate),
    "agreement.list": command(ListAgreements, list_agreements),
    "agreement.show": command(OneAgreement, show_agreement),
}
