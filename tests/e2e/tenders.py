"""Tenders by the thousand: real releases from the sample, under process ids made up."""

import json
from pathlib import Path
from typing import Any, Final

_SAMPLE: Final = (
    Path(__file__).resolve().parent.parent.parent
    / "node/exchange/samples/contracts-finder-2025.ocds.json"
)


def write(path: Path, count: int) -> Path:
    """Write a release package of `count` processes that are open."""
    package: dict[str, Any] = json.loads(_SAMPLE.read_text("utf-8"))
    real = [one for one in package["releases"] if one["tag"] == ["tender"]]
    releases = []
    for number in range(count):
        release = json.loads(json.dumps(real[number % len(real)]))
        release["ocid"] = f"ocds-000000-{number:06}"
        release["id"] = f"{number:06}-1"
        releases.append(release)
    path.write_text(json.dumps(package | {"releases": releases}), "utf-8")
    return path
