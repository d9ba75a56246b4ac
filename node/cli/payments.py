"""`wortley invoice` and `wortley payment`: what is asked for, sent and received."""

from typing import Final

import click

from node.cli import inputs
from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import FROM, MONEY, TO
from node.cli.session import Ask, ask

_invoice = family("invoice", "What co-ops ask each other for.")
_payment = family("payment", "Money that was sent, and money that came.")

_REASON: Final = click.option(
    "--reason", metavar="WORD", help="Why, in one word: twice, price."
)
_NOTE: Final = click.option("--note", metavar="TEXT", help="Anything else.")
_COOP: Final = click.option(
    "--coop", metavar="CO-OP", help="Of one co-op, on either side."
)


@asks(
    _invoice,
    "issue",
    "wortley invoice issue --report evt_k3fw72qa --report evt_rdc65mqd",
    "wortley invoice issue --promise evt_k3fw72qa --amount 500GBP",
)
@click.option(
    "--to", "payer", metavar="CO-OP", help="Who is to pay; else by reports or promise."
)
@click.option(
    "--amount",
    type=MONEY,
    help="How much; else what the reports come to, or the rest of the promise.",
)
@click.option("--due", type=TO, help="By when; else in 30 days.")
@click.option(
    "--report", "reports", multiple=True, metavar="ID", help="Yours. May be repeated."
)
@click.option("--promise", metavar="ID", help="The promise that it calls in.")
@click.option("--number", metavar="WORD", help="Your own number for it.")
@_NOTE
def issue(
    *,
    payer: str | None,
    amount: Money | None,
    due: str | None,
    reports: tuple[str, ...],
    promise: str | None,
    number: str | None,
    note: str | None,
) -> Ask:
    """Ask another co-op for money: for reports, for a promise, or as you say."""
    return ask(
        "invoice.issue",
        payer=payer,
        amount=inputs.sum_or_none(amount),
        due=due,
        reports=list(reports),
        promise=promise,
        number=number,
        note=note,
    )


@asks(_invoice, "withdraw", "wortley invoice withdraw evt_k3fw72qa --reason twice")
@click.argument("invoice")
@_REASON
@_NOTE
def withdraw(invoice: str, reason: str | None, note: str | None) -> Ask:
    """Withdraw INVOICE, one of yours; its reports may stand in another."""
    return ask("invoice.withdraw", invoice=invoice, reason=reason, note=note)


@asks(_invoice, "approve", "wortley invoice approve evt_k3fw72qa")
@click.argument("invoice")
def approve(invoice: str) -> Ask:
    """Agree that your co-op owes what INVOICE asks for."""
    return ask("invoice.approve", invoice=invoice)


@asks(_invoice, "dispute", "wortley invoice dispute evt_k3fw72qa --reason price")
@click.argument("invoice")
@_REASON
@_NOTE
def dispute(invoice: str, reason: str | None, note: str | None) -> Ask:
    """Say that your co-op does not owe INVOICE: it counts as a claim alone."""
    return ask("invoice.dispute", invoice=invoice, reason=reason, note=note)


@asks(_invoice, "list", "wortley invoice list --coop Alba --standing issued")
@_COOP
@click.option(
    "--standing",
    multiple=True,
    metavar="STANDING",
    help="issued, approved, disputed, withdrawn. May be repeated.",
)
def list_invoices(coop: str | None, standing: tuple[str, ...]) -> Ask:
    """List invoices and how each stands."""
    return ask("invoice.list", coop=coop, standing=list(standing))


@asks(_invoice, "show", "wortley invoice show evt_k3fw72qa")
@click.argument("invoice")
def show(invoice: str) -> Ask:
    """Show INVOICE with the reports that it is for."""
    return ask("invoice.show", invoice=invoice)


@asks(
    _payment,
    "send",
    "wortley payment send --invoice evt_k3fw72qa",
    "wortley payment send --to Alba --amount 500GBP --promise evt_k3fw72qa",
)
@click.option("--to", "payee", metavar="CO-OP", help="To whom; else by the invoice.")
@click.option("--amount", type=MONEY, help="How much; else the rest of the invoice.")
@click.option("--on", "date", type=FROM, help="On which day; else today.")
@click.option("--invoice", metavar="ID", help="The invoice that it is for.")
@click.option("--promise", metavar="ID", help="The promise that it is for.")
@_NOTE
def send(
    *,
    payee: str | None,
    amount: Money | None,
    date: str | None,
    invoice: str | None,
    promise: str | None,
    note: str | None,
) -> Ask:
    """Say that your co-op has sent money. It is settled once the other has it."""
    return ask(
        "payment.send",
        payee=payee,
        amount=inputs.sum_or_none(amount),
        date=date,
        invoice=invoice,
        promise=promise,
        note=note,
    )


@asks(_payment, "correct", "wortley payment correct evt_k3fw72qa 450GBP")
@click.argument("payment")
@click.argument("amount", type=MONEY)
@_NOTE
def correct(payment: str, amount: Money, note: str | None) -> Ask:
    """Say that PAYMENT, one of yours, was of another AMOUNT."""
    return ask("payment.correct", payment=payment, amount=amount.sum(), note=note)


@asks(_payment, "cancel", "wortley payment cancel evt_k3fw72qa --reason returned")
@click.argument("payment")
@_REASON
@_NOTE
def cancel(payment: str, reason: str | None, note: str | None) -> Ask:
    """Say that PAYMENT, one of yours, was not sent after all."""
    return ask("payment.cancel", payment=payment, reason=reason, note=note)


@asks(
    _payment,
    "receive",
    "wortley payment receive evt_k3fw72qa",
    "wortley payment receive evt_k3fw72qa --amount 480",
)
@click.argument("payment")
@click.option("--amount", type=MONEY, help="How much came; else all of it.")
def receive(payment: str, amount: Money | None) -> Ask:
    """Say that PAYMENT, to your co-op, has come."""
    return ask("payment.receive", payment=payment, amount=inputs.sum_or_none(amount))


@asks(_payment, "dispute", "wortley payment dispute evt_k3fw72qa --reason not-here")
@click.argument("payment")
@_REASON
@_NOTE
def dispute_payment(payment: str, reason: str | None, note: str | None) -> Ask:
    """Say that PAYMENT, to your co-op, did not come."""
    return ask("payment.dispute", payment=payment, reason=reason, note=note)


@asks(_payment, "list", "wortley payment list --standing transit")
@_COOP
@click.option(
    "--standing",
    multiple=True,
    metavar="STANDING",
    help="transit, received, disputed, cancelled. May be repeated.",
)
def list_payments(coop: str | None, standing: tuple[str, ...]) -> Ask:
    """List payments and how each stands."""
    return ask("payment.list", coop=coop, standing=list(standing))


COMMANDS: Final = (_invoice, _payment)
