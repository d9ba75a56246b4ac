"""What views read: the logs and texts, the state folded from them, the register."""

from dataclasses import dataclass

from node.register import Register
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from protocol.ids import CoopId
from protocol.roster.chain import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One node's books; `coop` is whose node it is."""

    coop: CoopId
    log: LogDb
    state: StateDb
    register: Register

    @property
    def roster(self) -> Roster:
        """Give the roster; raises `UserFault` where there is no network yet."""
        return self.register.roster
