"""A node behind no open port: nobody can dial it, and it takes part fully."""

import pytest

from tests.e2e import books
from tests.e2e.cluster import Answer, Cluster, Coop, make_elector, settled, state, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def listed(coop: Coop, what: str, **args: object) -> list[Answer]:
    found: list[Answer] = coop.ask(f"{what}.list", **args)[f"{what}s"]
    return found


def applies(who: Coop, to: Coop) -> bool:
    """Tell whether a node knows of an application that one of two has approved."""
    return state(who, to) == ("applied", 1, 2)


def has_members(coop: Coop, number: int) -> bool:
    return bool(coop.status()["roster"]["members"] == number)


def has_offers(coop: Coop, number: int) -> bool:
    return len(coop.offers()) == number


def agree(*coops: Coop) -> bool:
    """Tell whether all have one root; those that cannot meet don't know it."""
    roots = {coop.status()["root"] for coop in coops}
    return len(roots) == 1 and None not in roots


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
        until(f"the lead is at {coop.name}", listed, coop, "lead")
    settled(*three)
    pledge = birch.ask("pledge.work", lead=lead, minutes=3000)["id"]
    until("the pledge is at Cedar", listed, cedar, "pledge")
    cedar.ask("pledge.accept", pledge=pledge)
    until("the acceptance is at Birch", listed, birch, "pledge", standing=["accepted"])
    birch.ask("pledge.confirm", pledge=pledge)
    settled(*three)
    for coop in three:
        (row,) = coop.ask("commitments")["commitments"]
        assert (row["standing"], row["taker_name"]) == ("committed", "Cedar")
        assert coop.ask("lead.show", lead=lead)["title"] == "Timetables for a bus co-op"

    # It is an elector like any other; of the register's secretary it is not asked.
    make_elector(cedar, [alba])
    dune = place.join("Dune", alba)
    until("Cedar knows of the application", applies, dune, cedar)
    cedar.ask("approve", coop=dune.id)
    everybody = [*three, dune]
    for coop in everybody:
        until(f"Dune is a member at {coop.name}", has_members, coop, 4)
    dune.offer("of Dune")
    until("an offer of Dune at Cedar", has_offers, cedar, 1)
    settled(*everybody)
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
    until("Cedar knows of the application", applies, elm, cedar)
    cedar.ask("approve", coop=elm.id)
    until("Elm is a member", has_members, elm, 5)
    elm.offer("of Elm")
    until("an offer of Elm at Cedar", has_offers, cedar, 7)
    cedar.offer("of Cedar")
    until("an offer of Cedar at Elm", has_offers, elm, 8)
    until("all hold the same", agree, *everybody, elm)
    books.same([*everybody, elm])
