"""Who is let in: tokens, scopes, expiry, revocation, and how often."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from node import bearer
from node.api.door import WRONG_RATE, Buckets, Rate
from tests.node.api.site import Site, serving
from tests.node.commands.nodes import Coop
from tests.node.fixed import FixedClock, SeededEntropy

DAY_MS: Final = 24 * 3600 * 1000


async def test_without_a_token_the_way_out_is_said(site: Site) -> None:
    reply = await site.get("/leads", None)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="wortley"'
    assert "wortley token create" in reply.json["way_out"]
    assert reply.json["type"].endswith(":token-missing")


def spoiled(token: str) -> str:
    last = "a" if token[-1] != "a" else "b"
    return token[:-1] + last


#: Headers that hold no token.
NONE: Final = (
    "",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Basic dXNlcjpwYXNz",
    "Bearer wortley_aaaaaaaa_" + "a" * 52,
    "Bearer wortley_" + "a" * 7000,
    "Bearer wortley_........_' OR 1=1 --",
)


async def test_what_is_no_token(site: Site) -> None:
    for header in NONE:
        reply = await site.get("/leads", None, headers={"Authorization": header})
        assert reply.status == 401
        assert "invalid_token" in reply.headers["WWW-Authenticate"]


async def test_a_wrong_secret(site: Site) -> None:
    assert (await site.get("/leads", token=spoiled(site.tokens["read"]))).status == 401
    assert (await site.get("/leads", token=site.tokens["read"].upper())).status == 401


async def test_two_tokens_are_none(site: Site) -> None:
    headers = [("Authorization", f"Bearer {site.tokens[one]}") for one in ("read",) * 2]
    async with site.client.get(f"{site.url}/api/v1/leads", headers=headers) as reply:
        assert reply.status == 401


#: Method, path, scopes that do.
SCOPED: Final = [
    ("GET", "/leads", {"read", "admin"}),
    ("GET", "/changes", {"read", "feed", "admin"}),
    ("GET", "/ical", {"read", "subscribe", "admin"}),
    ("GET", "/atom", {"read", "subscribe", "admin"}),
    ("GET", "/tokens", {"admin"}),
    ("GET", "/webhooks", {"admin"}),
    ("POST", "/leads", {"write", "admin"}),
    ("POST", "/invite", {"admin"}),
    ("POST", "/rebuild", {"admin"}),
]


async def test_scopes(site: Site) -> None:
    for method, path, scopes in SCOPED:
        for scope in site.tokens:
            reply = await site.ask(method, path, scope, {})
            if scope in scopes:
                assert reply.status in {200, 400}
                continue
            assert reply.status == 403
            assert reply.json["scope"] in reply.headers["WWW-Authenticate"]
            assert f"--scope {reply.json['scope']}" in reply.json["way_out"]


async def test_a_token_is_kept_as_a_digest_alone(site: Site) -> None:
    kept = await site.coop.node.own.tokens.all()
    secret = site.tokens["read"].rpartition("_")[2]
    assert all(secret not in repr(one) for one in kept)
    data = site.coop.node.data
    files = [one for one in data.rglob("*") if one.is_file()]
    assert not [one for one in files if secret.encode() in one.read_bytes()]
    listed = (await site.get("/tokens")).body
    assert secret.encode() not in listed
    assert b"hash" not in listed


async def test_a_revoked_token_opens_nothing(site: Site) -> None:
    token_id = site.tokens["read"].split("_")[1]
    assert (await site.get("/leads", "read")).status == 200
    reply = await site.post(f"/tokens/{token_id}/revoke")
    assert reply.json["state"] == "revoked"
    assert (await site.get("/leads", "read")).status == 401
    again = await site.post(f"/tokens/{token_id}/revoke")
    assert again.json == reply.json
    assert (await site.post("/tokens/zzzzzzzz/revoke")).status == 404


async def test_a_token_expires(site: Site) -> None:
    made = await site.coop.ask(
        "token.create", name="short", scopes=["read"], expires=30
    )
    assert made["expires"] == "2023-12-14T22:13:20Z"
    assert (await site.get("/leads", token=made["secret"])).status == 200
    site.coop.clock.pass_ms(30 * DAY_MS)
    assert (await site.get("/leads", token=made["secret"])).status == 401
    rows = (await site.get("/tokens")).json["tokens"]
    assert [one["state"] for one in rows if one["id"] == made["id"]] == ["expired"]


async def test_the_last_use_is_noted_once_a_minute(site: Site) -> None:
    async def used() -> str:
        rows = (await site.coop.ask("token.list"))["tokens"]
        return str(next(one["used"] for one in rows if one["name"] == "a reader"))

    assert await used() == "None"
    await site.get("/leads", "read")
    first = await used()
    site.coop.clock.pass_ms(30_000)
    await site.get("/leads", "read")
    assert await used() == first
    site.coop.clock.pass_ms(30_000)
    await site.get("/leads", "read")
    assert await used() > first


async def test_wrong_tokens_are_answered_so_often_and_right_ones_always(
    site: Site,
) -> None:
    wrong = spoiled(site.tokens["read"])
    found = [(await site.get("/leads", token=wrong)).status for _ in range(12)]
    assert found == [401] * int(WRONG_RATE.burst) + [429] * 2
    assert (await site.get("/leads", "read")).status == 200
    site.coop.clock.pass_ms(6000)
    assert (await site.get("/leads", token=wrong)).status == 401


@pytest.fixture
async def slow_site(alba: Coop) -> AsyncIterator[Site]:
    async with serving(alba, rate=Rate(burst=2, each_s=0.5)) as one:
        yield one


async def test_each_token_has_a_rate_of_its_own(slow_site: Site) -> None:
    found = [(await slow_site.get("/members", "read")).status for _ in range(3)]
    assert found == [200, 200, 429]
    reply = await slow_site.get("/members", "read")
    assert reply.headers["Retry-After"] == "3"
    assert (await slow_site.get("/members", "admin")).status == 200
    # A little more than it takes: the clock does not stand at a whole second.
    slow_site.coop.clock.pass_ms(2001)
    assert (await slow_site.get("/members", "read")).status == 200


async def test_what_a_token_is_not_for_counts_as_well(slow_site: Site) -> None:
    found = [(await slow_site.post("/leads", "feed")).status for _ in range(3)]
    assert found == [403, 403, 429]


def test_buckets_forget_the_oldest() -> None:
    clock = FixedClock()
    buckets = Buckets(Rate(burst=1, each_s=1), clock)
    assert buckets.take("first") == 0
    assert buckets.take("first") == 1
    for number in range(2000):
        assert buckets.take(str(number)) == 0
    assert buckets.take("first") == 0
    clock.pass_ms(10_000)
    assert buckets.take("first") == 0


def test_a_token_has_a_form_that_can_be_searched_for() -> None:
    made = bearer.make(SeededEntropy())
    assert bearer.parse(made.text) == (made.id, made.text.rpartition("_")[2])
    assert made.text.startswith("wortley_")
    assert len(made.text) == 69
    assert bearer.matches(made.text[-52:], made.hash)
    assert not bearer.matches("a" * 52, made.hash)
    assert not bearer.matches("a" * 52, b"")


async def test_the_api_is_served_to_names_of_the_node_alone(site: Site) -> None:
    reply = await site.get("/leads", headers={"Host": "evil.example"})
    assert reply.status == 421


async def test_no_other_site_may_ask(site: Site) -> None:
    reply = await site.get("/leads", headers={"Origin": "https://evil.example"})
    assert not [name for name in reply.headers if name.lower().startswith("access-")]
    preflight = {"Origin": "https://e.example", "Access-Control-Request-Method": "GET"}
    reply = await site.ask("OPTIONS", "/leads", None, {"headers": preflight})
    assert reply.status == 405
    assert "Set-Cookie" not in reply.headers
