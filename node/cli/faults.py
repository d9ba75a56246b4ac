"""The one place where what went wrong becomes words on standard error and a number."""

import os
import sys
import traceback
from collections.abc import Mapping
from typing import Final, NamedTuple

import click

from node.cli.form import Leaf
from node.cli.forms import line, prose
from node.cli.page import Page
from node.errors import UserFault, WorldFault, WortleyError

INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""
BROKEN_PIPE: Final = 141
"""128 + SIGPIPE: whoever read the output has seen enough."""
UNEXPECTED: Final = 1
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


def fault_of(error: Exception) -> Fault:
    """Say what an error means for the person who typed the command."""
    error = _first(error)
    match error:
        case WortleyError(code=code, detail=detail, way_out=way_out, fields=fields):
            return Fault(error.exit_code, code, detail, way_out, fields)
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


def _usage(error: click.UsageError) -> Fault:
    hint = _typed(error.ctx)
    fields: dict[str, object] = {}
    if isinstance(error, click.BadParameter) and error.param is not None:
        fields |= _wanted(error.param)
    elif isinstance(error, click.NoSuchOption):
        fields["field"] = error.option_name
    command = error.ctx.command if error.ctx else None
    if fields and isinstance(command, Leaf):
        named = str(fields["field"])
        fitting = (one for one in command.examples if named in one)
        example = next(fitting, command.examples[0])
        fields["example"] = example
        hint = f"For example: `{example}`. {hint}"
    detail = _sentence(error.format_message())
    return Fault(UserFault.exit_code, "usage", detail, hint, fields)


def _wanted(param: click.Parameter) -> dict[str, object]:
    """Name a parameter as it is typed, and say what belongs there."""
    match param.type:
        case click.Choice(choices=choices):
            expected = f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=least, max=most):
            bounds = [f"from {least}"] if least is not None else []
            bounds += [f"to {most}"] if most is not None else []
            expected = " ".join(["a whole number", *bounds])
        case click.types.IntParamType():
            expected = "a whole number"
        case click.Path(exists=True):
            expected = "a file that is there"
        case _:
            expected = param.metavar or param.type.name.upper()
    if isinstance(param, click.Option):
        return {"field": param.opts[0], "expected": expected}
    return {"field": param.human_readable_name, "expected": expected}


def _typed(ctx: click.Context | None) -> str:
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


def show(page: Page, error: Exception, *, as_json: bool) -> Fault:
    """Write an error to standard error, or as JSON to standard output."""
    fault = fault_of(error)
    if fault.code == "unexpected" and os.environ.get(DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    if not as_json:
        page.aside(f"Error: {line(fault.detail)}")
        if fault.way_out:
            page.aside(prose(fault.way_out))
    return fault
