"""`wortley interest`, `handover`, `bid`, `estimate`, `agreement`: won together."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import FEE, FEE_SUM, PART, PERCENT, WORDS
from node.cli.sealed import DETAILS_FEED, detailing, details, readers
from node.cli.session import Ask, ask

_interest = family("interest", "What co-ops think of each other's leads.")
_handover = family("handover", "Passing a lead on, with the finder's fee bound first.")
_bid = family("bid", "Bids of several co-ops: parts, shares, fees, risk.")
_estimate = family("estimate", "Your part of others' bids: agree to it, or object.")
_agreement = family("agreement", "Agreements that stand once all parties have signed.")

_REASON: Final = click.option(
    "--reason", metavar="WORD", help="Why, in one word: no-capacity, price."
)
_NOTE: Final = click.option("--note", metavar="TEXT", help="Anything else.")
_COOP: Final = click.option("--coop", metavar="CO-OP", help="With a co-op in it.")
_STANDING: Final = click.option(
    "--standing", multiple=True, metavar="STANDING", help="May be repeated."
)


# -- interest ------------------------------------------------------------------------


@asks(
    _interest,
    "set",
    "wortley interest set evt_k3fw72qa interested --note 'Two of us, from May'",
    "wortley interest set evt_k3fw72qa declined --reason no-capacity",
)
@click.argument("lead")
@click.argument("stance", metavar="STANCE")
@_REASON
@_NOTE
def set_interest(lead: str, stance: str, reason: str | None, note: str | None) -> Ask:
    """Say what your co-op thinks of LEAD: watching, interested or declined."""
    return ask("interest.set", lead=lead, stance=stance, reason=reason, note=note)


@asks(_interest, "list", "wortley interest list --lead evt_k3fw72qa")
@click.option("--lead", metavar="LEAD", help="In one lead.")
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@click.option(
    "--stance", "stances", multiple=True, metavar="STANCE", help="May be repeated."
)
def list_interests(lead: str | None, coop: str | None, stances: tuple[str, ...]) -> Ask:
    """List who is interested in which lead, and who is not and why."""
    return ask("interest.list", lead=lead, coop=coop, stances=list(stances))


# -- hand-overs ----------------------------------------------------------------------


@asks(
    _handover,
    "offer",
    "wortley handover offer evt_k3fw72qa Birch --share 10% --terms 'Of the net price.'",
    "wortley handover offer evt_k3fw72qa Birch --fee 500GBP --terms @terms.txt",
)
@click.argument("lead")
@click.argument("to", metavar="CO-OP")
@click.option(
    "--terms",
    type=WORDS,
    required=True,
    help="What both are bound by; @FILE reads a file.",
)
@click.option("--fee", type=FEE_SUM, help="Your fee as a sum: 500GBP.")
@click.option("--share", type=PERCENT, help="Your fee as a share of the value: 10%.")
@click.option("--due", metavar="WHEN", help="award (else meant), each-payment, end.")
@_NOTE
def offer(
    *,
    lead: str,
    to: str,
    terms: str,
    fee: Money | None,
    share: str | None,
    due: str | None,
    note: str | None,
) -> Ask:
    """Offer LEAD, one of your own, to another CO-OP.

    Fee and terms bind both once the other has accepted. Then pass the lead on:
    `wortley lead advance LEAD passed-on`.
    """
    return ask(
        "handover.offer",
        lead=lead,
        to=to,
        terms=terms,
        fee=None if fee is None else fee.sum(),
        share=share,
        due=due,
        note=note,
    )


@asks(
    _handover,
    "accept",
    "wortley handover accept evt_k3fw72qa",
    "wortley handover accept evt_k3fw72qa --open",
)
@click.argument("handover")
@click.option(
    "--open",
    "open_",
    is_flag=True,
    help="Open the lead at once, with the finder's terms and words.",
)
def accept(handover: str, *, open_: bool) -> Ask:
    """Accept HANDOVER, made to your co-op: its fee and terms bind you from then on.

    Read the terms first: `wortley handover show HANDOVER`.
    """
    return ask("handover.accept", handover=handover, open=open_)


@asks(_handover, "decline", "wortley handover decline evt_k3fw72qa --reason price")
@click.argument("handover")
@_REASON
@_NOTE
def decline(handover: str, reason: str | None, note: str | None) -> Ask:
    """Decline HANDOVER; or give it back, while no lead was opened from it."""
    return ask("handover.decline", handover=handover, reason=reason, note=note)


@asks(_handover, "withdraw", "wortley handover withdraw evt_k3fw72qa --reason kept")
@click.argument("handover")
@_REASON
@_NOTE
def withdraw(handover: str, reason: str | None, note: str | None) -> Ask:
    """Take HANDOVER back, one of your own, while its lead is not passed on."""
    return ask("handover.withdraw", handover=handover, reason=reason, note=note)


@asks(_handover, "list", "wortley handover list --standing offered")
@_STANDING
@_COOP
def list_handovers(standing: tuple[str, ...], coop: str | None) -> Ask:
    """List hand-overs: offered, effective, declined, unmatched, withdrawn."""
    return ask("handover.list", standing=list(standing), coop=coop)


@asks(_handover, "show", "wortley handover show evt_k3fw72qa")
@click.argument("handover")
def show_handover(handover: str) -> Ask:
    """Show HANDOVER with its terms."""
    return ask("handover.show", handover=handover)


# -- bids ----------------------------------------------------------------------------

_PARTY_HELP: Final = (
    "A part: CO-OP[:SHARE[:EFFORT[:MONEY[:LOT]]]], SHARE a percentage or rest."
    " May be repeated."
)
_FEE_HELP: Final = "A share for a finder or broker: Cedar=5%. May be repeated."


@asks(
    _bid,
    "open",
    "wortley bid open evt_k3fw72qa --party Alba:rest:30d --party Birch:40%:20d:9000GBP"
    " --fee Cedar=5% --fund 2.5% --risk shared",
)
@click.argument("lead")
@click.option(
    "--party", "parties", type=PART, multiple=True, required=True, help=_PARTY_HELP
)
@click.option("--fee", "fees", type=FEE, multiple=True, help=_FEE_HELP)
@click.option("--fund", type=PERCENT, help="A share for a common fund.")
@click.option(
    "--risk",
    default="lead",
    metavar="WHO",
    help="Who bears it if the work costs more: lead (else meant), shared, by-lot.",
)
@_NOTE
def open_bid(lead: str, risk: str, **given: object) -> Ask:
    """Put a bid together for LEAD, one of your own; shares, fees, fund make 100 %.

    Each party then agrees to its own part: `wortley estimate agree BID`.
    """
    parties, fees = _rows(given, "parties"), _rows(given, "fees")
    return ask("bid.open", lead=lead, parties=parties, fees=fees, risk=risk, **given)


def _rows(given: dict[str, object], key: str) -> list[object]:
    found = given.pop(key)
    return list(found) if isinstance(found, tuple) else []


@asks(
    _bid, "change", "wortley bid change evt_k3fw72qa --party Alba:60% --party Birch:40%"
)
@click.argument("bid")
@click.option("--party", "parties", type=PART, multiple=True, help=_PARTY_HELP)
@click.option("--fee", "fees", type=FEE, multiple=True, help=_FEE_HELP)
@click.option("--fund", type=PERCENT, help="A share for a common fund; '' for none.")
@click.option("--risk", metavar="WHO", help="lead, shared or by-lot.")
@_NOTE
def change_bid(bid: str, **given: object) -> Ask:
    """Change BID, one of your own that is being put together.

    What is not given stays; parties and fees are given as a whole. All parties then
    review it anew.
    """
    parties, fees = _rows(given, "parties"), _rows(given, "fees")
    return ask(
        "bid.change", bid=bid, parties=parties or None, fees=fees or None, **given
    )


@asks(
    _bid,
    "advance",
    "wortley bid advance evt_k3fw72qa agreed",
    "wortley bid advance evt_k3fw72qa lost --reason price",
)
@click.argument("bid")
@click.argument("to", metavar="STATE")
@click.option("--anyway", is_flag=True, help="Though a party has not agreed yet.")
@_REASON
@_NOTE
def advance_bid(
    bid: str, to: str, reason: str | None, note: str | None, *, anyway: bool
) -> Ask:
    r"""Move BID, one of your own, on to STATE.

    \b
    assembling, agreed, submitted, won
    lost, dissolved
    """
    return ask("bid.advance", bid=bid, to=to, anyway=anyway, reason=reason, note=note)


@asks(_bid, "list", "wortley bid list --state assembling --coop Alba")
@click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
@_COOP
def list_bids(states: tuple[str, ...], coop: str | None) -> Ask:
    """List bids, and whether all who share in them have agreed."""
    return ask("bid.list", states=list(states), coop=coop)


@asks(_bid, "show", "wortley bid show evt_k3fw72qa")
@click.argument("bid")
def show_bid(bid: str) -> Ask:
    """Show BID: its parts and how each stands, fees, what the shares come to."""
    return ask("bid.show", bid=bid)


@asks(
    _bid,
    "share",
    "wortley bid share evt_k3fw72qa --to Birch --from offer.txt",
    'wortley bid share evt_k3fw72qa --to Birch --details "We go down to 17 000"',
    feeds=DETAILS_FEED,
)
@click.argument("bid")
@detailing
def share_bid(bid: str, **given: object) -> Ask:
    """Share what is confidential of BID, one of your own, with a few co-ops.

    Sealed like the details of a lead: the network sees that there is something, and
    for whom. A price of its own is `wortley sealed rate BID`.
    """
    return ask("bid.share", bid=bid, details=details(given), **readers(given))


# -- estimates -----------------------------------------------------------------------

_LOT: Final = click.option("--lot", metavar="LOT", help="One lot; else all your parts.")


@asks(_estimate, "agree", "wortley estimate agree evt_k3fw72qa --lot LOT-1")
@click.argument("bid")
@_LOT
@_NOTE
def agree(bid: str, lot: str | None, note: str | None) -> Ask:
    """Agree to your part of BID as it is now: effort, amount and share."""
    return ask("estimate.agree", bid=bid, lot=lot, note=note)


@asks(_estimate, "object", "wortley estimate object evt_k3fw72qa --note '40 days'")
@click.argument("bid")
@_LOT
@_NOTE
def object_to(bid: str, lot: str | None, note: str | None) -> Ask:
    """Object to your part of BID; say in the note what it should be."""
    return ask("estimate.object", bid=bid, lot=lot, note=note)


@asks(_estimate, "list", "wortley estimate list --standing missing")
@click.option("--bid", metavar="BID", help="All parts of one bid.")
@click.option("--coop", metavar="CO-OP", help="Of another co-op than your own.")
@_STANDING
def list_estimates(bid: str | None, coop: str | None, standing: tuple[str, ...]) -> Ask:
    """List parts of bids: agreed, objected, differing, stale, missing."""
    return ask("estimate.list", bid=bid, coop=coop, standing=list(standing))


# -- agreements ----------------------------------------------------------------------


@asks(
    _agreement,
    "draft",
    "wortley agreement draft --title 'Market consortium' --text @text.txt"
    " --party Birch --about evt_k3fw72qa",
)
@click.option("--title", required=True, help="What it is, in one line.")
@click.option(
    "--text", type=WORDS, required=True, help="What is signed; @FILE reads a file."
)
@click.option(
    "--party",
    "parties",
    multiple=True,
    required=True,
    metavar="CO-OP",
    help="Who is to sign, besides your co-op. May be repeated.",
)
@click.option(
    "--kind",
    "subject",
    default="consortium",
    metavar="KIND",
    help="consortium (else meant), subcontract, handover, fund, other.",
)
@click.option("--about", metavar="ID", help="The bid, hand-over, lead … it is about.")
@click.option("--for-others", is_flag=True, help="Your co-op is no party to it.")
def draft(
    *,
    title: str,
    text: str,
    parties: tuple[str, ...],
    subject: str,
    about: str | None,
    for_others: bool,
) -> Ask:
    """Put an agreement up for all its parties to sign, your co-op among them."""
    return ask(
        "agreement.draft",
        title=title,
        text=text,
        parties=list(parties),
        subject=subject,
        about=about,
        for_others=for_others,
    )


@asks(_agreement, "sign", "wortley agreement sign evt_k3fw72qa")
@click.argument("agreement")
def sign(agreement: str) -> Ask:
    """Sign AGREEMENT for your co-op. Read it first: `wortley agreement show`."""
    return ask("agreement.sign", agreement=agreement)


@asks(_agreement, "withdraw", "wortley agreement withdraw evt_k3fw72qa")
@click.argument("agreement")
@_REASON
@_NOTE
def withdraw_signature(agreement: str, reason: str | None, note: str | None) -> Ask:
    """Withdraw your co-op's signature under AGREEMENT; it shows as withdrawn."""
    return ask("agreement.withdraw", agreement=agreement, reason=reason, note=note)


@asks(
    _agreement,
    "supersede",
    "wortley agreement supersede evt_k3fw72qa --by evt_r6m2hwdl",
)
@click.argument("agreement")
@click.option("--by", required=True, metavar="ID", help="The agreement in its place.")
def supersede(agreement: str, by: str) -> Ask:
    """Say that another agreement takes the place of AGREEMENT, one of your own."""
    return ask("agreement.supersede", agreement=agreement, by=by)


@asks(_agreement, "terminate", "wortley agreement terminate evt_k3fw72qa --reason done")
@click.argument("agreement")
@_REASON
@_NOTE
def terminate(agreement: str, reason: str | None, note: str | None) -> Ask:
    """End AGREEMENT, one of your own drafts, signed or not."""
    return ask("agreement.terminate", agreement=agreement, reason=reason, note=note)


@asks(_agreement, "list", "wortley agreement list --to-sign")
@_STANDING
@_COOP
@click.option("--to-sign", is_flag=True, help="Those that your co-op has yet to sign.")
def list_agreements(
    standing: tuple[str, ...], coop: str | None, *, to_sign: bool
) -> Ask:
    r"""List agreements and how each stands.

    \b
    drafted, part-signed, effective, broken, superseded, terminated
    """
    return ask("agreement.list", standing=list(standing), coop=coop, to_sign=to_sign)


@asks(_agreement, "show", "wortley agreement show evt_k3fw72qa")
@click.argument("agreement")
def show_agreement(agreement: str) -> Ask:
    """Show AGREEMENT with its text and who has signed."""
    return ask("agreement.show", agreement=agreement)


COMMANDS: Final = (_interest, _handover, _bid, _estimate, _agreement)
