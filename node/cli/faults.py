"""The one place where what went wrong becomes words on standard error and a number."""

import os
import shlex
import sys
import traceback
from collections.abc import Mapping
from typing import Final, NamedTuple

import click

from node.cli import naming
from node.cli.form import Leaf
from node.cli.forms import line, prose
from node.cli.naming import called
from node.cli.options import MONEY, Read
from node.cli.page import Page
from node.cli.session import Session
from node.errors import UserFault, WorldFault, WortleyError

INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""
BROKEN_PIPE: Final = 141
"""128 + SIGPIPE: whoever read the output has seen enough."""
UNEXPECTED: Final = 1
_EXAMPLE: Final = "For example: "
_PRICED: Final = "1200GBP"
#: Set to see where an unexpected error came from.
DEBUG: Final = "WORTLEY_DEBUG"

CODES: Final = (
    ("0", "done"),
    ("1", "an error that nobody had thought of; please report it"),
    ("2", "something that you can put right: an option, a setting, a rule says no"),
    ("3", "the disk, the network or another machine failed; or verify found damage"),
    ("4", "a bug of this program; please report it"),
    ("130", "interrupted (Ctrl-C)"),
)


class Fault(NamedTuple):
    """An error as it is shown."""

    exit_code: int
    code: str
    detail: str
    way_out: str
    fields: Mapping[str, object]


def fault_of(error: Exception, typed: click.Context | None = None) -> Fault:
    """Say what an error means for the person who typed the command."""
    error = _first(error)
    match error:
        case WortleyError(code=code, detail=detail, way_out=way_out, fields=fields):
            fault = Fault(error.exit_code, code, detail, way_out, fields)
            return fault if typed is None else _as_typed(fault, typed)
        case click.UsageError():
            return _usage(error)
        case click.ClickException():
            detail = _sentence(error.format_message())
            return Fault(UserFault.exit_code, "usage", detail, "", {})
        case OSError(strerror=str(reason)):
            detail = f"{error.filename or 'The system'}: {reason}."
            return Fault(WorldFault.exit_code, "system", detail, "", {})
        case _:
            return Fault(
                UNEXPECTED,
                "unexpected",
                f"This program made a mistake: {error!r}.",
                f"Please report it, with what it prints if {DEBUG}=1 is set.",
                {},
            )


def _as_typed(fault: Fault, ctx: click.Context) -> Fault:
    """Name what was refused as it is typed; `field` stays what the node calls it."""
    command, field = ctx.command, _field(fault, ctx)
    if not isinstance(command, Leaf):
        return fault
    way_out = naming.fill(ctx, command.feeds, fault.way_out)
    place = naming.find(ctx, command.feeds, field)
    if place is None:
        if fault.exit_code == UserFault.exit_code:
            way_out = way_out or _help(ctx)
        return fault._replace(way_out=way_out)
    param = place.param
    given = str(fault.fields.get("example") or "")
    example = param.type.example if isinstance(param.type, Read) else ""
    if field.endswith("currency") and param.type is MONEY:
        # The node's example is a currency alone; here it is typed with the sum.
        example = _PRICED
    fields = {
        "expected": _wanted(param),
        **fault.fields,
        "field": place.argument if field == called(param) else field,
        "option": called(param),
        "example": example or given or _example(command, called(param)),
    }
    if way_out.startswith(_EXAMPLE):
        way_out = f"{_EXAMPLE}{_in_place(param, str(fields['example']))}"
    rest = fault.detail.removeprefix(f"{field}:")
    detail = fault.detail if rest == fault.detail else f"{place}:{rest}"
    way_out = way_out or _hint(ctx, called(param))
    return Fault(fault.exit_code, fault.code, detail, way_out, fields)


def _field(fault: Fault, ctx: click.Context) -> str:
    """Say which argument is meant; what is wrong with the node's folder, --data is."""
    session = ctx.find_object(Session)
    folder = None if session is None else str(session.data)
    usual = "data" if fault.fields.get("folder", "") == folder else ""
    return str(fault.fields.get("field", usual))


def _in_place(param: click.Parameter, example: str) -> str:
    """Write an example as it is typed; it may be two of them, with an or between."""
    if not isinstance(param, click.Option) or example.startswith("-"):
        return example
    several = (shlex.quote(one) for one in example.split(" or "))
    return " or ".join(f"{called(param)} {one}" for one in several)


def _usage(error: click.UsageError) -> Fault:
    ctx, detail = error.ctx, _sentence(error.format_message())
    command = ctx.command if ctx else None
    fields: dict[str, object] = {}
    hint = _help(ctx)
    match error:
        case click.BadParameter(param=click.Parameter() as param):
            feeds = command.feeds if isinstance(command, Leaf) else {}
            fields["field"] = naming.fed_by(param, feeds)[0]
            fields["option"] = called(param)
            fields["expected"] = wanted = _wanted(param)
            if isinstance(param.type, click.types.IntParamType):
                # In place of `0 is not in the range 1<=x<=100`.
                said = error.message.partition(" is not ")[0]
                detail = f"{called(param)}: {said} is not {wanted}."
        case click.NoSuchOption() | click.BadOptionUsage():
            fields["field"] = fields["option"] = error.option_name
        case _:
            # It names no parameter: a word too many, a command that there is not.
            pass
    if fields and ctx is not None and isinstance(command, Leaf):
        fields["example"] = _example(command, str(fields["option"]))
        hint = _hint(ctx, str(fields["option"]))
    return Fault(UserFault.exit_code, "usage", detail, hint, fields)


def _example(command: Leaf, option: str) -> str:
    """Choose the example of a subcommand that has the option in it."""
    fitting = (one for one in command.examples if option in one)
    return next(fitting, command.examples[0])


def _hint(ctx: click.Context, option: str) -> str:
    assert isinstance(ctx.command, Leaf)  # noqa: S101 - as both callers have asked
    return f"{_EXAMPLE}`{_example(ctx.command, option)}`. {_help(ctx)}"


def _wanted(param: click.Parameter) -> str:
    """Say what belongs in the place of a parameter."""
    match param.type:
        case click.Choice(choices=choices):
            return f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=least, max=most):
            bounds = [f"from {least}"] if least is not None else []
            bounds += [f"to {most}"] if most is not None else []
            return " ".join(["a whole number", *bounds])
        case click.types.IntParamType():
            return "a whole number"
        case click.Path(exists=True):
            return "a file that is there"
        case click.Path(file_okay=False):
            return "a folder"
        case _:
            return param.metavar or param.type.name.upper()


def _help(ctx: click.Context | None) -> str:
    """Say how a command is typed, and where there is more about it."""
    path = ctx.command_path if ctx else "wortley"
    more = f"`{path} --help` shows more."
    if ctx is None or isinstance(ctx.command, click.Group):
        return more
    pieces = [
        f"{max(one.opts, key=len)} {one.make_metavar(ctx)}"
        if isinstance(one, click.Option)
        else one.make_metavar(ctx)
        for one in ctx.command.get_params(ctx)
        if one.required
    ]
    return f"`{' '.join([path, *pieces])}` is how it is typed; {more}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", ")")) else f"{text}."


def _first(error: Exception) -> Exception:
    """Take the error that says most out of those of several tasks."""
    if not isinstance(error, ExceptionGroup):
        return error
    inner = [_first(one) for one in error.exceptions]
    return next((one for one in inner if isinstance(one, WortleyError)), inner[0])


def show(
    page: Page, error: Exception, typed: click.Context | None = None, *, as_json: bool
) -> Fault:
    """Write an error to standard error unless it goes elsewhere `as_json`; give it.

    typed: the subcommand, where it came so far.
    """
    fault = fault_of(error, typed)
    if fault.code == "unexpected" and os.environ.get(DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    if not as_json:
        page.aside(f"Error: {line(fault.detail)}")
        if fault.way_out:
            page.aside(prose(fault.way_out))
    return fault._replace(way_out=page.as_called(fault.way_out))
