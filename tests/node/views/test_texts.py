import pytest

from node.views import moments, texts

HOSTILE = "\x1b[31mred\x1b[0m\x00\u202egnirts\ud800\x9b2J"


@pytest.mark.parametrize(
    ("words", "one_line", "several"),
    [
        ("  a \t b\n\nc ", "a b c", "a \t b\n\nc"),
        ("a\r\nb\rc", "a b c", "a\nb\nc"),
        ("a\u00a0b", "a b", "a b"),
        ("a\u2028b", "a b", "ab"),
        (HOSTILE, "[31mred[0mgnirts2J", "[31mred[0mgnirts2J"),
        (
            "👩\u200d🚒 می\u200cروم",
            "👩\u200d🚒 می\u200cروم",
            "👩\u200d🚒 می\u200cروم",
        ),
        ("\x07", "", ""),
        ("", "", ""),
    ],
)
def test_what_cannot_be_shown_is_left_out(
    words: str, one_line: str, several: str
) -> None:
    assert texts.line(words) == one_line
    assert texts.prose(words) == several


def test_long_lines_are_cut() -> None:
    assert texts.shortened("x" * 200) == "x" * 200
    assert texts.shortened("x" * 201) == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("time_ms", "written"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_700_000_000_999, "2023-11-14T22:13:20Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (2**53 - 1, "9007199254740991 ms"),
        (-(2**53) + 1, "-9007199254740991 ms"),
    ],
)
def test_any_claimed_time_can_be_written(time_ms: int, written: str) -> None:
    assert moments.write(time_ms) == written


def test_no_time_stays_none() -> None:
    assert moments.write_or_none(None) is None
