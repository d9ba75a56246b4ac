"""What the node refuses is named as it was typed: --to, LEAD, --need (no. 2)."""

import json
import shlex
from typing import Final

import pytest

from node.errors import UserFault, WorldFault
from tests.node.cli.caller import Node, wortley

WISH: Final = "wish set --wanted 60h --from 2027-W02 --to 2027-W01"
LEAD: Final = "lead open --title a --need x:3h --need y:2h --want z:1h"
SUMS: Final = "project open --title a --goal 5GBP --minimum 3"

#: What is typed, the field that the node names -> what people read.
NAMED: Final[dict[tuple[str, str], str]] = {
    (WISH, "starts"): "--from",
    (WISH, "ends"): "--to",
    (WISH, "wanted"): "--wanted",
    ("lead show evt_a", "lead"): "LEAD",
    ("capacity withdraw evt_a", "offer"): "ID",
    ("profile show Alba", "coop"): "CO-OP",
    ("netting propose Alba Birch", "coops[1]"): "CO-OP (no. 2)",
    ("round show evt_a", "round"): "ROUND",
    ("explain evt_a", "id"): "ID",
    ("lead list --state a", "states"): "--state",
    ("lead list --state a --state b", "states[1]"): "--state (no. 2)",
    # Two options feed one list.
    (LEAD, "requirements"): "--need",
    (LEAD, "requirements[0].skill"): "--need (no. 1)",
    (LEAD, "requirements[1].minutes"): "--need (no. 2)",
    (LEAD, "requirements[2].skill"): "--want",
    (LEAD, "requirements[9].skill"): "--need",
    ("lead open --title a --want z:1h", "requirements"): "--want",
    # One word feeds two arguments.
    (SUMS, "currency"): "--goal",
    (SUMS, "goal"): "--goal",
    ("fund contribute evt_a 5XYZ", "currency"): "AMOUNT",
    ("sealed rate evt_a 5GBP/h --to A", "rate.currency"): "RATE",
    ("booking release evt_a", "to"): "ID",
    ("booking move evt_a done", "to"): "STATE",
    # What nobody can type stays as it is.
    ("lead show evt_a", "mystery"): "mystery",
    ("lead show evt_a", ""): "",
    ("lead show evt_a", "[0]"): "[0]",
}


def refused(field: str, **more: str) -> UserFault:
    detail = f"{field}: it is not right."
    return UserFault(code="field-wrong", detail=detail, field=field, **more)


@pytest.mark.parametrize(("typed", "field"), NAMED)
def test_fields_are_named_as_they_are_typed(
    typed: str, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(typed)
    node = Node()
    wortley(*words, node=node)
    node = Node(**{node.asked[-1][0]: refused(field)})
    capsys.readouterr()
    assert wortley(*words, node=node).code == 2
    first, way_out = capsys.readouterr().err.splitlines()
    shown = NAMED[typed, field]
    assert first == f"Error: {shown}: it is not right."
    assert "--help` shows more." in way_out
    fields = json.loads(wortley(*words, "--json", node=node).out)["error"]["fields"]
    assert fields["field"] == field
    assert fields.get("option", shown) == shown.partition(" (")[0]


#: What is typed, the node's example -> the way out that people read.
EXAMPLES: Final[dict[tuple[str, str, str], str]] = {
    (WISH, "ends", "2027-03-26"): "--to 2027-03-26",
    (WISH, "wanted", "4500"): "--wanted 20h",
    ("lead advance evt_a x", "to", "open"): "open",
    ("lead advance evt_a lost --reason 'No time'", "reason", "no time"): (
        "--reason 'no time'"
    ),
    (LEAD, "requirements[0].minutes", "900"): (
        "--need python:30d:2027-01-04:2027-03-26"
    ),
    (SUMS, "minimum", "1.20 or 12"): "--minimum 1.20 or --minimum 12",
    ("decision close evt_a", "early", "--early"): "--early",
}


@pytest.mark.parametrize(("typed", "field", "example"), EXAMPLES)
def test_examples_are_as_they_are_typed(
    typed: str, field: str, example: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(typed)
    node = Node()
    wortley(*words, node=node)
    capsys.readouterr()
    error = refused(field, way_out=f"For example: {example}", example=example)
    assert wortley(*words, node=Node(**{node.asked[-1][0]: error})).code == 2
    told = capsys.readouterr().err.splitlines()[1]
    assert told == f"For example: {EXAMPLES[typed, field, example]}"


def test_ways_out_are_commands_that_can_be_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    way_out = "`wortley round show ROUND` shows it; ROUND is `wortley lead show LEAD`."
    node = Node(round__veto=refused("project", way_out=way_out))
    typed = ("round", "veto", "evt_a b", "evt_c", "--reason", "no")
    wortley(*typed, node=node)
    assert capsys.readouterr().err.splitlines()[1] == (
        "`wortley round show 'evt_a b'` shows it; ROUND is `wortley lead show LEAD`."
    )


@pytest.mark.parametrize("as_json", [False, True])
def test_ways_out_keep_the_folder(
    as_json: bool,  # noqa: FBT001 - a case of two
    capsys: pytest.CaptureFixture[str],
) -> None:
    node = Node(status=refused("x", way_out="`wortley members` lists them."))
    node.anywhere = True
    more = ["--json"] if as_json else []
    said = wortley("--data", "over here", "status", *more, node=node)
    told = said.out if as_json else capsys.readouterr().err
    assert "`wortley --data 'over here' members` lists them." in told


def test_what_nobody_typed_has_no_hint(capsys: pytest.CaptureFixture[str]) -> None:
    node = Node(status=WorldFault(code="disk-full", detail="The disk is full."))
    assert wortley("status", node=node).code == 3
    assert capsys.readouterr().err == "Error: The disk is full.\n"
