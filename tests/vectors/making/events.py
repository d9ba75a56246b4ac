"""events.json: SPEC 5.1, and the first steps of 9.2."""

from protocol import event
from protocol.event import Envelope
from tests.protocol.test_event import ACCEPTED, REJECTED
from tests.protocol.test_fold import UNREADABLE
from tests.vectors.making.written import File, Json


def _envelope(read: Envelope) -> dict[str, Json]:
    return {
        "epoch": [read.epoch.number, read.epoch.block.hex()],
        "time_ms": read.time_ms,
        "kind": read.kind,
        "body": bytes(read.body).hex(),
        "texts": [[ref.role, ref.commitment.hex(), ref.size] for ref in read.texts],
    }


def make() -> File:
    return {
        "about": "SPEC 5.1: bytes that have the form of an event, as far as step 1 of "
        "9.2 goes, with their parts; bytes that have not. `unreadable`: authentic "
        "events that are void before any rule sees them, with the reason, and whether "
        "they name an epoch that they may wait for.",
        "accept": [
            {"name": name, "bytes": data.hex(), **_envelope(event.parse(data))}
            for name, data in ACCEPTED.items()
        ],
        "reject": [
            {"name": name, "bytes": data.hex(), "code": "event-form"}
            for name, data in REJECTED.items()
        ],
        "unreadable": [
            {"name": name, "bytes": data.hex(), "void": code, "epoch": names_epoch}
            for name, (data, code, names_epoch) in UNREADABLE.items()
        ],
    }
