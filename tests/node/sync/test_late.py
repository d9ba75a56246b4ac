"""Who joins late comes to the results of closings, whatever was proved since."""

import pytest

from node.sync.exchange import Exchange
from protocol import limits
from protocol.roster.gossip import ProofObject, write
from tests.node.commands.nodes import Coop, Place, apply, network, share
from tests.node.commands.test_closing import objects, twin_of
from tests.node.commands.test_decisions import opened, page, vote
from tests.node.sync.direct import Line, talk

#: Whose log is signed twice: a voter's below the cut, or the steward's at its closing.
WHOSE = ("Birch", "Alba")


async def joins(place: Place, name: str, sponsor: Coop) -> Coop:
    """Make a member that holds the roster and no log yet."""
    coop = await place.make(name)
    await apply(coop, sponsor)
    await objects(sponsor, coop)
    await coop.node.after_membership()
    assert coop.node.register.is_member
    return coop


async def meets(one: Coop, other: Coop) -> None:
    """Let a node talk to another as its loop does at the start."""
    line = Line(one.node, Exchange(other.node))
    conversation = talk(Exchange(one.node), line, other.node)
    await conversation.agree()
    await conversation.pull(0)
    # Here it hears of proofs, and then asks for what they keep from it.
    await conversation.agree()
    await conversation.pull(0)


@pytest.mark.parametrize("whose", WHOSE)
async def test_who_joins_late_comes_to_the_same_result(
    place: Place, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An event a run: else the last run that counts would bring along what is beyond.
    monkeypatch.setattr(limits, "RUN_EVENTS", 1)
    three = await network(place, "Alba", "Birch", "Cedar")
    alba, _, cedar = three
    decision = await opened(alba)
    await share(three)
    await vote(three, decision, "agree", "agree", "disagree")
    await alba.ask("decision.close", decision=decision, early=True)
    await share(three)
    before = await page(three, decision)
    forked = next(one for one in three if one.name == whose)
    _, proof = await twin_of(forked)
    for coop in (alba, cedar):
        await coop.node.register.take_objects([write(ProofObject(proof))])
    dune = await joins(place, "Dune", alba)
    assert not dune.node.register.proofs
    await meets(dune, cedar)
    # It has the proof as well by now, and counts nothing of that log from there on.
    assert forked.node.coop in dune.node.register.proofs
    assert dune.node.ingest.heads_digest() == cedar.node.ingest.heads_digest()
    assert dune.node.state.closings.settled == cedar.node.state.closings.settled
    assert (await dune.ask("decision.show", decision=decision))["agree"] == (
        before["agree"]
    )
    # And hands it on.
    elm = await joins(place, "Elm", alba)
    await meets(elm, dune)
    assert elm.node.state.closings.settled == cedar.node.state.closings.settled
    # Who knows of the proof is sent nothing from the cut on.
    heads = Exchange(elm.node).packer.heads()
    held = {(one.coop, one.incarnation): one.seq for one in heads}
    assert held[forked.node.coop, proof.incarnation] == proof.seq - 1
