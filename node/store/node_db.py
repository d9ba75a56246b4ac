"""node.db: what is this node's own and nobody else's. The only store that migrates.

Settings, invitations given out, names heard of others, drafts of imported leads, tokens
and webhooks of other programs. Losing it loses no signed fact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final, NamedTuple

import aiosqlite

from node.errors import UserFault
from node.store.sqlite import Turn, open_writer, release, transaction
from node.store.token_tables import TokenTables
from node.store.webhook_tables import WebhookTables

#: One entry per schema version, applied in order, each as one transaction.
MIGRATIONS: Final = (
    """
    CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE invitations (
      secret BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, used_by BLOB) WITHOUT ROWID;
    CREATE TABLE drafts (
      process TEXT PRIMARY KEY, observations BLOB NOT NULL, digest BLOB NOT NULL,
      title TEXT NOT NULL, lead BLOB, published BLOB) WITHOUT ROWID;
    """,
    """
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL,
      scopes TEXT NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER,
      used_ms INTEGER, revoked_ms INTEGER) WITHOUT ROWID;
    CREATE TABLE request_keys (
      key TEXT PRIMARY KEY, digest BLOB NOT NULL, made_ms INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE TABLE webhooks (
      id TEXT PRIMARY KEY, url TEXT NOT NULL, kinds TEXT NOT NULL,
      secret BLOB NOT NULL, made_ms INTEGER NOT NULL, cursor TEXT NOT NULL,
      failing_ms INTEGER, disabled_ms INTEGER) WITHOUT ROWID;
    CREATE TABLE deliveries (
      n INTEGER PRIMARY KEY, webhook TEXT NOT NULL, event TEXT NOT NULL,
      kind TEXT NOT NULL, payload BLOB NOT NULL, state TEXT NOT NULL,
      attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL, tried_ms INTEGER,
      status INTEGER, said TEXT NOT NULL);
    CREATE INDEX deliveries_of ON deliveries (webhook, state, due_ms);
    """,
    # Of drafts imported before, the notice's own words come with the next import.
    """
    ALTER TABLE drafts ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
    ALTER TABLE drafts ADD COLUMN buyer TEXT NOT NULL DEFAULT '';
    ALTER TABLE drafts ADD COLUMN deadline TEXT;
    ALTER TABLE drafts ADD COLUMN currency TEXT;
    ALTER TABLE drafts ADD COLUMN minor INTEGER;
    CREATE TABLE names (
      coop BLOB PRIMARY KEY, name TEXT NOT NULL, own INTEGER NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE tokens ADD COLUMN maker TEXT;
    CREATE INDEX tokens_made ON tokens (maker) WHERE maker IS NOT NULL;
    ALTER TABLE request_keys ADD COLUMN answer BLOB;
    CREATE INDEX request_keys_made ON request_keys (made_ms);
    CREATE INDEX request_keys_answered ON request_keys (made_ms)
      WHERE length(answer) > 0;
    """,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An imported process: what was observed, and the lead it became, if it did.

    `digest` names what is known now, `published` what the lead says. What a person
    reads before publishing it: `state` is the lead's that it would become, `deadline`
    a day as ISO 8601 has it, `minor` its value in minor units of `currency`.
    """

    process: str
    observations: bytes
    digest: bytes
    title: str
    lead: bytes | None = None
    published: bytes | None = None
    state: str = "open"
    buyer: str = ""
    deadline: str | None = None
    currency: str | None = None
    minor: int | None = None


class Heard(NamedTuple):
    """What a co-op was called before its profile is here.

    own: by itself, in a signed application; else, by who let this co-op in.
    """

    name: str
    own: bool


class NodeDb:
    """The open node.db."""

    def __init__(self, db: aiosqlite.Connection, turn: Turn) -> None:
        """Use `open`."""
        self._db = db
        self._turn = turn
        self.tokens = TokenTables(db, turn)
        self.webhooks = WebhookTables(db, turn)

    @classmethod
    async def open(cls, path: Path) -> "NodeDb":
        """Open or create, migrating step by step; refuses a newer file."""
        db = await open_writer(path, synchronous="FULL")
        store = cls(db, Turn(path))
        rows = list(await db.execute_fetchall("PRAGMA user_version"))
        version = rows[0][0]
        if version > len(MIGRATIONS):
            await db.close()
            raise UserFault(
                code="node-db-newer",
                detail=f"A newer Wortley wrote {path.name} (schema {version}).",
                way_out="Start that version again, or a newer one.",
            )
        for step in range(version, len(MIGRATIONS)):
            async with transaction(db, store._turn):
                for statement in MIGRATIONS[step].split(";"):
                    if statement.strip():
                        await db.execute(statement)
                await db.execute(f"PRAGMA user_version={step + 1}")
        return store

    async def release(self) -> None:
        """Forget the pages kept in memory; reading goes on from the file."""
        await release(self._db)

    async def close(self) -> None:
        """Close the connection."""
        await self._db.close()

    async def setting(self, key: str) -> bytes | None:
        """Read a setting."""
        rows = await self._db.execute_fetchall(
            "SELECT value FROM settings WHERE key = ?", (key,)
        )
        return next((bytes(row[0]) for row in rows), None)

    async def set(self, key: str, value: bytes) -> None:
        """Write a setting."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value)
            )

    async def unset(self, key: str) -> None:
        """Forget a setting."""
        async with transaction(self._db, self._turn):
            await self._db.execute("DELETE FROM settings WHERE key = ?", (key,))

    async def add_invitation(self, secret: bytes, now_ms: int) -> None:
        """Remember an invitation given out."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "INSERT INTO invitations VALUES (?, ?, NULL)", (secret, now_ms)
            )

    async def invitations(self, since_ms: int) -> list[tuple[bytes, bytes | None]]:
        """Give (secret, used by) of the invitations made since then."""
        rows = await self._db.execute_fetchall(
            "SELECT secret, used_by FROM invitations WHERE made_ms >= ?", (since_ms,)
        )
        return [(row[0], row[1]) for row in rows]

    async def use_invitation(self, secret: bytes, coop: bytes) -> bool:
        """Use an invitation up; False where another co-op was faster."""
        async with transaction(self._db, self._turn):
            cursor = await self._db.execute(
                "UPDATE invitations SET used_by = ? WHERE secret = ?"
                " AND (used_by IS NULL OR used_by = ?)",
                (coop, secret, coop),
            )
        return cursor.rowcount == 1

    async def names(self) -> dict[bytes, Heard]:
        """Read what co-ops were called before their profiles are here."""
        rows = await self._db.execute_fetchall("SELECT coop, name, own FROM names")
        return {row[0]: Heard(row[1], bool(row[2])) for row in rows}

    async def put_names(self, heard: Mapping[bytes, Heard]) -> None:
        """Remember what co-ops are called, in place of what was heard before."""
        async with transaction(self._db, self._turn):
            await self._db.executemany(
                "INSERT OR REPLACE INTO names VALUES (?, ?, ?)",
                [(coop, one.name, one.own) for coop, one in heard.items()],
            )

    async def draft(self, process: str) -> Draft | None:
        """Read the draft of one process."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM drafts WHERE process = ?", (process,)
        )
        return next((Draft(*row) for row in rows), None)

    async def drafts(self, *, published: bool | None = None) -> list[Draft]:
        """Read all drafts, or those that are a lead already, or not yet."""
        where = {
            None: "",
            True: " WHERE lead IS NOT NULL",
            False: " WHERE lead IS NULL",
        }[published]
        rows = await self._db.execute_fetchall(
            f"SELECT * FROM drafts{where} ORDER BY process"
        )
        return [Draft(*row) for row in rows]

    async def put_drafts(self, drafts: Iterable[Draft]) -> None:
        """Write drafts, new or changed, as one transaction."""
        async with transaction(self._db, self._turn):
            await self._db.executemany(
                "INSERT OR REPLACE INTO drafts (process, observations, digest, title,"
                " lead, published, state, buyer, deadline, currency, minor)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(astuple, drafts),
            )
