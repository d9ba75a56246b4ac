"""Heads for one message where more chains are held than it may name.

A dozen members that open their logs a thousand times each are enough for that. Of
some logs it is then said that nothing is to be sent, and of others the next time; a
log that is as short of incarnations as honest ones are is always among the rest.
"""

from collections.abc import Collection, Mapping
from typing import Final

from node.suspension import NO_INCARNATION
from protocol import limits
from protocol.wire import Head

_NO_ID: Final = bytes(8)


def fit(
    heads: Mapping[tuple[bytes, bytes], Head],
    suspended: Collection[bytes],
    turn: int,
    most: int = limits.HEADS,
) -> tuple[Head, ...]:
    """Give at most so many heads; a log has all of its own or the one of a closed log.

    First come logs that nothing is proved against, and of these the ones with fewest
    incarnations, give or take a factor of two; among equals it goes round with `turn`.
    """
    logs: dict[bytes, list[Head]] = {}
    for key in sorted(heads):
        logs.setdefault(key[0], []).append(heads[key])
    names = list(logs)
    order = sorted(
        range(len(names)),
        key=lambda at: (
            names[at] in suspended,
            len(logs[names[at]]).bit_length(),
            (at + turn) % len(names),
        ),
    )
    # A log costs one at least: whoever reads nothing of it would send all of it.
    room = most - len(names)
    chosen: list[Head] = []
    for at in order:
        own = logs[names[at]]
        if len(own) - 1 <= room:
            room -= len(own) - 1
            chosen += own
        else:
            chosen.append(Head(names[at], NO_INCARNATION, 0, _NO_ID))
    return tuple(sorted(chosen, key=lambda one: (one.coop, one.incarnation)))
