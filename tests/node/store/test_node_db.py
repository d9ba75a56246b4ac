"""node.db is brought up to date step by step, and a newer one is left alone."""

import sqlite3
from pathlib import Path

import pytest

from node.errors import UserFault
from node.store.node_db import MIGRATIONS, NodeDb


def at_version(path: Path, version: int) -> None:
    """Make the file as an older program did."""
    db = sqlite3.connect(path)
    for step in MIGRATIONS[:version]:
        db.executescript(step)
    db.execute("INSERT INTO settings VALUES ('name', x'01')")
    db.execute(f"PRAGMA user_version={version}")
    db.commit()
    db.close()


def schema(path: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(path)
    found = list(db.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))
    db.close()
    return found


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
async def test_an_old_file_keeps_what_it_holds(tmp_path: Path, version: int) -> None:
    at_version(tmp_path / "old.db", version)
    for name in ("old.db", "fresh.db"):
        store = await NodeDb.open(tmp_path / name)
        assert await store.tokens.all() == []
        assert await store.webhooks.all() == []
        kept = b"\x01" if name == "old.db" else None
        assert await store.setting("name") == kept
        await store.close()
    assert schema(tmp_path / "old.db") == schema(tmp_path / "fresh.db")


async def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "node.db"
    at_version(path, len(MIGRATIONS))
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    db.commit()
    db.close()
    before = path.read_bytes()
    with pytest.raises(UserFault, match="newer"):
        await NodeDb.open(path)
    assert path.read_bytes()[100:] == before[100:]
