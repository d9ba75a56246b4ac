"""What people type about bids and texts: shares, parts, fees, words from a file."""

import re
from pathlib import Path
from typing import Final

from node.cli.inputs import Money, day, effort, money, wrong

_SHARE: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?\s*%?")
#: As many digits as 100 has.
_PERCENT_DIGITS: Final = 3
_PART: Final = "CO-OP[:SHARE[:EFFORT[:MONEY[:LOT]]]]"
#: A text holds 64 KiB; a file beyond that is no text for a person to sign.
_FILE_BYTES: Final = 64 * 1024


def percent(field: str, written: str) -> str:
    """Read a share: 12.5% or 12.5; without the sign as the command takes it."""
    text = written.strip()
    if text and not _SHARE.fullmatch(text):
        wrong(field, written, "a percentage", "12.5%")
    return text.rstrip("% ")


def fee_sum(field: str, written: str) -> Money:
    """Read a fee that is a sum; of one in per cent, say where that goes."""
    if "%" in written:
        expected = "a sum; a share of the value goes to --share"
        wrong(field, written, expected, f"--share {percent('--share', written)}%")
    return money(field, written)


def part(field: str, written: str) -> dict[str, object]:
    """Read a part of a bid: Birch:40%:20d:9000GBP:LOT-1, Alba:rest."""
    parts = [one.strip() for one in written.split(":")]
    if len(parts) > 5 or not parts[0]:
        wrong(field, written, _PART, "Birch:40%:20d:9000GBP")
    coop, share, work, amount, lot = [*parts, "", "", "", ""][:5]
    rest = share.lower() == "rest"
    return {
        "coop": coop,
        **({"share": "rest" if rest else percent(field, share)} if share else {}),
        **({"minutes": effort(field, work)} if work else {}),
        **({"amount": money(field, amount).sum()} if amount else {}),
        **({"lot": lot} if lot else {}),
    }


def fee(field: str, written: str) -> dict[str, object]:
    """Read a fee: Cedar=5%."""
    coop, equals, share = written.rpartition("=")
    if not equals or not coop.strip() or not share.strip():
        wrong(field, written, "CO-OP=SHARE", "Cedar=5%")
    return {"coop": coop.strip(), "share": percent(field, share)}


def allotted(field: str, written: str) -> dict[str, object]:
    """Read what a co-op is allotted: Alba=500."""
    coop, equals, amount = written.rpartition("=")
    if not equals or not coop.strip():
        wrong(field, written, "a co-op and an amount", "Alba=500")
    return {"coop": coop, "amount": money(field, amount).amount}


def step(field: str, written: str) -> dict[str, object]:
    """Read a milestone: 40:2027-03-01, or 40 where no day is named."""
    percent, _, due = written.partition(":")
    share = percent.strip().removesuffix("%").strip()
    if not share.isascii() or not share.isdigit() or len(share) > _PERCENT_DIGITS:
        wrong(field, written, "a percentage and a date", "40:2027-03-01")
    return {
        "percent": int(share),
        **({"due": day(field, due, edge="end")} if due else {}),
    }


def words(field: str, written: str) -> str:
    """Read a text, or the file that an @ stands before; a file is UTF-8."""
    if not written.startswith("@"):
        return written
    path = Path(written[1:])
    try:
        data = path.read_bytes() if path.stat().st_size <= _FILE_BYTES else None
        text = None if data is None else data.decode("utf-8")
    except (OSError, ValueError):
        wrong(field, written, "a file that can be read as UTF-8", "@terms.txt")
    if text is None:
        wrong(field, written, "a file of at most 64 KiB", "@terms.txt")
    return text
