"""What the three co-ops do in the demo: an endless, repeatable everyday.

Each step is a command that a person could have typed. The story only decides which,
from what the nodes hold, so it goes on wherever it was stopped.
"""

import datetime
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast

from node.demo import notices, scenes
from node.demo.acting import Acting
from node.demo.nodes import DemoNode
from node.errors import UserFault
from node.views import efforts

Row = dict[str, object]
Say = Callable[[str], None]

#: Releases that are there from the start; the rest comes in one by one.
FIRST_RELEASES: Final = 120
_HOURS: Final = 60
#: Rows of a list that a co-op looks through for what to do next.
_ROWS: Final = 1000
#: Of what an everyday has, so many doings come first: others wait for them.
_ANSWERS: Final = 3
_WEEK: Final = datetime.timedelta(weeks=1)

#: name -> (people, skills, place, description, rate per day of 7.5 h in GBP)
PROFILES: Final[dict[str, tuple[int, list[str], str, str, str]]] = {
    "Alba": (
        9,
        ["developer", "delivery-manager", "web-operations-engineer"],
        "Edinburgh",
        "Web services for public bodies and charities.",
        "560.00",
    ),
    "Birch": (
        6,
        ["designer", "user-researcher", "content-designer"],
        "Sheffield",
        "Research and design with the people who will use it.",
        "520.00",
    ),
    "Cedar": (
        4,
        ["data-engineer", "data-scientist", "security-consultant"],
        "Cardiff",
        "Data that its owners can explain.",
        "610.00",
    ),
}
_PROJECTS: Final = (
    ("Shared time tracking that nobody hates", "6000.00", "2000.00"),
    ("A tool library for accessibility audits", "4500.00", "1500.00"),
    ("Bursaries for first jobs in co-ops", "9000.00", "3000.00"),
)


class Story:
    """The everyday of three nodes."""

    def __init__(self, nodes: list[DemoNode], folder: Path, say: Say) -> None:
        """Tell it with `say` as it goes on."""
        self._nodes = nodes
        self._folder = folder
        self._say = say
        self._random = random.Random("wortley demo")  # noqa: S311 - a story, no secret
        self._today = datetime.date.min
        self._acting: Acting | None = None

    def open(self, today: datetime.date) -> Iterator[Row]:
        """Lay out what a network has on its first day; give the releases to come."""
        self._today = today
        releases, package, weeks = notices.load(today)
        self._say(
            f"Notices: {len(releases)} real ones from UK Contracts Finder, their dates"
            f" shifted by {weeks} weeks so that deadlines lie ahead. Contains public"
            " sector information licensed under the Open Government Licence v3.0."
        )
        for node in self._nodes:
            self._introduce(node)
        first = notices.write(
            self._folder / "tenders" / "first.json", package, releases[:FIRST_RELEASES]
        )
        alba = self._nodes[0]
        done = alba.ask("lead.import", path=str(first), publish=True)
        self._say(f"Alba brought {done['imported']} tenders as leads.")
        self._package = package
        return iter(releases[FIRST_RELEASES:])

    def _introduce(self, node: DemoNode) -> None:
        people, skills, place, words, rate = PROFILES[node.name]
        monday = self._today - datetime.timedelta(days=self._today.weekday())
        node.ask(
            "profile.set",
            people=people,
            skills=skills,
            place=place,
            description=words,
            languages=["en"],
            key="demo profile",
        )
        minutes = people * 1200
        node.ask(
            "wish.set",
            wanted=minutes,
            floor=minutes // 2,
            starts=monday.isoformat(),
            ends=(monday + 26 * _WEEK).isoformat(),
            key="demo wish",
        )
        for skill in skills:
            node.ask(
                "capacity.offer",
                skill=skill,
                minutes=self._random.randrange(600, 2400, 150),
                starts=(monday + _WEEK).isoformat(),
                ends=(monday + 20 * _WEEK).isoformat(),
                rate={"amount": rate, "currency": "GBP", "minutes": 450},
                key=f"demo offer {skill}",
            )

    def act(self) -> bool:
        """Play the next scene of what the three do together; False if none can be."""
        if self._acting is None:
            self._acting = Acting(self._nodes, self._folder, self._say, self._today)
        return self._acting.step()

    def step(self, coming: Iterator[Row]) -> None:
        """Do one thing: answer what waits, else bring or pledge something new."""
        doings: list[Callable[[], bool]] = [
            self._confirm,
            self._accept,
            self._receive,
            lambda: self._bring(coming),
            self._estimate,
            self._pledge_work,
            self._open_project,
            self._pledge_money,
            self._pay,
        ]
        answers, news = doings[:_ANSWERS], doings[_ANSWERS:]
        self._random.shuffle(news)
        for doing in (*answers, *news):
            try:
                if doing():
                    return
            except UserFault as fault:
                # The other side was faster, say; an everyday has that.
                self._say(f"  ({fault.detail})")

    # --- answering ----------------------------------------------------------------

    def _confirm(self) -> bool:
        for node in self._nodes:
            for row in self._pledges(node, "accepted", mine=True):
                node.ask("pledge.confirm", pledge=row["id"])
                self._say(f"{node.name} confirmed its pledge to “{row['title']}”.")
                return True
        return False

    def _accept(self) -> bool:
        for node in self._nodes:
            for row in self._pledges(node, "offered", mine=False):
                if row["taker_name"] == node.name and row["pledger_name"] != node.name:
                    self._answer(node, row)
                    return True
        return False

    def _answer(self, node: DemoNode, row: Row) -> None:
        done = "accepted"
        try:
            node.ask("pledge.accept", pledge=row["id"])
        except UserFault as fault:
            if fault.code != "over-maximum":
                raise
            # Others came first, and less was left to take.
            node.ask("pledge.decline", pledge=row["id"], reason="enough")
            done = "declined"
        self._say(f"{node.name} {done} a pledge of {row['pledger_name']}.")

    def _receive(self) -> bool:
        """Confirm what came for Cedar's projects; scenes see to their own money."""
        cedar = self._nodes[2]
        found = cedar.ask("payment.list", standing=["transit"], coop=cedar.name)
        for row in cast("list[Row]", found["payments"]):
            if row["payee_name"] == cedar.name:
                cedar.ask("payment.receive", payment=row["id"])
                self._say(f"{cedar.name} confirmed a payment of {row['payer_name']}.")
                return True
        return False

    def _pledges(self, node: DemoNode, standing: str, *, mine: bool) -> list[Row]:
        found = node.ask("pledge.list", mine=mine, standing=[standing], most=_ROWS)
        return _everyday(found["pledges"])

    # --- bringing something new -----------------------------------------------------

    def _bring(self, coming: Iterator[Row]) -> bool:
        release = next(coming, None)
        if release is None:
            return False
        node = self._nodes[0]
        path = notices.write(
            self._folder / "tenders" / "latest.json", self._package, [release]
        )
        done = node.ask("lead.import", path=str(path), publish=True)
        tender = cast("Row", release.get("tender", {}))
        if done["imported"]:
            self._say(f"{node.name} brought “{str(tender.get('title'))[:70]}”.")
        else:
            self._say(f"A later release of “{str(tender.get('title'))[:70]}” came in.")
        return True

    def _estimate(self) -> bool:
        """Put hours to the lines of a lead, as a bringer does after reading it."""
        node = self._nodes[0]
        for row in self._open_leads(node):
            mine = row["name"] == node.name
            # Only what tech co-ops do: notices whose codes name a role.
            if mine and row["skills"] and not row["wanted"]:
                lines = [
                    {"skill": skill, "minutes": self._random.randrange(2, 12) * 450}
                    for skill in cast("list[str]", row["skills"])[:3]
                ]
                node.ask("lead.change", lead=row["id"], requirements=lines)
                self._say(f"{node.name} estimated “{str(row['title'])[:70]}”.")
                return True
        return False

    def _pledge_work(self) -> bool:
        node = self._random.choice(self._nodes[1:])
        leads = [row for row in self._open_leads(node) if row["missing"]]
        if not leads:
            return False
        lead = self._random.choice(leads)
        page = node.ask("lead.show", lead=lead["id"])
        for line in cast("list[Row]", page["requirements"]):
            missing = cast("int", line["missing"])
            if missing >= _HOURS:
                minutes = min(missing, self._random.randrange(1, 8) * 450)
                node.ask(
                    "pledge.work", lead=lead["id"], line=line["line"], minutes=minutes
                )
                self._say(
                    f"{node.name} pledged {efforts.write(minutes)} to"
                    f" “{str(lead['title'])[:60]}”."
                )
                return True
        return False

    def _open_leads(self, node: DemoNode) -> list[Row]:
        found = node.ask("lead.list", states=["open", "bidding"], most=_ROWS)
        return _everyday(found["leads"])

    def _open_project(self) -> bool:
        cedar = self._nodes[2]
        there = cast("list[Row]", cedar.ask("project.list", most=_ROWS)["projects"])
        titles = {row["title"] for row in there}
        for title, goal, minimum in _PROJECTS:
            if title not in titles:
                cedar.ask("project.open", title=title, goal=goal, minimum=minimum)
                self._say(f"{cedar.name} proposed to fund “{title}”.")
                return True
        return False

    def _pledge_money(self) -> bool:
        node = self._random.choice(self._nodes[:2])
        for row in _everyday(node.ask("project.list", most=_ROWS)["projects"]):
            missing = cast("dict[str, str]", row["missing"])["amount"]
            left = int(missing.partition(".")[0]) // 100
            if row["state"] == "open" and left and self._random.random() < 0.5:
                pounds = min(left, self._random.randrange(1, 6)) * 100
                node.ask("pledge.money", project=row["id"], amount=f"{pounds}.00")
                self._say(f"{node.name} pledged £{pounds} to “{row['title']}”.")
                return True
        return False

    def _pay(self) -> bool:
        """Pay something that was promised, which is half of what makes a promise."""
        node = self._random.choice(self._nodes[:2])
        owed = {row["id"] for row in _of_today(node) if row["family"] == "debt"}
        for row in self._pledges(node, "committed", mine=True):
            if row["id"] in owed:
                node.ask("payment.send", payee=row["taker_name"], promise=row["id"])
                self._say(f"{node.name} paid {row['taker_name']} for “{row['title']}”.")
                return True
        return False


def _of_today(node: DemoNode) -> list[Row]:
    return cast("list[Row]", node.ask("today", most=1000)["waiting"])


def _everyday(rows: object) -> list[Row]:
    """Leave out what the scenes are about; they see to it themselves."""
    return [row for row in cast("list[Row]", rows) if row["title"] not in scenes.TITLES]
