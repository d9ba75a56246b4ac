"""Percentages, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node import shares


@given(st.integers(1, 10_000))
def test_what_is_written_is_read(points: int) -> None:
    assert shares.read(shares.write(points)) == points
    assert shares.read(f" {shares.write(points)} % ") == points


@pytest.mark.parametrize(
    ("written", "points"),
    [("12.5%", 1250), ("100", 10_000), ("0.01", 1), ("0.10", 10), ("040", 4000)],
)
def test_ways_to_write_a_share(written: str, points: int) -> None:
    assert shares.read(written) == points


@pytest.mark.parametrize(
    "written",
    ["", "0", "0.00", "100.01", "1000", "1.234", "-1", "1,5", "1e1", "²", "%"],
)
def test_what_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="a percentage"):
        shares.read(written)


def test_shares_are_written_short() -> None:
    assert [shares.write(one) for one in (1, 10, 100, 1250, 1000, 10_000)] == [
        "0.01",
        "0.1",
        "1",
        "12.5",
        "10",
        "100",
    ]
    assert shares.write_or_none(None) is None
    assert shares.write_or_none(50) == "0.5"
