"""Whose data a file is, and the sentence that its licence asks for."""

from __future__ import annotations

from typing import Final

from node.exchange.notice import Attribution

_OGL: Final = (
    "Contains public sector information licensed under the Open Government Licence v{}."
)
_LICENCES: Final = {
    "open-government-licence/version/3": _OGL.format("3.0"),
    "open-government-licence/version/2": _OGL.format("2.0"),
    "open-government-licence/version/1": _OGL.format("1.0"),
    "open government licence v3": _OGL.format("3.0"),
    "open-government-licence": "Contains public sector information licensed under"
    " the Open Government Licence.",
    "creativecommons.org/licenses/by/4.0": "{publisher}, licensed under CC BY 4.0.",
    "creativecommons.org/licenses/by-sa/4.0": (
        "{publisher}, licensed under CC BY-SA 4.0."
    ),
    "creativecommons.org/publicdomain/zero": "{publisher}, dedicated to the public"
    " domain (CC0).",
    "opendatacommons.org/licenses/pddl": "{publisher}, dedicated to the public domain"
    " (PDDL).",
}
"""What the licence of a package contains, lower case -> sentence; first match."""

_OGL_3: Final = (
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
)
PUBLISHERS: Final = {
    "ocds-b5fd17-": ("Crown Commercial Service, Contracts Finder", _OGL_3),
    "ocds-h6vhtk-": ("Cabinet Office, Find a Tender", _OGL_3),
}
"""Prefix of the ocid -> publisher and licence, for releases that come without a
package around them. Registered prefixes: OCDS 1.1, "Open Contracting Identifier"."""


def attribution(
    *, publisher: str | None, uri: str | None, licence: str | None
) -> Attribution:
    """Return what to show: the licence's own sentence, else publisher and licence."""
    return Attribution(
        publisher=publisher,
        uri=uri,
        licence=licence,
        text=_sentence(publisher or "The publisher", licence or ""),
    )


def for_process(given: Attribution, ocid: str) -> Attribution:
    """Return what the file says of itself, or what is known of the ocid's prefix."""
    if given.publisher is not None or given.licence is not None:
        return given
    for prefix, (publisher, licence) in PUBLISHERS.items():
        if ocid.startswith(prefix):
            return attribution(publisher=publisher, uri=given.uri, licence=licence)
    return given


def _sentence(publisher: str, licence: str) -> str:
    for part, sentence in _LICENCES.items():
        if part in licence.lower():
            return sentence.replace("{publisher}", publisher)
    if licence:
        return f"Source: {publisher}. Licence: {licence}"
    return f"Source: {publisher}."
