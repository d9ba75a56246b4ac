"""Texts, amounts, dates, codes and addresses, one by one."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.currencies import CURRENCIES
from node.exchange import cpv, link, moment, money, repair, text
from node.exchange.notice import Money

# -- texts --------------------------------------------------------------------------

TEXTS: dict[str, tuple[str, str]] = {
    "plain": ("A  b\tc", "A b c"),
    "paragraphs": ("<p>A</p><p>B<br/>C</p>", "A\n\nB\nC"),
    "no closing tags": ("<P CLASS=x>A<P>B", "A\n\nB"),
    "list": ("<ul>\n<li>A</li>\n<li>B</li>\n</ul>C", "- A\n\n- B\n\nC"),
    "table": ("<table><tr><td>A</td><td>B</td></tr></table>", "A B"),
    "script": ("A<script>if (a<b) alert('</p>')</script>B", "AB"),
    "style": ("<style>p {}</style>A", "A"),
    "not closed": ("A<script>alert(1)", "A"),
    "closed in itself": ("A<svg/>B", "AB"),
    "comment": ("A<!-- <p>hidden</p> -->B", "AB"),
    "doctype": ("<!DOCTYPE html><html><body>A</body></html>", "A"),
    "attributes": ('<x-y onfocus="alert(1)">A</x-y>', "A</x-y>"),
    "entities": (
        "A &amp; B &eacute; &#233; &#xe9; &apos;",
        "A & B \u00e9 \u00e9 \u00e9 '",
    ),
    "escaped markup": ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;", "A & B"),
    "shown markup": ("<p>&lt;b&gt;</p>", "<b>"),
    "query": ("https://a.b/?x=1&notice=2&copy=3", "https://a.b/?x=1&notice=2&copy=3"),
    "less than": ("a < b, 3<4 and <\u00a35", "a < b, 3<4 and <\u00a35"),
    "no tag": ("<name of the buyer> <a.b@c.d>", "<name of the buyer> <a.b@c.d>"),
    "breaks": ("A\r\nB\rC\u2028D\u2029E\n\n\n\nF", "A\nB\nC\nD\n\nE\n\nF"),
    "spaces": ("A\u00a0\u202f\u2003B", "A B"),
    "invisible": ("A\x00\x07\u200b\u202eB\ufeff\u00ad\ue000", "AB"),
    "composed": ("e\u0301", "\u00e9"),
    "empty": (" <p> </p>\n", ""),
}


@pytest.mark.parametrize(("raw", "plain"), TEXTS.values(), ids=TEXTS)
def test_plain_texts(raw: str, plain: str) -> None:
    assert text.plain(raw) == (plain, None)


def test_a_line_has_no_breaks() -> None:
    assert text.line("<p>A</p>\n<p>B</p>", limit=9) == ("A B", None)


CUTS: dict[str, tuple[str, int, str]] = {
    "fits": ("four four", 9, "four four"),
    "at a word": ("four four four", 12, "four four\u2026"),
    "through a long word": ("a" * 300, 100, "a" * 97 + "\u2026"),
    "never through a letter": ("\u20ac" * 10, 11, "\u20ac\u20ac\u2026"),
}


@pytest.mark.parametrize(("raw", "limit", "cut"), CUTS.values(), ids=CUTS)
def test_cuts(raw: str, limit: int, cut: str) -> None:
    found, note = text.plain(raw, limit=limit)
    assert found == cut
    assert len(found.encode()) <= limit
    assert (note is None) == (found == raw)


def test_what_lies_past_a_sea_of_markup_is_not_read() -> None:
    found, note = text.plain("<p>" * text.MAX_CHARS + "A")
    assert found == ""
    assert note == "only the first 240,000 characters were read"


@given(st.text())
def test_any_text_becomes_a_plain_one(raw: str) -> None:
    found, _ = text.plain(raw)
    assert found.encode().decode() == found
    assert found == found.strip()
    assert "\n\n\n" not in found
    assert all(character.isprintable() or character == "\n" for character in found)


MOJIBAKE: dict[str, tuple[str, str]] = {
    "bullet": ("\u00e2\u20ac\u00a2 ten", "\u2022 ten"),
    "narrow space": ("a.\u00e2\u20ac\u00afThe", "a.\u202fThe"),
    "pound": ("\u00c2\u00a320", "\u00a320"),
    "micro": ("0.2\u00c2\u00b5s", "0.2\u00b5s"),
    "accent": ("caf\u00c3\u00a9", "caf\u00e9"),
    "unassigned byte": ("\u00e2\u20ac\u009d", "\u201d"),
    "twice": ("\u00c3\u00a2\u00e2\u201a\u00ac\u00c2\u00a2", "\u2022"),
    "a true accent beside it": ("caf\u00e9 \u00c2\u00a320", "caf\u00e9 \u00c2\u00a320"),
    "another alphabet": ("\u0416 \u00c2\u00a320", "\u0416 \u00c2\u00a320"),
    "could be meant": (
        "IRM\u00c3\u00a0 E IRM\u00c3\u201d",
        "IRM\u00c3\u00a0 E IRM\u00c3\u201d",
    ),
    "Welsh": ("D\u00c5\u00b5r \u00e1\u00ba\u0081", "D\u0175r \u1e81"),
    "emoji": ("\u00f0\u0178\u02dc\u20ac", "\U0001f600"),
    "euro": ("5 \u00e2\u201a\u00ac", "5 \u20ac"),
    "as Latin-1": ("\u00e2\u0080\u0099", "\u2019"),
    "quoted at its end": ("caff\u00e8\u2026\u00bb", "caff\u00e8\u2026\u00bb"),
    "true": ("\u00a320, caf\u00e9, \u2022", "\u00a320, caf\u00e9, \u2022"),
    "ASCII": ("plain", "plain"),
}


@pytest.mark.parametrize(("damaged", "meant"), MOJIBAKE.values(), ids=MOJIBAKE)
def test_mojibake(damaged: str, meant: str) -> None:
    assert repair.mojibake(damaged) == meant


@given(st.text(alphabet=st.characters(min_codepoint=0xA1, max_codepoint=0xFFFF)))
def test_only_text_that_reads_as_utf_8_is_ever_changed(given_text: str) -> None:
    try:
        data = given_text.encode("cp1252")
        data.decode()
    except UnicodeError:
        assert repair.mojibake(given_text) == given_text


BREAKS: dict[str, tuple[str, str]] = {
    "paragraph": ("the event.rnrnAdditional", "the event.\n\nAdditional"),
    "line": ("following:rn- Live", "following:\n- Live"),
    "after a space": ("information: rnThe Council", "information: \nThe Council"),
    "after a consonant": ("A.rnrnproductsrnLot", "A.\n\nproducts\nLot"),
    "between consonants": ("A.rnrnlinkrnto", "A.\n\nlink\nto"),
    "before an address": ("A.rnrnat rnhttps://a.b", "A.\n\nat \nhttps://a.b"),
    "capitals": ("A.rnrnCENTRErnrnB", "A.\n\nCENTRE\n\nB"),
    "a word that ends so": ("A.rnrnmodernrnrnB", "A.\n\nmodern\n\nB"),
    "one that does not": ("A.rnrntimernrnB", "A.\n\ntime\n\nB"),
    "who knows": ("A.rnrntimern Next", "A.\n\ntimern Next"),
    "a word": ("A.rnrnmodern government mrna", "A.\n\nmodern government mrna"),
    "tab": ("A.rn\u2022tChildren", "A.\n\u2022 Children"),
    "no sign of damage": ("servicesrnLot 1 modern", "servicesrnLot 1 modern"),
    "true breaks": ("A.\nB.rnrnC", "A.\nB.rnrnC"),
}


@pytest.mark.parametrize(("damaged", "meant"), BREAKS.values(), ids=BREAKS)
def test_lost_line_breaks(damaged: str, meant: str) -> None:
    assert repair.line_breaks(damaged) == meant


# -- amounts ------------------------------------------------------------------------

AMOUNTS: dict[str, tuple[Any, str, int]] = {
    "whole": (5, "GBP", 500),
    "text": (" 85000.00 ", "gbp", 8_500_000),
    "fraction": (Decimal("0.1"), "EUR", 10),
    "half to even": (Decimal("0.125"), "GBP", 12),
    "noise of a float": (Decimal("33333.333333333336"), "GBP", 3_333_333),
    "no decimals": (Decimal("1200000.4"), "JPY", 1_200_000),
    "three decimals": (Decimal("1.2345"), "KWD", 1_234),
    "four decimals": (1, "CLF", 10_000),
    "exponent": (Decimal("1E+3"), "GBP", 100_000),
    "hardly anything": (Decimal("1E-999999"), "GBP", 0),
    "zero": (0, "GBP", 0),
    "the most": (money.MAX_MINOR, "JPY", money.MAX_MINOR),
}


@pytest.mark.parametrize(("amount", "currency", "minor"), AMOUNTS.values(), ids=AMOUNTS)
def test_amounts(amount: object, currency: str, minor: int) -> None:
    found = money.read(amount, currency)
    assert found == Money(currency=currency.strip().upper(), minor=minor)


WRONG: list[tuple[Any, str]] = [
    (-1, "a negative amount"),
    (money.MAX_MINOR + 1, "an amount beyond all tenders"),
    (Decimal("1E+400"), "an amount beyond all tenders"),
    (Decimal("0E+400"), "an amount beyond all tenders"),
    (Decimal("NaN"), "an amount that is no number"),
    (Decimal("Infinity"), "an amount that is no number"),
    (True, "an amount that is no number"),
    ("1,234", "an amount that is no number"),
    ("1" * 41, "an amount that is no number"),
    (1.5, "an amount that is no number"),
    (None, "an amount that is no number"),
]


@pytest.mark.parametrize(("amount", "reason"), WRONG)
def test_amounts_that_are_none(amount: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        money.read(amount, "JPY")


def test_every_currency_has_three_letters_and_its_decimals() -> None:
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert {CURRENCIES[code] for code in ("GBP", "EUR", "USD")} == {2}
    assert len(CURRENCIES) > 150


# -- dates --------------------------------------------------------------------------


def utc(*parts: int) -> datetime:
    year, month, day, hour, minute, second, micro = (*parts, 0, 0, 0, 0)[:7]
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


DATES: dict[str, tuple[str, datetime]] = {
    "UTC": ("2025-01-23T22:10:19Z", utc(2025, 1, 23, 22, 10, 19)),
    "summer time": ("2025-07-23T23:59:59+01:00", utc(2025, 7, 23, 22, 59, 59)),
    "west": ("2025-01-01T00:00:00-0530", utc(2025, 1, 1, 5, 30)),
    "small letters": ("2025-01-01t00:00:00z", utc(2025, 1, 1)),
    "no seconds": ("2025-01-01 10:30Z", utc(2025, 1, 1, 10, 30)),
    "fraction": ("2025-01-01T00:00:00.1234567Z", utc(2025, 1, 1, 0, 0, 0, 123456)),
    "comma": ("2025-01-01T00:00:00,5Z", utc(2025, 1, 1, 0, 0, 0, 500000)),
    "day": (" 2025-01-01 ", utc(2025, 1, 1)),
    "first year": ("1970-01-01", utc(1970, 1, 1)),
    "last year": ("2199-12-31T23:59:59-12:00", utc(2200, 1, 1, 11, 59, 59)),
}


@pytest.mark.parametrize(("given_date", "date"), DATES.values(), ids=DATES)
def test_dates(given_date: str, date: datetime) -> None:
    assert moment.read(given_date) == (date, None)


def test_the_end_of_a_day_is_its_last_second() -> None:
    assert moment.read("2025-01-01", end=True) == (utc(2025, 1, 1, 23, 59, 59), None)
    assert moment.read("2025-01-01T00:00:00Z", end=True) == (utc(2025, 1, 1), None)


def test_a_time_without_a_zone_is_an_assumption() -> None:
    date, assumed = moment.read("2025-07-07T09:30:00")
    assert date == utc(2025, 7, 7, 9, 30)
    assert assumed == "a time without a zone, read as UTC"


@pytest.mark.parametrize(
    ("given_date", "reason"),
    [
        ("07/07/2025", "no date as of RFC 3339"),
        ("20250101", "no date as of RFC 3339"),
        ("2025-W03", "no date as of RFC 3339"),
        ("2025-01-01T10:00:00 Europe/London", "no date as of RFC 3339"),
        ("2025-02-29", "a date that no calendar has"),
        ("2025-01-01T24:00:00Z", "a date that no calendar has"),
        ("2025-01-01T23:59:60Z", "a date that no calendar has"),
        ("2025-01-01T00:00:00+24:00", "a zone that no clock has"),
        ("0001-01-01T00:00:00Z", "a year outside of 1970 to 2199"),
        ("9999-12-31", "a year outside of 1970 to 2199"),
    ],
)
def test_dates_that_are_none(given_date: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        moment.read(given_date)


@given(st.text(alphabet="0123456789-:TZ+. ", max_size=30))
def test_any_date_is_read_or_refused(given_date: str) -> None:
    try:
        date, _ = moment.read(given_date)
    except ValueError:
        return
    assert date.tzinfo is UTC


# -- codes and addresses ------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_code", "code"),
    [
        ("72000000", "72000000"),
        ("72000000-5", "72000000"),
        (" CPV: 72000000-5 ", "72000000"),
        ("45233130.0", "45233130"),
        (72000000, "72000000"),
        (9134000, "09134000"),
        (Decimal("72000000.0"), "72000000"),
    ],
)
def test_codes(given_code: object, code: str) -> None:
    assert cpv.read(given_code) == code


@pytest.mark.parametrize(
    "given_code",
    [
        *("", "7200000", "720000000", "72000000-", "40232701", None, True, []),
        *(-5, 10**400, Decimal("NaN"), Decimal("1E+400"), Decimal(-1)),
    ],
)
def test_codes_that_are_none(given_code: object) -> None:
    with pytest.raises(ValueError, match="no CPV code"):
        cpv.read(given_code)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.contractsfinder.service.gov.uk/Notice/1?a=b&c=d#e",
        "http://[2001:db8::1]:8080/",
        "HTTPS://a.b/\u00e4",
    ],
)
def test_addresses(address: str) -> None:
    assert link.read(f" {address}\n") == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("javascript:alert(1)", "no http"),
        ("java\tscript:alert(1)", "characters"),
        ("data:text/html,x", "no http"),
        ("//a.b/", "no http"),
        ("www.a.b", "no http"),
        ("http://", "no http"),
        ("https:///x", "no http"),
        ("ftp://a.b/", "no http"),
        ("https://a.b/ c", "characters"),
        ('https://a.b/"onclick=x', "characters"),
        ("https://a.b/\u202egpj", "characters"),
        ("https://user:word@a.b/", "user name"),
        ("https://a.b@c.d/", "user name"),
        ("http://[::1/", "taken apart"),
        ("https://a.b/" + "x" * 2000, "too long"),
    ],
)
def test_addresses_that_are_none(address: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        link.read(address)
