"""Calendars, feeds and Valueflows, written by nodes and read as other programs do."""

import datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

import icalendar
import pytest

from node.act import Draft
from node.exchange import atom
from protocol.kinds.capacity import BookingMade
from protocol.kinds.leads import LeadOpened
from tests.node.commands.graph import check_graph
from tests.node.commands.nodes import Coop, refused, share
from tests.node.commands.scene import Scene
from tests.node.commands.shop import Shop

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
    # A calendar without a component is none (RFC 5545, 3.6).
    (zone,) = icalendar.Calendar.from_ical(none).subcomponents
    assert (zone.name, str(zone["TZID"])) == ("VTIMEZONE", "UTC")
    assert [one.name for one in zone.subcomponents] == ["STANDARD"]
    assert b"VTIMEZONE" not in data


async def test_a_calendar_has_the_days_on_which_something_is_due(
    shop: Shop, tmp_path: Path
) -> None:
    alba, birch = shop.alba, shop.birch
    closes = {"closes": "2023-12-14"}
    await shop.do(alba, "round.open", title="Spring", **closes)
    over = await shop.do(alba, "decision.open", title="Over", **closes)
    await shop.do(alba, "decision.withdraw", decision=over)
    await shop.do(birch, "decision.open", title="Rules", **closes)
    steps = [{"percent": 40, "due": "2023-12-01"}, {"percent": 60, "due": "2024-02-01"}]
    project = shop.scene.project
    await shop.do(alba, "project.milestone.set", project=project, steps=steps)
    await shop.do(alba, "project.milestone.reach", project=project, no=1)
    asked = {"payer": "Alba", "due": "2024-01-31", "amount": {"amount": "90"}}
    invoice = await shop.do(birch, "invoice.issue", **asked)
    disputed = await shop.do(birch, "invoice.issue", **asked)
    await shop.do(alba, "invoice.dispute", invoice=disputed)
    part = {"amount": "30"}
    payment = await shop.do(alba, "payment.send", invoice=invoice, amount=part)
    await shop.do(birch, "payment.receive", payment=payment)

    async def said(**args: object) -> list[tuple[str, str]]:
        data = await written(shop.cedar, "ical.export", tmp_path / "c.ics", **args)
        found = [(str(one["SUMMARY"]), str(one.start)) for one in events(data).values()]
        return sorted(found)

    of_all = [("Round closes: Spring (Alba)", "2023-12-14")]
    of_all += [("Votes close: Rules (Birch)", "2023-12-14")]
    due = ("Due: 60.00 GBP from Alba to Birch", "2024-01-31")
    step = ("Milestone 2: Tool (Alba)", "2024-02-01")
    assert await said() == sorted([due, step, *of_all])
    assert await said(coop="Birch") == sorted([due, *of_all])
    assert await said(coop="Cedar") == of_all
    rest = await shop.do(alba, "payment.send", invoice=invoice)
    await shop.do(birch, "payment.receive", payment=rest)
    assert due not in await said()


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


# --- imported notices ---------------------------------------------------------------


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
