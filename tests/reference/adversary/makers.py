"""All makers of bodies, and the texts that their kinds have."""

from tests.reference.adversary import deciding, trade, winning, work
from tests.reference.adversary.pool import Makers

MAKERS: Makers = {
    **work.MAKERS,
    **winning.MAKERS,
    **trade.MAKERS,
    **deciding.MAKERS,
}

#: What logs are mostly about, by the first words of kinds: few kinds in one log meet
#: more often, and come further along their tables.
FOCI = (
    "",
    "profile wish capacity booking",
    "lead project acceptance pledge.declined",
    "pledge.work pledge.confirmed report invoice",
    "payment mediation netting",
    "pledge.work pledge.confirmed report invoice",
    "seen decision ballot fund round veto",
    "round allotment project entry veto pledge.money pledge.withdrawn milestone",
    "lead.opened lead.advanced interest handover bid estimate",
    "lead.opened project.opened acceptance",
    "lead.opened acceptance pledge.work agreement signature invoice report",
    "lead.opened capacity pledge.work project.opened sealed",
)
ROLES = {
    "profile.set": ("name", "description", "web", "place"),
    "lead.opened": ("title", "description", "buyer", "link", "source"),
    "lead.changed": ("title", "description", "buyer", "link", "source"),
    "project.opened": ("title", "description", "link"),
    "handover.offered": ("terms", "note"),
    "agreement.drafted": ("title", "text"),
    "report.made": ("summary",),
    "report.corrected": ("summary",),
    "decision.opened": ("title", "proposal", "link"),
    "decision.amended": ("proposal", "title", "link"),
    "fund.opened": ("title", "purpose"),
    "round.opened": ("title", "description"),
    "ballot.cast": ("reason",),
    "ballot.withdrawn": ("reason",),
    "project.left": ("reason",),
    "veto.cast": ("reason",),
    "veto.withdrawn": ("reason",),
    "project.milestones": ("milestones",),
    "sealed.shared": ("sealed",),
}
#: Roles that a kind needs, and has almost always.
NEEDED = {"name", "title", "terms", "text", "sealed"}
NO_TEXTS = {
    "wish.set",
    "capacity.withdrawn",
    "booking.moved",
    "pledge.confirmed",
    "acceptance.given",
    "log.reopened",
    "handover.accepted",
    "agreement.superseded",
    "agreement.signed",
    "report.accepted",
    "invoice.approved",
    "payment.received",
    "netting.agreed",
    "seen.acknowledged",
    "allotment.granted",
    "project.entered",
}
