"""Details for one co-op: they arrive there, and nowhere else, in no form.

Alba and Birch are behind no open port, Cedar keeps what Alba seals for Birch, Dune is a
member like any other. Whoever dials Cedar or Dune goes through a recorder.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e import books
from tests.e2e.cluster import Answer, Cluster, Coop, free_port, until
from tests.e2e.recorder import Recorder, unfolded

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PLAIN = "Ask for Mæve at 12 Quay Street, 07700 900123"
TITLE = b"Booking site for Bridport Market"
#: So much of a ciphertext is found wherever a store has broken it into pages.
PIECE = 24


class Scene(NamedTuple):
    alba: Coop
    birch: Coop
    cedar: Coop
    dune: Coop
    recorders: dict[str, Recorder]


@pytest.fixture
def scene(place: Cluster) -> Iterator[Scene]:
    with ExitStack() as stack:
        ports = [free_port(), free_port()]
        first, second = (stack.enter_context(Recorder(port)) for port in ports)
        cedar = place.add("Cedar", reached_at=ports[0])
        first.to = cedar.port
        cedar.start().check_kit()
        cedar.ask("network.create", name="Network of the North")
        dune = place.add("Dune", reached_at=ports[1])
        second.to = dune.port
        alba, birch = place.add("Alba", public=False), place.add("Birch", public=False)
        for coop in (dune, alba, birch):
            coop.start().check_kit()
            coop.ask("join", invitation=cedar.ask("invite")["invitation"])
        everybody = (alba, birch, cedar, dune)
        for coop in everybody:
            until(f"{coop.name} knows all", knows, coop, 4)
        yield Scene(*everybody, {cedar.id: first, dune.id: second})


def knows(coop: Coop, members: int) -> bool:
    return bool(coop.status()["roster"]["members"] == members)


def listed(coop: Coop) -> list[Answer]:
    found: list[Answer] = coop.ask("sealed.list")["texts"]
    return found


def is_here(coop: Coop) -> bool:
    return [one["here"] for one in listed(coop)] == [True]


def reads(coop: Coop, text: str) -> bool:
    return bool(coop.ask("sealed.show", text=text)["words"] == PLAIN)


def agree(*coops: Coop) -> bool:
    """Tell whether all have one root; those that cannot meet don't know it."""
    roots = {coop.status()["root"] for coop in coops}
    return len(roots) == 1 and None not in roots


def envelope(coop: Coop) -> bytes:
    """Read the only ciphertext of a node that was stopped."""
    uri = f"file:{coop.folder / 'log.db'}?mode=ro"
    with sqlite3.connect(uri, uri=True) as db:
        (words,) = db.execute(
            "SELECT words FROM texts JOIN sealed_texts USING (coop, commitment)"
        ).fetchone()
    return bytes(words)


def pieces(whole: bytes) -> list[bytes]:
    """Cut a ciphertext into what a page of a store or a packet may hold of it."""
    return [whole[at : at + PIECE] for at in range(40, len(whole) - PIECE, 4 * PIECE)]


def files_of(coop: Coop) -> list[Path]:
    """Name everything that a node has written: its folder, its anchor, what it said."""
    own = [one for one in coop.folder.rglob("*") if one.is_file()]
    anchor = [one for one in coop.anchor.rglob("*") if one.is_file()]
    assert own
    assert anchor
    return [*own, *anchor, coop.log]


def written(coop: Coop, *needles: bytes) -> bool:
    """Tell whether any of these bytes stand in a file of a node, or folded in one."""
    return any(
        needle in data
        for path in files_of(coop)
        for data in unfolded(path.read_bytes())
        for needle in needles
    )


def test_details_for_one(scene: Scene) -> None:
    alba, birch, cedar, dune, recorders = scene
    everybody = (alba, birch, cedar, dune)
    lead = alba.ask("lead.open", title=TITLE.decode())["id"]
    until("all have the lead", agree, *everybody)

    # Dune hears of it first, and cannot give what it may not have.
    cedar.stop()
    birch.stop()
    text = alba.ask(
        "lead.share", lead=lead, to=["Birch"], details=PLAIN, custodians=["Cedar"]
    )["id"]
    until("Dune knows that there is something", listed, dune)
    until("Dune knows all that Alba knows", agree, alba, dune)
    alba.stop()
    cedar.start()
    until("Cedar knows, too", listed, cedar)
    assert [is_here(coop) for coop in (cedar, dune)] == [False, False]
    lacks = {coop.name: coop.ask("verify") for coop in (cedar, dune)}
    assert {name: one["missing_texts"] for name, one in lacks.items()} == {
        "Cedar": 1,
        "Dune": 0,
    }
    assert lacks["Dune"]["sealed_for_others"] == 1

    # Nobody can ask Alba, so it brings what Cedar says that it lacks.
    alba.start()
    until("Cedar keeps it", is_here, cedar)
    # And Birch, which never meets Alba, has it from Cedar.
    alba.stop()
    birch.start()
    until("Birch knows, too", listed, birch)
    until("Birch reads it", reads, birch, text)
    alba.start()
    assert reads(alba, text)
    for coop in (cedar, dune):
        page = coop.ask("sealed.show", text=text)
        assert (page["words"], page["why"]) == (None, "for-others")
        assert page["to_names"] == ["Birch"]

    until("all hold the same", agree, *everybody)
    books.same(everybody)
    assert [coop.ask("verify")["missing_texts"] for coop in everybody] == [0] * 4
    for coop in everybody:
        coop.stop()
    _nowhere_else(scene, envelope(alba))
    assert recorders.keys() == {cedar.id, dune.id}


def _nowhere_else(scene: Scene, sealed: bytes) -> None:
    """Search all that was stored and sent: the words are in clear nowhere at all."""
    alba, birch, cedar, dune, recorders = scene
    plain, cut = (PLAIN.encode(), b"07700 900123"), pieces(sealed)
    assert len(cut) > 3
    for coop in (alba, birch, cedar, dune):
        assert written(coop, TITLE), coop.name
        assert not written(coop, *plain), coop.name
        assert written(coop, *cut) == (coop is not dune), coop.name
    holders = {alba.id, birch.id, cedar.id}
    carried = set[str]()
    for server, recorder in recorders.items():
        assert any(talk.holds(TITLE) for talk in recorder.talks)
        for talk in recorder.talks:
            callers = talk.callers()
            assert not any(map(talk.holds, plain))
            if any(map(talk.holds, cut)):
                assert server in holders
                assert callers <= holders
                carried |= callers
    # It was seen where it had to go: what was searched for can be found.
    assert carried == {alba.id, birch.id}
