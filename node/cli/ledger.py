"""`wortley ledger`, `netting`, `mediation`, `figures`: what it all comes to."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import FROM, MONEY, TO, paged
from node.cli.session import Ask, ask

_ledger = family("ledger", "Who owes whom how much.")
_netting = family("netting", "Setting off debts that meet or run in a circle.")
_mediation = family("mediation", "Someone to help where co-ops do not agree.")
_figures = family("figures", "What came of it all, from what both sides accepted.")

_NOTE: Final = click.option("--note", metavar="TEXT", help="Anything else.")
_REASON: Final = click.option("--reason", metavar="WORD", help="Why, in one word.")
_COOP: Final = click.option("--coop", metavar="CO-OP", help="Of one co-op.")
_FROM: Final = click.option("--from", "starts", type=FROM, help="First day.")
_TO: Final = click.option("--to", "ends", type=TO, help="Last day.")


@asks(_ledger, "show", "wortley ledger show", "wortley ledger show --with Alba")
@click.option("--with", "coop", metavar="CO-OP", help="What one co-op has to do with.")
@click.option("--currency", metavar="CODE", help="In one currency: GBP.")
def show(coop: str | None, currency: str | None) -> Ask:
    """Show what is promised, delivered, invoiced, sent and settled, by pair."""
    code = None if currency is None else currency.upper()
    return ask("ledger.show", coop=coop, currency=code)


@asks(
    _ledger,
    "statement",
    "wortley ledger statement Alba --from 2027-01-01 --to 2027-03-31",
)
@click.argument("coop", metavar="CO-OP")
@_FROM
@_TO
def statement(coop: str, starts: str | None, ends: str | None) -> Ask:
    """Show what your co-op and CO-OP owe each other, day by day."""
    return ask("ledger.statement", coop=coop, starts=starts, ends=ends)


@asks(_netting, "suggest", "wortley netting suggest --coop Alba")
@_COOP
def suggest(coop: str | None) -> Ask:
    """Show which debts meet, and which run in a circle."""
    return ask("netting.suggest", coop=coop)


@asks(
    _netting,
    "propose",
    "wortley netting propose Alba Birch Cedar",
    "wortley netting propose Alba --amount 250GBP",
    feeds={"amount": ("amount", "currency")},
)
@click.argument("coops", metavar="CO-OP...", nargs=-1, required=True)
@click.option("--amount", type=MONEY, help="How much; else the most that all owe.")
@_NOTE
def propose(coops: tuple[str, ...], amount: Money | None, note: str | None) -> Ask:
    """Propose to set off what each CO-OP owes the next one, the last one the first.

    With one CO-OP, it is your own co-op and that one.
    """
    return ask(
        "netting.propose",
        coops=list(coops),
        amount=None if amount is None else amount.amount,
        currency=None if amount is None else amount.currency,
        note=note,
    )


@asks(_netting, "agree", "wortley netting agree evt_k3fw72qa")
@click.argument("netting")
def agree_netting(netting: str) -> Ask:
    """Agree to NETTING, for good: it holds once all have agreed."""
    return ask("netting.agree", netting=netting)


@asks(_netting, "decline", "wortley netting decline evt_k3fw72qa --reason paid")
@click.argument("netting")
@_REASON
@_NOTE
def decline_netting(netting: str, reason: str | None, note: str | None) -> Ask:
    """Say no to NETTING."""
    return ask("netting.decline", netting=netting, reason=reason, note=note)


@asks(_netting, "list", "wortley netting list --standing open")
@_COOP
@click.option(
    "--standing",
    multiple=True,
    metavar="STANDING",
    help="open, declined, effective. May be repeated.",
)
def list_nettings(coop: str | None, standing: tuple[str, ...]) -> Ask:
    """List nettings and whose word is missing."""
    return ask("netting.list", coop=coop, standing=list(standing))


@asks(
    _mediation,
    "agree",
    "wortley mediation agree evt_k3fw72qa --mediator Cedar --party Birch",
)
@click.argument("about", metavar="ID")
@click.option("--mediator", required=True, metavar="CO-OP", help="Who is to help.")
@click.option(
    "--party",
    "parties",
    multiple=True,
    required=True,
    metavar="CO-OP",
    help="The others whom it concerns. May be repeated.",
)
@_NOTE
def agree(about: str, mediator: str, parties: tuple[str, ...], note: str | None) -> Ask:
    """Agree that a co-op mediates about ID: a report, an invoice, a payment, ..."""
    return ask(
        "mediation.agree",
        about=about,
        mediator=mediator,
        parties=list(parties),
        note=note,
    )


@asks(_mediation, "accept", "wortley mediation accept evt_k3fw72qa")
@click.argument("about", metavar="ID")
@click.option(
    "--party",
    "parties",
    multiple=True,
    metavar="CO-OP",
    help="All the parties, where several lists of them ask.",
)
@_NOTE
def accept(about: str, parties: tuple[str, ...], note: str | None) -> Ask:
    """Be willing to mediate about ID, where parties have named your co-op."""
    return ask("mediation.accept", about=about, parties=list(parties), note=note)


@asks(_mediation, "end", "wortley mediation end evt_k3fw72qa --reason settled")
@click.argument("about", metavar="ID")
@_REASON
@_NOTE
def end(about: str, reason: str | None, note: str | None) -> Ask:
    """End your part of the mediation about ID."""
    return ask("mediation.end", about=about, reason=reason, note=note)


@asks(_mediation, "list", "wortley mediation list --coop Alba")
@_COOP
def list_mediations(coop: str | None) -> Ask:
    """List mediations and whose word is missing."""
    return ask("mediation.list", coop=coop)


@asks(
    _figures,
    "social",
    "wortley figures social --from 2027-01-01 --to 2027-12-31",
)
@_COOP
@_FROM
@_TO
def social(coop: str | None, starts: str | None, ends: str | None) -> Ask:
    """Show themes and outcomes in time and money, from accepted reports."""
    return ask("figures.social", coop=coop, starts=starts, ends=ends)


@asks(
    _figures,
    "reports",
    "wortley figures reports --theme wellbeing",
    "wortley figures reports --coop Alba --from 2027-01-01 --to 2027-12-31",
)
@_COOP
@_FROM
@_TO
@click.option("--theme", metavar="WORD", help="Of one theme.")
@click.option("--outcome", metavar="WORD", help="Of one outcome.")
@paged
def served(**narrowed: object) -> Ask:
    """List the accepted reports that a figure of social value is the sum of."""
    return ask("figures.reports", **narrowed)


@asks(
    _figures,
    "collaborations",
    "wortley figures collaborations --coop Alba",
    "wortley figures collaborations --before evt_k3fw72qa",
)
@_COOP
@paged
def collaborations(**narrowed: object) -> Ask:
    """Show leads that several co-ops work on, and what that is worth."""
    return ask("figures.collaborations", **narrowed)


@asks(_figures, "reliability", "wortley figures reliability")
@_COOP
def reliability(coop: str | None) -> Ask:
    """Show what became of promises, and why. To learn from, not to rank."""
    return ask("figures.reliability", coop=coop)


@asks(
    _figures,
    "promises",
    "wortley figures promises --coop Alba --fate broken",
    "wortley figures promises --fate declined --reason price",
)
@_COOP
@click.option(
    "--fate",
    multiple=True,
    metavar="FATE",
    help="kept, open, broken, released, overtaken, unmatched, declined, withdrawn."
    " May be repeated.",
)
@click.option("--reason", metavar="WORD", help="For which this reason was given.")
@paged
def promises(fate: tuple[str, ...], **narrowed: object) -> Ask:
    """List the promises that a figure of reliability counts."""
    return ask("figures.promises", fate=list(fate), **narrowed)


COMMANDS: Final = (_ledger, _netting, _mediation, _figures)
