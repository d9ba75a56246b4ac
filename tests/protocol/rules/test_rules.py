"""The law as a whole: every kind has a rule, every reason has a case."""

import re
import string
from typing import Final

import msgspec
import pytest

from protocol import fold, rules, verdicts
from protocol.kinds import KINDS
from protocol.rules import (
    acceptances,
    agreements,
    bids,
    capacity,
    closing,
    dates,
    decisions,
    entries,
    funds,
    handovers,
    interests,
    invoices,
    leads,
    logs,
    mediations,
    nettings,
    payments,
    pledges,
    profiles,
    projects,
    reports,
    reviews,
    rounds,
    sealed,
    signatures,
    sums,
    takeovers,
)
from protocol.rules.logs import log_id
from protocol.state import Entity
from protocol.verdicts import Reason, Void
from tests.protocol.rules import (
    test_acceptances,
    test_agreements,
    test_bids,
    test_capacity,
    test_closing,
    test_decisions,
    test_entries,
    test_funds,
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
    test_reviews,
    test_rounds,
    test_sealed,
    test_signatures,
    test_takeovers,
)
from tests.protocol.rules.play import REGISTER, Case, Step, play

#: Every case of every family, by family and name.
CASES: Final[dict[str, Case]] = {
    f"{module.__name__.rpartition('_')[2]}/{name}": case
    for module in (
        test_acceptances,
        test_capacity,
        test_closing,
        test_decisions,
        test_entries,
        test_funds,
        test_leads,
        test_logs,
        test_pledges,
        test_profiles,
        test_projects,
        test_agreements,
        test_bids,
        test_handovers,
        test_interests,
        test_reviews,
        test_signatures,
        test_takeovers,
        test_reports,
        test_invoices,
        test_payments,
        test_mediations,
        test_nettings,
        test_rounds,
        test_sealed,
    )
    for name, case in module.CASES.items()
}
#: What no case of one log under one epoch can show; tests/protocol/test_fold.py does.
BEFORE_THE_RULES: Final = {"undecodable", "epoch-foreign", "epoch-back"}


def steps() -> list[Step]:
    return [step for case in CASES.values() for step in case.steps]


def test_every_kind_has_its_rule() -> None:
    assert set(rules.RULES) == set(KINDS)
    for kind, rule in rules.RULES.items():
        assert rule.decoder.type is KINDS[kind]


def test_every_kind_is_in_force_somewhere() -> None:
    assert {step.kind for step in steps() if step.void is None} == set(KINDS)


def test_every_reason_is_reached() -> None:
    reached = {step.void for step in steps()} - {None}
    assert reached | BEFORE_THE_RULES == set(rules.REASONS)


def test_no_two_reasons_have_one_code() -> None:
    groups = (
        verdicts.REASONS,
        dates.REASONS,
        logs.REASONS,
        profiles.REASONS,
        capacity.REASONS,
        leads.REASONS,
        projects.REASONS,
        pledges.REASONS,
        acceptances.REASONS,
        agreements.REASONS,
        bids.REASONS,
        handovers.REASONS,
        interests.REASONS,
        reviews.REASONS,
        signatures.REASONS,
        takeovers.REASONS,
        sums.REASONS,
        reports.REASONS,
        invoices.REASONS,
        payments.REASONS,
        mediations.REASONS,
        nettings.REASONS,
        closing.REASONS,
        decisions.REASONS,
        funds.REASONS,
        rounds.REASONS,
        entries.REASONS,
        sealed.REASONS,
    )
    assert sum(map(len, groups)) == len(rules.REASONS)


@pytest.mark.parametrize("name", CASES)
def test_every_verdict_says_its_sentence(name: str) -> None:
    for _, void in play(CASES[name].steps).folded.voids:
        assert re.fullmatch(r"[^{}]+", rules.say(void))
        # A unit says in what its numbers count, for who writes them out.
        said = set(void.args) - {"unit"}
        assert said == blanks(rules.REASONS[void.code]) - {"unit"}


def blanks(reason: Reason) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(reason.sentence) if name}


@pytest.mark.parametrize("name", CASES)
def test_every_entity_is_of_a_family_that_is_read_back(name: str) -> None:
    for entity in play(CASES[name].steps).folded.changed.values():
        family = rules.FAMILIES[entity.family]
        assert type(entity.body) is family
        stored = msgspec.msgpack.encode(entity.body)
        assert msgspec.msgpack.decode(stored, type=family) == entity.body


@pytest.mark.parametrize("name", CASES)
def test_a_rule_names_all_that_it_looks_at(name: str) -> None:
    """Folded with nothing at hand but what each event names, it comes to the same."""
    played = play(CASES[name].steps)
    coop, epochs = played.writer.owner.id, REGISTER.roster.epochs()
    held: dict[bytes, Entity] = {}
    voids: list[tuple[bytes, Void]] = []
    for incarnation, seq, one, data in played.writer.placed():
        reading = fold.read(coop, seq, one, data)
        wanted = {*reading.reads(), log_id(coop)}
        at_hand = {name: held[name] for name in wanted & held.keys()}
        done = fold.apply(
            [(incarnation, reading)], at_hand, coop=coop, epochs=epochs, floors={}
        )
        held |= done.changed
        voids += done.voids
    assert held == played.folded.changed
    assert voids == played.folded.voids


def test_a_sentence_by_its_verdict() -> None:
    void = leads.LEAD_MOVE(state="closed", to="open")
    assert void == Void("lead-move", {"state": "closed", "to": "open"})
    assert rules.say(void) == "A lead that is closed cannot become open"
