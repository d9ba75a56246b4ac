"""Commands about tokens: what another program shows when it asks this node.

A token is named for the member or program that holds it, says in scopes what it opens,
and is shown once.
"""

from typing import Final, Literal, cast, get_args

import msgspec

from node import bearer
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing
from node.errors import UserFault
from node.node import Node
from node.store.token_tables import Token
from node.views import moments

Scope = Literal["read", "write", "admin", "feed", "subscribe"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
NAME_CHARS: Final = 80
#: Ten years; who wants a token for longer leaves the end away and says so.
DAYS: Final = 3650
#: Live tokens of one node; a network of 50 members with ten programs each.
MOST: Final = 500
_DAY_MS: Final = 24 * 3600 * 1000


class CreateToken(Asking, frozen=True, kw_only=True):
    """For whom or what, what it opens, and for how many days: for good if not said.

    `read`: everything that a member may see; `write`: publishing in the co-op's name;
    `feed`: what happened, and nothing else; `subscribe`: the calendar and the feed of
    leads, and nothing else, so that it may stand in an address; `admin`: all of it, and
    what else the command line can do.
    """

    name: str
    scopes: tuple[str, ...]
    expires: int | None = None


class RevokeToken(Asking, frozen=True, kw_only=True):
    """A token by its id."""

    token: str


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """A new token. `secret` is what a program sends, shown this once."""

    id: str
    name: str
    scopes: list[Scope]
    expires: str | None
    secret: str


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A token in a list; `used` is to the minute."""

    id: str
    name: str
    scopes: list[Scope]
    state: Literal["live", "expired", "revoked"]
    made: str
    expires: str | None
    used: str | None


class TokenList(msgspec.Struct, frozen=True, kw_only=True):
    """All tokens that were made, the oldest first."""

    tokens: list[TokenRow]


async def create(node: Node, args: CreateToken, _tell: Tell) -> Created:
    """Make a token for another program; it is shown once."""
    name = fields.line("name", args.name, "Website of Alba")
    if len(name) > NAME_CHARS:
        expected = f"1 to {NAME_CHARS} characters"
        raise fields.fault("name", args.name, expected, "Website of Alba")
    scopes = fields.choices("scopes", args.scopes, SCOPES)
    if not scopes:
        raise fields.fault("scopes", [], f"any of {', '.join(SCOPES)}", "read")
    if args.expires is not None and not 1 <= args.expires <= DAYS:
        raise fields.fault("expires", args.expires, f"1 to {DAYS} days", "90")
    now = node.clock.now_ms()
    live = [one for one in await node.own.tokens.all() if one.is_live(now)]
    if len(live) >= MOST:
        raise UserFault(
            code="tokens-full",
            detail=f"There are {MOST} tokens, and no more can be.",
            way_out="`wortley token list` says which are no longer used; `wortley token"
            " revoke` ends one.",
        )
    made = bearer.make(node.entropy)
    token = Token(
        id=made.id,
        name=name,
        hash=made.hash,
        scopes=frozenset(scopes),
        made_ms=now,
        expires_ms=None if args.expires is None else now + args.expires * _DAY_MS,
    )
    await node.own.tokens.add(token)
    return Created(
        id=made.id,
        name=name,
        scopes=_scopes(token),
        expires=moments.write_or_none(token.expires_ms),
        secret=made.text,
    )


async def list_tokens(node: Node, _args: Nothing, _tell: Tell) -> TokenList:
    """List the tokens of other programs, without their secrets."""
    now = node.clock.now_ms()
    return TokenList(tokens=[_row(one, now) for one in await node.own.tokens.all()])


async def revoke(node: Node, args: RevokeToken, _tell: Tell) -> TokenRow:
    """End a token for good."""
    written = args.token.strip().lower().removeprefix(f"{bearer.PREFIX}_")
    token = await node.own.tokens.get(written[:8])
    if token is None:
        raise UserFault(
            code="token-unknown",
            detail="token: there is none with that id.",
            way_out="`wortley token list` shows them.",
            field="token",
            expected="the id of a token",
            example="k3fw72qa",
        )
    await node.own.tokens.revoke(token.id, node.clock.now_ms())
    after = await node.own.tokens.get(token.id)
    return _row(after or token, node.clock.now_ms())


def _scopes(token: Token) -> list[Scope]:
    return cast("list[Scope]", sorted(token.scopes))


def _row(token: Token, now_ms: int) -> TokenRow:
    state: Literal["live", "expired", "revoked"] = "live"
    if token.revoked_ms is not None:
        state = "revoked"
    elif not token.is_live(now_ms):
        state = "expired"
    return TokenRow(
        id=token.id,
        name=token.name,
        scopes=_scopes(token),
        state=state,
        made=moments.write(token.made_ms),
        expires=moments.write_or_none(token.expires_ms),
        used=moments.write_or_none(token.used_ms),
    )


COMMANDS: Final[dict[str, Command]] = {
    "token.create": command(CreateToken, create),
    "token.list": command(Nothing, list_tokens),
    "token.revoke": command(RevokeToken, revoke),
}
