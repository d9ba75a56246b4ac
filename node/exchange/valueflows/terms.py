"""The terms of Valueflows that are used here, and the context that explains them.

Valueflows Ontology 1.0.0, <https://w3id.org/valueflows/ont/vf>, by the Valueflows
community, CC BY-SA 4.0. The context stands in each file, so that nobody has to fetch
one to read it. Terms of our own are in `own`.
"""

from typing import Final

from node.exchange.valueflows import own

NAMESPACE: Final = "https://w3id.org/valueflows/ont/vf#"
#: Units of Measure, whose identifiers Valueflows takes for units.
OM: Final = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

CLASSES: Final = (
    "Agreement",
    "Claim",
    "Commitment",
    "EconomicEvent",
    "Intent",
    "Measure",
    "Organization",
    "Plan",
    "Process",
    "Proposal",
    "ResourceSpecification",
    "SpatialThing",
    "Unit",
)
#: Properties whose value is another node.
LINKS: Final = (
    "availableQuantity",
    "clauseOf",
    "corrects",
    "effortQuantity",
    "fulfills",
    "hasUnit",
    "minimumQuantity",
    "plannedWithin",
    "primaryLocation",
    "proposedTo",
    "provider",
    "publishes",
    "realizationOf",
    "receiver",
    "reciprocal",
    "reciprocalClauseOf",
    "resourceConformsTo",
    "resourceQuantity",
    "satisfies",
    "settles",
    "triggeredBy",
)
#: Properties whose value is one of the words below.
CHOICES: Final = ("action", "purpose")
WORDS: Final = ("offer", "request", "transfer", "transferAllRights", "work")
#: Property -> type of XML Schema of its value.
VALUES: Final = {
    "classifiedAs": "string",
    "created": "dateTimeStamp",
    "due": "dateTimeStamp",
    "finished": "boolean",
    "hasBeginning": "dateTimeStamp",
    "hasEnd": "dateTimeStamp",
    "hasNumericalValue": "decimal",
    "hasPointInTime": "dateTimeStamp",
    "label": "string",
    "name": "string",
    "note": "string",
    "omUnitIdentifier": "anyURI",
    "resourceClassifiedAs": "string",
    "symbol": "string",
    "unitBased": "boolean",
}

_PLAIN: Final = frozenset({"string", "boolean"})


def _value(name: str, kind: str) -> object:
    # What JSON has a form for needs no type.
    if kind in _PLAIN:
        return f"vf:{name}"
    return {"@id": f"vf:{name}", "@type": f"xsd:{kind}"}


CONTEXT: Final[dict[str, object]] = {
    "@version": 1.1,
    "vf": NAMESPACE,
    "xsd": XSD,
    **{one: f"vf:{one}" for one in (*CLASSES, *WORDS)},
    **{one: {"@id": f"vf:{one}", "@type": "@id"} for one in LINKS},
    **{one: {"@id": f"vf:{one}", "@type": "@vocab"} for one in CHOICES},
    **{one: _value(one, kind) for one, kind in VALUES.items()},
    **own.CONTEXT,
}
