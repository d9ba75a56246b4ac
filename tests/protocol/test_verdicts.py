"""Every reason has a code, a sentence, and the blanks that its sentence needs."""

import re
import string

import pytest

from protocol import verdicts
from protocol.verdicts import Reason, Void


def blanks(reason: Reason) -> set[str]:
    """The arguments that a sentence asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(reason.sentence) if name}


@pytest.mark.parametrize("reason", verdicts.REASONS, ids=lambda reason: reason.code)
def test_a_reason_fills_its_blanks(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", reason.code)
    values = dict.fromkeys(blanks(reason), "VALUE")
    void = reason(**values)
    assert (void.code, void.args) == (reason.code, values)
    said = reason.say(void)
    assert said.count("VALUE") == len(values)
    assert "{" not in said


def test_arguments_are_not_read_as_blanks() -> None:
    void = verdicts.UNDECODABLE(detail="{0.__class__} {detail}")
    assert verdicts.UNDECODABLE.say(void).endswith("{0.__class__} {detail}")


def test_a_verdict_without_arguments() -> None:
    reason = Reason("some-code", "It is so")
    assert reason() == Void("some-code")
    assert reason.say(reason()) == "It is so"


def test_verdicts_are_true() -> None:
    # `wrong or check()` and `if wrong := check()` rest on this.
    assert bool(Void("some-code"))
