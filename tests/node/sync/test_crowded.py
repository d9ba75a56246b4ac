"""More chains than one message may name: honest logs are in it, and all have a turn."""

from collections.abc import Mapping
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.sync import crowded
from node.sync.conversation import Conversation
from node.sync.exchange import Exchange
from protocol import canonical, limits
from protocol.sync import PushReply
from protocol.wire import Head
from tests.node.commands.nodes import Place, network
from tests.node.sync.direct import Line, talk
from tests.node.sync.hostile import Evil

Key = tuple[bytes, bytes]
#: Members and their incarnations, and how many heads a message holds.
CROWDS: Final[dict[str, tuple[list[int], int]]] = {
    "thirteen-that-open-a-thousand": ([1, 2, 3, *[1001] * 13], limits.HEADS),
    "two-of-equal-size": ([1, 1, 20, 20], 30),
    "nothing-but-one-each": ([9, 9, 9, 9], 4),
}


def crowd(sizes: list[int]) -> dict[Key, Head]:
    return {
        (coop.to_bytes(32), name.to_bytes(16)): Head(
            coop.to_bytes(32), name.to_bytes(16), 7, bytes(8)
        )
        for coop, size in enumerate(sizes, start=1)
        for name in range(1, size + 1)
    }


def told(heads: tuple[Head, ...]) -> dict[bytes, int]:
    """Count the chains that are named of each log; none where it is left out."""
    count: dict[bytes, int] = {}
    for one in heads:
        count[one.coop] = count.get(one.coop, 0) + (one.seq > 0)
    return count


@pytest.mark.parametrize("name", CROWDS)
def test_all_logs_have_their_turn_and_small_ones_always(name: str) -> None:
    sizes, most = CROWDS[name]
    heads = crowd(sizes)
    wholly = {coop: 0 for coop, _ in heads}
    for turn in range(len(sizes)):
        chosen = crowded.fit(heads, (), turn, most)
        assert len(chosen) <= most
        assert list(chosen) == sorted(
            chosen, key=lambda one: (one.coop, one.incarnation)
        )
        counts = told(chosen)
        assert counts.keys() == wholly.keys()
        for coop, count in counts.items():
            assert count in (0, sizes[int.from_bytes(coop) - 1])
            wholly[coop] += count > 0
        smallest = min(sizes)
        if sum(one for one in sizes if one <= 2 * smallest) < most - len(sizes):
            assert all(
                counts[coop.to_bytes(32)]
                for coop, size in enumerate(sizes, start=1)
                if size == smallest
            )
    if name != "nothing-but-one-each":
        assert all(wholly.values())


def test_what_is_suspended_comes_last() -> None:
    heads = crowd([3, 9, 2])
    proved = (1).to_bytes(32)
    for turn in range(3):
        counts = told(crowded.fit(heads, (proved,), turn, 13))
        assert counts == {proved: 0, (2).to_bytes(32): 9, (3).to_bytes(32): 2}


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=12),
    st.integers(0, 40),
    st.integers(0, 100),
)
def test_never_too_many_and_no_log_forgotten(
    sizes: list[int], spare: int, turn: int
) -> None:
    heads = crowd(sizes)
    most = len(sizes) + spare
    chosen = crowded.fit(heads, (), turn, most)
    assert len(chosen) <= most
    assert {one.coop for one in chosen} == {coop for coop, _ in heads}
    assert len({(one.coop, one.incarnation) for one in chosen}) == len(chosen)


async def test_nodes_that_are_crowded_go_on_with_honest_logs(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch, mallory = await network(place, "Alba", "Birch", "Mallory")
    evil = Evil(mallory)
    runs = [evil.run(evil.chain(one), [evil.wish(3)])[0] for one in "abcdefgh"]
    for coop in (alba, birch):
        assert (await coop.node.ingest.take(runs)).refused == []
    monkeypatch.setattr(limits, "HEADS", 6)
    monkeypatch.setattr(crowded.fit, "__defaults__", (6,))
    mine, theirs = Exchange(alba.node), Exchange(birch.node)
    assert len(mine.packer.heads()) == 3
    await birch.ask("profile.set", people=7)
    await alba.ask("profile.set", people=8)
    line = Line(alba.node, theirs)
    conversation: Conversation = talk(mine, line, birch.node)
    await conversation.agree()
    assert await conversation.pull(0)
    await conversation.push()
    assert alba.node.ingest.heads_digest() == birch.node.ingest.heads_digest()
    reply = canonical.ENCODER.encode(PushReply(theirs.packer.heads()))
    assert len(msgspec.msgpack.decode(reply)[0]) == 3


def test_a_crowd_fits_a_message() -> None:
    sizes, most = CROWDS["thirteen-that-open-a-thousand"]
    full: Mapping[Key, Head] = crowd(sizes)
    data = canonical.ENCODER.encode(PushReply(crowded.fit(full, (), 5, most)))
    assert len(data) <= limits.MESSAGE_BYTES
