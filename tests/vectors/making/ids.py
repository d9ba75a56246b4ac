"""ids.json: SPEC 3, and what is hashed elsewhere by one tag."""

from protocol import event, ids, keys
from protocol.ids import CoopId
from protocol.roster import gossip
from protocol.sync import heads_digest
from tests.protocol.test_ids import REFUSED, WRITTEN
from tests.protocol.world import coop, seed
from tests.vectors.making.written import File, Json

_TAGS = (
    "co-op next-key network block change open event text entity state bucket root "
    "heads object gossip invitation relay"
)


def _entities() -> list[Json]:
    one = CoopId(seed("a co-op"))
    keyed = {
        "profile": b"",
        "log": b"",
        "wish": b"2026-01-01",
        "answer": seed("a pledge"),
        "ballot": seed("a decision"),
        "spending": seed("an allotment"),
        "entry": seed("a round") + seed("a project"),
        "veto": seed("a round") + seed("a project"),
    }
    return [
        {
            "coop": one.hex(),
            "family": family,
            "key": key.hex(),
            "id": ids.entity_id(one, family, key).hex(),
        }
        for family, key in keyed.items()
    ]


def make() -> File:
    acorn, salt = coop("acorn"), seed("salt")[:16]
    rows = [(seed("b"), bytes(16), 9, seed("x")), (seed("a"), bytes(16), 1, seed("y"))]
    objects = [seed("one"), seed("other")]
    return {
        "about": "SPEC 3. `digest`: SHA-256 over 'wortley/1/', the tag, a zero byte, "
        "and the parts. `text`: the one way to write an id.",
        "digest": [
            {
                "tag": tag,
                "parts": [b"one".hex(), b"two".hex()],
                "digest": ids.digest(tag, b"one", b"two").hex(),
            }
            for tag in _TAGS.split()
        ],
        "accept": [
            {"name": name, "prefix": prefix, "bytes": value.hex(), "text": text}
            for name, (prefix, value, text) in WRITTEN.items()
        ],
        "reject": [
            {"name": name, "prefix": prefix, "text": text, "code": "id-form"}
            for name, (prefix, text) in REFUSED.items()
        ],
        "entity": _entities(),
        "text": [
            {
                "coop": acorn.id.hex(),
                "salt": salt.hex(),
                "words": words.encode().hex(),
                "commitment": event.commit_text(acorn.id, salt, words.encode()).hex(),
            }
            for words in ("", "Acorn", "Aesen \u00e6sc \U0001f333")
        ],
        "event": [
            {
                "before": before.hex(),
                "bytes": data.hex(),
                "id": event.identify(before, data).hex(),
            }
            for before, data in ((bytes(32), b""), (seed("before"), b"event"))
        ],
        "next-key": [
            {
                "key": acorn.public.hex(),
                "digest": keys.next_key_digest(acorn.public).hex(),
            }
        ],
        "heads": [
            {
                "heads": [
                    [one.hex(), name.hex(), seq, last.hex()]
                    for one, name, seq, last in rows
                ],
                "digest": heads_digest(rows).hex(),
            },
            {"heads": [], "digest": heads_digest([]).hex()},
        ],
        "gossip": [
            {
                "objects": [one.hex() for one in objects],
                "digest": gossip.gossip_digest(objects).hex(),
            }
        ],
    }
