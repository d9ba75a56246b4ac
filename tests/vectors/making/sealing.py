"""sealing.json: SPEC 16, with fixed keys."""

from typing import Final

import msgspec

from tests.protocol.test_sealing import (
    ELSEWHERE,
    IDS,
    KEY,
    KEYS,
    PADDED_WRONG,
    PURPOSE,
    READERS,
    THEIRS,
)
from tests.protocol.world import seed
from tests.reference import sealing as reference
from tests.vectors.making.written import File, Json

WORDS: Final = {
    "nothing": b"",
    "details": "Ask for M\u00e6ve at 12 Quay Street, 07700 900123".encode(),
    "the-last-of-a-step": b"x" * 252,
    "the-first-of-a-step": b"x" * 253,
}


def _sealed(words: bytes) -> bytes:
    return reference.seal(
        THEIRS,
        words,
        KEY,
        [KEYS[name].public_key().public_bytes_raw() for name in READERS],
        [seed("ephemeral", name) for name in READERS],
    )


def _purpose(purpose: reference.Purpose) -> dict[str, Json]:
    return {
        "network": purpose.network.hex(),
        "author": purpose.author.hex(),
        "about": purpose.about.hex(),
        "role": purpose.role,
        "to": [one.hex() for one in purpose.to],
    }


def _moved(what: str) -> reference.Purpose:
    moved = msgspec.structs.replace(PURPOSE, **ELSEWHERE[what])
    return reference.Purpose(*msgspec.structs.astuple(moved))


def _flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def make() -> File:
    sealed = _sealed(WORDS["details"])
    middle = {"commitment": 3, "first-wrap": 60, "second-wrap": 150, "content": -20}
    return {
        "about": "SPEC 16. `readers` are those of `purpose` in order, author first, "
        "with their sealing keys. Every envelope of `accept` opens for each of them "
        "to `words`; one of `reject` for none of them under its purpose.",
        "purpose": _purpose(THEIRS),
        "readers": [
            {
                "co-op": IDS[name].hex(),
                "private": KEYS[name].private_bytes_raw().hex(),
                "public": KEYS[name].public_key().public_bytes_raw().hex(),
                "ephemeral": seed("ephemeral", name).hex(),
            }
            for name in READERS
        ],
        "key": KEY.hex(),
        "accept": [
            {"name": name, "words": words.hex(), "envelope": _sealed(words).hex()}
            for name, words in WORDS.items()
        ],
        "reject": [
            *(
                {
                    "name": f"moved-{what}",
                    "purpose": _purpose(_moved(what)),
                    "envelope": sealed.hex(),
                }
                for what in ELSEWHERE
            ),
            *(
                {
                    "name": f"a-bit-of-the-{what}",
                    "purpose": _purpose(THEIRS),
                    "envelope": _flipped(sealed, at).hex(),
                }
                for what, at in middle.items()
            ),
        ],
        "padding-reject": [
            {"name": name, "padded": padded.hex()}
            for name, padded in PADDED_WRONG.items()
        ],
    }
