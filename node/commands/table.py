"""All commands by name."""

from typing import Final

from node.commands import (
    acceptances,
    capacity,
    decisions,
    electing,
    exporting,
    funds,
    giving,
    importing,
    joining,
    leads,
    logs,
    milestones,
    network,
    pledges,
    profile,
    projects,
    rounds,
)
from node.commands.command import Command

COMMANDS: Final[dict[str, Command]] = {
    **network.COMMANDS,
    **joining.COMMANDS,
    **electing.COMMANDS,
    **profile.COMMANDS,
    **capacity.COMMANDS,
    **leads.COMMANDS,
    **importing.COMMANDS,
    **projects.COMMANDS,
    **pledges.COMMANDS,
    **acceptances.COMMANDS,
    **milestones.COMMANDS,
    **decisions.COMMANDS,
    **funds.COMMANDS,
    **rounds.COMMANDS,
    **giving.COMMANDS,
    **logs.COMMANDS,
    **exporting.COMMANDS,
}
