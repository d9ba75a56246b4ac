"""One release (OCDS 1.1 `releases[]`) into one observation.

    ocid, id, date      what makes it a release: without them it is Broken
    all else            read if it can be, left out with a note if not

Where OCDS leaves a choice, the tables below say which field is asked first.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from node.exchange import cpv
from node.exchange.attribution import for_process
from node.exchange.awards import read_awards
from node.exchange.codelists import TenderStatus
from node.exchange.notice import Amendment, Attribution, Lot, Observation, Plan
from node.exchange.parties import Parties
from node.exchange.place import ID, MAX_ID, Broken, Notes, Place
from node.exchange.text import MAX_BYTES

MAX_LOT_TEXT: Final = 5_000
"""Bytes of the text of a lot or an amendment: a thousand of them make 5 MB."""

MAX_TAGS: Final = 20
"""The codelist `releaseTag` has 16."""

MAX_CPV: Final = 100
"""Codes of one release; a lead carries 40."""

NOTICES: Final = frozenset(
    {
        "tenderNotice",
        "contractNotice",
        "awardNotice",
        "plannedProcurementNotice",
        "marketEngagementNotice",
    }
)
"""Codelist `documentType`: documents that are the notice itself."""

CANCELLED_BY_TAG: Final = "tenderCancellation"

_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]*)?\Z", re.IGNORECASE)
_CHECKED: Final = re.compile(r"[0-9]{8}-[0-9]\Z")
"""The form that only CPV has; without a scheme it is the one that is believed."""


def observe(fields: dict[str, object], given: Attribution) -> Observation:
    """Return what a release says; raise Broken when it is none.

    given: of the package that it came in.
    """
    notes = Notes()
    release = Place(fields, path="", notes=notes)
    ocid = _ocid(release)
    date = release.date("date")
    if date is None:
        raise Broken("date", "no date, or none that can be read")
    tender, tags = release.child("tender"), release.words("tag", limit=MAX_TAGS)
    parties = Parties(release)
    return Observation(
        ocid=ocid,
        id=_id(release, fallback=f"dated-{date:%Y%m%dT%H%M%SZ}"),
        date=date,
        tags=tags,
        tender_status=_tender_status(tender, tags),
        title=_line(tender, "title") or _line(release, "title"),
        description=_text(tender, "description") or _text(release, "description"),
        language=_language(release),
        buyer=parties.buyer(release, tender),
        value=tender.money("value"),
        min_value=tender.money("minValue"),
        deadline=_deadline(tender),
        period=tender.period("contractPeriod"),
        plan=_plan(release.child("planning")),
        lots=_lots(tender),
        awards=read_awards(release, parties),
        amendments=_amendments(tender),
        cpv=_codes(release, tender),
        link=_link(release, tender),
        attribution=for_process(given, ocid),
        notes=notes.all(),
    )


def _ocid(release: Place) -> str:
    ocid = release.raw("ocid")
    if ocid is None:
        raise Broken("ocid", "no ocid")
    if not isinstance(ocid, str) or not ID.match(ocid.strip()):
        raise Broken("ocid", f"an ocid is up to {MAX_ID} characters of printable ASCII")
    return ocid.strip()


def _id(release: Place, *, fallback: str) -> str:
    """Return the id; older releases of Public Contracts Scotland have none."""
    if not release.has("id"):
        release.note("id", "no id; named after its date")
        return fallback
    word = release.word("id")
    if word is None:
        raise Broken("id", f"an id is up to {MAX_ID} characters of printable ASCII")
    return word


def _tender_status(tender: Place, tags: tuple[str, ...]) -> TenderStatus | None:
    if not tender.has("status") and CANCELLED_BY_TAG in tags:
        return TenderStatus.CANCELLED
    return tender.choice("status", TenderStatus)


def _language(release: Place) -> str | None:
    value = release.raw("language")
    if value is None:
        return None
    form = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
    if form is None:
        release.note("language", "no language code")
        return None
    return form[1].lower()


def _line(place: Place, key: str) -> str | None:
    """Return a line, in whatever language it is there."""
    return next(filter(None, map(place.line, place.spoken(key))), None)


def _text(place: Place, key: str, limit: int = MAX_BYTES) -> str | None:
    found = (place.text(name, limit=limit) for name in place.spoken(key))
    return next(filter(None, found), None)


def _deadline(tender: Place) -> datetime | None:
    """Return the first moment that it can be too late to take part.

    Where a request to take part is asked for first (OCDS UK extension), a lead that
    waits for the bids' own deadline has missed it.
    """
    ends = (
        tender.date("expressionOfInterestDeadline", end=True),
        tender.child("tenderPeriod").date("endDate", end=True),
    )
    return min(filter(None, ends), default=None)


def _plan(planning: Place) -> Plan | None:
    budget = planning.child("budget")
    plan = Plan(
        title=planning.line("project") or budget.line("project"),
        description=planning.text("rationale") or budget.text("description"),
        budget=budget.money("amount"),
    )
    return None if plan == Plan() else plan


def _lots(tender: Place) -> tuple[Lot, ...]:
    lots: dict[str, Lot] = {}
    for number, place in enumerate(tender.children("lots"), start=1):
        lot = Lot(
            id=place.word("id") or f"lot-{number}",
            title=_line(place, "title"),
            description=_text(place, "description", MAX_LOT_TEXT),
            value=place.money("value"),
            period=place.period("contractPeriod") or place.period("period"),
            deadline=place.child("tenderPeriod").date("endDate", end=True),
            status=place.choice("status", TenderStatus),
        )
        if lot.id in lots:
            place.note("id", "used twice; the later one counts")
        lots[lot.id] = lot
    return tuple(lots.values())


def _amendments(tender: Place) -> tuple[Amendment, ...]:
    """Return `tender.amendments[]`, or the single `amendment` of OCDS 1.0."""
    places = tender.children("amendments")
    if not places and tender.has("amendment"):
        places = [tender.child("amendment")]
    found: dict[str, Amendment] = {}
    for number, place in enumerate(places, start=1):
        date = place.date("date")
        name = f"{date:%Y%m%dT%H%M%SZ}" if date else f"amendment-{number}"
        amendment = Amendment(
            id=place.word("id") or name,
            date=date,
            text=place.text("description", limit=MAX_LOT_TEXT)
            or place.text("rationale", limit=MAX_LOT_TEXT),
        )
        found[amendment.id] = amendment
    return tuple(found.values())


def _codes(release: Place, tender: Place) -> tuple[str, ...]:
    """Return the CPV codes of tender, items, awards and contracts, each once."""
    codes = dict.fromkeys(_classes(tender))
    for holder in (tender, *release.children("awards"), *release.children("contracts")):
        for item in holder.children("items"):
            codes.update(dict.fromkeys(_classes(item)))
    if len(codes) > MAX_CPV:
        tender.note("items", f"only the first {MAX_CPV} CPV codes were kept")
    return tuple(codes)[:MAX_CPV]


def _classes(holder: Place) -> list[str]:
    places = [holder.child("classification")]
    places += holder.children("additionalClassifications")
    return [code for code in map(_code, places) if code is not None]


def _code(place: Place) -> str | None:
    """Return the code of a `Classification`, None when it is of another scheme."""
    scheme, code = place.raw("scheme"), place.raw("id")
    if code is None:
        return None
    if scheme is None:
        believed = isinstance(code, str) and _CHECKED.match(code.strip()) is not None
    else:
        believed = isinstance(scheme, str) and scheme.strip().upper() == cpv.SCHEME
    if not believed:
        return None
    try:
        return cpv.read(code)
    except ValueError as error:
        place.note("id", str(error))
        return None


def _link(release: Place, tender: Place) -> str | None:
    """Return the address of the notice: a web page rather than a file to download."""
    holders = [tender, release.child("planning")]
    holders += [*release.children("awards"), *release.children("contracts")]
    notices = [
        document
        for holder in holders
        for document in holder.children("documents")
        if _is_notice(document)
    ]
    for document in sorted(notices, key=lambda place: not _is_page(place)):
        address = document.link("url")
        if address is not None:
            return address
    return None


def _is_notice(document: Place) -> bool:
    kind = document.raw("documentType")
    return isinstance(kind, str) and kind in NOTICES


def _is_page(document: Place) -> bool:
    media = document.raw("format")
    return isinstance(media, str) and media.strip().lower().startswith("text/html")
