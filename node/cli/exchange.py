"""`wortley csv`, `ical`, `atom`, `valueflows`: files of and for other programs."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.options import NEW_FILE, OLD_FILE
from node.cli.session import Ask, ask

_csv = family("csv", "Tables for spreadsheets, out and in.")
_ical = family("ical", "Bookings, commitments and deadlines for calendars.")
_atom = family("atom", "Leads as a feed for readers.")
_valueflows = family("valueflows", "The whole network as Valueflows JSON-LD.")

_force = click.option("--force", is_flag=True, help="Replace a file that is there.")
_coop = click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")


@asks(
    _csv,
    "export",
    "wortley csv export capacity capacity.csv",
    "wortley csv export leads leads.csv --coop Alba --style comma",
)
@click.argument("what", metavar="TABLE")
@click.argument("path", metavar="FILE", type=NEW_FILE)
@_coop
@click.option(
    "--style",
    type=click.Choice(["comma", "semicolon"]),
    help="What separates cells; with semicolons, numbers have a comma."
    " If not given: what your co-op's first language has.",
)
@_force
def export_table(
    what: str, path: str, coop: str | None, style: str | None, *, force: bool
) -> Ask:
    r"""Write TABLE to FILE.

    \b
    capacity, leads (a row per requirement line), pledges, payments
    ledger (a row per payer, payee and currency), debts (a row per thing owed)
    """
    return ask("csv.export", what=what, path=path, coop=coop, style=style, force=force)


@asks(
    _csv,
    "import",
    "wortley csv import capacity capacity.csv --dry-run",
    "wortley csv import payments bank.csv --dates day-first",
)
@click.argument("what", metavar="TABLE")
@click.argument("path", metavar="FILE", type=OLD_FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be.")
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="What comes first in 03/04/2026; without it, such dates are refused.",
)
def import_table(what: str, path: str, dates: str | None, *, dry_run: bool) -> Ask:
    """Take in TABLE from FILE: capacity, leads, pledges or payments.

    All of it, or nothing if a cell is wrong; the same file again changes nothing. The
    columns are those of an export. Rows without an id are new; a lead or payment with
    one is changed. Commas, semicolons and tabs are understood, and 1 234,56 like
    1234.56.

    Of payments, what your co-op sent becomes `payment send`, and what came to it the
    word on what the other says it sent (`payment receive`).
    """
    return ask("csv.import", what=what, path=path, dry_run=dry_run, dates=dates)


@asks(
    _ical,
    "export",
    "wortley ical export wortley.ics",
    "wortley ical export alba.ics --coop Alba",
)
@click.argument("path", metavar="FILE", type=NEW_FILE)
@_coop
@_force
def export_calendar(path: str, coop: str | None, *, force: bool) -> Ask:
    """Write bookings, commitments and deadlines to FILE (iCalendar)."""
    return ask("ical.export", path=path, coop=coop, force=force)


@asks(_atom, "export", "wortley atom export leads.atom")
@click.argument("path", metavar="FILE", type=NEW_FILE)
@_force
def export_feed(path: str, *, force: bool) -> Ask:
    """Write the leads that changed last to FILE (Atom)."""
    return ask("atom.export", path=path, force=force)


@asks(_valueflows, "export", "wortley valueflows export network.jsonld")
@click.argument("path", metavar="FILE", type=NEW_FILE)
@_force
def export_valueflows(path: str, *, force: bool) -> Ask:
    """Write everything that this node knows to FILE, in the terms of Valueflows."""
    return ask("valueflows.export", path=path, force=force)


COMMANDS: Final = (_csv, _ical, _atom, _valueflows)
