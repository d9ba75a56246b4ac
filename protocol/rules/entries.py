"""Law of what others write of a steward's round: entries and vetoes (SPEC 9.25).

entry   (one per round and project)  entered ⇄ left
veto    (one per round and project)  cast ⇄ withdrawn
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.rounds import (
    ProjectEntered,
    ProjectLeft,
    VetoCast,
    VetoWithdrawn,
)
from protocol.rules.place import At, Rule, Verdict, nothing, rule, words
from protocol.rules.projects import PROJECT_UNKNOWN, Project
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason

ENTRY_STATE: Final = Reason(
    "entry-state", "A project that is {state} enters no round; it has to be open"
)
ENTRY_NONE: Final = Reason(
    "entry-none", "The project is not entered in that round, so it cannot leave it"
)
VETO_NONE: Final = Reason("veto-none", "This log has no veto there to withdraw")
REASONS: Final = (ENTRY_STATE, ENTRY_NONE, VETO_NONE)


class Entry(State, frozen=True, kw_only=True):
    """An own project in another's round."""

    project: bytes
    round: bytes
    steward: bytes
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


class Veto(State, frozen=True, kw_only=True):
    """A co-op's veto against a project in a round; texts give the reason."""

    project: bytes
    round: bytes
    steward: bytes
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def entry_id(coop: bytes, name: bytes, project: bytes) -> bytes:
    """Name the one entry of a project in a round."""
    return entity_id(CoopId(coop), "entry", name + project)


def veto_id(coop: bytes, name: bytes, project: bytes) -> bytes:
    """Name the one veto of a co-op against a project in a round."""
    return entity_id(CoopId(coop), "veto", name + project)


def entered(slice_: Slice, at: At, body: ProjectEntered) -> Verdict:
    """Take part with an own project that is open."""
    found = find(slice_, body.project, Project)
    if found is None:
        return PROJECT_UNKNOWN()
    if found[0].state != "open":
        return ENTRY_STATE(state=found[0].state)
    entry = Entry(project=body.project, round=body.round, steward=body.steward)
    named = entry_id(at.coop, body.round, body.project)
    return (_said(at, named, "entry", "entered", entry),)


def left(slice_: Slice, at: At, body: ProjectLeft) -> Verdict:
    """Take part no more."""
    found = find(slice_, entry_id(at.coop, body.round, body.project), Entry)
    if found is None or found[0].state != "entered":
        return ENTRY_NONE()
    entity, entry = found
    after = msgspec.structs.replace(entry, texts=words(at))
    return (msgspec.structs.replace(entity, state="left", body=after),)


def cast(_slice: Slice, at: At, body: VetoCast) -> Verdict:
    """Say no to a project, whatever was said before."""
    veto = Veto(
        project=body.project, round=body.round, steward=body.steward, texts=words(at)
    )
    named = veto_id(at.coop, body.round, body.project)
    return (_said(at, named, "veto", "cast", veto),)


def uncast(slice_: Slice, at: At, body: VetoWithdrawn) -> Verdict:
    """Take the veto back; the reason for that takes the place of the former."""
    found = find(slice_, veto_id(at.coop, body.round, body.project), Veto)
    if found is None or found[0].state != "cast":
        return VETO_NONE()
    entity, veto = found
    after = msgspec.structs.replace(veto, texts=words(at))
    return (msgspec.structs.replace(entity, state="withdrawn", body=after),)


def _said(at: At, named: bytes, family: str, state: str, body: Entry | Veto) -> Entity:
    return Entity(
        id=named,
        coop=at.coop,
        family=family,
        state=state,
        epoch=at.epoch,
        body=body,
        ref=body.round,
    )


def the_project(_at: At, body: ProjectEntered) -> tuple[bytes, ...]:
    """Name the entity to load: the project."""
    return (body.project,)


def the_entry(at: At, body: ProjectLeft) -> tuple[bytes, ...]:
    """Name the entity to load: the entry so far."""
    return (entry_id(at.coop, body.round, body.project),)


def the_veto(at: At, body: VetoWithdrawn) -> tuple[bytes, ...]:
    """Name the entity to load: the veto so far."""
    return (veto_id(at.coop, body.round, body.project),)


RULES: Final[dict[str, Rule]] = {
    "project.entered": rule(ProjectEntered, entered, the_project),
    "project.left": rule(ProjectLeft, left, the_entry),
    "veto.cast": rule(VetoCast, cast, nothing),
    "veto.withdrawn": rule(VetoWithdrawn, uncast, the_veto),
}
FAMILIES: Final[dict[str, type[State]]] = {"entry": Entry, "veto": Veto}
