"""Decisions, rounds and funds as they are printed."""

from typing import Final

import msgspec
import pytest

from node.cli.views import columns, deciding
from node.views import decisions, funds, rounds
from tests.node.cli.caller import Node, wortley
from tests.node.cli.test_output import shown

ROWS: Final[list[tuple[tuple[columns.Column, ...], type[msgspec.Struct]]]] = [
    (deciding.DECISIONS, decisions.DecisionRow),
    (deciding.DECISION, decisions.DecisionPage),
    (deciding.BALLOTS, decisions.BallotRow),
    (deciding.ROUNDS, rounds.RoundRow),
    (deciding.ROUND, rounds.RoundPage),
    (deciding.TAKING_PART, rounds.InRound),
    (deciding.GIVEN, rounds.GivenRow),
    (deciding.ACCOUNTS, rounds.AccountRow),
    (deciding.ASIDE, rounds.IgnoredRow),
    (deciding.FUNDS, funds.FundRow),
]


@pytest.mark.parametrize(("listed", "row"), ROWS)
def test_columns_read_what_there_is(
    listed: tuple[columns.Column, ...], row: type[msgspec.Struct]
) -> None:
    read = {key for column in listed for key in column.keys}
    assert read <= {field.encode_name for field in msgspec.structs.fields(row)}


DECISION: Final[dict[str, object]] = {
    "short": "evt_rdc65mqd",
    "title": "Join the federation",
    "name": "Alba",
    "standing": "open",
    "outcome": "lapsed",
    "why": "quorum",
    "rule": "consent",
    "basis": "co-op",
    "quorum_percent": 50,
    "opens": "2026-03-01",
    "closes": "2026-03-31",
    "agree": 1,
    "abstain": 0,
    "disagree": 0,
    "block": 0,
    "total": 3,
    "proposal": "We join.",
    "ballots": [
        {"name": "Alba", "stance": "agree", "weight": 1, "ignored": "", "reason": ""}
    ],
    "contested": [],
    "unlike_charter": ["quorum 50, not 60 as in the charter"],
}


def test_a_decision() -> None:
    assert shown(DECISION, "decision", "show", "evt_rdc65mqd") == (
        "Join the federation\n"
        "ID            evt_rdc65mqd\n"
        "Co-op         Alba\n"
        "Standing      open\n"
        "Decides by    consent\n"
        "One vote per  co-op\n"
        "Quorum        50 %\n"
        "Opens         2026-03-01\n"
        "Closes        2026-03-31\n"
        "\n"
        "We join.\n"
        "Mind: quorum 50, not 60 as in the charter.\n"
        "\n"
        "If it were closed now: lapsed, for too few have voted (1 agree, 0 abstain, 0"
        " disagree, 0 block of 3).\n"
        "\n"
        "Votes\n"
        "Co-op  Stance  Votes\n"
        "Alba   agree   1\n"
        "\n"
        "Vote: `wortley vote cast evt_rdc65mqd agree|abstain|disagree|block`.\n"
    )


#: Standing -> how its result is said.
STANDINGS: Final = {
    "final": "Closed for good: lapsed",
    "closing": "Closing; once the register has it, it stands. So far: lapsed",
    "planned": "If it were closed now: lapsed",
}


@pytest.mark.parametrize("standing", STANDINGS)
def test_how_a_result_stands(standing: str) -> None:
    answer = {**DECISION, "standing": standing, "contested": ["Birch", "Cedar"]}
    said = shown(answer, "decision", "show", "evt_rdc65mqd")
    assert STANDINGS[standing] in said
    assert "Contested: the closing leaves out what Birch, Cedar had said" in said
    assert "vote cast" not in said


def test_a_withdrawn_decision_has_no_result() -> None:
    said = shown({**DECISION, "standing": "withdrawn"}, "decision", "show", "evt_rdc")
    assert "lapsed" not in said


def gbp(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "GBP"}


ROUND: Final[dict[str, object]] = {
    "short": "evt_rdc65mqd",
    "title": "Spring round",
    "name": "Alba",
    "standing": "final",
    "mode": "equal",
    "budget": gbp("100.00"),
    "whole": True,
    "vetoes": 2,
    "opens": "2026-03-01",
    "closes": "2026-03-31",
    "projects": 1,
    "pledged": gbp("60.00"),
    "accepted": gbp("50.00"),
    "description": "All of us.",
    "taking_part": [
        {
            "short": "evt_aaaaaaaa",
            "title": "Tool",
            "name": "Birch",
            "minimum": gbp("10.00"),
            "maximum": gbp("50.00"),
            "pledged": gbp("60.00"),
            "accepted": gbp("50.00"),
            "funding": "funded",
            "vetoed_by": [],
            "vetoes": [],
        }
    ],
    "pledges": [
        {
            "name": "Cedar",
            "title": "Tool",
            "pledged": gbp("60.00"),
            "accepted": gbp("50.00"),
            "released": gbp("10.00"),
        }
    ],
    "accounts": [],
    "ignored": [{"what": "veto", "name": "Dune", "why": "no-member"}],
    "uneven": ["Cedar"],
    "contested": [],
}


def test_a_round() -> None:
    said = shown(ROUND, "round", "show", "evt_rdc65mqd")
    assert "All of us.\n" in said
    assert "Closed for good: 50.00 GBP of 60.00 GBP is accepted." in said
    for row in (
        "evt_aaaaaaaa  Tool     Birch",
        "Cedar  Tool     60.00 GBP  50.00 GBP  10.00 GBP",
        "veto  Dune   no-member",
        "Mind: shares that are not equal: Cedar.",
    ):
        assert row in said
    imagined = {**ROUND, "standing": "what-if", "uneven": []}
    said = shown(imagined, "round", "what-if", "evt_rdc65mqd")
    assert "If it were closed now: 50.00 GBP" in said
    assert "Mind" not in said


def test_a_fund() -> None:
    fund = {
        "short": "evt_rdc65mqd",
        "title": "Common fund",
        "name": "Alba",
        "state": "open",
        "purpose": "For all.",
        "committed": gbp("50.00"),
        "contributions": [],
    }
    said = shown(fund, "fund", "show", "evt_rdc65mqd")
    assert "For all.\n" in said
    assert "Contribute: `wortley fund contribute evt_rdc65mqd MONEY`.\n" in said
    said = shown({**fund, "state": "closed"}, "fund", "show", "evt_rdc65mqd")
    assert "Contribute:" not in said


def test_milestones_of_a_project() -> None:
    project = {
        "short": "evt_rdc65mqd",
        "title": "Tool",
        "state": "funded",
        "milestones": [
            {"no": 1, "due": "2026-03-01", "share": 4000, "reached": True},
            {"no": 2, "due": None, "share": 3333, "reached": False},
            {"no": 3, "due": None, "share": None, "reached": False},
        ],
    }
    said = shown(project, "project", "show", "evt_rdc65mqd")
    assert "1    2026-03-01     40 %  yes" in said
    assert "33.33 %" in said


EMPTY: Final = {
    "decision list": "No decisions yet.",
    "fund list": "No funds yet.",
    "round list": "No rounds yet.",
}


@pytest.mark.parametrize("typed", EMPTY)
def test_where_there_is_none_yet(typed: str) -> None:
    assert shown({}, *typed.split()).startswith(EMPTY[typed])


#: What is typed -> what is wrong with it.
WRONG: Final = {
    "round allot evt_k3f --share Alba": "--share: 'Alba' is not a co-op and an amount",
    "round allot evt_k3f --share =500": "--share: '=500' is not a co-op and an amount",
    "project milestone set evt_k3f --step half": "--step: 'half' is not a percentage",
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_cannot_be_read(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert wortley(*typed.split(), node=Node()).code == 2
    assert WRONG[typed] in capsys.readouterr().err


def test_an_open_decision_does_not_look_decided() -> None:
    final = {**DECISION, "standing": "final", "outcome": "passed", "why": "carried"}
    said = shown({"decisions": [DECISION, final]}, "decision", "list").splitlines()
    assert "would lapse" in said[1]
    assert "too few have voted" in said[1]
    assert "passed" in said[2]


@pytest.mark.parametrize(
    ("mode", "said"),
    [("own", "each its own"), ("per-member", "by the members"), ("odd", "odd")],
)
def test_whose_money_a_round_gives_away(mode: str, said: str) -> None:
    row = {"short": "evt_a", "standing": "open", "title": "Winter", "mode": mode}
    assert said in shown({"rounds": [row]}, "round", "list")
