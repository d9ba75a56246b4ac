"""What a rule knows and answers."""

import msgspec

from protocol.event import TextRef
from protocol.kinds.logs import LogReopened
from protocol.rules import place
from protocol.rules.logs import Counted
from protocol.rules.place import At

AT = At(
    coop=b"c" * 32,
    id=b"i" * 32,
    epoch=3,
    seq=9,
    texts=(TextRef("note", b"n" * 32, 1), TextRef("link", b"l" * 32, 2)),
)


def test_words_are_sorted_by_role() -> None:
    assert list(place.words(AT).items()) == [("link", b"l" * 32), ("note", b"n" * 32)]


def test_an_entity_opens_under_the_id_of_its_event() -> None:
    made = place.opening(AT, "log", "counted", Counted(), ref=b"r" * 32)
    assert (made.id, made.coop, made.epoch) == (AT.id, AT.coop, AT.epoch)
    assert (made.family, made.state, made.ref) == ("log", "counted", b"r" * 32)
    assert place.opening(AT, "log", "counted", Counted()).ref is None


def test_nothing_to_load() -> None:
    assert place.nothing(AT, None) == ()


def test_a_rule_reads_its_body() -> None:
    made = place.rule(LogReopened, lambda _slice, _at, _body: (), place.nothing)
    body = LogReopened(why="moved")
    assert made.decoder.decode(msgspec.msgpack.encode(body)) == body
    assert made.apply({}, AT, body) == ()
    assert made.reads(AT, body) == ()
