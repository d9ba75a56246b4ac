"""The walk of SPEC 6.6 a second time: place by place, by recursion, without spans.

A place counts after the place before it, or after the base where it is the first; a
place that adopts a tail is followed by that tail. Each place counts once, where it is
first due. Whatever is not held ends the walk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol import limits
from protocol.ids import Incarnation
from protocol.log import Place
from protocol.walks import Branch

Spot = tuple[bytes, int]
Branches = Mapping[Incarnation, Branch]


def _held(branches: Branches, place: Place) -> bool:
    branch = branches.get(Incarnation(place.incarnation))
    return (
        branch is not None and branch.length >= place.seq and stands(branches, branch)
    )


def stands(branches: Branches, branch: Branch) -> bool:
    """Tell whether all that a chain builds on is held, down to one without a base.

    Bases are hashes, so they run in no circle; no world here has one that does.
    """
    return branch.base is None or _held(branches, branch.base)


def adoptions_of(branch: Branch) -> dict[int, Place]:
    """By seq, those of the first 64 adoptions that go further than those before."""
    kept: dict[int, Place] = {}
    for adoption in branch.adoptions[: limits.ADOPTIONS]:
        tail = adoption.tail
        before = [one.seq for one in kept.values() if _same(one, tail)]
        if tail.seq > max(before, default=0):
            kept[adoption.at] = tail
    return kept


def _same(one: Place, other: Place) -> bool:
    return one.incarnation == other.incarnation


@dataclass
class _Walking:
    branches: Branches
    places: list[Spot] = field(default_factory=list)

    def visit(self, place: Place, nested: int = 0) -> bool:
        spot = (place.incarnation, place.seq)
        if spot in self.places:
            return True
        if not _held(self.branches, place):
            return False
        branch = self.branches[Incarnation(place.incarnation)]
        before = branch.base
        if place.seq > 1:
            before = Place(place.incarnation, place.seq - 1, place.id)
        if before is not None and not self.visit(before, nested):
            return False
        # What stands before may have adopted this very place.
        if spot in self.places:
            return True
        self.places.append(spot)
        tail = adoptions_of(branch).get(place.seq)
        if tail is None:
            return True
        return nested < 64 and self.visit(tail, nested + 1)


def walk_to(branches: Branches, head: Branch) -> list[Spot]:
    walking = _Walking(branches)
    walking.visit(Place(head.incarnation, head.length, bytes(32)))
    return walking.places


def walk(branches: Branches) -> list[Spot]:
    """Give the places that count, in order."""
    heads = [
        branches[name]
        for name in sorted(branches)
        if branches[name].length and stands(branches, branches[name])
    ]
    walks = [walk_to(branches, head) for head in heads]
    for places in walks:
        if all((head.incarnation, head.length) in places for head in heads):
            return places
    shared: list[Spot] = []
    for level in zip(*walks, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return shared
