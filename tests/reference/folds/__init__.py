"""One fold table per family; KINDS is all of section 8."""

from tests.reference.folds.acceptances import ACCEPTANCES
from tests.reference.folds.capacity import CAPACITY
from tests.reference.folds.leads import LEADS
from tests.reference.folds.logs import LOGS
from tests.reference.folds.pledges import PLEDGES
from tests.reference.folds.profiles import PROFILES
from tests.reference.folds.projects import PROJECTS
from tests.reference.folds.sealed import SEALED

KINDS = {
    **PROFILES,
    **CAPACITY,
    **LEADS,
    **PROJECTS,
    **PLEDGES,
    **ACCEPTANCES,
    **LOGS,
    **SEALED,
}
