"""Tables, tenders and logs as the body of a request, and the keys of such requests."""

import asyncio
import io
from pathlib import Path
from typing import Final

import msgspec
import pytest

from node.api.files import LOG_BYTES, TAKEN
from node.commands import importing
from node.errors import UserFault
from node.exchange import signed_log
from node.exchange.sheets.reading import MAX_BYTES
from node.store import token_tables
from protocol import export
from tests.node.api.site import Reply, Site, serving
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place

SAMPLES: Final = Path(__file__).resolve().parents[1] / "exchange/samples"
CSV: Final = {"Content-Type": "text/csv"}
JSON: Final = {"Content-Type": "application/json"}
BINARY: Final = {"Content-Type": "application/octet-stream"}
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
    "no log": ("/log/import", b"", BINARY, 400, "export"),
    "a log as a form": ("/log/import", b"{}", CSV, 415, "media-type"),
    "a log by its path": (
        "/log/import?path=/etc/passwd",
        b"",
        BINARY,
        400,
        "args-wrong",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_taken(site: Site, name: str) -> None:
    path, data, headers, status, code = REFUSED[name]
    reply = await site.post(path, "admin", data=data, headers=headers)
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


# --- keys ---------------------------------------------------------------------------


async def test_the_same_key_gives_the_first_answer_again(site: Site) -> None:
    first = await give(site, key="k1")
    assert first.json["created"] == 1
    for _ in range(2):
        again = await give(site, key="k1")
        assert (again.status, again.body) == (200, first.body)
    other = await give(site, data=SOUND.replace(b"7.5", b"8"), key="k1")
    assert (other.status, other.json["code"]) == (422, "key-reused")
    assert (await give(site, "?dates=day-first", key="k1")).status == 422
    assert await offers(site) == 1


async def test_of_two_at_once_with_one_key_one_waits(site: Site) -> None:
    replies = await asyncio.gather(*(give(site, key="k1") for _ in range(5)))
    assert {(one.status, one.body) for one in replies} == {(200, replies[0].body)}
    assert replies[0].json["created"] == 1


async def test_a_dry_run_takes_no_key(site: Site) -> None:
    dry = await give(site, "?dry_run=true", key="k1")
    assert (dry.status, dry.json["dry_run"]) == (200, True)
    taken = await give(site, key="k1")
    assert (taken.status, taken.json["created"]) == (200, 1)
    # Nor is it given what the key is bound to.
    assert (await give(site, "?dry_run=true", key="k1")).json["dry_run"] is True


async def test_what_failed_and_changed_nothing_frees_its_key(site: Site) -> None:
    assert (await give(site, data=WRONG, key="k1")).status == 400
    assert (await give(site, key="k1")).json["created"] == 1
    broken = await site.post(
        "/leads/import", data=b"[", headers={**JSON, "Idempotency-Key": "k2"}
    )
    assert broken.status == 400
    lead = {"title": "a"}
    headers = {"Idempotency-Key": "k2"}
    assert (
        await site.post("/leads", json={"title": ""}, headers=headers)
    ).status == 400
    assert (await site.post("/leads", json=lead, headers=headers)).status == 200
    reused = await site.post("/leads", json={"title": "b"}, headers=headers)
    assert reused.status == 422


async def test_a_node_that_is_busy_frees_the_key(site: Site) -> None:
    async with site.api._long:
        assert (await give(site, key="k1")).status == 503
    other = await give(site, data=SOUND.replace(b"7.5", b"8"), key="k1")
    assert (other.status, other.json["created"]) == (200, 1)


async def test_what_is_done_in_part_keeps_its_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (SAMPLES / "wales.json").read_bytes()
    headers = {**JSON, "Idempotency-Key": "k1"}

    async def taken(body: bytes) -> Reply:
        return await site.post("/leads/import?publish=true", data=body, headers=headers)

    async def fail(*_args: object, **_more: object) -> int:
        raise UserFault(code="log-suspended", detail="Not now.")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "publish", fail)
        assert (await taken(data)).status == 409
        # Refused once more, it still is not known what the first attempt did.
        assert (await taken(data)).status == 409
    assert (await taken(data + b" ")).json["code"] == "key-reused"
    again = await taken(data)
    assert (again.status, again.json["imported"]) == (200, 0)
    assert again.json["published"] == again.json["unchanged"]
    assert (await taken(data)).body == again.body


async def test_answers_are_kept_in_bounds(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_tables, "ANSWERS", 2)
    first = await give(site, key="k1")
    for key in ("k2", "k3"):
        site.coop.clock.pass_ms(1)
        assert (await give(site, key=key)).json["unchanged"] == 1
    old = await give(site, key="k1")
    assert (old.status, old.json["code"]) == (409, "key-done")
    assert old.json["field"] == "Idempotency-Key"
    assert (await give(site, key="k3")).json["unchanged"] == 1
    monkeypatch.setattr(token_tables, "ANSWER_BYTES", len(first.body) - 1)
    longer = SOUND.replace(b"web", b"design")
    assert (await give(site, data=longer, key="k4")).json["created"] == 1
    assert (await give(site, data=longer, key="k4")).status == 409
    site.coop.clock.pass_ms(token_tables.KEYS_KEPT_MS + 1)
    assert (await give(site, data=longer, key="k4")).json["unchanged"] == 1


# --- the signed log -----------------------------------------------------------------


async def export_of(coop: Coop, folder: Path) -> bytes:
    path = folder / "an.export"
    await coop.ask("log.export", path=str(path), force=True)
    return path.read_bytes()


async def log_import(site: Site, data: bytes, scope: str = "admin") -> Reply:
    return await site.post("/log/import", scope, data=data, headers=BINARY)


def lead_titles(reply: Reply) -> list[str]:
    return [one["title"] for one in reply.json["leads"]]


async def test_a_log_comes_in_by_the_door_of_peers(
    place: Place, tmp_path: Path
) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    await birch.ask("lead.open", title="Theirs")
    data = await export_of(birch, tmp_path)
    async with serving(alba) as site:
        for scope in ("read", "write", "feed", "subscribe"):
            assert (await log_import(site, data, scope)).status == 403
        assert (await log_import(site, data)).json == {"events": 1}
        assert lead_titles(await site.get("/leads")) == ["Theirs"]
        assert (await log_import(site, data)).json == {"events": 0}
        ours = (await site.get("/log/export")).body
    assert ours == data


async def test_a_block_comes_with_it(place: Place, tmp_path: Path) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    cedar = await place.make("Cedar")
    await nodes.apply(cedar, alba)
    data = await export_of(alba, tmp_path)
    async with serving(birch) as site:
        assert len((await site.get("/members")).json["members"]) == 2
        assert (await log_import(site, data)).status == 200
        assert len((await site.get("/members")).json["members"]) == 3


async def test_a_log_that_is_damaged(place: Place, tmp_path: Path) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    for number in range(3):
        await birch.ask("lead.open", title=f"Lead {number}")
    data = await export_of(birch, tmp_path)
    async with serving(alba) as site:
        before = alba.node.ingest.heads_digest()
        for place_ in range(0, len(data), 97):
            spoiled = data[:place_] + bytes([data[place_] ^ 1]) + data[place_ + 1 :]
            for wrong in (spoiled, data[:place_]):
                reply = await log_import(site, wrong)
                assert reply.status == 400, place_
                assert (reply.json["code"], reply.json["field"]) == ("export", "body")
                assert str(tmp_path) not in reply.body.decode()
        assert alba.node.ingest.heads_digest() == before
        assert (await log_import(site, data)).json == {"events": 3}


async def test_what_stands_before_the_damage_is_folded(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_log, "_BATCH", 1)
    alba, birch = await nodes.network(place, "Alba", "Birch")
    await birch.ask("lead.open", title="Theirs")
    data = await export_of(birch, tmp_path)
    headers = {**BINARY, "Idempotency-Key": "k"}
    async with serving(alba) as site:
        cut = await site.post("/log/import", data=data[:-1], headers=headers)
        assert (cut.status, cut.json["code"]) == (400, "export")
        assert "taken" in cut.json["way_out"]
        assert not alba.node.ingest.is_behind
        assert lead_titles(await site.get("/leads")) == ["Theirs"]
        # Something was done with this key.
        whole = await site.post("/log/import", data=data, headers=headers)
        assert whole.json["code"] == "key-reused"


async def test_a_log_of_another_network(site: Site, tmp_path: Path) -> None:
    async for elsewhere in nodes.nodes(tmp_path / "elsewhere"):
        (odd,) = await nodes.network(elsewhere, "Odd")
        reply = await log_import(site, await export_of(odd, tmp_path))
        assert (reply.status, reply.json["code"]) == (400, "network-foreign")
        assert reply.json["field"] == "body"


async def test_an_event_that_is_forged(place: Place, tmp_path: Path) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    await birch.ask("lead.open", title="Theirs")
    records = list(export.read_records(io.BytesIO(await export_of(birch, tmp_path))))
    forged = export.MAGIC
    for one in records:
        theirs = isinstance(one, export.RunRecord) and one.coop == birch.node.coop
        record = msgspec.structs.replace(one, signature=bytes(64)) if theirs else one
        forged += export.write_record(record)
    async with serving(alba) as site:
        reply = await log_import(site, forged)
        assert reply.status == 400
        assert (await site.get("/leads")).json["leads"] == []


async def test_a_log_that_is_too_large_has_another_way(site: Site) -> None:
    reply = await log_import(site, b"x" * (LOG_BYTES + 1))
    assert (reply.status, reply.json["code"]) == (413, "too-large")
    assert "`wortley log import" in reply.json["way_out"]
