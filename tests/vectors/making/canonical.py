"""canonical.json: SPEC 2."""

from protocol import limits
from tests.protocol.test_canonical import ACCEPTED, REJECTED
from tests.vectors.making.written import File, small, tagged


def make() -> File:
    return {
        "about": "SPEC 2. `bytes` is the one encoding of `value`; what is rejected is "
        "no encoding of anything. Values: bytes are {bin: hex}, maps {map: [[key, "
        "value], ...]}.",
        "most": limits.EVENT_BYTES,
        "accept": [
            {"name": name, "value": tagged(value), "bytes": encoded}
            for name, (value, encoded) in ACCEPTED.items()
        ],
        "reject": small(
            {"name": name, "bytes": encoded, "code": code}
            for name, (encoded, code) in REJECTED.items()
        ),
    }
