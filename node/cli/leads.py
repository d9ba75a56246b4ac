"""`wortley lead`: work that co-ops bring to the network."""

from collections.abc import Callable
from typing import Final, TypeVar

import click

from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import CPV, FROM, MONEY, NEED, OLD_FILE, TO, WANT, paged
from node.cli.sealed import DETAILS_FEED, detailing, details, readers
from node.cli.session import Ask, ask

_lead = family("lead", "Work that co-ops bring to the network and win together.")

F = TypeVar("F", bound=Callable[..., Ask])
#: What a lead says of itself, as `open` and `change` take it.
_TERMS: Final = (
    click.option("--description", metavar="TEXT", help="What it is about."),
    click.option("--buyer", metavar="TEXT", help="Who wants the work done."),
    click.option("--link", metavar="URL", help="Where more is to be read."),
    click.option(
        "--need",
        "needs",
        type=NEED,
        multiple=True,
        help="A requirement line: SKILL[:EFFORT[:FROM[:TO]]]. May be repeated.",
    ),
    click.option(
        "--want",
        "wants",
        type=WANT,
        multiple=True,
        help="A line that is good to have and no must. May be repeated.",
    ),
    click.option("--value", type=MONEY, help="What it brings: 120000GBP. Without VAT."),
    click.option("--deadline", type=TO, help="When the bid has to be in."),
    click.option("--from", "starts", type=FROM, help="First day of the work."),
    click.option("--to", "ends", type=TO, help="Last day of the work."),
    click.option(
        "--cpv", type=CPV, multiple=True, help="CPV code, 72212000-4. May be repeated."
    ),
)
#: Both make the requirement lines, in this order.
_FEEDS: Final = {"needs": ("requirements",), "wants": ("requirements",)}


def _terms(function: F) -> F:
    for option in reversed(_TERMS):
        function = option(function)
    return function


def _lines(given: dict[str, object]) -> list[object]:
    """Put the requirement lines together: what is needed, then what is good to have."""
    return [*_taken(given, "needs"), *_taken(given, "wants")]


def _taken(given: dict[str, object], key: str) -> list[object]:
    found = given.pop(key)
    return list(found) if isinstance(found, tuple) else []


def _value(given: dict[str, object]) -> dict[str, object] | None:
    value = given.pop("value")
    return value.sum() if isinstance(value, Money) else None


@asks(
    _lead,
    "open",
    'wortley lead open --title "Booking site for Bridport Market" --value 42000GBP'
    " --need python:30d:2027-01-04:2027-03-26 --need design:8d --deadline 2026-12-11",
    "wortley lead open --via evt_k3fw72qa",
    feeds=_FEEDS,
)
@click.option("--title", help="What it is, in one line.")
@click.option(
    "--via",
    metavar="HANDOVER",
    help="Go on with a lead that you took over: its terms and words are copied.",
)
@_terms
def open_lead(title: str | None, via: str | None, **given: object) -> Ask:
    """Open a lead for all members to read.

    The requirement lines are numbered in the order given, --need before --want; put
    LINE= before a line to number it yourself: 2=design:8d.
    """
    if title is None and via is None:
        ctx = click.get_current_context()
        (param,) = (one for one in ctx.command.params if one.name == "title")
        raise click.MissingParameter(ctx=ctx, param=param)
    lines, cpv = _lines(given), _taken(given, "cpv")
    value = _value(given)
    return ask(
        "lead.open",
        title=title,
        via=via,
        requirements=lines,
        value=value,
        cpv=cpv,
        **given,
    )


@asks(
    _lead,
    "change",
    "wortley lead change evt_k3fw72qa --deadline 2026-12-18",
    "wortley lead change evt_k3fw72qa --need 1=python:40d --need 2=design:8d",
    feeds=_FEEDS,
)
@click.argument("lead")
@click.option("--title", help="What it is, in one line.")
@_terms
def change(lead: str, title: str | None, **given: object) -> Ask:
    """Change LEAD, one of your own; what is not given stays as it is.

    Requirement lines are given as a whole. A line keeps its pledges by its number, so
    number them (2=design:8d) where lines are left out or change places.
    """
    lines, cpv = _lines(given), _taken(given, "cpv")
    value = _value(given)
    return ask(
        "lead.change",
        lead=lead,
        title=title,
        requirements=lines or None,
        value=value,
        cpv=cpv or None,
        **given,
    )


@asks(_lead, "list", "wortley lead list --state open --state bidding")
@click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@click.option("--drafts", is_flag=True, help="Imported drafts, too.")
@paged
def list_leads(
    states: tuple[str, ...], coop: str | None, *, drafts: bool, **page: object
) -> Ask:
    """List leads: what is wanted, offered, committed and missing."""
    return ask("lead.list", states=list(states), coop=coop, drafts=drafts, **page)


@asks(_lead, "show", "wortley lead show evt_k3fw72qa")
@click.argument("lead")
def show(lead: str) -> Ask:
    """Show all there is to say of LEAD."""
    return ask("lead.show", lead=lead)


@asks(
    _lead,
    "advance",
    "wortley lead advance evt_k3fw72qa bidding",
    "wortley lead advance evt_k3fw72qa lost --reason price",
)
@click.argument("lead")
@click.argument("to", metavar="STATE")
@click.option("--reason", metavar="WORD", help="Why, in one word: price, no-capacity.")
@click.option("--note", metavar="TEXT", help="Why, in your words.")
def advance(lead: str, to: str, reason: str | None, note: str | None) -> Ask:
    r"""Move LEAD, one of your own, on to STATE.

    \b
    open, bidding, submitted, won, delivering, closed
    lost, withdrawn, passed-on
    """
    return ask("lead.advance", lead=lead, to=to, reason=reason, note=note)


@asks(
    _lead,
    "import",
    "wortley lead import releases.json --dry-run",
    "wortley lead import releases.json --publish",
)
@click.argument("path", metavar="FILE", type=OLD_FILE)
@click.option("--publish", is_flag=True, help="Open a lead for each tender.")
@click.option("--dry-run", is_flag=True, help="Only say what would be.")
def import_file(path: str, *, publish: bool, dry_run: bool) -> Ask:
    """Import tenders from FILE: a package of OCDS releases.

    They become drafts that only this node has, unless --publish is given. Importing a
    file twice changes nothing; leads that came of an import follow its news.
    """
    return ask("lead.import", path=path, publish=publish, dry_run=dry_run)


@asks(_lead, "publish", "wortley lead publish ocds-213czf-000-00001")
@click.argument("process")
def publish(process: str) -> Ask:
    """Publish one imported draft, named by its PROCESS, as a lead."""
    return ask("lead.publish", process=process)


@asks(_lead, "fits", "wortley lead fits evt_k3fw72qa")
@click.argument("lead")
def fits(lead: str) -> Ask:
    """Say which co-ops fit LEAD, and why, the best first."""
    return ask("lead.fits", lead=lead)


@asks(_lead, "suited", "wortley lead suited")
@click.option("--coop", metavar="CO-OP", help="For another co-op, by name or id.")
def suited(coop: str | None) -> Ask:
    """Say which leads of others suit your co-op, the best first."""
    return ask("lead.suited", coop=coop)


@asks(_lead, "rank", "wortley lead rank --drafts")
@click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
@click.option("--drafts", is_flag=True, help="Imported tenders, too.")
def rank(states: tuple[str, ...], *, drafts: bool) -> Ask:
    """Rank leads by how much of them the network could do."""
    named = {"states": list(states)} if states else {}
    return ask("lead.rank", drafts=drafts, **named)


@asks(
    _lead,
    "share",
    'wortley lead share evt_k3fw72qa --to Birch --details "Ask for Mae, 07700 900123"',
    "wortley lead share evt_k3fw72qa --to Birch --to Cedar --from details.txt",
    feeds=DETAILS_FEED,
)
@click.argument("lead")
@detailing
def share(lead: str, **given: object) -> Ask:
    """Share details of LEAD, one of your own, with a few co-ops.

    They are sealed: the network sees that there is something, and for whom; what it
    says only those co-ops can read. What is typed as an option stays in the history
    of your shell, so details that matter are better taken from a file.
    """
    return ask("lead.share", lead=lead, details=details(given), **readers(given))


COMMANDS: Final = (_lead,)
