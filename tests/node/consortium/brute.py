"""The same answers by trying everything: successive shortest paths, every subset."""

import itertools
from collections.abc import Iterable, Mapping
from fractions import Fraction

from node.consortium.problem import Need, Problem, Wish, arcs

FAR = 10**18


class Network:
    """Least cost among the greatest flows; edges are [to, room, cost, back]."""

    def __init__(self) -> None:
        self.names: dict[object, int] = {}
        self.edges: list[list[tuple[int, int]]] = []
        self.to: list[int] = []
        self.room: list[int] = []
        self.cost: list[Fraction] = []

    def node(self, name: object) -> int:
        if name not in self.names:
            self.names[name] = len(self.names)
            self.edges.append([])
        return self.names[name]

    def edge(self, a: object, b: object, room: int, cost: Fraction) -> None:
        for one, other, most, price in ((a, b, room, cost), (b, a, 0, -cost)):
            at, to = self.node(one), self.node(other)
            self.edges[at].append((len(self.to), to))
            self.to.append(to)
            self.room.append(most)
            self.cost.append(price)

    def flow(self) -> tuple[int, Fraction]:
        source, sink = self.node("source"), self.node("sink")
        total, spent = 0, Fraction(0)
        while True:
            reach, came = self.paths(source)
            if sink not in reach:
                return total, spent
            path, at = [], sink
            while at != source:
                path.append(came[at])
                at = self.to[came[at] ^ 1]
            step = min(self.room[edge] for edge in path)
            for edge in path:
                self.room[edge] -= step
                self.room[edge ^ 1] += step
            total, spent = total + step, spent + step * reach[sink]

    def paths(self, source: int) -> tuple[dict[int, Fraction], dict[int, int]]:
        reach, came = {source: Fraction(0)}, dict[int, int]()
        changed = True
        while changed:
            changed = False
            for at in list(reach):
                for edge, to in self.edges[at]:
                    price = reach[at] + self.cost[edge]
                    if self.room[edge] and (to not in reach or price < reach[to]):
                        reach[to], came[to], changed = price, edge, True
        return reach, came


def tenths(network: Network, coop: bytes, wish: Wish) -> None:
    for tenth in range(10):
        starts = max(wish.busy, wish.wanted * tenth // 10)
        room = wish.wanted * (tenth + 1) // 10 - starts
        if room > 0:
            network.edge("source", coop, room, Fraction(tenth - 10))


def best(
    problem: Problem,
    needs: list[Need],
    parties: Iterable[bytes],
    *,
    prices: Mapping[int, Fraction] | None = None,
    fair: bool = False,
) -> tuple[int, Fraction]:
    """How much these parties cover at most, and the least cost of that."""
    network = Network()
    chosen = set(parties)
    for coop in chosen:
        if fair and (wish := problem.wishes.get(coop)) is not None:
            tenths(network, coop, wish)
        network.edge("source", coop, FAR, Fraction(0))
    seen: set[object] = set()
    for arc in arcs(needs, problem.supplies):
        supply = problem.supplies[arc.supply]
        if supply.coop not in chosen:
            continue
        week, drawn = (supply.coop, arc.week), (arc.supply, arc.week)
        if week not in seen:
            seen.add(week)
            wish = problem.wishes.get(supply.coop)
            room = FAR if wish is None else wish.ceiling.get(arc.week, FAR)
            network.edge(supply.coop, week, max(0, room), Fraction(0))
        if drawn not in seen:
            seen.add(drawn)
            network.edge(week, drawn, supply.free[arc.week], Fraction(0))
        cost = Fraction(0) if prices is None else prices[arc.supply]
        network.edge(drawn, ("need", arc.need), arc.most, cost)
    for no, need in enumerate(needs):
        network.edge(("need", no), "sink", need.minutes, Fraction(0))
    return network.flow()


def fewest(problem: Problem, needs: list[Need]) -> tuple[int, int]:
    """The most that can be covered, and with how few parties."""
    coops = sorted({one.coop for one in problem.supplies})
    most, _ = best(problem, needs, coops)
    for size in range(len(coops) + 1):
        for some in itertools.combinations(coops, size):
            if best(problem, needs, some)[0] == most:
                return most, size
    raise AssertionError("all of them cover what all of them cover")
