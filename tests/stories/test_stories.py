"""The stories, played: a manual that cannot go stale."""

import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.commands import nodes
from tests.node.commands.nodes import Place
from tests.stories.play import Cast, Moved, Turned, check_seen, steps

HERE = Path(__file__).parent
STORIES = {path.stem: path.read_text("utf-8") for path in sorted(HERE.glob("*.md"))}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async for one in nodes.nodes(tmp_path):
        yield one


def names_of(text: str) -> list[str]:
    """Give the co-ops of a story in the order in which they are met."""
    return list(
        dict.fromkeys(one.who for one in steps(text) if not isinstance(one, Turned))
    )


@pytest.mark.parametrize("story", STORIES)
async def test_story(story: str, place: Place) -> None:
    text = STORIES[story]
    names = names_of(text)
    assert names
    coops = await nodes.network(place, *(name.capitalize() for name in names))
    cast = Cast(coops)
    await cast.play(f"{story}.md", text)
    roots = await cast.roots()
    assert len(roots) == 1
    assert None not in roots


def test_how_a_story_is_read() -> None:
    text = """# A story
```console
alba$ LEAD=$(wortley lead open \\
    --title "Two words")
birch is away
the day is 2027-01-04
birch$ ! wortley lead show $LEAD
Error: …

alba$ wortley status
```
```sh
not read
```
"""
    first, moved, turned, second, third = steps(text)
    assert first == (
        3,
        "alba",
        ["lead", "open", "--title", "Two words"],
        "LEAD",
        False,
        [],
    )
    assert moved == Moved(5, "birch", away=True)
    assert turned == Turned(6, datetime.date(2027, 1, 4))
    assert second == (7, "birch", ["lead", "show", "$LEAD"], None, True, ["Error: …"])
    assert third[0] == 10
    with pytest.raises(ValueError, match="line 2: nobody types"):
        list(steps("```console\nwortley status\n```\n"))
    with pytest.raises(ValueError, match="types wortley"):
        list(steps("```console\nalba$ rm -r /\n```\n"))


def test_what_is_not_seen_fails() -> None:
    check_seen("a  b\n c d\n", ["a b c", "d"], "")
    check_seen("open  Website  Alba\n", ["open … Alba"], "")
    for seen in (["b a"], ["c", "a"], ["a … a"]):
        with pytest.raises(AssertionError, match="not seen"):
            check_seen("a b c", seen, "")
