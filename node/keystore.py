"""The key files of a node, and the recovery kit that outlives them.

    <data>/keys/log.key       Ed25519  signs the log; what it signs is the co-op's word
    <data>/keys/node.key      Ed25519  signs HTTP requests
    <data>/keys/sealing.key   X25519   opens what was sealed for this co-op

All three lie in clear, as the node has to start unattended after a power cut; what
guards them is the folder. The next log key exists only as the recovery kit, 24 words
on paper: the roster holds its digest (protocol/SPEC.md section 3, pre-rotation), and
neither the words nor their entropy are ever written by this program.

Randomness is an argument throughout (node/clock.py, Entropy).
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import functools
import hashlib
import hmac
import itertools
import os
import shlex
import stat
import unicodedata
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from node.errors import DiskFailed, OurFault, UserFault, WorldFault
from node.folder import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

LOG_KEY: Final = "log.key"
NODE_KEY: Final = "node.key"
SEALING_KEY: Final = "sealing.key"

SEED_BYTES: Final = 32
"""Of an Ed25519 or X25519 private key (RFC 8032, RFC 7748) and of a kit's entropy."""

MAX_KEY_BYTES: Final = 1024
"""A PKCS8 PEM of these keys has 119 bytes; more is no key of ours."""

RECOVER: Final = (
    "Restore a backup that holds it. Without one, the recovery kit opens a new"
    " generation of the log."
)

KIT_WORDS: Final = 24
KIT_INFO: Final = b"wortley/1/recovery-kit"
WORD_CHARS: Final = 16
"""Twice the longest word of the list; longer input is compared with nothing."""

SUGGESTIONS: Final = 3
CHECK_BYTES: Final = 32
SALT_BYTES: Final = 16
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 1
"""16 MiB and some 40 ms a try. The three words hold 33 bits: whoever steals the
digest may find them with effort, and still lacks 223 bits of the kit."""


# -- key files -----------------------------------------------------------------


class KeysExist(UserFault):
    """There are keys already; they are never overwritten. fields: folder (str)."""


class KeysMissing(UserFault):
    """A key file, or the whole folder, is not there. fields: path (str)."""


class KeyExposed(UserFault):
    """Others can read a key, or it is not ours to read. fields: path (str)."""


class KeyDamaged(WorldFault):
    """A key file holds something else than its key. fields: path (str)."""


class KeysNotWritten(WorldFault):
    """No keys were made (disk full, say); try again. fields: folder (str), errno."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The private keys of a node, as objects that show nothing when printed."""

    log: Ed25519PrivateKey
    node: Ed25519PrivateKey
    sealing: X25519PrivateKey


def create(
    folder: Path, *, log_seed: bytes, node_seed: bytes, sealing_seed: bytes
) -> Keys:
    """Make the folder (0700) with the three files (0600) and return the keys.

    Seeds: 32 fresh random bytes each. All or nothing, and durable on return: the
    files are written and synced in a folder beside it, which then takes the name, as
    with one key of three no start and no second try would get anywhere. For the
    holder of the data folder's lock. Raises KeysExist, KeysNotWritten, DiskFailed.
    """
    for seed in (log_seed, node_seed, sealing_seed):
        _require(seed, SEED_BYTES, "a key")
    if len({log_seed, node_seed, sealing_seed}) < 3:
        raise OurFault(code="keys-equal", detail="Two keys from the same seed.")
    keys = Keys(
        log=Ed25519PrivateKey.from_private_bytes(log_seed),
        node=Ed25519PrivateKey.from_private_bytes(node_seed),
        sealing=X25519PrivateKey.from_private_bytes(sealing_seed),
    )
    new = folder.with_name(f"{folder.name}.new")
    try:
        if folder.exists():
            raise _exist(folder)
        # What a crash has left of an earlier try was never anybody's key.
        _remove(new)
        new.mkdir(mode=0o700)
        _write(new / LOG_KEY, keys.log)
        _write(new / NODE_KEY, keys.node)
        _write(new / SEALING_KEY, keys.sealing)
        sync_folder(new)
        # Exclusive by itself too: a folder with anything in it is not replaced.
        new.rename(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            _remove(new)
        raise KeysNotWritten(
            code="keys-not-written",
            detail=f"The keys cannot be written to {folder}: {error.strerror}.",
            way_out="Make room, or the data folder writable, and try again.",
            folder=str(folder),
            errno=error.errno,
        ) from error
    sync_folder(folder.parent)
    return keys


def load(folder: Path) -> Keys:
    """Read the three keys. Raises KeysMissing, KeyExposed, KeyDamaged."""
    log = _read(folder / LOG_KEY)
    node = _read(folder / NODE_KEY)
    sealing = _read(folder / SEALING_KEY)
    if not isinstance(log, Ed25519PrivateKey):
        raise _damaged(folder / LOG_KEY)
    if not isinstance(node, Ed25519PrivateKey):
        raise _damaged(folder / NODE_KEY)
    if not isinstance(sealing, X25519PrivateKey):
        raise _damaged(folder / SEALING_KEY)
    return Keys(log=log, node=node, sealing=sealing)


def _write(path: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # The mode comes with the file: a chmod after it would be a moment too late.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        try:
            os.fsync(file.fileno())
        except OSError as error:
            raise DiskFailed(path=path, doing="fsync", cause=error) from error


def _remove(folder: Path) -> None:
    if folder.exists():
        for name in (LOG_KEY, NODE_KEY, SEALING_KEY):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _read(path: Path) -> object:
    try:
        # Without O_NONBLOCK a pipe in a key's place would stop the start for good.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise KeysMissing(
            code="keys-missing",
            detail=f"The key {path} is missing.",
            way_out=RECOVER,
            path=str(path),
        ) from error
    except PermissionError as error:
        raise _foreign(path) from error
    except OSError as error:
        raise _damaged(path) from error
    try:
        # Of the open file, not of the name: by now they could be two.
        _refuse_exposed(path, os.fstat(fd))
        data = os.read(fd, MAX_KEY_BYTES)
        return serialization.load_pem_private_key(data, password=None)
    # TypeError: it is encrypted, and there is nobody to ask for a password.
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error
    finally:
        os.close(fd)


def _refuse_exposed(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _damaged(path)
    if status.st_uid != os.geteuid():
        raise _foreign(path)
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyExposed(
            code="key-exposed",
            detail=f"Other users of this machine can read the key {path}.",
            way_out=(
                f"Run: chmod 600 {shlex.quote(str(path))}. If somebody may have read"
                " it, change the key."
            ),
            path=str(path),
        )


def _exist(folder: Path) -> KeysExist:
    return KeysExist(
        code="keys-exist",
        detail=f"There are keys in {folder} already.",
        way_out="Use the node that they belong to, or choose another data folder.",
        folder=str(folder),
    )


def _foreign(path: Path) -> KeyExposed:
    return KeyExposed(
        code="key-foreign",
        detail=f"The key {path} belongs to another user.",
        way_out=(
            "Run the node as its owner, or:"
            f" chown {os.geteuid()} {shlex.quote(str(path))}"
        ),
        path=str(path),
    )


def _damaged(path: Path) -> KeyDamaged:
    return KeyDamaged(
        code="key-damaged",
        detail=f"The file {path} does not hold the key that belongs there.",
        way_out=RECOVER,
        path=str(path),
    )


# -- the recovery kit ----------------------------------------------------------


class KitUnreadable(UserFault):
    """These words are no kit. Codes: kit-count, kit-word, kit-checksum.

    fields: count (int), or place (int, from 1) and nearest (words of the list, the
    likeliest first). For the person who typed, never for a log: the nearest word is
    most likely the right one.
    """


class KitCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask back, so that a kit is known to be on paper before it is needed.

    positions: three places, from 1, ascending. salt: 16 bytes. digest: 32 bytes,
    scrypt of the three words. Stored by the caller; it reveals no word.
    """

    positions: tuple[int, int, int]
    salt: bytes
    digest: bytes

    def matches(self, first: str, second: str, third: str) -> bool:
        """Tell whether these are the words at the three places, in constant time."""
        digest = _scrypt((first, second, third), self.salt)
        return hmac.compare_digest(digest, self.digest)


def kit_words(entropy: bytes) -> str:
    """Return the 24 words (BIP-39, English, one space between) of 32 random bytes."""
    _require(entropy, SEED_BYTES, "a kit's entropy")
    return _bip39().to_mnemonic(entropy)


def parse_words(text: str) -> bytes:
    """Return the 32 bytes behind 24 words, as typed from paper.

    Case and white space don't matter, order does. Raises KitUnreadable.
    """
    words = _fold(text).split()
    if len(words) != KIT_WORDS:
        raise KitUnreadable(
            code="kit-count",
            detail=f"A recovery kit has {KIT_WORDS} words, but these are {len(words)}.",
            way_out="Type all of them in the order on the paper, with spaces between.",
            count=len(words),
        )
    for place, word in enumerate(words, start=1):
        if word not in _bip39().wordlist:
            raise _unknown(place, _nearest(word))
    try:
        return bytes(_bip39().to_entropy(words))
    except ValueError as error:
        raise KitUnreadable(
            code="kit-checksum",
            detail="Each word is in the list, but together they are no recovery kit.",
            way_out=(
                "One of them is another word than on the paper, or two have changed"
                " places: compare them one by one."
            ),
        ) from error


def next_key(words: str) -> Ed25519PrivateKey:
    """Return the next log key, which the kit stands for. Raises KitUnreadable."""
    # Through HKDF, so that the words of a wallet, typed here by mistake, never give
    # the same key as there (RFC 5869).
    kdf = HKDF(algorithm=hashes.SHA256(), length=SEED_BYTES, salt=None, info=KIT_INFO)
    return Ed25519PrivateKey.from_private_bytes(kdf.derive(parse_words(words)))


def next_public_key(words: str) -> bytes:
    """Return its public half, 32 raw bytes: what the roster commits to a digest of."""
    return next_key(words).public_key().public_bytes_raw()


def make_check(words: str, entropy: bytes) -> KitCheck:
    """Choose three places and keep what tells their words. entropy: 32 bytes.

    Raises KitUnreadable.
    """
    _require(entropy, CHECK_BYTES, "a check's entropy")
    kit = kit_words(parse_words(words)).split()
    salt, choice = entropy[:SALT_BYTES], int.from_bytes(entropy[SALT_BYTES:])
    # 128 bits for 2024 triples: the bias of the remainder is nothing.
    triples = tuple(itertools.combinations(range(1, KIT_WORDS + 1), 3))
    first, second, third = triples[choice % len(triples)]
    asked = (kit[first - 1], kit[second - 1], kit[third - 1])
    return KitCheck(
        positions=(first, second, third), salt=salt, digest=_scrypt(asked, salt)
    )


def _scrypt(words: tuple[str, str, str], salt: bytes) -> bytes:
    # The words of the list have no spaces, so nothing else joins to the same text.
    typed = " ".join(_fold(word).strip() for word in words)
    secret = typed.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKD", text).lower()


@functools.cache
def _bip39() -> Mnemonic:
    return Mnemonic("english")


def _nearest(word: str) -> tuple[str, ...]:
    if len(word) > WORD_CHARS:
        return ()
    known = _bip39().wordlist
    # The first four letters name a word of this list (BIP-39), so they come first.
    same = [other for other in known if len(word) >= 4 and other[:4] == word[:4]]
    close = difflib.get_close_matches(word, known, n=SUGGESTIONS)
    return tuple(dict.fromkeys(same + close))[:SUGGESTIONS]


def _unknown(place: int, nearest: tuple[str, ...]) -> KitUnreadable:
    hint = f" Did you mean: {', '.join(nearest)}?" if nearest else ""
    return KitUnreadable(
        code="kit-word",
        detail=f"Word {place} is not one of the words that kits are made of.{hint}",
        way_out=f"Compare word {place} with the paper.",
        place=place,
        nearest=nearest,
    )


def _require(value: bytes, length: int, what: str) -> None:
    if len(value) != length:
        raise OurFault(
            code="entropy-length",
            detail=f"{len(value)} bytes for {what}, not {length}.",
        )
