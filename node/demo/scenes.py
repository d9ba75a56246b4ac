"""What the three co-ops do together in the demo, scene by scene.

A tender won by a bid of three and worked off, a decision, a funding round: each scene
is a command as somebody would have typed it. The last ones are left for whoever looks
on: a report to accept, a vote to cast, a round to give in.
"""

import datetime
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

LEAD: Final = "A booking site for twelve community halls"
CAPTIONS: Final = "Captions for every training video"
VISITS: Final = "A week on the road to meet new co-ops"
#: What only these scenes are about; the everyday beside them leaves it alone.
TITLES: Final = frozenset({LEAD, CAPTIONS, VISITS})

_DAY: Final = 450
_WEEK: Final = datetime.timedelta(weeks=1)
_AGREEMENT: Final = (
    "We deliver what our parts of the bid say. What costs more than was estimated is"
    " shared by share. The lead contractor pays each part within 14 days of being paid."
)


class Scene(NamedTuple):
    """Who has which command done. `$name` stands for what the scene of that name made.

    says: what is told of it, after the name of who did it; name: how later scenes call
    what came of it.
    """

    who: str
    command: str
    says: str
    args: Mapping[str, Any]
    name: str = ""


def of(today: datetime.date) -> list[Scene]:
    """Give all scenes in their order; days are counted from today."""
    return [*_bid(today), *_agreement(), *_round(today), *_work(today), *_left(today)]


def _gbp(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


def _parties(cedar: str) -> list[dict[str, object]]:
    return [
        {"coop": "Alba", "share": "rest", "minutes": 12 * _DAY},
        {"coop": "Birch", "share": "25", "minutes": 6 * _DAY, "amount": _gbp("5800")},
        {"coop": "Cedar", "share": cedar, "minutes": 3 * _DAY, "amount": _gbp("3400")},
    ]


def _bid(today: datetime.date) -> list[Scene]:
    needs = (("developer", 12), ("designer", 6), ("data-engineer", 3))
    lead = {
        "title": LEAD,
        "description": "One calendar for all halls, and a page that people can use.",
        "buyer": "Halls of the Borders",
        "value": _gbp("24000"),
        "deadline": str(today + 3 * _WEEK),
        "starts": str(today + 5 * _WEEK),
        "ends": str(today + 20 * _WEEK),
        "requirements": [
            {"skill": skill, "minutes": days * _DAY} for skill, days in needs
        ],
    }
    bid = {"lead": "$lead", "parties": _parties("14"), "fund": "2", "risk": "shared"}
    object_ = {"bid": "$bid", "note": "Old bookings come as 40 spreadsheets: 17 %."}
    return [
        Scene("Alba", "lead.open", f"opened “{LEAD}”.", lead, "lead"),
        Scene(
            "Birch",
            "interest.set",
            "would take part in the halls' site.",
            {"lead": "$lead", "stance": "interested", "note": "The design, say."},
        ),
        Scene(
            "Alba", "bid.open", "put a bid of three for the halls together.", bid, "bid"
        ),
        Scene("Birch", "estimate.agree", "agreed to its part.", {"bid": "$bid"}),
        Scene("Cedar", "estimate.object", "objects to its part of it.", object_),
        Scene(
            "Alba",
            "bid.change",
            "changed the bid, so all agree anew.",
            {"bid": "$bid", "parties": _parties("17")},
        ),
        Scene("Birch", "estimate.agree", "agreed to its part.", {"bid": "$bid"}),
        Scene("Cedar", "estimate.agree", "agreed to its part.", {"bid": "$bid"}),
    ]


def _agreement() -> list[Scene]:
    drafted = {
        "title": "Community halls consortium",
        "text": _AGREEMENT,
        "parties": ["Birch", "Cedar"],
        "about": "$bid",
    }
    rates = {
        "title": "Shall we know each other's day rates?",
        "proposal": "Each puts its rates beside what it offers, for members only.",
    }
    signed = {"agreement": "$agreement"}
    voted = {"decision": "$rates", "stance": "agree"}
    return [
        Scene(
            "Alba",
            "agreement.draft",
            "drafted the halls' agreement.",
            drafted,
            "agreement",
        ),
        Scene(
            "Cedar", "decision.open", "asks all: day rates in the open?", rates, "rates"
        ),
        Scene("Birch", "agreement.sign", "signed the agreement.", signed),
        Scene("Cedar", "agreement.sign", "signed the agreement.", signed),
        Scene("Birch", "vote.cast", "votes on day rates: agree.", voted),
        Scene("Alba", "agreement.sign", "signed the agreement: in force.", signed),
        Scene(
            "Alba",
            "bid.advance",
            "wrote the bid for the halls down as agreed.",
            {"bid": "$bid", "to": "agreed"},
        ),
        Scene("Cedar", "vote.cast", "votes on day rates: agree.", voted),
        Scene(
            "Alba",
            "vote.cast",
            "votes on day rates: abstain.",
            {**voted, "stance": "abstain"},
        ),
        Scene(
            "Alba",
            "bid.advance",
            "handed the halls' bid in.",
            {"bid": "$bid", "to": "submitted"},
        ),
        Scene(
            "Cedar",
            "decision.close",
            "closed the vote on day rates: passed.",
            {"decision": "$rates", "early": True},
        ),
    ]


def _round(today: datetime.date) -> list[Scene]:
    opened = {
        "title": "Winter round",
        "description": "All or nothing; who gives pays directly.",
        "closes": str(today + 3 * _WEEK),
    }

    def in_round(project: str, amount: str = "") -> dict[str, str]:
        named = {"round": "$round", "project": project}
        return {**named, "amount": amount} if amount else named

    def asks(title: str, goal: str, least: str) -> dict[str, str]:
        return {"title": title, "goal": goal, "minimum": least}

    captions, visits = asks(CAPTIONS, "900", "600"), asks(VISITS, "1500", "1200")
    return [
        Scene("Birch", "round.open", "opened the “Winter round”.", opened, "round"),
        Scene("Alba", "project.open", f"proposes “{CAPTIONS}”.", captions, "captions"),
        Scene("Cedar", "project.open", f"proposes “{VISITS}”.", visits, "visits"),
        Scene("Alba", "round.enter", "entered the captions.", in_round("$captions")),
        Scene(
            "Cedar", "round.enter", "entered the week on the road.", in_round("$visits")
        ),
        Scene(
            "Birch",
            "round.pledge",
            "put £400 into the captions.",
            in_round("$captions", "400"),
            "given",
        ),
        Scene(
            "Alba",
            "round.pledge",
            "put £500 into the week on the road.",
            in_round("$visits", "500"),
        ),
        Scene(
            "Cedar",
            "round.pledge",
            "put £300 into the captions.",
            in_round("$captions", "300"),
        ),
    ]


def _work(today: datetime.date) -> list[Scene]:
    pledge = {
        "lead": "$lead",
        "line": 2,
        "minutes": 6 * _DAY,
        "rate": {**_gbp("520"), "minutes": _DAY},
    }
    report = {
        "pledge": "$pledge",
        "minutes": 3 * _DAY,
        "starts": str(today - _WEEK),
        "ends": str(today),
        "summary": "Talks with the people who keep the keys, and first drawings.",
    }
    promise = {"payee": "Alba", "promise": "$given"}
    paid = {"payment": "$payment"}
    return [
        Scene(
            "Alba",
            "bid.advance",
            "won the halls with the bid of three!",
            {"bid": "$bid", "to": "won"},
        ),
        Scene(
            "Alba",
            "lead.advance",
            "moved the halls' lead on: won.",
            {"lead": "$lead", "to": "won"},
        ),
        Scene(
            "Birch", "pledge.work", "pledged the design of the site.", pledge, "pledge"
        ),
        Scene("Alba", "pledge.accept", "accepted the design.", {"pledge": "$pledge"}),
        Scene(
            "Birch", "pledge.confirm", "is bound to the design.", {"pledge": "$pledge"}
        ),
        Scene(
            "Birch",
            "round.close",
            "closed the round: one project is funded.",
            {"round": "$round", "early": True},
        ),
        Scene(
            "Birch", "report.make", "reported three days of design.", report, "report"
        ),
        Scene("Alba", "report.accept", "accepted the report.", {"report": "$report"}),
        Scene(
            "Birch",
            "invoice.issue",
            "sent an invoice for three days of design.",
            {"reports": ["$report"]},
            "invoice",
        ),
        Scene(
            "Alba", "invoice.approve", "approved the invoice.", {"invoice": "$invoice"}
        ),
        Scene(
            "Alba",
            "payment.send",
            "paid the invoice.",
            {"invoice": "$invoice"},
            "payment",
        ),
        Scene("Birch", "payment.receive", "confirmed the payment.", paid),
        Scene(
            "Birch",
            "payment.send",
            "paid what it gave to the captions.",
            promise,
            "gift",
        ),
        Scene(
            "Alba", "payment.receive", "confirmed that it came.", {"payment": "$gift"}
        ),
    ]


def _left(today: datetime.date) -> list[Scene]:
    """Give what is left for whoever looks on."""
    report = {
        "pledge": "$pledge",
        "minutes": 2 * _DAY,
        "starts": str(today - _WEEK),
        "ends": str(today),
        "summary": "The calendar, tried out in two halls.",
    }
    meet = {
        "title": "Shall we meet twice a year?",
        "proposal": "In spring as well as in autumn; the hosts change.",
    }
    again = {"title": "Spring round", "closes": str(today + 8 * _WEEK)}
    entered = {"round": "$spring", "project": "$visits"}
    return [
        Scene(
            "Birch",
            "report.make",
            "reported more design; Alba has to look at it.",
            report,
        ),
        Scene("Cedar", "decision.open", "asks all: meet twice a year?", meet, "meet"),
        Scene(
            "Birch",
            "vote.cast",
            "votes on it: agree. Alba's vote is left to you.",
            {"decision": "$meet", "stance": "agree"},
        ),
        Scene("Birch", "round.open", "opened the “Spring round”.", again, "spring"),
        Scene("Cedar", "round.enter", "entered the week on the road again.", entered),
    ]
