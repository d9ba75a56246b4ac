"""Measure everything that has a target.

    python -m tests.bench [--events N] [--only NAME,NAME] [--views VIEW,VIEW]
        [--repeat N] [--record]

Figures, not tests: nothing here fails for being slow. The logs are written once and
kept below --cache.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.bench import measures, report
from tests.bench.measures import ALL, Setting
from tests.bench.report import Row

#: Up to so many events a measurement is cheap enough to be taken three times.
_CHEAP: Final = 200_000


def main() -> None:
    """Measure what is asked for and print one table."""
    args = _parser().parse_args()
    names = list(ALL) if args.only is None else args.only.split(",")
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"No measurement is called {unknown[0]}; there are {', '.join(ALL)}.")
    repeat = args.repeat or (3 if args.events <= _CHEAP else 1)
    args.cache.mkdir(parents=True, exist_ok=True)
    views = () if args.views is None else tuple(args.views.split(","))
    setting = Setting(args.cache, args.events, repeat, views)
    rows: list[Row] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)  # noqa: T201 - a command
        rows.extend(measures.ALL[name](setting))
    print(f"{args.events:,} events. {report.machine()}\n")  # noqa: T201 - a command
    print(report.table(rows))  # noqa: T201 - a command
    if args.record:
        report.record(args.events, repeat, rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--only", help=f"some of {','.join(ALL)}")
    parser.add_argument("--views", help="how the views begin that are looked at")
    parser.add_argument("--repeat", type=int, help="how often; the median counts")
    parser.add_argument("--record", action="store_true", help="write RESULTS.md")
    cache = Path(tempfile.gettempdir()) / "wortley-bench"
    parser.add_argument("--cache", type=Path, default=cache)
    return parser


if __name__ == "__main__":
    main()
