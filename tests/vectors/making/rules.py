"""rules.json: SPEC 9 and 10: small logs, their verdicts, what they come to."""

from collections.abc import Mapping, Sequence

from protocol import fold, state
from protocol.event import Epoch
from protocol.fold import Folded
from protocol.state import Entity
from tests.protocol.rules.play import ACORN, REGISTER, play
from tests.protocol.rules.test_rules import CASES
from tests.protocol.world import Writer
from tests.vectors.making.written import File, Json

Placed = Sequence[tuple[bytes, int, bytes, bytes]]


def entity(one: Entity) -> Json:
    return {
        "id": one.id.hex(),
        "family": one.family,
        "state": one.state,
        "epoch": one.epoch,
        "hash": state.hash_entity(one, state.encode_body(one)).hex(),
    }


def _log(name: str, placed: Placed, epochs: Mapping[int, bytes]) -> dict[str, Json]:
    folded = fold.fold_all(ACORN.id, placed, epochs)
    entities = sorted(folded.changed.values(), key=lambda one: one.id)
    return {
        "name": name,
        "epochs": [[number, block.hex()] for number, block in sorted(epochs.items())],
        "events": [
            [incarnation.hex(), seq, one.hex(), data.hex()]
            for incarnation, seq, one, data in placed
        ],
        "verdicts": _verdicts(placed, folded),
        "entities": [entity(one) for one in entities],
        "root": state.root_of(entities).hex(),
    }


def _verdicts(placed: Placed, folded: Folded) -> list[Json]:
    voids = {one: void.code for one, void in folded.voids}
    return [
        "waiting" if at >= folded.taken else voids.get(one)
        for at, (_, _, one, _) in enumerate(placed)
    ]


def _profile(log: Writer, epoch: Epoch) -> None:
    log.epoch = epoch
    log.write("profile.set", {"day": 450, "people": 7}, log.words("name", "Acorn"))


def _epochs() -> list[dict[str, Json]]:
    epochs = REGISTER.roster.epochs()
    zero, one = REGISTER.epoch(0), REGISTER.epoch(1)
    foreign, unknown = Epoch(1, b"another."), Epoch(7, b"tomorrow")
    orders: dict[str, list[Epoch]] = {
        "epochs-of-another-chain": [foreign, zero, one, foreign, zero],
        "epochs-going-back": [zero, one, zero, one],
        "waiting-for-a-block": [zero, one, unknown, one],
        "waiting-at-once": [unknown, zero],
    }
    logs = []
    for name, order in orders.items():
        log = Writer.opened(REGISTER, ACORN)
        for epoch in order:
            _profile(log, epoch)
        logs.append(_log(name, log.placed(), epochs))
    first = Writer.opened(REGISTER, ACORN)
    _profile(first, one)
    second = first.reopened(1, "second")
    _profile(second, zero)
    logs.append(
        _log(
            "each-incarnation-has-its-floor",
            [*first.placed(), *second.placed()],
            epochs,
        )
    )
    void = Writer.opened(REGISTER, ACORN)
    void.epoch = one
    void.write("lead.advanced", {"lead": bytes(32), "to": "won"})
    _profile(void, zero)
    logs.append(_log("a-void-by-law-moves-the-floor", void.placed(), epochs))
    broken = Writer.opened(REGISTER, ACORN)
    broken.append(b"\xc1")
    broken.epoch = one
    broken.write("not.known", {"any": [1, "value", None]})
    _profile(broken, zero)
    logs.append(_log("a-void-before-the-law-does-not", broken.placed(), epochs))
    return logs


def make() -> File:
    return {
        "about": "SPEC 9 and 10. Each log is folded alone: its events are "
        "[incarnation, seq, id, bytes] in the order in which they count, `epochs` "
        "the blocks that count. Verdicts: null (in force), a code (void), or waiting.",
        "coop": ACORN.id.hex(),
        "logs": [
            *_epochs(),
            *(
                _log(name, play(case.steps).writer.placed(), REGISTER.roster.epochs())
                for name, case in CASES.items()
            ),
        ],
    }
