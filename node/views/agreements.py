"""Agreements: what is to be signed, by whom, and how far that is."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from node.views import ids, texts, titles
from node.views.books import Books
from node.views.names import Names, listed_or_nobody
from protocol import ids as forms
from protocol.joins import agreements as joins
from protocol.joins.agreements import Agreed
from protocol.rules.agreements import Agreement
from protocol.rules.signatures import Signature, signature_id
from protocol.state import Entity


class SignerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A party and its word: signed, missing or withdrawn."""

    coop: str
    name: str
    word: str
    reason: str | None
    note: str


class AgreementRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement in a list; `coop` is the drafter, names are the parties'."""

    id: str
    short: str
    coop: str
    name: str
    title: str
    kind: str
    standing: str
    parties: list[str]
    missing: list[str]
    withdrawn: list[str]
    about: str | None
    about_title: str
    by: str | None
    reason: str | None


class AgreementPage(AgreementRow, frozen=True, kw_only=True):
    """All there is to say of one; without `text` where that has not arrived."""

    text: str | None
    signers: list[SignerRow]


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement with the signatures under it."""

    agreement: Entity
    body: Agreement
    agreed: Agreed
    signatures: dict[bytes, Entity]


async def joined(books: Books, agreements: Iterable[Entity]) -> list[Joined]:
    """Join agreements with the signatures of their parties."""
    found = [(one, one.body) for one in agreements if isinstance(one.body, Agreement)]
    signatures = {
        one.id: one
        for one in await books.state.referring([one.id for one, _ in found])
        if isinstance(one.body, Signature)
    }
    return [
        Joined(
            agreement=one,
            body=body,
            agreed=joins.join(one, signatures),
            signatures=signatures,
        )
        for one, body in found
    ]


async def listed(
    books: Books,
    *,
    party: bytes | None = None,
    unsigned_by: bytes | None = None,
    standing: Collection[str] = (),
) -> list[Joined]:
    """Join agreements, the oldest first, narrowed down.

    `party` is the drafter or any party; `unsigned_by` is one whose word is missing
    under what can still be signed.
    """
    return [
        one
        for one in await joined(books, await books.state.entities("agreement"))
        if (party is None or party in {one.agreement.coop, *one.body.parties})
        and (unsigned_by is None or _waits_for(one, unsigned_by))
        and (not standing or one.agreed.standing in standing)
    ]


def _waits_for(one: Joined, coop: bytes) -> bool:
    return one.agreement.state == "drafted" and coop in one.agreed.missing


async def rows(
    books: Books, names: Names, found: Sequence[Joined]
) -> list[AgreementRow]:
    """Write agreements for people, in the order given."""
    about = {one.body.about for one in found if one.body.about is not None}
    subjects = await books.state.many(about)
    titled = await titles.of(books, [*subjects.values(), *(o.agreement for o in found)])
    short = await ids.shorts(books, [one.agreement.id for one in found])
    return [
        AgreementRow(
            id=forms.text("evt", one.agreement.id),
            short=short[one.agreement.id],
            coop=forms.text("coop", one.agreement.coop),
            name=names.of(one.agreement.coop),
            title=titled[one.agreement.id],
            kind=one.body.kind,
            standing=one.agreed.standing,
            parties=[names.of(coop) for coop in one.body.parties],
            missing=[names.of(coop) for coop in one.agreed.missing],
            withdrawn=[names.of(coop) for coop in one.agreed.withdrawn],
            about=_evt(one.body.about),
            about_title=""
            if one.body.about is None
            else titled.get(one.body.about, titles.NOT_HERE),
            by=_evt(one.body.by),
            reason=one.body.reason,
        )
        for one in found
    ]


def _evt(value: bytes | None) -> str | None:
    return None if value is None else forms.text("evt", value)


async def page(books: Books, names: Names, entity: Entity) -> AgreementPage:
    """Show one agreement with its text and who has signed."""
    (one,) = await joined(books, [entity])
    (row,) = await rows(books, names, [one])
    words = await texts.of_roles(books, one.body.texts)
    return AgreementPage(
        **msgspec.structs.asdict(row),
        text=words.get("text"),
        signers=await _signers(books, names, one),
    )


async def _signers(books: Books, names: Names, one: Joined) -> list[SignerRow]:
    found = [
        one.signatures.get(signature_id(coop, one.agreement.id))
        for coop in one.body.parties
    ]
    bodies = [None if each is None else each.body for each in found]
    notes = await titles.notes(books, bodies)
    words = dict.fromkeys(one.agreed.missing, "missing")
    words |= dict.fromkeys(one.agreed.signed, "signed")
    words |= dict.fromkeys(one.agreed.withdrawn, "withdrawn")
    return [
        SignerRow(
            coop=forms.text("coop", coop),
            name=names.of(coop),
            word=words[coop],
            reason=body.reason if isinstance(body, Signature) else None,
            note=note,
        )
        for coop, body, note in zip(one.body.parties, bodies, notes, strict=True)
    ]


async def standings(books: Books, found: Iterable[Entity]) -> dict[bytes, str]:
    """Say how agreements among some entities stand: their own log has not all of it."""
    agreements = [one for one in found if isinstance(one.body, Agreement)]
    return {
        one.agreement.id: one.agreed.standing
        for one in (await joined(books, agreements) if agreements else ())
    }


async def explained(books: Books, names: Names, entity: Entity) -> list[str]:
    """Say how an agreement stands, given it or a signature under it."""
    if isinstance(entity.body, Signature):
        agreement = await books.state.get(entity.body.agreement)
        if agreement is None or not isinstance(agreement.body, Agreement):
            return ["The agreement that it stands under is not here."]
        entity = agreement
    (one,) = await joined(books, [entity])
    agreed = one.agreed
    said = _STANDS[agreed.standing].format(
        drafter=names.of(agreed.drafter),
        signed=listed_or_nobody([names.of(coop) for coop in agreed.signed]),
        missing=listed_or_nobody([names.of(coop) for coop in agreed.missing]),
        withdrawn=listed_or_nobody([names.of(coop) for coop in agreed.withdrawn]),
    )
    return [f"{said} ({agreed.standing})"]


_STANDS: Final = {
    "drafted": "No party has signed it yet: {missing} are to.",
    "part-signed": "{signed} signed it; {missing} did not yet.",
    "effective": "All parties have signed it: {signed}.",
    "broken": "{withdrawn} withdrew the signature; {signed} signed.",
    "superseded": "{drafter} put another in its place; it was signed by {signed}.",
    "terminated": "{drafter} ended it; it was signed by {signed}.",
}
