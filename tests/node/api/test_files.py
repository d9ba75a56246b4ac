"""Files over HTTP: calendars, feeds, tables, out and in."""

import logging
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as Xml

import icalendar
import pytest

from node.exchange import atom
from tests.node.api.site import Site

#: Path below /api/v1 -> media type, name.
FILES: Final = {
    "/ical": ("text/calendar; charset=utf-8", "wortley.ics"),
    "/atom": ("application/atom+xml", "leads.atom"),
    "/valueflows": ("application/ld+json", "wortley.jsonld"),
    "/csv/leads": ("text/csv; charset=utf-8", "wortley.csv"),
    "/log/export": ("application/octet-stream", "wortley.export"),
}
LINKED: Final = ("/ical", "/atom")


async def furnish(site: Site) -> None:
    lead = {"title": "Website, new", "deadline": "2026-01-23"}
    assert (await site.post("/leads", json=lead)).status == 200
    week = {"starts": "2026-01-05", "ends": "2026-03-29"}
    booked = await site.post("/bookings", json={"minutes": 60, **week})
    assert booked.status == 200


@pytest.mark.parametrize("path", FILES)
async def test_a_file_has_its_type_name_and_tag(site: Site, path: str) -> None:
    await furnish(site)
    media, name = FILES[path]
    reply = await site.get(path, "read")
    assert reply.status == 200, reply.body
    assert reply.headers["Content-Type"] == media
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert reply.headers["Content-Length"] == str(len(reply.body))
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    held = {"If-None-Match": reply.headers["ETag"]}
    again = await site.get(path, "read", headers=held)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == reply.headers["ETag"]
    head = await site.ask("HEAD", path, "read", {})
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(reply.body))
    await site.post("/leads", json={"title": "Another", "deadline": "2026-02-01"})
    assert (await site.get(path, "read", headers=held)).status == 200


async def test_a_calendar_is_one(site: Site) -> None:
    await furnish(site)
    found = icalendar.Calendar.from_ical((await site.get("/ical")).body)
    said = sorted(str(one["SUMMARY"]) for one in found.walk("VEVENT"))
    assert said == [
        "Alba: 1 h a week, own use",
        "Deadline: Website, new (Alba)",
    ]
    assert (await site.get("/ical?coop=Alba")).status == 200
    wrong = await site.get("/ical?coop=Nobody")
    assert (wrong.status, wrong.json["code"]) == (400, "coop-unknown")
    paged = await site.get("/ical?limit=1")
    assert (paged.status, paged.json["field"]) == (400, "limit")


async def test_a_feed_is_one(site: Site) -> None:
    await furnish(site)
    feed = Xml.fromstring((await site.get("/atom")).body)  # noqa: S314 - our own
    titles = [one.text for one in feed.iter(f"{{{atom.NAMESPACE}}}title")]
    assert titles[1:] == ["Website, new"]


async def test_a_graph_is_one(site: Site) -> None:
    await furnish(site)
    graph = (await site.get("/valueflows")).json
    assert graph.keys() == {"@context", "@graph"}
    assert b"Website, new" in (await site.get("/valueflows")).body


#: Style -> the beginning of the heading and what a row of 9000.50 pounds holds.
STYLES: Final = {
    "comma": (b",Title,", b",9000.5"),
    "semicolon": (b";Title;", b";9000,5"),
}


@pytest.mark.parametrize("style", STYLES)
async def test_a_table_has_the_style_that_is_asked_for(site: Site, style: str) -> None:
    value = {"amount": "9000.50"}
    await site.post("/leads", json={"title": "Website", "value": value})
    found = (await site.get(f"/csv/leads?style={style}")).body
    assert found.startswith(b"\xef\xbb\xbf")
    heading, row = found.splitlines()[:2]
    assert STYLES[style][0] in heading
    assert STYLES[style][1] in row


async def test_a_table_that_is_none_is_refused(site: Site) -> None:
    for path, field in (
        ("/csv/odd", "what"),
        ("/csv/leads?style=odd", "style"),
        ("/csv/leads?coop=Nobody", "coop"),
        ("/csv/leads?path=/etc/passwd", "path"),
        ("/csv/leads?force=true", "force"),
        ("/csv/..%2f..%2fetc%2fpasswd", "what"),
    ):
        reply = await site.get(path)
        assert (reply.status, reply.json["field"]) == (400, field), path


async def test_an_export_of_the_log_is_what_the_command_writes(
    site: Site, tmp_path: Path
) -> None:
    await furnish(site)
    path = tmp_path / "file.export"
    await site.coop.ask("log.export", path=str(path))
    assert (await site.get("/log/export")).body == path.read_bytes()


async def test_what_is_followed_by_address_needs_no_header(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await furnish(site)
    token = site.tokens["subscribe"]
    for path in LINKED:
        reply = await site.get(f"{path}?token={token}", None)
        assert reply.status == 200
        assert reply.body == (await site.get(path, "read")).body
        assert token.encode() not in reply.body
    assert (await site.get(f"/ical?token={token}&coop=Alba", None)).status == 200
    odd = await site.get(f"/ical?token={token}&odd=1", None)
    assert (odd.status, odd.json["field"]) == (400, "odd")
    assert token not in caplog.text + odd.body.decode()


#: Address, status, code: `{scope}` stands for a token of that scope.
REFUSED: Final = {
    "a token that opens more": ("/ical?token={read}", 403, "scope-missing"),
    "one that opens all": ("/atom?token={admin}", 403, "scope-missing"),
    "one for something else": ("/atom?token={feed}", 403, "scope-missing"),
    "another place": ("/leads?token={subscribe}", 401, "token-missing"),
    "a place to write": ("/invite?token={subscribe}", 405, "method-not-allowed"),
    "two of them": ("/ical?token={subscribe}&token={subscribe}", 401, "token-wrong"),
    "none": ("/ical?token=", 401, "token-wrong"),
    "a wrong one": ("/ical?token={subscribe}a", 401, "token-wrong"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_which_tokens_may_not_stand_in_an_address(site: Site, name: str) -> None:
    path, status, code = REFUSED[name]
    reply = await site.get(path.format(**site.tokens), None)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert not [one for one in site.tokens.values() if one.encode() in reply.body]


async def test_a_header_beside_a_token_in_the_address_is_two(site: Site) -> None:
    reply = await site.get(f"/ical?token={site.tokens['subscribe']}", "read")
    assert (reply.status, reply.json["code"]) == (401, "token-wrong")


async def test_a_token_of_two_scopes_does_not_belong_in_an_address(site: Site) -> None:
    made = await site.coop.ask(
        "token.create", name="both", scopes=["subscribe", "write"]
    )
    assert (await site.get("/ical", token=made["secret"])).status == 200
    reply = await site.get(f"/ical?token={made['secret']}", None)
    assert reply.status == 403
