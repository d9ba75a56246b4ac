"""What to say to a peer, given what it said."""

from collections.abc import Mapping
from typing import Any, Final

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, ids, limits, sync
from protocol.citing import Cite, Stretch
from protocol.errors import Malformed
from protocol.ids import Incarnation
from protocol.roster.identity import Application, SignedCard
from protocol.sync import Comparison, Hello, Step
from protocol.walks import Span
from protocol.wire import Cursor, Head
from tests.protocol.budget import examples
from tests.protocol.refusal import refused
from tests.protocol.world import seed

CARD: Final = SignedCard(b"card", bytes(64))
HEAD: Final = Head(seed("coop"), seed("incarnation")[:16], 7, seed("id")[:8])
HELLO: Final = Hello(
    version=1,
    rules=0,
    network=seed("network"),
    coop=seed("coop"),
    instance=seed("instance")[:16],
    tip_number=3,
    tip=seed("tip"),
    heads=seed("heads"),
    gossip=seed("gossip"),
    root=seed("root"),
    card=CARD,
)


def hello(**fields: object) -> Hello:
    made: Hello = msgspec.structs.replace(HELLO, **fields)
    return made


def test_the_version_of_the_protocol() -> None:
    assert sync.VERSION == HELLO.version == 1


# --- forms --------------------------------------------------------------------------

CURSOR: Final = Cursor(bytes(16), 5, bytes(32))
BLOCKS: Final = sync.Blocks((sync.CertifiedBlock(b"b", b"c"),), more=True)
APPLICATION: Final = Application(b"inception", "Acorn", bytes(64))

#: Name -> (message, as plain values).
MESSAGES: Final[dict[str, tuple[msgspec.Struct, list[Any]]]] = {
    "hello": (
        HELLO,
        [
            1,
            0,
            HELLO.network,
            HELLO.coop,
            HELLO.instance,
            3,
            HELLO.tip,
            HELLO.heads,
            HELLO.gossip,
            HELLO.root,
            [b"card", bytes(64)],
            None,
        ],
    ),
    "roster-pull": (sync.RosterPull(0), [0]),
    "blocks": (BLOCKS, [[[b"b", b"c"]], True]),
    "blocks-reply": (sync.BlocksReply(4), [4]),
    "gossip": (
        sync.Gossip((b"8 bytes.",), (b"8 bytes!",), (b"object",)),
        [[b"8 bytes."], [b"8 bytes!"], [b"object"]],
    ),
    "pull-by-cursor": (
        sync.Pull(cursor=CURSOR, texts=(bytes(32),), wait=30),
        [[bytes(16), 5, bytes(32)], None, [bytes(32)], 30, None],
    ),
    "pull-by-digest": (
        sync.Pull(holds=HELLO.heads),
        [None, None, [], 0, HELLO.heads],
    ),
    "pull-by-heads": (
        sync.Pull(heads=(HEAD,)),
        [None, [[HEAD.coop, HEAD.incarnation, 7, HEAD.id]], [], 0, None],
    ),
    "probe": (
        sync.Probe(HEAD.coop, HEAD.incarnation, (1, 7)),
        [HEAD.coop, HEAD.incarnation, [1, 7]],
    ),
    "ids": (sync.Ids((bytes(32), b"")), [[bytes(32), b""]]),
    "cite": (
        Cite(HEAD.coop, HEAD.incarnation, 7, bytes(32), signed=True),
        [HEAD.coop, HEAD.incarnation, 7, bytes(32), True],
    ),
    "stretch": (
        Stretch(None, bytes(32), (b"event",), (b"later",), bytes(64)),
        [None, bytes(32), [b"event"], [b"later"], bytes(64)],
    ),
    "push-reply": (
        sync.PushReply((HEAD,)),
        [[[HEAD.coop, HEAD.incarnation, 7, HEAD.id]]],
    ),
    "join-request": (
        sync.JoinRequest(APPLICATION, bytes(32), CARD, 500),
        [[b"inception", "Acorn", bytes(64)], bytes(32), [b"card", bytes(64)], 500],
    ),
    "join-reply": (
        sync.JoinReply(
            BLOCKS,
            member=False,
            approvals=1,
            needed=2,
            cards=(CARD,),
            names=(sync.Naming(HEAD.coop, "Acorn"),),
        ),
        [
            [[[b"b", b"c"]], True],
            *(False, 1, 2),
            [[b"card", bytes(64)]],
            [[HEAD.coop, "Acorn"]],
        ],
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_arrays_with_all_their_items(name: str) -> None:
    message, plain = MESSAGES[name]
    data = canonical.ENCODER.encode(message)
    assert data == canonical.encode(plain)
    decoder = msgspec.msgpack.Decoder(type(message))
    assert canonical.read(decoder, data, most=limits.MESSAGE_BYTES) == message


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_of_another_form(name: str) -> None:
    message, plain = MESSAGES[name]
    decoder = msgspec.msgpack.Decoder(type(message))
    wrong: list[Any] = [[*plain, None], plain[:-1], {}, None]
    for each in wrong:
        # Too long or too short, it may have the form, and another encoding.
        with pytest.raises(Malformed) as caught:
            canonical.read(decoder, msgpack.packb(each), most=limits.MESSAGE_BYTES)
        assert caught.value.code in {"form", "not-canonical"}


#: Name -> (type, plain value beyond a cap of it).
BEYOND: Final[dict[str, tuple[type[msgspec.Struct], list[Any]]]] = {
    "blocks": (sync.Blocks, [[[b"", b""]] * 1025, False]),
    "have": (sync.Gossip, [[bytes(8)] * (limits.OBJECTS + 1), [], []]),
    "have-of-seven-bytes": (sync.Gossip, [[bytes(7)], [], []]),
    "have-of-nine-bytes": (sync.Gossip, [[bytes(9)], [], []]),
    "want": (sync.Gossip, [[], [bytes(8)] * (limits.OBJECTS + 1), []]),
    "objects": (sync.Gossip, [[], [], [b""] * (limits.OBJECTS + 1)]),
    "texts": (sync.Pull, [None, None, [bytes(32)] * 513, 0]),
    "wait": (sync.Pull, [None, None, [], 31]),
    "wait-negative": (sync.Pull, [None, None, [], -1]),
    "seqs": (sync.Probe, [bytes(32), bytes(16), [1] * 65]),
    "ids": (sync.Ids, [[b""] * 65]),
    "heads": (
        sync.PushReply,
        [[[bytes(32), bytes(16), 1, bytes(8)]] * (limits.HEADS + 1)],
    ),
    "since": (sync.RosterPull, [-1]),
}


@pytest.mark.parametrize("name", BEYOND)
def test_messages_beyond_their_caps(name: str) -> None:
    type_, plain = BEYOND[name]
    data: bytes = msgpack.packb(plain)
    with refused("form"):
        canonical.read(msgspec.msgpack.Decoder(type_), data, most=8 * 1024 * 1024)


def test_as_many_heads_as_allowed_fit_into_a_message() -> None:
    head = Head(seed("coop"), seed("incarnation")[:16], limits.INTEGER, bytes(8))
    heads = (head,) * limits.HEADS
    data = canonical.ENCODER.encode(sync.Pull(heads=heads))
    assert len(data) <= limits.MESSAGE_BYTES


# --- digests ------------------------------------------------------------------------


def test_the_heads_digest_is_over_sorted_rows() -> None:
    rows = [(b"b" * 32, b"a" * 16, 3, b"x" * 32), (b"a" * 32, b"b" * 16, 1, b"y" * 32)]
    plain: list[Any] = [[*rows[1]], [*rows[0]]]
    expected = ids.digest("heads", canonical.encode(plain))
    assert sync.heads_digest(rows) == sync.heads_digest(rows[::-1]) == expected
    assert sync.heads_digest([]) == ids.digest("heads", b"\x90")


# --- what is missing ----------------------------------------------------------------

A, B, C = ((bytes([at]) * 32, bytes([at]) * 16) for at in (1, 2, 3))
Chain = tuple[bytes, bytes]


def heads(*said: tuple[Chain, int]) -> list[Head]:
    return [Head(coop, name, seq, bytes(8)) for (coop, name), seq in said]


#: Name -> (held here, heads of the other, wanted there from).
MISSING: Final[dict[str, tuple[dict[Chain, int], list[Head], dict[Chain, int]]]] = {
    "nothing-anywhere": ({}, [], {}),
    "nothing-here": ({}, heads((A, 5)), {}),
    "nothing-there": ({A: 5, B: 1}, [], {A: 1, B: 1}),
    "the-same": ({A: 5}, heads((A, 5)), {}),
    "more-there": ({A: 5}, heads((A, 9)), {}),
    "more-here": ({A: 5}, heads((A, 3)), {A: 4}),
    "a-chain-not-started": ({A: 5}, heads((A, 0)), {A: 1}),
    "some-of-each": ({A: 5, B: 5}, heads((A, 5), (C, 2)), {B: 1}),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing(name: str) -> None:
    held, said, wanted = MISSING[name]
    assert sync.missing(held, said) == wanted


def test_chains_in_turns() -> None:
    wanted = {B: (1, 5), A: (3, 3), C: (10, 13)}
    turns = [(chain, span.first, span.last) for chain, span in sync.in_turns(wanted, 2)]
    assert turns == [
        (A, 3, 3),
        (B, 1, 2),
        (C, 10, 11),
        (B, 3, 4),
        (C, 12, 13),
        (B, 5, 5),
    ]


ranges = st.tuples(st.integers(1, 50), st.integers(0, 60)).map(
    lambda pair: (pair[0], sum(pair))
)


@examples(200)
@given(
    st.dictionaries(st.sampled_from([A, B, C]), ranges, max_size=3), st.integers(1, 9)
)
def test_turns_cover_what_is_wanted(
    wanted: Mapping[Chain, tuple[int, int]], step: int
) -> None:
    covered: dict[Chain, list[int]] = {chain: [] for chain in wanted}
    turns = list(sync.in_turns(wanted, step))
    for chain, span in turns:
        assert span == Span(Incarnation(chain[1]), span.first, span.last)
        assert 1 <= span.last - span.first + 1 <= step
        covered[chain] += range(span.first, span.last + 1)
    for chain, (first, last) in wanted.items():
        assert covered[chain] == list(range(first, last + 1))
    # Nobody has two turns while another that still waits has none in between.
    for at, (chain, _) in enumerate(turns[1:], start=1):
        if turns[at - 1][0] == chain:
            assert all(later == chain for later, _ in turns[at:])


# --- two hellos ---------------------------------------------------------------------

#: Name -> (fields of the other's hello, what the two say of each other).
COMPARED: Final[dict[str, tuple[dict[str, object], Comparison]]] = {
    "equal": ({}, Comparison(in_sync=True, same_root=True)),
    "another-root": ({"root": bytes(32)}, Comparison(in_sync=True, same_root=False)),
    "no-root": ({"root": None}, Comparison(in_sync=True, same_root=None)),
    "other-heads": ({"heads": bytes(32)}, Comparison(in_sync=False, same_root=None)),
    "another-tip": ({"tip": bytes(32)}, Comparison(in_sync=False, same_root=None)),
    "other-rules": ({"rules": 1}, Comparison(in_sync=False, same_root=None)),
    "other-gossip": ({"gossip": bytes(32)}, Comparison(in_sync=True, same_root=True)),
}


@pytest.mark.parametrize("name", COMPARED)
def test_hellos_compared(name: str) -> None:
    fields, expected = COMPARED[name]
    assert sync.compare(HELLO, hello(**fields)) == expected
    assert sync.compare(hello(**fields), HELLO) == expected


def test_no_root_here_is_nothing_to_compare() -> None:
    other = hello(root=None)
    assert sync.compare(other, other) == Comparison(in_sync=True, same_root=None)


REFUSED: Final[dict[str, tuple[dict[str, object], str]]] = {
    "another-network": ({"network": bytes(32)}, "network-foreign"),
    "another-version": ({"version": 2}, "version-foreign"),
    "other-rules": ({"rules": 1}, "rules-foreign"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_peers_that_are_refused(name: str) -> None:
    fields, code = REFUSED[name]
    sync.check_hello(HELLO, HELLO)
    with refused(code):
        sync.check_hello(HELLO, hello(**fields))


AHEAD: Final[dict[str, object]] = {"tip_number": 4}
GOSSIP: Final[dict[str, object]] = {"gossip": bytes(32)}
HEADS: Final[dict[str, object]] = {"heads": bytes(32)}
#: Name -> (fields of the other's hello, the steps from hello on).
STEPS: Final[dict[str, tuple[dict[str, object], list[Step]]]] = {
    "equal": ({}, ["live", "hello"]),
    "behind": ({"tip_number": 2}, ["live", "hello"]),
    "ahead": (AHEAD, ["roster", "live", "hello"]),
    "gossip": (GOSSIP, ["gossip", "live", "hello"]),
    "heads": (HEADS, ["pull", "push", "live", "hello"]),
    "everything": (
        {**AHEAD, **GOSSIP, **HEADS},
        ["roster", "gossip", "pull", "push", "live", "hello"],
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_steps_of_a_session(name: str) -> None:
    fields, expected = STEPS[name]
    steps: list[Step] = ["hello"]
    for _ in expected:
        steps.append(sync.next_step(steps[-1], HELLO, hello(**fields)))
    assert steps[1:] == expected
