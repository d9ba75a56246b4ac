"""Wrong inputs of all groups: each names its field and a way out, and changes nothing.

The table is as long as a newcomer's first week. Real nodes stand behind it, so that a
sentence is read here as it is read there, whichever layer it came from.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.node.cli import newcomers
from tests.node.cli.newcomers import Network
from tests.node.cli.wrong import WRONG

#: Of what is no word of a subcommand nothing can be named.
NAMELESS: Final = frozenset(
    {
        "alba led list",
        "alba lead lsit",
        "alba lead show a b",
        "alba network create --name x",
        "alba lead show \udcff",
    }
)
#: One byte more than a text holds.
TOO_LONG: Final = "x" * 65_537


@pytest.fixture(scope="module", name="network")
def a_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("newcomers")
    with newcomers.network(folder) as made:
        (folder / "file").write_text("hello")
        made.ids |= {
            "long": TOO_LONG,
            "folder": str(folder),
            "file": str(folder / "file"),
        }
        yield made


def test_there_is_one_of_every_group() -> None:
    groups = {typed.split()[1] for typed in WRONG}
    assert len(WRONG) > 180
    assert len(groups) > 35


@pytest.mark.parametrize("typed", WRONG)
def test_wrong_inputs(
    typed: str, network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    before = network.holds()
    said = network.type(typed)
    first, *more = capsys.readouterr().err.splitlines()
    assert (said.code, said.out) == (2, "")
    assert first == f"Error: {network.named(WRONG[typed])}"
    assert more
    assert all(more)
    error = json.loads(network.type(f"{typed} --json").out)["error"]
    assert error["way_out"]
    named = error["fields"]
    if typed not in NAMELESS:
        assert named["field"]
        assert named["example"]
        shown = named["option"]
        assert shown.startswith("--") or shown.isupper()
        assert shown in first or first.startswith(("Error: The ", "Error: Nothing"))
    assert network.holds() == before


def test_nothing_half_written_is_left(network: Network) -> None:
    folder = Path(network.ids["folder"])
    for typed in ("log export", "csv export leads", "ical export", "atom export"):
        network.type(f"alba {typed} {folder}/none/x")
        network.type(f"alba {typed} {folder}/file/x")
        network.type(f"alba {typed} {folder}")
    names = {one.name for one in folder.iterdir()}
    assert names == {"Alba", "Birch", "home", "file"}
    assert (folder / "file").read_text() == "hello"
