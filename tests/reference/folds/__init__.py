"""One fold table per family; KINDS is all of section 8."""

from tests.reference.folds.acceptances import ACCEPTANCES
from tests.reference.folds.agreements import AGREEMENTS
from tests.reference.folds.bids import BIDS
from tests.reference.folds.capacity import CAPACITY
from tests.reference.folds.closing import CLOSING
from tests.reference.folds.decisions import DECISIONS
from tests.reference.folds.handovers import HANDOVERS
from tests.reference.folds.interests import INTERESTS
from tests.reference.folds.leads import LEADS
from tests.reference.folds.logs import LOGS
from tests.reference.folds.pledges import PLEDGES
from tests.reference.folds.profiles import PROFILES
from tests.reference.folds.projects import PROJECTS
from tests.reference.folds.rounds import ROUNDS
from tests.reference.folds.sealed import SEALED
from tests.reference.folds.trade import TRADE

KINDS = {
    **PROFILES,
    **CAPACITY,
    **LEADS,
    **PROJECTS,
    **PLEDGES,
    **ACCEPTANCES,
    **INTERESTS,
    **HANDOVERS,
    **BIDS,
    **AGREEMENTS,
    **TRADE,
    **CLOSING,
    **DECISIONS,
    **ROUNDS,
    **LOGS,
    **SEALED,
}
