"""SPEC.md and the code say the same: its examples, limits, reasons and tables."""

import hashlib
import hmac
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from protocol import fold, ids, keys, limits, rules, state
from protocol.canonical import ENCODER, Value
from protocol.event import Epoch, TextRef, commit_text
from protocol.ids import BlockId
from protocol.log import Chain, ids_after
from protocol.roster import chain, change, identity
from protocol.roster.change import Admit, Charter
from protocol.roster.identity import Inception
from protocol.rules import (
    acceptances,
    bids,
    capacity,
    decisions,
    funds,
    invoices,
    leads,
    mediations,
    nettings,
    payments,
    pledges,
    projects,
    reports,
    rounds,
)
from protocol.state import Entity
from tests.protocol.world import encode_event

SPEC: Final = (Path(change.__file__).parents[1] / "SPEC.md").read_text("utf-8")


@cache
def section(number: str) -> str:
    """The text under the heading of this number, up to the next heading."""
    start = re.search(rf"^##+ {re.escape(number)} .*$", SPEC, re.MULTILINE)
    assert start is not None, number
    rest = SPEC[start.end() :]
    end = re.search(r"^##+ ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def example(number: str, label: str) -> bytes:
    """The bytes that an example gives under a label, over all its lines."""
    found = re.search(
        rf"^    +{re.escape(label)} +([0-9a-f][0-9a-f ]+(?:\n {{13,}}[0-9a-f ]+)*)$",
        section(number),
        re.MULTILINE,
    )
    assert found is not None, (number, label)
    return bytes.fromhex("".join(found[1].split()))


def table(number: str, columns: int) -> list[list[str]]:
    """The rows of all tables of a section that have so many columns, headings out."""
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in section(number).splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    return [row for row in rows if len(row) == columns]


# --- examples -----------------------------------------------------------------------

KEY: Final = keys.Private.from_private_bytes(b"\x01" * 32)
PUBLIC: Final = keys.public_bytes(KEY)


def inception(key: keys.Private, following: int, nonce: int) -> bytes:
    after = keys.Private.from_private_bytes(bytes([following]) * 32)
    digest = keys.next_key_digest(keys.public_bytes(after))
    return ENCODER.encode(
        Inception(keys.public_bytes(key), digest, bytes([nonce]) * 16)
    )


INCEPTION: Final = inception(KEY, 2, 3)
COOP: Final = identity.coop_id(INCEPTION)
GENESIS: Final = chain.write_genesis(
    INCEPTION, b"\x04" * 16, Charter(name="Acorn network")
)
ROSTER: Final = chain.found(GENESIS)
CHAIN: Final = Chain(
    network=ROSTER.network,
    coop=COOP,
    generation=0,
    incarnation=ids.Incarnation(b"\x05" * 16),
)


def test_the_example_of_an_inception() -> None:
    assert example("4.3", "log key") == PUBLIC
    assert example("4.3", "inception").startswith(b"\x93\xc4\x20" + PUBLIC[:4])
    assert example("4.3", "co-op id") == COOP
    assert ids.text("coop", COOP) in section("4.3")


def test_the_example_of_a_genesis() -> None:
    assert len(GENESIS) == 300
    assert example("7.1", "genesis") == GENESIS
    assert example("7.1", "network id") == ROSTER.network
    assert ids.text("net", ROSTER.network) in section("7.1")


def test_the_example_of_a_block() -> None:
    joining = example("7.3", "block")
    data = example("7.3", "change")
    parsed = change.parse(data, ROSTER.network)
    assert example("7.3", "change id") == parsed.id
    approval = change.approve(ROSTER.network, parsed.id, COOP, KEY)
    assert example("7.3", "approval") == approval.signature
    entry = chain.Entry(data, (approval,))
    block = chain.Block(ROSTER.network, 1, ROSTER.tip, (entry,))
    assert ENCODER.encode(block) == joining
    assert example("7.3", "block id") == chain.block_id(joining)
    after = chain.extend(ROSTER, joining, example("7.3", "certificate"))
    assert isinstance(parsed.body, Admit)
    assert identity.coop_id(parsed.body.inception) in after.members


def test_the_example_of_a_join_proof() -> None:
    body = change.parse(example("7.3", "change"), ROSTER.network).body
    assert isinstance(body, Admit)
    message = identity.join_proof_message(ROSTER.network, body.inception)
    proof = hmac.digest(b"\x0a" * 16, message, "sha256")
    assert example("7.6", "join proof") == proof


@cache
def log_of_the_example() -> tuple[list[bytes], dict[str, Entity], list[bytes]]:
    """Ids, entities by family, events of sections 5.3 and 10."""
    epoch = Epoch(0, BlockId(ROSTER.network)[:8])
    name = TextRef("name", commit_text(COOP, b"\x06" * 16, b"Acorn"), 5)
    wish: Value = {
        "ceiling": 4000,
        "ends": "2026-12-31",
        "floor": 1000,
        "starts": "2026-01-01",
        "wanted": 2400,
    }
    start = 1_700_000_000_000
    profile: Value = {"day": 450, "people": 7, "skills": ["python"]}
    events = [
        encode_event(epoch, start, "profile.set", profile, [name]),
        encode_event(epoch, start + 1, "wish.set", wish),
    ]
    made = ids_after(CHAIN.opening(), events)
    placed = [
        (CHAIN.incarnation, at, one, data)
        for at, (one, data) in enumerate(zip(made, events, strict=True), start=1)
    ]
    folded = fold.fold_all(COOP, placed, ROSTER.epochs())
    assert folded.voids == []
    return [*made], {one.family: one for one in folded.changed.values()}, events


def test_the_example_of_an_event() -> None:
    made, _, _ = log_of_the_example()
    assert example("5.3", "opening") == CHAIN.opening()
    assert example("5.3", "id") == made[0]
    assert ids.text("evt", made[0]) in section("5.3")


def test_the_example_of_a_root() -> None:
    made, entities, _ = log_of_the_example()
    assert made[1].hex() in section("10")
    head = keys.sign(KEY, "head", CHAIN.head_message(2, ids.EventId(made[1])))
    assert example("10", "head") == head
    for family, entity in entities.items():
        where = re.search(
            rf"{family} +id +{entity.id.hex()} +bucket {state.bucket_of(entity.id)}\n",
            section("10"),
        )
        assert where is not None, family
        state_hash = state.hash_entity(entity, state.encode_body(entity))
        assert state_hash.hex() in section("10")
    assert example("10", "root") == state.root_of(entities.values())
    assert example("10", "empty bucket") == state.hash_bucket([])
    assert example("10", "empty root") == state.root({})


def test_the_example_of_an_export() -> None:
    frame = b"\x93\xa3end\x03\xc4\x20" + example("10", "root")
    head = len(frame).to_bytes(4).hex(), hashlib.sha256(frame).hexdigest()
    assert " ".join(head) in section("13")


# --- tables -------------------------------------------------------------------------


def test_the_limits() -> None:
    written = {
        name: int(value.replace(" ", ""))
        for name, value, _ in table("2.4", 3)
        if re.fullmatch(r"[\d ]+", value)
    }
    written["INTEGER"] = 2**53 - 1
    ours = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert ours.pop("RULES_VERSION") == 0
    assert written == ours


def test_the_reasons() -> None:
    written = dict(row for row in table("9.1", 2) if row[0] != "code")
    assert written == {code: reason.sentence for code, reason in rules.REASONS.items()}


#: Section -> the table of moves that it gives.
MOVES: Final = {
    "9.6": capacity.BOOKING_MOVES,
    "9.7": leads.LEAD_MOVES,
    "9.8": projects.PROJECT_MOVES,
    "9.9": pledges.PLEDGE_MOVES,
    "9.13": bids.BID_MOVES,
    "9.31": reports.REPORT_MOVES,
    "9.32": invoices.INVOICE_MOVES,
    "9.33": payments.PAYMENT_MOVES,
    "9.34": mediations.MEDIATION_MOVES,
    "9.35": nettings.ANSWER_MOVES,
    "9.21": decisions.DECISION_MOVES,
    "9.23": funds.FUND_MOVES,
    "9.24": rounds.ROUND_MOVES,
}


@pytest.mark.parametrize("number", MOVES)
def test_the_tables_of_states(number: str) -> None:
    rows = [row for row in table(number, 2) if row[0] != "from"]
    written = {state: set(following.split(", ")) - {""} for state, following in rows}
    assert written == MOVES[number]


def test_the_tags_in_use() -> None:
    written = {row[0] for row in table("3.1", 3) if row[0] != "hash"}
    assert {"co-op", "event", "open", "state", "bucket", "root", "heads"} <= written
    assert len(written) == len({ids.tag(name) for name in written})


def test_what_takes_pledges() -> None:
    assert "open, bidding, submitted, won or delivering" in section("9.7")
    assert {"open", "bidding", "submitted", "won", "delivering"} == leads.TAKING
    assert "open, funded, partly-funded or delivering" in section("9.8")
    assert {"open", "funded", "partly-funded", "delivering"} == projects.TAKING
    assert set(acceptances.FAMILIES) == {"acceptance", "answer"}
