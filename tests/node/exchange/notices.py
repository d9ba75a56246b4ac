"""Files and releases for the tests of the importer."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from node.exchange import ocds

ROOT: Final = Path(__file__).resolve().parents[3]
CONTRACTS_FINDER: Final = ROOT / "node/exchange/samples/contracts-finder-2025.ocds.json"
SIX: Final = sorted((ROOT / "tests/data/ocds-sample").glob("*.json"))
INVENTED: Final = ROOT / "tests/node/exchange/samples"

Json = dict[str, Any]

FULL: Final[Json] = {
    "ocid": "ocds-inv009-1",
    "id": "1-full",
    "date": "2025-02-03T04:05:06Z",
    "language": "en-GB",
    "tag": ["tender", "award"],
    "title": "Of the release",
    "description": "Of the release",
    "buyer": {"id": "b", "name": "Town of Nowhere"},
    "parties": [
        {
            "id": "b",
            "name": "Town of Nowhere",
            "roles": ["buyer"],
            "identifier": {"legalName": "The Town of Nowhere"},
        },
        {"id": "s", "name": "Works of Nowhere", "roles": ["supplier"]},
    ],
    "planning": {
        "project": "Paths",
        "rationale": "There are none.",
        "budget": {
            "project": "Paths",
            "description": "Of the town",
            "amount": {"amount": 5, "currency": "GBP"},
        },
        "documents": [
            {"documentType": "plannedProcurementNotice", "url": "http://a.b"}
        ],
    },
    "tender": {
        "title": "A map of all paths",
        "title_en": "A map",
        "description": "Of all paths.",
        "status": "active",
        "value": {"amount": 1200.5, "currency": "GBP"},
        "minValue": {"amount": "1000", "currency": "GBP"},
        "procuringEntity": {"id": "b", "name": "Town of Nowhere"},
        "tenderPeriod": {"startDate": "2025-02-04", "endDate": "2025-03-04T12:00:00Z"},
        "contractPeriod": {"startDate": "2025-04-01", "endDate": "2026-03-31"},
        "classification": {"scheme": "CPV", "id": "72413000"},
        "additionalClassifications": [{"scheme": "CPV", "id": "72415000-2"}],
        "items": [
            {
                "classification": {"scheme": "CPV", "id": "72316000"},
                "additionalClassifications": [{"scheme": "CPV", "id": "72320000"}],
            }
        ],
        "lots": [
            {
                "id": "A",
                "title": "The map",
                "description": "Drawn.",
                "status": "active",
                "value": {"amount": 700, "currency": "GBP"},
                "contractPeriod": {"startDate": "2025-04-01", "endDate": "2025-09-30"},
                "tenderPeriod": {"endDate": "2025-03-03"},
            },
            {"id": "B", "period": {"startDate": "2025-04-01"}},
        ],
        "documents": [
            {
                "documentType": "tenderNotice",
                "format": "text/html",
                "url": "https://notices.example/1",
            }
        ],
        "amendments": [
            {
                "id": "a1",
                "date": "2025-02-05",
                "description": "Later.",
                "rationale": "Asked for.",
            }
        ],
    },
    "awards": [
        {
            "id": "w1",
            "title": "For the map",
            "status": "active",
            "date": "2025-03-20",
            "relatedLots": ["A"],
            "value": {"amount": 650, "currency": "GBP"},
            "suppliers": [{"id": "s", "name": "Works of Nowhere"}],
            "contractPeriod": {"startDate": "2025-04-01", "endDate": "2025-09-30"},
            "items": [{"classification": {"scheme": "CPV", "id": "72212000"}}],
            "documents": [{"documentType": "awardNotice", "url": "http://a.b/2"}],
        }
    ],
    "contracts": [
        {
            "id": "c1",
            "awardID": "w1",
            "title": "For the map",
            "status": "active",
            "dateSigned": "2025-03-30",
            "value": {"amount": 640, "currency": "GBP"},
            "period": {"startDate": "2025-04-02", "endDate": "2025-09-30"},
        }
    ],
}
"""A release that has every field the importer reads."""


def release(**fields: object) -> Json:
    """A release that has nothing but what it must have."""
    return {"ocid": "ocds-inv009-2", "id": "1", "date": "2025-01-01T00:00:00Z"} | fields


def package(*releases: object) -> bytes:
    return json.dumps({"releases": releases}).encode()


def read(*releases: object) -> tuple[ocds.Observation, ...]:
    """The observations of releases that can all be read."""
    found = ocds.read_package(package(*releases))
    assert not found.failures
    return found.observations


def one(**fields: object) -> ocds.Observation:
    return read(release(**fields))[0]


def on(day: int, **fields: object) -> ocds.Observation:
    """An observation of one process on a day of January 2025."""
    return one(id=f"r{day}", date=f"2025-01-{day:02}T00:00:00Z", **fields)


def tender(**fields: object) -> ocds.Observation:
    return one(tender=fields)


def notes(observation: ocds.Observation) -> dict[str, str]:
    return {note.path: note.reason for note in observation.notes}


def from_files(paths: Iterable[Path]) -> list[ocds.Observation]:
    return [
        observation
        for path in paths
        for observation in ocds.read_package(path.read_bytes()).observations
    ]
