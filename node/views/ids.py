"""Ids as people type them: any beginning of one, as long as only one thing fits.

`evt_k3f`, `k3f` and the whole id name the same lead. Where several fit, the fault
names them with their titles; where none does, it names the command that lists them.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from node.errors import UserFault
from node.views import titles
from node.views.books import Books
from node.views.names import Names
from node.views.short import WHOLE, apart, bounds, brief, cut
from protocol import ids
from protocol.ids import CoopId
from protocol.state import Entity

#: Fewest characters in a listed id: people copy them, and 40 bits seldom collide.
SHOWN: Final = 8
#: Candidates named where an id is ambiguous; the next letter thins them out.
NAMED: Final = 8
#: Where the ids of a family are listed.
LISTS: Final = {
    "lead": "wortley lead list",
    "project": "wortley project list",
    "pledge": "wortley pledge list",
    "acceptance": "wortley pledge list",
    "capacity": "wortley capacity list",
    "booking": "wortley booking list",
    "handover": "wortley handover list",
    "bid": "wortley bid list",
    "agreement": "wortley agreement list",
    "report": "wortley report list",
    "invoice": "wortley invoice list",
    "payment": "wortley payment list",
    "netting": "wortley netting list",
    "decision": "wortley decision list",
    "fund": "wortley fund list",
    "round": "wortley round list",
    "sealed": "wortley sealed list",
}
_ANYTHING: Final = "thing"
ALL_FAMILIES: Final = tuple(titles.CALLED)


def tail_of(prefix: str, written: str, field: str) -> str:
    """Give the characters after `evt_`, whether it was typed or not.

    Raises `UserFault` for what is no beginning of such an id.
    """
    given = written.strip().lower()
    tail = given.removeprefix(f"{prefix}_")
    try:
        bounds(tail)
    except ValueError as error:
        raise UserFault(
            code="id-form",
            detail=f"{field}: {written[:80]!r} is not the beginning of an id.",
            way_out=f"It has up to {WHOLE} letters and digits 2 to 7, as in"
            f" {prefix}_k3fw72qa.",
            field=field,
            expected=f"the beginning of an id: {prefix}_ and letters or digits 2 to 7",
            example=f"{prefix}_k3fw72qa",
        ) from error
    return tail


async def find(
    books: Books, written: str, families: Sequence[str], field: str
) -> Entity:
    """Find the one entity of these families that an id names.

    Raises `UserFault`: of no form, unknown, ambiguous.
    """
    low, high = bounds(tail_of("evt", written, field))
    found = await books.state.prefixed(low, high, families, NAMED + 1)
    if len(found) == 1:
        return found[0]
    if not found:
        raise await _unknown(books, written, families, field)
    raise await _ambiguous(books, written, found, field)


async def _unknown(
    books: Books, written: str, families: Sequence[str], field: str
) -> UserFault:
    low, high = bounds(tail_of("evt", written, field))
    wanted = _kinds(families)
    others = await books.state.prefixed(low, high, ALL_FAMILIES, 2)
    if len(others) == 1:
        called = titles.CALLED[others[0].family]
        detail = f"{field}: {written} names {_a(called)}, not {_a(wanted)}."
    else:
        nothing = f"no {wanted}" if wanted != _ANYTHING else "nothing here"
        detail = f"{field}: {nothing} has an id that starts with {written}."
    lists = sorted({LISTS[family] for family in families if family in LISTS})
    return UserFault(
        code="id-unknown",
        detail=detail,
        way_out=_listing(lists),
        field=field,
        expected=f"the id of {_a(wanted)}",
        example="evt_k3fw72qa",
    )


def _kinds(families: Sequence[str]) -> str:
    """Name what is looked for; where it may be almost anything, nobody reads a list."""
    if len(families) > NAMED:
        return _ANYTHING
    *most, last = [titles.CALLED[family] for family in families]
    return f"{', '.join(most)} or {last}" if most else last


def _listing(lists: Sequence[str]) -> str:
    if not lists or len(lists) > NAMED:
        return "`wortley today` and the lists of leads, projects and so on show ids."
    *most, last = [f"`{one}`" for one in lists]
    return f"{', '.join(most)} or {last} lists them." if most else f"{last} lists them."


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


async def _ambiguous(
    books: Books, written: str, found: Sequence[Entity], field: str
) -> UserFault:
    titled = await titles.of(books, found)
    short = await shorts(books, [entity.id for entity in found])
    return ambiguous(
        written,
        field,
        [(short[entity.id], titled[entity.id]) for entity in found],
        example=short[found[0].id],
    )


def ambiguous(
    written: str, field: str, candidates: Sequence[tuple[str, str]], *, example: str
) -> UserFault:
    """Say that several things fit, and which: (id, title) each."""
    named = "; ".join(f"{one} {title}" for one, title in candidates[:NAMED])
    more = "; and more" if len(candidates) > NAMED else ""
    return UserFault(
        code="id-ambiguous",
        detail=f"{field}: {written} fits more than one: {named}{more}.",
        way_out="Type more of the id.",
        field=field,
        expected="an id that only one of them starts with",
        example=example,
        candidates=[one for one, _ in candidates[:NAMED]],
    )


async def shorts(books: Books, wanted: Iterable[bytes]) -> dict[bytes, str]:
    """Give event and entity ids as short as they can be shown and typed back."""
    listed = set(wanted)
    ranges = {one: bounds(cut("evt", one, SHOWN)[4:]) for one in listed}
    crowded = await books.state.crowded(ranges)
    found = {one: cut("evt", one, SHOWN) for one in listed}
    for one in crowded:
        beside = await books.state.beside(one)
        found[one] = cut("evt", one, max(apart(one, other) for other in beside))
    return found


def find_coop(books: Books, names: Names, written: str, field: str) -> CoopId:
    """Find a member or applicant by its name, or the beginning of its id or name.

    A whole name wins over longer ones that begin with it: Alba is not Alba Nova, and
    would otherwise have no name that could be typed. But it counts beside the ids,
    never before them: a co-op that calls itself like another's id makes the word
    ambiguous and gets nothing by it.
    """
    name = " ".join(written.split())
    found = set(names.called(name) or names.beginning(name))
    given = written.strip().lower()
    tail = given.removeprefix("coop_")
    if 1 <= len(tail) <= WHOLE:
        found |= {
            coop for coop in names.known if ids.text("coop", coop)[5:].startswith(tail)
        }
    if given.startswith("coop_"):
        found -= {one for one in found if not ids.text("coop", one).startswith(given)}
    if len(found) == 1:
        return CoopId(found.pop())
    if found:
        candidates = [(ids.text("coop", one), names.of(one)) for one in sorted(found)]
        raise ambiguous(written, field, candidates, example=candidates[0][0])
    raise UserFault(
        code="coop-unknown",
        detail=f"{field}: no member or applicant is called or starts with"
        f" {written[:80]!r}.",
        way_out="`wortley members` lists them.",
        field=field,
        expected="the beginning of a co-op's id or name",
        example=brief("coop", books.coop),
    )
