import datetime
from collections.abc import Callable

import pytest

from node.commands import fields
from node.commands.fields import Charge
from node.errors import UserFault
from protocol.kinds.capacity import CapacityOffered
from protocol.kinds.fields import Rate
from protocol.kinds.leads import LeadChanged, Requirement, Terms

DAY = datetime.date(2026, 1, 5)


def refusal(call: Callable[..., object], *args: object, **more: object) -> UserFault:
    with pytest.raises(UserFault) as caught:
        call(*args, **more)
    return caught.value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026",
        "20260105",
        "2026-W01-1",
        "05/01/2026",
        "2026-13-01",
        "2026-02-29",
        "2026-01-05T00:00",
        "\u0662026-01-05",
        "-2026-01-05",
        "0000-01-01",
    ],
)
def test_days_are_written_in_one_way(written: str) -> None:
    fault = refusal(fields.day, "starts", written)
    assert (fault.code, fault.fields["field"]) == ("field-wrong", "starts")
    assert fault.fields["example"] == "2026-01-05"
    assert fields.day("starts", " 2026-01-05 ") == DAY


def test_a_day_may_be_missing() -> None:
    assert fields.day_or_none("ends", None) is None
    assert fields.day_or_none("ends", " ") is None
    assert fields.day_or_none("ends", "2026-01-05") == DAY


def test_what_almost_is_a_slug_comes_back_as_the_example() -> None:
    for written, near in [
        ("Web Development", "web-development"),
        ("UX / UI!", "ux-ui"),
        ("--a--", "a"),
        ("a" * 60, "a" * 40),
        ("é", "web-development"),
    ]:
        fault = refusal(fields.slug, "skill", written)
        assert fault.fields["example"] == near
        assert fields.slug("skill", str(fault.fields["example"]))
    assert fields.slug("skill", " a-1 ") == "a-1"
    assert fields.slug_or_none("skill", None) is None
    assert fields.slug_or_none("skill", "") is None


def test_choices_name_what_there_is() -> None:
    assert fields.choice("to", "b", {"b", "a"}) == "b"
    fault = refusal(fields.choices, "to", ["a", "c"], {"b", "a"})
    assert fault.detail == "to: 'c' is not one of a, b."
    assert fields.choices("to", [], {"a"}) == []


def test_what_was_typed_is_repeated_in_part() -> None:
    fault = refusal(fields.choice, "to", "x" * 10_000, {"a"})
    assert len(fault.detail) < 200


def test_rates() -> None:
    assert fields.rate(None, "GBP") is None
    given = Charge(amount="350", minutes=450)
    assert fields.rate(given, "GBP") == Rate("GBP", 35000, 450)
    euros = Charge(amount="1.5", currency="EUR", minutes=1)
    assert fields.rate(euros, "GBP") == Rate("EUR", 150, 1)


def test_links() -> None:
    for good in ("https://alba.example", " http://x:80/a?b=c#d ", "https://é.example/"):
        assert fields.link("web", good) == good.strip()
    for bad in (
        "",
        "alba.example",
        "//x",
        "https://",
        "https:///a",
        "mailto:a@b",
        "https://a b",
        "https://a\nb",
        "https://a/\x00",
        "http://[",
        "HTTP",
    ):
        assert refusal(fields.link, "web", bad).fields["field"] == "web"


def test_words_by_role() -> None:
    assert fields.words(note=None) == {}
    read = fields.words(title=" a\nb ", description="a\r\nb", link="", buyer="\u00a0")
    assert read == {"title": "a b", "description": "a\nb", "link": "", "buyer": ""}
    assert fields.said(read) == {"title": "a b", "description": "a\nb"}
    assert refusal(fields.words, buyer="\x00").fields["field"] == "buyer"
    assert refusal(fields.words, link="x").fields["field"] == "link"


def test_bodies_are_held_against_the_protocol() -> None:
    offer = CapacityOffered(minutes=60, skill="web", starts=DAY, ends=DAY)
    draft = fields.draft("capacity.offered", offer, {"note": "x"})
    assert (draft.kind, draft.body, draft.texts) == (
        "capacity.offered",
        offer,
        {"note": "x"},
    )
    for minutes in (0, -1, 2**53, 2**64, 10**40):
        wrong = CapacityOffered(minutes=minutes, skill="web", starts=DAY, ends=DAY)
        fault = refusal(fields.draft, "capacity.offered", wrong)
        assert fault.fields["field"] == "minutes"
        assert str(minutes)[:10] in fault.detail
    line = Requirement(line=65, skill="web")
    changed = LeadChanged(lead=bytes(32), terms=Terms(requirements=(line,)))
    fault = refusal(fields.draft, "lead.changed", changed)
    assert fault.detail == (
        "requirements[0].line: 65 is not the number of a requirement line, 1 to 64."
    )
    fault = refusal(fields.draft, "lead.changed", LeadChanged(lead=b"", terms=Terms()))
    assert (fault.fields["field"], fault.fields["example"]) == ("lead", "evt_k3fw72qa")


def test_what_forms_do_not_know_msgspec_says() -> None:
    rate = Rate("GB", 1, 1)
    body = CapacityOffered(minutes=60, skill="web", starts=DAY, ends=DAY, rate=rate)
    fault = refusal(fields.draft, "capacity.offered", body)
    assert "length" in fault.detail
    assert fault.fields["field"] == "rate[0]"
