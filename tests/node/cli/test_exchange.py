"""What is said of files for other programs."""

from pathlib import Path

import pytest

from node.errors import UserFault
from tests.node.cli.caller import Node, wortley

IMPORTED = {
    "path": "/x.csv",
    "rows": 1200,
    "created": 2,
    "changed": 0,
    "unchanged": 1,
    "ignored": ["State", "Colour"],
    "ids": [],
    "dry_run": True,
}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "x.csv"
    path.touch()
    return str(path)


def test_a_dry_run_says_what_would_be(file: str) -> None:
    said = wortley(
        "csv", "import", "leads", file, "--dry-run", node=Node(csv__import=IMPORTED)
    )
    assert said.out == (
        "1,200 rows read. It would be: 2 created, 0 changed, 1 unchanged.\n"
        "Columns that were not read: State, Colour.\n"
    )
    done = {**IMPORTED, "dry_run": False, "ignored": []}
    said = wortley("csv", "import", "leads", file, node=Node(csv__import=done))
    assert said.out == "1,200 rows read. 2 created, 0 changed, 1 unchanged.\n"


def test_wrong_cells_are_listed_line_by_line(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = UserFault(
        code="csv-cells-wrong", detail="2 cells.", way_out="row 2, To: a\nrow 3: b"
    )
    said = wortley("csv", "import", "leads", file, node=Node(csv__import=fault))
    assert (said.code, said.out) == (2, "")
    assert capsys.readouterr().err == "Error: 2 cells.\nrow 2, To: a\nrow 3: b\n"


@pytest.mark.parametrize(
    ("typed", "answer", "told"),
    [
        ("csv export leads FILE", {"rows": 1}, "1 row"),
        ("ical export FILE", {"dates": 3}, "3 dates"),
        ("atom export FILE", {"leads": 0}, "0 leads"),
        ("valueflows export FILE", {"nodes": 4000}, "4,000 nodes"),
    ],
)
def test_a_file_is_said_to_be_written(
    typed: str, answer: dict[str, object], told: str
) -> None:
    family, verb, *_ = typed.split()
    node = Node(**{f"{family}__{verb}": {"path": "/x", **answer}})
    assert wortley(*typed.split(), node=node).out == f"Written to /x: {told}.\n"
