"""export.json: SPEC 13."""

import io

from protocol import export
from protocol.export import (
    BlockRecord,
    EndRecord,
    GenesisRecord,
    ProofRecord,
    Record,
    RunRecord,
    TextRecord,
)
from tests.protocol.test_export import FILE, RECORDS, REFUSED
from tests.vectors.making.runs import place, proof
from tests.vectors.making.written import File, Json, small


def _described(record: Record) -> Json:
    match record:
        case GenesisRecord():
            return {"record": "genesis", "genesis": record.genesis.hex()}
        case BlockRecord():
            return {
                "record": "block",
                "block": record.block.hex(),
                "certificate": record.certificate.hex(),
            }
        case ProofRecord():
            return {"record": "proof", **proof(record.proof)}
        case RunRecord():
            return {
                "record": "run",
                "coop": record.coop.hex(),
                "generation": record.generation,
                "incarnation": record.incarnation.hex(),
                "base": place(record.base),
                "first": record.first,
                "signature": record.signature.hex(),
                "events": [data.hex() for data in record.events],
            }
        case TextRecord():
            return {
                "record": "text",
                "coop": record.coop.hex(),
                "salt": record.salt.hex(),
                "words": record.words.hex(),
            }
        case EndRecord():
            return {
                "record": "end",
                "records": record.records,
                "root": record.root.hex(),
            }


def make() -> File:
    assert list(export.read_records(io.BytesIO(FILE))) == RECORDS
    return {
        "about": "SPEC 13: the form of an export alone; its proof does not hold, its "
        "root is not computed.",
        "accept": [
            {
                "name": "every-record",
                "bytes": FILE.hex(),
                "records": [_described(record) for record in RECORDS],
            }
        ],
        "reject": small(
            {"name": name, "bytes": data.hex(), "code": code}
            for name, (data, code) in REFUSED.items()
        ),
    }
