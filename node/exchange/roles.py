"""From CPV codes to the roles that the work calls for.

Two tables that anybody may extend lie beside this file: vocabulary.toml names the
roles, roles.toml says which beginning of a code calls for which. The longest
beginning that fits a code decides alone.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from node.errors import UserFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULES: Final = Path(__file__).with_name("roles.toml")
VOCABULARY: Final = Path(__file__).with_name("vocabulary.toml")

SHORTEST: Final = 2
"""Digits of a CPV division; below it there is nothing to tell apart."""

LONGEST: Final = 8

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_PREFIX: Final = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}\Z")


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role. slug: what leads and offers carry. label, description: for people."""

    slug: str
    label: str
    description: str


class BadTable(UserFault):
    """A table says what it cannot mean. fields: table, entry (str)."""

    def __init__(self, *, table: str, entry: str, detail: str) -> None:
        super().__init__(
            code="roles-table-bad",
            detail=f"{table}, {entry}: {detail}",
            way_out=f"Correct that entry of {table}; its first lines explain how.",
            table=table,
            entry=entry,
        )


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Both tables, checked. rules: beginning of a code -> slugs."""

    vocabulary: tuple[Role, ...]
    rules: dict[str, tuple[str, ...]]

    def roles(self, cpv_codes: Iterable[str]) -> tuple[str, ...]:
        """Return the slugs for all codes, each once, those of the first code first."""
        slugs = (slug for code in cpv_codes for slug in self._for_code(code))
        return tuple(dict.fromkeys(slugs))

    def _for_code(self, code: str) -> tuple[str, ...]:
        for length in range(min(len(code), LONGEST), SHORTEST - 1, -1):
            slugs = self.rules.get(code[:length])
            if slugs is not None:
                return slugs
        return ()


def roles(cpv_codes: Iterable[str]) -> tuple[str, ...]:
    """Return the roles for codes of eight digits (`Notice.cpv`); () when none fits."""
    return table().roles(cpv_codes)


@cache
def table() -> Table:
    """Return the tables that come with the program. Raises BadTable."""
    return parse(
        rules=RULES.read_text(encoding="utf-8"),
        vocabulary=VOCABULARY.read_text(encoding="utf-8"),
    )


def parse(*, rules: str, vocabulary: str) -> Table:
    """Check both tables, given as TOML, against each other. Raises BadTable."""
    known = _vocabulary(_section(VOCABULARY.name, vocabulary, "role"))
    slugs = {role.slug for role in known}
    return Table(
        vocabulary=known,
        rules={
            prefix: _rule(prefix, names, slugs)
            for prefix, names in _section(RULES.name, rules, "cpv").items()
        },
    )


def _section(table_name: str, text: str, section: str) -> Mapping[str, object]:
    try:
        found = tomllib.loads(text).get(section)
    except tomllib.TOMLDecodeError as error:
        # A beginning that stands twice ends here too: TOML has no double keys.
        raise BadTable(table=table_name, entry="the file", detail=str(error)) from error
    if not isinstance(found, dict) or not found:
        detail = f"there is no section [{section}]."
        raise BadTable(table=table_name, entry="the file", detail=detail)
    return found


def _vocabulary(entries: Mapping[str, object]) -> tuple[Role, ...]:
    found = []
    for slug, entry in entries.items():
        fields = entry if isinstance(entry, dict) else {}
        label, description = fields.get("label"), fields.get("description")
        if (
            not _SLUG.match(slug)
            or not isinstance(label, str)
            or not isinstance(description, str)
        ):
            raise BadTable(
                table=VOCABULARY.name,
                entry=slug,
                detail="a role has a name like data-engineer, a label, a description.",
            )
        found.append(Role(slug=slug, label=label, description=description))
    return tuple(found)


def _rule(prefix: str, names: object, slugs: set[str]) -> tuple[str, ...]:
    if not _PREFIX.match(prefix):
        raise BadTable(
            table=RULES.name,
            entry=prefix,
            detail=f"a code begins with {SHORTEST} to {LONGEST} digits.",
        )
    if not isinstance(names, list) or len(set(map(str, names))) < len(names):
        detail = "the roles are a list, each named once."
        raise BadTable(table=RULES.name, entry=prefix, detail=detail)
    for name in names:
        if name not in slugs:
            detail = f"there is no role {name!r} in {VOCABULARY.name}."
            raise BadTable(table=RULES.name, entry=prefix, detail=detail)
    return tuple(names)
