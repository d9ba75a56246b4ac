"""Signatures at the edges of Ed25519, each with the verdict of the pinned criteria.

Made here from `curve` by what they are to be: A and R carry each of the eight points
of small order, are of small order altogether, or are written in a second way; the
message is chosen so that the small parts cancel or don't; S is taken beyond L. What a
verifier may make of them is the matter of

- K. Chalkias, F. Garillot, V. Nikolaenko, "Taming the many EdDSAs", SSR 2020
  (https://eprint.iacr.org/2020/1244), whose twelve vectors are `PUBLISHED`, as in
  github.com/novifinancial/ed25519-speccheck (cases.json);
- H. de Valence, "It's 255:19AM. Do you know what your validation criteria are?", 2020,
  and F. Valsorda's vectors after it (github.com/C2SP/CCTV, ed25519).
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from protocol import ids
from tests.protocol import curve
from tests.protocol.curve import BASE, SMALL, L
from tests.protocol.world import seed

PURPOSE: Final = "head"


class Signed(NamedTuple):
    name: str
    public: bytes
    message: bytes
    signature: bytes
    #: "accept", "reject", or "refuse" where the key itself is refused.
    verdict: str


class Published(NamedTuple):
    """One of the twelve; `plain` is the message as signed, without any tag."""

    what: str
    public: str
    plain: str
    signature: str
    verdict: str


_SMALL_A: Final = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
_MIXED_A: Final = "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
_OTHER_A: Final = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
_PRIME_A: Final = "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623"
_SECOND_A: Final = "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
_M1: Final = "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79"
_M4: Final = "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c"
_M6: Final = "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40"
_M8: Final = "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41"

PUBLISHED: Final = (
    Published(
        "0: small A, small R, S = 0",
        _SMALL_A,
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a" + "00" * 32,
        "refuse",
    ),
    Published(
        "1: small A, mixed R",
        _SMALL_A,
        _M1,
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        "refuse",
    ),
    Published(
        "2: mixed A, small R",
        _MIXED_A,
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
        "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
        "accept",
    ),
    Published(
        "3: mixed A, mixed R, nothing left over",
        _OTHER_A,
        _M1,
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
        "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
        "accept",
    ),
    Published(
        "4: mixed A, mixed R, holds with the cofactor alone",
        _OTHER_A,
        _M4,
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
        "reject",
    ),
    Published(
        "5: mixed A, R of order L, holds with the cofactor alone",
        _OTHER_A,
        _M4,
        "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
        "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
        "reject",
    ),
    Published(
        "6: S > L",
        _PRIME_A,
        _M6,
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
        "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
        "reject",
    ),
    Published(
        "7: S far beyond L",
        _PRIME_A,
        _M6,
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
        "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
        "reject",
    ),
    Published(
        "8: small R written in a second way, reduced for the hash",
        _MIXED_A,
        _M8,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
        "reject",
    ),
    Published(
        "9: small R written in a second way, hashed as it stands",
        _MIXED_A,
        _M8,
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
        "reject",
    ),
    Published(
        "10: small A written in a second way, reduced for the hash",
        _SECOND_A,
        "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        "refuse",
    ),
    Published(
        "11: small A written in a second way, hashed as it stands",
        _SECOND_A,
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        "refuse",
    ),
)


def scalar(*names: str | int) -> int:
    """A scalar below L that follows from its name."""
    return int.from_bytes(seed("scalar", *names), "little") % L


def _signed(
    name: str,
    a: tuple[int, bytes, int],
    r: tuple[int, bytes, int],
    *,
    cancels: bool,
    verdict: str,
) -> Signed:
    """Sign with secret scalar, encoding and small part of A and of R.

    The message is the first whose small parts cancel, or do not.
    """
    (secret, public, small_a), (nonce, commitment, small_r) = a, r
    for attempt in range(1000):
        message = f"message {attempt}".encode()
        k = curve.challenge(commitment, public, ids.tag(PURPOSE) + message)
        if curve.residue(small_r, small_a, k) != cancels:
            s = (nonce + k * secret) % L
            return Signed(
                name, public, message, commitment + s.to_bytes(32, "little"), verdict
            )
    raise AssertionError(f"{name}: no message does")


def _of_order(secret: int, small: int) -> tuple[int, bytes, int]:
    """A point with a secret scalar and a small part, in its own encoding."""
    made = curve.add(curve.times(secret, BASE), SMALL[small])
    return secret, curve.encode(made), small


def mixed() -> Iterator[Signed]:
    """Every small part of A beside every one of R, cancelling and (if it can) not."""
    for small_a in range(8):
        for small_r in range(8):
            a = _of_order(scalar("A"), small_a)
            r = _of_order(scalar("R", small_a, small_r), small_r)
            for cancels in (True, False):
                if _possible(small_a, small_r, cancels=cancels):
                    how = "cancels" if cancels else "leaves-a-residue"
                    yield _signed(
                        f"mixed-{small_a}-{small_r}-{how}",
                        a,
                        r,
                        cancels=cancels,
                        verdict="accept" if cancels else "reject",
                    )


def _possible(small_a: int, small_r: int, *, cancels: bool) -> bool:
    return any(curve.residue(small_r, small_a, k) != cancels for k in range(8))


def small_keys() -> Iterator[Signed]:
    """Every encoding of a key of small order: it signs, and is refused."""
    for small_a, made in enumerate(SMALL):
        for index, public in enumerate(curve.encodings(made)):
            r = _of_order(scalar("R", "small A"), -small_a % 8)
            name = f"key-of-small-order-{small_a}-encoding-{index}"
            yield _signed(name, (0, public, small_a), r, cancels=True, verdict="refuse")


def small_commitments() -> Iterator[Signed]:
    """Every encoding of an R of small order: taken in its own encoding alone."""
    for small_r, made in enumerate(SMALL):
        for index, commitment in enumerate(curve.encodings(made)):
            a = _of_order(scalar("A", "small R"), -small_r % 8)
            yield _signed(
                f"R-of-small-order-{small_r}-encoding-{index}",
                a,
                (0, commitment, small_r),
                cancels=True,
                verdict="accept" if index == 0 else "reject",
            )


def large_scalars() -> Iterator[Signed]:
    """S beyond L, by as many multiples as fit into 32 bytes."""
    a, r = _of_order(scalar("A"), 0), _of_order(scalar("R"), 0)
    good = _signed("S-below-L", a, r, cancels=True, verdict="accept")
    yield good
    below = int.from_bytes(good.signature[32:], "little")
    for multiple in (1, 2, 7, 15):
        beyond = (below + multiple * L).to_bytes(32, "little")
        signature = good.signature[:32] + beyond
        name = f"S-plus-{multiple}-L"
        yield Signed(name, good.public, good.message, signature, "reject")


def other_keys() -> Iterator[Signed]:
    """Keys that are no point, or a point written in a second way."""
    a, r = _of_order(scalar("A"), 0), _of_order(scalar("R"), 0)
    good = _signed("", a, r, cancels=True, verdict="accept")
    for y in range(2, 19):
        public = (y + curve.P).to_bytes(32, "little")
        yield good._replace(
            name=f"key-with-y-{y}-plus-p", public=public, verdict="refuse"
        )
    for y in range(2, 8):
        if curve.point(y, 0) is None:
            public = y.to_bytes(32, "little")
            yield good._replace(
                name=f"key-off-the-curve-{y}", public=public, verdict="reject"
            )


def all_edges() -> list[Signed]:
    return [
        *mixed(),
        *small_keys(),
        *small_commitments(),
        *large_scalars(),
        *other_keys(),
    ]
