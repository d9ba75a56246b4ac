"""What an elector has signed for blocks: never twice, and never forgotten unnoticed."""

import pytest

from node.errors import AnchorNotWritten
from node.node import Node
from node.register import Register
from protocol.roster import gossip
from protocol.roster.change import Headcount
from protocol.roster.gossip import AcceptObject, CardObject
from tests.node.commands.nodes import Coop, Place, network, refused, share

_NO_ROOM = OSError(28, "No space left on device")


def break_anchor(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    file = node.signer._file

    def refuse(*_args: object, **_more: object) -> None:
        raise AnchorNotWritten(path=file.path, cause=_NO_ROOM)

    monkeypatch.setattr(file, "write", refuse)


async def kinds(node: Node) -> list[str]:
    return sorted(kind for _, kind, _ in await node.log.roster.objects())


async def headcount(coop: Coop, people: int) -> bytes:
    return await coop.node.register.put(
        Headcount(coop.node.coop, people), "headcount", people.to_bytes(16)
    )


@pytest.fixture
async def electors(three: list[Coop]) -> list[Coop]:
    """Three electors, of whom two decide."""
    alba, birch, cedar = three
    asked = [(alba, birch), (birch, birch), (alba, cedar), (birch, cedar)]
    for coop, elector in [*asked, (cedar, cedar)]:
        await coop.ask("elector.on", coop=elector.name)
        await share(three)
    assert len(alba.node.register.roster.electors) == 3
    return three


async def propose(electors: list[Coop]) -> list[bytes]:
    """Have the secretary propose and accept a block; give all objects of its pool."""
    alba, birch, _ = electors
    change = await headcount(alba, 7)
    await birch.node.register.take_objects(objects_of(alba))
    await birch.node.register.approve(change)
    await alba.node.register.take_objects(objects_of(birch))
    assert alba.node.register.pool.proposal() is not None
    return objects_of(alba)


def objects_of(coop: Coop) -> list[bytes]:
    pool = coop.node.register.pool
    return pool.bytes_of(pool.ids())


async def reopened(node: Node) -> Register:
    """Read the register anew, as the next start does."""
    register = Register(node.log, node.signer)
    await register.load()
    return register


async def test_what_the_anchor_could_not_take_is_not_left_behind(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alba,) = await network(place, "Alba")
    number = alba.node.register.roster.number
    with monkeypatch.context() as broken:
        break_anchor(alba.node, broken)
        await headcount(alba, 5)
        assert await kinds(alba.node) == ["card", "change"]
        assert alba.node.register.pool.proposal() is None
        assert alba.node.signer.failure is not None
    # The next to come tries it again.
    await headcount(alba, 6)
    assert alba.node.register.roster.number == number + 1
    assert alba.node.signer.failure is None


async def test_an_elector_without_a_writable_anchor_still_follows_the_others(
    electors: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, _, cedar = electors
    break_anchor(cedar.node, monkeypatch)
    number = alba.node.register.roster.number
    await propose(electors)
    await share(electors)
    assert cedar.node.register.roster.number == alba.node.register.roster.number
    assert alba.node.register.roster.number == number + 1


async def test_a_lost_ballot_is_noticed_until_its_number_is_decided(
    electors: list[Coop],
) -> None:
    alba, birch, cedar = electors
    objects = await propose(electors)
    first = [one for one in objects if gossip.kind_of(gossip.parse(one)) != "accept"]
    await birch.node.register.take_objects(first)
    (given,) = birch.node.register.pool.accepts()
    # The database is older than the accept, the head of the log is where it was.
    data = gossip.write(AcceptObject(given))
    await birch.node.log.roster.change_objects([], [gossip.object_id(data)])
    restored = await reopened(birch.node)
    assert not restored.may_sign()
    await restored.take_objects(objects)
    assert restored.pool.accepts()[0].coop == alba.node.coop
    assert len(restored.pool.accepts()) == 1
    await cedar.node.register.take_objects(objects)
    number = restored.roster.number
    blocks = await cedar.node.log.roster.blocks(number + 1, 9)
    assert await restored.take_blocks(blocks) == 1
    assert restored.may_sign()


async def test_a_lost_ballot_that_comes_back_is_lost_no_more(
    electors: list[Coop],
) -> None:
    alba = electors[0]
    await propose(electors)
    (given,) = alba.node.register.pool.accepts()
    data = gossip.write(AcceptObject(given))
    await alba.node.log.roster.change_objects([], [gossip.object_id(data)])
    restored = await reopened(alba.node)
    assert not restored.may_sign()
    assert await restored.take_objects([data]) == []
    assert restored.may_sign()


async def test_a_ballot_that_the_anchor_has_not_is_noted_at_the_start(
    electors: list[Coop],
) -> None:
    alba = electors[0]
    signer = alba.node.signer
    before = signer._anchor
    await propose(electors)
    after = signer._anchor
    assert after.proposed != before.proposed
    # A crash between database and anchor.
    signer._anchor = signer._file._last = before
    restored = await reopened(alba.node)
    assert restored.may_sign()
    assert len(restored.pool.accepts()) == 1
    await restored.follow()
    assert signer._anchor == after


async def test_a_secretary_is_let_go_on_by_a_person_and_the_others_by_a_block(
    electors: list[Coop],
) -> None:
    alba, birch, _ = electors
    for coop in (alba, birch):
        await coop.node.register.doubt()
        assert not coop.node.register.may_sign()
    assert (await refused(birch, "network.confirm")).code == "others-decide"
    assert "network confirm" not in " ".join((await birch.ask("status"))["notices"])
    # Nobody but the secretary proposes, so the others may wait for ever.
    assert "network confirm" in " ".join((await alba.ask("status"))["notices"])
    await alba.ask("network.confirm")
    assert alba.node.register.may_sign()


async def test_a_damaged_object_is_left_out_and_the_rest_kept(two: list[Coop]) -> None:
    alba, birch = (one.node for one in two)
    card = alba.register.pool.card_of(birch.coop)
    assert card is not None
    data = gossip.write(CardObject(card))
    for damage in (b"\x93", data[:-1] + bytes([data[-1] ^ 1])):
        await alba.log._writer.execute(
            "UPDATE objects SET data = ? WHERE id = ?", (damage, gossip.object_id(data))
        )
        again = await reopened(alba)
        assert set(again.cards) == {alba.coop}
        assert again.damaged == 1
        assert await again.take_objects([data]) == []
        assert birch.coop in again.cards
        assert await kinds(alba) == ["card", "card"]


async def test_a_living_copy_puts_the_ballots_in_doubt(two: list[Coop]) -> None:
    alba, _ = two
    (held,) = alba.node.log.of_coop(alba.node.coop)
    assert alba.node.register.may_sign()
    await alba.node.act.own_returned(held.chain, held.last + 1)
    assert alba.node.signer.restored
    assert not alba.node.register.may_sign()
