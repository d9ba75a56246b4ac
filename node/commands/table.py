"""All commands by name."""

from typing import Final

from node.commands import (
    acceptances,
    capacity,
    electing,
    exporting,
    importing,
    invoices,
    joining,
    leads,
    ledger,
    logs,
    mediations,
    nettings,
    network,
    payments,
    pledges,
    profile,
    projects,
    reports,
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
    **reports.COMMANDS,
    **invoices.COMMANDS,
    **payments.COMMANDS,
    **mediations.COMMANDS,
    **nettings.COMMANDS,
    **ledger.COMMANDS,
    **logs.COMMANDS,
    **exporting.COMMANDS,
}
