"""Tables and tenders as the body of a request: all of it is taken, or nothing."""

from pathlib import Path
from typing import Final

import pytest

from node.api.files import TAKEN
from node.exchange.sheets.reading import MAX_BYTES
from tests.node.api.site import Reply, Site

SAMPLES: Final = Path(__file__).resolve().parents[1] / "exchange/samples"
CSV: Final = {"Content-Type": "text/csv"}
JSON: Final = {"Content-Type": "application/json"}
HEAD: Final = "Skill,Hours a week,From,To\r\n"
SOUND: Final = f"{HEAD}web,7.5,2026-01-05,2026-03-29\r\n".encode()
WRONG: Final = f"{HEAD}web,7.5,2026-01-05,2026-03-29\r\nweb,x,2026-13-05,\r\n".encode()


async def give(
    site: Site, query: str = "", data: bytes = SOUND, key: str | None = None
) -> Reply:
    headers = CSV if key is None else {**CSV, "Idempotency-Key": key}
    return await site.post(f"/csv/capacity{query}", "write", data=data, headers=headers)


async def offers(site: Site) -> int:
    return len((await site.get("/capacity")).json["offers"])


async def test_a_table_is_taken_once(site: Site) -> None:
    dry = await give(site, "?dry_run=true")
    assert (dry.status, dry.json["created"], dry.json["dry_run"]) == (200, 1, True)
    assert await offers(site) == 0
    taken = await give(site)
    assert (taken.json["created"], len(taken.json["ids"])) == (1, 1)
    assert "path" not in taken.json
    again = await give(site)
    assert (again.json["created"], again.json["unchanged"]) == (0, 1)
    assert await offers(site) == 1


async def test_what_is_exported_comes_back_unchanged(site: Site) -> None:
    await give(site)
    for style in ("comma", "semicolon"):
        found = (await site.get(f"/csv/capacity?style={style}", "read")).body
        taken = await give(site, data=found)
        assert (taken.json["unchanged"], taken.json["created"]) == (1, 0)


async def test_a_wrong_cell_keeps_all_of_it_out(site: Site) -> None:
    reply = await give(site, data=WRONG)
    assert (reply.status, reply.json["code"]) == (400, "csv-cells-wrong")
    assert reply.json["field"] == "body"
    assert {one["row"] for one in reply.json["problems"]} == {3}
    assert "row 3" in reply.json["way_out"]
    assert await offers(site) == 0


async def test_a_key_is_for_one_table(site: Site) -> None:
    assert (await give(site, key="k1")).status == 200
    assert (await give(site, key="k1")).json["unchanged"] == 1
    other = await give(site, data=SOUND.replace(b"7.5", b"8"), key="k1")
    assert (other.status, other.json["code"]) == (422, "key-reused")
    assert await offers(site) == 1


#: What is asked, with which body and type -> status, code.
REFUSED: Final[dict[str, tuple[str, bytes, dict[str, str], int, str]]] = {
    "no such table": ("/csv/odd", SOUND, CSV, 400, "field-wrong"),
    "figures": ("/csv/ledger", SOUND, CSV, 400, "csv-figures"),
    "nothing": ("/csv/capacity", b"", CSV, 400, "csv-unreadable"),
    "no table": ("/csv/capacity", b"\xff\xff\0", CSV, 400, "csv-unreadable"),
    "JSON": ("/csv/capacity", b"{}", JSON, 415, "media-type"),
    "a path": ("/csv/capacity?path=/etc/passwd", SOUND, CSV, 400, "args-wrong"),
    "pages": ("/csv/capacity?limit=3", SOUND, CSV, 400, "args-wrong"),
    "a bad order": ("/csv/capacity?dates=odd", SOUND, CSV, 400, "args-wrong"),
    "too much": ("/csv/capacity", b"x" * (MAX_BYTES + 1), CSV, 413, "too-large"),
    "no tenders": ("/leads/import", b"[" * 99, JSON, 400, "file-unreadable"),
    "no JSON": ("/leads/import", b"", JSON, 400, "file-unreadable"),
    "a form": ("/leads/import", b"{}", CSV, 415, "media-type"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_taken(site: Site, name: str) -> None:
    path, data, headers, status, code = REFUSED[name]
    reply = await site.post(path, "write", data=data, headers=headers)
    assert (reply.status, reply.json["code"]) == (status, code), reply.body
    assert await offers(site) == 0


@pytest.mark.parametrize("path", ["/csv/capacity", "/leads/import"])
async def test_who_reads_may_not_give(site: Site, path: str) -> None:
    for scope in ("read", "feed", "subscribe"):
        assert (await site.post(path, scope, data=SOUND, headers=CSV)).status == 403


async def test_tenders_become_leads(site: Site) -> None:
    data = (SAMPLES / "wales.json").read_bytes()

    async def taken(query: str) -> dict[str, object]:
        path = f"/leads/import{query}"
        reply = await site.post(path, "write", data=data, headers=JSON)
        assert reply.status == 200, reply.body
        return reply.json

    dry = await taken("?dry_run=true")
    assert dry["imported"]
    assert (await taken(""))["imported"] == dry["imported"]
    again = await taken("?publish=true")
    assert (again["imported"], again["published"]) == (0, dry["imported"])
    assert (await taken("?publish=true"))["published"] == 0


def test_all_bodies_are_bounded() -> None:
    assert all(one.most <= 16 * 1024 * 1024 for one in TAKEN.values())
