"""The law: what each kind of event does to the state of its own log (SPEC 9).

One file per family, each with its states as tables on top. `RULES` is the whole
law: kind -> the rule that applies it, and the entities it has to look at. A rule
sees its own log alone; joins (protocol/joins) put two halves together.
"""

from typing import Final

from protocol import limits, verdicts
from protocol.rules import (
    acceptances,
    agreements,
    bids,
    capacity,
    closing,
    dates,
    decisions,
    entries,
    funds,
    handovers,
    interests,
    invoices,
    leads,
    logs,
    mediations,
    nettings,
    payments,
    pledges,
    profiles,
    projects,
    reports,
    reviews,
    rounds,
    sealed,
    signatures,
    sums,
    takeovers,
)
from protocol.rules.place import Rule
from protocol.state import State

#: The rules version that this build reads and writes (SPEC 7.5).
VERSION: Final = limits.RULES_VERSION

RULES: Final[dict[str, Rule]] = {
    **logs.RULES,
    **profiles.RULES,
    **capacity.RULES,
    **leads.RULES,
    **projects.RULES,
    **pledges.RULES,
    **acceptances.RULES,
    **interests.RULES,
    **handovers.RULES,
    **takeovers.RULES,
    **bids.RULES,
    **reviews.RULES,
    **agreements.RULES,
    **signatures.RULES,
    **reports.RULES,
    **invoices.RULES,
    **payments.RULES,
    **mediations.RULES,
    **nettings.RULES,
    **closing.RULES,
    **decisions.RULES,
    **funds.RULES,
    **rounds.RULES,
    **entries.RULES,
    **sealed.RULES,
}

#: Family -> the type of its body, for reading a stored entity back.
FAMILIES: Final[dict[str, type[State]]] = {
    **logs.FAMILIES,
    **profiles.FAMILIES,
    **capacity.FAMILIES,
    **leads.FAMILIES,
    **projects.FAMILIES,
    **pledges.FAMILIES,
    **acceptances.FAMILIES,
    **interests.FAMILIES,
    **handovers.FAMILIES,
    **takeovers.FAMILIES,
    **bids.FAMILIES,
    **reviews.FAMILIES,
    **agreements.FAMILIES,
    **signatures.FAMILIES,
    **reports.FAMILIES,
    **invoices.FAMILIES,
    **payments.FAMILIES,
    **mediations.FAMILIES,
    **nettings.FAMILIES,
    **closing.FAMILIES,
    **decisions.FAMILIES,
    **funds.FAMILIES,
    **rounds.FAMILIES,
    **entries.FAMILIES,
    **sealed.FAMILIES,
}

REASONS: Final = {
    reason.code: reason
    for group in (
        verdicts.REASONS,
        dates.REASONS,
        logs.REASONS,
        profiles.REASONS,
        capacity.REASONS,
        leads.REASONS,
        projects.REASONS,
        pledges.REASONS,
        acceptances.REASONS,
        interests.REASONS,
        handovers.REASONS,
        takeovers.REASONS,
        bids.REASONS,
        reviews.REASONS,
        agreements.REASONS,
        signatures.REASONS,
        sums.REASONS,
        reports.REASONS,
        invoices.REASONS,
        payments.REASONS,
        mediations.REASONS,
        nettings.REASONS,
        closing.REASONS,
        decisions.REASONS,
        funds.REASONS,
        rounds.REASONS,
        entries.REASONS,
        sealed.REASONS,
    )
    for reason in group
}


def say(void: verdicts.Void) -> str:
    """Give the one English sentence of a verdict."""
    return REASONS[void.code].say(void)
