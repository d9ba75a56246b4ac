"""Interest, hand-overs, bids, estimates and agreements, as typed and as printed."""

from pathlib import Path
from typing import Final

import msgspec
import pytest

from node.cli.views import columns, winning
from node.views import agreements, bids, handovers, interests
from tests.node.cli.caller import Node, wortley

HANDOVER: Final[dict[str, object]] = {
    "short": "evt_k3fw72qa",
    "title": "Market site",
    "finder_name": "Alba",
    "taker_name": "Birch",
    "fee": {"due": "award", "amount": None, "share": "12.5"},
    "standing": "offered",
    "owed": None,
    "terms": "Net.\n\nNo VAT.",
    "note": "You know\x1b[31m them.",
    "answer": "",
}
PART: Final[dict[str, object]] = {
    "bid_short": "evt_b",
    "title": "Market site",
    "name": "Birch",
    "lot": "A",
    "minutes": 6000,
    "amount": {"amount": "7200.00", "currency": "GBP"},
    "share": "40",
    "price": {"amount": "7200.40", "currency": "GBP"},
    "standing": "missing",
    "note": "",
}
BID: Final[dict[str, object]] = {
    "short": "evt_b",
    "name": "Alba",
    "title": "Market site",
    "state": "assembling",
    "risk": "shared",
    "parties": ["Alba", "Birch"],
    "sound": False,
    "unreviewed": ["Birch"],
    "lead_short": "evt_l",
    "parts": [PART],
    "cuts": [{"name": "common fund", "share": "2.5", "price": None}],
}
AGREEMENT: Final[dict[str, object]] = {
    "short": "evt_a",
    "name": "Alba",
    "title": "Consortium",
    "kind": "consortium",
    "standing": "part-signed",
    "missing": ["Birch"],
    "withdrawn": [],
    "about_title": "",
    "text": "We share.",
    "signers": [
        {"name": "Alba", "word": "signed"},
        {"name": "Birch", "word": "missing", "reason": None},
    ],
}


def shown(answer: object, *typed: str) -> str:
    node = Node(**{f"{typed[0]}__{typed[1]}": answer})
    said = wortley(*typed, node=node)
    assert said.code == 0
    assert "\x1b" not in said.out
    return said.out


def test_a_hand_over() -> None:
    assert shown(HANDOVER, "handover", "show", "evt_k") == (
        "Market site\n"
        "ID        evt_k3fw72qa\n"
        "Standing  offered\n"
        "From      Alba\n"
        "To        Birch\n"
        "Fee       12.5 % (award)\n"
        "\n"
        "Terms\n"
        "Net.\n"
        "\n"
        "No VAT.\n"
        "\n"
        "You know\ufffd[31m them.\n"
        "\n"
        "Birch answers it: `wortley handover accept evt_k3fw72qa`, or `decline`.\n"
    )
    other = {**HANDOVER, "terms": None, "standing": "effective", "fee": None}
    said = shown(other, "handover", "show", "evt_k")
    assert "Terms\n(not here yet)\n" in said
    assert "Fee" not in said
    assert "answers it" not in said


def test_a_bid() -> None:
    said = shown(BID, "bid", "show", "evt_b")
    assert "Not agreed  Birch\n" in said
    assert "Parts\nCo-op  Lot  Effort        Amount  Share      Comes to" in said
    assert "Birch  A     100 h  7,200.00 GBP   40 %  7,200.40 GBP  missing\n" in said
    assert "Fees and fund\nFor          Share\ncommon fund  2.5 %\n" in said
    # Who put the bid together has no part to agree to: it is said who has.
    assert said.endswith("node: Birch. There: `wortley estimate agree evt_b`.\n")
    sound = {**BID, "sound": True, "unreviewed": []}
    assert "Not sound" not in shown(sound, "bid", "show", "evt_b")


def test_an_agreement() -> None:
    said = shown(AGREEMENT, "agreement", "show", "evt_a")
    assert said.startswith("Consortium\nID          evt_a\nStanding    part-signed\n")
    assert (
        "\nWe share.\n\nParties\nCo-op  Word\nAlba   signed\nBirch  missing\n" in said
    )
    other = {**AGREEMENT, "text": None}
    assert "(its text has not arrived yet)" in shown(other, "agreement", "show", "a")


def test_lists() -> None:
    said = shown({"handovers": [HANDOVER]}, "handover", "list")
    assert "evt_k3fw72qa  offered   Market site  Alba  Birch  12.5 % (award)" in said
    said = shown({"estimates": [PART]}, "estimate", "list")
    assert said.startswith("Bid    For          Co-op  Lot")
    said = shown({"bids": [BID]}, "bid", "list")
    assert "evt_b  assembling  Market site  Alba        Alba, Birch" in said
    said = shown({"agreements": [AGREEMENT]}, "agreement", "list")
    assert "evt_a  part-signed  Consortium  Alba        consortium  Birch" in said
    lead = {"title": "Market site", "handovers": [HANDOVER], "bids": [BID]}
    said = shown(lead | {"interests": [{"name": "Birch"}]}, "lead", "show", "evt_l")
    for heading in ("Interest", "Handing it over", "Bids"):
        assert f"\n{heading}\n" in said


@pytest.mark.parametrize(
    "group", ["interest", "handover", "bid", "estimate", "agreement"]
)
def test_empty_lists_say_what_to_do(group: str) -> None:
    said = shown({f"{group}s": []}, group, "list")
    assert said.startswith("No such ")
    assert "`wortley " in said


@pytest.mark.parametrize("typed", ["handover show a", "bid show a", "agreement show a"])
def test_a_node_that_says_less_or_other_things(typed: str) -> None:
    odd = {key: [{"amount": 3}, None, 7] for key in (*HANDOVER, *BID, *AGREEMENT)}
    answers: list[object] = [{}, odd, [], None, "words"]
    for answer in answers:
        shown(answer, *typed.split())


#: What is typed -> the field that is refused.
WRONG: Final = {
    "handover offer evt_a Birch --terms a --share x": "--share",
    "handover offer evt_a Birch --terms a --share 1.234": "--share",
    "handover offer evt_a Birch --terms a --fee 5%": "--share 5%",
    "handover offer evt_a Birch --terms @nowhere.txt": "--terms",
    "handover offer evt_a Birch --terms @.": "--terms",
    "bid open evt_a --party :40%": "--party",
    "bid open evt_a --party Alba:40%:1d:5GBP:A:B": "--party",
    "bid open evt_a --party Alba:half": "--party",
    "bid open evt_a --party Alba:40%:soon": "--party",
    "bid open evt_a --party Alba:40%:1d:much": "--party",
    "bid open evt_a --party Alba:100% --fee Cedar": "--fee",
    "bid open evt_a --party Alba:100% --fee =5%": "--fee",
    "bid open evt_a --party Alba:100% --fee Cedar=": "--fee",
    "bid open evt_a --party Alba:100% --fund all": "--fund",
}


@pytest.mark.parametrize("typed", WRONG)
def test_mistakes_name_the_field(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    node = Node()
    assert wortley(*typed.split(), node=node).code == 2
    assert node.asked == []
    told = capsys.readouterr().err
    assert WRONG[typed] in told
    assert "For example: " in told


def test_words_come_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "terms.txt"
    file.write_text("Größe: zwölf.\n", "utf-8")
    node = Node()
    typed = ("handover", "offer", "evt_a", "Birch", "--terms", f"@{file}")
    assert wortley(*typed, node=node).code == 0
    assert node.asked[-1][1]["terms"] == "Größe: zwölf.\n"
    for data in (b"\xff\xfe", b"a" * (64 * 1024 + 1)):
        file.write_bytes(data)
        assert wortley(*typed, node=node).code == 2
        assert "--terms" in capsys.readouterr().err


ROWS: Final[list[tuple[tuple[columns.Column, ...], type[msgspec.Struct]]]] = [
    (winning.INTERESTS, interests.InterestRow),
    (winning.HANDOVERS, handovers.HandoverRow),
    (winning.HANDOVER, handovers.HandoverPage),
    (winning.BIDS, bids.BidRow),
    (winning.BID, bids.BidPage),
    (winning.PARTS, bids.PartRow),
    (winning.ESTIMATES, bids.PartRow),
    (winning.CUTS, bids.CutRow),
    (winning.AGREEMENTS, agreements.AgreementRow),
    (winning.AGREEMENT, agreements.AgreementPage),
    (winning.SIGNERS, agreements.SignerRow),
]


@pytest.mark.parametrize(("listed", "row"), ROWS)
def test_columns_read_what_there_is(
    listed: tuple[columns.Column, ...], row: type[msgspec.Struct]
) -> None:
    known = {field.encode_name for field in msgspec.structs.fields(row)}
    assert {key for column in listed for key in column.keys} <= known
