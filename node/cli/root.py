"""The root of the command, its way out, and which subcommands there are."""

import os
import sys
import tomllib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Final, NoReturn

import click

from node.cli import (
    calendar,
    capacity,
    decisions,
    exchange,
    faults,
    leads,
    ledger,
    logs,
    network,
    payments,
    pledges,
    profile,
    programs,
    projects,
    reports,
    rounds,
    sealed,
    start,
    today,
    winning,
)
from node.cli.form import CONTEXT, shared
from node.cli.session import Session
from node.errors import UserFault

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

_PROGRAM: Final = "wortley"
_COMPLETE: Final = "_WORTLEY_COMPLETE"
_BEGINNINGS: Final = """\b
To begin:
  wortley demo           a network of three to look around in
  wortley init --help    a node of your own
  wortley today          what waits for your co-op, and the command for it
  wortley lead --help    a group of commands, with an example of each
  wortley explain ID     what anything is, and whether it counts

"""
_EPILOG: Final = f"{_BEGINNINGS}\b\nExit codes:\n" + "\n".join(
    f"  {code.rjust(3)}  {meaning}" for code, meaning in faults.CODES
)

#: What there is, as the help lists it.
SECTIONS: Final[tuple[tuple[str, tuple[click.Command, ...]], ...]] = (
    ("Your node", start.COMMANDS),
    ("What waits", today.COMMANDS),
    ("The network", network.COMMANDS),
    ("Your co-op", (*profile.COMMANDS, *capacity.COMMANDS)),
    ("Work and money together", (*leads.COMMANDS, *projects.COMMANDS)),
    ("Who has time", calendar.COMMANDS),
    ("Winning work", winning.COMMANDS),
    ("Promises", pledges.COMMANDS),
    (
        "Work done, money paid",
        (*reports.COMMANDS, *payments.COMMANDS, *ledger.COMMANDS),
    ),
    ("Deciding together", (*decisions.COMMANDS, *rounds.COMMANDS)),
    ("Between few", sealed.COMMANDS),
    ("The record", logs.COMMANDS),
    ("Other programs", (*programs.COMMANDS, *exchange.COMMANDS)),
)


class Root(click.Group):
    """Lists its commands by section, in the order in which one meets them."""

    @override
    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write one list per section."""
        for title, commands in SECTIONS:
            with formatter.section(title):
                formatter.write_dl(
                    [(one.name or "", one.get_short_help_str(70)) for one in commands]
                )


def _version() -> str:
    try:
        return metadata.version(_PROGRAM)
    except metadata.PackageNotFoundError:
        # Not installed but run from its source.
        project = Path(__file__).parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])


def _show_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    if wanted:
        click.echo(f"{_PROGRAM} {_version()}")
        ctx.exit()


def _root() -> Root:
    root = Root(
        _PROGRAM,
        help="""Worker co-ops working together without a central server.

        Each co-op runs a node of its own. This command asks it, or does the work
        itself while none runs. Start with `wortley init`, `wortley status` then says
        what comes next.
        """,
        epilog=_EPILOG,
        invoke_without_command=True,
        callback=_help,
        params=[
            *shared(),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_version,
                help="Print the version and exit.",
            ),
        ],
        context_settings=dict(CONTEXT),
    )
    for _, commands in SECTIONS:
        for one in commands:
            root.add_command(one)
    return root


@click.pass_context
def _help(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


ROOT: Final = _root()


def main(prog_name: str = _PROGRAM) -> NoReturn:
    """Be the command `wortley`: read the arguments, exit with a number."""
    if _COMPLETE in os.environ:
        ROOT.main(prog_name=prog_name)
    _refuse_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # Better an escape than no answer where the terminal has no such character.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a file
    sys.exit(run(sys.argv[1:], Session(data=start.usual_data(os.environ))))


def _refuse_closed_streams() -> None:
    """Exit where nothing can be answered (`wortley … >&-`); fill the other gaps.

    Python has None for a stream that is closed, and the first file that is opened gets
    its number: what was printed then would end up in a database.
    """
    closed = [fd for fd in (0, 1, 2) if not _is_open(fd)]
    # In ascending order, so that each gets the number of the one that is missing.
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - till the end
    if sys.__stdout__ is None:
        print("Error: Standard output is closed, so nothing is done.", file=sys.stderr)
        print("To throw answers away, write them to /dev/null.", file=sys.stderr)
        sys.exit(UserFault.exit_code)


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def run(argv: Sequence[str], session: Session) -> int:
    """Do what the arguments say; give the exit code. Nothing is raised."""
    try:
        with ROOT.make_context(_PROGRAM, list(argv), obj=session) as ctx:
            ROOT.invoke(ctx)
        session.page.out.flush()
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        session.page.aside(error.format_message())
        return error.exit_code
    except BrokenPipeError:
        return _quieten()
    except (KeyboardInterrupt, click.Abort):
        session.page.aside("Interrupted. A running node finishes what it has begun.")
        return faults.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last one there is to say it
        return _fail(session, error, argv)
    return session.code


def _fail(session: Session, error: Exception, argv: Sequence[str]) -> int:
    # Where an option is wrong, --json may not have been reached.
    as_json = session.json or "--json" in argv
    fault = faults.show(session.page, error, session.typed, as_json=as_json)
    if as_json:
        shown = {
            "code": fault.code,
            "detail": fault.detail,
            "way_out": fault.way_out,
            "fields": dict(fault.fields),
        }
        try:
            session.print_json({"error": shown})
            session.page.out.flush()
        except OSError:
            _quieten()
    return fault.exit_code


def _quieten() -> int:
    # Python would complain when it flushes at its end: let it write to nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return faults.BROKEN_PIPE
