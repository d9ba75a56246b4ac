"""keys.json: SPEC 4.1."""

from protocol import keys
from tests.protocol import signatures
from tests.protocol.test_keys import REFUSED_KEYS, RFC_8032
from tests.protocol.world import private, seed
from tests.vectors.making.written import File, Json


def _signed() -> list[Json]:
    made: list[Json] = []
    for purpose in ("head", "card", "application", "approval", "propose", "accept"):
        key = private("vectors", purpose)
        message = seed("message", purpose)
        made.append(
            {
                "seed": seed("key", "vectors", purpose).hex(),
                "public": keys.public_bytes(key).hex(),
                "purpose": purpose,
                "message": message.hex(),
                "signature": keys.sign(key, purpose, message).hex(),
            }
        )
    return made


def make() -> File:
    return {
        "about": "SPEC 4.1. What is signed is tag(purpose) and the message. Verdicts: "
        "accept; reject, where the signature does not stand; refuse, where the key is "
        "not taken at all (key-refused).",
        "sign": _signed(),
        "keys": [
            {"name": name, "public": public.hex(), "verdict": "refuse"}
            for name, public in REFUSED_KEYS.items()
        ],
        "edges": [
            {
                "name": edge.name,
                "public": edge.public.hex(),
                "purpose": signatures.PURPOSE,
                "message": edge.message.hex(),
                "signature": edge.signature.hex(),
                "verdict": edge.verdict,
            }
            for edge in signatures.all_edges()
        ],
        "published-about": "Without a tag: the message is signed as it is. The first "
        "twelve: Chalkias, Garillot, Nikolaenko, 'Taming the many EdDSAs', SSR 2020 "
        "(eprint 2020/1244; github.com/novifinancial/ed25519-speccheck). The others: "
        "RFC 8032, 7.1.",
        "published": [
            *(
                {
                    "name": case.what,
                    "public": case.public,
                    "message": case.plain,
                    "signature": case.signature,
                    "verdict": case.verdict,
                }
                for case in signatures.PUBLISHED
            ),
            *(
                {
                    "name": f"RFC 8032 {name}",
                    "public": public,
                    "message": message,
                    "signature": signature,
                    "verdict": "accept",
                }
                for name, (_, public, message, signature) in RFC_8032.items()
            ),
        ],
    }
