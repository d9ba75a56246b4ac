"""The two tables that anybody may extend."""

import pytest

from node.exchange import ocds
from node.exchange.roles import BadTable, parse, roles, table
from tests.node.exchange.notices import CONTRACTS_FINDER

VOCABULARY = """
[role.developer]
label = "Developer"
description = "Builds."
[role.designer]
label = "Designer"
description = "Draws."
"""


def test_the_vocabulary_has_the_twenty_roles_and_uses_all_of_them() -> None:
    slugs = {role.slug for role in table().vocabulary}
    assert len(slugs) == 20
    assert {
        "agile-coach",
        "developer",
        "content-designer",
        "security-consultant",
    } <= slugs
    assert {slug for rule in table().rules.values() for slug in rule} == slugs


CODES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "division": (("72000000",), ("developer", "delivery-manager")),
    "longest": (
        ("72413000",),
        ("designer", "developer", "content-designer", "user-researcher"),
    ),
    "longer than its rule": (("72421999",), ("developer", "designer")),
    "carved out": (("48821000",), ()),
    "not ours": (("45233130", "85000000", "03000000"), ()),
    "each once": (("72230000", "72413000"), table().roles(["72230000", "72413000"])),
    "none": ((), ()),
    "first code first": (
        ("72316000", "72000000"),
        (*table().rules["72316"], "developer", "delivery-manager"),
    ),
}


@pytest.mark.parametrize(("codes", "expected"), CODES.values(), ids=CODES)
def test_the_longest_beginning_decides(
    codes: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert roles(codes) == expected
    assert len(set(expected)) == len(expected)


def test_a_fifth_of_the_sample_is_work_for_us() -> None:
    package = ocds.read_package(CONTRACTS_FINDER.read_bytes())
    notices = ocds.fold(package.observations).values()
    fitting = [notice for notice in notices if roles(notice.cpv)]
    assert 30 <= len(fitting) <= 50
    titles = {notice.title for notice in fitting}
    assert "Website re-design, development and maintenance" in titles


def test_a_beginning_with_no_role_stands_for_itself() -> None:
    found = parse(
        vocabulary=VOCABULARY,
        rules='[cpv]\n"72" = ["developer"]\n"725" = []\n"7251" = ["designer"]',
    )
    assert found.roles(["72100000"]) == ("developer",)
    assert found.roles(["72500000"]) == ()
    assert found.roles(["72510000"]) == ("designer",)


@pytest.mark.parametrize(
    ("rules", "vocabulary", "detail"),
    [
        ("[cpv", VOCABULARY, "the file"),
        ("", VOCABULARY, r"no section \[cpv\]"),
        ("cpv = 7", VOCABULARY, r"no section \[cpv\]"),
        ("[cpv]\n72 = []\n72 = []", VOCABULARY, "the file"),
        ("[cpv]\n7 = []", VOCABULARY, "begins with 2 to 8 digits"),
        ("[cpv]\nabc = []", VOCABULARY, "begins with 2 to 8 digits"),
        ("[cpv]\n720000000 = []", VOCABULARY, "begins with 2 to 8 digits"),
        ('[cpv]\n72 = "developer"', VOCABULARY, "a list"),
        ('[cpv]\n72 = ["developer", "developer"]', VOCABULARY, "each named once"),
        ('[cpv]\n72 = ["cook"]', VOCABULARY, "no role 'cook'"),
        ("[cpv]\n72 = [7]", VOCABULARY, "no role 7"),
        ("[cpv]\n72 = []", "", r"no section \[role\]"),
        ("[cpv]\n72 = []", "[role.A]\nlabel = 'x'\ndescription = 'y'", "a name like"),
        ("[cpv]\n72 = []", "[role.a]\ndescription = 'y'", "a name like"),
        ("[cpv]\n72 = []", "[role]\na = 7", "a name like"),
    ],
)
def test_a_table_that_cannot_be_meant(rules: str, vocabulary: str, detail: str) -> None:
    with pytest.raises(BadTable, match=detail):
        parse(rules=rules, vocabulary=vocabulary)
