"""How many examples a property gets: a default for every day, ten times it on request.

The default run is derandomised, so that it fails for everybody or for nobody;
WORTLEY_LONG=1 (`./run test --long`) explores further, and other places each time.
"""

import os
from random import Random
from typing import Final

from hypothesis import HealthCheck, settings

LONG: Final = os.environ.get("WORTLEY_LONG") == "1"
_TIMES: Final = 10 if LONG else 1


def examples(count: int) -> settings:
    """Settings for a property: `count` examples, ten times as many in a long run."""
    return settings(
        max_examples=count * _TIMES,
        derandomize=not LONG,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def chance(number: int) -> Random:
    """Give dice that fall as the number says, where a strategy would be too slow."""
    return Random(number)  # noqa: S311 - for tests, not for secrets
