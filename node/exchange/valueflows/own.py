"""What Valueflows has no word for: terms of our own, explained in each file.

Votes, vetoes and reviews are words of one co-op on something, no flows of value. A
reader that knows Valueflows alone leaves these out and still has every promise, work
report and payment.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

PREFIX: Final = "wortley"
NAMESPACE: Final = "urn:wortley:term:"
#: What the values of a property are, where they are nodes.
LINK: Final = "@id"


class Term(NamedTuple):
    """What a class or a property means; `kind` is None for a class.

    Else it is LINK, or the type of XML Schema of the property's values.
    """

    kind: str | None
    meaning: str


TERMS: Final[Mapping[str, Term]] = {
    # Classes.
    "Interest": Term(None, "What a co-op thinks of a lead."),
    "Review": Term(None, "A party's word on its part of a bid."),
    "Signature": Term(None, "A party's word on an agreement."),
    "Decision": Term(None, "A question that the co-ops of the network vote on."),
    "Ballot": Term(None, "A co-op's vote on a decision."),
    "Entry": Term(None, "A project that takes part in a funding round."),
    "Veto": Term(None, "A co-op's veto against a project in a funding round."),
    "Served": Term(None, "A theme of social value, and the work that served it."),
    # Properties whose values are nodes.
    "about": Term(LINK, "What something is about."),
    "by": Term(LINK, "The co-op whose word it is, or who decides where money goes."),
    "inReturn": Term(LINK, "What the provider asks for it, as an intent."),
    "mediator": Term(LINK, "The co-op that mediates."),
    "opened": Term(LINK, "The lead that the taker of a hand-over opened from it."),
    "party": Term(LINK, "A co-op that has to agree."),
    "pledged": Term(LINK, "How much of it is pledged, as a measure like its own."),
    "served": Term(LINK, "A theme that work served."),
    "supersededBy": Term(LINK, "The agreement that took its place."),
    "time": Term(LINK, "The measure of work that served a theme."),
    "within": Term(LINK, "The funding round, or the fund, that it belongs to."),
    # Properties whose values are words and numbers.
    "answer": Term("string", "What the other co-op writes where it disagrees."),
    "basis": Term("string", "Whose votes count alike: of each co-op, or each member."),
    "closes": Term("dateTimeStamp", "The end of the last day to vote or pledge."),
    "kind": Term("string", "What sort of agreement it is."),
    "lot": Term("string", "A lot of a bid, or the lot that a part of it is of."),
    "mode": Term("string", "Whose money a funding round gives away."),
    "number": Term("string", "The number of an invoice in the payee's books."),
    "opens": Term("dateTimeStamp", "The beginning of the first day to vote or pledge."),
    "outcome": Term("string", "What came of it."),
    "payable": Term("string", "When a finder's fee is to be paid."),
    "period": Term("string", "How often a fund asks for its contribution."),
    "quorum": Term("decimal", "The percentage of all votes that must be cast."),
    "reason": Term("string", "Why, in a word."),
    "risk": Term("string", "Who bears it if the work of a bid costs more."),
    "rule": Term("string", "How the votes on a decision count."),
    "share": Term("decimal", "A percentage: of a price, or of a project's money."),
    "stance": Term("string", "The word of one co-op, which it may change."),
    "standing": Term("string", "How it stands, by the words of all whom it binds."),
    "text": Term("string", "What is proposed, or bound by a signature, or a reason."),
    "theme": Term("string", "A theme of social value, in the network's vocabulary."),
    "title": Term("string", "What a decision is called."),
    "vetoes": Term("integer", "How many vetoes block a project in a round."),
}


def own(**said: object) -> dict[str, object]:
    """Write properties of our own as `node` takes them."""
    return {f"{PREFIX}:{key}": one for key, one in said.items()}


def _context(term: Term, name: str) -> object:
    if term.kind in {None, "string", "integer"}:
        # What JSON has a form for needs no type.
        return name
    return {"@id": name, "@type": LINK if term.kind == LINK else f"xsd:{term.kind}"}


#: What a context says of them.
CONTEXT: Final[dict[str, object]] = {
    PREFIX: NAMESPACE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    **{
        f"{PREFIX}:{name}": _context(term, f"{PREFIX}:{name}")
        for name, term in TERMS.items()
    },
}
#: Nodes that say what the terms mean, so that a file explains itself.
NODES: Final[tuple[dict[str, object], ...]] = tuple(
    {
        "@id": f"{PREFIX}:{name}",
        "@type": "rdfs:Class" if term.kind is None else "rdf:Property",
        "rdfs:comment": term.meaning,
    }
    for name, term in TERMS.items()
)
