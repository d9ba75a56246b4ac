import errno
import hmac
import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node import keystore
from node.errors import DiskFailed, OurFault, WortleyError
from node.keystore import KitCheck, KitUnreadable
from tests.node.faults import break_call
from tests.node.fixed import SeededEntropy

SEEDS = {f"{name}_seed": name[:1].encode() * 32 for name in ("log", "node", "sealing")}
NAMES = {"log.key", "node.key", "sealing.key"}

HAMSTER = (
    "hamster diagram private dutch cause delay private meat slide toddler razor book"
    " happy fancy gospel tennis maple dilemma loan word shrug inflict delay length"
)

# BIP-39's own vectors for 32 bytes (github.com/trezor/python-mnemonic, vectors.json).
ZEROS = f"{'abandon ' * 23}art"
VECTORS = [
    (bytes(32), ZEROS),
    (b"\xff" * 32, f"{'zoo ' * 23}vote"),
    (
        bytes.fromhex(
            "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c"
        ),
        HAMSTER,
    ),
]
KIT = VECTORS[2][1]


# -- key files -----------------------------------------------------------------


def raw(keys: keystore.Keys) -> tuple[bytes, bytes, bytes]:
    return (
        keys.log.private_bytes_raw(),
        keys.node.private_bytes_raw(),
        keys.sealing.private_bytes_raw(),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def made(folder: Path) -> Path:
    keystore.create(folder, **SEEDS)
    return folder


def test_what_is_created_is_loaded(folder: Path) -> None:
    created = keystore.create(folder, **SEEDS)
    assert raw(keystore.load(folder)) == raw(created)
    assert raw(created) == tuple(SEEDS.values())


def test_nobody_else_can_read_them(made: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    assert modes == dict.fromkeys(NAMES, 0o600)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_printing_keys_shows_no_key(made: Path) -> None:
    keys = keystore.load(made)
    shown = f"{keys!r} {keys!s}"
    assert not any(part.hex() in shown or repr(part) in shown for part in raw(keys))


def test_keys_are_never_overwritten(made: Path) -> None:
    before = raw(keystore.load(made))
    with pytest.raises(keystore.KeysExist, match="another data folder"):
        keystore.create(
            made, log_seed=b"a" * 32, node_seed=b"b" * 32, sealing_seed=b"c" * 32
        )
    assert raw(keystore.load(made)) == before


@pytest.mark.parametrize(
    "seeds",
    [
        SEEDS | {"node_seed": SEEDS["log_seed"]},
        SEEDS | {"log_seed": b"short"},
        SEEDS | {"sealing_seed": b""},
    ],
)
def test_seeds_that_a_bug_made_are_refused(
    folder: Path, seeds: dict[str, bytes]
) -> None:
    with pytest.raises(OurFault):
        keystore.create(folder, **seeds)
    assert not folder.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize(
    ("call", "nth"),
    [("mkdir", 0), ("rename", 0)]
    + [("open", nth) for nth in range(3)]
    + [("fdopen", nth) for nth in range(3)]
    + [("fsync", nth) for nth in range(4)],
)
def test_a_failure_at_any_step_makes_no_keys(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, number: int
) -> None:
    with monkeypatch.context() as patch:
        break_call(patch, call, number, nth=nth)
        with pytest.raises(WortleyError, match="again") as caught:
            keystore.create(folder, **SEEDS)
    expected = DiskFailed if call == "fsync" else keystore.KeysNotWritten
    assert type(caught.value) is expected
    assert not folder.exists()
    # What was left behind does not stand in the way of the next try.
    keystore.create(folder, **SEEDS)
    assert {path.name for path in folder.parent.iterdir()} == {"keys"}


def test_names_that_may_not_last_are_fatal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_call(monkeypatch, "fsync", errno.EIO, nth=4)
    with pytest.raises(DiskFailed):
        keystore.create(folder, **SEEDS)


def pem(key: Ed25519PrivateKey | X25519PrivateKey, password: bytes = b"") -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    )


ED = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
X = X25519PrivateKey.from_private_bytes(b"x" * 32)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 119,
        b"-----BEGIN PRIVATE KEY-----\n",
        pem(ED)[:60],
        pem(ED).replace(b"M", b"!", 1),
        pem(ED, b"password"),
        ED.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        b"a" * 1_000_000,
    ],
    ids=["empty", "zeros", "begin", "torn", "bad", "encrypted", "public", "huge"],
)
def test_a_damaged_key_is_named_with_a_way_out(
    made: Path, name: str, content: bytes
) -> None:
    (made / name).write_bytes(content)
    with pytest.raises(keystore.KeyDamaged, match="recovery kit") as caught:
        keystore.load(made)
    assert caught.value.fields["path"] == str(made / name)


@pytest.mark.parametrize(
    ("name", "key"), [("log.key", X), ("node.key", X), ("sealing.key", ED)]
)
def test_a_key_of_the_other_kind_is_damage(
    made: Path, name: str, key: Ed25519PrivateKey | X25519PrivateKey
) -> None:
    (made / name).write_bytes(pem(key))
    with pytest.raises(keystore.KeyDamaged, match=name):
        keystore.load(made)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_damage(made: Path, make: Callable[[Path], None]) -> None:
    (made / "log.key").unlink()
    make(made / "log.key")
    with pytest.raises(keystore.KeyDamaged):
        keystore.load(made)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_missing_key_is_named_with_a_way_out(made: Path, name: str) -> None:
    (made / name).unlink()
    with pytest.raises(keystore.KeysMissing, match=f"{name}.*recovery kit"):
        keystore.load(made)


def test_a_missing_folder_is_missing_keys(folder: Path) -> None:
    with pytest.raises(keystore.KeysMissing):
        keystore.load(folder)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o610, 0o777])
def test_a_key_that_others_can_reach_is_refused(
    made: Path, name: str, bits: int
) -> None:
    (made / name).chmod(bits)
    with pytest.raises(keystore.KeyExposed) as caught:
        keystore.load(made)
    assert f"chmod 600 {made / name}" in caught.value.way_out


def test_the_command_survives_being_pasted(tmp_path: Path) -> None:
    folder = tmp_path / "our keys; rm"
    keystore.create(folder, **SEEDS)
    (folder / "log.key").chmod(0o644)
    with pytest.raises(keystore.KeyExposed) as caught:
        keystore.load(folder)
    assert f"chmod 600 '{folder / 'log.key'}'" in caught.value.way_out


def test_a_key_of_another_user_is_refused(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(keystore.KeyExposed, match="chown 54321") as caught:
        keystore.load(made)
    assert caught.value.code == "key-foreign"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.EACCES, keystore.KeyExposed), (errno.EIO, keystore.KeyDamaged)],
)
def test_a_key_that_cannot_be_opened(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[WortleyError],
) -> None:
    break_call(monkeypatch, "open", number)
    with pytest.raises(expected):
        keystore.load(made)


# -- the recovery kit ----------------------------------------------------------


@pytest.mark.parametrize(("entropy", "words"), VECTORS)
def test_the_words_are_those_of_bip39(entropy: bytes, words: str) -> None:
    assert keystore.kit_words(entropy) == words
    assert keystore.parse_words(words) == entropy


@pytest.mark.parametrize(
    "typed",
    [
        KIT.upper(),
        KIT.title(),
        f"\n  {KIT}\t ",
        KIT.replace(" ", "\r\n"),
        KIT.replace(" ", "\u00a0\u2003"),
        "".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in KIT),
    ],
    ids=["upper", "title", "around", "lines", "wide spaces", "wide letters"],
)
def test_case_and_space_do_not_matter(typed: str) -> None:
    assert keystore.parse_words(typed) == VECTORS[2][0]


@pytest.mark.parametrize("count", [0, 1, 12, 23, 25, 5000])
def test_a_wrong_count_is_told(count: int) -> None:
    with pytest.raises(KitUnreadable, match=f"these are {count}") as caught:
        keystore.parse_words(" ".join(["abandon"] * count))
    assert caught.value.code == "kit-count"
    assert caught.value.fields == {"count": count}


@pytest.mark.parametrize(
    ("place", "typed", "nearest"),
    [
        (1, "hamstr", "hamster"),
        (4, "duch", "dutch"),
        (10, "todler", "toddler"),
        (20, "wrod", "word"),
        (24, "lenght", "length"),
        (24, "lengthy", "length"),
    ],
)
def test_an_unknown_word_is_placed_and_its_neighbours_named(
    place: int, typed: str, nearest: str
) -> None:
    words = KIT.split()
    words[place - 1] = typed
    with pytest.raises(KitUnreadable, match=f"Word {place} .*{nearest}") as caught:
        keystore.parse_words(" ".join(words))
    assert caught.value.code == "kit-word"
    assert caught.value.fields["place"] == place
    suggested = caught.value.fields["nearest"]
    assert isinstance(suggested, tuple)
    assert nearest in suggested
    assert len(suggested) <= 3


@pytest.mark.parametrize("typed", ["x" * 100_000, "1", "\ud800", "%s{0}", "ключ"])
def test_a_word_like_none_gets_no_suggestion_and_is_not_echoed(typed: str) -> None:
    with pytest.raises(KitUnreadable) as caught:
        keystore.parse_words(" ".join([*KIT.split()[:23], typed]))
    assert caught.value.fields == {"place": 24, "nearest": ()}
    assert typed not in caught.value.detail.replace("24", "")


@pytest.mark.parametrize(
    "typed",
    [
        " ".join([*KIT.split()[:22], "length", "delay"]),
        ZEROS.replace("art", "abandon"),
        KIT.replace("hamster", "hammer"),
    ],
    ids=["swapped", "last", "other word"],
)
def test_words_that_do_not_belong_together_are_told(typed: str) -> None:
    with pytest.raises(KitUnreadable, match="compare them one by one") as caught:
        keystore.parse_words(typed)
    assert caught.value.code == "kit-checksum"


def test_the_next_key_is_a_function_of_the_words() -> None:
    # HKDF-SHA256 with the standard library alone, RFC 5869: extract, then expand.
    entropy = VECTORS[2][0]
    extracted = hmac.digest(bytes(32), entropy, "sha256")
    seed = hmac.digest(extracted, b"wortley/1/recovery-kit\x01", "sha256")
    expected = Ed25519PrivateKey.from_private_bytes(seed)
    assert keystore.next_key(KIT).private_bytes_raw() == seed
    public = keystore.next_public_key(f" {KIT.upper()} ")
    assert public == expected.public_key().public_bytes_raw()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_entropy_of_a_wrong_length_is_our_fault(length: int) -> None:
    with pytest.raises(OurFault):
        keystore.kit_words(bytes(length))
    with pytest.raises(OurFault):
        keystore.make_check(KIT, bytes(length))


@pytest.fixture(scope="module")
def check() -> KitCheck:
    return keystore.make_check(KIT, SeededEntropy("check").token(32))


def asked(check: KitCheck) -> list[str]:
    return [KIT.split()[place - 1] for place in check.positions]


def test_three_words_are_asked_back(check: KitCheck) -> None:
    first, second, third = check.positions
    assert 1 <= first < second < third <= 24
    assert check.matches(*asked(check))
    assert check.matches(*[f" {word.upper()}\n" for word in asked(check)])


def test_wrong_words_do_not_match(check: KitCheck) -> None:
    a, b, c = asked(check)
    wrong = [
        (b, a, c),
        (a, b, "zoo"),
        (f"{a} {b}", c, ""),
        ("", "", ""),
        ("\ud800",) * 3,
    ]
    assert [check.matches(*words) for words in wrong] == [False] * len(wrong)


def test_a_check_can_be_stored(check: KitCheck) -> None:
    stored = msgspec.msgpack.encode(check)
    assert msgspec.msgpack.decode(stored, type=KitCheck) == check
    as_json = msgspec.json.encode(check)
    assert msgspec.json.decode(as_json, type=KitCheck) == check
    assert not any(word.encode() in stored + as_json for word in asked(check))


def test_every_place_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keystore, "_scrypt", lambda *_: b"")
    entropy = SeededEntropy("places")
    drawn = [keystore.make_check(KIT, entropy.token(32)).positions for _ in range(300)]
    assert {place for positions in drawn for place in positions} == set(range(1, 25))
    assert len(set(drawn)) > 250
