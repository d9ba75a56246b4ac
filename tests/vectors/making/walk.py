"""walk.json: SPEC 6.6 and 6.7."""

from collections.abc import Mapping, Sequence

from protocol import walks
from protocol.ids import Incarnation
from protocol.log import Place
from protocol.walks import Branch, Span
from tests.protocol import branching, slow_walk
from tests.protocol.branching import LEFT_OUT, LOGS
from tests.protocol.budget import chance
from tests.protocol.test_equivocation import SUSPENDED
from tests.protocol.test_walks import adoptions, history, parsed, spans
from tests.vectors.making.written import File, Json

#: Logs drawn by lot, walked by the tests' own slow implementation.
_DRAWN = 60


def _place(place: Place | None) -> Json:
    return None if place is None else [place.incarnation.hex(), place.seq]


def _chains(branches: Mapping[Incarnation, Branch]) -> Json:
    return [
        {
            "incarnation": name.hex(),
            "base": _place(branch.base),
            "length": branch.length,
            "adoptions": [[one.at, _place(one.tail)] for one in branch.adoptions],
        }
        for name, branch in sorted(branches.items())
    ]


def _walk(walk: Sequence[Span]) -> Json:
    return [[span.incarnation.hex(), span.first, span.last] for span in walk]


def make() -> File:
    drawn = {
        f"drawn-{number}": history(number % 6 + 1, chance(number), gaps=number % 2 == 1)
        for number in range(_DRAWN)
    }
    return {
        "about": "SPEC 6.6: chains as far as they are held, a place written "
        "[incarnation, seq] without its id; the walk as [incarnation, first, last]. "
        "`suspended`: what counts where the places `twice` were signed twice (6.7).",
        "walks": [
            *(
                {
                    "name": name,
                    "chains": _chains(branching.branches(case)),
                    "walk": _walk(parsed(case.walk)),
                }
                for name, case in {**LOGS, **LEFT_OUT}.items()
            ),
            *(
                {
                    "name": name,
                    "chains": _chains(branches),
                    "walk": _walk(spans(slow_walk.walk(branches))),
                }
                for name, branches in drawn.items()
            ),
        ],
        "suspended": [
            {
                "name": name,
                "chains": _chains(branching.branches(case)),
                "twice": [_place(branching.place(one)) for one in places.split()],
                "walk": _walk(parsed(walk)),
            }
            for name, (case, places, walk) in SUSPENDED.items()
        ],
        "adoptions": [
            {
                "name": name,
                "made": [[one.at, _place(one.tail)] for one in made],
                "count": [one.at for one in walks.effective(made)],
            }
            for name, made in {
                "only-those-that-go-further": adoptions(
                    "a3", "a3", "b1", "a2", "a4", "b2", "b1"
                ),
                "sixty-four-at-most": adoptions(*(f"a{at}" for at in range(1, 80))),
            }.items()
        ],
    }
