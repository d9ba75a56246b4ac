"""Tokens with which other programs ask a node: made, shown once, recognised again.

    wortley_ID_SECRET     ID: 8 characters, names it in lists and logs; SECRET: 52

The secret is 32 random bytes. Guessing one is out of reach, so it is kept as plain
SHA-256: a slow hash protects words that people choose, and would only cost time here.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from typing import Final, NamedTuple

from node.clock import Entropy

PREFIX: Final = "wortley"
_ID_BYTES: Final = 5
_SECRET_BYTES: Final = 32
#: What a token looks like to programs that search for secrets in files.
_FORM: Final = re.compile(rf"{PREFIX}_([a-z2-7]{{8}})_([a-z2-7]{{52}})", re.ASCII)


class Made(NamedTuple):
    """A new token: its id, what is shown, what is kept."""

    id: str
    text: str
    hash: bytes


def make(entropy: Entropy) -> Made:
    """Draw a new token."""
    token_id = _text(entropy.token(_ID_BYTES))
    secret = _text(entropy.token(_SECRET_BYTES))
    return Made(token_id, f"{PREFIX}_{token_id}_{secret}", digest(secret))


def parse(text: str) -> tuple[str, str] | None:
    """Take a token apart into id and secret; None for what is none."""
    found = _FORM.fullmatch(text)
    return None if found is None else (found[1], found[2])


def digest(secret: str) -> bytes:
    """Give what is kept of a secret."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def matches(secret: str, kept: bytes) -> bool:
    """Compare a secret with what is kept of one, in the same time for each."""
    return hmac.compare_digest(digest(secret), kept)


def _text(data: bytes) -> str:
    return b32encode(data).decode("ascii").lower().rstrip("=")
