"""The values of the OCDS importer: what one release says, and what a process is.

An `Observation` is one release (OCDS 1.1 `releases[]`): it says what that release
says and nothing more. A `Notice` is the process as of its latest release, made by
`fold` from all observations of one ocid. Both are frozen; nothing in them is the
publisher's raw text: identifiers are short and printable, texts are plain, money is
whole minor units, times are UTC, links are http(s).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from node.exchange.codelists import AwardStatus, Status, TenderStatus

Outcome = Literal["won", "lost", "withdrawn"]
"""States of a lead (domain: lead) that a notice can decide."""


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """Minor units (pence, cents, whole yen) of an ISO 4217 currency."""

    currency: str
    minor: int


class Period(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From and until, UTC; either may be unknown. Never ends before it starts."""

    start: datetime | None = None
    end: datetime | None = None


class Lot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a tender that can be won alone: `tender.lots[]`."""

    id: str
    title: str | None = None
    description: str | None = None
    value: Money | None = None
    period: Period | None = None
    deadline: datetime | None = None
    status: TenderStatus | None = None


class Award(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A choice of suppliers: `awards[]`, completed by `contracts[]`.

    suppliers: their names. lots: ids, empty when the award is for the whole tender.
    """

    id: str
    title: str | None = None
    status: AwardStatus | None = None
    suppliers: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    value: Money | None = None
    date: datetime | None = None
    period: Period | None = None


class Amendment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change that the publisher points out: `tender.amendments[]`."""

    id: str
    date: datetime | None = None
    text: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was intended before there was a tender: `planning`."""

    title: str | None = None
    description: str | None = None
    budget: Money | None = None


class Attribution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose data it is. text: the sentence to show wherever the data is shown.

    uri: the publisher's page, http(s). licence: its address, or its name.
    """

    publisher: str | None = None
    uri: str | None = None
    licence: str | None = None
    text: str = ""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A field that was left out or shortened. path: inside the release."""

    path: str
    reason: str


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a release and a process have in common; None or () means not said.

    tags: OCDS `tag`. cpv: 8 digits each, the main one first. link: page of the
    notice. deadline: the last moment for bids.
    """

    ocid: str
    tags: tuple[str, ...] = ()
    tender_status: TenderStatus | None = None
    title: str | None = None
    description: str | None = None
    language: str | None = None
    buyer: str | None = None
    value: Money | None = None
    min_value: Money | None = None
    deadline: datetime | None = None
    period: Period | None = None
    plan: Plan | None = None
    lots: tuple[Lot, ...] = ()
    awards: tuple[Award, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    cpv: tuple[str, ...] = ()
    link: str | None = None
    attribution: Attribution


class Observation(Facts, frozen=True, kw_only=True, omit_defaults=True):
    """One release. (date, id) is its place in the history of its process."""

    id: str
    date: datetime
    notes: tuple[Note, ...] = ()


class Notice(Facts, frozen=True, kw_only=True, omit_defaults=True):
    """A process as of its latest release; what a draft of a lead is made from.

    as_of: date and id of that release. published: date of the first one. releases:
    how many. notes: what could not be read, in any of them. digest: SHA-256, 64 hex
    digits, of all that a reader sees; it stays the same when a release only repeats.
    """

    status: Status
    as_of: tuple[datetime, str]
    published: datetime
    releases: int
    notes: tuple[Note, ...] = ()
    digest: str = ""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A release that could not be read. path: its place in the file."""

    id: str | None = None
    ocid: str | None = None
    path: str
    reason: str


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """What one file held. Every release is in exactly one of the two."""

    observations: tuple[Observation, ...] = ()
    failures: tuple[Failure, ...] = ()
    attribution: Attribution = Attribution()


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Observation)


def encode(observation: Observation) -> bytes:
    """Return compact JSON, the same bytes for equal values. Reverse of `decode`."""
    return _ENCODER.encode(observation)


def decode(data: bytes) -> Observation:
    """Read what `encode` wrote. Raises msgspec.DecodeError on anything else."""
    return _DECODER.decode(data)
