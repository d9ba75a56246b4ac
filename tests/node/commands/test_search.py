import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.commands.form import books_of
from node.folder import SEARCH_DB
from node.store import search_db
from node.store.search_db import REST, Doc, SearchDb
from node.views import indexing, names, search
from node.views.search import query
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, check_refusals, share
from tests.node.commands.scene import Scene
from tests.node.views.test_suspended import prove


async def found(coop: Coop, words: str, **more: object) -> list[dict[str, Any]]:
    answer = await coop.ask("search", words=words, **more)
    assert answer["behind"] == 0
    return list(answer["hits"])


async def titles_of(coop: Coop, words: str, **more: object) -> list[str]:
    return [one["title"] for one in await found(coop, words, **more)]


@pytest.fixture
async def filled(scene: Scene) -> Scene:
    for title, description in [
        ("Café website", "A shop with a map.\nGerman words like Straße, too."),
        ("Booking site", "For the Market Hall; it has a website already."),
        ("Market stall", "C++ for tills, NOT python OR java NEAR anything."),
    ]:
        await scene.birch.ask("lead.open", title=title, description=description)
    await scene.work(600, note="After the website for the market")
    await scene.share()
    return scene


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        # In the title first, the newest first among each.
        ("website", ["Café website", "Website", "10 h of web", "Booking site"]),
        ("web", ["Café website", "Website", "10 h of web", "Booking site"]),
        ("CAFE", ["Café website"]),
        ("café WEBS", ["Café website"]),
        ("strasse", []),
        ("market hall", ["Booking site"]),
        ("hall market", ["Booking site"]),
        ('"market hall"', ["Booking site"]),
        ('"hall market"', []),
        ('"market hall', ["Booking site"]),
        ('"webs"', []),
        ("c++", ["Market stall"]),
        ("-website", ["Café website", "Website", "10 h of web", "Booking site"]),
        ("title:website", []),
        ("python OR java", ["Market stall"]),
        ("NOT", ["Market stall"]),
        ("NEAR(market)", []),
        ("web*", ["Café website", "Website", "10 h of web", "Booking site"]),
        ("market website", ["10 h of web", "Booking site"]),
        ("\x00web\ud800site\x1b", ["Café website", "Website"]),
        ("Birch", ["Birch"]),
    ],
)
async def test_what_is_found(filled: Scene, words: str, titles: list[str]) -> None:
    for coop in (filled.alba, filled.birch, filled.cedar):
        wanted = query(words)
        assert wanted
        books = books_of(coop.node)
        while await coop.node.index.follow(books):
            pass
        called = await names.load(books)
        hits = await search.find(books, called, coop.node.index, wanted, most=20)
        assert [one.title for one in hits][: len(titles)] == titles
        assert len(hits) == len(titles) or words.startswith("\x00")


async def test_a_hit(filled: Scene) -> None:
    (hit,) = await found(filled.cedar, "hall")
    row = (await filled.cedar.ask("lead.list", coop="Birch"))["leads"][1]
    words = "For the Market Hall; it has a website already."
    assert hit == {
        "id": row["id"],
        "short": row["short"],
        "family": "lead",
        "state": "open",
        "coop": filled.birch.id,
        "name": "Birch",
        "title": "Booking site",
        "snippet": words,
        "hits": [[15, 19]],
        "time": hit["time"],
    }
    assert hit["time"].startswith("2023-11-14T22:")
    assert await titles_of(filled.cedar, "website", families=["project"]) == []
    assert await titles_of(filled.cedar, "tool", families=["project", "lead"]) == [
        "Tool"
    ]
    assert len(await found(filled.cedar, "website", most=1)) == 1


async def test_what_changes_is_found_as_it_is_now(filled: Scene) -> None:
    alba, cedar = filled.alba, filled.cedar
    assert await titles_of(cedar, "website", most=2) == ["Café website", "Website"]
    await alba.ask("lead.change", lead=filled.lead, title="Shop")
    await filled.share()
    assert await titles_of(cedar, "website", most=2) == ["Café website", "10 h of web"]
    assert await titles_of(cedar, "shop") == ["Shop", "Café website"]
    await alba.ask("lead.advance", lead=filled.lead, to="lost")
    await filled.share()
    assert (await found(cedar, "shop"))[0]["state"] == "lost"


async def test_texts_that_come_later(filled: Scene) -> None:
    cedar, birch = filled.cedar, filled.birch
    await birch.ask("lead.open", title="Zebra crossing", description="Black, white")
    runs = await nodes.runs_of(birch.node, cedar.node)
    await cedar.node.ingest.take(runs)
    assert await found(cedar, "zebra") == []
    texts = await nodes.texts_of(birch.node, runs)
    await cedar.node.ingest.take([], texts[:1])
    await cedar.node.ingest.take([], texts[1:])
    assert await titles_of(cedar, "zebra") == ["Zebra crossing"]
    assert await titles_of(cedar, "black") == ["Zebra crossing"]


async def test_words_go_with_what_they_say(filled: Scene) -> None:
    """What a later text replaces is not found any more, whatever its role."""
    cedar, birch = filled.cedar, filled.birch
    lead = await birch.ask("lead.open", title="Zebra", description="Black, white")
    await filled.share()
    assert await titles_of(cedar, "zebra") == await titles_of(cedar, "white") != []
    await birch.ask("lead.change", lead=lead["id"], description="Striped")
    await filled.share()
    assert await titles_of(cedar, "striped") == ["Zebra"]
    assert await found(cedar, "white") == []
    await birch.ask("profile.set", description="We build.", people=3)
    await filled.share()
    assert await titles_of(cedar, "build") == ["Birch"]
    await birch.ask("profile.set", description="We mend.", people=3)
    await filled.share()
    assert await found(cedar, "build") == []


async def test_words_of_a_suspended_log_are_not_found(two: list[Coop]) -> None:
    """They are cut off with the events that they belong to; what stands stays."""
    alba, birch = two
    await alba.ask("lead.open", title="Quayside")
    await alba.ask("lead.open", title="Zebra crossing", description="Black, white")
    await share(two)
    assert await titles_of(birch, "quayside zebra") == []
    assert await titles_of(birch, "zebra") == ["Zebra crossing"]
    await prove(alba, 3, birch.node.register)
    await birch.node.ingest.refold(alba.node.coop)
    for words in ("zebra", "white"):
        assert await found(birch, words) == []
    assert await titles_of(birch, "quayside") == ["Quayside"]
    # Not only hidden: the index has no row of them.
    assert await birch.node.index.find(query("zebra"), REST, 5) == []
    assert len(await birch.node.index.find(query("quayside"), REST, 5)) == 1


async def test_it_goes_on_after_a_restart(scene: Scene) -> None:
    cedar = scene.cedar
    assert await titles_of(cedar, "website") == ["Website"]
    looked: list[int] = []
    index = indexing.Index(cedar.node.data / SEARCH_DB, cedar.node.instance)
    books = books_of(cedar.node)
    try:
        looked.append(await index.behind(books))
        await scene.alba.ask("lead.open", title="Second website")
        await scene.share()
        looked.append(await index.behind(books))
        while await index.follow(books):
            pass
        hits = await index.find(query("second"), REST, 5)
    finally:
        await index.close()
    assert looked == [0, 1]
    assert len(hits) == 1


def _harm(path: Path, harm: str) -> None:
    if harm == "junk":
        path.write_bytes(b"not a database" * 1000)
    elif harm == "half":
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] + bytes(len(data) // 2))
    elif harm == "other":
        with sqlite3.connect(path) as db:
            db.execute("UPDATE meta SET value = x'00' WHERE key = 'instance'")
    elif harm == "empty":
        path.write_bytes(b"")
    else:
        search_db.remove(path)


@pytest.mark.parametrize("harm", ["junk", "half", "other", "empty", "gone"])
async def test_a_damaged_index_is_made_anew(scene: Scene, harm: str) -> None:
    cedar = scene.cedar
    assert await titles_of(cedar, "website") == ["Website"]
    await cedar.node.index.close()
    _harm(cedar.node.data / SEARCH_DB, harm)
    # What is damaged in the middle shows only when it is read.
    await cedar.ask("search", words="website")
    assert await titles_of(cedar, "website") == ["Website"]


async def test_a_log_that_is_folded_anew_is_indexed_anew(scene: Scene) -> None:
    cedar = scene.cedar
    assert await titles_of(cedar, "website") == ["Website"]
    await cedar.node.state.forget(scene.alba.node.coop)
    assert await found(cedar, "website") == []
    await cedar.node.ingest.rebuild()
    assert await titles_of(cedar, "website") == ["Website"]


async def test_a_node_that_serves_leaves_much_to_its_loop(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    cedar = scene.cedar
    monkeypatch.setattr("node.commands.search._AT_ONCE", 0)
    cedar.node.served = True
    answer = await cedar.ask("search", words="website")
    assert answer["hits"] == []
    assert answer["behind"] > 0
    await asyncio.wait_for(cedar.node.index.keep_up(books_of(cedar.node)), 10)
    assert await titles_of(cedar, "website") == ["Website"]


async def test_refusals(two: list[Coop]) -> None:
    await share(two)
    await check_refusals(
        two[0],
        [
            ("search", {"words": ""}, "field-wrong", "words"),
            ("search", {"words": ' "" * -'}, "field-wrong", "words"),
            ("search", {"words": "web", "most": 0}, "field-wrong", "most"),
            ("search", {"words": "web", "most": 201}, "field-wrong", "most"),
            (
                "search",
                {"words": "web", "families": ["tea"]},
                "field-wrong",
                "families",
            ),
        ],
    )


@given(st.text(max_size=60))
def test_what_is_typed_is_never_wrong(words: str) -> None:
    wanted = query(words)
    if not wanted:
        assert not any(one.isalnum() for one in words if one.isprintable())
        return
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE words USING fts5 (family, title, rest)")
        db.execute(
            "INSERT INTO words VALUES ('lead', ?, '')",
            (words.encode(errors="replace").decode(),),
        )
        db.execute(
            "SELECT rowid FROM words WHERE words MATCH ?",
            (f'({{title rest}} : ({wanted})) AND (family : "lead")',),
        ).fetchall()


async def test_entities_of_one_moment_keep_apart(tmp_path: Path) -> None:
    store = await SearchDb.open(tmp_path / SEARCH_DB, b"one")
    docs = [
        Doc(bytes([7, 7, 7, 7, no]), b"c", "lead", 5, f"word{no}", "", {})
        for no in range(4)
    ]
    try:
        await store.write(docs[:2], None)
        await store.write(docs[1:], (b"c", ()))
        every = await store.find('"word"*', 1, 9)
        assert sorted(one for one, _ in every) == [doc.entity for doc in docs]
        assert len(every) == len(docs)
    finally:
        await store.close()
