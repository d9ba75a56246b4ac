"""Files of publishers: cut into releases, each read by itself.

First the file is measured (scan), then cut: a release is skipped over as bytes, so
that its faults are found only when it is read, and cost nobody else. What fails here
is the file (`Unreadable`); what fails later is a release (`Failure`).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

import msgspec
from msgspec import Raw

from node.exchange import scan
from node.exchange.attribution import attribution
from node.exchange.notice import Attribution, Failure, Observation, Package
from node.exchange.place import ID, Broken, Notes, Place
from node.exchange.release import observe
from node.exchange.unreadable import Unreadable

T = TypeVar("T")
Slice = tuple[str, Raw]
"""The path of a release in the file, and its bytes."""

MAX_RELEASES: Final = 100_000
"""Of one file: four times what a full one of Contracts Finder holds."""

MAX_NUMBER: Final = 64
"""Characters of a number with a fraction or an exponent. What is longer, or fits no
Decimal, reads as NaN, and the one field that needs it notes it."""

BOM: Final = b"\xef\xbb\xbf"

_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|\\."
)


class _Outline(msgspec.Struct, frozen=True, rename="camel"):
    """The parts of an object that say what it is; unread, empty when missing."""

    ocid: Raw = Raw()
    date: Raw = Raw()
    url: Raw = Raw()
    releases: Raw = Raw()
    records: Raw = Raw()
    compiled_release: Raw = Raw()
    publisher: Raw = Raw()
    license: Raw = Raw()


def read_package(data: bytes) -> Package:
    """Read a file of OCDS 1.1 JSON; every release ends up in one of two lists.

    Raises Unreadable when the file is no JSON, no OCDS, or beyond the caps.
    """
    scan.check(data)
    body = data.removeprefix(BOM)
    observations: list[Observation] = []
    failures: list[Failure] = []
    if body.lstrip()[:1] == b"[":
        given, slices = Attribution(), _entries("", _cut(body, list[Raw]))
    elif (lines := _lines(body)) is not None:
        given, slices = Attribution(), lines
    else:
        outline = _cut(body, _Outline)
        given, slices = _attribution(outline), _slices(outline, body, failures)
    if len(slices) > MAX_RELEASES:
        raise Unreadable(reason=f"The file has more than {MAX_RELEASES:,} releases.")
    for path, raw in slices:
        read = _read(path, raw, given)
        if isinstance(read, Failure):
            failures.append(read)
        else:
            observations.append(read)
    return Package(
        observations=tuple(observations), failures=tuple(failures), attribution=given
    )


def _lines(body: bytes) -> list[Slice] | None:
    """Return the releases of a file with one a line; None for any other file.

    So the registry of the Open Contracting Partnership hands them out (JSON Lines).
    """
    first, _, rest = body.partition(b"\n")
    if not rest.lstrip().startswith(b"{"):
        return None
    try:
        msgspec.json.decode(first, type=_Outline)
    except (UnicodeDecodeError, msgspec.DecodeError):
        return None
    lines = enumerate(body.split(b"\n"), start=1)
    return [(f"line {no}", Raw(line)) for no, line in lines if line.strip()]


def _cut(body: bytes, kind: type[T]) -> T:
    """Return the outermost object or list, its parts unread."""
    try:
        return _decode(msgspec.json.Decoder(kind), body)
    except msgspec.ValidationError as error:
        raise Unreadable(reason="The file is neither a list nor an object.") from error
    except msgspec.DecodeError as error:
        raise Unreadable(reason=f"The file is no JSON: {error}.") from error


def _decode(decoder: msgspec.json.Decoder[T], data: bytes | Raw) -> T:
    """Decode; half a surrogate pair becomes U+FFFD.

    A text that was cut within an emoji is JSON to some writers, and none to our
    parser, at times even when it only skips the text.
    """
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        whole = bytes(data)
        mended = _ESCAPE.sub(lambda m: rb"\ufffd" if m["half"] else m[0], whole)
        if mended == whole:
            raise
        return decoder.decode(mended)


def _slices(outline: _Outline, body: bytes, failures: list[Failure]) -> list[Slice]:
    """Return the releases of a package, a record or a release."""
    if _is_given(outline.records):
        records = _entries("records", _list("records", outline.records))
        return [one for path, raw in records for one in _record(path, raw, failures)]
    if _is_given(outline.compiled_release) or (
        _is_given(outline.ocid) and _is_given(outline.releases)
    ):
        return _record("", Raw(body), failures)
    if _is_given(outline.releases):
        return _entries("releases", _list("releases", outline.releases))
    if _is_given(outline.ocid) or _is_given(outline.date):
        return [("", Raw(body))]
    raise Unreadable(reason="The file holds neither releases nor records.")


def _record(path: str, raw: Raw, failures: list[Failure]) -> list[Slice]:
    """Return the releases of a record: embedded ones, else the compiled one.

    A record may only link to its releases (`url`), which is left to the caller.
    """
    try:
        record = msgspec.json.decode(raw, type=_Outline)
        at = _join(path, "releases")
        releases = (
            msgspec.json.decode(record.releases, type=list[Raw])
            if _is_given(record.releases)
            else []
        )
        embedded = [one for one in _entries(at, releases) if not _is_link(one[1])]
    except msgspec.DecodeError:
        failures.append(Failure(path=path, reason="not a record"))
        return []
    if embedded:
        return embedded
    if _is_given(record.compiled_release):
        return [(_join(path, "compiledRelease"), record.compiled_release)]
    reason = "a record that only links to its releases"
    failures.append(Failure(ocid=_ocid(record), path=path, reason=reason))
    return []


def _is_link(raw: Raw) -> bool:
    try:
        release = msgspec.json.decode(raw, type=_Outline)
    except msgspec.DecodeError:
        return False
    return _is_given(release.url) and not _is_given(release.ocid)


def _ocid(record: _Outline) -> str | None:
    fields = _fields(ocid=record.ocid)
    return _name(fields["ocid"])


def _list(path: str, raw: Raw) -> list[Raw]:
    try:
        return msgspec.json.decode(raw, type=list[Raw])
    except msgspec.DecodeError as error:
        raise Unreadable(reason="This is not a list.", path=path) from error


def _entries(path: str, raws: list[Raw]) -> list[Slice]:
    return [(f"{path}[{index}]", raw) for index, raw in enumerate(raws)]


def _join(path: str, key: str) -> str:
    return ".".join(filter(None, (path, key)))


def _is_given(raw: Raw) -> bool:
    return memoryview(raw)[:5].tobytes() not in {b"", b"null"}


# -- one release ------------------------------------------------------------------


def _read(path: str, raw: Raw, given: Attribution) -> Observation | Failure:
    try:
        fields = _decode(_DECODER, raw)
    except UnicodeDecodeError:
        return Failure(path=path, reason="not UTF-8")
    except msgspec.DecodeError as error:
        return Failure(path=path, reason=f"no JSON that can be held: {error}")
    if not isinstance(fields, dict):
        return Failure(path=path, reason="not an object")
    try:
        return observe(fields, given)
    except Broken as broken:
        return Failure(
            id=_name(fields.get("id")),
            ocid=_name(fields.get("ocid")),
            path=_join(path, broken.path),
            reason=broken.reason,
        )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and ID.match(value) else None


def _number(text: str) -> Decimal:
    try:
        return Decimal(text if len(text) <= MAX_NUMBER else "NaN")
    except InvalidOperation:
        return Decimal("NaN")


_DECODER: Final = msgspec.json.Decoder(float_hook=_number)


def _attribution(outline: _Outline) -> Attribution:
    """Return what a package says of itself: `publisher`, `license`."""
    fields = _fields(publisher=outline.publisher, license=outline.license)
    package = Place(fields, path="", notes=Notes())
    publisher = package.child("publisher")
    name, licence = publisher.line("name"), package.line("license")
    if name is None and licence is None:
        return Attribution()
    return attribution(publisher=name, uri=publisher.link("uri"), licence=licence)


def _fields(**raws: Raw) -> dict[str, object]:
    """Return the values of some fields; None for what is missing or no JSON."""
    fields: dict[str, object] = {}
    for key, raw in raws.items():
        try:
            fields[key] = _decode(_DECODER, raw) if _is_given(raw) else None
        except (UnicodeDecodeError, msgspec.DecodeError):
            fields[key] = None
    return fields
