"""Tokens of other programs, and the keys of their requests: tables of node.db."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import aiosqlite

from node.store.sqlite import Turn, transaction

#: Keys of requests are remembered so long, in ms; nobody repeats a request later.
KEYS_KEPT_MS: Final = 30 * 24 * 3600 * 1000
#: Live tokens that one token has made: the programs and calendars of one member.
MADE_LIVE: Final = 20
#: Tokens that one token makes in its life, ended ones too, which stay in the list: one
#: a day for almost three years.
MADE: Final = 1000
#: Longest answer that is kept by its key; an import of 1000 rows answers with 60 KB.
ANSWER_BYTES: Final = 64 * 1024
#: Answers kept at a time, the newest: 64 MiB of them at most.
ANSWERS: Final = 1000
#: Stands for an answer that was given and is not kept.
_NOT_KEPT: Final = b""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: its secret as SHA-256 alone; times in ms.

    maker: the id of the token that made it; None for one that was made at the node.
    """

    id: str
    name: str
    hash: bytes
    scopes: frozenset[str]
    made_ms: int
    expires_ms: int | None = None
    used_ms: int | None = None
    revoked_ms: int | None = None
    maker: str | None = None

    def is_live(self, now_ms: int) -> bool:
        """Tell whether it opens anything now."""
        expired = self.expires_ms is not None and self.expires_ms <= now_ms
        return self.revoked_ms is None and not expired


class Claim(NamedTuple):
    """What a key is bound to: the digest of what was asked, and how that went.

    fresh: this claim was the first. answer: None while there is none; empty where it
    was given and is not kept.
    """

    fresh: bool
    digest: bytes
    answer: bytes | None


class TokenTables:
    """Reads and writes tokens."""

    def __init__(self, db: aiosqlite.Connection, turn: Turn) -> None:
        """Use the one connection of node.db."""
        self._db = db
        self._turn = turn

    async def add(self, token: Token) -> None:
        """Keep a new token that was made at the node."""
        async with transaction(self._db, self._turn):
            await self._insert(token)

    async def pass_on(self, token: Token, now_ms: int) -> bool:
        """Keep a new token that another one made; False where that may make no more.

        As one transaction: whoever revokes the maker meanwhile ends this one as well.
        """
        async with transaction(self._db, self._turn):
            maker = await self.get(token.maker or "")
            made = await self._made_by(token.maker)
            live = sum(one.is_live(now_ms) for one in made)
            full = live >= MADE_LIVE or len(made) >= MADE
            if full or maker is None or not maker.is_live(now_ms):
                return False
            await self._insert(token)
        return True

    async def _insert(self, token: Token) -> None:
        await self._db.execute(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, ?)",
            (
                token.id,
                token.name,
                token.hash,
                " ".join(sorted(token.scopes)),
                token.made_ms,
                token.expires_ms,
                token.maker,
            ),
        )

    async def _made_by(self, maker: str | None) -> list[Token]:
        rows = await self._db.execute_fetchall(
            "SELECT * FROM tokens WHERE maker = ?", (maker,)
        )
        return [_token(tuple(row)) for row in rows]

    async def all(self) -> list[Token]:
        """Give all tokens, the oldest first."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM tokens ORDER BY made_ms, id"
        )
        return [_token(tuple(row)) for row in rows]

    async def get(self, token_id: str) -> Token | None:
        """Look one up."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM tokens WHERE id = ?", (token_id,)
        )
        return next((_token(tuple(row)) for row in rows), None)

    async def note_used(self, token_id: str, now_ms: int) -> None:
        """Note when a token was used last."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE tokens SET used_ms = ? WHERE id = ?", (now_ms, token_id)
            )

    async def revoke(self, token_id: str, now_ms: int) -> None:
        """End a token for good, and all that it made; the first time counts."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE tokens SET revoked_ms = ?"
                " WHERE (id = ? OR maker = ?) AND revoked_ms IS NULL",
                (now_ms, token_id, token_id),
            )

    # --- keys of requests -------------------------------------------------------

    async def claim_key(self, key: str, digest: bytes, now_ms: int) -> Claim:
        """Bind a key to what is asked with it, or say what it is bound to."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "DELETE FROM request_keys WHERE made_ms < ?", (now_ms - KEYS_KEPT_MS,)
            )
            cursor = await self._db.execute(
                "INSERT OR IGNORE INTO request_keys VALUES (?, ?, ?, NULL)",
                (key, digest, now_ms),
            )
            rows = await self._db.execute_fetchall(
                "SELECT digest, answer FROM request_keys WHERE key = ?", (key,)
            )
        ((found, answer),) = rows
        kept = None if answer is None else bytes(answer)
        return Claim(cursor.rowcount == 1, bytes(found), kept)

    async def free_key(self, key: str) -> None:
        """Let go of a key: nothing was done with it."""
        async with transaction(self._db, self._turn):
            await self._db.execute("DELETE FROM request_keys WHERE key = ?", (key,))

    async def keep_answer(self, key: str, answer: bytes) -> None:
        """Keep the answer of what a key is bound to, if it is not too long."""
        kept = answer if len(answer) <= ANSWER_BYTES else _NOT_KEPT
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE request_keys SET answer = ? WHERE key = ?", (kept, key)
            )
            await self._db.execute(
                "UPDATE request_keys SET answer = ? WHERE key IN (SELECT key FROM"
                " request_keys WHERE length(answer) > 0"
                " ORDER BY made_ms DESC, key LIMIT -1 OFFSET ?)",
                (_NOT_KEPT, ANSWERS),
            )


def _token(row: tuple[str, str, bytes, str, int, int, int, int, str]) -> Token:
    token_id, name, digest, scopes, made, expires, used, revoked, maker = row
    return Token(
        token_id,
        name,
        bytes(digest),
        frozenset(scopes.split()),
        made,
        expires,
        used,
        revoked,
        maker,
    )
