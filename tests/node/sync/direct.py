"""Conversations between real nodes without sockets, and what a bad peer does to them.

`Line` stands where `PeerClient` stands: what it is given goes straight to the other
node's endpoints. A test replaces the answers of a path to play a peer that lies.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import msgspec

from node.commands.joining import doorkeeper
from node.node import Node
from node.sync.client import PeerClient, PeerProblem
from node.sync.conversation import Conversation
from node.sync.exchange import Exchange
from node.sync.nonces import NonceBook
from node.sync.server import SyncServer
from protocol import canonical
from protocol.errors import ProtocolError

T = TypeVar("T")
#: What a bad peer answers to a body.
Lie = Callable[[bytes], Awaitable[bytes]]


def server_of(exchange: Exchange) -> SyncServer:
    nonces = NonceBook(secret=bytes(32), started_at=0)
    return SyncServer(exchange, doorkeeper(exchange.node), nonces, frozenset())


class Line:
    """A PeerClient of `me` whose peer is in the same process."""

    def __init__(self, me: Node, theirs: Exchange) -> None:
        self._me = me
        self._server = server_of(theirs)
        self._theirs = theirs
        self._endpoints = {one.path: one for one in self._server.endpoints()}
        self.calls: list[str] = []
        self.lies: dict[str, Lie] = {}

    async def send(
        self, path: str, body: bytes, *, most: int, signed: bool = True
    ) -> bytes:
        self.calls.append(path)
        if path in self.lies:
            return await self.lies[path](body)
        try:
            if not signed:
                return await self._server.join(body)
            answer = await self._endpoints[path].answer(self._me.coop, body)
        except ProtocolError as error:
            raise PeerProblem(400, error.code, error.detail) from error
        assert len(answer) <= most
        return answer

    async def ask(
        self,
        path: str,
        message: msgspec.Struct,
        decoder: msgspec.msgpack.Decoder[T],
        *,
        most: int = 4 * 1024 * 1024,
    ) -> T:
        answer = await self.send(path, canonical.ENCODER.encode(message), most=most)
        return canonical.read(decoder, answer, most=most)

    def client(self) -> PeerClient:
        return cast("PeerClient", self)


def talk(me: Exchange, line: Line, other: Node) -> Conversation:
    return Conversation(me, line.client(), other.coop)
