"""SIGKILL at random moments: what was answered stays, and nothing is said twice.

A SIGKILL leaves to the kernel what was written, synced or not, so this is no power
cut; it shows the order of commit, anchor, answer and relay in a process that dies.
"""

import contextlib
import random
import shutil
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

import pytest

from tests.e2e import books, tenders
from tests.e2e.cluster import LONG, Cluster, Coop, Gone, settled, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(400)]

KILLS: Final = 200 if LONG else 20
#: From the first answer after a start to the kill, in seconds.
SOONEST_S, LATEST_S = 0.005, 0.4
FIRST_SYNCS: Final = 60 if LONG else 6
#: Leads in a first sync, and texts of each: they come in about forty packs.
RELEASES: Final = 2500
#: Leads of an import: more than the thousand of one commit.
IMPORTED: Final = 1200
MORE_CUTS: Final = 30 if LONG else 3
_TEXTS: Final = "SELECT count(*) FROM texts"
TEXTS: Final = 4


@dataclass(slots=True)
class Publisher:
    """Publishes one offer after the other, and the same again where no answer came."""

    coop: Coop
    #: Key -> the id that was answered.
    answered: dict[str, str] = field(default_factory=dict)
    #: Keys that were asked for and not answered at least once.
    doubtful: set[str] = field(default_factory=set)
    errors: list[Exception] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def has_more_than(self, before: int) -> bool:
        """Tell whether there are more answers than before."""
        return len(self.answered) > before

    def run(self) -> None:
        """Go on until `over`; the end of a thread."""
        number = 0
        while not self.over.is_set():
            key = f"offer {number}"
            try:
                self.answered[key] = self.coop.offer(key)
                number += 1
            except Gone:
                self.doubtful.add(key)
                time.sleep(0.01)
            except Exception as error:  # noqa: BLE001 - the test looks at them
                self.errors.append(error)
                return


def test_kill_while_publishing(three: list[Coop]) -> None:
    chance = random.Random("kill while publishing")  # noqa: S311 - repeatable
    alba = three[0]
    publisher = Publisher(alba)
    thread = threading.Thread(target=publisher.run)
    thread.start()
    try:
        for _ in range(KILLS):
            before = len(publisher.answered)
            until("an answer", publisher.has_more_than, before)
            time.sleep(chance.uniform(SOONEST_S, LATEST_S))
            alba.kill()
            alba.start()
            assert not alba.status()["notices"]
    finally:
        publisher.over.set()
        thread.join()
    assert not publisher.errors
    answered = publisher.answered
    assert publisher.doubtful

    # Asked again, each key has the answer of the first time.
    for key, event in answered.items():
        assert alba.offer(key) == event
    settled(*three)
    held = books.same(three)
    (own,) = held.of(alba)
    assert len(set(own.ids)) == len(own.ids)
    assert sorted(own.kinds) == ["capacity.offered"] * len(answered) + ["profile.set"]
    assert set(answered.values()) == set(own.ids[1:])
    for coop in three:
        assert sorted(coop.offers()) == sorted(answered.values())
        for event in list(answered.values())[:: len(answered) // 5]:
            found = coop.ask("explain", id=event)
            assert (found["id"], found["event"]["verdict"]) == (event, "in force")


def cut_off(coop: Coop, after_s: float, command: str, **args: object) -> bool:
    """Kill a node so long after it was asked; tell whether that left no answer."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(coop.ask, command, **args)
        wait([asked], timeout=after_s)
        coop.kill()
        error = asked.exception()
    assert error is None or isinstance(error, Gone), error
    return error is not None


def has_root(coop: Coop, root: str) -> bool:
    return bool(coop.status()["root"] == root)


def whole(coop: Coop) -> bool:
    """Have a node compute all of it again; tell whether it has all texts by now."""
    found = coop.ask("verify")
    assert found["damaged"] == []
    return bool(found["missing_texts"] == 0)


def test_kill_during_import(place: Cluster) -> None:
    chance = random.Random("kill during import")  # noqa: S311 - repeatable
    alba = place.found("Alba")
    path = str(tenders.write(place.folder / "tenders.json", IMPORTED))
    started = time.monotonic()
    alba.ask("lead.import", path=path, dry_run=True)
    reading_s = time.monotonic() - started
    again = {"path": path, "publish": True}
    # Before anything is published, then right after the first of two commits of leads,
    # whose drafts do not know of them yet, and then wherever it happens to be.
    cuts = 0 + cut_off(alba, reading_s / 2, "lead.import", **again)
    alba.start()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(alba.ask, "lead.import", **again)
        while (events := count(alba, "SELECT sum(last) FROM heads")) < 2:
            time.sleep(0.001)
        alba.kill()
        assert isinstance(asked.exception(), Gone)
    assert events == 1001
    moments = [chance.uniform(0.5, 2) * reading_s for _ in range(MORE_CUTS)]
    for moment in moments:
        alba.start()
        # What waits is told there, too: the deadlines of the notices.
        assert not [one for one in alba.status()["notices"] if "today" not in one]
        assert len(alba.ask("lead.list", most=10_000)["leads"]) in (1000, IMPORTED)
        cuts += cut_off(alba, moment, "lead.import", **again)
    assert cuts
    alba.start()
    done = alba.ask("lead.import", **again)
    assert done["failed"] == []
    done = alba.ask("lead.import", **again)
    assert (done["unchanged"], done["published"]) == (IMPORTED, 0)

    listed = alba.ask("lead.list", drafts=True, most=10_000)
    drafts = {row["process"]: row["lead"] for row in listed["drafts"]}
    assert len(listed["leads"]) == len(drafts) == IMPORTED
    assert None not in drafts.values()
    assert len(set(drafts.values())) == IMPORTED
    (own,) = books.read(alba).of(alba)
    assert own.kinds == ["profile.set"] + IMPORTED * ["lead.opened"]
    assert whole(alba)


def test_kill_during_first_sync_and_rebuild(place: Cluster) -> None:
    chance = random.Random("kill during first sync")  # noqa: S311 - repeatable
    alba, birch = place.network("Alba", "Birch")
    birch.stop()
    path = str(tenders.write(place.folder / "tenders.json", RELEASES))
    alba.ask("lead.import", path=path, publish=True)
    before = place.folder / "before"
    shutil.copytree(birch.folder, before)
    partly = 0
    for _ in range(FIRST_SYNCS):
        # It has published nothing since, so this is no restore.
        birch.stop()
        shutil.rmtree(birch.folder)
        shutil.copytree(before, birch.folder)
        birch.launch()
        enough = chance.randrange(TEXTS * RELEASES)
        while count(birch, _TEXTS) < enough:
            time.sleep(0.001)
        birch.kill()
        partly += 0 < count(birch, _TEXTS) < TEXTS * RELEASES
        birch.start()
        settled(alba, birch)
        until("all texts", whole, birch)
        assert not birch.status()["notices"]
    assert partly >= 1

    root = settled(alba, birch)
    cuts = 0
    for _ in range(FIRST_SYNCS):
        cuts += cut_off(birch, chance.uniform(0.005, 0.1), "rebuild")
        birch.start()
        until("the same root", has_root, birch, root)
        assert whole(birch)
    assert cuts >= FIRST_SYNCS // 3
    assert birch.ask("rebuild") == {"events": RELEASES + 2, "root": root}
    settled(alba, birch)


def count(coop: Coop, query: str) -> int:
    """Look into a node's log.db from beside it, as a reader only."""
    path = f"file:{coop.folder / 'log.db'}?mode=ro"
    with contextlib.closing(sqlite3.connect(path, uri=True)) as db:
        ((found,),) = db.execute(query)
    return int(found)
