"""Who is who in a release: OCDS 1.1 `parties[]` and the references to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from node.exchange.place import Place


class Parties:
    """The names of the organizations of a release."""

    def __init__(self, release: Place) -> None:
        self._names: dict[str, str] = {}
        self._by_role: dict[str, list[str]] = {}
        for party in release.children("parties"):
            name = party.line("name") or party.child("identifier").line("legalName")
            if name is None:
                continue
            identifier = party.word("id")
            if identifier is not None:
                self._names.setdefault(identifier, name)
            for role in party.words("roles"):
                self._by_role.setdefault(role, []).append(name)

    def name(self, reference: Place) -> str | None:
        """Return the name in an `OrganizationReference`, or that of its party."""
        name = reference.line("name")
        return name or self._names.get(reference.word("id") or "")

    def in_role(self, role: str) -> tuple[str, ...]:
        """Return the names of all parties in a role, each once."""
        return tuple(dict.fromkeys(self._by_role.get(role, ())))

    def buyer(self, release: Place, tender: Place) -> str | None:
        """Return who buys: `buyer`, else `tender.procuringEntity`, else by role."""
        return (
            self.name(release.child("buyer"))
            or self.name(tender.child("procuringEntity"))
            or next(iter(self.in_role("buyer") + self.in_role("procuringEntity")), None)
        )
