"""A machine that was rolled back with its anchor hears of it from its peers."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from node.errors import UserFault
from node.sync.exchange import Exchange
from protocol.ids import Incarnation
from protocol.log import Place as At
from protocol.sync import Hello
from protocol.wire import Head
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, network, share
from tests.node.sync.direct import Line, talk

#: A minute and a little, in ms.
_A_WHILE = 61_000


@pytest.fixture
async def rolled_back(tmp_path: Path) -> AsyncIterator[tuple[Coop, Coop]]:
    """Alba's machine as it was two events ago, and Birch, which holds all of them."""
    then = tmp_path / "then"
    async with AsyncExitStack() as stack:
        async for place in nodes.nodes(tmp_path / "now"):
            (tmp_path / "now").mkdir()
            alba, birch = await network(place, "Alba", "Birch")
            shutil.copytree(tmp_path / "now", then)
            for people in (5, 6):
                await alba.ask("profile.set", people=people)
            await share([alba, birch])
            again, clock = await Place(then, stack).open("Alba")
            assert not again.signer.restored
            yield (
                Coop(name="Alba", node=again, words=alba.words, clock=clock),
                birch,
            )


async def incarnations(coop: Coop, of: Coop) -> int:
    return len(coop.node.log.of_coop(of.node.coop))


async def test_nothing_is_published_until_the_events_are_back(
    rolled_back: tuple[Coop, Coop],
) -> None:
    alba, birch = rolled_back
    line = Line(alba.node, Exchange(birch.node))
    conversation = talk(Exchange(alba.node), line, birch.node)
    await conversation.agree()
    with pytest.raises(UserFault, match="later entries") as caught:
        await alba.ask("profile.set", people=9)
    assert caught.value.code == "rolled-back"
    assert any("rolled back" in one for one in (await alba.ask("status"))["notices"])
    await conversation.pull(0)
    assert alba.node.signer.restored
    assert not alba.node.register.may_sign()
    await alba.ask("profile.set", people=9)
    await share([alba, birch])
    assert await incarnations(birch, alba) == 2
    assert not birch.node.register.proofs
    assert (await birch.ask("profile.show", coop="Alba"))["people"] == 9


async def test_who_does_not_show_them_is_waited_for_once(
    rolled_back: tuple[Coop, Coop],
) -> None:
    alba, birch = rolled_back
    conversation = talk(
        Exchange(alba.node), Line(alba.node, Exchange(birch.node)), birch.node
    )
    await conversation.agree()
    alba.clock.pass_ms(_A_WHILE)
    assert alba.node.act.ahead() is None
    # In a new incarnation, so that nothing is signed twice; nothing is in doubt for
    # blocks, or any member could silence all electors.
    await alba.ask("profile.set", people=9)
    assert await incarnations(alba, alba) == 2
    assert alba.node.register.may_sign()
    await conversation.agree()
    await alba.ask("profile.set", people=8)
    await share([alba, birch])
    assert not birch.node.register.proofs
    assert await incarnations(birch, alba) == 2


async def test_a_head_that_is_known_or_of_another_chain_warns_of_nothing(
    two: list[Coop],
) -> None:
    alba, birch = (one.node for one in two)
    ours, theirs = Exchange(alba), Exchange(birch)
    hello: Hello = await theirs.hello(alba.coop)
    mine = alba.signer.head
    assert mine is not None
    claim = Head(alba.coop, mine.incarnation, mine.seq, bytes(8))
    for head in (
        None,
        claim,
        msgspec.structs.replace(claim, incarnation=bytes(16), seq=0),
        msgspec.structs.replace(claim, coop=birch.coop, seq=99),
    ):
        ours.heard(msgspec.structs.replace(hello, your_head=head))
        assert alba.act.ahead() is None
    late = msgspec.structs.replace(claim, seq=mine.seq + 1)
    ours.heard(msgspec.structs.replace(hello, your_head=late))
    assert alba.act.ahead() is not None
    two[0].clock.pass_ms(_A_WHILE)
    ours.heard(msgspec.structs.replace(hello, your_head=late))
    assert alba.act.ahead() is None


@pytest.fixture
async def reopened(tmp_path: Path) -> AsyncIterator[tuple[Coop, Coop, Coop]]:
    """Alba before it was restored, Birch, and Alba as it went on since.

    Its machine was rolled back to before the restore, so that its anchor knows nothing
    of the incarnation that it has opened.
    """
    then = tmp_path / "then"
    async with AsyncExitStack() as stack:
        async for place in nodes.nodes(tmp_path / "now"):
            (tmp_path / "now").mkdir()
            alba, birch = await network(place, "Alba", "Birch")
            shutil.copytree(tmp_path / "now", then)
            await alba.ask("profile.set", people=5)
            await share([alba, birch])
            await alba.node.signer.mark_restored()
            await alba.ask("profile.set", people=6)
            await share([alba, birch])
            again, clock = await Place(then, stack).open("Alba")
            assert not again.signer.restored
            before = Coop(name="Alba", node=again, words=alba.words, clock=clock)
            yield before, birch, alba


async def test_an_incarnation_that_is_not_known_warns(
    reopened: tuple[Coop, Coop, Coop],
) -> None:
    alba, birch, _ = reopened
    assert await incarnations(birch, alba) == 2
    line = Line(alba.node, Exchange(birch.node))
    conversation = talk(Exchange(alba.node), line, birch.node)
    await conversation.agree()
    # In its old incarnation it would sign the place again that Birch holds.
    with pytest.raises(UserFault, match="later entries"):
        await alba.ask("profile.set", people=9)
    await conversation.pull(0)
    assert alba.node.act.ahead() is None
    assert alba.node.signer.restored
    assert not alba.node.register.may_sign()
    await alba.ask("profile.set", people=9)
    await share([alba, birch])
    assert not birch.node.register.proofs
    assert await incarnations(birch, alba) == 3
    assert (await birch.ask("profile.show", coop="Alba"))["people"] == 9


async def test_what_builds_on_today_alone_is_doubt_enough(
    reopened: tuple[Coop, Coop, Coop],
) -> None:
    alba, _, later = reopened
    old, new = later.node.log.of_coop(later.node.coop)
    if old.chain.base is not None:
        old, new = new, old
    # Based at a place that is not known here.
    runs = await nodes.runs_of(later.node, alba.node)
    assert {run.chain for run in runs} == {old.chain, new.chain}
    await alba.node.ingest.take([run for run in runs if run.chain == new.chain])
    assert alba.node.signer.restored


async def test_what_builds_on_a_place_that_is_known_may_be_a_copys(
    two: list[Coop],
) -> None:
    alba, _ = (one.node for one in two)
    head = alba.signer.head
    assert head is not None
    (held,) = alba.log.of_coop(alba.coop)
    copied = msgspec.structs.replace(
        held.chain,
        incarnation=Incarnation(bytes(16)),
        base=At(held.chain.incarnation, head.seq, held.last_id),
    )
    await alba.act.own_returned(copied, 1)
    assert not alba.signer.restored
    beyond = At(held.chain.incarnation, head.seq + 1, held.last_id)
    await alba.act.own_returned(msgspec.structs.replace(copied, base=beyond), 1)
    assert alba.signer.restored


async def test_an_older_incarnation_that_comes_back_is_no_doubt(
    reopened: tuple[Coop, Coop, Coop],
) -> None:
    alba, birch, later = reopened
    # Restored, and known to be: it opens a third one before the second is back.
    await alba.node.signer.mark_restored()
    await alba.ask("profile.set", people=9)
    line = Line(alba.node, Exchange(birch.node))
    conversation = talk(Exchange(alba.node), line, birch.node)
    await conversation.agree()
    assert alba.node.act.ahead() is not None
    await conversation.pull(0)
    assert alba.node.act.ahead() is None
    assert not alba.node.signer.restored
    await alba.ask("profile.set", people=8)
    assert await incarnations(alba, later) == 3
