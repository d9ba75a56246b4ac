"""A node behind no open port takes part fully: it pulls, and pushes what it has."""

import pytest

from tests.e2e.cluster import Cluster, Coop, settled, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_a_node_that_nobody_can_reach_takes_part(place: Cluster) -> None:
    alba = place.found("Alba")
    birch = place.join("Birch", alba)
    cedar = place.join("Cedar", alba, public=False)
    for number, coop in enumerate((alba, birch, cedar)):
        coop.offer(f"offer {number}")
    settled(alba, birch, cedar)
    assert len(cedar.offers()) == 3
    assert set(alba.offers()) == set(birch.offers()) == set(cedar.offers())
    urls = {row["name"]: row["url"] for row in alba.status()["peers"]}
    assert urls["Cedar"] == ""


def test_it_is_an_elector_like_any_other(place: Cluster) -> None:
    alba = place.found("Alba")
    cedar = place.join("Cedar", alba, public=False)
    settled(alba, cedar)
    cedar.ask("elector.on")
    until(lambda: alba.ask("members")["waiting"], "the wish of Cedar at Alba")
    alba.ask("elector.on", coop="Cedar")
    until(lambda: electors(cedar) == {"Alba", "Cedar"}, "two electors at Cedar")
    # Two thirds of two are two: nobody comes in without Cedar.
    birch = place.add("Birch").start()
    birch.ask("join", invitation=alba.ask("invite")["invitation"])
    until(lambda: "Birch" in applicants(cedar), "the applicant at Cedar")
    assert "Birch" in applicants(alba)
    cedar.ask("approve", coop="Birch")
    birch.check_kit()
    until(
        lambda: all("Birch" in members(coop) for coop in (alba, cedar, birch)),
        "Birch as a member everywhere",
    )


def members(coop: Coop) -> set[str]:
    return _named(coop, "member")


def applicants(coop: Coop) -> set[str]:
    return _named(coop, "applied")


def _named(coop: Coop, state: str) -> set[str]:
    return {
        str(row["name"])
        for row in coop.ask("members")["members"]
        if row["state"] == state
    }


def electors(coop: Coop) -> set[str]:
    return {
        str(row["name"]) for row in coop.ask("members")["members"] if row["elector"]
    }
