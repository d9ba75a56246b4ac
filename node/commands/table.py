"""All commands by name."""

from typing import Final

from node.commands import (
    acceptances,
    agreements,
    bids,
    capacity,
    electing,
    estimates,
    exporting,
    handovers,
    importing,
    interests,
    joining,
    leads,
    logs,
    network,
    pledges,
    profile,
    projects,
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
    **interests.COMMANDS,
    **handovers.COMMANDS,
    **bids.COMMANDS,
    **estimates.COMMANDS,
    **agreements.COMMANDS,
    **logs.COMMANDS,
    **exporting.COMMANDS,
}
