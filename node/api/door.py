"""Who asks: a token, what it opens, and how often it may ask.

A token that is right always gets in, however many wrong ones come from the same place:
else whoever shares an address (behind a proxy, all do) could lock the others out. What
is bounded is how many wrong ones an address gets an answer for.
"""

from collections import OrderedDict
from typing import Final

import msgspec
from aiohttp import hdrs, web

from node import bearer
from node.api.arguments import TOKEN
from node.api.faults import fault
from node.api.routes import Route
from node.clock import Clock
from node.errors import UserFault
from node.node import Node
from node.store.token_tables import Token
from node.web.gate import address_of

#: When a token was used last is written down at most so often.
_NOTE_MS: Final = 60_000
#: Addresses whose wrong tokens are counted; the oldest is forgotten for the newest.
_ADDRESSES: Final = 1024
#: All that a token in an address may be for: proxies and programs keep addresses.
_LINKED: Final = frozenset({"subscribe"})
_REALM: Final = 'Bearer realm="wortley"'
_EXAMPLE: Final = "Authorization: Bearer wortley_…"


class Rate(msgspec.Struct, frozen=True):
    """So many at once, and so many a second after that."""

    burst: float
    each_s: float


#: A page of a program makes a handful of requests, an import some hundred.
TOKEN_RATE: Final = Rate(burst=100, each_s=20)
#: A wrong token is a typo, and a person makes few of them.
WRONG_RATE: Final = Rate(burst=10, each_s=0.2)


class Buckets:
    """A token bucket for each of the keys that were seen last."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one; give 0, or in how many seconds there is one again."""
        now = self._clock.monotonic()
        left, at = self._left.pop(key, (self._rate.burst, now))
        left = min(self._rate.burst, left + (now - at) * self._rate.each_s)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate.each_s
        self._left[key] = (left if wait else left - 1, now)
        if len(self._left) > _ADDRESSES:
            self._left.popitem(last=False)
        return wait


class Door:
    """Lets requests in that carry a token for what they ask."""

    def __init__(self, node: Node, *, rate: Rate = TOKEN_RATE) -> None:
        self._node = node
        self._rates = Buckets(rate, node.clock)
        self._wrong = Buckets(WRONG_RATE, node.clock)

    async def enter(self, request: web.Request, route: Route) -> Token:
        """Give the token of a request; raises a `Problem`: 401, 403 or 429."""
        now = self._node.clock.now_ms()
        linked = route.linked and TOKEN in request.rel_url.query
        token = await self._recognise(request, now, linked=linked)
        wait = self._rates.take(token.id)
        if wait:
            raise _too_many("This token asks too often.", wait)
        if not route.allows(token.scopes):
            raise _not_for_this(route)
        if linked and token.scopes != _LINKED:
            raise _not_in_addresses(route)
        if token.used_ms is None or now - token.used_ms >= _NOTE_MS:
            await self._node.own.tokens.note_used(token.id, now)
        return token

    async def _recognise(
        self, request: web.Request, now_ms: int, *, linked: bool
    ) -> Token:
        given = request.headers.getall(hdrs.AUTHORIZATION, [])
        if linked:
            # One of two that are given would be a guess, so that two are none.
            several = request.rel_url.query.getall(TOKEN)
            given = [*given, *(f"Bearer {one}" for one in several)]
        if not given:
            raise _missing()
        scheme, _, text = given[0].partition(" ")
        parts = bearer.parse(text.strip()) if scheme.lower() == "bearer" else None
        if parts is not None and len(given) == 1:
            token = await self._node.own.tokens.get(parts[0])
            # Compared where there is none, too: an id is no secret, but costs nothing.
            kept = b"" if token is None else token.hash
            if bearer.matches(parts[1], kept) and token and token.is_live(now_ms):
                return token
        wait = self._wrong.take(_address(request))
        if wait:
            raise _too_many("Too many wrong tokens came from this address.", wait)
        raise _wrong()


def _address(request: web.Request) -> str:
    transport = request.transport
    return address_of(transport.get_extra_info("peername") if transport else None)


def _missing() -> Exception:
    error = UserFault(
        code="token-missing",
        detail="There is no token in the header Authorization.",
        way_out="`wortley token create --name NAME --scope read` makes one.",
        field=hdrs.AUTHORIZATION,
        expected=_EXAMPLE,
    )
    return fault(error, 401, {hdrs.WWW_AUTHENTICATE: _REALM})


def _wrong() -> Exception:
    error = UserFault(
        code="token-wrong",
        detail="That is no token of this node, or one that has ended.",
        way_out="`wortley token list` says which there are; `wortley token create`"
        " makes another one.",
        field=hdrs.AUTHORIZATION,
        expected=_EXAMPLE,
    )
    challenge = f'{_REALM}, error="invalid_token"'
    return fault(error, 401, {hdrs.WWW_AUTHENTICATE: challenge})


def _not_for_this(route: Route) -> Exception:
    error = UserFault(
        code="scope-missing",
        detail=f"{route.name} wants a token with the scope {route.scope}.",
        way_out=f"`wortley token create --name NAME --scope {route.scope}` makes one.",
        field=hdrs.AUTHORIZATION,
        scope=route.scope,
    )
    challenge = f'{_REALM}, error="insufficient_scope", scope="{route.scope}"'
    return fault(error, 403, {hdrs.WWW_AUTHENTICATE: challenge})


def _not_in_addresses(route: Route) -> Exception:
    error = UserFault(
        code="scope-missing",
        detail="A token in an address opens nothing but that: this one opens more.",
        way_out=f"`wortley token create --name NAME --scope {route.scope}` makes one;"
        " revoke this one if others may have read the address.",
        field=TOKEN,
        scope=route.scope,
    )
    challenge = f'{_REALM}, error="insufficient_scope", scope="{route.scope}"'
    return fault(error, 403, {hdrs.WWW_AUTHENTICATE: challenge})


def _too_many(detail: str, wait_s: float) -> Exception:
    seconds = int(wait_s) + 1
    error = UserFault(
        code="too-many-requests",
        detail=detail,
        way_out=f"Wait {seconds} s; the change feed spares you asking again and again.",
    )
    return fault(error, 429, {hdrs.RETRY_AFTER: str(seconds)})
