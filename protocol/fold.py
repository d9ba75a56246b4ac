"""Fold a log: its events in walk order into entities (SPEC 9.2).

Two steps, so that a store can load what is needed in between: `read` every event
(decode, check its form), gather what they look at, then `apply` them in order.
Incremental folding and folding from the first event give the same entities.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

import msgspec

from protocol import canonical, limits
from protocol.canonical import ENCODER
from protocol.errors import Malformed
from protocol.event import ENVELOPE, Epoch, TextRef, parse
from protocol.kinds import TEXTS
from protocol.rules import RULES, VERSION
from protocol.rules.logs import Counted, log_id
from protocol.rules.place import At, Rule
from protocol.state import Entity
from protocol.verdicts import (
    EPOCH_BACK,
    EPOCH_FOREIGN,
    TEXT_MISSING,
    TEXT_ROLE,
    TEXT_TWICE,
    UNDECODABLE,
    UNKNOWN_KIND,
    Void,
)

#: Block number -> the first 8 bytes of its id, for every block of the roster.
Epochs = Mapping[int, bytes]

_NO_TEXTS: Final[dict[str, bool]] = {}
#: Kinds that may come without a text, as most do.
_BARE: Final = frozenset(
    kind for kind in RULES if not any(TEXTS.get(kind, _NO_TEXTS).values())
)
#: Events read together: few enough to stay in a processor's cache until they are
#: applied, and one that is void costs the others of its group only.
TOGETHER: Final = 128


class Reading(msgspec.Struct, frozen=True, gc=False):
    """An event read: either a rule with its body, or why it is void already.

    `epoch` is None where the bytes do not even say one. `time_ms` is when the event
    claims to be written; no verdict looks at it.
    """

    at: At
    epoch: Epoch | None
    rule: Rule | None = None
    body: msgspec.Struct | None = None
    void: Void | None = None
    time_ms: int = 0

    def reads(self) -> tuple[bytes, ...]:
        """Name the entities that applying it will look at."""
        if self.rule is None or self.body is None:
            return ()
        return self.rule.reads(self.at, self.body)


#: When the first and the last event that wrote an entity claim to be written, by id.
Times = tuple[dict[bytes, int], dict[bytes, int]]


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """What folding some events gave: changed entities, verdicts, where it stopped.

    `taken` counts the events folded; fewer than given where one waits for a block
    that is not held yet. `first` and `last` say when the first and the last of the
    events that wrote an entity claim to be written, in ms since 1970: to sort what is
    shown, and no part of the state.
    """

    changed: dict[bytes, Entity]
    voids: list[tuple[bytes, Void]]
    taken: int
    floors: dict[bytes, int]
    first: dict[bytes, int]
    last: dict[bytes, int]


def read(coop: bytes, seq: int, event_id: bytes, data: bytes) -> Reading:
    """Read one authentic event. Never raises: what does not decode is void."""
    try:
        event = parse(data)
    except Malformed as error:
        return _undecodable(coop, seq, event_id, error.detail)
    rule = RULES.get(event.kind)
    if rule is None:
        void = UNKNOWN_KIND(kind=event.kind, version=VERSION)
        return _unread(coop, seq, event_id, data, void)
    at = At(coop, event_id, event.epoch.number, seq, event.texts)
    try:
        body = rule.decoder.decode(event.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        void = UNDECODABLE(detail=str(error))
        return _unread(coop, seq, event_id, data, void)
    canonical = (event.epoch, event.time_ms, event.kind, body, event.texts)
    if ENCODER.encode(canonical) != data:
        void = UNDECODABLE(detail="not in canonical form")
        return _unread(coop, seq, event_id, data, void)
    wrong = _check_texts(event.kind, event.texts)
    return Reading(at, event.epoch, rule, body, wrong, event.time_ms)


def read_run(
    coop: bytes, first: int, ids: Sequence[bytes], events: Sequence[bytes]
) -> list[Reading]:
    """Read authentic events that follow each other: what `read` gives for each.

    Most are in form, so that is proved for many at once, and one by one only where
    it does not stand.
    """
    readings: list[Reading] = []
    for start in range(0, len(events), TOGETHER):
        names = ids[start : start + TOGETHER]
        some = events[start : start + TOGETHER]
        part = _read_together(coop, first + start, names, some)
        if part is None:
            places = enumerate(zip(names, some, strict=True), start=first + start)
            part = [read(coop, seq, one, data) for seq, (one, data) in places]
        readings += part
    return readings


def _read_together(
    coop: bytes, first: int, ids: Sequence[bytes], events: Sequence[bytes]
) -> list[Reading] | None:
    """Read events of known kinds in canonical form; None where one is not that.

    No msgpack value is the start of another, so all are equal to their canonical
    encodings where the two rows are.
    """
    readings: list[Reading] = []
    forms: list[tuple[object, ...]] = []
    try:
        for seq, data in enumerate(events, start=first):
            event = ENVELOPE.decode(data)
            kind, texts, epoch = event.kind, event.texts, event.epoch
            rule = RULES[kind]
            body = rule.decoder.decode(event.body)
            time_ms = event.time_ms
            forms.append((epoch, time_ms, kind, body, texts))
            at = At(coop, ids[seq - first], epoch.number, seq, texts)
            bare = not texts and kind in _BARE
            void = None if bare else _check_texts(kind, texts)
            readings.append(Reading(at, epoch, rule, body, void, time_ms))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
        return None
    row, encoded = b"".join(events), ENCODER.encode(forms)
    head = 1 if len(events) < 16 else 3
    return readings if encoded[head:] == row else None


def _undecodable(coop: bytes, seq: int, event_id: bytes, detail: str) -> Reading:
    at = At(coop, event_id, 0, seq, ())
    return Reading(at, None, void=UNDECODABLE(detail=detail))


def _unread(coop: bytes, seq: int, event_id: bytes, data: bytes, void: Void) -> Reading:
    """Void an event whose body has no type to prove its form by.

    Whether it even says an epoch, and so may wait for one, is the generic profile's
    to say: the typed decoder skips over a raw body more leniently, and not alike on
    every Python (SPEC 9.2, step 1).
    """
    try:
        canonical.decode(data, most=limits.EVENT_BYTES)
    except Malformed as error:
        return _undecodable(coop, seq, event_id, error.detail)
    event = parse(data)
    at = At(coop, event_id, event.epoch.number, seq, event.texts)
    return Reading(at, event.epoch, void=void)


def _check_texts(kind: str, texts: tuple[TextRef, ...]) -> Void | None:
    allowed = TEXTS.get(kind, _NO_TEXTS)
    if not texts and not allowed:
        return None
    seen: set[str] = set()
    for ref in texts:
        if ref.role not in allowed:
            return TEXT_ROLE(kind=kind, role=ref.role)
        if ref.role in seen:
            return TEXT_TWICE(role=ref.role)
        seen.add(ref.role)
    for role, required in allowed.items():
        if required and role not in seen:
            return TEXT_MISSING(kind=kind, role=role)
    return None


def apply(  # noqa: C901 - the one hot loop: a call per event would double it
    readings: Iterable[tuple[bytes, Reading]],
    entities: dict[bytes, Entity],
    *,
    coop: bytes,
    epochs: Epochs,
    floors: Mapping[bytes, int],
    since: Times | None = None,
) -> Folded:
    """Apply events of one log in walk order.

    `readings` pairs each with its incarnation. `entities` holds what their `reads`
    name, as far as it exists, and the log's own counter; it is brought up to date.
    `floors` gives per incarnation the highest epoch counted so far (epochs never go
    back within one). `since` are the times of the events that came before, where the
    same entities are folded in several steps; they go on in what is given.
    """
    changed: dict[bytes, Entity] = {}
    voids: list[tuple[bytes, Void]] = []
    first, last = ({}, {}) if since is None else since
    reached = dict(floors)
    taken = 0
    settled: tuple[bytes, Epoch] | None = None
    for incarnation, reading in readings:
        epoch, void, rule, body = (
            reading.epoch,
            reading.void,
            reading.rule,
            reading.body,
        )
        if epoch is not None and (incarnation, epoch) != settled:
            block = epochs.get(epoch.number)
            if block is None:
                break
            if void is None:
                void = _check_epoch(epoch, block, reached.get(incarnation, 0))
            if void is None:
                reached[incarnation] = epoch.number
                settled = (incarnation, epoch)
        taken += 1
        if void is None and rule is not None and body is not None:
            verdict = rule.apply(entities, reading.at, body)
            if isinstance(verdict, tuple):
                time_ms = reading.time_ms
                for entity in verdict:
                    name = entity.id
                    entities[name] = changed[name] = entity
                    first.setdefault(name, time_ms)
                    last[name] = time_ms
                continue
            void = verdict
        # What has no rule was void when it was read.
        voids.append((reading.at.id, cast("Void", void)))
    if taken:
        counter = _count(coop, entities.get(log_id(coop)), taken, len(voids))
        entities[counter.id] = changed[counter.id] = counter
    return Folded(
        changed=changed,
        voids=voids,
        taken=taken,
        floors=reached,
        first=first,
        last=last,
    )


def _check_epoch(epoch: Epoch, block: bytes, floor: int) -> Void | None:
    if block != epoch.block:
        return EPOCH_FOREIGN(number=epoch.number)
    if epoch.number < floor:
        return EPOCH_BACK(number=epoch.number, floor=floor)
    return None


def _count(coop: bytes, before: Entity | None, taken: int, void: int) -> Entity:
    """Bring the log's counter up to date."""
    body = before.body if before is not None else Counted()
    if not isinstance(body, Counted):
        raise TypeError(f"the log entity holds a {type(body).__name__}")
    return Entity(
        id=log_id(coop),
        coop=coop,
        family="log",
        state="counted",
        epoch=0,
        body=Counted(events=body.events + taken, void=body.void + void),
    )


def fold_all(
    coop: bytes, placed: Iterable[tuple[bytes, int, bytes, bytes]], epochs: Epochs
) -> Folded:
    """Fold a whole log from scratch: (incarnation, seq, id, bytes) in walk order."""
    readings = [
        (incarnation, read(coop, seq, event_id, data))
        for incarnation, seq, event_id, data in placed
    ]
    return apply(readings, {}, coop=coop, epochs=epochs, floors={})
