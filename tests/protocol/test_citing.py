"""Stretches: events that lead to a place that is named, and to nothing else."""

from typing import Final

import msgspec
import pytest

from protocol import canonical, citing, limits
from protocol.citing import Cite, Stretch
from protocol.ids import EventId, Incarnation
from protocol.log import Chain, Place, ids_after
from tests.protocol.refusal import refused
from tests.protocol.world import Writer, network

REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")


def written() -> Writer:
    made = Writer.opened(REGISTER, ACORN)
    for number in range(1, 7):
        made.write("profile.set", {"day": 450, "people": number})
    return made


MADE: Final = written()
#: Based on place 2 of that.
SECOND: Final = MADE.reopened(2, "second")


def place(seq: int = 4, made: Writer = MADE) -> Place:
    return Place(made.chain.incarnation, seq, made.ids[seq - 1])


def stretch(
    seq: int = 4, first: int = 2, upto: int | None = 6, made: Writer = MADE
) -> Stretch:
    """The events from `first` to the place, and what leads to a signature."""
    before = made.ids[first - 2] if first > 1 else made.chain.opening()
    run = None if upto is None else made.run(seq, upto)
    return Stretch(
        made.chain.base if first == 1 else None,
        before,
        tuple(made.events[first - 1 : seq]),
        () if run is None else run.events[1:],
        b"" if run is None else run.signature,
    )


def changed(**fields: object) -> Stretch:
    made: Stretch = msgspec.structs.replace(stretch(), **fields)
    return made


def chain(at: Place) -> Chain:
    """What is known of an incarnation before its base is."""
    name = Incarnation(at.incarnation)
    return msgspec.structs.replace(MADE.chain, incarnation=name)


#: Name -> (place, stretch, whether its signature is looked at).
GOOD: Final[dict[str, tuple[Place, Stretch, bool]]] = {
    "signed-further-on": (place(), stretch(), True),
    "signed-where-it-ends": (place(), stretch(upto=4), True),
    "one-event": (place(), stretch(first=4), True),
    "from-the-first": (place(), stretch(first=1), True),
    "the-first": (place(1), stretch(1, 1), True),
    "from-a-base": (place(1, SECOND), stretch(1, 1, 1, SECOND), True),
    "unsigned": (place(), stretch(upto=None), False),
    "signed-by-nobody": (place(), changed(signature=bytes(64)), False),
}
#: Name -> (place, stretch, code).
REFUSED: Final[dict[str, tuple[Place, Stretch, str]]] = {
    "another-event": (
        place(),
        changed(events=(*stretch().events[:-1], b"x")),
        "stretch-differs",
    ),
    "an-event-less": (place(), changed(events=stretch().events[1:]), "stretch-differs"),
    "an-event-more": (
        place(),
        changed(events=(*stretch().events, b"x")),
        "stretch-differs",
    ),
    "after-another-id": (place(), changed(before=bytes(32)), "stretch-differs"),
    "of-another-place": (place(5), stretch(), "stretch-differs"),
    "more-events-than-places": (
        Place(MADE.chain.incarnation, 2, MADE.ids[3]),
        stretch(),
        "stretch-place",
    ),
    "a-first-place-that-is-none": (
        Place(MADE.chain.incarnation, 3, MADE.ids[3]),
        stretch(),
        "opening-differs",
    ),
    "another-base": (
        place(1, SECOND),
        msgspec.structs.replace(stretch(1, 1, 1, SECOND), base=place(1)),
        "opening-differs",
    ),
    "no-base": (
        place(1, SECOND),
        msgspec.structs.replace(stretch(1, 1, 1, SECOND), base=None),
        "opening-differs",
    ),
    "a-base-in-the-middle": (place(), changed(base=place(1)), "opening-differs"),
    "unsigned": (place(), stretch(upto=None), "signature-invalid"),
    "signed-otherwise": (place(), changed(signature=bytes(64)), "signature-invalid"),
    "without-what-leads-there": (place(), changed(after=()), "signature-invalid"),
    "an-event-over-its-size": (
        place(),
        changed(events=(bytes(limits.EVENT_BYTES + 1),)),
        "too-large",
    ),
    "more-than-a-run": (
        place(),
        changed(events=(bytes(limits.EVENT_BYTES),) * 129),
        "too-large",
    ),
    "too-much-after-it": (
        place(),
        changed(after=(bytes(limits.EVENT_BYTES + 1),)),
        "too-large",
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_leads_to_a_place(name: str) -> None:
    at, one, signed = GOOD[name]
    names = citing.verify(one, at, chain(at), ACORN.public if signed else None)
    assert names == ids_after(EventId(one.before), one.events)
    assert names[-1] == at.id
    assert one.first(at.seq) + len(names) - 1 == at.seq
    data = canonical.ENCODER.encode(one)
    decoder = msgspec.msgpack.Decoder(Stretch | None)
    assert canonical.read(decoder, data, most=limits.MESSAGE_BYTES) == one


@pytest.mark.parametrize("name", REFUSED)
def test_what_leads_elsewhere(name: str) -> None:
    at, one, code = REFUSED[name]
    with refused(code):
        citing.verify(one, at, chain(at), ACORN.public)


def test_only_what_the_owner_signed_counts() -> None:
    with refused("signature-invalid"):
        citing.verify(stretch(), place(), MADE.chain, BRAMBLE.public)


def test_a_question_names_a_place() -> None:
    at = place()
    asked = Cite(ACORN.id, at.incarnation, at.seq, at.id, signed=True)
    assert asked.place == at
    data = canonical.ENCODER.encode(asked)
    assert data == canonical.encode([ACORN.id, at.incarnation, at.seq, at.id, True])


#: Name -> a question or answer without its form.
FORMS: Final[dict[str, tuple[type[msgspec.Struct], list[object]]]] = {
    "place-0": (Cite, [bytes(32), bytes(16), 0, bytes(32), True]),
    "id-of-31-bytes": (Cite, [bytes(32), bytes(16), 1, bytes(31), True]),
    "no-events": (Stretch, [None, bytes(32), [], [], b""]),
    "1025-events": (Stretch, [None, bytes(32), [b""] * 1025, [], b""]),
    "1024-events-after": (Stretch, [None, bytes(32), [b""], [b""] * 1024, b""]),
    "a-signature-of-65-bytes": (
        Stretch,
        [None, bytes(32), [b""], [], bytes(65)],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_messages_of_another_form(name: str) -> None:
    kind, plain = FORMS[name]
    data = msgspec.msgpack.encode(plain)
    decoder = msgspec.msgpack.Decoder(kind)
    with refused("form"):
        canonical.read(decoder, data, most=limits.MESSAGE_BYTES)
