"""The pseudo-code of SPEC 6.6 and 6.7, line by line, as slow as it stands there."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import takewhile

import msgspec

from protocol.ids import Incarnation
from protocol.walks import Adoption, Branch
from tests.protocol.slow_walk import Spot, adoptions_of, stands

Branches = Mapping[Incarnation, Branch]
_DEEPEST = 64


def left(branches: Branches) -> dict[Incarnation, Branch]:
    """The chains with the lengths and the adoptions that 6.6 asks for."""
    return {
        name: msgspec.structs.replace(
            branch,
            length=branch.length if stands(branches, branch) else 0,
            adoptions=tuple(
                Adoption(at, tail) for at, tail in adoptions_of(branch).items()
            ),
        )
        for name, branch in branches.items()
    }


class From:
    """`walk_from`, and what it calls."""

    def __init__(self, name: Incarnation, branches: Branches) -> None:
        self.chains = branches
        self.places: list[Spot] = []
        self.counted: dict[bytes, int] = defaultdict(int)
        self.depth = 0
        self.take(name, branches[name].length)

    def take(self, name: bytes, end: int) -> bool:
        lineage: list[tuple[bytes, int]] = []
        while True:
            chain = self.chains.get(Incarnation(name))
            if chain is None or chain.length < end or len(lineage) > len(self.chains):
                return False
            lineage.append((name, end))
            if chain.base is None or self.counted[name] > 0:
                break
            name, end = chain.base.incarnation, chain.base.seq
        return all(self.extend(each, upto) for each, upto in reversed(lineage))

    def extend(self, name: bytes, end: int) -> bool:
        start = self.counted[name]
        for adoption in self.chains[Incarnation(name)].adoptions:
            if start < adoption.at <= end:
                self.count(name, adoption.at)
                if self.depth == _DEEPEST:
                    return False
                self.depth += 1
                taken = self.take(adoption.tail.incarnation, adoption.tail.seq)
                self.depth -= 1
                if not taken:
                    return False
        self.count(name, end)
        return True

    def count(self, name: bytes, end: int) -> None:
        self.places += [(name, seq) for seq in range(self.counted[name] + 1, end + 1)]
        self.counted[name] = max(self.counted[name], end)

    def reaches_all(self) -> bool:
        return all(
            chain.length == 0 or self.counted[name] >= chain.length
            for name, chain in self.chains.items()
        )


def shared(walks: list[list[Spot]]) -> list[Spot]:
    levels = zip(*walks, strict=False)
    return [level[0] for level in takewhile(lambda each: len(set(each)) == 1, levels)]


def walk(branches: Branches) -> list[Spot]:
    """`walk` of 6.6."""
    chains = left(branches)
    walks = [From(name, chains) for name in sorted(chains)]
    for one in walks:
        if one.reaches_all():
            return one.places
    heads = zip(sorted(chains), walks, strict=True)
    return shared([one.places for name, one in heads if chains[name].length])


def suspended(branches: Branches, cuts: Mapping[Incarnation, int]) -> list[Spot]:
    """What counts by 6.7 of a log that is suspended and not closed."""
    chains = left(
        {
            name: msgspec.structs.replace(
                branch, length=min(branch.length, cuts.get(name, branch.length + 1) - 1)
            )
            for name, branch in branches.items()
        }
    )
    return shared(
        [From(name, chains).places if name in chains else [] for name in sorted(cuts)]
    )
