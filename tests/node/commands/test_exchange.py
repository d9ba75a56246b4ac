"""Calendars, feeds and Valueflows, written by nodes and read as other programs do."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

import icalendar
import pytest
from pyld import jsonld

from node.act import Draft
from node.exchange import atom
from node.exchange.valueflows import terms
from node.exchange.valueflows.mapping import FAMILIES
from protocol.kinds.capacity import BookingMade
from protocol.kinds.leads import LeadOpened
from tests.node.commands.nodes import Coop, refused, share
from tests.node.commands.scene import Scene

ROOT: Final = Path(__file__).resolve().parents[3]
Json = dict[str, Any]
WEEK: Final = {"starts": "2026-01-05", "ends": "2026-03-29"}
#: What a node of another make could publish: ours cleans it before it is signed.
HOSTILE: Final = (
    "A, b; c\\n\r\nEND:VEVENT\r\nATTACH:file:///etc/passwd\x00\x1b[2J"
    "</title><script>&amp;]]>\ufffe\u202e"
)


async def written(by: Coop, name: str, path: Path, **more: object) -> bytes:
    await by.ask(name, path=str(path), force=True, **more)
    return path.read_bytes()  # noqa: ASYNC240 - a test waits for it


async def busy(scene: Scene) -> list[str]:
    """Let everything happen that can be exported; gives the pledges."""
    birch = scene.birch
    await birch.ask(
        "profile.set",
        people=4,
        skills=["web", "design"],
        languages=["en"],
        place="Leeds",
        description="We build.",
    )
    await birch.ask("wish.set", wanted=4500, **WEEK)
    rate = {"amount": "600", "minutes": 450}
    await birch.ask("capacity.offer", skill="web", minutes=900, rate=rate, **WEEK)
    await birch.ask("capacity.offer", skill="design", minutes=60, note="Maybe", **WEEK)
    await birch.ask("booking.set", minutes=60, skill="web", **WEEK)
    await birch.ask("booking.set", minutes=60, probability=40, **WEEK)
    gone = await birch.ask("booking.set", minutes=60, **WEEK)
    await birch.ask("booking.move", booking=gone["id"], to="released")
    await scene.alba.ask(
        "lead.change",
        lead=scene.lead,
        deadline="2026-01-23",
        value={"amount": "9000"},
        ends="2026-06-30",
        cpv=["72413000"],
    )
    work, money = await scene.work(600, **WEEK), await scene.money("50")
    dated, loose = await scene.work(60, starts="2026-02-02"), await scene.work(30)
    for one in (work, money, dated, loose):
        await scene.accept(one)
        await scene.confirm(one)
    await birch.ask("pledge.release", pledge=loose)
    await scene.work(90, line=2, note="If need be")
    await scene.share()
    return [work, money, dated, loose]


async def feed_of(by: Coop, path: Path) -> Xml.Element:
    # What our own node wrote.
    return Xml.fromstring(await written(by, "atom.export", path))  # noqa: S314


# --- calendars ----------------------------------------------------------------------


def events(data: bytes) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(data)
    assert isinstance(calendar, icalendar.Calendar)
    assert calendar.errors == []
    found = {str(one["UID"]): one for one in calendar.events}
    assert len(found) == len(calendar.events)
    return found


async def test_a_calendar_has_bookings_commitments_and_deadlines(
    scene: Scene, tmp_path: Path
) -> None:
    work, _, dated, _ = await busy(scene)
    data = await written(scene.alba, "ical.export", tmp_path / "all.ics")
    found = events(data)
    said = sorted(
        (str(one["SUMMARY"]), str(one["STATUS"]), one.start, one.end)
        for one in found.values()
    )
    jan, feb, mar = (
        datetime.date(2026, 1, 5),
        datetime.date(2026, 2, 2),
        datetime.date(2026, 3, 30),
    )
    day = datetime.timedelta(days=1)
    assert said == [
        ("Birch: 1 h a week of web, own use", "CONFIRMED", jan, mar),
        ("Birch: 1 h a week, own use (40 %)", "TENTATIVE", jan, mar),
        ("Birch: 1 h of web for Website (Alba)", "CONFIRMED", feb, feb + day),
        ("Birch: 10 h of web for Website (Alba)", "CONFIRMED", jan, mar),
        (
            "Deadline: Website (Alba)",
            "CONFIRMED",
            datetime.date(2026, 1, 23),
            datetime.date(2026, 1, 24),
        ),
    ]
    for pledge in (work, dated):
        assert f"urn:wortley:{pledge}#commitment" in found
    assert all(one["TRANSP"] == "TRANSPARENT" for one in found.values())
    # Another node writes the same entries, and the same node the same file.
    assert await written(scene.alba, "ical.export", tmp_path / "all.ics") == data
    other = events(await written(scene.cedar, "ical.export", tmp_path / "c.ics"))
    assert {key: one.to_ical() for key, one in other.items()} == {
        key: one.to_ical() for key, one in found.items()
    }
    own = events(
        await written(scene.alba, "ical.export", tmp_path / "a.ics", coop="Alba")
    )
    assert len(own) == 3
    none = await written(scene.cedar, "ical.export", tmp_path / "c.ics", coop="Cedar")
    assert events(none) == {}


async def test_the_times_of_a_calendar_are_those_of_the_events(
    two: list[Coop], tmp_path: Path
) -> None:
    alba, birch = two
    lead = await alba.ask("lead.open", title="Website", deadline="2026-01-23")
    alba.clock.pass_ms(86_400_000)
    await alba.ask("lead.change", lead=lead["id"], deadline="2026-01-24")
    await share(two)
    (event,) = events(await written(birch, "ical.export", tmp_path / "a.ics")).values()
    opened = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.UTC)
    assert opened == event.CREATED
    assert opened + datetime.timedelta(days=1) == event.DTSTAMP


async def test_hostile_words_stay_words(two: list[Coop], tmp_path: Path) -> None:
    alba, birch = two
    last = datetime.date.max
    await alba.node.act.publish(
        [
            Draft(
                "lead.opened",
                LeadOpened(deadline=last),
                {"title": HOSTILE, "description": HOSTILE, "link": "javascript:x"},
            ),
            Draft(
                "booking.made",
                BookingMade(
                    ends=last,
                    minutes=1,
                    starts=last - datetime.timedelta(days=9),
                    state="confirmed",
                ),
                {"note": HOSTILE},
            ),
        ]
    )
    await share(two)
    data = await written(birch, "ical.export", tmp_path / "a.ics")
    assert b"\r\nATTACH" not in data.replace(b"\r\n ", b"")
    assert len(events(data)) == 2
    feed = await feed_of(birch, tmp_path / "a.atom")
    (entry,) = feed.findall(f"{{{atom.NAMESPACE}}}entry")
    assert not entry.findall(f"{{{atom.NAMESPACE}}}link")
    title = entry.findtext(f"{{{atom.NAMESPACE}}}title")
    assert title is not None
    assert "</title><script>&amp;]]>" in title
    assert title.isprintable()
    check_graph(await written(birch, "valueflows.export", tmp_path / "a.jsonld"))


# --- feeds --------------------------------------------------------------------------


async def test_a_feed_has_the_newest_leads_first(
    two: list[Coop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    empty = await feed_of(alba, tmp_path / "a.atom")
    assert {one.tag.partition("}")[2]: one.text for one in empty} == {
        "id": f"urn:wortley:{(await alba.ask('network.show'))['id']}#leads",
        "title": "Leads of Network of the North",
        "updated": "1970-01-01T00:00:00Z",
        "generator": "Wortley",
    }
    first = await alba.ask(
        "lead.open",
        title="Website & <b>",
        description="Two\nlines",
        link="https://alba.example/?a=1&b=2",
        deadline="2026-01-23",
        value={"amount": "9000"},
        requirements=[{"skill": "web"}, {"skill": "web"}, {"skill": "design"}],
    )
    alba.clock.pass_ms(1000)
    second = await alba.ask("lead.open", title="Talk")
    alba.clock.pass_ms(1000)
    await alba.ask("lead.advance", lead=first["id"], to="bidding")
    await share(two)
    feed = await feed_of(birch, tmp_path / "b.atom")
    names = {"a": atom.NAMESPACE}

    def texts(path: str) -> list[str | None]:
        return [one.text for one in feed.findall(path, names)]

    assert texts("a:entry/a:id") == [
        f"urn:wortley:{one['id']}" for one in (first, second)
    ]
    assert texts("a:entry/a:title") == ["Website & <b>", "Talk"]
    assert texts("a:entry/a:published") == [
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:21Z",
    ]
    assert texts("a:entry/a:updated") == [
        "2023-11-14T22:13:22Z",
        "2023-11-14T22:13:21Z",
    ]
    assert texts("a:updated") == ["2023-11-14T22:13:22Z"]
    assert texts("a:entry/a:author/a:name") == ["Alba", "Alba"]
    assert texts("a:entry/a:content") == ["Two\nlines", None]
    assert texts("a:entry/a:summary") == [
        "bidding, 9000.00 GBP, bids until 2026-01-23",
        "open",
    ]
    categories = feed.findall("a:entry/a:category", names)
    assert [one.get("term") for one in categories] == ["web", "design"]
    (link,) = feed.findall("a:entry/a:link", names)
    assert link.get("href") == "https://alba.example/?a=1&b=2"
    monkeypatch.setattr(atom, "MOST", 1)
    feed = await feed_of(birch, tmp_path / "b.atom")
    assert texts("a:entry/a:title") == ["Website & <b>"]


# --- Valueflows ---------------------------------------------------------------------

VOCABULARY: Final[Json] = json.loads(
    (ROOT / "tests/data/valueflows/terms-1.0.0.json").read_text("utf-8")
)
#: Class -> itself and what it is a kind of.
KINDS: Final = {one: {one} for one in VOCABULARY["classes"]} | {
    "Organization": {"Organization", "Agent"}
}


def test_all_terms_are_of_the_vocabulary() -> None:
    assert VOCABULARY["namespace"] == terms.NAMESPACE
    assert set(terms.CLASSES) <= set(VOCABULARY["classes"])
    properties = {*terms.LINKS, *terms.CHOICES, *terms.VALUES}
    assert properties <= VOCABULARY["properties"].keys()
    for name, kind in terms.VALUES.items():
        wanted = VOCABULARY["properties"][name]["range"]
        assert wanted in ([f"xsd:{kind}"], ["dtype:numericUnion"]), name
    for name in terms.WORDS:
        assert set(VOCABULARY["words"][name]) <= {"Action", "ProposalPurpose"}


def nodes_in(value: object) -> Iterator[Json]:
    """Give an object and all objects in it."""
    if isinstance(value, list):
        for one in value:
            yield from nodes_in(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes_in(one)


def check_graph(data: bytes) -> list[Json]:
    """Hold a document against the vocabulary; give all of its nodes."""
    document = json.loads(data)
    found = list(nodes_in(document["@graph"]))
    classes: dict[str, str] = {}
    for one in found:
        # Members without a profile are named once, the others twice.
        if "@id" in one:
            assert classes.setdefault(one["@id"], one["@type"]) == one["@type"]
    for one in found:
        for key, value in one.items():
            if not key.startswith("@"):
                _check_property(one["@type"], key, value, classes)
    _check_expansion(document, len(found))
    return found


def _check_property(
    kind: str, key: str, value: object, classes: dict[str, str]
) -> None:
    known = VOCABULARY["properties"][key]
    assert KINDS[kind] & set(known["domain"]), (kind, key)
    assert value not in (None, "", [])
    for one in value if isinstance(value, list) else [value]:
        if key in terms.CHOICES:
            assert set(VOCABULARY["words"][one]) & set(known["range"]), one
        elif key in terms.LINKS:
            there = one["@type"] if isinstance(one, dict) else classes[str(one)]
            # Where the vocabulary names no range it says Intent in words.
            assert KINDS[there] & set(known["range"] or ["Intent"]), (key, there)
        elif terms.VALUES[key] == "dateTimeStamp":
            assert datetime.datetime.fromisoformat(str(one)).tzinfo is not None
        elif terms.VALUES[key] == "boolean":
            assert isinstance(one, bool)
        else:
            assert isinstance(one, str)


def _check_expansion(document: Json, count: int) -> None:
    def load(_url: str, _options: object) -> None:
        raise AssertionError("a document that needs another one")

    expanded = jsonld.expand(document, {"documentLoader": load})
    found = [
        one for one in nodes_in(expanded) if "@type" in one and "@value" not in one
    ]
    assert len(found) == count
    for one in found:
        assert one["@type"][0].startswith(terms.NAMESPACE)
        for key in one.keys() - {"@id", "@type"}:
            assert key.startswith(terms.NAMESPACE), key


async def test_the_network_is_valueflows(scene: Scene, tmp_path: Path) -> None:
    work, money, _, loose = await busy(scene)
    data = await written(scene.cedar, "valueflows.export", tmp_path / "c.jsonld")
    found = check_graph(data)
    by_id: dict[str, Json] = {}
    for one in found:
        by_id.setdefault(one.get("@id", ""), {}).update(one)
    birch = by_id[f"urn:wortley:{scene.birch.id}"]
    assert birch == {
        "@id": f"urn:wortley:{scene.birch.id}",
        "@type": "Organization",
        "name": "Birch",
        "note": "We build.",
        "classifiedAs": ["web", "design"],
        "primaryLocation": birch["primaryLocation"],
    }
    commitment = by_id[f"urn:wortley:{work}#commitment"]
    assert commitment == {
        "@id": f"urn:wortley:{work}#commitment",
        "@type": "Commitment",
        "action": "work",
        "provider": f"urn:wortley:{scene.birch.id}",
        "receiver": f"urn:wortley:{scene.alba.id}",
        "created": commitment["created"],
        "plannedWithin": f"urn:wortley:{scene.lead}#plan",
        "satisfies": [f"urn:wortley:{work}", f"urn:wortley:{scene.lead}#line-1"],
        "resourceConformsTo": "urn:wortley:skill:web",
        "effortQuantity": {
            "@type": "Measure",
            "hasNumericalValue": "600",
            "hasUnit": "urn:wortley:unit:minute",
        },
        "hasBeginning": "2026-01-05T00:00:00Z",
        "hasEnd": "2026-03-29T23:59:59Z",
        "finished": False,
    }
    paid = by_id[f"urn:wortley:{money}#commitment"]
    assert paid["satisfies"][1] == f"urn:wortley:{scene.project}#goal"
    assert paid["resourceQuantity"]["hasNumericalValue"] == "50.00"
    assert by_id[f"urn:wortley:{loose}#commitment"]["finished"] is True
    lead = by_id[f"urn:wortley:{scene.lead}"]
    assert (lead["purpose"], lead["hasEnd"]) == ("request", "2026-01-23T23:59:59Z")
    assert [
        one["effortQuantity"]["hasNumericalValue"] for one in lead["publishes"]
    ] == [
        "900",
        "300",
    ]
    counts = {
        kind: sum(one["@type"] == kind for one in by_id.values())
        for kind in ("Organization", "Proposal", "Commitment", "Plan", "Unit")
    }
    assert counts == {
        "Organization": 3,
        "Proposal": 4,
        "Commitment": 6,
        "Plan": 2,
        "Unit": 3,
    }
    assert json.loads(data)["@context"] == terms.CONTEXT


async def test_every_family_that_says_something_is_mapped(scene: Scene) -> None:
    await busy(scene)
    totals = await scene.alba.node.state.totals()
    halves = {"acceptance", "answer", "log"}
    assert totals.keys() - halves == FAMILIES.keys()


async def test_notices_of_all_publishers_become_leads(
    two: list[Coop], tmp_path: Path
) -> None:
    alba, _ = two
    counts = {}
    for sample in sorted((ROOT / "tests/node/exchange/samples").glob("*.json*")):
        args: Json = {"path": str(sample), "publish": True}
        done = await alba.ask("lead.import", **args)
        counts[sample.name] = (done["read"], done["published"], len(done["failed"]))
        before = await alba.ask("status")
        assert (await alba.ask("lead.import", **args))["published"] == 0
        assert await alba.ask("status") == before
    assert counts == {
        "eforms-languages.json": (3, 1, 0),
        "eforms.json": (4, 2, 0),
        "find-a-tender.json": (7, 2, 0),
        "linked-records.json": (2, 1, 1),
        "no-releases.json": (0, 0, 0),
        "registry.jsonl": (3, 2, 1),
        "scotland.json": (2, 2, 0),
        "wales.json": (4, 2, 1),
    }
    check_graph(await written(alba, "valueflows.export", tmp_path / "a.jsonld"))
    table = {"what": "leads", "path": str(tmp_path / "leads.csv")}
    await alba.ask("csv.export", **table)
    taken = await alba.ask("csv.import", **table)
    assert (taken["unchanged"], taken["changed"]) == (12, 0)


async def test_no_export_replaces_a_file_by_itself(
    two: list[Coop], tmp_path: Path
) -> None:
    path = tmp_path / "there"
    path.write_text("mine")
    for name in ("ical.export", "atom.export", "valueflows.export"):
        assert (await refused(two[0], name, path=str(path))).code == "file-exists"
    assert path.read_text() == "mine"
    assert not (tmp_path / "there.part").exists()
