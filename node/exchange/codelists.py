"""The words for how far a process, a lot or an award has come.

Two are OCDS 1.1 codelists, as publishers write them; `Status` is ours, which
`node.exchange.status` weighs out of them.
"""

from enum import StrEnum


class TenderStatus(StrEnum):
    """OCDS 1.1 `tender.status`, and `tender.lots[].status` of the lots extension."""

    PLANNING = "planning"
    PLANNED = "planned"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"


class AwardStatus(StrEnum):
    """OCDS 1.1 `awards[].status`. Pending: chosen, the standstill not yet over."""

    PENDING = "pending"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"


class Status(StrEnum):
    """What a reader wants to know.

    open: bids are taken, or were when the release was written. closed: they are not
    any more, and nothing is known of the outcome. unknown: the publisher is silent.
    """

    PLANNING = "planning"
    OPEN = "open"
    CLOSED = "closed"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
