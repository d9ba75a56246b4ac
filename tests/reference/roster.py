"""The roster: who belongs, with which keys, under which charter (SPEC section 7)."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from tests.reference.forms import (
    BLOCK_BYTES,
    CHANGE_BYTES,
    CURRENCY,
    ID,
    QUANTITY,
    REQUIRED,
    SLUG,
    Check,
    array,
    digest,
    ensure,
    fields,
    key_holds,
    one_of,
    raw,
    read,
    row,
    signed,
    text,
    u64,
    up_to,
    whole,
)

RULES = 0
MEMBERS = 4_096
ELECTORS = 15
CHANGE_LIFE = 32

INCEPTION = row(ID, ID, raw(16))
CHARTER = fields(
    {
        "basis": (one_of("co-op", "member"), REQUIRED),
        "currency": (CURRENCY, REQUIRED),
        "decision": (one_of("consent", "majority", "two-thirds"), REQUIRED),
        "name": (text(1, 100), REQUIRED),
        "notice_days": (whole(0, 365), REQUIRED),
        "quorum_percent": (whole(1, 100), REQUIRED),
        "rules": (whole(0, 1_000_000), REQUIRED),
        "themes": (array(SLUG, 40), REQUIRED),
        "vetoes": (whole(1, 1000), REQUIRED),
    }
)
GENESIS = row(up_to(CHANGE_BYTES), raw(16), CHARTER)
SIGNATURES = row(ID, raw(64))
ENTRY = row(up_to(CHANGE_BYTES), array(SIGNATURES, 16))
BLOCK = row(ID, QUANTITY, ID, array(ENTRY, 64, 1), array(ID, 0))
CERTIFICATE = row(whole(0, 0), array(SIGNATURES, 15), array(ID, 0))
CHANGE = row(text(0, 20), lambda _: True, ID, raw(16))
OF_ELECTORS = {"elector.on", "elector.off", "secretary"}
CHANGE_BODIES: Mapping[str, Check] = {
    "admit": row(up_to(CHANGE_BYTES)),
    "elector.on": row(ID),
    "elector.off": row(ID),
    "secretary": row(ID),
    "headcount": row(ID, whole(1, 100_000)),
    "charter": CHARTER,
    "close": row(ID, row(raw(16), QUANTITY, ID)),
}


class Roster:
    """Who belongs, with which keys, under which charter, after the last block read."""

    def __init__(self, genesis: bytes) -> None:
        inception, _, self.charter = read(genesis, GENESIS, BLOCK_BYTES, "genesis")
        self.network = digest("network", genesis)
        self.keys: dict[bytes, bytes] = {}
        founder = self.admit(inception)
        self.electors = {founder}
        self.secretary = founder
        self.headcounts = {founder: 1}
        self.blocks = [self.network]
        self.entered: set[bytes] = set()
        self.closed: dict[tuple[bytes, bytes], int] = {}
        self.rules = [self.charter["rules"]]

    def admit(self, inception: bytes) -> bytes:
        """Take in a co-op by its inception (4.3)."""
        key, _, _ = read(inception, INCEPTION, CHANGE_BYTES, "inception")
        ensure(key_holds(key), "key-refused", "a log key that may not sign")
        coop = digest("co-op", inception)
        ensure(coop not in self.keys, "change-refused", "a member already", coop)
        ensure(len(self.keys) < MEMBERS, "change-refused", "too many members", coop)
        self.keys[coop] = key
        return coop

    def epochs(self) -> list[bytes]:
        """List the blocks that count as epochs (7.5)."""
        known = sum(1 for _ in takewhile(lambda rules: rules == RULES, self.rules))
        return self.blocks[:known]

    def add(self, block: bytes, certificate: bytes) -> None:
        """Verify a block on what stands (7.3) and take it."""
        network, number, previous, entries, _ = read(block, BLOCK, BLOCK_BYTES, "block")
        ensure(network == self.network, "network-foreign", "a block of another network")
        expected = len(self.blocks)
        ensure(number <= expected, "block-gap", f"block {number}, not {expected}")
        ensure(number == expected, "block-place", f"block {number}, not {expected}")
        ensure(previous == self.blocks[-1], "block-place", "it follows another block")
        block_id = digest("block", block)
        before = self.keys.copy(), self.electors.copy()
        self.certified(certificate, block_id, *before)
        for change, approvals in entries:
            self.change(change, approvals, *before)
        self.blocks.append(block_id)
        self.rules.append(self.charter["rules"])

    def change(
        self,
        data: bytes,
        approvals: list[tuple[bytes, bytes]],
        keys: dict[bytes, bytes],
        electors: set[bytes],
    ) -> None:
        """Verify one entry of a block, and let the roster grow by it (7.3, no. 6)."""
        kind, body, base, _ = read(data, CHANGE, CHANGE_BYTES, "change")
        ensure(kind in CHANGE_BODIES, "change-unknown", f"a change of kind {kind!r}")
        ensure(CHANGE_BODIES[kind](body), "form", f"{kind} has not its form")
        near = self.blocks[-CHANGE_LIFE:]
        ensure(base in near, "change-base", f"{kind} is based on none of the last 32")
        change_id = digest("change", self.network, data)
        ensure(change_id not in self.entered, "change-twice", f"{kind} entered before")
        self.entered.add(change_id)
        subject = body[0] if kind in OF_ELECTORS | {"close"} else None
        signers = [coop for coop, _ in approvals]
        in_order = signers == sorted(set(signers))
        ensure(in_order, "approvals", f"{kind}: approvals out of order")
        for coop, signature in approvals:
            may = coop in electors or coop == subject
            ensure(may, "approvals", f"{kind}: not one who approves it", coop)
            good = coop in keys and signed(
                "approval", keys[coop], signature, self.network, change_id
            )
            ensure(good, "signature-invalid", f"{kind}: an approval", coop)
        quorum = 3 * len(electors.intersection(signers)) >= 2 * len(electors)
        carried = {
            "elector.on": quorum and subject in signers,
            "elector.off": quorum or subject in signers,
            "close": subject in signers,
        }
        ensure(carried.get(kind, quorum), "approvals", f"{kind} is not carried")
        self.apply(kind, body)

    def apply(self, kind: str, body: list[Any] | dict[str, Any]) -> None:
        """Do what a change does, unless the table of 7.2 refuses it."""
        if isinstance(body, dict):
            self.charter = body
            return
        if kind == "admit":
            self.headcounts[self.admit(body[0])] = 1
            return
        coop = body[0]
        ensure(coop in self.keys, "change-refused", f"{kind} of no member", coop)
        if kind == "headcount":
            self.headcounts[coop] = body[1]
            return
        if kind == "close":
            event = coop, body[1][2]
            ensure(event not in self.closed, "change-moot", "closed already", coop)
            self.closed[event] = len(self.blocks)
            return
        refused = (coop in self.electors) == (kind == "elector.on")
        ensure(not refused, "change-refused", f"{kind}: elector or not", coop)
        if kind == "elector.on":
            ensure(len(self.electors) < ELECTORS, "change-refused", "electors", coop)
            self.electors.add(coop)
            return
        ensure(coop != self.secretary, "change-refused", f"{kind}: secretary", coop)
        if kind == "secretary":
            self.secretary = coop
        else:
            self.electors.remove(coop)

    def certified(
        self,
        data: bytes,
        block_id: bytes,
        keys: dict[bytes, bytes],
        electors: set[bytes],
    ) -> None:
        """Verify a certificate (7.3, no. 4 and 5)."""
        term, accepts, _ = read(data, CERTIFICATE, CHANGE_BYTES, "certificate")
        signers = [coop for coop, _ in accepts]
        in_order = signers == sorted(set(signers))
        ensure(in_order, "certificate", "accepts out of order")
        enough = len(signers) > len(electors) // 2
        ensure(enough, "certificate", f"{len(signers)} accepts of {len(electors)}")
        place = u64(len(self.blocks)) + u64(term)
        for coop, signature in accepts:
            ensure(coop in electors, "not-elector", "an accept", coop)
            parts = self.network, place, block_id
            good = signed("accept", keys[coop], signature, *parts)
            ensure(good, "signature-invalid", "an accept", coop)
