"""edwards25519 in plain integers, to make signatures that no honest signer makes.

Slow, not constant in time, and for tests alone. Formulas: RFC 8032, sections 5.1.3
and 5.1.4; the points of small order follow from one of order 8.
"""

import hashlib
from typing import Final

P: Final = 2**255 - 19
#: The order of the base point.
L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_1: Final = pow(2, (P - 1) // 4, P)

#: Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.
Point = tuple[int, int, int, int]

ZERO: Final[Point] = (0, 1, 1, 0)


def point(y: int, sign: int) -> Point | None:
    """Give the point with this y and the sign of x, if there is one."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * _SQRT_MINUS_1 % P
    if (x * x - square) % P:
        return None
    if x % 2 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def add(a: Point, b: Point) -> Point:
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three = 2 * a[3] * b[3] * _D % P
    four = 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, a: Point) -> Point:
    total = ZERO
    while factor:
        if factor & 1:
            total = add(total, a)
        a = add(a, a)
        factor >>= 1
    return total


def encode(a: Point) -> bytes:
    inverse = pow(a[2], -1, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def same(a: Point, b: Point) -> bool:
    return encode(a) == encode(b)


def _base() -> Point:
    found = point(4 * pow(5, -1, P) % P, 0)
    assert found is not None
    return found


def _order_8() -> Point:
    """Find a point of order 8: multiply any point by L, and look."""
    y = 2
    while True:
        found = point(y, 0)
        torsion = times(L, found) if found else ZERO
        if not same(times(4, torsion), ZERO):
            return torsion
        y += 1


BASE: Final = _base()
#: The eight points whose order divides the cofactor; the first is the neutral one.
SMALL: Final = [times(multiple, _order_8()) for multiple in range(8)]


def encodings(a: Point) -> list[bytes]:
    """All 32-byte strings that a lenient reader takes for this point, ours first."""
    best = encode(a)
    number = int.from_bytes(best, "little")
    y, sign = number & (2**255 - 1), number >> 255
    signs = [sign, 1 - sign] if a[0] % P == 0 else [sign]
    heights = [y, y + P] if y + P < 2**255 else [y]
    return [
        (height | one << 255).to_bytes(32, "little")
        for height in heights
        for one in signs
    ]


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def residue(r: int, a: int, k: int) -> bool:
    """Tell whether small parts SMALL[r] of R and SMALL[a] of A are left over."""
    return (r + k * a) % 8 != 0
