"""Work reports and the receiver's word on them (SPEC 8.30, 8.31).

The provider says what it did of a pledge that it confirmed; the receiver accepts or
disputes that very version, repeating what it takes. Themes are said here, once: what
social value comes to is counted from the reports that were accepted.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Date, Id, Money, Quantity, Slug

#: A theme of the charter, and the minutes of the report that served it.
Theme = tuple[Slug, Quantity]
#: As many as the largest set of themes in use has (the UK's PPN 06/20: five).
Themes = Annotated[tuple[Theme, ...], Meta(max_length=5)]


class ReportMade(Body, frozen=True, kw_only=True):
    """`minutes` of work done, of an own pledge and within a period. Text: summary."""

    acceptance: Id
    amount: Money | None = None
    ends: Date
    minutes: Quantity
    outcome: Slug | None = None
    pledge: Id
    receiver: Id
    starts: Date
    themes: Themes = ()


class ReportCorrected(Body, frozen=True, kw_only=True):
    """A report anew, as a whole; its id is the version that is accepted. Text: summary.

    What it is about (the pledge, the receiver) stays.
    """

    amount: Money | None = None
    ends: Date
    minutes: Quantity
    outcome: Slug | None = None
    report: Id
    starts: Date
    themes: Themes = ()


class ReportWithdrawn(Body, frozen=True, kw_only=True):
    """A report that should not have been made. Text: note."""

    reason: Slug | None = None
    report: Id


class ReportAccepted(Body, frozen=True, kw_only=True):
    """The receiver agrees with one version, and repeats its minutes and amount."""

    amount: Money | None = None
    minutes: Quantity
    provider: Id
    report: Id
    version: Id


class ReportDisputed(Body, frozen=True, kw_only=True):
    """The receiver does not agree with one version. Text: note."""

    provider: Id
    reason: Slug | None = None
    report: Id
    version: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "report.made": ReportMade,
    "report.corrected": ReportCorrected,
    "report.withdrawn": ReportWithdrawn,
    "report.accepted": ReportAccepted,
    "report.disputed": ReportDisputed,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "report.made": {"summary": False},
    "report.corrected": {"summary": False},
    "report.withdrawn": {"note": False},
    "report.disputed": {"note": False},
}
