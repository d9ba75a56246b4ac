"""The vocabulary: what the body of each kind of event holds (SPEC 8).

One file per family. `KINDS` is the whole table: a kind that is not in it is stored,
relayed and void. Fields stand in the order of their bytes, since that is the order
in which they are encoded; a field at its default is left out.
"""

from typing import Final

import msgspec

from protocol.kinds import (
    agreements,
    bids,
    capacity,
    closing,
    decisions,
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
    rounds,
    sealed,
)

KINDS: Final[dict[str, type[msgspec.Struct]]] = {
    **logs.KINDS,
    **profiles.KINDS,
    **capacity.KINDS,
    **leads.KINDS,
    **projects.KINDS,
    **pledges.KINDS,
    **interests.KINDS,
    **handovers.KINDS,
    **bids.KINDS,
    **agreements.KINDS,
    **reports.KINDS,
    **invoices.KINDS,
    **payments.KINDS,
    **mediations.KINDS,
    **nettings.KINDS,
    **closing.KINDS,
    **decisions.KINDS,
    **funds.KINDS,
    **rounds.KINDS,
    **sealed.KINDS,
}

#: Kind -> the roles its texts may have; True where the text is required.
TEXTS: Final[dict[str, dict[str, bool]]] = {
    **profiles.TEXTS,
    **capacity.TEXTS,
    **leads.TEXTS,
    **projects.TEXTS,
    **pledges.TEXTS,
    **interests.TEXTS,
    **handovers.TEXTS,
    **bids.TEXTS,
    **agreements.TEXTS,
    **reports.TEXTS,
    **invoices.TEXTS,
    **payments.TEXTS,
    **mediations.TEXTS,
    **nettings.TEXTS,
    **decisions.TEXTS,
    **funds.TEXTS,
    **rounds.TEXTS,
    **sealed.TEXTS,
}
