"""Commands about tokens: what another program shows when it asks this node.

A token is named for the member or program that holds it, says in scopes what it opens,
and is shown once.

Over HTTP a token that may read makes others, of the same member and never for more: of
the scopes that it has, no longer than it lasts, and ended with it. What was made so
makes none, so that a stolen token ends, with all that came of it, where it is revoked.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast, get_args

import msgspec

from node import bearer
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing
from node.errors import UserFault
from node.node import Node
from node.store.token_tables import MADE, MADE_LIVE, Token
from node.views import moments

Scope = Literal["read", "write", "admin", "feed", "subscribe"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
NAME_CHARS: Final = 80
#: Ten years; who wants a token for longer leaves the end away and says so.
DAYS: Final = 3650
#: Live tokens of one node; a network of 50 members with ten programs each.
MOST: Final = 500
_DAY_MS: Final = 24 * 3600 * 1000
_NAME: Final = "Website of Alba"
#: Scopes that do for what wants another one.
_SUFFICES: Final[Mapping[Scope, frozenset[Scope]]] = {
    "read": frozenset({"read", "admin"}),
    "write": frozenset({"write", "admin"}),
    "admin": frozenset({"admin"}),
    "feed": frozenset({"feed", "read", "admin"}),
    "subscribe": frozenset({"subscribe", "read", "admin"}),
}


def opens(scopes: frozenset[str], wanted: Scope) -> bool:
    """Tell whether a token with these scopes opens what wants another one."""
    return not _SUFFICES[wanted].isdisjoint(scopes)


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


class PassOn(Asking, frozen=True, kw_only=True):
    """What the new token is for, what it opens, and for how many days.

    It opens nothing that the token which asks does not open, ends no later than that,
    with it if not said, and is revoked with it. Its name begins with that one's name. A
    token that was made so makes none itself.
    """

    name: str
    scopes: tuple[str, ...]
    expires: int | None = None
    #: The id of the token that asks; the API puts it there.
    by: str


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
    """A token in a list; `used` is to the minute, `maker` the token that made it."""

    id: str
    name: str
    scopes: list[Scope]
    state: Literal["live", "expired", "revoked"]
    made: str
    expires: str | None
    used: str | None
    maker: str | None = None


class TokenList(msgspec.Struct, frozen=True, kw_only=True):
    """All tokens that were made, the oldest first."""

    tokens: list[TokenRow]


async def create(node: Node, args: CreateToken, _tell: Tell) -> Created:
    """Make a token for another program; it is shown once."""
    name, scopes = _name(args.name), _wanted(args.scopes)
    now = node.clock.now_ms()
    end = _end(args.expires, now)
    await _check_room(node, now)
    made = bearer.make(node.entropy)
    token = Token(made.id, name, made.hash, scopes, now, end)
    await node.own.tokens.add(token)
    return _created(token, made)


async def pass_on(node: Node, args: PassOn, _tell: Tell) -> Created:
    """Make a token that opens no more than the one that asks; it is shown once."""
    name, scopes = _name(args.name), _wanted(args.scopes)
    now = node.clock.now_ms()
    end = _end(args.expires, now)
    maker = await node.own.tokens.get(args.by)
    if maker is None or not maker.is_live(now):
        raise _may_not()
    if maker.maker is not None:
        raise _made_itself(maker.maker)
    _refuse_more(maker, scopes)
    if maker.expires_ms is not None:
        end = maker.expires_ms if end is None else end
        _refuse_longer(args.expires, end, maker.expires_ms, now)
    await _check_room(node, now)
    made = bearer.make(node.entropy)
    token = Token(
        made.id,
        f"{maker.name}: {name}",
        made.hash,
        scopes,
        now,
        end,
        maker=maker.id,
    )
    if not await node.own.tokens.pass_on(token, now):
        raise _may_not()
    return _created(token, made)


def _name(written: str) -> str:
    name = fields.line("name", written, _NAME)
    if len(name) > NAME_CHARS:
        raise fields.fault("name", written, f"1 to {NAME_CHARS} characters", _NAME)
    return name


def _wanted(written: Iterable[str]) -> frozenset[str]:
    scopes = fields.choices("scopes", written, SCOPES)
    if not scopes:
        raise fields.fault("scopes", [], f"any of {', '.join(SCOPES)}", "read")
    return frozenset(scopes)


def _end(days: int | None, now_ms: int) -> int | None:
    """Say when a token ends that lasts so many days; None for one that stays."""
    if days is None:
        return None
    if not 1 <= days <= DAYS:
        raise fields.fault("expires", days, f"1 to {DAYS} days", "90")
    return now_ms + days * _DAY_MS


def _created(token: Token, made: bearer.Made) -> Created:
    return Created(
        id=made.id,
        name=token.name,
        scopes=_scopes(token),
        expires=moments.write_or_none(token.expires_ms),
        secret=made.text,
    )


async def _check_room(node: Node, now_ms: int) -> None:
    live = [one for one in await node.own.tokens.all() if one.is_live(now_ms)]
    if len(live) >= MOST:
        raise UserFault(
            code="tokens-full",
            detail=f"There are {MOST} tokens, and no more can be.",
            way_out="`wortley token list` says which are no longer used; `wortley token"
            " revoke` ends one.",
        )


def _refuse_more(maker: Token, scopes: frozenset[str]) -> None:
    missing = [one for one in SCOPES if one in scopes and not opens(maker.scopes, one)]
    if missing:
        able = [one for one in SCOPES if opens(maker.scopes, one)]
        raise UserFault(
            code="token-wider",
            detail=f"scopes: the token that asks does not open {', '.join(missing)}"
            " itself.",
            way_out="Ask for less. At the node, `wortley token create` makes any.",
            field="scopes",
            expected=f"any of {', '.join(able)}",
            example=able[0],
        )


def _refuse_longer(days: int | None, end_ms: int, last_ms: int, now_ms: int) -> None:
    if end_ms > last_ms:
        whole = (last_ms - now_ms) // _DAY_MS
        raise UserFault(
            code="token-wider",
            detail=f"expires: in {days} days the token that asks has ended itself.",
            way_out="Leave it out: the new token then ends with the one that asks.",
            field="expires",
            expected=f"at most {whole} days" if whole else "nothing: leave it out",
            example=str(whole) if whole else "",
        )


def _made_itself(maker: str) -> UserFault:
    return UserFault(
        code="token-made-by-token",
        detail="The token that asks was made by another one, and so makes none.",
        way_out=f"Ask with the token {maker}, or make one at the node: `wortley token"
        " create`.",
    )


def _may_not() -> UserFault:
    return UserFault(
        code="token-no-more",
        detail=f"The token that asks has ended, or has made {MADE_LIVE} that are live,"
        f" or {MADE} in all.",
        way_out="`wortley token list` says which are no longer used; `wortley token"
        " revoke` ends one.",
    )


async def list_tokens(node: Node, _args: Nothing, _tell: Tell) -> TokenList:
    """List the tokens of other programs, without their secrets."""
    now = node.clock.now_ms()
    return TokenList(tokens=[_row(one, now) for one in await node.own.tokens.all()])


async def revoke(node: Node, args: RevokeToken, _tell: Tell) -> TokenRow:
    """End a token for good, and all that it made."""
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
        maker=token.maker,
    )


#: What `token.create` is over HTTP.
PASS_ON: Final = command(PassOn, pass_on)

COMMANDS: Final[dict[str, Command]] = {
    "token.create": command(CreateToken, create),
    "token.list": command(Nothing, list_tokens),
    "token.revoke": command(RevokeToken, revoke),
}
