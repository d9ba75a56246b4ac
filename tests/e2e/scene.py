"""A node that runs, and members, an applicant and a stranger that we speak for."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node import folder, keystore
from protocol import canonical, ids, keys, limits, wire
from protocol.canonical import ENCODER
from protocol.ids import CoopId, EventId, Incarnation, NetworkId
from protocol.log import Chain, Run, ids_after
from protocol.sync import Hello, RosterPull
from protocol.wire import RunFrame
from tests.e2e.cluster import Cluster, Coop, make_elector, settled, until
from tests.e2e.speaker import OK, Reply, Speaker, runs

#: What one request may cost the node: seconds of a processor.
WORK_S: Final = 1.0
#: And what all of them together: bytes at the highest point. A body may be 1 MiB and
#: become some 30 of objects, which allocators keep; one that grew without a bound
#: would become hundreds.
MEMORY: Final = 96 * 1024 * 1024
_HELLO: Final = msgspec.msgpack.Decoder(Hello)


class Standing(NamedTuple):
    """What a node holds, as it says itself."""

    events: int
    tip: int
    heads: bytes
    gossip: bytes
    root: bytes | None


@dataclass(slots=True, kw_only=True)
class Scene:
    """Alba runs; Birch and Cedar are members, Dune applies: we speak for them."""

    alba: Coop
    birch: Speaker
    cedar: Speaker
    dune: Speaker
    stranger: Speaker
    #: All that Alba holds, as it sends it.
    pack: list[wire.Frame]
    log_keys: dict[str, Ed25519PrivateKey]
    rss: int = 0
    _hello: Hello | None = field(default=None)

    @property
    def network(self) -> NetworkId:
        """Give the network."""
        return NetworkId(self.hello.network)

    @property
    def hello(self) -> Hello:
        """Give a hello of Birch."""
        if self._hello is None:
            self._hello = self.birch.hello()
        return self._hello

    def says(self) -> Hello:
        """Ask Alba for its hello, as peers do: a good request."""
        reply = self.birch.message("/sync/v1/hello", self.hello)
        return canonical.read(_HELLO, reply, most=limits.MESSAGE_BYTES)

    def standing(self) -> Standing:
        """Say what Alba holds."""
        says = self.says()
        events = self.alba.status()["events"]
        return Standing(events, says.tip_number, says.heads, says.gossip, says.root)

    def refused(self, send: Callable[[], Reply]) -> Reply:
        """Send something; see that it costs little and changes nothing."""
        before = self.standing()
        reply = send()
        assert reply.status < 500
        assert reply.cpu_s < WORK_S, reply
        assert self.alba.peak_rss() - self.rss < MEMORY, reply
        assert self.standing() == before
        return reply


def prepare(place: Cluster) -> Scene:
    """Make the network, and stop all but Alba."""
    alba, birch, cedar = place.network("Alba", "Birch", "Cedar")
    make_elector(birch, [alba])
    for coop in (alba, birch, cedar):
        coop.offer("an offer")
    settled(alba, birch, cedar)
    # Two of two electors have to approve, and Birch does not.
    dune = place.join("Dune", alba)
    assert dune.ask("status")["roster"]["members"] == 3
    for coop in (birch, cedar, dune):
        coop.stop()
    birch_speaks = Speaker.of(birch, alba)
    # In its first seconds a node takes no nonces but its own.
    until("Alba takes nonces of others", takes, birch_speaks)
    found = Scene(
        alba=alba,
        birch=birch_speaks,
        cedar=Speaker.of(cedar, alba),
        dune=Speaker.of(dune, alba),
        stranger=Speaker(
            alba, ids.text("coop", os.urandom(32)), Ed25519PrivateKey.generate()
        ),
        pack=birch_speaks.pull(),
        log_keys={
            one.id: keystore.load(one.folder / folder.KEYS).log
            for one in (birch, cedar)
        },
    )
    found.standing()
    alba.forget_peak()
    found.rss = alba.peak_rss()
    return found


def takes(speaker: Speaker) -> bool:
    """Tell whether a node takes the nonces of this co-op by now."""
    body = ENCODER.encode(RosterPull(0))
    return speaker.ask("/sync/v1/roster", body).status == OK


def chain_of(scene: Scene, run: RunFrame) -> Chain:
    return Chain(
        network=scene.network,
        coop=CoopId(run.coop),
        generation=run.generation,
        incarnation=Incarnation(run.incarnation),
        base=run.base,
    )


def following(scene: Scene, speaker: Speaker, *events: bytes) -> Run:
    """What a co-op's log could go on with, signed as it has to be."""
    known = runs(speaker.pull(), speaker.coop)
    chain = chain_of(scene, known[0])
    previous = chain.opening()
    seq = 0
    for one in known:
        run = wire.read_run(one, scene.network)
        previous = ids_after(previous, run.events)[-1]
        seq = run.last
    last = ids_after(EventId(previous), events)[-1]
    message = chain.head_message(seq + len(events), last)
    return Run(
        chain=chain,
        first=seq + 1,
        events=events,
        signature=keys.sign(scene.log_keys[speaker.coop], "head", message),
    )
