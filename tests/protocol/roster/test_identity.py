"""Inceptions, cards, applications, invitations: read back, or refused."""

import base64
import hashlib
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, ids, keys, limits
from protocol.canonical import Value
from protocol.errors import Malformed
from protocol.ids import NetworkId
from protocol.roster import identity
from protocol.roster.identity import Application, Card, Invitation, SignedCard
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import coop, private, seed

ACORN, BRAMBLE = coop("acorn"), coop("bramble")
NETWORK: Final = NetworkId(seed("network"))
NODE_KEY: Final = keys.public_bytes(private("acorn", "node"))

# --- inception ----------------------------------------------------------------------


def inception(
    key: Value = ACORN.public, following: Value = bytes(32), nonce: Value = bytes(16)
) -> bytes:
    return canonical.encode([key, following, nonce])


def test_an_inception_names_its_coop() -> None:
    read = identity.parse_inception(ACORN.inception)
    assert read.log_key == ACORN.public
    following = keys.public_bytes(private("acorn", "next"))
    assert read.next_key == keys.next_key_digest(following)
    expected = hashlib.sha256(b"wortley/1/co-op\0" + ACORN.inception).digest()
    assert identity.coop_id(ACORN.inception) == expected == ACORN.id


INCEPTIONS: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "form"),
    "nil": (b"\xc0", "form"),
    "two-items": (canonical.encode([ACORN.public, bytes(32)]), "form"),
    "four-items": (
        canonical.encode([ACORN.public, bytes(32), bytes(16), None]),
        "form",
    ),
    "key-short": (inception(key=bytes(31)), "form"),
    "key-of-str": (inception(key="k" * 32), "form"),
    "key-of-small-order": (inception(key=bytes(32)), "key-refused"),
    "key-not-canonical": (inception(key=b"\xff" * 32), "key-refused"),
    "next-key-long": (inception(following=bytes(33)), "form"),
    "nonce-short": (inception(nonce=bytes(15)), "form"),
    "long-head": (ACORN.inception.replace(b"\xc4\x10", b"\xc5\0\x10"), "not-canonical"),
    "bytes-after": (ACORN.inception + b"\0", "form"),
    "too-large": (ACORN.inception + bytes(limits.CHANGE_BYTES), "too-large"),
}


@pytest.mark.parametrize("name", INCEPTIONS)
def test_inceptions_that_are_none(name: str) -> None:
    data, code = INCEPTIONS[name]
    with refused(code):
        identity.parse_inception(data)


# --- cards --------------------------------------------------------------------------

CARD: Final = Card(
    coop=ACORN.id,
    counter=3,
    node_key=NODE_KEY,
    sealing_key=seed("sealing"),
    addresses=("https://acorn.example", "http://[fe80::1]:8421"),
)


def card(**fields: object) -> Card:
    made: Card = msgspec.structs.replace(CARD, **fields)
    return made


def signed(one: Card, network: NetworkId = NETWORK) -> SignedCard:
    return identity.sign_card(one, network, ACORN.key)


CARDS: Final[dict[str, Card]] = {
    "with-addresses": CARD,
    "without-addresses": card(addresses=()),
    "first": card(counter=0),
    "last": card(counter=limits.INTEGER),
    "as-many-addresses-as-allowed": card(addresses=("http://a",) * limits.ADDRESSES),
    "longest-address": card(addresses=("http://" + "a" * (limits.ADDRESS_CHARS - 7),)),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_there_and_back(name: str) -> None:
    made = signed(CARDS[name])
    assert identity.verify_card(made, NETWORK, ACORN.public) == CARDS[name]
    assert identity.peek_card(made) == CARDS[name]


def test_a_card_is_an_array_under_a_signature() -> None:
    plain: Value = [ACORN.id, 3, NODE_KEY, CARD.sealing_key, [*CARD.addresses]]
    made = signed(CARD)
    assert made.card == canonical.encode(plain)
    assert keys.verify(ACORN.public, "card", NETWORK + made.card, made.signature)


def test_a_card_stands_for_one_network_and_one_key() -> None:
    made = signed(CARD)
    with refused("signature-invalid"):
        identity.verify_card(made, NetworkId(bytes(32)), ACORN.public)
    with refused("signature-invalid"):
        identity.verify_card(made, NETWORK, BRAMBLE.public)
    changed = SignedCard(signed(card(counter=4)).card, made.signature)
    with refused("signature-invalid"):
        identity.verify_card(changed, NETWORK, ACORN.public)
    # Before that is known, one may look whose it claims to be.
    assert identity.peek_card(changed).counter == 4


def test_the_higher_counter_counts_and_then_the_lower_id() -> None:
    low, high = b"\0" * 32, b"\1" * 32
    for new, known, counts in (
        ((2, high), (1, low), True),
        ((1, low), (2, high), False),
        ((1, low), (1, high), True),
        ((1, high), (1, low), False),
        ((1, low), (1, low), False),
    ):
        assert identity.supersedes(new, known) == counts


CARDS_REFUSED: Final[dict[str, tuple[Card, str]]] = {
    "coop-short": (card(coop=bytes(31)), "form"),
    "counter-negative": (card(counter=-1), "form"),
    "counter-beyond": (card(counter=limits.INTEGER + 1), "form"),
    "node-key-short": (card(node_key=bytes(31)), "form"),
    "node-key-of-small-order": (card(node_key=bytes(32)), "key-refused"),
    "sealing-key-long": (card(sealing_key=bytes(33)), "form"),
    "one-address-too-many": (card(addresses=("http://a",) * 5), "form"),
    "address-too-long": (card(addresses=("http://" + "a" * 194,)), "form"),
    "address-without-a-host": (card(addresses=("http://",)), "form"),
    "address-without-a-scheme": (card(addresses=("acorn.example",)), "form"),
    "address-of-another-scheme": (card(addresses=("ftp://acorn.example",)), "form"),
    "address-in-capitals": (card(addresses=("HTTP://acorn.example",)), "form"),
    "address-with-a-space": (card(addresses=("http://a b",)), "form"),
    "address-with-a-line-end": (card(addresses=("http://a\n",)), "form"),
    "address-with-a-slash": (card(addresses=("http://a/",)), "form"),
    "address-with-a-path": (card(addresses=("http://a/b",)), "form"),
    "address-with-a-query": (card(addresses=("http://a?b",)), "form"),
    "address-with-a-fragment": (card(addresses=("http://a#b",)), "form"),
    "address-with-a-user": (card(addresses=("http://b@a",)), "form"),
    "address-with-a-backslash": (card(addresses=("http://a\\b",)), "form"),
    "address-with-escapes": (card(addresses=("http://a%2fb",)), "form"),
    "address-outside-ascii": (card(addresses=("http://\u00e9",)), "form"),
}


@pytest.mark.parametrize("name", CARDS_REFUSED)
def test_cards_that_are_none(name: str) -> None:
    one, code = CARDS_REFUSED[name]
    with refused(code):
        identity.verify_card(signed(one), NETWORK, ACORN.public)


def test_a_card_that_is_not_canonical() -> None:
    data = signed(CARD).card.replace(b"\x03\xc4\x20", b"\xcc\x03\xc4\x20", 1)
    made = SignedCard(data, keys.sign(ACORN.key, "card", NETWORK + data))
    with refused("not-canonical"):
        identity.verify_card(made, NETWORK, ACORN.public)
    with refused("not-canonical"):
        identity.peek_card(made)


# --- applications -------------------------------------------------------------------


def application(name: str = "Bramble", network: NetworkId = NETWORK) -> Application:
    return identity.apply_to(network, BRAMBLE.inception, name, BRAMBLE.key)


@pytest.mark.parametrize(
    "name", ["Bramble", "B", "\u00c9rable & C\u00f2 (2016)", "x" * 100]
)
def test_an_application_is_the_applicants_own(name: str) -> None:
    made = application(name)
    assert identity.verify_application(made, NETWORK) == BRAMBLE.id
    message = NETWORK + BRAMBLE.inception + name.encode()
    assert keys.verify(BRAMBLE.public, "application", message, made.signature)


APPLICATIONS: Final[dict[str, tuple[Application, str]]] = {
    "another-network": (application(network=NetworkId(bytes(32))), "signature-invalid"),
    "another-name": (
        msgspec.structs.replace(application(), name="Acorn"),
        "signature-invalid",
    ),
    "another-inception": (
        msgspec.structs.replace(application(), inception=ACORN.inception),
        "signature-invalid",
    ),
    "unsigned": (
        msgspec.structs.replace(application(), signature=bytes(64)),
        "signature-invalid",
    ),
    "no-inception": (msgspec.structs.replace(application(), inception=b""), "form"),
    "a-key-that-is-refused": (
        msgspec.structs.replace(application(), inception=inception(key=bytes(32))),
        "key-refused",
    ),
    "name-blank": (application(" "), "name"),
    "name-with-a-line-end": (application("Bramble\n"), "name"),
    "name-with-a-direction": (application("Bramble\u202e"), "name"),
    "name-with-a-nul": (application("Bramble\0"), "name"),
    "name-of-a-wide-space": (application("\u3000"), "name"),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_that_do_not_count(name: str) -> None:
    made, code = APPLICATIONS[name]
    with refused(code):
        identity.verify_application(made, NETWORK)


# --- invitations --------------------------------------------------------------------

INVITATION: Final = Invitation(
    network=NETWORK,
    pin_number=7,
    pin=seed("pin"),
    inviter=ACORN.id,
    secret=seed("secret")[:16],
    addresses=("https://acorn.example", "http://127.0.0.1:8421"),
)
WRITTEN: Final = identity.write_invitation(INVITATION)


def test_an_invitation_there_and_back() -> None:
    assert identity.parse_invitation(WRITTEN) == INVITATION


def test_an_invitation_is_one_word_with_a_check() -> None:
    plain: Value = [
        NETWORK,
        7,
        INVITATION.pin,
        ACORN.id,
        INVITATION.secret,
        [*INVITATION.addresses],
    ]
    data = canonical.encode(plain)
    check = ids.digest("invitation", data)[:4]
    word = base64.urlsafe_b64encode(data + check).decode().rstrip("=")
    assert f"wortley-{word}" == WRITTEN


@pytest.mark.parametrize(
    "written",
    [
        f"  {WRITTEN}\n",
        f"{WRITTEN[:50]}\r\n{WRITTEN[50:]}",
        " ".join(WRITTEN),
        f"{WRITTEN[:20]}\u00a0\t\u2028{WRITTEN[20:]}",
    ],
)
def test_white_space_does_not_matter(written: str) -> None:
    assert identity.parse_invitation(written) == INVITATION


def word(data: bytes, check: bytes | None = None) -> str:
    mark = ids.digest("invitation", data)[:4] if check is None else check
    encoded = base64.urlsafe_b64encode(data + mark).decode().rstrip("=")
    return f"wortley-{encoded}"


def without_a_check(data: bytes) -> str:
    return word(data, b"")


def in_the_other_alphabet(signs: str) -> str:
    """Write the invitation in plain base64; it holds both signs that differ."""
    body = WRITTEN.removeprefix("wortley-")
    assert {"-", "_"} & set(body)
    return "wortley-" + body.translate(str.maketrans("-_", signs))


def with_other_last_bits() -> str:
    """Change the bits of the last character that are part of no byte."""
    longer = msgspec.structs.replace(INVITATION, addresses=("https://acorn.example/a",))
    written = identity.write_invitation(longer)
    assert len(written.removeprefix("wortley-")) % 4
    return written[:-1] + chr(ord(written[-1]) + 1)


INVITATIONS: Final[dict[str, tuple[str, str]]] = {
    "nothing": ("", "invitation"),
    "prefix-alone": ("wortley-", "invitation"),
    "another-prefix": (WRITTEN.replace("wortley-", "wortly-"), "invitation"),
    "capitals": (WRITTEN.upper(), "invitation"),
    "cut-short": (WRITTEN[:-1], "invitation"),
    "cut-to-three-bytes": ("wortley-AAAA", "invitation"),
    "one-character-changed": (
        WRITTEN[:40] + ("A" if WRITTEN[40] != "A" else "B") + WRITTEN[41:],
        "invitation",
    ),
    "two-characters-swapped": (
        WRITTEN[:8] + WRITTEN[9] + WRITTEN[8] + WRITTEN[10:],
        "invitation",
    ),
    "a-character-outside": (WRITTEN[:40] + "!" + WRITTEN[41:], "invitation"),
    "a-character-outside-ascii": (WRITTEN[:40] + "\u00e9" + WRITTEN[41:], "invitation"),
    "a-lone-surrogate": (WRITTEN[:40] + "\ud800" + WRITTEN[41:], "invitation"),
    "plus-for-minus": (in_the_other_alphabet("+/"), "invitation"),
    "last-bits-not-zero": (with_other_last_bits(), "invitation"),
    "cut-to-one-character": ("wortley-A", "invitation"),
    "padding-inside": (WRITTEN[:40] + "=" + WRITTEN[41:], "invitation"),
    "padding-alone": ("wortley-====", "invitation"),
    "another-check": (word(b"\xc0", bytes(4)), "invitation"),
    "check-missing": (without_a_check(b"\xc0" * 8), "invitation"),
    "another-value": (word(b"\xc0"), "form"),
    "not-msgpack": (word(b"\xc1"), "form"),
    "secret-short": (
        word(canonical.encode([NETWORK, 7, bytes(32), ACORN.id, bytes(15), []])),
        "form",
    ),
    "too-large": (word(bytes(limits.CHANGE_BYTES + 1)), "too-large"),
}


@pytest.mark.parametrize("name", INVITATIONS)
def test_invitations_that_are_none(name: str) -> None:
    written, code = INVITATIONS[name]
    with refused(code):
        identity.parse_invitation(written)


@examples(300)
@given(st.text(max_size=60).map("wortley-{}".format) | st.text(max_size=20))
def test_text_is_an_invitation_or_malformed(written: str) -> None:
    with pytest.raises(Malformed):
        identity.parse_invitation(written)


def test_what_a_join_proof_is_over() -> None:
    message = identity.join_proof_message(NETWORK, BRAMBLE.inception)
    assert message == b"wortley/1/join\0" + NETWORK + BRAMBLE.inception


@examples(300)
@given(st.sampled_from([ACORN.inception, signed(CARD).card]).flatmap(mutations))
def test_bytes_are_an_identity_or_malformed(data: bytes) -> None:
    for read in (
        identity.parse_inception,
        lambda each: identity.peek_card(SignedCard(each, bytes(64))),
    ):
        try:
            read(data)
        except Malformed:
            continue
