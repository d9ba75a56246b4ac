import msgspec
import pytest

from node.commands.fields import Charge, Sum
from node.commands.form import Asking, Writing
from node.commands.table import COMMANDS

OURS = [name for name, command in COMMANDS.items() if issubclass(command.args, Asking)]
WRITING = (
    "profile.set wish.set",
    "capacity.offer capacity.withdraw booking.set booking.move",
    "lead.open lead.change lead.advance project.open project.advance",
    "pledge.work pledge.money pledge.confirm pledge.withdraw pledge.release",
    "pledge.accept pledge.decline acceptance.withdraw interest.set",
    "handover.offer handover.accept handover.decline handover.withdraw",
    "bid.open bid.change bid.advance estimate.agree estimate.object",
    "agreement.draft agreement.sign agreement.withdraw agreement.supersede",
    "agreement.terminate",
    "report.make report.correct report.withdraw report.accept report.dispute",
    "invoice.issue invoice.withdraw invoice.approve invoice.dispute",
    "payment.send payment.correct payment.cancel payment.receive payment.dispute",
    "mediation.agree mediation.accept mediation.end",
    "netting.propose netting.agree netting.decline",
    "decision.open decision.amend decision.withdraw decision.close",
    "vote.cast vote.withdraw fund.open fund.contribute fund.advance",
    "round.open round.advance round.allot round.enter round.leave round.pledge",
    "round.veto round.close project.milestone.set project.milestone.reach",
    "lead.share bid.share rate.share",
)
READING = (
    "status network.create network.show network.confirm key.check members",
    "approve elector.on elector.off",
    "profile.show wish.list capacity.list booking.list lead.list lead.show",
    "project.list project.show pledge.list commitments interest.list",
    "handover.list handover.show bid.list bid.show estimate.list",
    "agreement.list agreement.show",
    "calendar.show consortium.find lead.fits lead.suited lead.rank",
    "today search",
    "explain log.show verify rebuild changes",
    "token.create token.list token.revoke",
    "webhook.add webhook.list webhook.remove webhook.test webhook.log webhook.replay",
    "report.list report.show invoice.list invoice.show payment.list mediation.list",
    "netting.suggest netting.list ledger.show ledger.statement",
    "figures.social figures.reports figures.collaborations figures.reliability",
    "figures.promises",
    "decision.list decision.show fund.list fund.show",
    "round.list round.show round.what-if",
    "lead.import csv.export csv.import ical.export atom.export valueflows.export",
    "sealed.list sealed.show",
)
WRITING_NAMES = " ".join(WRITING).split()
READING_NAMES = " ".join(READING).split()


def test_all_commands_are_there() -> None:
    assert sorted(WRITING_NAMES + READING_NAMES) == sorted(OURS)


@pytest.mark.parametrize("name", WRITING_NAMES)
def test_what_publishes_takes_a_key(name: str) -> None:
    assert issubclass(COMMANDS[name].args, Writing)


@pytest.mark.parametrize("name", READING_NAMES)
def test_what_does_not_publish_takes_none(name: str) -> None:
    assert not issubclass(COMMANDS[name].args, Writing)


@pytest.mark.parametrize("name", OURS)
def test_a_field_that_is_not_known_is_refused(name: str) -> None:
    fields = msgspec.structs.fields(COMMANDS[name].args)
    values = {
        str: "x",
        int: 1,
        bool: True,
        Sum: {"amount": "1"},
        Charge: {"amount": "1", "minutes": 1},
    }
    given = {one.name: values.get(one.type, ["x"]) for one in fields if one.required}
    decoded = msgspec.convert(given, COMMANDS[name].args)
    assert isinstance(decoded, COMMANDS[name].args)
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.convert({**given, "colour": "red"}, COMMANDS[name].args)


@pytest.mark.parametrize("name", OURS)
def test_arguments_are_frozen_and_read_from_json(name: str) -> None:
    args = COMMANDS[name].args
    assert args.__struct_config__.frozen
    assert args.__struct_config__.forbid_unknown_fields
    assert msgspec.json.schema(args)
