"""A new node: made, its recovery kit shown once, and what to type next."""

import asyncio
from pathlib import Path
from typing import Final

from node.cli.page import Page

_COLUMNS: Final = 4
_WORD_CHARS: Final = 9
"""The longest words of the list have eight letters."""


def found(
    data: Path, *, name: str, listen: str, public_url: str, kit_checked: bool
) -> dict[str, object]:
    """Make a node; with `kit_checked` its words count as known to be on paper.

    Gives coop, words (text), positions (three, from 1), checked.
    """
    from node.clock import SystemEntropy  # noqa: PLC0415 - 0.3 s, not for --help
    from node.config import Config  # noqa: PLC0415 - as above
    from node.run import create  # noqa: PLC0415 - as above

    settings = Config(name=name, listen=listen, public_url=public_url)
    founded = create(data, settings, SystemEntropy())
    positions = founded.check.positions
    if kit_checked:
        words = founded.words.split()
        asyncio.run(_answer(data, [words[place - 1] for place in positions]))
    return {
        "coop": founded.coop,
        "words": founded.words,
        "positions": list(positions),
        "checked": kit_checked,
    }


async def _answer(data: Path, words: list[str]) -> None:
    from node.run import open_node  # noqa: PLC0415 - as above

    async with open_node(data) as node:
        await node.answer_kit((words[0], words[1], words[2]))


def show_founded(page: Page, data: Path, founded: dict[str, object]) -> None:
    """Show a new node's id, its kit, and the next commands."""
    words = str(founded["words"]).split()
    page.say(f"The node is made in {data}.")
    page.pairs([("Co-op", str(founded["coop"]))])
    page.say()
    page.say("The recovery kit. Write it on paper now: it is not shown again.")
    page.say()
    for line in kit_lines(words):
        page.copyable(line)
    page.say()
    page.say("Next:")
    for command, why in _next(founded):
        page.copyable(f"  {command}")
        page.copyable(f"      {why}")


def kit_lines(words: list[str]) -> list[str]:
    """Lay the words out in columns, numbered down each column."""
    height = -(-len(words) // _COLUMNS)
    return [
        "  ".join(
            f"{at + 1:2} {words[at].ljust(_WORD_CHARS)}"
            for at in range(row, len(words), height)
        ).rstrip()
        for row in range(height)
    ]


def _next(founded: dict[str, object]) -> list[tuple[str, str]]:
    positions = founded["positions"]
    first, second, third = positions if isinstance(positions, list) else (0, 0, 0)
    checks = [
        (
            "wortley key check WORD WORD WORD",
            f"with the words no. {first}, {second} and {third}, from the paper",
        )
    ]
    return [
        *([] if founded["checked"] else checks),
        ("wortley network create --name NAME", "to found a network, or"),
        ("wortley join INVITATION", "to join one"),
        ("wortley up", "to run the node"),
    ]
