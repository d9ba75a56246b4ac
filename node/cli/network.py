"""`wortley network`, and who belongs to it: invite, join, members, approve, elector."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.session import Ask, ask

_top = click.Group()
_network = family("network", "Found a network, look at its charter.")
_elector = family("elector", "Who signs the blocks of the network's register.")


@asks(_network, "create", 'wortley network create --name "Bridport Co-ops"')
@click.option("--name", required=True, help="What the network is called.")
@click.option(
    "--currency",
    default="GBP",
    show_default=True,
    metavar="CODE",
    help="The currency of amounts that name none.",
)
def create(name: str, currency: str) -> Ask:
    """Found a network with this co-op as its first member."""
    return ask("network.create", name=name, currency=currency.upper())


@asks(_network, "show", "wortley network show")
def show() -> Ask:
    """Show the network's charter, its electors and its secretary."""
    return ask("network.show")


@asks(_network, "confirm", "wortley network confirm")
def confirm() -> Ask:
    """After a restore, let this node sign blocks again.

    Only where this co-op is the sole elector: look first that no other copy of the
    node runs, for two that sign would tear the network apart.
    """
    return ask("network.confirm")


@asks(_top, "invite", "wortley invite")
def invite() -> Ask:
    """Print an invitation for one co-op.

    The invitation is one word and holds a secret: pass it on privately.
    """
    return ask("invite")


@asks(_top, "join", "wortley join wortley-…")
@click.argument("invitation")
def join(invitation: str) -> Ask:
    """Apply for membership with an INVITATION.

    The electors decide; `wortley status` says how far it is.
    """
    return ask("join", invitation=invitation.strip())


@asks(_top, "members", "wortley members")
def members() -> Ask:
    """List members, applicants, and changes that wait for approvals."""
    return ask("members")


@asks(_top, "approve", "wortley approve Alba", "wortley approve coop_k3fw72qa")
@click.argument("coop", metavar="CO-OP")
def approve(coop: str) -> Ask:
    """Approve that CO-OP, by name or id, becomes a member."""
    return ask("approve", coop=coop)


@asks(_elector, "on", "wortley elector on", "wortley elector on Alba")
@click.argument("coop", metavar="[CO-OP]", required=False)
def elector_on(coop: str | None) -> Ask:
    """Become an elector, or approve that CO-OP becomes one."""
    return ask("elector.on", coop=coop)


@asks(_elector, "off", "wortley elector off")
@click.argument("coop", metavar="[CO-OP]", required=False)
def elector_off(coop: str | None) -> Ask:
    """Stop being an elector, or approve that CO-OP stops."""
    return ask("elector.off", coop=coop)


COMMANDS: Final = (_network, invite, join, members, approve, _elector)
