"""Speaking to a node as another node would, or as none should: signed by hand.

Whoever has the folder of a member's node can speak for it; the node itself is best
stopped meanwhile.
"""

import contextlib
import http.client
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node import folder, keystore
from node.sync.signatures import retry_nonce_from, sign_request
from node.web.problems import MEDIA_TYPE, TYPE_PREFIX
from protocol import canonical, ids, rules, sync, wire
from protocol.roster import gossip, identity
from protocol.roster.gossip import CardObject
from protocol.roster.identity import SignedCard
from protocol.sync import Gossip, Hello, Pull
from protocol.wire import Head, RunFrame
from tests.e2e.cluster import Coop

OK: Final = 200
_ANSWER_S: Final = 20.0
_GOSSIP: Final = msgspec.msgpack.Decoder(Gossip)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, how long it took, and how much time of a processor."""

    status: int
    form: str
    body: bytes
    wall_s: float
    cpu_s: float

    @property
    def problem(self) -> dict[str, Any]:
        """The problem that it is (RFC 9457)."""
        assert self.form == MEDIA_TYPE, (self.status, self.form, self.body[:200])
        found: dict[str, Any] = msgspec.json.decode(self.body)
        assert found["status"] == self.status
        assert found["title"].endswith(".")
        return found

    @property
    def code(self) -> str:
        """The code of the problem; "" for none."""
        if self.status == OK:
            return ""
        return str(self.problem["type"]).removeprefix(TYPE_PREFIX)


@dataclass(slots=True)
class Speaker:
    """Speaks to `to` for the co-op of some key."""

    to: Coop
    coop: str
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, coop: Coop, to: Coop) -> "Speaker":
        """Speak for the node of a co-op."""
        keys = keystore.load(coop.folder / folder.KEYS)
        return cls(to, coop.id, keys.node)

    def sign(self, path: str, body: bytes, **changes: object) -> dict[str, str]:
        """Sign a request as it should be, but for `changes`."""
        parts: dict[str, Any] = {
            "method": "POST",
            "url": self.to.url + path,
            "body": body,
            "key_id": self.coop,
            "private_key": self.key,
            "created": int(time.time()),  # noqa: TID251 - a client of its own
            "nonce": os.urandom(16).hex(),
        }
        return sign_request(**(parts | changes))

    def post(
        self,
        path: str,
        body: bytes | Iterator[bytes],
        headers: dict[str, str],
        method: str = "POST",
    ) -> Reply:
        """Send bytes with just these headers; chunk by chunk, if they come so."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.to.port, timeout=_ANSWER_S
        )
        before, started = self.to.cpu_s(), time.monotonic()
        try:
            # Where it has read enough, it answers and reads no more.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        return Reply(
            status=response.status,
            form=response.headers.get_content_type(),
            body=data,
            wall_s=time.monotonic() - started,
            cpu_s=self.to.cpu_s() - before,
        )

    def ask(self, path: str, body: bytes, **changes: object) -> Reply:
        """Send a request that is signed well."""
        return self.post(path, body, self.sign(path, body, **changes))

    def patiently(self, path: str, body: bytes) -> Reply:
        """Do as nodes do: sign again with the nonce that a refusal offers."""
        reply = self.ask(path, body)
        if reply.status == OK:
            return reply
        granted = retry_nonce_from(reply.problem)
        if granted is None:
            return reply
        return self.ask(path, body, nonce=granted.nonce, created=granted.server_time)

    # --- what nodes say -------------------------------------------------------------

    def hello(self, **changes: object) -> Hello:
        """Make a hello of a node that holds nothing."""
        network = self.to.status()["network"]["id"]
        parts: dict[str, Any] = {
            "version": sync.VERSION,
            "rules": rules.VERSION,
            "network": ids.parse("net", network),
            "coop": ids.parse("coop", self.coop),
            "instance": bytes(16),
            "tip_number": 0,
            "tip": bytes(32),
            "heads": bytes(32),
            "gossip": bytes(32),
            "root": None,
            "card": self.card(),
        }
        return Hello(**(parts | changes))

    def message(self, path: str, message: msgspec.Struct) -> bytes:
        """Send a message and give the answer to it."""
        reply = self.patiently(path, canonical.ENCODER.encode(message))
        assert reply.status == OK, reply.body
        return reply.body

    def pull(self, heads: tuple[Head, ...] = ()) -> list[wire.Frame]:
        """Fetch all that somebody with these heads lacks, of what fits into a pack."""
        return wire.read_pack(self.message("/sync/v1/pull", Pull(heads=heads)))

    def card(self) -> SignedCard:
        """Fetch this co-op's own card from the other's pool."""
        listed = canonical.read(
            _GOSSIP,
            self.message("/sync/v1/gossip", Gossip(())),
            most=4 * 1024 * 1024,
        )
        for data in listed.objects:
            one = gossip.parse(data)
            if isinstance(one, CardObject):
                card = identity.peek_card(one.card)
                if ids.text("coop", card.coop) == self.coop:
                    return one.card
        raise AssertionError("the card is not there")


def runs(frames: list[wire.Frame], coop: str = "") -> list[RunFrame]:
    """Pick the runs out of a pack: all of them, or those of one co-op."""
    return [
        one
        for one in frames
        if isinstance(one, RunFrame) and coop in ("", ids.text("coop", one.coop))
    ]
