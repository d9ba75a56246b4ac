"""The commands that carry tables out to spreadsheets and in from them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Literal, cast

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading, today
from node.commands.sheet_leads import leads_of
from node.commands.sheet_payments import payments_of
from node.commands.sheet_plan import Plan
from node.commands.sheet_rows import offers, pledges_of
from node.errors import UserFault
from node.exchange import whole_file
from node.exchange.sheets import columns, rows, trade_rows, writing
from node.exchange.sheets.column import COMMA_LANGUAGES, STYLES, Column
from node.exchange.sheets.reading import MAX_BYTES, Problem, Row, Table, read
from node.exchange.sheets.rows import Asked, Batches
from node.exchange.sheets.values import Order
from node.node import Node
from node.views import profiles
from node.views.books import Books
from protocol import ids as forms

#: Problems that are told in words; a program gets all of them.
_TOLD: Final = 20


#: Plans what the rows of a table come to.
Taking = Callable[[Plan, Sequence[Row]], Awaitable[None]]


class Sheet(msgspec.Struct, frozen=True):
    """A table: its columns, where its rows come from, how rows are taken in."""

    columns: Sequence[Column]
    rows: Callable[[Asked], Batches]
    plan: Taking | None = None


SHEETS: Final[Mapping[str, Sheet]] = {
    "capacity": Sheet(columns.CAPACITY, rows.of_capacity, offers),
    "leads": Sheet(columns.LEADS, rows.of_leads, leads_of),
    "pledges": Sheet(columns.PLEDGES, rows.of_pledges, pledges_of),
    "payments": Sheet(columns.PAYMENTS, trade_rows.of_payments, payments_of),
    # They follow from promises, work and payments, so that nobody writes them.
    "ledger": Sheet(columns.LEDGER, trade_rows.of_ledger),
    "debts": Sheet(columns.DEBTS, trade_rows.of_debts),
}


class Wanted(Asking, frozen=True, kw_only=True):
    """Which table; of all co-ops, or of one.

    style: "semicolon" has a comma in numbers, "comma" a point; without it, what the
    spreadsheets of this co-op's first language have.
    """

    what: str
    coop: str | None = None
    style: Literal["comma", "semicolon"] | None = None


class Export(Wanted, frozen=True, kw_only=True):
    """Which table, to which file of the node's machine. force: replace a file."""

    path: str
    force: bool = False


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """Where the table is, how many rows are in it, and in which style."""

    path: str
    rows: int
    style: str


class Given(Asking, frozen=True, kw_only=True):
    """Which table is given; with `dry_run`, only to say what would be.

    dates: which comes first in a date like 03/04/2026; without it such are refused.
    """

    what: str
    dry_run: bool = False
    dates: Order | None = None


class Import(Given, frozen=True, kw_only=True):
    """Which table, from which file of the node's machine."""

    path: str


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a table: things, not rows; a lead has a row per line.

    ignored: headings of columns that were not read. ids: of the events published.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    ignored: list[str]
    ids: list[str]
    dry_run: bool


class Imported(Taken, frozen=True, kw_only=True):
    """What came of a file, and where it lies."""

    path: str


async def export(node: Node, args: Export, _tell: Tell) -> Exported:
    """Write a table."""
    with whole_file.new(args.path, force=args.force) as file:
        count, style = await write(node, args, file)
    return Exported(path=args.path, rows=count, style=style)


async def write(node: Node, args: Wanted, file: IO[bytes]) -> tuple[int, str]:
    """Write a table into a file; give how many rows it has, and the style."""
    sheet = SHEETS[fields.choice("what", args.what, SHEETS)]
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    style = args.style or await _usual_style(books)
    batches = sheet.rows(Asked(books, names, today(node), coop))
    return await writing.write(file, sheet.columns, batches, STYLES[style]), style


async def _usual_style(books: Books) -> str:
    profile = await profiles.find(books, books.coop)
    languages = () if profile is None else profile.languages
    return "comma" if languages and languages[0] in COMMA_LANGUAGES else "semicolon"


async def import_table(node: Node, args: Import, _tell: Tell) -> Imported:
    """Take a table in: all of it, or nothing where a cell is wrong."""
    # Before the file is looked at: another one would not help.
    _taken(args.what)
    data = await asyncio.to_thread(whole_file.read, Path(args.path), MAX_BYTES)
    taken = await take(node, args, data, _tell, called=args.path)
    return Imported(path=args.path, **msgspec.structs.asdict(taken))


async def take(
    node: Node, args: Given, data: bytes, _tell: Tell, *, called: str = "The table"
) -> Taken:
    """Take in what a file holds, which a refusal speaks of as `called`."""
    columns_, make = _taken(args.what)
    books, names = await reading(node)
    table = await asyncio.to_thread(read, data, columns_, args.dates)
    plan = Plan(
        node=node,
        books=books,
        names=names,
        columns=columns_,
        problems=table.problems,
    )
    key = _key(args.what, table)
    done = await node.log.idempotent(key)
    if done is None:
        await make(plan, table.rows)
    _refuse(called, plan.problems)
    published = (
        await node.act.publish(plan.drafts, idempotency=key)
        if plan.drafts and not args.dry_run
        else []
    )
    return Taken(
        rows=len(table.rows),
        created=plan.created,
        changed=plan.changed,
        unchanged=plan.unchanged if done is None else len(table.rows),
        ignored=list(table.ignored),
        ids=[forms.text("evt", one) for one in published],
        dry_run=args.dry_run,
    )


def _taken(what: str) -> tuple[Sequence[Column], Taking]:
    """Find how a table is taken in; the figures of the ledger follow from others."""
    taken = {name: one for name, one in SHEETS.items() if one.plan is not None}
    if what in SHEETS and what not in taken:
        raise UserFault(
            code="csv-figures",
            detail=f"what: {what} are figures, which follow from promises, work and"
            " payments.",
            way_out="Import the payments: `wortley csv import payments FILE`.",
            field="what",
            expected=f"one of {', '.join(taken)}",
            example="payments",
        )
    sheet = taken[fields.choice("what", what, taken)]
    return sheet.columns, cast("Taking", sheet.plan)


def _key(what: str, table: Table) -> str:
    """Name a table by what it says: saved in another style, it is the same."""
    said = msgspec.json.encode([row.values for row in table.rows], order="sorted")
    return f"csv {what} {hashlib.sha256(said).hexdigest()}"


def _refuse(called: str, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    ordered = sorted(problems, key=lambda one: one.row)
    told = "\n".join(f"{one}" for one in ordered[:_TOLD])
    more = f"\nand {len(ordered) - _TOLD} more" if len(ordered) > _TOLD else ""
    count = "1 cell" if len(ordered) == 1 else f"{len(ordered)} cells"
    raise UserFault(
        code="csv-cells-wrong",
        detail=f"{called}: {count} cannot be taken, so nothing was imported.",
        way_out=f"{told}{more}",
        field="path",
        problems=[msgspec.to_builtins(one) for one in ordered],
    )


COMMANDS: Final[dict[str, Command]] = {
    "csv.export": command(Export, export, long=True),
    "csv.import": command(Import, import_table, long=True),
}
