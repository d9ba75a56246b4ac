"""One message to one webhook: signed, sent, and how it went.

The form is that of Standard Webhooks (standardwebhooks.com), so that receivers check it
with a library that they have. Addresses are guarded as those of peers are: whoever may
add a webhook must not reach into the machine's own network with it.
"""

import asyncio
import datetime
from typing import Final, NamedTuple

import aiohttp
import msgspec
from standardwebhooks.webhooks import Webhook as Signature
from yarl import URL

from node.clock import Clock
from node.config import Config
from node.store.webhook_tables import Webhook
from node.sync.addresses import AddressPolicy
from node.sync.dial import DialRefused, client_session, peer_url
from node.views import moments

#: Standard Webhooks asks senders to wait 15 to 30 s for an answer.
ANSWER_S: Final = 15.0
_TOTAL_S: Final = 20.0
_GONE: Final = 410


class Outcome(NamedTuple):
    """How an attempt went: the status, if there was one, and why it failed in words."""

    ok: bool
    status: int | None
    said: str

    @property
    def is_gone(self) -> bool:
        """Tell whether the other side wants nothing any more (410)."""
        return self.status == _GONE


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a message: the kind of event, when it was made, the event."""

    type: str
    timestamp: str
    data: msgspec.Raw


def write(kind: str, data: object, now_ms: int) -> bytes:
    """Write the body of a message."""
    return msgspec.json.encode(
        Message(
            type=kind,
            timestamp=moments.write(now_ms),
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
    )


def session(config: Config) -> aiohttp.ClientSession:
    """Give the session for all webhooks of a node; close it with the node."""
    policy = AddressPolicy(classes=config.address_classes())
    return client_session(policy, silence_s=ANSWER_S, total_s=_TOTAL_S)


def checked_url(written: str, config: Config) -> URL:
    """Read a webhook's URL; raises `DialRefused` for what would never be dialled.

    A name is looked up when it is dialled, and guarded there.
    """
    url = peer_url(written.strip())
    host = url.raw_host or ""
    literal = ":" in host or host.replace(".", "").isdigit()
    policy = AddressPolicy(classes=config.address_classes())
    if literal and not policy.allows(host):
        raise DialRefused("address-refused", "the class of the address is not dialled")
    return url


async def send(
    client: aiohttp.ClientSession,
    hook: Webhook,
    message: str,
    body: bytes,
    clock: Clock,
) -> Outcome:
    """Send a message once. message: its id, the same for each attempt."""
    now_s = clock.now_ms() // 1000
    at = datetime.datetime.fromtimestamp(now_s, datetime.UTC)
    signature = Signature(hook.secret).sign(message, at, body.decode())
    headers = {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(now_s),
        "webhook-signature": signature,
    }
    try:
        url = peer_url(hook.url)
        async with client.post(url, data=body, headers=headers) as response:
            return _outcome(response.status)
    except DialRefused as error:
        return Outcome(ok=False, status=None, said=error.detail)
    except TimeoutError:
        return Outcome(ok=False, status=None, said="it did not answer in time")
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
        return Outcome(ok=False, status=None, said="it cannot be reached")


def _outcome(status: int) -> Outcome:
    ok = 200 <= status < 300
    return Outcome(ok=ok, status=status, said="" if ok else f"it answered {status}")
