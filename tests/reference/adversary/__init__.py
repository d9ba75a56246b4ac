"""Events as an adversary writes them: nearly right, in every way that is wrong.

All follow from a random generator, so that what is found can be found again.
"""

from tests.reference.adversary.encoding import Encoder, Pairs, Raw
from tests.reference.adversary.makers import MAKERS
from tests.reference.adversary.pool import Pool
from tests.reference.adversary.writing import event, focused, write_log

__all__ = [
    "MAKERS",
    "Encoder",
    "Pairs",
    "Pool",
    "Raw",
    "event",
    "focused",
    "write_log",
]
