"""Speaking to one peer: signed requests out, checked answers in."""

from typing import Final, TypeVar

import aiohttp
import msgspec
from yarl import URL

from node.node import Node
from node.sync.dial import endpoint_url, read_capped
from node.sync.signatures import ServerNonce, retry_nonce_from, sign_request
from protocol import canonical, ids, limits

T = TypeVar("T")
MEDIA_TYPE: Final = "application/vnd.wortley"
#: A signature need not outlive the request that carries it.
_NONCE_BYTES: Final = 16
_OK: Final = 200


class PeerProblem(Exception):
    """The peer answered, but not with what was asked: its problem, in its words."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        """Keep status, code and detail."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code = code
        self.detail = detail


class PeerClient:
    """Requests to one base URL, signed with this node's key."""

    def __init__(self, node: Node, session: aiohttp.ClientSession, base: str) -> None:
        """Speak for `node` to the peer at `base`."""
        self._node = node
        self._session = session
        self.base = base

    async def ask(
        self,
        path: str,
        message: msgspec.Struct,
        decoder: msgspec.msgpack.Decoder[T],
        *,
        most: int = 4 * 1024 * 1024,
    ) -> T:
        """Send a message, read one. Raises `PeerProblem` and `aiohttp.ClientError`."""
        answer = await self.send(path, canonical.ENCODER.encode(message), most=most)
        return canonical.read(decoder, answer, most=most)

    async def send(
        self, path: str, body: bytes, *, most: int, signed: bool = True
    ) -> bytes:
        """Send bytes, read bytes; once more with the peer's nonce if it asks for it."""
        url = endpoint_url(self.base, path)
        status, answer = await self._once(url, body, None, most, signed=signed)
        if status == _OK:
            return answer
        problem = _problem(answer)
        granted = retry_nonce_from(problem)
        if granted is not None and signed:
            status, answer = await self._once(url, body, granted, most, signed=True)
            if status == _OK:
                return answer
            problem = _problem(answer)
        kind = str(problem.get("type", "")).removeprefix("urn:wortley:problem:")
        raise PeerProblem(
            status, kind[:100] or f"http-{status}", str(problem.get("detail", ""))[:300]
        )

    async def _once(
        self,
        url: URL,
        body: bytes,
        granted: ServerNonce | None,
        most: int,
        *,
        signed: bool,
    ) -> tuple[int, bytes]:
        headers = {"Content-Type": MEDIA_TYPE}
        if signed:
            headers |= self._signature(str(url), body, granted)
        async with self._session.post(url, data=body, headers=headers) as response:
            return response.status, await read_capped(response, most)

    def _signature(
        self, url: str, body: bytes, granted: ServerNonce | None
    ) -> dict[str, str]:
        now = self._node.clock.now_ms() // 1000
        nonce = self._node.entropy.token(_NONCE_BYTES).hex()
        return sign_request(
            method="POST",
            url=url,
            body=body,
            key_id=ids.text("coop", self._node.coop),
            private_key=self._node.signer.node_key,
            created=now if granted is None else granted.server_time,
            nonce=nonce if granted is None else granted.nonce,
        )


def _problem(answer: bytes) -> dict[str, object]:
    try:
        found = msgspec.json.decode(answer[: limits.MESSAGE_BYTES], type=dict)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return dict(found)
