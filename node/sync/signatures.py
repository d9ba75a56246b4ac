"""Requests signed by node keys: RFC 9421 with Ed25519, RFC 9530 Content-Digest.

Covered are `@method @authority @path @query content-digest`, with created, expires,
nonce, keyid (the co-op id as `coop_...`) and alg. Nothing more and nothing less is
taken: what a signature covers is a decision of this protocol, not of the sender.
`@target-uri` is left out because a proxy that ends TLS changes the scheme.

Bases and structured fields are built and read by http-message-signatures and its
parser; its clock is not used, since time is an argument here.

Order of the checks: form, key, authority, digest, lifetime, signature, time, nonce.
The first ones cost nothing; time comes after the signature, because what a wrong clock
is answered with is for members only; the nonce comes last, because a nonce counts as
used only once everything else was right.

**Wrong clocks.** A request that was signed well and at the wrong time (codes
"clock-skewed", "not-yet-valid", "expired") is refused with two fields: `server_time`
and `nonce`, a server nonce. The client signs the same request again with that nonce;
whatever its `created` says then, it is taken: once, for a minute, by the server's
clock (`retry_nonce_from`, `NonceBook`). The answer is the same in the first seconds
after a start, when replays from before it must be kept out.
"""

from __future__ import annotations

import datetime
import hmac
import sys
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519

from node.sync.claims import (
    COVERED,
    FIELDS,
    Claim,
    Code,
    SignatureRefused,
    check_signature_form,
    is_nonce,
    read_claim,
    read_digest,
)
from node.sync.nonces import AHEAD_S, SERVER_NONCE, NonceBook
from protocol import ids

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from multidict import MultiMapping

__all__ = [
    "LIFETIME_S",
    "MAX_LIFETIME_S",
    "Code",
    "NonceBook",
    "ServerNonce",
    "SignatureRefused",
    "Verified",
    "key_id_of",
    "retry_nonce_from",
    "sign_request",
    "verify_request",
]

LIFETIME_S: Final = 60
"""What a client asks for: a slow line and a queue, but not a coffee break."""

MAX_LIFETIME_S: Final = 300
"""The longest `expires - created` taken; nonces are remembered so long, seconds."""

LATEST_S: Final = 253_402_300_000
"""The end of the year 9999, as far as datetime goes."""

CLOCK_OFF_S: Final = 300
"""A clock that is off by more is worth a banner (five minutes)."""

_LABEL: Final = "wortley"
#: RFC 9421 drops a scheme's default port from @authority, but behind a proxy the
#: scheme is unknown. Under this name none has a default, so Host counts as it came.
_ANY_SCHEME: Final = "any"


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed: the co-op id in text, the spent nonce, created in unix seconds."""

    key_id: str
    nonce: str
    created: int


class ServerNonce(msgspec.Struct, frozen=True, kw_only=True):
    """What a refused client signs again with; server_time in unix seconds."""

    nonce: str
    server_time: int


class _Message(msgspec.Struct, kw_only=True):
    """The view of a request that the library reads and writes."""

    method: str
    url: str
    headers: dict[str, str]


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without its clock: `_until` checks the times."""

    @override
    def validate_created_and_expires(
        self, sig_input: object, max_age: object = None
    ) -> None:
        """Leave it to `verify_request`, where time is an argument."""


def sign_request(
    *,
    method: str,
    url: str,
    body: bytes,
    key_id: str,
    private_key: Ed25519PrivateKey,
    created: int,
    nonce: str,
    lifetime_s: int = LIFETIME_S,
) -> dict[str, str]:
    """Give the headers to add: Content-Digest, Signature-Input and Signature.

    url: absolute and encoded, to the letter as it will be sent (`dial.peer_url`).
    body: as it will be sent, after any content coding. created: unix seconds. nonce:
    16 to 64 characters of base64url, never the same twice; or a server nonce.
    lifetime_s: 1 to `MAX_LIFETIME_S`. Raises ValueError for what no node would take.
    """
    if not is_nonce(nonce) or not 0 < lifetime_s <= MAX_LIFETIME_S:
        raise ValueError("no node would take this nonce or lifetime")
    ids.parse("coop", key_id)
    message = _Message(method=method, url=url, headers={})
    keys = MappingKeyResolver(public_keys={}, private_keys={key_id: private_key})
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=keys)
    try:
        signer.sign(
            message,
            key_id=key_id,
            created=datetime.datetime.fromtimestamp(created, datetime.UTC),
            expires=datetime.datetime.fromtimestamp(created + lifetime_s, datetime.UTC),
            nonce=nonce,
            label=_LABEL,
            covered_component_ids=COVERED,
            body=body,
        )
    except HTTPMessageSignaturesException as error:
        raise ValueError(f"cannot be signed: {error}") from error
    return message.headers


def key_id_of(headers: MultiMapping[str]) -> str:
    """Read the co-op id that the signature claims, to look its node key up by.

    Costs one parse of a bounded header and proves nothing. Raises `SignatureRefused`
    for everything that is wrong with the form of Signature-Input.
    """
    return read_claim(headers).key_id


def verify_request(
    *,
    method: str,
    authority: str,
    path: str,
    query: str,
    headers: MultiMapping[str],
    body_digest: bytes,
    public_key: Ed25519PublicKey | None,
    now: int,
    nonces: NonceBook,
    allowed_authorities: frozenset[str],
) -> Verified:
    """Check one request from the network and spend its nonce.

    authority: the Host header. path, query: of the request target as it came, still
    encoded; query without its question mark, "" if there is none. body_digest:
    SHA-256 of the body as it was read, before any content decoding (RFC 9530).
    public_key: the node key that the card of the co-op `key_id_of(headers)` gives;
    None if there is none. now: unix seconds. allowed_authorities: lower case, what
    this node is reached by (public URL, listening address), ports included.

    Raises `SignatureRefused`. The order of the checks is in the module's docstring.
    """
    claim = read_claim(headers)
    check_signature_form(headers, claim.label)
    digest = read_digest(headers)
    if public_key is None:
        raise SignatureRefused("key-unknown", claim.key_id)
    if authority.lower() not in allowed_authorities:
        raise SignatureRefused("authority-foreign", "Host is none of this node's names")
    if not hmac.compare_digest(digest, body_digest):
        raise SignatureRefused("digest-mismatch", "the body has another digest")
    if not 0 < claim.expires - claim.created <= MAX_LIFETIME_S:
        raise SignatureRefused("lifetime-too-long", f"1 to {MAX_LIFETIME_S} seconds")
    url = f"{_ANY_SCHEME}://{authority}{path}" + (f"?{query}" if query else "")
    signed = {name: headers[name] for name in FIELDS}
    message = _Message(method=method, url=url, headers=signed)
    _check_signature(message, claim.key_id, public_key)
    _spend(claim, _until(claim, now, nonces), now, nonces)
    return Verified(key_id=claim.key_id, nonce=claim.nonce, created=claim.created)


def retry_nonce_from(problem: Mapping[str, object]) -> ServerNonce | None:
    """Read what a refused client needs to sign again from a problem+json object.

    None if the answer does not offer it, or not in the right form: then signing again
    would not help. Try once per request; a second refusal is final.
    """
    nonce, server_time = problem.get("nonce"), problem.get("server_time")
    if not isinstance(nonce, str) or SERVER_NONCE.fullmatch(nonce) is None:
        return None
    if not isinstance(server_time, int) or isinstance(server_time, bool):
        return None
    if not 0 <= server_time <= LATEST_S:
        return None
    return ServerNonce(nonce=nonce, server_time=server_time)


def _check_signature(
    message: _Message, key_id: str, public_key: Ed25519PublicKey
) -> None:
    keys = MappingKeyResolver(public_keys={key_id: public_key}, private_keys={})
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=keys)
    try:
        verifier.verify(message, max_age=None, require_components=COVERED)
    except HTTPMessageSignaturesException as error:
        raise SignatureRefused("signature-invalid", "does not verify") from error


def _until(claim: Claim, now: int, nonces: NonceBook) -> int:
    """Tell how long the nonce must be remembered, if the time is right at all."""
    floor = nonces.floor(now)
    granted = nonces.granted_until(claim.nonce)
    if granted is not None and floor <= granted:
        return granted
    code = _wrong_time(claim, now, nonces)
    if code is None:
        return claim.expires
    raise SignatureRefused(
        code, "sign again with this nonce", server_time=now, nonce=nonces.issue(now)
    )


def _wrong_time(
    claim: Claim, now: int, nonces: NonceBook
) -> Literal["clock-skewed", "not-yet-valid", "expired"] | None:
    if SERVER_NONCE.fullmatch(claim.nonce):
        return "expired"  # too late, or of an earlier process: here is a new one
    ahead = claim.created - now
    if abs(ahead) > CLOCK_OFF_S:
        return "clock-skewed"
    if ahead > AHEAD_S:
        return "not-yet-valid"
    if claim.expires < nonces.floor(now) or claim.created <= nonces.trusted_after(now):
        return "expired"
    return None


def _spend(claim: Claim, until: int, now: int, nonces: NonceBook) -> None:
    use = nonces.use(key_id=claim.key_id, nonce=claim.nonce, until=until, now=now)
    if use == "replayed":
        raise SignatureRefused("nonce-replayed", "this nonce was used before")
    if use == "full":
        raise SignatureRefused("too-many-requests", "the share of this key is used up")
