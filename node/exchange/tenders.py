"""From a tender notice to a lead: terms that rules read, and words that people do.

| notice                     | lead                                                   |
|----------------------------|--------------------------------------------------------|
| CPV codes                  | cpv, and a requirement line per role (roles.toml)      |
| value, deadline, period    | value, deadline, starts, ends                          |
| lots                       | lots (40 at most, each with id and value)              |
| ocid, latest release       | source                                                 |
| title, description, buyer  | texts of those roles                                   |
| link                       | text link                                              |
| attribution                | last paragraph of the description                      |
| outcome (lost, won, …)     | the state that the lead should have                    |

Lines say no minutes: a notice does not, and an estimate is the co-ops' to make.
"""

from typing import Final

from node.exchange import ocds
from node.exchange.ocds import Lot, Notice
from node.exchange.roles import roles
from protocol.kinds import leads
from protocol.kinds.fields import Money
from protocol.kinds.leads import LeadOpened, Requirement, Source, Terms
from protocol.rules.dates import LONGEST_DAYS

SCHEME: Final = "ocds"
#: What a lead can hold of each (protocol/kinds/leads.py).
_CPV: Final = 40
_LOTS: Final = 40
_LINES: Final = 8
_TITLE_CHARS: Final = 300
UNTITLED: Final = "Tender without a title"


def terms_of(notice: Notice) -> Terms:
    """Give the terms of the lead that a notice makes."""
    period = notice.period
    starts = period.start.date() if period and period.start else None
    ends = period.end.date() if period and period.end else None
    if starts and ends and ends < starts:
        starts, ends = None, None
    if starts and ends and (ends - starts).days > LONGEST_DAYS:
        # A framework of decades: what counts for planning is when it begins.
        ends = None
    lines = tuple(
        Requirement(line=line, skill=skill, starts=starts, ends=ends)
        for line, skill in enumerate(roles(notice.cpv)[:_LINES], start=1)
    )
    return Terms(
        cpv=tuple(notice.cpv[:_CPV]),
        deadline=notice.deadline.date() if notice.deadline else None,
        ends=ends,
        lots=tuple(_lot(lot) for lot in notice.lots[:_LOTS]),
        requirements=lines,
        source=Source(SCHEME, notice.ocid, notice.as_of[1]),
        starts=starts,
        value=_money(notice.value),
    )


def opened(terms: Terms) -> LeadOpened:
    """Give the body that opens a lead with these terms."""
    return leads.LeadOpened(
        cpv=terms.cpv,
        deadline=terms.deadline,
        ends=terms.ends,
        lots=terms.lots,
        requirements=terms.requirements,
        source=terms.source,
        starts=terms.starts,
        value=terms.value,
    )


def texts_of(notice: Notice) -> dict[str, str]:
    """Give the words of the lead, by role."""
    described = (notice.description, notice.attribution.text)
    words = {
        "title": title_of(notice),
        # An event has room for four texts, and the licence asks to be named.
        "description": "\n\n".join(part for part in described if part),
        "buyer": notice.buyer,
        "link": notice.link,
    }
    return {role: text for role, text in words.items() if text}


def title_of(notice: Notice) -> str:
    """Give the title, or what stands for one."""
    return (notice.title or UNTITLED)[:_TITLE_CHARS]


def state_of(notice: Notice) -> leads.LeadState:
    """Say which state the lead of this notice should have, as far as others decide."""
    outcome = ocds.outcome(notice)
    return "open" if outcome is None else outcome


def _lot(lot: Lot) -> leads.Lot:
    return leads.Lot(id=lot.id, value=_money(lot.value))


def _money(money: ocds.Money | None) -> Money | None:
    if money is None or money.minor <= 0:
        return None
    return Money(money.currency, money.minor)
