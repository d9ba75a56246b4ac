"""Logs to walk, by what happened to them, and the order in which they count.

A log is written `name: (base, length, {seq: adopted tail})`, a place `a5`; the walk
as stretches `a1-5`. `LEFT_OUT` are those in which a base is missing.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from protocol.ids import Incarnation
from protocol.log import Place
from protocol.walks import Adoption, Branch, Span


class Log(NamedTuple):
    chains: dict[str, tuple[str | None, int, dict[int, str]]]
    walk: str


def name_of(letter: str) -> Incarnation:
    return Incarnation(letter.encode() * 16)


def place(written: str) -> Place:
    return Place(name_of(written[0]), int(written[1:]), bytes(32))


def branches(log: Log) -> dict[Incarnation, Branch]:
    return {
        name_of(letter): Branch(
            incarnation=name_of(letter),
            base=None if base is None else place(base),
            length=length,
            adoptions=tuple(
                Adoption(at, place(tail)) for at, tail in sorted(adopted.items())
            ),
        )
        for letter, (base, length, adopted) in log.chains.items()
    }


def written(spans: Sequence[Span]) -> str:
    return " ".join(
        f"{span.incarnation[:1].decode()}{span.first}-{span.last}" for span in spans
    )


LOGS: Final[dict[str, Log]] = {
    "no-chains": Log({}, ""),
    "opened-and-empty": Log({"a": (None, 0, {})}, ""),
    "never-restored": Log({"a": (None, 10, {})}, "a1-10"),
    "restored-at-the-head": Log({"a": (None, 5, {}), "b": ("a5", 3, {})}, "a1-5 b1-3"),
    "restored-with-a-tail-lost": Log(
        # The other head is not reached, so only what both share counts.
        {"a": (None, 10, {}), "b": ("a5", 3, {})},
        "a1-5",
    ),
    "tail-adopted": Log(
        {"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, "a1-5 b1-3 a6-10 b4-6"
    ),
    "tail-adopted-in-pieces": Log(
        {"a": (None, 10, {}), "b": ("a5", 6, {2: "a7", 4: "a10"})},
        "a1-5 b1-2 a6-7 b3-4 a8-10 b5-6",
    ),
    "tail-adopted-short-of-its-end": Log(
        {"a": (None, 10, {}), "b": ("a5", 6, {3: "a9"})}, "a1-5"
    ),
    "tail-adopted-before-it-is-held": Log(
        {"a": (None, 8, {}), "b": ("a5", 6, {3: "a10"})}, "a1-5"
    ),
    "tail-of-an-unknown-chain": Log({"a": (None, 6, {4: "x2"})}, "a1-4"),
    "tail-adopted-at-the-last-place": Log(
        {"a": (None, 10, {}), "b": ("a5", 3, {3: "a10"})}, "a1-5 b1-3 a6-10"
    ),
    "tail-adopted-twice": Log(
        {"a": (None, 10, {}), "b": ("a5", 6, {3: "a10", 5: "a10"})},
        "a1-5 b1-3 a6-10 b4-6",
    ),
    "what-counts-already-adopted": Log(
        {"a": (None, 5, {}), "b": ("a5", 4, {2: "a3"})}, "a1-5 b1-4"
    ),
    "restored-twice-in-a-row": Log(
        {"a": (None, 10, {}), "b": ("a10", 5, {}), "c": ("b5", 3, {})},
        "a1-10 b1-5 c1-3",
    ),
    "restored-twice-from-one-copy": Log(
        {"a": (None, 10, {}), "b": ("a5", 4, {}), "c": ("a5", 3, {})}, "a1-5"
    ),
    "restored-twice-and-all-adopted": Log(
        {
            "a": (None, 10, {}),
            "b": ("a5", 4, {2: "a10"}),
            "c": ("a5", 4, {2: "b4", 3: "a10"}),
        },
        "a1-5 c1-2 b1-2 a6-10 b3-4 c3-4",
    ),
    "restored-twice-the-second-from-an-older-copy": Log(
        {
            "a": (None, 10, {}),
            "b": ("a7", 4, {2: "a10"}),
            "c": ("a3", 3, {2: "b4"}),
        },
        "a1-3 c1-2 a4-7 b1-2 a8-10 b3-4 c3-3",
    ),
    "names-in-the-other-order": Log(
        {"z": (None, 10, {}), "a": ("z5", 6, {3: "z10"})}, "z1-5 a1-3 z6-10 a4-6"
    ),
    "two-live-clones": Log(
        {"a": (None, 5, {}), "b": ("a5", 4, {}), "c": ("a5", 6, {})}, "a1-5"
    ),
    "two-live-clones-that-overtake-each-other": Log(
        {"a": (None, 5, {}), "b": ("a5", 4, {2: "c3"}), "c": ("a5", 6, {4: "b2"})},
        "a1-5",
    ),
    "clone-that-gave-up": Log(
        {"a": (None, 5, {}), "b": ("a5", 4, {}), "c": ("a5", 6, {4: "b4"})},
        "a1-5 c1-4 b1-4 c5-6",
    ),
    "clone-at-work-in-the-first-chain": Log(
        {"a": (None, 9, {}), "b": ("a5", 4, {})}, "a1-5"
    ),
    "two-first-chains": Log({"a": (None, 3, {}), "b": (None, 2, {})}, ""),
    "two-first-chains-one-adopted": Log(
        {"a": (None, 3, {}), "b": (None, 4, {2: "a3"})}, "b1-2 a1-3 b3-4"
    ),
    "adopts-itself": Log({"a": (None, 6, {3: "a2", 4: "a6"})}, "a1-6"),
    "adopt-each-other": Log(
        {"a": (None, 5, {3: "b2"}), "b": ("a1", 2, {1: "a3"})}, "a1-3 b1-2 a4-5"
    ),
    "adopted-tail-based-further-on": Log(
        {"a": (None, 8, {3: "b2"}), "b": ("a6", 2, {})}, "a1-6 b1-2 a7-8"
    ),
    "nested-adoptions": Log(
        {
            "a": (None, 4, {}),
            "b": ("a1", 3, {2: "a4"}),
            "c": ("a1", 3, {2: "b3"}),
            "d": ("a1", 3, {2: "c3"}),
        },
        "a1-1 d1-2 c1-2 b1-2 a2-4 b3-3 c3-3 d3-3",
    ),
}

#: A chain whose base is not held is left out; what counted before stays.
LEFT_OUT: Final[dict[str, Log]] = {
    "base-not-held-yet": Log({"a": (None, 4, {}), "b": ("a5", 0, {})}, "a1-4"),
    "base-in-an-unknown-chain": Log({"a": (None, 4, {}), "b": ("x1", 0, {})}, "a1-4"),
    "base-not-held-beside-two-clones": Log(
        {"a": (None, 4, {}), "b": ("a2", 2, {}), "c": ("a9", 0, {})}, "a1-2"
    ),
    "base-in-a-chain-left-out": Log(
        {"a": (None, 4, {}), "b": ("a5", 0, {}), "c": ("b2", 3, {})}, "a1-4"
    ),
    "base-alone": Log({"b": ("a5", 0, {})}, ""),
    # Whether the caller has seen to it already or not.
    "alone-with-its-base-elsewhere": Log({"b": ("a5", 3, {})}, ""),
    "base-not-held-yet-and-events": Log(
        {"a": (None, 4, {}), "b": ("a5", 3, {})}, "a1-4"
    ),
    "base-in-an-unknown-chain-and-events": Log(
        {"a": (None, 4, {}), "b": ("x1", 3, {}), "c": ("b3", 2, {2: "a4"})}, "a1-4"
    ),
    "tail-of-a-chain-left-out": Log(
        {"a": (None, 6, {4: "b2"}), "b": ("x1", 3, {})}, "a1-4"
    ),
    "one-event-beside-a-clone": Log(
        {"a": (None, 4, {}), "b": ("a2", 1, {}), "c": ("a9", 1, {})}, "a1-2"
    ),
    "empty-chain-beside-two-clones": Log(
        {"a": (None, 4, {}), "b": ("a2", 2, {}), "c": ("a1", 0, {})}, "a1-2"
    ),
}
