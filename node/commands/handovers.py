"""Commands about hand-overs: offer a lead, take it, and go on with it.

The finder binds fee and terms first; the taker can only accept what it has here to
read. A lead that is taken over starts with the finder's terms and words.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast, get_args

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.fields import Sum
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
from node.views import handovers, ids, texts
from node.views.books import Books
from node.views.handovers import HandoverPage, HandoverRow, Joined
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.handovers import Standing
from protocol.kinds import fields as kinds
from protocol.kinds.handovers import (
    Due,
    Fee,
    HandoverAccepted,
    HandoverDeclined,
    HandoverOffered,
    HandoverWithdrawn,
)
from protocol.kinds.leads import LeadOpened, Via
from protocol.rules.handovers import Handover
from protocol.rules.leads import TAKING, Lead
from protocol.rules.takeovers import HANDOVER_USED, Takeover, takeover_id
from protocol.state import Entity

DUE: Final[tuple[str, ...]] = get_args(Due)
STANDINGS: Final[tuple[str, ...]] = get_args(Standing)
#: What of a lead's words goes along; a source note is the finder's own.
_WORDS: Final = ("title", "description", "buyer", "link")


class OfferHandover(Writing, frozen=True, kw_only=True):
    """A lead of one's own, to which co-op, on which terms, for which fee.

    The fee is a sum (`fee`), or a `share` of the value in percent; `due` is when.
    """

    lead: str
    to: str
    terms: str
    fee: Sum | None = None
    share: str | None = None
    due: str | None = None
    note: str | None = None


class AcceptHandover(Writing, frozen=True, kw_only=True):
    """A hand-over to this co-op; with `open`, the lead is opened at once."""

    handover: str
    open: bool = False


class EndHandover(Writing, frozen=True, kw_only=True):
    """A hand-over, and why not."""

    handover: str
    reason: str | None = None
    note: str | None = None


class ListHandovers(Asking, frozen=True, kw_only=True):
    """Which hand-overs: of some standings, with a co-op on either side."""

    standing: tuple[str, ...] = ()
    coop: str | None = None


class OneHandover(Asking, frozen=True, kw_only=True):
    """A hand-over by its id."""

    handover: str


class Handovers(msgspec.Struct, frozen=True, kw_only=True):
    """Hand-overs, the oldest first."""

    handovers: list[HandoverRow]


# --- the finder ---------------------------------------------------------------------


async def offer(node: Node, args: OfferHandover) -> Sequence[Draft]:
    """Offer a lead to another co-op."""
    books, names = await reading(node)
    entity = await own(books, args.lead, "lead", "lead")
    _check_free(entity)
    to = ids.find_coop(books, names, args.to, "to")
    if to == books.coop or to not in books.roster.members:
        raise fields.fault("to", args.to, "another member", "Birch")
    fee = _fee(args, books.roster.charter.currency)
    body = HandoverOffered(fee=fee, lead=entity.id, to=to)
    words = fields.words(terms=args.terms, note=args.note)
    if not words["terms"]:
        raise fields.fault("terms", args.terms)
    return [fields.draft("handover.offered", body, fields.said(words))]


def _check_free(entity: Entity) -> None:
    lead = cast("Lead", entity.body)
    code, why, way_out = "", "", ""
    if entity.state not in TAKING:
        code, why = "lead-over", f"it is {entity.state} and goes nowhere any more."
        way_out = "`wortley lead list` shows others."
    elif lead.handover is not None:
        code, why = "handover-live", "it is offered to a co-op already."
        offer_id = forms.text("evt", lead.handover)
        way_out = f"Take that back first: `wortley handover withdraw {offer_id[:16]}`."
    if code:
        raise UserFault(
            code=code,
            detail=f"lead: {why}",
            way_out=way_out,
            field="lead",
            expected="a lead of your own that nobody is offered yet",
            example="evt_k3fw72qa",
        )


def _fee(args: OfferHandover, usual: str) -> Fee | None:
    if args.fee is not None and args.share is not None:
        raise _needless("share", "the fee is a sum, and cannot be a share as well.")
    if args.fee is None and args.share is None:
        if args.due is not None:
            raise _needless("due", "there is no fee that could be due.")
        return None
    due = cast("Due", fields.choice("due", args.due or "award", DUE))
    if args.share is not None:
        return Fee(due=due, size=fields.share("share", args.share))
    given = cast("Sum", args.fee)
    code = fields.currency("fee.currency", given.currency or usual)
    minor = fields.amount("fee.amount", given.amount, code)
    return Fee(due=due, size=kinds.Sum(code, minor))


def _needless(field: str, why: str) -> UserFault:
    return UserFault(
        code="field-wrong",
        detail=f"{field}: {why}",
        way_out=f"Leave `{field}` out, or give either `fee` or `share`.",
        field=field,
        expected="a sum or a share as the fee, or no fee",
        example=fields.FORMS["share"][1] if field == "share" else "award",
    )


async def withdraw(node: Node, args: EndHandover) -> Sequence[Draft]:
    """Take an offer back, while the lead is not passed on."""
    entity = await own(books_of(node), args.handover, "handover", "handover")
    if entity.state == "withdrawn":
        raise _over("withdrawn", "it is withdrawn already.", _OFFER_ANEW)
    body = HandoverWithdrawn(
        handover=entity.id,
        lead=cast("Handover", entity.body).lead,
        reason=fields.slug_or_none("reason", args.reason),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("handover.withdrawn", body, words)]


# --- the taker ----------------------------------------------------------------------


async def accept(node: Node, args: AcceptHandover) -> Sequence[Draft]:
    """Take a lead over on the terms that are here to read."""
    books, names = await reading(node)
    one = await _offered(books, names, args.handover)
    commitment = one.body.texts["terms"]
    if commitment not in await texts.read(books, [commitment]):
        finder = names.of(one.handing.finder)
        raise UserFault(
            code="terms-missing",
            detail="handover: its terms have not arrived here, and nobody agrees to"
            " what it cannot read.",
            way_out=f"Wait for the next sync, or ask {finder}.",
            field="handover",
            expected="a hand-over whose terms are here",
            example="evt_k3fw72qa",
        )
    body = HandoverAccepted(
        fee=one.body.fee,
        finder=one.handing.finder,
        handover=one.offer.id,
        lead=one.body.lead,
        terms=commitment,
    )
    drafts = [fields.draft("handover.accepted", body)]
    if args.open:
        lead, words = await copied(books, one.offer)
        if not words.get("title"):
            raise untitled("handover")
        drafts.append(fields.draft("lead.opened", lead, words))
    return drafts


async def decline(node: Node, args: EndHandover) -> Sequence[Draft]:
    """Say that this co-op does not take it, or not after all."""
    books, names = await reading(node)
    one = await _to_us(books, names, args.handover)
    if one.handing.standing == "withdrawn":
        raise _answered(names, one)
    body = HandoverDeclined(
        finder=one.handing.finder,
        handover=one.offer.id,
        lead=one.body.lead,
        reason=fields.slug_or_none("reason", args.reason),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("handover.declined", body, words)]


async def _to_us(books: Books, names: Names, written: str) -> Joined:
    entity = await ids.find(books, written, ("handover",), "handover")
    (one,) = await handovers.joined(books, [entity])
    if one.body.to == books.coop:
        return one
    taker = names.of(one.body.to)
    raise UserFault(
        code="not-yours",
        detail=f"handover: it is made to {taker}, and only {taker} answers it.",
        way_out="`wortley handover list` shows who answers which.",
        field="handover",
        expected="a hand-over to your own co-op",
        example="evt_k3fw72qa",
        coop=forms.text("coop", one.body.to),
    )


_OFFER_ANEW: Final = "Offer it anew: `wortley handover offer`."

#: Standing -> why it takes no yes any more, and what helps.
_ANSWERED: Final[Mapping[str, tuple[str, str]]] = {
    "effective": (
        "it is accepted already.",
        "Open its lead: `wortley lead open --via HANDOVER`.",
    ),
    "unmatched": (
        "this co-op has accepted something else under its name.",
        "`wortley handover decline` gives that back; then accept what is offered.",
    ),
    "withdrawn": ("{finder} has withdrawn it.", "Ask {finder} to offer it anew."),
}


async def _offered(books: Books, names: Names, written: str) -> Joined:
    one = await _to_us(books, names, written)
    standing = one.handing.standing
    if standing not in _ANSWERED:
        return one
    raise _answered(names, one)


def _answered(names: Names, one: Joined) -> UserFault:
    why, way_out = _ANSWERED[one.handing.standing]
    finder = names.of(one.handing.finder)
    return _over(
        one.handing.standing,
        why.format(finder=finder),
        way_out.format(finder=finder),
    )


def _over(standing: str, why: str, way_out: str) -> UserFault:
    return UserFault(
        code=f"handover-{standing}",
        detail=f"handover: {why}",
        way_out=way_out,
        field="handover",
        expected="a hand-over that still waits",
        example="evt_k3fw72qa",
    )


async def copied(books: Books, offered: Entity) -> tuple[LeadOpened, dict[str, str]]:
    """Make the lead that is opened from a hand-over: the finder's terms and words.

    Words that have not arrived are left out, the title too.
    """
    body = cast("Handover", offered.body)
    via = Via(offered.id, offered.coop, body.lead)
    found = await books.state.get(body.lead)
    if found is None or not isinstance(found.body, Lead):
        return LeadOpened(via=via), {}
    words = await texts.of_roles(books, found.body.texts)
    terms = msgspec.structs.asdict(found.body.terms)
    kept = {role: words[role] for role in _WORDS if words.get(role)}
    return LeadOpened(**terms, via=via), kept


async def accepted_offer(books: Books, written: str) -> Entity:
    """Find a hand-over that this co-op has accepted and not opened a lead from."""
    entity = await ids.find(books, written, ("handover",), "via")
    answer = await books.state.get(takeover_id(books.coop, entity.id))
    if answer is not None and answer.state == "accepted":
        await _check_unused(books, answer)
        return entity
    raise UserFault(
        code="handover-unaccepted",
        detail="via: this co-op has not accepted that hand-over.",
        way_out="`wortley handover accept HANDOVER` does, once you have read it.",
        field="via",
        expected="a hand-over that your co-op has accepted",
        example="evt_k3fw72qa",
    )


async def _check_unused(books: Books, answer: Entity) -> None:
    """Refuse to open a second lead from a hand-over, naming the first."""
    if not isinstance(answer.body, Takeover) or answer.body.opened is None:
        return
    short = (await ids.shorts(books, [answer.body.opened]))[answer.body.opened]
    raise UserFault(
        code=HANDOVER_USED.code,
        detail=f"via: a lead was opened from the hand-over already: {short}.",
        way_out=f"`wortley lead show {short}` shows it; `wortley lead change {short}`"
        " changes it.",
        field="via",
        expected="a hand-over that no lead was opened from",
        example="evt_k3fw72qa",
    )


def untitled(field: str) -> UserFault:
    """Say that a lead has no title to go on with."""
    return UserFault(
        code="title-missing",
        detail=f"{field}: the title of the finder's lead has not arrived here.",
        way_out="Wait for the next sync, or give one: `wortley lead open --via HANDOVER"
        " --title TITLE`.",
        field=field,
        expected="a hand-over of a lead whose title is here",
        example="evt_k3fw72qa",
    )


# --- looking ------------------------------------------------------------------------


async def list_handovers(node: Node, args: ListHandovers, _tell: Tell) -> Handovers:
    """List hand-overs and how each stands."""
    standing = fields.choices("standing", args.standing, STANDINGS)
    books, names = await reading(node)
    party = coop_or_all(books, names, args.coop)
    found = await handovers.listed(books, party=party, standing=standing)
    return Handovers(handovers=await handovers.rows(books, names, found))


async def show_handover(node: Node, args: OneHandover, _tell: Tell) -> HandoverPage:
    """Show one hand-over with its terms."""
    books, names = await reading(node)
    entity = await ids.find(books, args.handover, ("handover",), "handover")
    return await handovers.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "handover.offer": writing(OfferHandover, offer),
    "handover.withdraw": writing(EndHandover, withdraw),
    "handover.accept": writing(AcceptHandover, accept),
    "handover.decline": writing(EndHandover, decline),
    "handover.list": command(ListHandovers, list_handovers),
    "handover.show": command(OneHandover, show_handover),
}
