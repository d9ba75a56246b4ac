"""Asking over HTTP: answers, tags, keys, pages, and what hostile requests get."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Final
from urllib.parse import quote

from node.commands.command import Command, Tell, command
from node.commands.form import Nothing, Written
from node.errors import DiskFailed, OurFault, WorldFault
from node.node import Node
from node.store.token_tables import KEYS_KEPT_MS
from protocol import ids
from protocol.errors import Malformed
from tests.http import wire
from tests.node.api.site import Given, Site, serving
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place


async def lead(site: Site, title: str = "Website", **more: object) -> str:
    site.coop.clock.pass_ms(1)
    reply = await site.post("/leads", json={"title": title, **more})
    assert reply.status == 200, reply.body
    return str(reply.json["id"])


async def test_from_nothing_to_a_commitment(place: Place) -> None:
    alba, birch = await nodes.network(place, "Alba", "Birch")
    async with serving(alba) as ours, serving(birch) as theirs:
        lines = [{"skill": "web", "minutes": 900}]
        found = await lead(ours, requirements=lines)
        shown = (await ours.get(f"/leads/{found}", "read")).json
        assert (shown["title"], shown["requirements"][0]["wanted"]) == ("Website", 900)
        await nodes.share([alba, birch])
        pledged = {"lead": found, "minutes": 60}
        pledge = (await theirs.post("/pledges/work", json=pledged)).json["id"]
        await nodes.share([alba, birch])
        assert (await ours.post(f"/pledges/{pledge}/accept")).status == 200
        foreign = await ours.post(f"/pledges/{pledge}/confirm")
        assert (foreign.status, foreign.json["field"]) == (409, "pledge")
        await nodes.share([alba, birch])
        assert (await theirs.post(f"/pledges/{pledge}/confirm")).status == 200
        (row,) = (await theirs.get("/commitments")).json["commitments"]
        assert (row["id"], row["standing"]) == (pledge, "committed")
        explained = await theirs.get(f"/explain/{pledge[:12]}", "read")
        assert explained.json["id"] == pledge


async def test_pages_have_all_the_lists_of_an_answer(place: Place) -> None:
    alba, _ = await nodes.network(place, "Alba", "Birch")
    async with serving(alba) as site:
        reply = await site.get("/members?limit=1")
        assert len(reply.json["members"]) == 1
        rest = await site.get(f"/members?limit=1&cursor={reply.json['next']}")
        assert len(rest.json["members"]) == 1
        assert rest.json["next"] is None
        assert rest.json["members"] != reply.json["members"]


# --- problems -----------------------------------------------------------------------

#: Method, path, body, status, code, field.
PROBLEMS: Final[list[tuple[str, str, object, int, str, str | None]]] = [
    ("GET", "/leads/evt_zzzz", None, 404, "id-unknown", "lead"),
    ("GET", "/leads/..", None, 400, "id-form", "lead"),
    ("GET", "/leads/%2e%2e", None, 400, "id-form", "lead"),
    ("GET", "/leads/%2e%2e%2f%2e%2e%2fetc%2fpasswd", None, 400, "id-form", "lead"),
    ("GET", "/leads/%00", None, 400, "id-form", "lead"),
    ("GET", "/leads/%FF", None, 400, "args-wrong", "lead"),
    ("GET", "/leads/" + "a" * 4000, None, 400, "id-form", "lead"),
    ("GET", "/nothing", None, 404, "not-found", None),
    ("GET", "/../../etc/passwd", None, 404, "not-found", None),
    ("GET", "/leads?coop=Nobody", None, 400, "coop-unknown", "coop"),
    ("GET", "/leads?states=odd", None, 400, "field-wrong", "states"),
    ("GET", "/leads?limit=0", None, 400, "args-wrong", "limit"),
    ("GET", "/leads?cursor=x", None, 400, "cursor-wrong", "cursor"),
    ("GET", "/status?limit=5", None, 400, "args-wrong", "limit"),
    ("GET", "/log?last=0", None, 400, "field-wrong", "last"),
    ("GET", "/changes?after=x", None, 400, "changes-cursor", "after"),
    ("GET", "/changes?kinds=odd", None, 400, "field-wrong", "kinds"),
    ("GET", "/changes?limit=0", None, 400, "field-wrong", "limit"),
    ("GET", "/changes?wait=51", None, 400, "field-wrong", "wait"),
    ("GET", "/changes?wait=-1", None, 400, "field-wrong", "wait"),
    ("POST", "/projects", {"goal": "1"}, 400, "args-wrong", "title"),
    ("POST", "/leads?title=x", None, 400, "query-form", "query"),
    ("POST", "/leads", {"title": ""}, 400, "field-wrong", "title"),
    ("POST", "/leads", {"title": "\x00\u202e"}, 400, "field-wrong", "title"),
    ("POST", "/leads", {"title": "x" * 300}, 400, "field-wrong", "title"),
    (
        "POST",
        "/leads",
        {"title": "x", "deadline": "tomorrow"},
        400,
        "field-wrong",
        "deadline",
    ),
    (
        "POST",
        "/wishes",
        {"wanted": -1, "starts": "2026-01-05", "ends": "2026-02-01"},
        400,
        "field-wrong",
        "wanted",
    ),
    (
        "POST",
        "/capacity",
        {
            "skill": "web",
            "minutes": 10**30,
            "starts": "2026-01-05",
            "ends": "2026-02-01",
        },
        400,
        "field-wrong",
        "minutes",
    ),
    ("POST", "/pledges/evt_zzzz/accept", None, 404, "id-unknown", "pledge"),
    ("POST", "/network", {"name": "Again"}, 409, "network-exists", None),
    ("POST", "/approve", {"coop": "Alba"}, 409, "member-already", "coop"),
    ("POST", "/join", {"invitation": "x"}, 400, "invitation-form", "invitation"),
    ("POST", "/webhooks", {"url": "file:///etc/passwd"}, 400, "field-wrong", "url"),
    (
        "POST",
        "/webhooks",
        {"url": "http://169.254.169.254/"},
        400,
        "address-refused",
        "url",
    ),
    ("POST", "/webhooks", {"url": "http://2130706433/"}, 400, "field-wrong", "url"),
    ("POST", "/webhooks/zzzz/test", None, 404, "webhook-unknown", "webhook"),
    ("POST", "/status", None, 405, "method-not-allowed", None),
    ("DELETE", "/leads/evt_zzzz", None, 405, "method-not-allowed", None),
]


async def test_problems(site: Site) -> None:
    for method, path, body, status, code, field in PROBLEMS:
        given: Given = {} if body is None else {"json": body}
        reply = await site.ask(method, path, "admin", given)
        found = reply.json
        told = (reply.status, found["type"].rpartition(":")[2], found.get("field"))
        assert told == (status, code, field), f"{method} {path[:60]} {found}"
        if field is not None:
            assert field in found["detail"]


#: Body, content type, status.
BODIES: Final = [
    (b"[" * 200_000, "application/json", 400),
    (b'{"title":' * 50_000, "application/json", 400),
    (b'{"title": "a"}', "text/plain", 415),
    (b'{"title": "a"}', "application/x-www-form-urlencoded", 415),
    (b'{"title": "a"}', "application/json; charset=utf-8", 200),
    (b'{"title": "\\ud800"}', "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"", "text/plain", 400),
]


async def test_bodies(site: Site) -> None:
    for data, kind, status in BODIES:
        reply = await site.post("/leads", data=data, headers={"Content-Type": kind})
        assert reply.status == status, data[:40]


async def test_a_state_that_does_not_follow(site: Site) -> None:
    await site.coop.ask("lead.open", title="Ours")
    (row,) = (await site.get("/leads")).json["leads"]
    found = await site.post(f"/leads/{row['id']}/advance", json={"to": "delivering"})
    assert (found.status, found.json["field"]) == (409, "to")


async def test_a_body_that_is_too_large_is_not_read(site: Site) -> None:
    head = (
        "POST /api/v1/leads HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {site.tokens['write']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n"
    )
    port = int(site.url.rpartition(":")[2])
    answer = await wire.exchange(port, (head.encode(),))
    assert answer.status == "413"
    wire.check_problem(answer)


# --- tags ---------------------------------------------------------------------------


async def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    first = await site.get("/leads", "read")
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await site.get("/leads", "read", headers={"If-None-Match": tag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    strong = {"If-None-Match": f'"x", {tag.removeprefix("W/")}'}
    assert (await site.get("/leads", "read", headers=strong)).status == 304
    await lead(site)
    news = await site.get("/leads", "read", headers={"If-None-Match": tag})
    assert news.status == 200
    assert news.headers["ETag"] != tag


async def test_odd_tags(site: Site) -> None:
    for held in ('"', "W/", '"' * 50, "", "*", 'W/"é"'):
        reply = await site.get("/leads", headers={"If-None-Match": held})
        assert reply.status in {200, 304}


async def test_a_head_has_the_tag(site: Site) -> None:
    whole = await site.get("/leads", "read")
    reply = await site.ask("HEAD", "/leads", "read", {})
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["ETag"] == whole.headers["ETag"]


# --- keys ---------------------------------------------------------------------------


async def test_the_same_key_publishes_once(site: Site) -> None:
    headers = {"Idempotency-Key": "8e03978e-40d5"}
    body = {"title": "Once"}
    replies = await asyncio.gather(
        *(site.post("/leads", "write", json=body, headers=headers) for _ in range(5))
    )
    assert {one.status for one in replies} == {200}
    assert len({one.body for one in replies}) == 1
    assert len((await site.get("/leads")).json["leads"]) == 1
    quoted = {"Idempotency-Key": '"8e03978e-40d5"'}
    again = await site.post("/leads", "write", json=body, headers=quoted)
    assert again.body == replies[0].body


async def test_a_key_is_for_one_thing(site: Site) -> None:
    headers = {"Idempotency-Key": "k"}
    await site.post("/leads", "write", json={"title": "a"}, headers=headers)
    other = await site.post("/leads", "write", json={"title": "b"}, headers=headers)
    assert (other.status, other.json["type"].rpartition(":")[2]) == (422, "key-reused")
    path = await site.post(
        "/projects", "write", json={"title": "a", "goal": "5"}, headers=headers
    )
    assert path.status == 422
    assert len((await site.get("/leads")).json["leads"]) == 1


async def test_a_key_that_is_forgotten_never_answers_for_something_else(
    site: Site,
) -> None:
    # What was published is kept in the log by its key, for good; what the key was used
    # for is in another database, for a while. That one can be lost, too.
    headers = {"Idempotency-Key": "k"}
    body = {"title": "a"}
    first = await site.post("/leads", "write", json=body, headers=headers)
    site.coop.clock.pass_ms(KEYS_KEPT_MS + 1)
    again = await site.post("/leads", "write", json=body, headers=headers)
    assert again.body == first.body
    site.coop.clock.pass_ms(KEYS_KEPT_MS + 1)
    other = await site.post("/leads", "write", json={"title": "b"}, headers=headers)
    assert other.status == 200
    assert other.json["id"] != first.json["id"]
    assert len((await site.get("/leads")).json["leads"]) == 2


async def test_keys_of_two_tokens_do_not_meet(site: Site) -> None:
    headers = {"Idempotency-Key": "k"}
    one = await site.post("/leads", "write", json={"title": "a"}, headers=headers)
    two = await site.post("/leads", "admin", json={"title": "a"}, headers=headers)
    assert one.json["id"] != two.json["id"]


async def test_what_is_no_key(site: Site) -> None:
    for key in ("", " ", "a b", "a" * 129, "é", '"', "a\tb"):
        headers = {"Idempotency-Key": key}
        reply = await site.post("/leads", json={"title": "a"}, headers=headers)
        assert (reply.status, reply.json["field"]) == (400, "Idempotency-Key")


# --- pages --------------------------------------------------------------------------


async def test_pages_while_the_list_grows(site: Site) -> None:
    made = [await lead(site, f"Lead {number}") for number in range(7)]
    path, seen = "/leads?limit=3", list[str]()
    while path:
        reply = await site.get(path, "read")
        seen += [one["id"] for one in reply.json["leads"]]
        after = reply.json["next"]
        if after is not None:
            assert f"cursor={after}" in reply.headers["Link"]
            assert reply.headers["Link"].endswith('rel="next"')
        path = f"/leads?limit=3&cursor={after}" if after else ""
        if len(made) < 9:
            made.append(await lead(site, f"Late {len(made)}"))
    assert seen == made


async def test_a_cursor_belongs_to_its_question(site: Site) -> None:
    for number in range(3):
        await lead(site, f"Lead {number}")
    after = (await site.get("/leads?limit=1")).json["next"]
    assert (await site.get(f"/leads?limit=2&cursor={after}")).status == 200
    other = await site.get(f"/leads?states=open&cursor={after}")
    assert other.json["type"].endswith(":cursor-wrong")


async def test_a_cursor_holds_though_its_row_leaves_the_list(site: Site) -> None:
    made = [await lead(site, f"Lead {number}") for number in range(3)]
    for path, rest in (("/leads?", made[1:]), ("/leads?before=now&", made[1:2])):
        left = (await site.get(f"{path}states=open&limit=1")).json
        gone = left["leads"][0]["id"]
        await site.post(f"/leads/{gone}/advance", json={"to": "withdrawn"})
        reply = await site.get(f"{path}states=open&cursor={left['next']}")
        assert [one["id"] for one in reply.json["leads"]] == rest


async def test_cursors_that_are_made_up(site: Site) -> None:
    made = [await lead(site, f"Lead {number}") for number in range(3)]
    after = (await site.get("/leads?limit=1")).json["next"]
    data = urlsafe_b64decode(after + "==")
    project = (await site.post("/projects", json={"title": "a", "goal": "5"})).json
    for place in (bytes(32), b"\xff" * 32, ids.parse("evt", project["id"])):
        forged = urlsafe_b64encode(data[:6] + place).decode().rstrip("=")
        reply = await site.get(f"/leads?cursor={forged}")
        assert (reply.status, reply.json["field"]) == (410, "cursor")
        assert reply.json["type"].endswith(":cursor-gone")
    for wrong in (after[:-1], f"{after}A", f"{after}=", after.replace("_", "/") + "!"):
        reply = await site.get(f"/leads?cursor={quote(wrong)}")
        assert (reply.status, reply.json["field"]) == (400, "cursor")
    unknown = await site.get("/leads?before=evt_zzzz")
    assert (unknown.status, unknown.json["field"]) == (400, "before")
    for name in ("most", "after"):
        assert (await site.get(f"/leads?{name}=1")).json["field"] == name
    assert len(made) == 3


async def test_pages_from_the_newest_back(site: Site) -> None:
    made = [await lead(site, f"Lead {number}") for number in range(5)]
    path, seen = "/leads?before=now&limit=2", list[str]()
    while path:
        reply = (await site.get(path, "read")).json
        seen = [one["id"] for one in reply["leads"]] + seen
        await lead(site, f"Late {len(seen)}")
        after = reply["next"]
        path = f"/leads?before=now&limit=2&cursor={after}" if after else ""
    assert seen == made


# --- the page and the document -----------------------------------------------------


async def test_the_page_and_the_document_are_for_everybody(site: Site) -> None:
    page = await site.get("/", None)
    assert page.status == 200
    assert b"wortley token create" in page.body
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert b"Alba" not in page.body
    document = await site.get("/openapi.json", None)
    tag = {"If-None-Match": document.headers["ETag"]}
    assert (await site.get("/openapi.json", None, headers=tag)).status == 304
    moved = await site.get("", None)
    assert (moved.status, moved.headers["Location"]) == (308, "/api/v1/")


# --- what goes wrong inside ---------------------------------------------------------


def failing(error: Exception, *, long: bool = False) -> Command:
    async def fail(_node: Node, _args: Nothing, _tell: Tell) -> Written:
        raise error

    return command(Nothing, fail, long=long)


FAILURES: Final[dict[str, Command]] = {
    "world.show": failing(WorldFault(code="full", detail="/secret is full.")),
    "ours.show": failing(OurFault(code="oops", detail="/secret is wrong.")),
    "unknown.show": failing(KeyError("secret")),
    "malformed.show": failing(Malformed("id-form", "expected evt_")),
    "disk.show": failing(
        DiskFailed(path=Path("/secret"), doing="fsync", cause=OSError(5, "EIO"))
    ),
}


async def test_what_goes_wrong_inside_is_not_told(alba: Coop) -> None:
    async with serving(alba, commands=FAILURES) as site:
        for path, status in (
            ("/worlds", 503),
            ("/ourses", 500),
            ("/unknowns", 500),
            ("/malformeds", 400),
        ):
            reply = await site.get(path)
            assert reply.status == status
            assert b"secret" not in reply.body
        assert not site.api.failed.done()


async def test_a_fatal_failure_ends_the_node(alba: Coop) -> None:
    async with serving(alba, commands=FAILURES) as site:
        reply = await site.get("/disks")
        assert reply.status == 503
        assert b"secret" not in reply.body
        assert site.api.failed.result().code == "disk-failed"
        assert (await site.get("/disks")).status == 503


async def test_one_long_command_at_a_time(alba: Coop) -> None:
    going, finish = asyncio.Event(), asyncio.Event()

    async def wait(_node: Node, _args: Nothing, tell: Tell) -> Written:
        tell(1, None, "things")
        going.set()
        await finish.wait()
        return Written(id="a", ids=["a"])

    commands = {"verify": command(Nothing, wait, long=True)}
    async with serving(alba, commands=commands) as site, asyncio.TaskGroup() as group:
        first = group.create_task(site.post("/verify"))
        await going.wait()
        second = await site.post("/verify")
        assert (second.status, second.headers["Retry-After"]) == (503, "5")
        finish.set()
    assert first.result().status == 200
