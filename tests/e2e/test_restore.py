"""Older copies, lost anchors, two copies at once: no place of a log is signed twice.

Where it happens nevertheless (two copies, each with an anchor of its own), it shows.
"""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from node.errors import UserFault
from protocol import ids
from tests.e2e import books
from tests.e2e.books import Books, Kept
from tests.e2e.cluster import Cluster, Coop, free_port, settled, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

OLDER = "The data folder is older than what this node signed last."
MISSING = "The note of the last place that this node signed is missing."
ALONE = "As the only elector it signs no blocks until a person has looked:"
COPIED = "A copy of this node writes to the co-op's log, too;"


def offers(coop: Coop, *numbers: int) -> list[str]:
    return [coop.offer(f"offer {number}") for number in numbers]


def copy(coop: Coop, to: Path) -> Path:
    """Copy the folder of a node that does not run."""
    assert coop.process is None
    return Path(shutil.copytree(coop.folder, to))


def copy_live(coop: Coop, to: Path) -> Path:
    """Copy the folder of a node that runs, as tools for backups do.

    The databases one after the other, by SQLite's own backup; the one that is made of
    the others last, so that it knows more than they do.
    """
    shutil.copytree(coop.folder, to, ignore=shutil.ignore_patterns("*.db*", "*.sock"))
    for name in ("log.db", "node.db", "state.db"):
        with (
            closing(sqlite3.connect(coop.folder / name)) as source,
            closing(sqlite3.connect(to / name)) as target,
        ):
            source.backup(target)
    return to


def restore(coop: Coop, backup: Path) -> None:
    """Put a copy in the place of the folder; the anchor stays what it is."""
    coop.stop()
    shutil.rmtree(coop.folder)
    shutil.copytree(backup, coop.folder)


def says(coop: Coop, *starts: str) -> bool:
    """Tell whether the notices of a node are just these, by how they begin."""
    notices = coop.status()["notices"]
    assert all(isinstance(one, str) for one in notices)
    return len(notices) == len(starts) and all(
        notice.startswith(start) for notice, start in zip(notices, starts, strict=True)
    )


def has_offers(coop: Coop, number: int) -> bool:
    return len(coop.offers()) == number


def rows(coop: Coop, of: Coop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = coop.ask("log.show", coop=of.id, last=1000)["rows"]
    return found


def check(coops: list[Coop], of: Coop, published: list[str]) -> Books:
    """See that these nodes agree, and that all that was published counts, once."""
    settled(*coops)
    held = books.same(coops)
    assert held.accused == []
    assert len(held.ids()) == sum(len(one.ids) for one in held.logs.values())
    for coop in coops:
        counting = rows(coop, of)
        assert {row["verdict"] for row in counting} == {"in force"}
        counted = [row["id"] for row in counting if row["kind"] == "capacity.offered"]
        assert sorted(counted) == sorted(published) == sorted(coop.offers())
        assert coop.ask("verify")["damaged"] == []
    return held


def stands_on(one: Kept, other: Kept, seq: int) -> bool:
    """Tell whether an incarnation was opened after this place of another one."""
    assert one.base is not None
    assert one.kinds[0] == "log.reopened"
    place = one.base.seq, ids.text("evt", one.base.id)
    return place == (seq, other.ids[seq - 1])


@pytest.mark.parametrize("synced", [True, False], ids=["synced first", "offline first"])
def test_restored_from_an_older_copy(
    place: Cluster, three: list[Coop], *, synced: bool
) -> None:
    alba, birch, cedar = three
    published = offers(alba, *range(5))
    settled(*three)
    alba.stop()
    backup = copy(alba, place.folder / "backup")
    alba.start()
    published += offers(alba, *range(5, 10))
    settled(*three)
    if not synced:
        birch.stop()
        cedar.stop()
    restore(alba, backup)
    alba.start()
    if synced:
        # The lost tail comes back, and the node still knows why it was lost.
        until("the lost tail", has_offers, alba, 10)
    else:
        assert len(alba.offers()) == 5
    assert says(alba, OLDER)

    published += offers(alba, 10)
    # The anchor was whole, so nothing is in doubt for the register.
    assert not says(alba, ALONE)
    if not synced:
        birch.start()
        cedar.start()
    held = check(three, alba, published)
    first, second = held.of(alba)
    assert len(first.ids) == 11
    assert stands_on(second, first, 11 if synced else 6)
    assert second.kinds.count("tail.adopted") == (0 if synced else 1)

    assert says(alba)
    alba.stop()
    alba.start()
    assert says(alba)
    check(three, alba, published + offers(alba, 11))


def test_restored_twice(place: Cluster, three: list[Coop]) -> None:
    alba = three[0]
    published = offers(alba, *range(3))
    settled(*three)
    alba.stop()
    backup = copy(alba, place.folder / "backup")
    alba.start()
    published += offers(alba, *range(3, 6))
    settled(*three)
    for again in range(2):
        restore(alba, backup)
        alba.start()
        assert says(alba, OLDER)
        published += offers(alba, 10 + again, 20 + again)
        check(three, alba, published)
    held = check(three, alba, published)
    assert [one.base is None for one in held.of(alba)] == [True, False, False]
    assert len(held.of(alba)[0].ids) == 7
    # The third copy of the folder learns of the second life from the peers as well.
    assert len(rows(alba, alba)) == sum(len(one.ids) for one in held.of(alba))


def test_copied_while_it_runs(place: Cluster, three: list[Coop]) -> None:
    alba = three[0]
    published = offers(alba, *range(20))
    over = threading.Event()

    def go_on() -> None:
        number = 20
        while not over.is_set():
            published.extend(offers(alba, number))
            number += 1

    writing = threading.Thread(target=go_on)
    writing.start()
    try:
        until("some offers", lambda: len(published) > 25)
        backup = copy_live(alba, place.folder / "backup")
        before = len(published)
        until("some more", lambda: len(published) > before + 20)
    finally:
        over.set()
        writing.join()
    check(three, alba, published)
    restore(alba, backup)
    alba.start()
    assert says(alba, OLDER)
    until("the lost tail", has_offers, alba, len(published))
    published += offers(alba, 1000)
    held = check(three, alba, published)
    assert len(held.of(alba)) == 2


def test_anchor_deleted(three: list[Coop]) -> None:
    alba = three[0]
    published = offers(alba, *range(3))
    settled(*three)
    alba.stop()
    (alba.anchor / "anchor.json").unlink()
    alba.start()
    assert says(alba, MISSING, ALONE)
    settled(*three)
    published += offers(alba, 3)
    first, second = check(three, alba, published).of(alba)
    assert stands_on(second, first, 4)


# --- two copies at once ---------------------------------------------------------------


def clone(place: Cluster, coop: Coop, *, anchor: bool) -> Coop:
    """Make a copy of a node that does not run, with an anchor of its own or none."""
    port = free_port()
    anchors = place.folder / "copy-anchor"
    if anchor:
        shutil.copytree(coop.anchor, anchors)
    env = coop.env | {
        "WORTLEY_ANCHOR_DIR": str(anchors),
        "WORTLEY_LISTEN": f"127.0.0.1:{port}",
        "WORTLEY_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    made = Coop(
        name="Alba's copy",
        folder=copy(coop, place.folder / "copy"),
        port=port,
        env=env,
        id=coop.id,
    )
    place.coops.append(made)
    return made


def test_a_copy_shares_the_anchor(place: Cluster) -> None:
    """The usual copy, on the same machine: the lock of the anchor keeps it away."""
    alba = place.found("Alba")
    alba.stop()
    other = clone(place, alba, anchor=True)
    del other.env["WORTLEY_ANCHOR_DIR"]
    alba.start()
    other.launch()
    assert other.process is not None
    assert other.process.wait(20) == UserFault.exit_code
    assert f"in use by process {alba.process and alba.process.pid}" in other.said()
    assert len(offers(alba, 1)) == 1


def test_two_copies_without_a_common_anchor(place: Cluster, three: list[Coop]) -> None:
    """The copy knows that it is none of the two; neither goes on in secret."""
    alba, birch, cedar = three
    published = offers(alba, *range(3))
    settled(*three)
    alba.stop()
    other = clone(place, alba, anchor=False)
    alba.start()
    other.start()
    assert says(other, MISSING, ALONE)
    published += offers(alba, 3)
    settled(alba, birch, cedar)
    published += offers(other, 10)
    until("the notice at Alba", says, alba, COPIED)
    assert says(other, ALONE)
    published += offers(alba, 4) + offers(other, 11)

    # Of what only one of them has said counts what the other one takes up.
    def agreed() -> bool:
        heads = {str(coop.status()["heads"]) for coop in (*three, other)}
        return len(heads) == 1

    until("the same logs", agreed)
    root = settled(birch, cedar)
    assert {coop.status()["root"] for coop in (alba, other)} == {root}
    held = books.same([alba, birch, cedar, other])
    first, second = held.of(alba)
    assert second.kinds[0] == "log.reopened"
    assert set(published) <= held.ids()
    # Once it is known nobody adopts for ever: the logs come to rest.
    assert "tail.adopted" not in first.kinds
    assert second.kinds.count("tail.adopted") <= 3


def test_two_copies_sign_one_place(place: Cluster, three: list[Coop]) -> None:
    """What no anchor can prevent is found, proved, and told to everybody."""
    alba, birch, cedar = three
    shared = offers(alba, *range(3))
    settled(*three)
    for coop in three:
        coop.stop()
    other = clone(place, alba, anchor=True)
    # Neither can hear of the other.
    alba.start()
    offers(alba, 3, 4)
    alba.stop()
    other.start()
    offers(other, 10)
    both = [alba, other, birch, cedar]
    for coop in (birch, cedar, alba):
        coop.start()

    def shows(coop: Coop) -> bool:
        whose = "This co-op" if coop in (alba, other) else "Alba"
        start = f"{whose} has signed place 5 of its log twice"
        return any(one.startswith(start) for one in coop.status()["notices"])

    for coop in both:
        until(f"{coop.name} shows the proof", shows, coop)
    root = settled(birch, cedar)
    assert {coop.status()["root"] for coop in both} == {root}
    for coop in both:
        assert sorted(coop.offers()) == sorted(shared)
        assert books.read(coop).accused == [alba.id]
    for coop in (alba, other):
        with pytest.raises(UserFault) as refused:
            offers(coop, 100)
        assert refused.value.code == "log-suspended"
    # The others go on among themselves.
    new = offers(birch, 0)
    settled(birch, cedar)
    assert sorted(cedar.offers()) == sorted([*shared, *new])
