"""Real notices for the demo: shifted in time, cut into releases, dealt out."""

import datetime
import json
import re
from pathlib import Path
from typing import Final, cast

Json = dict[str, object]
SAMPLE: Final = (
    Path(__file__).parent.parent
    / "exchange"
    / "samples"
    / "contracts-finder-2025.ocds.json"
)
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})((?:T.*)?)")
_WEEK: Final = datetime.timedelta(weeks=1)


def weeks_ahead(releases: list[Json], today: datetime.date) -> int:
    """Say by how many whole weeks to shift, so that every open deadline lies ahead."""
    deadlines = [
        found
        for release in releases
        if "tender" in cast("list[str]", release["tag"])
        and (found := _deadline(release)) is not None
    ]
    behind = today + _WEEK - min(deadlines)
    return max(0, -(-behind.days // 7))


def _deadline(release: Json) -> datetime.date | None:
    tender = cast("Json", release.get("tender", {}))
    period = cast("Json", tender.get("tenderPeriod", {}))
    found = _DATE.fullmatch(str(period.get("endDate", "")))
    return datetime.date.fromisoformat(found[1]) if found else None


def shifted(value: object, weeks: int) -> object:
    """Shift every ISO date and time in a JSON value by whole weeks."""
    if isinstance(value, dict):
        return {key: shifted(one, weeks) for key, one in value.items()}
    if isinstance(value, list):
        return [shifted(one, weeks) for one in value]
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    date = datetime.date.fromisoformat(found[1]) + weeks * _WEEK
    return date.isoformat() + found[2]


def load(today: datetime.date) -> tuple[list[Json], Json, int]:
    """Give the releases by date, the package around them, and the weeks shifted."""
    package = cast("Json", json.loads(SAMPLE.read_text("utf-8")))
    releases = cast("list[Json]", package.pop("releases"))
    weeks = weeks_ahead(releases, today)
    moved = [cast("Json", shifted(release, weeks)) for release in releases]
    moved.sort(key=lambda release: (str(release["date"]), str(release["id"])))
    return moved, package, weeks


def write(path: Path, package: Json, releases: list[Json]) -> Path:
    """Write releases as a package of their publisher."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**package, "releases": releases}), encoding="utf-8")
    return path
