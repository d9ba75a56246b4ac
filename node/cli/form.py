"""The form of a subcommand: its help, the options that all have, what it does."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from node.cli.naming import Feeds, called
from node.cli.session import Ask, Session

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

#: Longest line of an example; help texts are indented by four.
_EXAMPLE_CHARS: Final = 74
#: Longest first sentence of a help text: more than two lines is none for a list.
_SENTENCE_CHARS: Final = 160

Function = Callable[..., Ask]
Action = Callable[..., None]


def _choose_data(
    ctx: click.Context, _param: click.Parameter, data: Path | None
) -> None:
    if data is not None:
        session = ctx.ensure_object(Session)
        session.data = session.page.data = data


def _choose_json(ctx: click.Context, _param: click.Parameter, json: bool) -> None:  # noqa: FBT001 - click's form
    if json:
        ctx.ensure_object(Session).json = True


def shared() -> list[click.Parameter]:
    """Make the options that are understood before and after a subcommand's name."""
    return [
        click.Option(
            ["--data"],
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_choose_data,
            help="The node's data folder, if not ./data or $WORTLEY_DATA.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_choose_json,
            help="Print JSON for programs.",
        ),
    ]


class Leaf(click.Command):
    """A subcommand that does something, with an example in its help."""

    def __init__(
        self, *, examples: tuple[str, ...], feeds: Feeds | None = None, **given: object
    ) -> None:
        """Show the examples below the options."""
        words = given.get("help")
        if isinstance(words, str):
            # Docstrings are raw where they have click's mark for lines to be kept.
            given["help"] = words.replace(r"\b", "\b")
        #: As they are typed, the first of them for whoever typed something else.
        self.examples = examples
        self.feeds: Feeds = feeds or {}
        lines = "\n".join(f"  {_broken(one)}" for one in examples)
        epilog = f"\b\nExample{'s' if len(examples) > 1 else ''}:\n{lines}"
        super().__init__(epilog=epilog, **given)  # type: ignore[arg-type]  # click's own
        self.params.extend(shared())
        self.context_settings.update(CONTEXT)

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note what is typed, for errors to name it; of two, click takes the last."""
        ctx.ensure_object(Session).typed = ctx
        for word in args:
            if not _is_unicode(word):
                words = f"{word!r} is not UTF-8, which this program reads and writes."
                raise click.UsageError(words, ctx)
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for param in set(order):
            if order.count(param) > 1 and _is_single(param):
                words = f"Option '{called(param)}' is given more than once."
                raise click.BadOptionUsage(called(param), words, ctx)
        return super().parse_args(ctx, args)


def _is_unicode(word: str) -> bool:
    """Tell whether a word has no bytes that a shell passed on as they were."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_single(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not (param.multiple or param.is_flag)


def _broken(example: str) -> str:
    """Break a long command before its options, as a shell takes it."""
    first, *options = example.split(" --")
    lines = [first]
    for option in options:
        if len(lines[-1]) + len(option) + 3 > _EXAMPLE_CHARS:
            lines[-1] += " \\"
            lines.append(f"      --{option}")
        else:
            lines[-1] += f" --{option}"
    return "\n".join(lines)


def asks(
    family: click.Group, name: str, *examples: str, feeds: Feeds | None = None
) -> Callable[[Function], click.Command]:
    """Make a subcommand of a function from its options to an `Ask`.

    feeds: parameters that feed other arguments than the one of their name.
    """

    def take(function: Function) -> click.Command:
        @click.pass_obj
        @functools.wraps(function)
        def answer(session: Session, /, **given: object) -> None:
            session.answer(function(**given))

        make = family.command(name, cls=Leaf, examples=examples, feeds=feeds)
        return make(answer)

    return take


def acts(
    family: click.Group, name: str, *examples: str
) -> Callable[[Action], click.Command]:
    """Make a subcommand of a function that does it all itself, given the session."""

    def make(function: Action) -> click.Command:
        return family.command(name, cls=Leaf, examples=examples)(
            click.pass_obj(function)
        )

    return make


class Family(click.Group):
    """A group of subcommands; its help has each one's first sentence whole."""

    @override
    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write one list; click itself would cut what is longer than a line."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, self.commands[name].get_short_help_str(_SENTENCE_CHARS))
                    for name in self.list_commands(ctx)
                ]
            )

    @override
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write an example of each subcommand, in the order in which one meets them."""
        examples = [
            _broken(one.examples[0])
            for one in self.commands.values()
            if isinstance(one, Leaf)
        ]
        if not examples:
            return
        with formatter.section("Examples"):
            for line in "\n".join(examples).splitlines():
                formatter.write(f"{' ' * formatter.current_indent}{line}\n")


def family(name: str, help_text: str) -> click.Group:
    """Make a group of subcommands about one thing."""
    return Family(name, help=help_text, context_settings=dict(CONTEXT))
