"""`wortley decision`, `vote`: what the network decides together."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.options import FROM, TO
from node.cli.session import Ask, ask

_decision = family("decision", "What the network decides together.")
_vote = family("vote", "Your co-op's say on a decision.")

_NOTE: Final = click.option("--note", metavar="TEXT", help="Why, in your words.")
_REASON: Final = click.option("--reason", metavar="TEXT", help="Why, in your words.")


@asks(
    _decision,
    "open",
    'wortley decision open --title "Join the federation" --proposal "We join in 2027."',
    'wortley decision open --title "New logo" --rule majority --closes 2027-04-30',
)
@click.option("--title", required=True, help="What it is, in one line.")
@click.option("--proposal", metavar="TEXT", help="What is to be decided.")
@click.option("--link", metavar="URL", help="Where more is to be read.")
@click.option("--about", metavar="ID", help="The lead, round or project it is about.")
@click.option(
    "--rule",
    metavar="RULE",
    help="consent, majority or two-thirds; else as the charter says.",
)
@click.option("--basis", metavar="BASIS", help="One vote per: co-op or member.")
@click.option("--quorum", type=int, metavar="PERCENT", help="Votes that are needed.")
@click.option("--opens", type=FROM, help="First day; else today.")
@click.option("--closes", type=TO, help="Last day; else after the charter's notice.")
def open_decision(
    *,
    title: str,
    proposal: str | None,
    link: str | None,
    about: str | None,
    rule: str | None,
    basis: str | None,
    quorum: int | None,
    opens: str | None,
    closes: str | None,
) -> Ask:
    """Put a question to the network."""
    return ask(
        "decision.open",
        title=title,
        proposal=proposal,
        link=link,
        about=about,
        rule=rule,
        basis=basis,
        quorum=quorum,
        opens=opens,
        closes=closes,
    )


@asks(
    _decision,
    "amend",
    'wortley decision amend evt_k3fw72qa --proposal "We join in 2028."',
)
@click.argument("decision")
@click.option("--proposal", required=True, metavar="TEXT", help="The new proposal.")
@click.option("--title", help="Another title.")
@click.option("--link", metavar="URL", help="Another link.")
def amend(decision: str, proposal: str, title: str | None, link: str | None) -> Ask:
    """Put another proposal in the place of that of DECISION, one of your own.

    Votes on the former one do not count any more.
    """
    return ask(
        "decision.amend", decision=decision, proposal=proposal, title=title, link=link
    )


@asks(_decision, "withdraw", "wortley decision withdraw evt_k3fw72qa")
@click.argument("decision")
@_NOTE
def withdraw(decision: str, note: str | None) -> Ask:
    """Ask DECISION, one of your own, no more."""
    return ask("decision.withdraw", decision=decision, note=note)


@asks(_decision, "list", "wortley decision list")
@click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
def list_decisions(states: tuple[str, ...], coop: str | None) -> Ask:
    """List decisions and how they stand."""
    return ask("decision.list", states=list(states), coop=coop)


@asks(_decision, "show", "wortley decision show evt_k3fw72qa")
@click.argument("decision")
def show(decision: str) -> Ask:
    """Show all there is to say of DECISION."""
    return ask("decision.show", decision=decision)


@asks(_decision, "close", "wortley decision close evt_k3fw72qa")
@click.argument("decision")
@click.option("--early", is_flag=True, help="Before the day that was named.")
@_NOTE
def close(decision: str, note: str | None, *, early: bool) -> Ask:
    """Close DECISION, one of your own, with all votes that are here.

    The result is final once the register has the closing; nothing changes it then.
    """
    return ask("decision.close", decision=decision, early=early, note=note)


@asks(
    _vote,
    "cast",
    "wortley vote cast evt_k3fw72qa agree",
    'wortley vote cast evt_k3fw72qa block --reason "It binds us for ten years."',
)
@click.argument("decision")
@click.argument("stance")
@_REASON
def cast(decision: str, stance: str, reason: str | None) -> Ask:
    """Take a STANCE on DECISION: agree, abstain, disagree or block.

    It takes the place of the one that your co-op took before.
    """
    return ask("vote.cast", decision=decision, stance=stance, reason=reason)


@asks(_vote, "withdraw", "wortley vote withdraw evt_k3fw72qa")
@click.argument("decision")
@_REASON
def withdraw_vote(decision: str, reason: str | None) -> Ask:
    """Take your co-op's vote on DECISION back."""
    return ask("vote.withdraw", decision=decision, reason=reason)


COMMANDS: Final = (_decision, _vote)
