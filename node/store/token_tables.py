"""Tokens of other programs, and the keys of their requests: tables of node.db."""

from dataclasses import dataclass
from typing import Final

import aiosqlite

from node.store.sqlite import Turn, transaction

#: Keys of requests are remembered so long, in ms; nobody repeats a request later.
KEYS_KEPT_MS: Final = 30 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: its secret as SHA-256 alone; times in ms."""

    id: str
    name: str
    hash: bytes
    scopes: frozenset[str]
    made_ms: int
    expires_ms: int | None = None
    used_ms: int | None = None
    revoked_ms: int | None = None

    def is_live(self, now_ms: int) -> bool:
        """Tell whether it opens anything now."""
        expired = self.expires_ms is not None and self.expires_ms <= now_ms
        return self.revoked_ms is None and not expired


class TokenTables:
    """Reads and writes tokens."""

    def __init__(self, db: aiosqlite.Connection, turn: Turn) -> None:
        """Use the one connection of node.db."""
        self._db = db
        self._turn = turn

    async def add(self, token: Token) -> None:
        """Keep a new token."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
                (
                    token.id,
                    token.name,
                    token.hash,
                    " ".join(sorted(token.scopes)),
                    token.made_ms,
                    token.expires_ms,
                ),
            )

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
        """End a token for good; the first time counts."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE tokens SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL",
                (now_ms, token_id),
            )

    async def claim_key(self, key: str, digest: bytes, now_ms: int) -> bool:
        """Note what a key was used for; False if it was something else before."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "DELETE FROM request_keys WHERE made_ms < ?", (now_ms - KEYS_KEPT_MS,)
            )
            await self._db.execute(
                "INSERT OR IGNORE INTO request_keys VALUES (?, ?, ?)",
                (key, digest, now_ms),
            )
            rows = await self._db.execute_fetchall(
                "SELECT digest FROM request_keys WHERE key = ?", (key,)
            )
        ((found,),) = rows
        return bytes(found) == digest


def _token(row: tuple[str, str, bytes, str, int, int, int, int]) -> Token:
    token_id, name, digest, scopes, made, expires, used, revoked = row
    return Token(
        token_id,
        name,
        bytes(digest),
        frozenset(scopes.split()),
        made,
        expires,
        used,
        revoked,
    )
