"""All commands by name."""

from typing import Final

from node.commands import (
    acceptances,
    calendar,
    capacity,
    consortium,
    electing,
    exporting,
    importing,
    joining,
    leads,
    logs,
    matching,
    network,
    pledges,
    profile,
    projects,
    sealed,
)
from node.commands.command import Command

COMMANDS: Final[dict[str, Command]] = {
    **network.COMMANDS,
    **joining.COMMANDS,
    **electing.COMMANDS,
    **profile.COMMANDS,
    **capacity.COMMANDS,
    **calendar.COMMANDS,
    **consortium.COMMANDS,
    **leads.COMMANDS,
    **importing.COMMANDS,
    **matching.COMMANDS,
    **projects.COMMANDS,
    **pledges.COMMANDS,
    **acceptances.COMMANDS,
    **logs.COMMANDS,
    **exporting.COMMANDS,
    **sealed.COMMANDS,
}
