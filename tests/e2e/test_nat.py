"""A node behind no open port: nobody can dial it, and it takes part fully."""

import pytest

from tests.e2e import books
from tests.e2e.cluster import Cluster, Coop, settled, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def make_elector(coop: Coop, electors: list[Coop]) -> None:
    """Let a member volunteer, and every elector approve of it."""
    coop.ask("elector.on")

    def approved() -> bool:
        shown = electors[0].ask("network.show")["electors"]
        if coop.name in shown:
            return True
        for one in electors:
            # The wish is still on its way to it, at first.
            waits = {row["coop"] for row in one.ask("members")["waiting"]}
            if coop.id in waits:
                one.ask("elector.on", coop=coop.id)
        return False

    until(approved, f"{coop.name} is an elector")


def test_behind_no_open_port(place: Cluster) -> None:
    alba, birch = place.network("Alba", "Birch")
    cedar = place.join("Cedar", alba, public=False)
    three = [alba, birch, cedar]
    settled(*three)
    for coop in (alba, birch):
        (peer,) = [one for one in coop.status()["peers"] if one["coop"] == cedar.id]
        assert peer["url"] == ""

    # What it says reaches the others, what they say reaches it; texts as well.
    lead = cedar.ask("lead.open", title="Timetables for a bus co-op")["id"]
    line = {"skill": "developer", "minutes": 4500}
    cedar.ask("lead.change", lead=lead, requirements=[line])
    for coop in (alba, birch):
        until(lambda coop=coop: coop.ask("lead.list")["leads"], f"it is at {coop.name}")
    settled(*three)
    pledge = birch.ask("pledge.work", lead=lead, minutes=3000)["id"]
    until(lambda: cedar.ask("pledge.list")["pledges"], "the pledge is at Cedar")
    cedar.ask("pledge.accept", pledge=pledge)
    until(
        lambda: birch.ask("pledge.list", standing=["accepted"])["pledges"],
        "the acceptance is at Birch",
    )
    birch.ask("pledge.confirm", pledge=pledge)
    settled(*three)
    for coop in three:
        (row,) = coop.ask("commitments")["commitments"]
        assert (row["standing"], row["taker_name"]) == ("committed", "Cedar")
        assert coop.ask("lead.show", lead=lead)["title"] == "Timetables for a bus co-op"

    # It is an elector like any other; of the register's secretary it is not asked.
    make_elector(cedar, [alba])
    dune = place.join("Dune", alba)
    until(
        lambda: any(
            row["coop"] == dune.id for row in cedar.ask("members")["members"]
        ),
        "the application is at Cedar",
    )
    rows = {row["coop"]: row for row in cedar.ask("members")["members"]}
    assert (rows[dune.id]["state"], rows[dune.id]["approvals"]) == ("applied", 1)
    assert rows[dune.id]["needed"] == 2
    cedar.ask("approve", coop=dune.id)
    everybody = [*three, dune]
    for coop in everybody:
        until(
            lambda coop=coop: coop.status()["roster"]["members"] == 4,
            f"Dune is a member at {coop.name}",
        )
    dune.offer("of Dune")
    settled(*three)
    until(lambda: len(cedar.offers()) == 1, "an offer of Dune at Cedar")
    books.same(everybody)

    # Nobody can tell it, so it asks: also after a pause, and what it missed is there.
    cedar.stop()
    for number in range(5):
        alba.offer(f"meanwhile {number}")
    cedar.start()
    settled(*three)
    assert len(cedar.offers()) == 6
    # Two behind no open port meet through the others.
    elm = place.join("Elm", alba, public=False)
    cedar.ask("approve", coop=elm.id) if until(
        lambda: any(row["coop"] == elm.id for row in cedar.ask("members")["members"]),
        "Elm's application is at Cedar",
    ) else None
    until(lambda: elm.status()["roster"]["members"] == 5, "Elm is a member")
    elm.offer("of Elm")
    until(lambda: len(cedar.offers()) == 7, "an offer of Elm at Cedar")
    cedar.offer("of Cedar")
    until(lambda: len(elm.offers()) == 8, "an offer of Cedar at Elm")
    settled(alba, birch, dune)
    books.same([*everybody, elm])
