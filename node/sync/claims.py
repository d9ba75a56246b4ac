"""What the signature headers of a request say: read strictly, proving nothing yet.

One signature, over exactly our components, with exactly our parameters. Everything is
read by the parser of structured fields (RFC 9651) that http-message-signatures uses;
doubled keys, which that RFC lets the last one win, are refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

import http_sf
import msgspec

from node.sync.nonces import CLIENT_NONCE, SERVER_NONCE
from protocol import ids
from protocol.errors import Malformed, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multidict import MultiMapping

COVERED: Final = ("@method", "@authority", "@path", "@query", "content-digest")
"""The components of every signature, in the order in which we write them."""

ALGORITHM: Final = "ed25519"
FIELDS: Final = ("Content-Digest", "Signature-Input", "Signature")

#: Ours take about 280, 94 and 65 characters; twice that and no more.
INPUT_CHARS: Final = 640
SIGNATURE_CHARS: Final = 192
DIGEST_CHARS: Final = 192

_PARAMETERS: Final = frozenset({"created", "expires", "nonce", "keyid", "alg"})
_SIGNATURE_BYTES: Final = 64

Code = Literal[
    "signature-missing",
    "signature-malformed",
    "signature-too-many",
    "component-missing",
    "algorithm-refused",
    "key-unknown",
    "digest-missing",
    "digest-mismatch",
    "authority-foreign",
    "not-yet-valid",
    "expired",
    "lifetime-too-long",
    "nonce-replayed",
    "nonce-missing",
    "clock-skewed",
    "signature-invalid",
    "too-many-requests",
]

SENTENCES: Final[Mapping[Code, str]] = {
    "signature-missing": "The request is not signed.",
    "signature-malformed": "The signature of the request is not in the right form.",
    "signature-too-many": "The request carries more than one signature.",
    "component-missing": "The signature leaves out something that it must cover.",
    "algorithm-refused": "The signature was made with another algorithm than Ed25519.",
    "key-unknown": "This node knows no key of the co-op that the signature names.",
    "digest-missing": "The request has no SHA-256 digest of its body.",
    "digest-mismatch": "The body of the request is not the one that was signed.",
    "authority-foreign": "The request was meant for another node.",
    "not-yet-valid": "By this node's clock the request is signed in the future.",
    "expired": "By this node's clock the signature of the request has expired.",
    "lifetime-too-long": "The signature of the request would be valid for too long.",
    "nonce-replayed": "This request has been received before.",
    "nonce-missing": "The signature has no nonce.",
    "clock-skewed": "The clocks of the two nodes differ by more than five minutes.",
    "signature-invalid": "The signature does not fit the request and the key.",
    "too-many-requests": "Too many requests are being remembered; try again later.",
}


class SignatureRefused(ProtocolError):
    """Theirs: the request may not be acted upon; `code` is a `Code`, and stable.

    fields: what the answer must carry besides: server_time (unix seconds) and nonce
    (a server nonce) where signing again with it will help.
    """

    def __init__(self, code: Code, detail: str, **fields: int | str) -> None:
        super().__init__(code, detail)
        self.sentence = SENTENCES[code]
        self.fields: Mapping[str, int | str] = fields


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What Signature-Input says. created, expires: unix seconds, in any relation."""

    label: str
    key_id: str
    nonce: str
    created: int
    expires: int


def read_claim(headers: MultiMapping[str]) -> Claim:
    """Read Signature-Input (RFC 9421, section 4.1); raises `SignatureRefused`."""
    name = "Signature-Input"
    members = _dictionary(_one_line(headers, name, INPUT_CHARS), name)
    if not members:
        raise SignatureRefused("signature-missing", f"{name} is empty")
    if len(members) > 1:
        raise SignatureRefused("signature-too-many", f"{name} has several labels")
    ((label, (components, parameters)),) = members.items()
    if not isinstance(components, list):
        _malformed(f"{name} is no list of components")
    _check_components(components)
    return _claim(label, parameters)


def check_signature_form(headers: MultiMapping[str], label: str) -> None:
    """Refuse a Signature header that is not one 64-byte sequence under `label`."""
    name = "Signature"
    value = _one_line(headers, name, SIGNATURE_CHARS)
    signature = _byte_sequence(value, name, label)
    if signature is None or len(signature) != _SIGNATURE_BYTES:
        _malformed(f"{name} is {_SIGNATURE_BYTES} bytes under the label of its input")


def read_digest(headers: MultiMapping[str]) -> bytes:
    """Read the sha-256 of Content-Digest (RFC 9530); raises `SignatureRefused`."""
    name = "Content-Digest"
    digest = _byte_sequence(
        _one_line(headers, name, DIGEST_CHARS, none="digest-missing"), name, "sha-256"
    )
    if digest is None:
        raise SignatureRefused("digest-missing", f"{name} has no sha-256")
    return digest


def is_nonce(nonce: str) -> bool:
    """Tell whether this has the form of a client's or a server's nonce."""
    return bool(CLIENT_NONCE.fullmatch(nonce) or SERVER_NONCE.fullmatch(nonce))


def _malformed(detail: str) -> NoReturn:
    raise SignatureRefused("signature-malformed", detail)


def _one_line(
    headers: MultiMapping[str],
    name: str,
    limit: int,
    *,
    none: Code = "signature-missing",
) -> str:
    """Give a header that must be there once and of bounded length."""
    lines = headers.getall(name, [])
    if not lines:
        raise SignatureRefused(none, f"no {name}")
    if len(lines) > 1:
        raise SignatureRefused("signature-too-many", f"{name} stands there twice")
    if len(lines[0]) > limit:
        _malformed(f"{name} is at most {limit} characters")
    return lines[0]


def _dictionary(value: str, name: str) -> dict[str, Any]:
    """Parse a structured dictionary (RFC 9651, section 4.2.2), nothing doubled."""
    doubled: list[str] = []
    try:
        parsed = http_sf.parse(
            value.encode("ascii"),
            tltype="dictionary",
            on_duplicate_key=lambda key, _: doubled.append(key),
        )
    except ValueError as error:  # not ASCII is one, too
        raise SignatureRefused("signature-malformed", f"{name} is not read") from error
    if doubled or not isinstance(parsed, dict):
        _malformed(f"a key stands twice in {name}")
    return parsed


def _check_components(
    components: Sequence[tuple[object, Mapping[str, object]]],
) -> None:
    names = [name for name, parameters in components if not parameters]
    missing = [name for name in COVERED if name not in names]
    if missing:
        raise SignatureRefused("component-missing", f"{missing[0]} is not covered")
    if len(components) != len(COVERED):
        _malformed("a component stands there twice or is none of ours")


def _claim(label: str, given: Mapping[str, object]) -> Claim:
    """Take the five parameters (RFC 9421, section 2.3) and refuse any other."""
    if "nonce" not in given:
        raise SignatureRefused("nonce-missing", "no nonce")
    if given.get("alg") != ALGORITHM:
        raise SignatureRefused("algorithm-refused", f"alg is not {ALGORITHM}")
    if given.keys() != _PARAMETERS:
        _malformed("the parameters are created, expires, nonce, keyid and alg")
    created, expires = given["created"], given["expires"]
    # A boolean is an int to Python, but no Integer of RFC 9651.
    if type(created) is not int or type(expires) is not int:
        _malformed("created and expires are integers")
    return Claim(
        label=label,
        key_id=_key_id(given["keyid"]),
        nonce=_nonce(given["nonce"]),
        created=created,
        expires=expires,
    )


def _nonce(value: object) -> str:
    if not isinstance(value, str) or not is_nonce(value):
        _malformed("a nonce is 16 to 64 characters of base64url")
    return value


def _key_id(value: object) -> str:
    if not isinstance(value, str):
        _malformed("keyid is a string")
    try:
        ids.parse("coop", value)
    except Malformed as error:
        raise SignatureRefused("signature-malformed", error.detail) from error
    return value


def _byte_sequence(value: str, name: str, key: str) -> bytes | None:
    """Give the bytes of the one member `key`; None if there is no such member."""
    members = _dictionary(value, name)
    if key not in members:
        return None
    content, parameters = members[key]
    if len(members) > 1 or parameters or not isinstance(content, bytes):
        _malformed(f"{name} is one byte sequence")
    return content
