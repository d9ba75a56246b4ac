"""The vocabulary as a whole."""

import re
from typing import Final, get_args

import msgspec
import pytest

from protocol import limits
from protocol.kinds import KINDS, TEXTS
from protocol.rules import FAMILIES
from tests.protocol.kinds import (
    test_agreements,
    test_bids,
    test_capacity,
    test_closing,
    test_handovers,
    test_interests,
    test_invoices,
    test_leads,
    test_logs,
    test_mediations,
    test_nettings,
    test_payments,
    test_pledges,
    test_profiles,
    test_projects,
    test_reports,
    test_rounds,
    test_sealed,
)
from tests.protocol.kinds.shapes import bad_bodies, good_bodies, written

SHAPES: Final[dict[str, str]] = {
    **test_logs.SHAPES,
    **test_profiles.SHAPES,
    **test_capacity.SHAPES,
    **test_leads.SHAPES,
    **test_projects.SHAPES,
    **test_pledges.SHAPES,
    **test_interests.SHAPES,
    **test_handovers.SHAPES,
    **test_bids.SHAPES,
    **test_agreements.SHAPES,
    **test_reports.SHAPES,
    **test_invoices.SHAPES,
    **test_payments.SHAPES,
    **test_mediations.SHAPES,
    **test_nettings.SHAPES,
    **test_closing.SHAPES,
    **test_rounds.SHAPES,
    **test_sealed.SHAPES,
}
#: Kind -> the roles of its texts, `!` where they are required.
ROLES: Final[dict[str, str]] = {
    "profile.set": "name! description web place",
    "capacity.offered": "note",
    "booking.made": "note",
    "lead.opened": "title! description buyer link source",
    "lead.changed": "title description buyer link source",
    "lead.advanced": "note",
    "project.opened": "title! description link",
    "project.advanced": "note",
    "pledge.work.offered": "note",
    "pledge.money.offered": "note",
    "pledge.withdrawn": "note",
    "pledge.released": "note",
    "acceptance.withdrawn": "note",
    "pledge.declined": "note",
    "interest.set": "note",
    "handover.offered": "terms! note",
    "handover.withdrawn": "note",
    "handover.declined": "note",
    "bid.opened": "note",
    "bid.changed": "note",
    "bid.advanced": "note",
    "estimate.reviewed": "note",
    "agreement.drafted": "title! text!",
    "agreement.terminated": "note",
    "signature.withdrawn": "note",
    "report.made": "summary",
    "report.corrected": "summary",
    "report.withdrawn": "note",
    "report.disputed": "note",
    "invoice.issued": "note",
    "invoice.withdrawn": "note",
    "invoice.disputed": "note",
    "payment.sent": "note",
    "payment.corrected": "note",
    "payment.cancelled": "note",
    "payment.disputed": "note",
    "mediation.agreed": "note",
    "mediation.accepted": "note",
    "mediation.ended": "note",
    "netting.proposed": "note",
    "netting.declined": "note",
    "decision.opened": "title! proposal link",
    "decision.amended": "proposal! title link",
    "decision.withdrawn": "note",
    "decision.closed": "note",
    "ballot.cast": "reason",
    "ballot.withdrawn": "reason",
    "fund.opened": "title! purpose",
    "fund.advanced": "note",
    "round.opened": "title! description",
    "round.advanced": "note",
    "round.closed": "note",
    "project.left": "reason",
    "veto.cast": "reason",
    "veto.withdrawn": "reason",
    "project.milestones": "milestones",
    "milestone.reached": "note",
    "sealed.shared": "sealed!",
}


def test_every_kind_has_a_shape() -> None:
    assert set(SHAPES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_word_that_an_event_can_hold(kind: str) -> None:
    assert re.fullmatch(r"[a-z]+(\.[a-z]+)+", kind)
    assert len(kind) <= 40


def test_the_texts_of_each_kind() -> None:
    roles = {
        kind: {role.removesuffix("!"): role.endswith("!") for role in row.split()}
        for kind, row in ROLES.items()
    }
    assert {kind: texts for kind, texts in TEXTS.items() if texts} == roles
    assert set(TEXTS) <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_and_the_largest_body_fit(kind: str) -> None:
    smallest, largest, *_ = good_bodies(SHAPES[kind])
    assert len(written(kind, smallest)) < limits.EVENT_BYTES
    if kind not in {"lead.opened", "lead.changed"}:
        assert len(written(kind, largest)) < limits.EVENT_BYTES


def test_a_shape_has_many_wrong_bodies() -> None:
    for kind, shape in SHAPES.items():
        assert len(list(bad_bodies(shape))) > 10, kind


def maps(type_: object, seen: set[type[msgspec.Struct]]) -> None:
    """Collect the Structs inside a type that are written as maps."""
    for inner in get_args(type_):
        maps(inner, seen)
    if not (isinstance(type_, type) and issubclass(type_, msgspec.Struct)):
        return
    if type_ not in seen:
        if not type_.__struct_config__.array_like:
            seen.add(type_)
        for field in msgspec.structs.fields(type_):
            maps(field.type, seen)


def all_maps() -> list[type[msgspec.Struct]]:
    seen: set[type[msgspec.Struct]] = set()
    for type_ in (*KINDS.values(), *FAMILIES.values()):
        maps(type_, seen)
    return sorted(seen, key=lambda one: one.__qualname__)


@pytest.mark.parametrize("type_", all_maps(), ids=lambda one: one.__name__)
def test_fields_are_declared_in_the_order_of_their_bytes(
    type_: type[msgspec.Struct],
) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(type_)]
    assert names == sorted(names, key=str.encode)
    assert type_.__struct_config__.forbid_unknown_fields
    assert type_.__struct_config__.omit_defaults


@pytest.mark.parametrize("type_", all_maps(), ids=lambda one: one.__name__)
def test_defaults_are_known_again_when_they_are_read(
    type_: type[msgspec.Struct],
) -> None:
    # A default is left out only where what was read *is* it, or where it is empty.
    for field in msgspec.structs.fields(type_):
        if field.default is msgspec.NODEFAULT:
            continue
        again = msgspec.msgpack.decode(msgspec.msgpack.encode(field.default))
        assert again is field.default or (field.default == () and again == [])
