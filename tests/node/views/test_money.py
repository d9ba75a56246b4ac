import pytest
from hypothesis import given
from hypothesis import strategies as st

from node import money
from node.currencies import CURRENCIES
from protocol import limits
from protocol.kinds.fields import Rate


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (123456, "GBP", "1234.56"),
        (5, "GBP", "0.05"),
        (0, "EUR", "0.00"),
        (5, "JPY", "5"),
        (5, "KWD", "0.005"),
        (12345, "CLF", "1.2345"),
        (150, "XQX", "1.50"),
        (limits.INTEGER, "GBP", "90071992547409.91"),
    ],
)
def test_minor_units_are_written_with_all_decimals(
    minor: int, currency: str, amount: str
) -> None:
    assert money.write(minor, currency) == money.Amount(
        amount=amount, currency=currency
    )


@given(st.integers(0, limits.INTEGER), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert money.read(money.write(minor, currency).amount, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("12", "GBP", 1200),
        (" 12.5 ", "GBP", 1250),
        ("012.50", "GBP", 1250),
        ("12.5000", "GBP", 1250),
        ("12.0", "JPY", 12),
    ],
)
def test_amounts_are_read(written: str, currency: str, minor: int) -> None:
    assert money.read(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency", "why"),
    [
        ("", "GBP", "digits"),
        (".5", "GBP", "digits"),
        ("5.", "GBP", "digits"),
        ("-5", "GBP", "digits"),
        ("1,000", "GBP", "digits"),
        ("£5", "GBP", "digits"),
        ("1e3", "GBP", "digits"),
        ("٣", "GBP", "digits"),
        ("NaN", "GBP", "digits"),
        ("1.234", "GBP", "2 decimals"),
        ("1.5", "JPY", "0 decimals"),
        ("90071992547409.92", "GBP", "events can hold"),
        ("5", "GBX", "ISO 4217"),
        ("5", "gbp", "ISO 4217"),
    ],
)
def test_amounts_are_refused(written: str, currency: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        money.read(written, currency)


def test_rates() -> None:
    assert money.write_rate(None) is None
    rate = money.write_rate(Rate("GBP", 35000, 450))
    assert rate == money.Price(amount="350.00", currency="GBP", minutes=450)
