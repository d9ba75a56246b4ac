"""Importing tenders: a file of OCDS releases becomes drafts, drafts become leads.

The node keeps what it observed of each process and folds it again when another
release arrives, so order and repetition change nothing. A draft stays here until it
is published; what is published follows its notice by itself.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from node.act import Draft as Event
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking
from node.errors import UserFault
from node.exchange import ocds, scan, tenders, whole_file
from node.exchange.ocds import Notice, Observation, Package
from node.node import Node
from node.store.node_db import Draft
from node.views import ids as naming
from protocol import ids
from protocol.kinds.leads import LeadAdvanced, LeadChanged
from protocol.rules.leads import LEAD_MOVES, TAKING, Lead
from protocol.state import Entity

_LINES: Final = b"\n"
_WAY_OUT: Final = "Name an OCDS file, a release package for example."
#: How much of what was typed an answer repeats.
_REPEATED: Final = 80
#: Leads published in one commit.
_AT_ONCE: Final = 1000


class Taking(Asking, frozen=True, kw_only=True):
    """Whether to publish what a file holds, or only to say what would be."""

    publish: bool = False
    dry_run: bool = False


class Import(Taking, frozen=True, kw_only=True):
    """Which file of the node's machine."""

    path: str


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A release that could not be read: its id, its place in the file, and why."""

    id: str | None
    path: str
    reason: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """Releases read, and what became of their processes.

    `published` counts leads opened or changed for everybody to see.
    """

    read: int
    imported: int
    updated: int
    unchanged: int
    failed: list[Failed]
    published: int = 0
    dry_run: bool = False


async def import_file(node: Node, args: Import, tell: Tell) -> Imported:
    """Import a file; with `dry_run` nothing is kept."""
    data = await asyncio.to_thread(
        whole_file.read, Path(args.path), scan.MAX_BYTES, way_out=_WAY_OUT
    )
    return await take(node, args, data, tell)


async def take(node: Node, args: Taking, data: bytes, tell: Tell) -> Imported:
    """Take in what a file holds; with `dry_run` nothing is kept."""
    package = await asyncio.to_thread(ocds.read_package, data)
    tell(0, len(package.observations), "releases")
    old = {draft.process: draft for draft in await node.own.drafts()}
    drafts, notices = await asyncio.to_thread(_merge, package, old)
    new = [draft for key, draft in drafts.items() if key not in old]
    changed = [
        draft
        for key, draft in drafts.items()
        if key in old and draft.digest != old[key].digest
    ]
    result = Imported(
        read=len(package.observations) + len(package.failures),
        imported=len(new),
        updated=len(changed),
        unchanged=len(drafts) - len(new) - len(changed),
        failed=[
            Failed(id=one.id or one.ocid, path=one.path, reason=one.reason)
            for one in package.failures
        ],
        dry_run=args.dry_run,
    )
    if args.dry_run:
        return result
    await node.own.put_drafts(drafts.values())
    try:
        published = await publish(node, notices, tell, every=args.publish)
    except UserFault as error:
        error.partly = True
        raise
    return msgspec.structs.replace(result, published=published)


def _merge(
    package: Package, old: Mapping[str, Draft]
) -> tuple[dict[str, Draft], dict[str, Notice]]:
    """Fold what the file observed into what was observed before, per process."""
    seen: dict[str, list[Observation]] = {}
    for observation in package.observations:
        seen.setdefault(observation.ocid, []).append(observation)
    drafts: dict[str, Draft] = {}
    notices: dict[str, Notice] = {}
    for process, fresh in seen.items():
        before = old.get(process)
        lines = {ocds.encode(one) for one in fresh}
        if before is not None:
            lines |= set(before.observations.split(_LINES))
        notice = ocds.notice(ocds.decode(line) for line in sorted(lines))
        notices[process] = notice
        drafts[process] = _drafted(notice, sorted(lines), before)
    return drafts, notices


def _drafted(notice: Notice, lines: Iterable[bytes], before: Draft | None) -> Draft:
    terms = tenders.terms_of(notice)
    value, deadline = terms.value, terms.deadline
    return Draft(
        process=notice.ocid,
        observations=_LINES.join(lines),
        digest=bytes.fromhex(notice.digest),
        title=tenders.title_of(notice),
        lead=None if before is None else before.lead,
        published=None if before is None else before.published,
        state=tenders.state_of(notice),
        buyer=notice.buyer or "",
        deadline=None if deadline is None else deadline.isoformat(),
        currency=None if value is None else value.currency,
        minor=None if value is None else value.amount,
    )


# --- publishing -------------------------------------------------------------------


async def publish(
    node: Node, notices: Mapping[str, Notice], tell: Tell, *, every: bool
) -> int:
    """Bring the leads of these notices up to date; open new ones only if `every`.

    Which leads there are is read from the own log's state, not from a note beside it:
    whatever happened to the last attempt, none is opened twice.
    """
    count = 0
    batch: dict[str, Notice] = {}
    for process, notice in notices.items():
        batch[process] = notice
        if len(batch) == _AT_ONCE:
            count += await _publish(node, batch, every=every)
            tell(count, len(notices), "leads")
            batch = {}
    if batch:
        count += await _publish(node, batch, every=every)
        tell(count, len(notices), "leads")
    return count


async def _publish(node: Node, notices: Mapping[str, Notice], *, every: bool) -> int:
    leads = await own_leads(node)
    events: list[Event] = []
    touched: set[str] = set()
    for process, notice in notices.items():
        lead = leads.get(process)
        if lead is not None:
            changes = list(_changes(lead, notice))
            events.extend(changes)
            touched |= {process} if changes else set()
        elif every:
            touched.add(process)
            terms = tenders.terms_of(notice)
            events.append(
                Event("lead.opened", tenders.opened(terms), tenders.texts_of(notice))
            )
    if events:
        await node.act.publish(events, idempotency=_key(notices, leads, every=every))
    leads = await own_leads(node)
    moves: list[Event] = []
    for process, notice in notices.items():
        due = list(_moves(leads[process], notice)) if process in leads else []
        moves.extend(due)
        touched |= {process} if due else set()
    if moves:
        await node.act.publish(moves)
    await _note_published(node, notices, leads)
    return len(touched)


def _key(
    notices: Mapping[str, Notice], leads: Mapping[str, Entity], *, every: bool
) -> str:
    """Name an attempt, so that its repetition after a crash publishes nothing twice."""
    parts = [
        f"{process} {notice.digest} {process in leads} {every}"
        for process, notice in sorted(notices.items())
    ]
    return "import " + hashlib.sha256("\n".join(parts).encode()).hexdigest()


async def own_leads(node: Node) -> dict[str, Entity]:
    """Map the processes that are leads of this co-op already to those leads."""
    found: dict[str, Entity] = {}
    for entity in await node.state.entities("lead", coop=node.coop, most=1_000_000):
        source = entity.body.terms.source if isinstance(entity.body, Lead) else None
        if source is not None and source.scheme == tenders.SCHEME:
            found.setdefault(source.id, entity)
    return found


def _changes(lead: Entity, notice: Notice) -> Iterable[Event]:
    """Follow the notice in its terms and words, as far as the lead may still change.

    Requirement lines are the co-op's own once the lead is open: an estimate made here
    is not overwritten by a notice that has none.
    """
    body = lead.body
    if not isinstance(body, Lead) or lead.state not in TAKING:
        return
    terms = tenders.terms_of(notice)
    kept = body.terms.requirements or terms.requirements
    terms = msgspec.structs.replace(terms, requirements=kept)
    if terms != body.terms:
        yield Event(
            "lead.changed",
            LeadChanged(lead=lead.id, terms=terms),
            tenders.texts_of(notice),
        )


def _moves(lead: Entity, notice: Notice) -> Iterable[Event]:
    to = tenders.state_of(notice)
    if to != "open" and to in LEAD_MOVES[lead.state]:
        yield Event("lead.advanced", LeadAdvanced(lead=lead.id, to=to, reason="notice"))


async def _note_published(
    node: Node, notices: Mapping[str, Notice], leads: Mapping[str, Entity]
) -> None:
    drafts: list[Draft] = []
    for process, notice in notices.items():
        draft = await node.own.draft(process)
        lead = leads.get(process)
        if draft is not None and lead is not None:
            digest = bytes.fromhex(notice.digest)
            drafts.append(replace(draft, lead=lead.id, published=digest))
    await node.own.put_drafts(drafts)


# --- one draft --------------------------------------------------------------------


class PublishDraft(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The process (OCID) of a draft to publish, or its beginning."""

    process: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The lead that a draft became, and its state: a notice may be decided already."""

    id: str
    state: str


async def publish_draft(node: Node, args: PublishDraft, tell: Tell) -> Published:
    """Publish one draft as a lead."""
    draft = await _draft(node, args.process)
    observed = draft.observations.split(_LINES)
    notice = ocds.notice(ocds.decode(line) for line in observed)
    await publish(node, {draft.process: notice}, tell, every=True)
    lead = (await own_leads(node))[draft.process]
    return Published(id=ids.text("evt", lead.id), state=lead.state)


async def _draft(node: Node, written: str) -> Draft:
    """Find the one draft whose process begins so; one named whole is meant itself."""
    given = written.strip()
    found = await node.own.draft(given)
    if found is not None:
        return found
    drafts = await node.own.drafts() if given else []
    fitting = [one for one in drafts if one.process.startswith(given)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        candidates = [(one.process, one.title) for one in fitting]
        raise naming.ambiguous(given, "process", candidates, example=fitting[0].process)
    raise UserFault(
        code="draft-unknown",
        detail=f"process: there is no draft of {fields.repeat(given)}.",
        way_out="`wortley lead list --drafts` shows them.",
        field="process",
        expected="the OCID of a process that was imported, or its beginning",
        example="ocds-213czf-1",
    )


COMMANDS: Final[dict[str, Command]] = {
    "lead.import": command(Import, import_file, long=True),
    "lead.publish": command(PublishDraft, publish_draft),
}
