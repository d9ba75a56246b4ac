"""What the node is asked for `csv`, `ical`, `atom`, `valueflows`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "csv export capacity FILE": (
        "csv.export",
        {"what": "capacity", "path": "FILE", "force": False},
    ),
    "csv export leads FILE --coop Alba --style comma --force": (
        "csv.export",
        {
            "what": "leads",
            "path": "FILE",
            "coop": "Alba",
            "style": "comma",
            "force": True,
        },
    ),
    "csv import capacity FILE": (
        "csv.import",
        {"what": "capacity", "path": "FILE", "dry_run": False},
    ),
    "csv import leads FILE --dry-run --dates day-first": (
        "csv.import",
        {"what": "leads", "path": "FILE", "dry_run": True, "dates": "day-first"},
    ),
    "csv import payments FILE --dates day-first": (
        "csv.import",
        {"what": "payments", "path": "FILE", "dry_run": False, "dates": "day-first"},
    ),
    "ical export FILE": ("ical.export", {"path": "FILE", "force": False}),
    "ical export FILE --coop Alba --force": (
        "ical.export",
        {"path": "FILE", "coop": "Alba", "force": True},
    ),
    "atom export FILE": ("atom.export", {"path": "FILE", "force": False}),
    "atom export FILE --force": ("atom.export", {"path": "FILE", "force": True}),
    "valueflows export FILE": ("valueflows.export", {"path": "FILE", "force": False}),
    "valueflows export FILE --force": (
        "valueflows.export",
        {"path": "FILE", "force": True},
    ),
}
