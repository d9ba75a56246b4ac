"""Tokens that tokens make: of the same member, for less, and never for longer."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import pytest

from node.commands.tokens import NAME_CHARS, SCOPES
from node.store.token_tables import MADE, MADE_LIVE
from tests.node.api.site import Reply, Site

DAY_MS: Final = 24 * 3600 * 1000


async def at_node(site: Site, *scopes: str, expires: int | None = None) -> str:
    """Make a token as the operator does; give its secret."""
    made = await site.coop.ask(
        "token.create", name="Ann", scopes=list(scopes), expires=expires
    )
    return str(made["secret"])


async def pass_on(
    site: Site, token: str, gives: Sequence[str] = ("read",), **more: object
) -> Reply:
    asked = {"name": "phone", "scopes": list(gives), **more}
    return await site.post("/tokens", token=token, json=asked)


def id_of(secret: str) -> str:
    return secret.split("_")[1]


async def row_of(site: Site, secret: str) -> dict[str, Any]:
    rows = (await site.coop.ask("token.list"))["tokens"]
    return next(one for one in rows if one["id"] == id_of(secret))


async def test_a_token_makes_one_for_less(site: Site) -> None:
    ann = await at_node(site, "read", "write")
    made = await pass_on(site, ann, ["subscribe"])
    assert made.status == 200
    assert (made.json["name"], made.json["scopes"]) == ("Ann: phone", ["subscribe"])
    assert made.headers["Cache-Control"] == "no-store"
    phone = made.json["secret"]
    assert (await site.get(f"/ical?token={phone}", None)).status == 200
    assert (await site.get("/leads", token=phone)).status == 403
    row = await row_of(site, phone)
    assert (row["maker"], row["state"]) == (id_of(ann), "live")
    assert (await row_of(site, ann))["maker"] is None


async def test_the_secret_is_shown_once(site: Site) -> None:
    ann = await at_node(site, "read")
    headers = {"Idempotency-Key": "k"}
    asked = {"name": "phone", "scopes": ["read"]}
    first, second = [
        (await site.post("/tokens", token=ann, json=asked, headers=headers)).json
        for _ in range(2)
    ]
    assert first["secret"] != second["secret"]
    secret = first["secret"].rpartition("_")[2].encode()
    assert secret not in (await site.get("/tokens")).body
    files = [one for one in site.coop.node.data.rglob("*") if one.is_file()]
    assert not [one for one in files if secret in one.read_bytes()]


#: Scopes of the token that asks -> what it may give on.
GIVES: Final[dict[tuple[str, ...], set[str]]] = {
    ("read",): {"read", "feed", "subscribe"},
    ("read", "write"): {"read", "write", "feed", "subscribe"},
    ("read", "feed"): {"read", "feed", "subscribe"},
    ("admin",): set(SCOPES),
}


@pytest.mark.parametrize("held", GIVES)
async def test_no_scope_that_it_has_not_itself(
    site: Site, held: tuple[str, ...]
) -> None:
    token = await at_node(site, *held)
    for scope in SCOPES:
        reply = await pass_on(site, token, [scope])
        if scope in GIVES[held]:
            assert reply.status == 200
            continue
        assert (reply.status, reply.json["code"]) == (403, "token-wider")
        assert reply.json["field"] == "scopes"
        assert reply.json["example"] in GIVES[held]
    mixed = await pass_on(site, token, [*sorted(GIVES[held]), *SCOPES])
    assert mixed.status == (200 if held == ("admin",) else 403)


@pytest.mark.parametrize("scope", ["write", "feed", "subscribe"])
async def test_who_may_not_read_makes_none(site: Site, scope: str) -> None:
    token = await at_node(site, scope)
    reply = await pass_on(site, token, [scope])
    assert (reply.status, reply.json["code"]) == (403, "scope-missing")
    linked = await site.post(f"/tokens?token={token}", None)
    assert (linked.status, linked.json["code"]) == (401, "token-missing")


async def test_what_was_made_by_a_token_makes_none(site: Site) -> None:
    ann = await at_node(site, "admin")
    phone = (await pass_on(site, ann, ["admin"])).json["secret"]
    for scopes in (["admin"], ["read"]):
        reply = await pass_on(site, phone, scopes)
        assert (reply.status, reply.json["code"]) == (403, "token-made-by-token")
        assert id_of(ann) in reply.json["way_out"]


async def test_it_ends_no_later_than_its_maker(site: Site) -> None:
    ann = await at_node(site, "read", expires=30)
    end = (await row_of(site, ann))["expires"]
    # It was made a moment before, so that 30 days are too many by that.
    for days in (30, 31, 3650):
        longer = await pass_on(site, ann, expires=days)
        assert (longer.status, longer.json["field"]) == (403, "expires")
        assert longer.json["expected"] == "at most 29 days"
    for days in (0, -1, 3651):
        assert (await pass_on(site, ann, expires=days)).status == 400
    assert (await pass_on(site, ann, expires=29)).json["expires"] < end
    unsaid = await pass_on(site, ann)
    assert unsaid.json["expires"] == end
    # What is null for a maker that stays is no way past the end of one that does not.
    assert (await pass_on(site, ann, expires=None)).json["expires"] == end
    site.coop.clock.pass_ms(30 * DAY_MS - 3_600_000)
    last = await pass_on(site, ann, expires=1)
    assert (last.status, last.json["field"]) == (403, "expires")
    assert last.json["expected"].startswith("nothing")
    assert (await site.get("/leads", token=unsaid.json["secret"])).status == 200
    site.coop.clock.pass_ms(3_600_000)
    for secret in (ann, unsaid.json["secret"]):
        assert (await site.get("/leads", token=secret)).status == 401
    assert (await pass_on(site, ann)).status == 401


async def test_it_is_revoked_with_its_maker(site: Site) -> None:
    ann, ben = await at_node(site, "read"), await at_node(site, "read")
    ours = [(await pass_on(site, ann)).json["secret"] for _ in range(2)]
    other = (await pass_on(site, ben)).json["secret"]
    assert (await site.post(f"/tokens/{id_of(ours[0])}/revoke")).status == 200
    assert (await site.get("/leads", token=ours[0])).status == 401
    assert (await site.get("/leads", token=ours[1])).status == 200
    assert (await site.post(f"/tokens/{id_of(ann)}/revoke")).status == 200
    for secret in (ann, *ours):
        assert (await site.get("/leads", token=secret)).status == 401
        assert (await row_of(site, secret))["state"] == "revoked"
    for secret in (ben, other):
        assert (await site.get("/leads", token=secret)).status == 200


async def test_none_slips_through_while_its_maker_is_revoked(site: Site) -> None:
    ann = await at_node(site, "read")
    replies = await asyncio.gather(
        *(pass_on(site, ann) for _ in range(5)),
        site.post(f"/tokens/{id_of(ann)}/revoke"),
        *(pass_on(site, ann) for _ in range(5)),
    )
    made = [one.json["secret"] for one in replies if "secret" in one.json]
    for secret in made:
        assert (await site.get("/leads", token=secret)).status == 401


#: What is said in the body -> the field that is refused.
FORGED: Final[dict[str, tuple[dict[str, object], str]]] = {
    "in another's name": ({"by": "aaaaaaaa"}, "by"),
    "an admin's child": ({"maker": None}, "maker"),
    "a secret of its own": ({"secret": "wortley_aaaaaaaa_" + "a" * 52}, "secret"),
    "an id of its own": ({"id": "aaaaaaaa"}, "id"),
    "a day of its own": ({"expires_ms": 2**62}, "expires_ms"),
    "days without end": ({"expires": 2**62}, "expires"),
    "half a day": ({"expires": 0.5}, "expires"),
    "no scope": ({"scopes": []}, "scopes"),
    "an odd scope": ({"scopes": ["root"]}, "scopes"),
    "two in one": ({"scopes": ["read admin"]}, "scopes"),
    "in capitals": ({"scopes": ["READ"]}, "scopes"),
    "no name": ({"name": " "}, "name"),
    "a long name": ({"name": "a" * (NAME_CHARS + 1)}, "name"),
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_is_forged(site: Site, name: str) -> None:
    more, field = FORGED[name]
    before = await site.coop.ask("token.list")
    asked = {"name": "phone", "scopes": ["read"], **more}
    reply = await site.post("/tokens", token=await at_node(site, "read"), json=asked)
    assert (reply.status, reply.json["field"]) == (400, field), reply.body
    after = await site.coop.ask("token.list")
    assert len(after["tokens"]) == len(before["tokens"]) + 1


async def test_a_name_is_not_another_members(site: Site) -> None:
    ann = await at_node(site, "read")
    made = await pass_on(site, ann, name="Ben\n\u202e: admin")
    assert made.json["name"].startswith("Ann: Ben")
    assert "\n" not in made.json["name"]


async def test_a_token_makes_so_many(site: Site) -> None:
    ann, ben = await at_node(site, "read"), await at_node(site, "read")
    replies: list[Reply] = []
    for _ in range(3):
        # As many at once as the node takes of one address.
        replies += await asyncio.gather(*(pass_on(site, ann) for _ in range(8)))
    assert sorted(one.status for one in replies) == [200] * MADE_LIVE + [409] * 4
    full = await pass_on(site, ann)
    assert (full.status, full.json["code"]) == (409, "token-no-more")
    assert (await pass_on(site, ben)).status == 200
    made = next(one.json["id"] for one in replies if one.status == 200)
    await site.post(f"/tokens/{made}/revoke")
    assert (await pass_on(site, ann)).status == 200


async def test_ended_ones_count_in_the_end(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.store.token_tables.MADE", 3)
    ann = await at_node(site, "read")
    for left in (True, True, True, False):
        reply = await pass_on(site, ann)
        assert (reply.status == 200) == left
        if left:
            await site.post(f"/tokens/{reply.json['id']}/revoke")
    assert MADE > MADE_LIVE


async def test_the_way_out_of_a_scope_is_not_a_token_of_the_same(site: Site) -> None:
    reply = await site.post("/leads", "read", json={"title": "a"})
    assert reply.status == 403
    assert "at the node" in reply.json["way_out"]
