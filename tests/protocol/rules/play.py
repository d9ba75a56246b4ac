"""Small logs as tables: what is written, which of it is void and why, how it ends.

A step names its kind, its body as a plain value, the roles of its texts, and the code
of the verdict that it should get (None: in force). A body names an event of its own
log by its place in the table: `Nth(0)` is the id of the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from protocol import canonical, fold, limits
from protocol.canonical import Value
from protocol.fold import Folded
from protocol.state import Entity, State
from tests.protocol.world import Coop, Writer, network


class Nth(NamedTuple):
    """Stands for the id of the nth event of the log that it is in."""

    at: int


class Own(NamedTuple):
    """Stands for the id of the co-op whose log it is in."""


Draft = (
    None
    | bool
    | int
    | str
    | bytes
    | Nth
    | Own
    | Sequence["Draft"]
    | Mapping[str, "Draft"]
)
Body = Mapping[str, Draft]


class Step(NamedTuple):
    kind: str
    body: Body
    texts: tuple[str, ...] = ()
    void: str | None = None


class Case(NamedTuple):
    """A log, and the state in which some of its entities end, by event."""

    steps: tuple[Step, ...]
    ends: Mapping[int, str] = {}


class Played(NamedTuple):
    writer: Writer
    folded: Folded

    @property
    def codes(self) -> list[str | None]:
        voids = {one: void.code for one, void in self.folded.voids}
        return [voids.get(one) for one in self.writer.ids]

    def entity(self, at: int) -> Entity:
        """The entity that the event at a place of the table created."""
        return self.folded.changed[self.writer.ids[at]]


REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")

#: A co-op that is neither of the two: whom a log of either may trade with.
CLOVER: Final = b"\xcc" * 32
#: An id that no log here holds.
NOBODY: Final = b"\xee" * 32


def but(body: Body, **fields: Draft) -> Body:
    """A body in which some fields are others."""
    return {**body, **fields}


def resolved(draft: Draft, ids: Sequence[bytes], owner: bytes) -> Value:
    """Put ids where places of the table stand, or the co-op itself."""
    match draft:
        case Nth():
            return ids[draft.at]
        case Own():
            return owner
        case Mapping():
            return {key: resolved(value, ids, owner) for key, value in draft.items()}
        case None | bool() | int() | str() | bytes():
            return draft
        case _:
            return [resolved(item, ids, owner) for item in draft]


def write(steps: Iterable[Step], owner: Coop = ACORN) -> Writer:
    """Write the log of a table."""
    writer = Writer.opened(REGISTER, owner)
    for step in steps:
        words = [
            writer.words(role, f"the {role} of event {len(writer.ids) + 1}")
            for role in step.texts
        ]
        body = resolved(step.body, writer.ids, owner.id)
        writer.write(step.kind, body, *words)
    return writer


def play(steps: Iterable[Step], owner: Coop = ACORN) -> Played:
    """Write the log of a table and fold it."""
    writer = write(steps, owner)
    epochs = REGISTER.roster.epochs()
    return Played(writer, fold.fold_all(owner.id, writer.placed(), epochs))


def check(case: Case) -> Played:
    """Play a case and hold it against its table."""
    played = play(case.steps)
    assert played.codes == [step.void for step in case.steps]
    for at, state in case.ends.items():
        assert played.entity(at).state == state
    return played


def plain(body: State) -> Value:
    """What an entity keeps, as plain values."""
    return canonical.decode(canonical.ENCODER.encode(body), most=limits.EVENT_BYTES)


# --- tables of states ---------------------------------------------------------------

Moves = Mapping[str, frozenset[str]]


def table(written: str) -> dict[str, frozenset[str]]:
    """Read a table of states: a line for each, `from: to to to`."""
    rows = (line.partition(":") for line in written.strip().splitlines())
    return {state.strip(): frozenset(following.split()) for state, _, following in rows}


def path(moves: Moves, starts: Iterable[str], goal: str) -> list[str]:
    """Give the shortest way through a table, from one of the starts."""
    ways = [[start] for start in starts]
    for way in ways:
        if way[-1] == goal:
            return way
        ways.extend([*way, after] for after in sorted(moves[way[-1]] - set(way)))
    raise AssertionError(f"no way leads to {goal}")


def grid(
    moves: Moves,
    targets: Iterable[str],
    opening: Mapping[str, Step],
    move: tuple[str, str, str],
) -> dict[str, Case]:
    """One log per state, with an entity there for each target that it is moved to.

    `opening` gives the step that opens an entity in a state; `move` is the kind that
    moves one, the field that names it, and the code of a refusal.
    """
    kind, field, code = move
    cases = {}
    for state in moves:
        steps: list[Step] = []
        ends: dict[int, str] = {}
        way = path(moves, opening, state)
        for target in sorted(targets):
            at = Nth(len(steps))
            steps.append(opening[way[0]])
            steps += [Step(kind, {field: at, "to": to}) for to in way[1:]]
            void = None if target in moves[state] else code
            steps.append(Step(kind, {field: at, "to": target}, (), void))
            ends[at.at] = state if void else target
        cases[f"from-{state}"] = Case(tuple(steps), ends)
    return cases
