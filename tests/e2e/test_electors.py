"""Three electors: applications, blocks while some are away, events ahead of a block."""

import time

import pytest

from node.errors import UserFault
from protocol import wire
from tests.e2e import books
from tests.e2e.cluster import (
    Cluster,
    Coop,
    is_elector,
    make_elector,
    member,
    settled,
    state,
    until,
)
from tests.e2e.speaker import OK, Speaker, runs

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

#: So long nothing may happen where nothing is to happen.
STILL_S = 2.0


@pytest.fixture
def electors(three: list[Coop]) -> list[Coop]:
    """Alba (the secretary), Birch and Cedar: two approvals, two accepts of three."""
    alba, birch, cedar = three
    make_elector(birch, [alba])
    make_elector(cedar, [alba, birch])
    return three


def block(coop: Coop) -> int:
    return int(coop.status()["roster"]["number"])


def has_block(coop: Coop, number: int) -> bool:
    return block(coop) >= number


def stays(coop: Coop, number: int) -> None:
    """See that for a while no block is added."""
    deadline = time.monotonic() + STILL_S
    while time.monotonic() < deadline:
        assert block(coop) == number
        time.sleep(0.1)


def applies(who: Coop, to: Coop, approvals: int) -> bool:
    return state(who, to) == ("applied", approvals, 2)


def test_two_of_three_admit(place: Cluster, electors: list[Coop]) -> None:
    alba, birch, cedar = electors
    before = block(alba)
    dune = place.add("Dune").start()
    dune.check_kit()
    invitation = alba.ask("invite")["invitation"]
    joined = dune.ask("join", invitation=invitation)
    assert joined == {
        "state": "applied",
        "network": "Network of the North",
        "approvals": 1,
        "needed": 2,
    }
    for coop in electors:
        until(f"{coop.name} knows of the application", applies, dune, coop, 1)
    stays(alba, before)
    (notice,) = dune.status()["notices"][-1:]
    assert "no member yet" in notice
    for coop in (birch, cedar):
        (waits,) = coop.status()["notices"]
        assert waits == "1 application to approve: `wortley today`."
    # What it says is not taken before it belongs.
    dune.check_kit()
    with pytest.raises(UserFault) as refused:
        dune.offer("too early")
    assert refused.value.code == "not-a-member"

    assert birch.ask("approve", coop="Dune")["approvals"] == 2
    for coop in (*electors, dune):
        until(f"Dune is a member at {coop.name}", has_block, coop, before + 1)
        assert state(dune, coop) == ("member", None, None)
    dune.offer("at last")
    settled(*electors, dune)
    assert block(alba) == block(dune) == before + 1
    books.same([*electors, dune])
    # The same invitation serves nobody else.
    elm = place.add("Elm").start()
    elm.check_kit()
    with pytest.raises(UserFault) as refused:
        elm.ask("join", invitation=invitation)
    assert refused.value.code == "invitation-unknown"
    # Who is no elector can invite, and its word is no approval.
    elm.ask("join", invitation=dune.ask("invite")["invitation"])
    until("Alba knows of the application", applies, elm, alba, 0)
    with pytest.raises(UserFault) as refused:
        dune.ask("approve", coop=elm.id)
    assert refused.value.code == "not-elector"


def test_one_or_two_are_away(place: Cluster, electors: list[Coop]) -> None:
    alba, birch, cedar = electors
    number = block(alba)
    cedar.kill()
    dune = place.join("Dune", alba)
    until("Birch knows of the application", applies, dune, birch, 1)
    birch.ask("approve", coop=dune.id)
    number += 1
    for coop in (alba, birch, dune):
        until(f"Dune is a member at {coop.name}", has_block, coop, number)

    # Two of three are away: an application waits, whatever comes of it later.
    birch.kill()
    elm = place.join("Elm", alba)
    until("Alba has put the application", applies, elm, alba, 1)
    stays(alba, number)
    cedar.start()
    until("Cedar has what it missed", has_block, cedar, number)
    until("Cedar knows of the application", applies, elm, cedar, 1)
    cedar.ask("approve", coop=elm.id)
    number += 1
    for coop in (alba, cedar, dune, elm):
        until(f"Elm is a member at {coop.name}", has_block, coop, number)

    # The secretary is away: approvals gather, nothing is decided.
    birch.start()
    until("Birch has what it missed", has_block, birch, number)
    fir = place.join("Fir", birch)
    until("Cedar knows of the application", applies, fir, cedar, 1)
    alba.kill()
    cedar.ask("approve", coop=fir.id)
    until("Birch knows of the approval", applies, fir, birch, 2)
    stays(birch, number)
    stays(cedar, number)
    alba.start()
    number += 1
    everybody = [alba, birch, cedar, dune, elm, fir]
    for coop in everybody:
        until(f"Fir is a member at {coop.name}", has_block, coop, number)
    settled(*everybody)

    # An elector goes by its own word, and then one of two is not enough any more.
    assert member(alba, birch)["secretary"]
    cedar.ask("elector.off")
    for coop in everybody:
        until(f"{coop.name} knows", has_block, coop, number + 1)
        assert not is_elector(cedar, coop)
    with pytest.raises(UserFault) as refused:
        alba.ask("elector.off")
    assert refused.value.code == "secretary"
    settled(*everybody)


def test_events_ahead_of_their_block(place: Cluster, electors: list[Coop]) -> None:
    """An event is held, and counts once the block that it names is here."""
    alba, birch, cedar = electors
    before = birch.offer("under the old block")
    settled(*electors)
    cedar.kill()
    number = block(alba)
    dune = place.join("Dune", alba)
    until("Birch knows of the application", applies, dune, birch, 1)
    birch.ask("approve", coop=dune.id)
    until("Birch has the block", has_block, birch, number + 1)
    ahead = [birch.offer(f"under the new block {at}") for at in range(3)]
    settled(alba, birch, dune)
    speaker = Speaker.of(birch, alba)
    # Only what Birch has said is carried to Cedar; the roster is not.
    carried = runs(speaker.pull(), birch.id)
    for coop in (alba, birch, dune):
        coop.kill()
    cedar.start()
    speaker.to = cedar
    assert speaker.patiently("/sync/v1/push", wire.write_pack(carried)).status == OK
    assert block(cedar) == number
    assert cedar.offers() == [before]
    shown = cedar.ask("log.show", coop=birch.id)["rows"]
    assert [row["verdict"] for row in shown[-4:]] == ["in force", *["waiting"] * 3]
    explained = cedar.ask("explain", id=ahead[0])["event"]
    assert explained["verdict"] == "waiting"
    assert f"waits for block {number + 1}" in explained["reason"]
    # They wait through a restart, too.
    cedar.kill()
    cedar.start()
    assert cedar.offers() == [before]

    for coop in (alba, birch, dune):
        coop.start()
    until("Cedar has the block", has_block, cedar, number + 1)
    settled(*electors, dune)
    assert sorted(cedar.offers()) == sorted([before, *ahead])
    shown = cedar.ask("log.show", coop=birch.id)["rows"]
    assert {row["verdict"] for row in shown} == {"in force"}
    books.same([*electors, dune])
