"""Logs: chains, the walk (SPEC section 6) and the fold (9.2)."""

from collections.abc import Mapping
from functools import reduce
from itertools import takewhile
from typing import Any, NamedTuple

from tests.reference.folds import KINDS
from tests.reference.forms import (
    EVENT_BYTES,
    ID,
    INTEGER,
    QUANTITY,
    RUN_BYTES,
    TEXT_BYTES,
    Entity,
    Event,
    Log,
    Void,
    Wrong,
    array,
    derived,
    digest,
    entity_body,
    maybe,
    need,
    raw,
    read,
    row,
    signed,
    text,
    u64,
    up_to,
    whole,
)

ADOPTIONS = 64
TAIL_DEPTH = 64
PROOFS = 8
INCARNATIONS = 1_000

ENVELOPE = row(
    row(whole(0), raw(8)),
    whole(-INTEGER),
    text(1, 40),
    lambda _: True,  # any value so far (9.2, no. 1)
    array(row(text(1, 20), ID, whole(0, TEXT_BYTES)), 4),
)
BASE = row(raw(16), QUANTITY, ID)
SIDE = row(ID, array(up_to(EVENT_BYTES), 1023), raw(64))
STRETCH = row(
    maybe(BASE),
    ID,
    array(up_to(EVENT_BYTES), 1024, 1),
    array(up_to(EVENT_BYTES), 1023),
    up_to(64),
)
PROOF = row(ID, whole(0, 0), raw(16), QUANTITY, SIDE, SIDE)
Place = tuple[bytes, int]  # incarnation and seq
Cuts = Mapping[bytes, int]  # incarnation and the lowest seq that was signed twice
Named = list[Any]  # a place with its id: incarnation, seq, id (BASE)
Verdicts = dict[Place, str | None]  # in order; the reason to be void, or none


class Chain:
    """One incarnation, as far as it is held."""

    def __init__(
        self, network: bytes, coop: bytes, name: bytes, base: Named | None
    ) -> None:
        self.base = base
        parts = [base[0], u64(base[1]), base[2]] if base else []
        opening = digest("open", network, coop, u64(0), name, *parts)
        self.ids = [opening]  # the id at seq n is the n-th
        self.events: list[Event | None] = []
        self.end = 0  # up to where it is held, or cut by a proof
        self.length = 0
        self.adoptions: list[tuple[int, Named]] = []

    def add(self, data: bytes) -> Event | None:
        """Hash an event on, and read it (9.2, no. 1); none if it is undecodable."""
        self.ids.append(digest("event", self.ids[-1], data))
        event = None
        try:
            epoch, _, kind, body, texts = read(data, ENVELOPE, EVENT_BYTES, "event")
            number, prefix = epoch
            here = self.ids[-1], len(self.events) + 1
            event = Event(number, prefix, kind, body, texts, *here)
        except Wrong:
            pass
        self.events.append(event)
        return event


Chains = Mapping[bytes, Chain]


def holds(chains: Chains, place: Named) -> bool | None:
    """Say whether a place is held with its id; none where it is not held (6.6)."""
    name, seq, event_id = place
    if name not in chains or seq > chains[name].end:
        return None
    return bool(chains[name].ids[seq] == event_id)


def flaw(event: Event) -> str | None:
    """Do steps 2 to 4 of 9.2: the reason to be void, whatever the log."""
    kind = KINDS.get(event.kind)
    if kind is None:
        return "unknown-kind"
    if not kind.form(event.body):
        return "undecodable"
    seen = set()
    for role, _, _ in event.texts:
        if role not in kind.roles:
            return "text-role"
        if role in seen:
            return "text-twice"
        seen.add(role)
    return None if seen.issuperset(kind.required) else "text-missing"


def prepare(chains: Chains, cuts: Cuts) -> None:
    """Find length and adoptions of each chain (6.6), none held beyond its cut (6.7)."""
    for name, chain in chains.items():
        size = len(chain.events)
        chain.end = min(size, cuts.get(name, size + 1) - 1)
    for chain in chains.values():
        held = chain.base is None or holds(chains, chain.base)
        chain.length = chain.end if held else 0
        chain.adoptions = adoptions(chains, chain)
    while hanging := [one for one in chains.values() if hangs(chains, one)]:
        for chain in hanging:
            chain.length = 0


def hangs(chains: Chains, chain: Chain) -> bool:
    """Whether a chain counts though its base is in a chain that is left out."""
    if chain.base is None or chain.length == 0:
        return False
    return chains[chain.base[0]].length == 0


def adoptions(chains: Chains, chain: Chain) -> list[tuple[int, Named]]:
    found: list[tuple[int, Named]] = []
    furthest: dict[bytes, int] = {}
    made = [
        event
        for event in chain.events
        if event is not None and event.kind == "tail.adopted" and not flaw(event)
    ]
    for event in made[:ADOPTIONS]:
        tail = [event.body[item] for item in ("incarnation", "seq", "id")]
        further = tail[1] > furthest.get(tail[0], 0)
        if further and holds(chains, tail) is not False:
            furthest[tail[0]] = tail[1]
            found.append((event.seq, tail))
    return found


class Walk:
    """One walk, from one incarnation's end: `walk_from` of 6.6, and what it calls."""

    def __init__(self, chains: Chains, name: bytes) -> None:
        self.chains = chains
        self.places: list[Place] = []
        self.counted = dict.fromkeys(chains, 0)
        self.depth = 0
        self.take(name, chains[name].length)

    def take(self, name: bytes, end: int) -> bool:
        lineage: list[Place] = []
        while True:
            chain = self.chains.get(name)
            if chain is None or chain.length < end or len(lineage) > len(self.chains):
                return False
            lineage.append((name, end))
            if chain.base is None or self.counted[name] > 0:
                break
            name, end = chain.base[0], chain.base[1]
        return all(self.extend(*place) for place in reversed(lineage))

    def extend(self, name: bytes, end: int) -> bool:
        start = self.counted[name]
        for at, tail in self.chains[name].adoptions:
            if start < at <= end:
                self.count(name, at)
                if self.depth == TAIL_DEPTH:
                    return False
                self.depth += 1
                taken = self.take(tail[0], tail[1])
                self.depth -= 1
                if not taken:
                    return False
        self.count(name, end)
        return True

    def count(self, name: bytes, end: int) -> None:
        start = self.counted[name]
        self.places += [(name, seq) for seq in range(start + 1, end + 1)]
        self.counted[name] = max(start, end)

    def reaches_all(self) -> bool:
        pairs = self.chains.items()
        return all(self.counted[name] >= chain.length for name, chain in pairs)


def closed(chains: Chains, cuts: Cuts) -> bool:
    """Whether nothing of a log counts any more (6.7)."""
    first = any(seq == 1 for seq in cuts.values())
    return first or len(cuts) > PROOFS or len(chains) > INCARNATIONS


def walk(chains: Chains, cuts: Cuts) -> list[Place]:
    """Give the places that count, in their order (6.6, 6.7)."""
    if closed(chains, cuts):
        return []
    prepare(chains, cuts)
    if cuts:
        return shared([Walk(chains, name) for name in cuts])
    heads = [name for name in sorted(chains) if chains[name].length]
    walks = [Walk(chains, name) for name in heads]
    for found in walks:
        if found.reaches_all():
            return found.places
    return shared(walks)


def shared(walks: list[Walk]) -> list[Place]:
    """Give the longest common start."""
    steps = zip(*(found.places for found in walks), strict=False)
    return [step[0] for step in takewhile(lambda step: len(set(step)) == 1, steps)]


def equivocates(network: bytes, key: bytes, proof: list[Any]) -> bool:
    """Whether a proof of two events for one place holds (6.7)."""
    coop, generation, name, seq, low, high = proof
    chain = network, coop, u64(generation), name
    return bool(low[0] < high[0]) and all(
        sum(map(len, after)) <= RUN_BYTES
        and signed(
            "head",
            key,
            signature,
            *chain,
            u64(seq + len(after)),
            reduce(lambda before, data: digest("event", before, data), after, event_id),
        )
        for event_id, after, signature in (low, high)
    )


def leads(
    network: bytes, key: bytes | None, coop: bytes, place: Named, stretch: list[Any]
) -> bool:
    """Whether a stretch ends at a place (12.2); with a key, at one that is signed."""
    name, seq, event_id = place
    base, before, events, after, signature = stretch
    first = seq - len(events) + 1
    if (
        first < 1
        or not STRETCH(stretch)
        or max(sum(map(len, events)), sum(map(len, after))) > RUN_BYTES
    ):
        return False
    if before != Chain(network, coop, name, base).ids[0] if first == 1 else base:
        return False
    last = event_id
    for data in after:
        last = digest("event", last, data)
    chain = network, coop, u64(0), name
    return bool(
        reduce(lambda above, data: digest("event", above, data), events, before)
        == event_id
    ) and (
        key is None
        or signed("head", key, signature, *chain, u64(seq + len(after)), last)
    )


# -- the fold (9) ----------------------------------------------------------------------


class Folded(NamedTuple):
    """What a log comes to: its entities, and a verdict for each place that counts."""

    entities: dict[bytes, Entity]
    verdicts: Verdicts


def fold(
    coop: bytes, chains: Chains, epochs: list[bytes], cuts: Cuts | None = None
) -> Folded:
    """Fold a log, up to the first event that waits (9.2)."""
    log = Log(coop)
    floors = dict.fromkeys(chains, 0)
    verdicts: Verdicts = {}
    for name, seq in walk(chains, cuts or {}):
        event = chains[name].events[seq - 1]
        if event is not None and event.block >= len(epochs):
            break
        try:
            judge(log, event, epochs, floors, name)
            verdicts[name, seq] = None
        except Void as void:
            verdicts[name, seq] = void.code
    if verdicts:
        voids = sum(1 for code in verdicts.values() if code is not None)
        body = entity_body({}, events=len(verdicts), void=voids)
        counter = Entity(derived(coop, "log"), "log", "counted", 0, body)
        log.entities[counter.id] = counter
    return Folded(log.entities, verdicts)


def judge(
    log: Log,
    event: Event | None,
    epochs: list[bytes],
    floors: dict[bytes, int],
    name: bytes,
) -> None:
    """Do the steps of 9.2 for an event that does not wait."""
    if event is None:
        raise Void("undecodable")
    if code := flaw(event):
        raise Void(code)
    need(event.prefix == epochs[event.block][:8], "epoch-foreign")
    need(event.block >= floors[name], "epoch-back")
    floors[name] = event.block
    given = KINDS[event.kind].rule(log, event)
    log.entities.update((entity.id, entity) for entity in given)
