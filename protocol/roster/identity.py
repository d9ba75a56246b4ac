"""Inceptions, cards, applications and invitations (SPEC 4.3, 7.6).

The inception fixes a co-op's id for good; the id outlives every key. A card says
where its node answers and with which node key; it serves access, never a verdict.
"""

import base64
import binascii
import re
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol import canonical, keys, limits
from protocol.errors import Malformed
from protocol.ids import CoopId, NetworkId, digest

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
Nonce = Annotated[bytes, Meta(min_length=16, max_length=16)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS)]
#: An origin: no path, query or user, which would make a peer ask for something else.
ADDRESS_FORM: Final = r"^https?://[0-9A-Za-z._:\[\]-]+\Z"
Address = Annotated[str, Meta(max_length=limits.ADDRESS_CHARS, pattern=ADDRESS_FORM)]
Addresses = Annotated[tuple[Address, ...], Meta(max_length=limits.ADDRESSES)]

_INVITATION_PREFIX: Final = "wortley-"
_BASE64URL: Final = re.compile("[A-Za-z0-9_-]*")


class Inception(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """`[log key, digest of the next log key, nonce]`; its hash is the co-op id."""

    log_key: Key
    next_key: Digest
    nonce: Nonce


class Card(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    kw_only=True,
):
    """Where a co-op's node is reached and how it signs; the highest counter wins.

    Between equal counters `supersedes` decides.
    """

    coop: Digest
    counter: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    node_key: Key
    sealing_key: Key
    addresses: Addresses = ()


class SignedCard(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """A card with the signature of the log key on its exact bytes."""

    card: bytes
    signature: Signature


class Application(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """What a co-op shows that wants to join: its inception and the name it goes by."""

    inception: bytes
    name: Name
    signature: Signature


class Invitation(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    kw_only=True,
):
    """Network, pin (a certified block), where to knock, a one-use secret."""

    network: Digest
    pin_number: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    pin: Digest
    inviter: Digest
    secret: Nonce
    addresses: Addresses


_INCEPTION: Final = msgspec.msgpack.Decoder(Inception)
_CARD: Final = msgspec.msgpack.Decoder(Card)
_INVITATION: Final = msgspec.msgpack.Decoder(Invitation)


def parse_inception(data: bytes) -> Inception:
    """Read an inception; both its form and its log key must hold."""
    inception = canonical.read(_INCEPTION, data, most=limits.CHANGE_BYTES)
    keys.check_key(inception.log_key)
    return inception


def coop_id(inception: bytes) -> CoopId:
    """Name the co-op of these inception bytes."""
    return CoopId(digest("co-op", inception))


def sign_card(card: Card, network: NetworkId, log_key: keys.Private) -> SignedCard:
    """Sign a card within a network."""
    data = canonical.ENCODER.encode(card)
    return SignedCard(data, keys.sign(log_key, "card", network + data))


def verify_card(signed: SignedCard, network: NetworkId, log_key: bytes) -> Card:
    """Read a card that `log_key` signed in this network; raises `Malformed`."""
    if not keys.verify(log_key, "card", network + signed.card, signed.signature):
        raise Malformed("signature-invalid", "the card is not signed by its co-op")
    card = canonical.read(_CARD, signed.card, most=limits.CHANGE_BYTES)
    keys.check_key(card.node_key)
    return card


def peek_card(signed: SignedCard) -> Card:
    """Read a card before its signature is checked, to learn whose it claims to be."""
    return canonical.read(_CARD, signed.card, most=limits.CHANGE_BYTES)


def supersedes(new: tuple[int, bytes], known: tuple[int, bytes]) -> bool:
    """Tell which of two cards of a co-op counts, each (counter, id of its object).

    The higher counter; of equal ones the lower id, so that all nodes keep the same
    card whichever came first (SPEC 4.3).
    """
    return new[0] > known[0] or (new[0] == known[0] and new[1] < known[1])


def apply_to(
    network: NetworkId, inception: bytes, name: str, log_key: keys.Private
) -> Application:
    """Sign an application to a network."""
    message = network + inception + name.encode()
    return Application(inception, name, keys.sign(log_key, "application", message))


def verify_application(application: Application, network: NetworkId) -> CoopId:
    """Give the id of the applicant whose own key signed this; raises `Malformed`."""
    inception = parse_inception(application.inception)
    if not application.name.isprintable() or not application.name.strip():
        raise Malformed("name", "a co-op's name is printable and not blank")
    message = network + application.inception + application.name.encode()
    if not keys.verify(
        inception.log_key, "application", message, application.signature
    ):
        raise Malformed("signature-invalid", "the application is not its own")
    return coop_id(application.inception)


def write_invitation(invitation: Invitation) -> str:
    """Write an invitation as one word to pass on."""
    data = canonical.ENCODER.encode(invitation)
    check = digest("invitation", data)[:4]
    return _INVITATION_PREFIX + base64.urlsafe_b64encode(data + check).decode().rstrip(
        "="
    )


def parse_invitation(written: str) -> Invitation:
    """Read an invitation back; raises `Malformed("invitation")` when garbled."""
    body = "".join(written.split())
    if not body.startswith(_INVITATION_PREFIX):
        raise Malformed("invitation", f"an invitation starts with {_INVITATION_PREFIX}")
    body = body.removeprefix(_INVITATION_PREFIX)
    # The decoder would take "+" and "/" as well, so that one word had several forms.
    if not _BASE64URL.fullmatch(body):
        raise Malformed("invitation", "it has a character that was never in it")
    try:
        data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error as error:
        raise Malformed("invitation", "part of it is missing") from error
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != body:
        raise Malformed("invitation", "its last character was never in it")
    data, check = data[:-4], data[-4:]
    if digest("invitation", data)[:4] != check:
        raise Malformed("invitation", "part of it is missing or mistyped")
    return canonical.read(_INVITATION, data, most=limits.CHANGE_BYTES)


def join_proof_message(network: NetworkId, inception: bytes) -> bytes:
    """Give what the invitation's secret is keyed over (HMAC-SHA256, SPEC 7.6)."""
    return b"wortley/1/join\0" + network + inception
