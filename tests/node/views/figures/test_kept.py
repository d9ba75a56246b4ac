"""Figures that are kept say what they would if all were summed up from nothing."""

import asyncio
import datetime
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.store.state_db import StateDb
from node.views import ledger, pledges, social
from node.views.books import Books
from node.views.figures import kept
from node.views.figures.kept import Figures
from node.views.figures.served import ordinals
from node.views.market import windows_of
from node.views.names import Names
from node.views.pledges import Joined
from node.views.social import Period
from protocol import ids
from protocol.joins.reports import Delivery
from protocol.kinds.fields import Money
from protocol.rules.leads import Lead
from protocol.state import Entity
from tests.node.views.figures.town import (
    ALBA,
    BIRCH,
    CEDAR,
    COOPS,
    SLOTS,
    TODAY,
    First,
    Town,
    named,
)

#: Co-op, what became of it by today, the reason; by pledge.
Fates = dict[bytes, tuple[bytes, str, str | None]]
NAMES = Names({ALBA: "Alba", BIRCH: "Birch", CEDAR: "Cedar"})
DAY = datetime.timedelta(1)
PERIODS = (
    Period(None, None),
    Period(TODAY, None),
    Period(None, TODAY - DAY),
    Period(TODAY - DAY, TODAY),
    Period(TODAY + 9 * DAY, None),
)


# --- summed up from nothing ---------------------------------------------------------


async def fates(books: Books) -> Fates:
    """Judge all pledges, reading everything there is."""
    read = await ledger.load(books)
    traded = read.shelf.trade
    listed = await pledges.joined(books, await books.state.entities("pledge"))
    last = {
        pledge: ends
        for pledge, (_, _, ends) in (await windows_of(books, listed)).items()
        if ends is not None
    }
    done, coming = Counter[bytes](), Counter[bytes]()
    for one in traded.deliveries:
        done[one.pledge] += one.minutes if one.standing == "accepted" else 0
        coming[one.pledge] += one.minutes if one.standing == "reported" else 0
    for account in read.accounts:
        for debt in account.debts:
            done[debt.source] += debt.covered
            last |= {} if debt.due is None else {debt.source: debt.due}
            coming[debt.source] += sum(
                paid.in_transit
                for paid in traded.settlements
                if paid.promise == debt.source
                and (paid.payer, paid.payee) == (account.payer, account.payee)
                and paid.currency == account.currency
            )
    found: Fates = {}
    for each in listed:
        named, stands = each.pledge.id, each.commitment
        fate = str(stands.standing)
        if fate == "committed":
            short = stands.quantity - done[named]
            late = last.get(named, TODAY) < TODAY and short > coming[named]
            fate = ("broken" if late else "open") if short > 0 else "kept"
        if fate not in {"offered", "accepted"}:
            found[named] = (each.pledge.coop, fate, why(each, fate))
    return found


def why(one: Joined, fate: str) -> str | None:
    """Give the reason that counts: the taker's, where it let the pledge go."""
    told = [one.pledge]
    if fate in {"declined", "overtaken"}:
        told = [half for half in one.related.values() if half.coop == one.body.owner]
    reasons = [getattr(half.body, "reason", None) for half in told]
    return next(filter(None, reasons), None)


async def parties(books: Books) -> dict[bytes, set[bytes]]:
    """Give by lead who works together on it, where anybody does."""
    leads = {one.id: one.coop for one in await books.state.entities("lead")}
    found: defaultdict[bytes, set[bytes]] = defaultdict(set)
    made = await books.state.entities("pledge")
    for one in await pledges.joined(books, made):
        owner = leads.get(one.body.to)
        bound = one.commitment.standing in {"committed", "overtaken"}
        if bound and owner == one.body.owner != one.pledge.coop:
            found[one.body.to] |= {owner, one.pledge.coop}
    return dict(found)


def served(
    accepted: Collection[Delivery],
) -> dict[str, tuple[int, int, dict[str, int]]]:
    """Sum up by theme or outcome: reports, minutes, money by currency."""
    found: dict[str, tuple[int, int, dict[str, int]]] = {}
    for one in accepted:
        shares = [(f"theme {name}", minutes) for name, minutes in one.themes]
        if one.outcome is not None:
            shares.append((f"outcome {one.outcome}", one.minutes))
        shares += [(ids.text("coop", one.provider), one.minutes), ("all", one.minutes)]
        for sort, minutes in shares:
            count, before, money = found.get(sort, (0, 0, {}))
            if one.amount is not None:
                share = one.amount.amount * minutes // one.minutes
                code = one.amount.currency
                money = money | {code: money.get(code, 0) + share}
            found[sort] = (count + 1, before + minutes, money)
    return found


# --- compared -----------------------------------------------------------------------


async def check(books: Books, figures: Figures) -> None:
    """Compare all that is kept with all that there is."""
    await figures.follow(books)
    numbers = {
        row.no: one
        for family in ("pledge", "lead", "report")
        for one, row in (
            await books.state.rows_of(
                [one.id for one in await books.state.entities(family)]
            )
        ).items()
    }
    expected = await fates(books)
    counts = Counter[tuple[bytes, str, str | None]]()
    for came, count in figures.promised.counts():
        key = (came.coop, came.on(TODAY), came.reason)
        counts[key] += count
        for no in figures.promised.members({came}):
            assert expected[numbers[no]] == key
    assert counts == Counter(expected.values())

    together = await parties(books)
    assert {numbers[no] for no in figures.shared.of(None)} == set(together)
    for coop in COOPS:
        listed = {numbers[no] for no in figures.shared.of(coop)}
        assert listed == {lead for lead, those in together.items() if coop in those}

    shelf = (await ledger.load(books)).shelf
    ends = {one: shelf.entities[one].body for one in shelf.entities}
    for period in PERIODS:
        accepted = [
            one
            for one in shelf.trade.deliveries
            if one.standing == "accepted"
            and (period.starts or datetime.date.min)
            <= getattr(ends[one.report], "ends")  # noqa: B009 - of reports alone
            <= (period.ends or datetime.date.max)
        ]
        known = figures.served.by_provider
        said = social.summed_up(NAMES, known, period)
        assert told(said) == written(served(accepted))
        days = ordinals(*period)
        listed = {numbers[no] for one in known.values() for no in one.listed(*days)}
        assert listed == {one.report for one in accepted}


def told(said: social.SocialValue) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {
        f"{kind} {one.name}": (one.reports, one.minutes, money_of(one.amounts))
        for kind, listed in (("theme", said.themes), ("outcome", said.outcomes))
        for one in listed
    }
    for each in said.coops:
        found[each.coop] = (each.reports, each.minutes, money_of(each.amounts))
    if said.reports:
        found["all"] = (said.reports, said.minutes)
    return found


def written(
    sums: dict[str, tuple[int, int, dict[str, int]]],
) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for sort, (count, minutes, money) in sums.items():
        amounts = [
            (f"{one // 100}.{one % 100:02}", code) for code, one in money.items()
        ]
        found[sort] = (count, minutes, sorted(amounts, key=lambda one: one[1]))
    if "all" in found:
        found["all"] = found["all"][:2]
    return found


def money_of(amounts: Collection[object]) -> list[tuple[str, str]]:
    return [(getattr(one, "amount"), getattr(one, "currency")) for one in amounts]  # noqa: B009


async def live(seed: int, moves: int) -> None:
    """Let a town live; what is kept is compared at times, and as often begun anew."""
    random = Random(seed)  # noqa: S311 - no secret
    with TemporaryDirectory() as folder:
        state = await StateDb.open(Path(folder) / "state.db", b"i" * 16)
        town = Town(state, random)
        try:
            await town.found()
            for _ in range(moves):
                await town.move()
                if random.random() < 0.6:
                    await check(town.books, town.figures)
            await check(town.books, town.figures)
            await check(town.books, Figures())
        finally:
            await state.close()


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_what_is_kept_follows_whatever_changes(seed: int) -> None:
    asyncio.run(live(seed, 40))


# --- what hangs together from afar --------------------------------------------------


async def settled(town: Town, name: str) -> str | None:
    """Say what became of a promise, as it is kept."""
    await check(town.books, town.figures)
    rows = await town.state.rows_of([named(name)])
    came = town.figures.promised.of(rows[named(name)].no)
    return None if came is None else came.on(TODAY)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town in which Birch and Cedar each owe Alba 60 GBP and have paid them."""
    state = await StateDb.open(tmp_path / "state.db", b"i" * 16)
    one = Town(state, First())
    await one.write(
        [
            SLOTS[name](one)
            for pledge in ("money 1", "money 4", "work 1")
            for name in (pledge, f"{pledge} accepted")
        ]
    )
    await one.write([SLOTS[name](one) for name in ("website", "tool", "round")])
    for payment, promise in (("1", "nothing"), ("2", "handover")):
        sent, came = (
            SLOTS[f"{what} {payment}"](one) for what in ("payment", "receipt")
        )
        much = {"amount": Money("GBP", 60)}
        await one.write(
            [with_(sent, **much, promise=named(promise)), with_(came, **much)]
        )
    yield one
    await state.close()


def with_(entity: Entity, **changed: object) -> Entity:
    body = msgspec.structs.replace(entity.body, **changed)
    return msgspec.structs.replace(entity, body=body)


async def test_a_fee_that_arises_takes_what_was_paid_for_it(town: Town) -> None:
    assert await settled(town, "money 4") == "kept"
    takeover = with_(SLOTS["takeover"](town), opened=named("taken"))
    await town.write([SLOTS["handover"](town), takeover])
    assert await settled(town, "money 4") == "kept"
    taken = SLOTS["taken"](town)
    await town.write([msgspec.structs.replace(taken, state="won")])
    assert await settled(town, "money 4") == "open"
    await town.write([msgspec.structs.replace(taken, state="lost")])
    assert await settled(town, "money 4") == "kept"


async def test_a_round_that_closes_takes_what_was_due_earlier(town: Town) -> None:
    assert await settled(town, "money 1") == "kept"
    town.close()
    assert await settled(town, "money 1") == "kept"
    town.close()
    assert await settled(town, "money 1") == "open"


async def test_a_window_that_moves_breaks_a_promise(town: Town) -> None:
    assert await settled(town, "work 1") == "open"
    website = SLOTS["website"](town)
    assert isinstance(website.body, Lead)
    past = msgspec.structs.replace(website.body.terms, ends=TODAY - DAY)
    await town.write([with_(website, terms=past)])
    assert await settled(town, "work 1") == "broken"
    for what, state in (("report", "reported"), ("report-answer", "accepted")):
        suffix = "" if what == "report" else " answer"
        made = SLOTS[f"work 1 report 1{suffix}"](town)
        more = {"minutes": 60, "amount": None}
        await town.write([with_(msgspec.structs.replace(made, state=state), **more)])
        assert await settled(town, "work 1") == (
            "kept" if state == "accepted" else "open"
        )


async def test_who_looks_does_not_wait_for_who_rests(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The background would take an hour to begin; a look hurries it on."""
    monkeypatch.setattr(kept, "SHARE", 1e-12)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        slow = group.create_task(town.figures.keep_up(town.books))
        await asyncio.sleep(0.05)
        assert not slow.done()
        await town.figures.follow(town.books)
    await check(town.books, town.figures)


async def test_a_look_that_is_given_up_is_no_harm(town: Town) -> None:
    for pause in (0, 0.0005, 0.001, 0.002, 0.004):
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await town.figures.follow(town.books)
    await check(town.books, town.figures)
