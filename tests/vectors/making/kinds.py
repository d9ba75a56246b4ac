"""kinds.json: SPEC 8."""

from collections.abc import Iterator

import msgpack

from tests.protocol.kinds import shapes
from tests.protocol.kinds.test_kinds import SHAPES
from tests.vectors.making.written import File, Json

#: Of each field so many wrong values; the tests have all of them.
_WRONG = 3


def _packed(body: object) -> str:
    data: bytes = msgpack.packb(body, use_bin_type=True)
    return data.hex()


def _rejected(shape: str) -> Iterator[Json]:
    seen: dict[str, int] = {}
    for what, body in shapes.bad_bodies(shape):
        field, equals, _ = what.partition(" = ")
        seen[field] = seen.get(field, 0) + 1
        if not equals or seen[field] <= _WRONG:
            yield {"what": what, "body": _packed(body)}


def make() -> File:
    return {
        "about": "SPEC 8. Per kind, bodies that have its form and bodies that have "
        "not: an event with one of these is void, undecodable.",
        **{
            kind: {
                "accept": [
                    _packed(body)
                    for body in (
                        shapes.smallest(shape),
                        shapes.full(shape),
                        shapes.largest(shape),
                    )
                ],
                "reject": list(_rejected(shape)),
            }
            for kind, shape in SHAPES.items()
        },
    }
