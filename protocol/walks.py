"""The walk: in which order the incarnations of a log count (SPEC 6).

A log is a tree of incarnations, each on a base in another or on none; what counts is
one way through it, as spans of places.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from protocol import limits
from protocol.ids import Incarnation
from protocol.log import Place


class Adoption(msgspec.Struct, frozen=True, gc=False):
    """`tail.adopted`: at seq `at` of its chain, a lost tail up to `tail` counts."""

    at: int
    tail: Place


class Branch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An incarnation as far as it counts: its base, its length, its adoptions.

    `length` is already cut where a proof, a cut-off or a gap in knowledge ends it.
    """

    incarnation: Incarnation
    base: Place | None
    length: int
    adoptions: tuple[Adoption, ...] = ()


class Span(msgspec.Struct, frozen=True, gc=False, order=True):
    """Events `first` to `last` of one incarnation, in order."""

    incarnation: Incarnation
    first: int
    last: int


#: How deep adoptions may nest. Each restore adopts once; a nest this deep is hostile.
_NESTING: Final = 64


def walk(branches: Mapping[Incarnation, Branch]) -> tuple[Span, ...]:
    """Give the order in which the events of a log count (SPEC 6.6).

    The walk from the one head that reaches all others; while there is none, the
    part that all walks share. Takes two walks, whatever the log: hashes run in no
    circle, so only an end that nobody builds on can reach all others, and the walks
    part where the first chain is built upon first.
    """
    if len(branches) == 1:
        (only,) = branches.values()
        if only.base is None and not only.adoptions:
            return (Span(only.incarnation, 1, only.length),) if only.length else ()
    based = _based(branches)
    ends = _ends(based)
    if len(ends) == 1:
        spans = walk_from(ends[0], based)
        if _reaches_all(spans, based):
            return spans
    start = _shared_by_all(based) if ends else None
    return _from_every_head(based) if start is None else start


def _ends(branches: Mapping[Incarnation, Branch]) -> list[Incarnation]:
    """Give the chains whose last place no chain is based on and none adopts."""
    named: set[tuple[bytes, int]] = set()
    for branch in branches.values():
        if branch.length and branch.base is not None:
            named.add((branch.base.incarnation, branch.base.seq))
        named.update(
            (one.tail.incarnation, one.tail.seq)
            for one in effective(branch.adoptions)
            if one.at <= branch.length
        )
    return [
        name
        for name, branch in branches.items()
        if branch.length and (name, branch.length) not in named
    ]


def _shared_by_all(
    branches: Mapping[Incarnation, Branch],
) -> tuple[Span, ...] | None:
    """Give what the walks from all heads share; None where hashes run in a circle."""
    heads = [branch for branch in branches.values() if branch.length]
    roots = [branch for branch in heads if branch.base is None]
    if len(roots) > 1:
        return ()
    (root,) = roots
    built = [
        (branch.base.seq, branch.incarnation)
        for branch in heads
        if branch.base is not None and branch.base.incarnation == root.incarnation
    ]
    end = min((seq for seq, _ in built), default=root.length)
    walker = _Walker(branches)
    if walker.take(root.incarnation, end) and end < root.length:
        # Here the first chain goes on to its next place, what is built on it to its
        # first: not if that has counted before it was there to be named.
        early = [name for seq, name in built if seq == end and walker.counted.get(name)]
        if early or walker.counted[root.incarnation] > end:
            return None
    return tuple(walker.spans)


def _from_every_head(branches: Mapping[Incarnation, Branch]) -> tuple[Span, ...]:
    """Walk from one head after the other, as the words of SPEC 6.6 go.

    For chains that name each other in a circle, which no hash allows.
    """
    walks: list[tuple[Span, ...]] = []
    for name in sorted(branches):
        spans = walk_from(name, branches)
        if _reaches_all(spans, branches):
            return spans
        # A chain that is left out has no head, and no say in what all share.
        if branches[name].length:
            walks.append(spans)
    return shared(walks)


def _reaches_all(
    spans: tuple[Span, ...], branches: Mapping[Incarnation, Branch]
) -> bool:
    reached: dict[Incarnation, int] = {}
    for span in spans:
        reached[span.incarnation] = max(span.last, reached.get(span.incarnation, 0))
    return all(
        reached.get(name, 0) >= branch.length for name, branch in branches.items()
    )


def _based(branches: Mapping[Incarnation, Branch]) -> dict[Incarnation, Branch]:
    """Leave out what has no base here: its length counts as 0 (SPEC 6.6).

    And in turn what is based on that, so that nothing hangs in the air.
    """
    kept: dict[Incarnation, Branch] = {}
    for start in branches:
        lineage: list[Branch] = []
        seen: set[Incarnation] = set()
        branch: Branch | None = branches[start]
        while branch is not None and branch.incarnation not in kept:
            lineage.append(branch)
            if branch.base is None or branch.incarnation in seen:
                break
            seen.add(branch.incarnation)
            branch = branches.get(Incarnation(branch.base.incarnation))
        for one in reversed(lineage):
            kept.setdefault(one.incarnation, _if_based(one, kept))
    return kept


def _if_based(branch: Branch, kept: Mapping[Incarnation, Branch]) -> Branch:
    base = branch.base
    if base is None:
        return branch
    below = kept.get(Incarnation(base.incarnation))
    if below is None or below.length < base.seq:
        return msgspec.structs.replace(branch, length=0)
    return branch


def walk_from(
    head: Incarnation, branches: Mapping[Incarnation, Branch]
) -> tuple[Span, ...]:
    """Walk up to one head. A base or tail that is not held ends the walk there."""
    walker = _Walker(branches)
    branch = branches[head]
    walker.take(branch.incarnation, branch.length)
    return tuple(walker.spans)


def walk_to(
    place: Place, branches: Mapping[Incarnation, Branch]
) -> tuple[Span, ...] | None:
    """Walk up to one place, however the log goes on; None where a part is not held.

    Whether the place, the bases and the tails have the ids that are named for them is
    the caller's to check.
    """
    walker = _Walker(branches)
    taken = walker.take(Incarnation(place.incarnation), place.seq)
    return tuple(walker.spans) if taken else None


def effective(adoptions: Sequence[Adoption]) -> list[Adoption]:
    """Keep, of the first `ADOPTIONS`, those that go further than the ones before.

    A lost tail comes back in a few pieces; thousands of adoptions are an attack on
    whoever walks the log.
    """
    furthest: dict[bytes, int] = {}
    kept: list[Adoption] = []
    for adoption in adoptions[: limits.ADOPTIONS]:
        name, seq = adoption.tail.incarnation, adoption.tail.seq
        if seq > furthest.get(name, 0):
            furthest[name] = seq
            kept.append(adoption)
    return kept


class _Walker:
    """Collects spans; `counted` remembers up to where each incarnation is in."""

    def __init__(self, branches: Mapping[Incarnation, Branch]) -> None:
        self.branches = branches
        self.spans: list[Span] = []
        self.counted: dict[Incarnation, int] = {}
        self.depth = 0
        self.adopting: dict[Incarnation, list[Adoption]] = {}

    def take(self, incarnation: Incarnation, upto: int) -> bool:
        """Count `incarnation` up to `upto`, after all that it builds on."""
        todo: list[tuple[Incarnation, int]] = [(incarnation, upto)]
        lineage: list[tuple[Branch, int]] = []
        while todo:
            name, end = todo.pop()
            branch = self.branches.get(name)
            if (
                branch is None
                or branch.length < end
                or len(lineage) > len(self.branches)
            ):
                return False
            lineage.append((branch, end))
            if branch.base is not None and not self.counted.get(name):
                todo.append((Incarnation(branch.base.incarnation), branch.base.seq))
        return all(self._extend(branch, end) for branch, end in reversed(lineage))

    def _extend(self, branch: Branch, end: int) -> bool:
        start = self.counted.get(branch.incarnation, 0)
        for adoption in self._adoptions(branch, start):
            if adoption.at > end:
                break
            self._count(branch.incarnation, adoption.at)
            if not self._adopt(adoption.tail):
                return False
        self._count(branch.incarnation, end)
        return True

    def _adoptions(self, branch: Branch, start: int) -> list[Adoption]:
        """Give what a chain adopts after `start`: it may be taken in many pieces."""
        adopting = self.adopting.get(branch.incarnation)
        if adopting is None:
            adopting = effective(branch.adoptions)
            self.adopting[branch.incarnation] = adopting
        return adopting[bisect_right(adopting, start, key=_at) :]

    def _adopt(self, tail: Place) -> bool:
        if self.depth == _NESTING:
            return False
        self.depth += 1
        taken = self.take(Incarnation(tail.incarnation), tail.seq)
        self.depth -= 1
        return taken

    def _count(self, incarnation: Incarnation, end: int) -> None:
        first = self.counted.get(incarnation, 0) + 1
        if first > end:
            return
        self.counted[incarnation] = end
        last = self.spans[-1] if self.spans else None
        if last and last.incarnation == incarnation and last.last == first - 1:
            # Two walks must spell the same order the same way to be compared.
            self.spans[-1] = Span(incarnation, last.first, end)
        else:
            self.spans.append(Span(incarnation, first, end))


def _at(adoption: Adoption) -> int:
    return adoption.at


def shared(walks: Sequence[tuple[Span, ...]]) -> tuple[Span, ...]:
    """Give the longest common start of several walks, cutting a span if need be."""
    common: list[Span] = []
    for level in zip(*walks, strict=False):
        starts = {(span.incarnation, span.first) for span in level}
        if len(starts) != 1:
            break
        end = min(span.last for span in level)
        first = level[0]
        common.append(Span(first.incarnation, first.first, end))
        if any(span.last != end for span in level):
            break
    return tuple(common)


def positions(spans: Sequence[Span]) -> Iterator[tuple[Incarnation, int]]:
    """Spell a walk out, place by place."""
    for span in spans:
        for seq in range(span.first, span.last + 1):
            yield span.incarnation, seq


def extends(longer: Sequence[Span], shorter: Sequence[Span]) -> bool:
    """Tell whether `longer` starts with all of `shorter`: then only the rest folds."""
    return shared([tuple(longer), tuple(shorter)]) == tuple(shorter)


def beyond(longer: Sequence[Span], shorter: Sequence[Span]) -> tuple[Span, ...]:
    """Give what a walk has after another that it extends."""
    if not shorter:
        return tuple(longer)
    at, last = len(shorter) - 1, shorter[-1]
    rest = longer[at]
    cut = Span(rest.incarnation, last.last + 1, rest.last)
    return ((cut,) if cut.first <= cut.last else ()) + tuple(longer[at + 1 :])


def first_of(spans: Sequence[Span], count: int) -> tuple[Span, ...]:
    """Give the first `count` places of a walk."""
    taken: list[Span] = []
    for span in spans:
        if count <= 0:
            break
        end = min(span.last, span.first + count - 1)
        taken.append(Span(span.incarnation, span.first, end))
        count -= end - span.first + 1
    return tuple(taken)


def joined(spans: Sequence[Span], more: Sequence[Span]) -> tuple[Span, ...]:
    """Append to a walk, merging where one incarnation goes on."""
    if not spans or not more:
        return (*spans, *more)
    last, next_ = spans[-1], more[0]
    if last.incarnation == next_.incarnation and next_.first == last.last + 1:
        merged = Span(last.incarnation, last.first, next_.last)
        return (*spans[:-1], merged, *more[1:])
    return (*spans, *more)


def count(spans: Sequence[Span]) -> int:
    """Count the places of a walk."""
    return sum(span.last - span.first + 1 for span in spans)
