"""A good signed request, and the means to make it wrong in one way at a time."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final, cast

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multidict import CIMultiDict

from node.sync.nonces import NonceBook
from node.sync.signatures import LIFETIME_S, Verified, sign_request, verify_request
from protocol import ids

KEY: Final = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER_KEY: Final = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
COOP: Final = ids.text("coop", b"\x01" * 32)
OTHER_COOP: Final = ids.text("coop", b"\x02" * 32)
START: Final = 1_800_000_000
NOW: Final = START + 1000
AUTHORITY: Final = "north.example:8080"
PATH: Final = "/sync/pull"
QUERY: Final = "wait=30&log=%20x"
URL: Final = f"http://{AUTHORITY}{PATH}?{QUERY}"
BODY: Final = b"a pack of events"
NONCE: Final = "Zm9yIHRoZSBmaXJzdCB1c2U"
COMPONENTS: Final = '"@method" "@authority" "@path" "@query" "content-digest"'

Headers = CIMultiDict[str]


def book(**settings: object) -> NonceBook:
    given: dict[str, Any] = {"secret": b"s" * 32, "started_at": START}
    return NonceBook(**(given | settings))


def digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def signed(**changes: object) -> Headers:
    """The headers of the good request, signed with some of its parts changed."""
    parts: dict[str, Any] = {
        "method": "POST",
        "url": URL,
        "body": BODY,
        "key_id": COOP,
        "private_key": KEY,
        "created": NOW,
        "nonce": NONCE,
        "lifetime_s": LIFETIME_S,
    }
    return CIMultiDict(sign_request(**(parts | changes)))


def verify(headers: Mapping[str, str], **changes: object) -> Verified:
    """Verify the good request with these headers, some arguments changed."""
    arguments: dict[str, Any] = {
        "method": "POST",
        "authority": AUTHORITY,
        "path": PATH,
        "query": QUERY,
        "headers": headers,
        "body_digest": digest(BODY),
        "public_key": KEY.public_key(),
        "now": NOW,
        "nonces": book(),
        "allowed_authorities": frozenset({AUTHORITY}),
    }
    return verify_request(**(arguments | changes))


def parameters(**changes: str | None) -> str:
    """The parameters of a good signature; None leaves one out."""
    parts: dict[str, str | None] = {
        "created": f"{NOW}",
        "expires": f"{NOW + 60}",
        "nonce": f'"{NONCE}"',
        "keyid": f'"{COOP}"',
        "alg": '"ed25519"',
    }
    parts |= changes
    return "".join(f";{name}={value}" for name, value in parts.items() if value)


def with_input(components: str = COMPONENTS, **changes: str | None) -> Headers:
    """A true signature over whatever Signature-Input says.

    Made by hand from RFC 9421, section 2.5, so that a refusal cannot come from the
    signature; components that the request does not have are signed as empty.
    """
    headers = signed()
    said = f"({components}){parameters(**changes)}"
    values = {
        "@method": "POST",
        "@authority": AUTHORITY,
        "@path": PATH,
        "@query": "?" + QUERY,
        "content-digest": headers["Content-Digest"],
    }
    parsed = cast("Any", http_sf.parse(said.encode(), tltype="list"))
    lines = [f'"{name}": {values.get(str(name), "")}' for name, _ in parsed[0][0]]
    base = "\n".join([*lines, f'"@signature-params": {said}'])
    headers["Signature-Input"] = f"wortley={said}"
    headers["Signature"] = f"wortley=:{b64(KEY.sign(base.encode()))}:"
    return headers


def without(*components: str) -> Headers:
    kept = COMPONENTS
    for component in components:
        kept = kept.replace(f'"{component}"', "")
    return with_input(kept)


def replaced(name: str, value: str | None) -> Headers:
    """Signed, then one header replaced, or taken away."""
    headers = signed()
    del headers[name]
    if value is not None:
        headers[name] = value
    return headers


def doubled(name: str, value: str | None = None) -> Headers:
    """Signed, then one header line more of that name."""
    headers = signed()
    headers.add(name, headers[name] if value is None else value)
    return headers


def edited(name: str, old: str, new: str) -> Headers:
    """Signed, then a piece of one header replaced."""
    headers = signed()
    assert old in headers[name]
    headers[name] = headers[name].replace(old, new)
    return headers


def flipped() -> Headers:
    """Signed, then one bit of the signature flipped."""
    headers = signed()
    label, _, value = headers["Signature"].partition("=")
    raw = bytearray(base64.b64decode(value.strip(":")))
    raw[40] ^= 1
    headers["Signature"] = f"{label}=:{b64(bytes(raw))}:"
    return headers


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
