"""Each way in which a request's signature can be wrong, and the few that are right."""

import hashlib
import typing
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.sync.claims import FIELDS, SENTENCES
from node.sync.nonces import AHEAD_S, BACK_S, SERVER_NONCE_S
from node.sync.signatures import (
    CLOCK_OFF_S,
    LIFETIME_S,
    MAX_LIFETIME_S,
    Code,
    SignatureRefused,
    Verified,
    key_id_of,
    retry_nonce_from,
)
from protocol import ids
from tests.node.sync.requests import (
    AUTHORITY,
    BODY,
    COMPONENTS,
    COOP,
    NONCE,
    NOW,
    OTHER_COOP,
    OTHER_KEY,
    PATH,
    QUERY,
    URL,
    Headers,
    b64,
    book,
    digest,
    doubled,
    edited,
    flipped,
    parameters,
    replaced,
    signed,
    verify,
    with_input,
    without,
)

SHA512: Final = f"sha-512=:{b64(hashlib.sha512(BODY).digest())}:"
ALIAS: Final = "alias.example"
BOTH_NAMES: Final = frozenset({AUTHORITY, ALIAS})
INPUT: Final = "Signature-Input"
DIGEST: Final = "Content-Digest"


class Case(NamedTuple):
    name: str
    code: Code
    headers: Headers
    arguments: Mapping[str, Any] = MappingProxyType({})


def but(**arguments: object) -> Mapping[str, object]:
    """What the receiver sees instead of what was sent."""
    return arguments


MISSING: Final = (
    Case("unsigned", "signature-missing", Headers()),
    Case("no input", "signature-missing", replaced(INPUT, None)),
    Case("empty input", "signature-missing", replaced(INPUT, "")),
    Case("no signature", "signature-missing", replaced("Signature", None)),
    Case("no digest", "digest-missing", replaced(DIGEST, None)),
    Case("digest of another kind", "digest-missing", replaced(DIGEST, SHA512)),
    Case("no nonce", "nonce-missing", with_input(nonce=None)),
    Case("nothing covered", "component-missing", with_input("")),
    Case("@method", "component-missing", without("@method")),
    Case("@authority", "component-missing", without("@authority")),
    Case("@path", "component-missing", without("@path")),
    Case("@query", "component-missing", without("@query")),
    Case("digest not covered", "component-missing", without("content-digest")),
    Case(
        "target-uri instead",
        "component-missing",
        with_input('"@method" "@target-uri" "content-digest"'),
    ),
    Case(
        "a component of the request before",
        "component-missing",
        with_input(COMPONENTS.replace('"@path"', '"@path";req')),
    ),
    Case(
        "one member of the digest",
        "component-missing",
        with_input(COMPONENTS.replace("digest", 'digest";key="sha-256')),
    ),
    Case(
        "a component that is a token",
        "component-missing",
        with_input(COMPONENTS.replace('"@query"', "query")),
    ),
)

MALFORMED: Final = (
    Case("text", "signature-malformed", replaced(INPUT, "hello there")),
    Case("an item", "signature-malformed", replaced(INPUT, "wortley=1;created=1")),
    Case("a flag", "signature-malformed", replaced(INPUT, "wortley")),
    Case("huge", "signature-malformed", replaced(INPUT, f"a=({'x ' * 99_999})")),
    Case("not ASCII", "signature-malformed", replaced(INPUT, "wörtley=()")),
    Case("raw bytes", "signature-malformed", replaced(INPUT, "w=\udcff")),
    Case("a component more", "signature-malformed", with_input(COMPONENTS + ' "a"')),
    Case("@path twice", "signature-malformed", with_input(COMPONENTS + ' "@path"')),
    Case(
        "@path twice, once otherwise",
        "signature-malformed",
        with_input(COMPONENTS + ' "@path";req'),
    ),
    Case(
        "created twice",
        "signature-malformed",
        with_input(created=f"{NOW};created={NOW}"),
    ),
    Case("short nonce", "signature-malformed", with_input(nonce='"short"')),
    Case("long nonce", "signature-malformed", with_input(nonce=f'"{"n" * 65}"')),
    Case(
        "nonce of other signs", "signature-malformed", with_input(nonce=f'"{"+" * 22}"')
    ),
    Case("nonce is a number", "signature-malformed", with_input(nonce="1" * 15)),
    Case("no created", "signature-malformed", with_input(created=None)),
    Case("no expires", "signature-malformed", with_input(expires=None)),
    Case("created is a date", "signature-malformed", with_input(created=f"@{NOW}")),
    Case("created is a boolean", "signature-malformed", with_input(created="?1")),
    Case("created is a decimal", "signature-malformed", with_input(created=f"{NOW}.5")),
    Case(
        "created is too long",
        "signature-malformed",
        edited(INPUT, f"={NOW}", "=" + "1" * 16),
    ),
    Case("no keyid", "signature-malformed", with_input(keyid=None)),
    Case("keyid is no id", "signature-malformed", with_input(keyid='"north"')),
    Case(
        "keyid is an event",
        "signature-malformed",
        with_input(keyid=f'"{ids.text("evt", bytes(32))}"'),
    ),
    Case("keyid is a number", "signature-malformed", with_input(keyid="7")),
    Case("a tag", "signature-malformed", with_input(tag='"x"')),
    Case(
        "signature is text", "signature-malformed", replaced("Signature", "wortley=hi")
    ),
    Case(
        "signature is huge",
        "signature-malformed",
        replaced("Signature", f"wortley=:{'A' * 99_996}:"),
    ),
    Case(
        "signature is short",
        "signature-malformed",
        replaced("Signature", "wortley=:AAAA:"),
    ),
    Case(
        "signature is empty", "signature-malformed", replaced("Signature", "wortley=::")
    ),
    Case(
        "signature under another label",
        "signature-malformed",
        edited("Signature", "wortley", "other"),
    ),
    Case(
        "signature with a parameter",
        "signature-malformed",
        edited("Signature", "==:", "==:;a=1"),
    ),
    Case("digest is text", "signature-malformed", replaced(DIGEST, "sha-256=abc")),
    Case(
        "digest is huge",
        "signature-malformed",
        replaced(DIGEST, f"sha-256=:{'A' * 99_996}:"),
    ),
    Case(
        "two kinds of digest",
        "signature-malformed",
        edited(DIGEST, "sha-256", f"{SHA512}, sha-256"),
    ),
)

DOUBLE: Final = (
    Case(
        "two labels",
        "signature-too-many",
        edited(INPUT, "wortley=", "first=();created=1, wortley="),
    ),
    Case("two lines of input", "signature-too-many", doubled(INPUT)),
    Case(
        "two lines of signature",
        "signature-too-many",
        doubled("Signature", "other=:AAAA:"),
    ),
    Case("two lines of digest", "signature-too-many", doubled(DIGEST)),
    Case(
        "one label twice",
        "signature-malformed",
        edited(INPUT, "wortley=", "wortley=(), wortley="),
    ),
    Case(
        "a signature besides",
        "signature-malformed",
        edited("Signature", "wortley=", "other=:AAAA:, wortley="),
    ),
)

WHO: Final = (
    Case("unknown key", "key-unknown", signed(), but(public_key=None)),
    Case("another key", "signature-invalid", signed(private_key=OTHER_KEY)),
    Case(
        "in another co-op's name", "signature-invalid", edited(INPUT, COOP, OTHER_COOP)
    ),
    Case("no alg", "algorithm-refused", with_input(alg=None)),
    Case("alg none", "algorithm-refused", with_input(alg='"none"')),
    Case("alg hmac", "algorithm-refused", with_input(alg='"hmac-sha256"')),
    Case("alg is a number", "algorithm-refused", with_input(alg="1")),
    Case("a bit flipped", "signature-invalid", flipped()),
    Case(
        "zeros",
        "signature-invalid",
        replaced("Signature", f"wortley=:{b64(bytes(64))}:"),
    ),
    Case(
        "parameters moved",
        "signature-invalid",
        replaced(INPUT, f"wortley=({COMPONENTS}){parameters()}"),
    ),
    Case("nonce replaced", "signature-invalid", edited(INPUT, NONCE, "x" * 22)),
    Case(
        "lifetime stretched",
        "signature-invalid",
        edited(INPUT, f"expires={NOW + 60}", f"expires={NOW + 61}"),
    ),
)

WHAT: Final = (
    Case(
        "another node",
        "authority-foreign",
        signed(url=URL.replace("north", "south")),
        but(authority="south.example:8080"),
    ),
    Case(
        "another port",
        "authority-foreign",
        signed(),
        but(authority="north.example:8081"),
    ),
    Case("no authority", "authority-foreign", signed(), but(authority="")),
    Case(
        "sent on by another node",
        "signature-invalid",
        signed(url=URL.replace("north", "south")),
    ),
    Case(
        "sent to another of our names",
        "signature-invalid",
        signed(),
        but(authority=ALIAS, allowed_authorities=BOTH_NAMES),
    ),
    Case("other method", "signature-invalid", signed(), but(method="PUT")),
    Case("other path", "signature-invalid", signed(), but(path="/sync/push")),
    Case("path in capitals", "signature-invalid", signed(), but(path=PATH.upper())),
    Case("path with a slash more", "signature-invalid", signed(), but(path=PATH + "/")),
    Case(
        "path with a line break", "signature-invalid", signed(), but(path=PATH + "\n")
    ),
    Case("path that is none", "signature-invalid", signed(), but(path="*")),
    Case(
        "path decoded",
        "signature-invalid",
        signed(url=f"http://{AUTHORITY}/a%2Fb?{QUERY}"),
        but(path="/a/b"),
    ),
    Case("other query", "signature-invalid", signed(), but(query="wait=31&log=%20x")),
    Case("query decoded", "signature-invalid", signed(), but(query="wait=30&log= x")),
    Case(
        "query in another order",
        "signature-invalid",
        signed(),
        but(query="log=%20x&wait=30"),
    ),
    Case("no query", "signature-invalid", signed(), but(query="")),
    Case("other body", "digest-mismatch", signed(), but(body_digest=digest(b"x"))),
    Case("short digest", "digest-mismatch", replaced(DIGEST, "sha-256=:AAAA:")),
    Case(
        "body and digest replaced",
        "signature-invalid",
        replaced(DIGEST, f"sha-256=:{b64(digest(b''))}:"),
        but(body_digest=digest(b"")),
    ),
)

WHEN: Final = (
    Case(
        "lives too long",
        "lifetime-too-long",
        with_input(expires=f"{NOW + MAX_LIFETIME_S + 1}"),
    ),
    Case("dies at birth", "lifetime-too-long", with_input(expires=f"{NOW}")),
    Case("dies before birth", "lifetime-too-long", with_input(expires=f"{NOW - 1}")),
    Case("expired", "expired", signed(), but(now=NOW + LIFETIME_S + 1)),
    Case(
        "a little in the future", "not-yet-valid", signed(), but(now=NOW - AHEAD_S - 1)
    ),
    Case("clock behind", "clock-skewed", signed(), but(now=NOW + CLOCK_OFF_S + 1)),
    Case("clock ahead", "clock-skewed", signed(), but(now=NOW - CLOCK_OFF_S - 1)),
    Case("clock at the epoch", "clock-skewed", signed(created=0)),
    Case("clock in the year 5138", "clock-skewed", signed(created=99_999_999_999)),
    Case(
        "clock before the epoch", "clock-skewed", with_input(created="-9", expires="9")
    ),
    Case("before the start", "expired", signed(), but(nonces=book(started_at=NOW))),
    Case(
        "just after the start",
        "expired",
        signed(),
        but(nonces=book(started_at=NOW - AHEAD_S)),
    ),
)

WRONG: Final = (*MISSING, *MALFORMED, *DOUBLE, *WHO, *WHAT, *WHEN)


def refused(headers: Mapping[str, str], **changes: object) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as caught:
        verify(headers, **changes)
    return caught.value


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.code}: {case.name}")
def test_a_wrong_signature_is_refused(case: Case) -> None:
    nonces = case.arguments.get("nonces", book())
    error = refused(case.headers, **({"nonces": nonces} | dict(case.arguments)))
    assert error.code == case.code
    assert len(nonces) == 0, "a refused request spends no nonce"
    assert len(str(error)) < 200, "what a stranger sent is not repeated at length"


def test_every_code_has_a_sentence_and_a_case() -> None:
    codes = set(typing.get_args(Code))
    assert set(SENTENCES) == codes
    assert {case.code for case in WRONG} == codes - {
        "nonce-replayed",
        "too-many-requests",
    }


def test_a_good_request_is_taken_once() -> None:
    nonces = book()
    headers = signed()
    assert key_id_of(headers) == COOP
    assert verify(headers, nonces=nonces) == Verified(
        key_id=COOP, nonce=NONCE, created=NOW
    )
    assert refused(headers, nonces=nonces).code == "nonce-replayed"
    again = signed(nonce=NONCE[::-1])
    assert verify(again, nonces=nonces).nonce == NONCE[::-1]


def test_the_hand_made_signature_is_good() -> None:
    """Without this the table above would prove little."""
    assert verify(with_input()).key_id == COOP


@pytest.mark.parametrize(
    ("url", "authority", "path", "query"),
    [
        ("http://north.example/", "north.example", "/", ""),
        ("http://north.example", "north.example", "/", ""),
        ("http://north.example:80/a", "north.example", "/a", ""),
        ("https://north.example:443/a", "north.example", "/a", ""),
        ("https://north.example:80/a", "north.example:80", "/a", ""),
        ("http://NORTH.example/a", "North.example", "/a", ""),
        ("http://[::1]:8080/a?", "[::1]:8080", "/a", ""),
        ("http://127.0.0.1:8080/a%2Fb?c=%2B", "127.0.0.1:8080", "/a%2Fb", "c=%2B"),
    ],
)
def test_what_is_signed_is_what_arrives(
    url: str, authority: str, path: str, query: str
) -> None:
    verified = verify(
        signed(url=url),
        authority=authority,
        path=path,
        query=query,
        allowed_authorities=frozenset({authority.lower()}),
    )
    assert verified.key_id == COOP


@pytest.mark.parametrize("created", [NOW - LIFETIME_S, NOW - 1, NOW, NOW + AHEAD_S])
def test_the_edges_of_the_time_are_inside(created: int) -> None:
    assert verify(signed(created=created)).created == created


@pytest.mark.parametrize("body", [b"", b"x" * 1_000_000])
def test_any_body_is_covered(body: bytes) -> None:
    assert verify(signed(body=body), body_digest=digest(body)).key_id == COOP


@pytest.mark.parametrize("off_s", [-(10**8), -3600, 3600, 10**9])
def test_a_wrong_clock_gets_a_nonce_and_no_lockout(off_s: int) -> None:
    nonces = book()
    first = refused(signed(created=NOW + off_s), nonces=nonces)
    assert first.code == "clock-skewed"
    offer = retry_nonce_from({"status": 401, **first.fields})
    assert offer is not None
    assert offer.server_time == NOW
    headers = signed(created=NOW + off_s, nonce=offer.nonce)
    assert verify(headers, nonces=nonces).nonce == offer.nonce
    assert refused(headers, nonces=nonces).code == "nonce-replayed"
    other = signed(created=NOW + off_s + 1, nonce=offer.nonce)
    assert refused(other, nonces=nonces).code == "nonce-replayed"


def test_only_who_signed_well_is_offered_a_nonce() -> None:
    error = refused(signed(created=0, private_key=OTHER_KEY))
    assert error.code == "signature-invalid"
    assert retry_nonce_from(error.fields) is None


def test_a_server_nonce_expires_by_the_servers_clock() -> None:
    nonces = book()
    headers = signed(created=0, nonce=nonces.issue(NOW))
    late = refused(headers, nonces=nonces, now=NOW + SERVER_NONCE_S + 1)
    assert late.code == "expired"
    offer = retry_nonce_from(late.fields)
    assert offer is not None
    retried = signed(created=0, nonce=offer.nonce)
    assert verify(retried, nonces=nonces, now=offer.server_time).nonce == offer.nonce


def test_a_server_nonce_of_another_process_is_no_client_nonce() -> None:
    earlier = book(secret=b"e" * 32).issue(NOW)
    error = refused(signed(nonce=earlier))
    assert error.code == "expired"
    assert "nonce" in error.fields


def test_nothing_from_before_a_restart_is_taken_again() -> None:
    """Whatever an earlier process accepted, at any moment up to its end."""
    for created in range(NOW - LIFETIME_S, NOW + AHEAD_S + 1):
        headers = signed(created=created)
        verify(headers, nonces=book(), now=NOW)
        for later in range(NOW, NOW + LIFETIME_S + AHEAD_S, 13):
            restarted = book(started_at=NOW, secret=b"r" * 32)
            assert refused(headers, nonces=restarted, now=later).code in (
                "expired",
                "not-yet-valid",
            )


def test_a_clock_that_jumps_and_is_set_back_lets_nothing_in_twice() -> None:
    nonces = book()
    headers = signed()
    granted = signed(created=0, nonce=nonces.issue(NOW))
    verify(headers, nonces=nonces)
    verify(granted, nonces=nonces)
    year = NOW + 365 * 86400
    assert refused(headers, nonces=nonces, now=year).code == "clock-skewed"
    assert len(nonces) == 0
    assert refused(headers, nonces=nonces, now=NOW).code == "expired"
    back = refused(granted, nonces=nonces, now=NOW)
    assert back.code == "expired"
    # And nobody is locked out until the clock has caught up, nor is the book filled.
    for now in range(NOW, NOW + 10 * SERVER_NONCE_S, SERVER_NONCE_S + 1):
        offer = retry_nonce_from(refused(headers, nonces=nonces, now=now).fields)
        assert offer is not None
        verify(signed(nonce=offer.nonce), nonces=nonces, now=now)
        assert len(nonces) == 1


def test_a_small_step_back_changes_nothing() -> None:
    nonces = book()
    headers = signed()
    verify(headers, nonces=nonces)
    earlier = NOW - min(BACK_S, AHEAD_S)
    assert refused(headers, nonces=nonces, now=earlier).code == "nonce-replayed"
    last = NOW + LIFETIME_S
    assert refused(headers, nonces=nonces, now=last + 1).code == "expired"
    assert len(nonces) == 0
    assert refused(headers, nonces=nonces, now=last).code == "expired"


def test_one_key_fills_its_share_only() -> None:
    nonces = book(per_key=3)
    for number in range(3):
        verify(signed(nonce=f"{number:022}"), nonces=nonces)
    full = refused(signed(nonce="f" * 22), nonces=nonces)
    assert full.code == "too-many-requests"
    other = signed(key_id=OTHER_COOP, private_key=OTHER_KEY)
    verify(other, public_key=OTHER_KEY.public_key(), nonces=nonces)
    first = refused(signed(nonce=f"{0:022}"), nonces=nonces)
    assert first.code == "nonce-replayed", "the flood has not driven it out"
    later = NOW + LIFETIME_S + 1
    verify(signed(created=later), nonces=nonces, now=later)


@pytest.mark.parametrize(
    "problem",
    [
        {},
        {"nonce": NONCE, "server_time": NOW},
        {"nonce": 7, "server_time": NOW},
        {"nonce": book().issue(NOW)},
        {"nonce": book().issue(NOW), "server_time": "now"},
        {"nonce": book().issue(NOW), "server_time": True},
        {"nonce": book().issue(NOW) + "\n", "server_time": NOW},
        {"nonce": "srv." + "x" * 10_000, "server_time": NOW},
    ],
)
def test_a_strange_offer_is_no_offer(problem: dict[str, object]) -> None:
    assert retry_nonce_from(problem) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "short"},
        {"nonce": "n" * 22 + '"'},
        {"lifetime_s": 0},
        {"lifetime_s": MAX_LIFETIME_S + 1},
        {"url": "/sync/pull"},
        {"url": "http://north.example/a b"},
        {"method": "post"},
    ],
)
def test_what_no_node_would_take_is_not_signed(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        signed(**changes)


FRAGMENTS: Final = (
    *(piece for name in FIELDS for piece in signed()[name].replace(";", " ; ").split()),
    "=", ",", ";", "(", ")", '"', ":", "?1", "@1", "\t", "\x00", "ü", "\udc80", "99999",
)  # fmt: skip


@settings(deadline=None)  # a busy machine is no bug
@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join) | st.text(),
    )
)
def test_no_header_raises_anything_else(changes: dict[str, str]) -> None:
    headers = signed()
    headers.update(changes)
    try:
        verify(headers)
    except SignatureRefused:
        return
    assert all(headers[name] == signed()[name] for name in FIELDS)
