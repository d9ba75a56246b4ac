"""Explaining: entities, events that opened none, what is void, what waits."""

from collections import Counter

import pytest

from node.act import Draft
from node.errors import UserFault
from node.views import explain as explaining
from protocol import event
from protocol.event import Epoch
from protocol.ids import EventId, parse, text
from protocol.kinds.leads import LeadAdvanced, LeadOpened
from protocol.log import Run, ids_after
from tests.node.commands.nodes import Coop, share

LINES = [{"skill": "web", "minutes": 900}]
WEEKS = {"starts": "2026-01-05", "ends": "2026-03-29"}


async def publish_blindly(coop: Coop, *data: bytes) -> list[bytes]:
    """Sign events into a co-op's own log that no rule was asked about."""
    node = coop.node
    (held,) = node.log.of_coop(node.coop)
    ids = ids_after(EventId(held.last_id), data)
    last = held.last + len(data)
    run = Run(
        chain=held.chain,
        first=held.last + 1,
        events=data,
        signature=node.signer.sign_head(held.chain, last, ids[-1]),
    )
    taken = await node.ingest.take([run])
    assert not taken.refused
    return [bytes(one) for one in ids]


async def test_a_lead_with_its_history(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website", requirements=LINES))["id"]
    await alba.ask("lead.open", title="Another")
    await share(two)
    pledge = (await birch.ask("pledge.work", lead=lead, minutes=600))["id"]
    await share(two)
    await alba.ask("pledge.accept", pledge=pledge, quantity=450)
    await alba.ask("lead.advance", lead=lead, to="bidding", note="Off it goes.")
    await share(two)
    said = await birch.ask("explain", id=lead[:12])
    assert (said["what"], said["title"], said["state"]) == (
        "lead",
        "Website",
        "bidding",
    )
    assert (said["name"], said["coop"]) == ("Alba", alba.id)
    assert said["texts"] == [{"role": "title", "words": "Website"}]
    assert [row["kind"] for row in said["history"]] == [
        "lead.opened",
        "acceptance.given",
        "lead.advanced",
    ]
    assert said["event"] == said["history"][0]
    (line,) = said["joins"]
    assert line.startswith("Line 1: 15 h; 0 h committed, 7 h 30 min accepted")
    assert line.endswith("0 h offered, 7 h 30 min missing.")
    assert said["complete"]


async def test_a_pledge_and_its_other_half(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website", requirements=LINES))["id"]
    await share(two)
    pledge = (await birch.ask("pledge.work", lead=lead, minutes=600))["id"]
    await share(two)

    async def stands(one: str = pledge) -> list[str]:
        await share(two)
        said = await alba.ask("explain", id=one)
        return list(said["joins"])

    assert await stands() == ["Birch offers 10 h; Alba has not answered. (offered)"]
    await alba.ask("pledge.decline", pledge=pledge, note="Not yet.")
    assert await stands() == ["Alba has declined it. (declined)", "Alba: Not yet."]
    acceptance = (await alba.ask("pledge.accept", pledge=pledge))["id"]
    said = (await stands())[0]
    assert said == (
        "Alba has accepted 10 h; Birch has not confirmed it yet. (accepted)"
    )
    assert (await stands(acceptance))[0] == said
    await birch.ask("pledge.confirm", pledge=pledge)
    assert "(committed)" in (await stands())[0]
    await alba.ask("acceptance.withdraw", acceptance=pledge)
    assert (await stands())[0] == (
        "Birch has confirmed 10 h, but Alba withdrew its acceptance. It counts as"
        " committed until Birch releases it. (overtaken)"
    )
    (line,) = await stands(lead)
    assert "10 h committed (10 h of it overtaken)" in line
    assert "5 h missing" in line
    await birch.ask("pledge.release", pledge=pledge)
    assert "(released)" in (await stands())[0]


async def test_an_answer_to_a_pledge_that_is_not_here(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website", requirements=LINES))["id"]
    await share(two)
    pledge = (await birch.ask("pledge.work", lead=lead, minutes=600))["id"]
    await share(two)
    acceptance = (await alba.ask("pledge.accept", pledge=pledge))["id"]
    await alba.node.state.forget(birch.node.coop)
    said = await alba.ask("explain", id=acceptance)
    assert said["joins"] == ["The pledge that it answers is not here."]


async def test_entities_without_an_event_of_their_name(two: list[Coop]) -> None:
    alba, _ = two
    await alba.ask("wish.set", wanted=5, **WEEKS)
    await alba.ask("wish.set", wanted=6, **WEEKS)
    await alba.ask("wish.set", wanted=7, starts="2025-01-01", ends="2025-02-01")
    await alba.ask("profile.set", people=3)
    wishes = await alba.node.state.entities("wish")
    said = await alba.ask("explain", id=text("evt", wishes[0].id))
    assert said["what"] == "wish"
    assert [row["line"].split(" ")[1] for row in said["history"]] == ["5", "6"]
    said = await alba.ask("explain", id=alba.id[:10])
    assert (said["what"], said["title"]) == ("profile", "Alba")
    assert [row["kind"] for row in said["history"]] == ["profile.set"] * 2


async def test_an_event_that_opened_nothing(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    moved = await alba.ask("lead.advance", lead=lead, to="lost", note="Third of five.")
    wish = await alba.ask("wish.set", wanted=5, **WEEKS)
    await share(two)
    said = await birch.ask("explain", id=moved["id"][:14])
    assert (said["what"], said["state"]) == ("event", None)
    assert said["event"]["kind"] == "lead.advanced"
    assert said["event"]["verdict"] == "in force"
    assert said["texts"] == [{"role": "note", "words": "Third of five."}]
    assert said["did"] == [
        f'It changed the lead "Website", {lead[:16]}, which is lost now.'
    ]
    said = await birch.ask("explain", id=wish["id"])
    assert said["did"][0].startswith("It changed the busyness wish (5 min a week")
    await birch.node.log._writer.execute("DELETE FROM texts")
    said = await birch.ask("explain", id=moved["id"])
    assert said["texts"] == [{"role": "note", "words": None}]


async def test_ids_in_a_line_are_put_in_words(two: list[Coop]) -> None:
    alba, birch = two
    line = {"skill": "web", "minutes": 600}
    lead = (await alba.ask("lead.open", title="Website", requirements=[line]))["id"]
    await share(two)
    work = {"lead": lead, "line": 1, "minutes": 600}
    pledge = (await birch.ask("pledge.work", **work))["id"]
    await share(two)
    said = await alba.ask("explain", id=pledge)
    assert said["named"] == [f'{lead[:16]} is the lead "Website" of Alba.']
    taken = (await alba.ask("pledge.accept", pledge=pledge))["id"]
    await share(two)
    done = await birch.ask("pledge.confirm", pledge=pledge)
    said = await birch.ask("explain", id=done["id"])
    assert said["did"] == [
        f"It changed the pledge (10 h of web), {pledge[:16]}, which is confirmed now."
    ]
    assert said["named"] == [
        f"{taken[:16]} is the acceptance (10 h accepted) of Alba.",
    ]
    said = await birch.ask("explain", id=taken)
    assert said["named"] == [
        f"{pledge[:16]} is the pledge (10 h of web) of Birch.",
        f'{lead[:16]} is the lead "Website" of Alba.',
    ]
    interest = await birch.ask("interest.set", lead=lead, stance="watching")
    (said,) = (await birch.ask("explain", id=interest["id"]))["did"]
    assert said.startswith("It changed the interest in a lead, evt_")


async def test_void_events_say_why(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    roster = alba.node.register.roster
    move = event.build(
        epoch=Epoch(roster.number, roster.tip[:8]),
        time_ms=2**53 - 1,
        kind="lead.advanced",
        body=LeadAdvanced(lead=parse("evt", lead), to="closed"),
    )
    unknown = event.build(
        epoch=Epoch(roster.number, roster.tip[:8]),
        time_ms=0,
        kind="lead.sung",
        body=LeadAdvanced(lead=parse("evt", lead), to="open"),
    )
    first, second, third = await publish_blindly(alba, move, unknown, b"\xc1")
    await share(two)
    said = await birch.ask("explain", id=text("evt", first))
    assert said["event"]["verdict"] == "void"
    assert said["event"]["reason"] == "A lead that is open cannot become closed."
    assert said["event"]["time"] == f"{2**53 - 1} ms"
    assert said["did"] == []
    said = await birch.ask("explain", id=text("evt", second))
    assert "lead.sung" in said["event"]["reason"]
    said = await birch.ask("explain", id=text("evt", third))
    assert (said["event"]["kind"], said["event"]["time"]) == ("(unreadable)", None)
    assert said["event"]["verdict"] == "void"
    assert (await birch.ask("verify"))["ok"]
    rows = (await birch.ask("log.show", coop="Alba"))["rows"]
    assert [row["verdict"] for row in rows[-4:]] == ["in force", "void", "void", "void"]


async def test_what_waits_says_for_what(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    body = LeadAdvanced(lead=parse("evt", lead), to="bidding")
    ahead = Epoch(alba.node.register.roster.number + 7, b"\1" * 8)
    events = [
        event.build(epoch=ahead, time_ms=0, kind="lead.advanced", body=body),
        event.build(
            epoch=Epoch(1, alba.node.register.roster.tip[:8]),
            time_ms=0,
            kind="lead.advanced",
            body=body,
        ),
    ]
    first, second = await publish_blindly(alba, *events)
    await share(two)
    said = await birch.ask("explain", id=text("evt", first))
    assert said["event"]["verdict"] == "waiting"
    assert said["event"]["reason"] == (
        "It waits for block 8 of the roster; 1 is the last here."
    )
    said = await birch.ask("explain", id=text("evt", second))
    assert said["event"]["verdict"] == "waiting"
    assert "Place 3 of the same log waits for block 8" in said["event"]["reason"]
    rows = (await birch.ask("log.show", coop="Alba", last=3))["rows"]
    assert [row["verdict"] for row in rows] == ["in force", "waiting", "waiting"]


async def test_two_incarnations_side_by_side_wait(two: list[Coop]) -> None:
    alba, _ = two
    chain, _, _ = alba.node.act._open(base=None)
    roster = alba.node.register.roster
    data = event.build(
        epoch=Epoch(roster.number, roster.tip[:8]),
        time_ms=0,
        kind="lead.advanced",
        body=LeadAdvanced(lead=bytes(32), to="open"),
    )
    (event_id,) = ids_after(chain.opening(), [data])
    run = Run(
        chain=chain,
        first=1,
        events=(data,),
        signature=alba.node.signer.sign_head(chain, 1, event_id),
    )
    assert not (await alba.node.ingest.take([run])).refused
    said = await alba.ask("explain", id=text("evt", event_id))
    assert said["event"]["verdict"] == "waiting"
    assert "does not count yet" in said["event"]["reason"]


async def test_events_are_found_in_segments(two: list[Coop]) -> None:
    alba, birch = two
    drafts = [
        Draft("lead.opened", LeadOpened(), {"title": f"Lead {no}"}) for no in range(900)
    ]
    ids = await alba.node.act.publish(drafts)
    lost = [
        Draft("lead.advanced", LeadAdvanced(lead=one, to="lost")) for one in ids[:300]
    ]
    moved = await alba.node.act.publish(lost)
    await share(two)
    (held,) = birch.node.log.of_coop(alba.node.coop)
    assert held.sealed > 900
    for one in (moved[0], moved[-1]):
        said = await birch.ask("explain", id=text("evt", one))
        assert said["event"]["kind"] == "lead.advanced"
    said = await birch.ask("explain", id=text("evt", ids[0]))
    assert [row["kind"] for row in said["history"]] == ["lead.opened", "lead.advanced"]


async def test_a_long_log_is_searched_in_part(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, _ = two
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    moved = (await alba.ask("lead.advance", lead=lead, to="bidding"))["id"]
    await alba.ask("lead.advance", lead=lead, to="open")
    monkeypatch.setattr(explaining, "HISTORY", 2)
    said = await alba.ask("explain", id=lead)
    assert (len(said["history"]), said["complete"]) == (2, False)
    assert said["event"] is None
    monkeypatch.setattr(explaining, "SHOWN", 1)
    assert len((await alba.ask("explain", id=lead))["history"]) == 1
    monkeypatch.setattr(explaining, "SEARCHED", 0)
    with pytest.raises(UserFault, match="newest 0 events"):
        await alba.ask("explain", id=moved)


async def test_what_names_several_or_nothing(two: list[Coop]) -> None:
    alba, _ = two
    for no in range(40):
        lead = (await alba.ask("lead.open", title=f"Lead {no}"))["id"]
        await alba.ask("lead.advance", lead=lead, to="lost")
    entities = await alba.node.state.entities("lead")
    often = Counter(text("evt", entity.id)[4] for entity in entities)
    ((first, _),) = often.most_common(1)
    with pytest.raises(UserFault) as caught:
        await alba.ask("explain", id=first)
    assert caught.value.code == "id-ambiguous"
    for written, code in [
        ("evt_aaaaaaaaaaaa", "id-unknown"),
        ("1", "id-form"),
        ("coop_aaaaaaaaaa", "coop-unknown"),
    ]:
        with pytest.raises(UserFault) as caught:
            await alba.ask("explain", id=written)
        assert caught.value.code == code
        assert caught.value.fields["field"] == "id"


async def test_an_applicant_has_said_nothing_yet(two: list[Coop]) -> None:
    alba, birch = two
    await alba.node.state.forget(birch.node.coop)
    with pytest.raises(UserFault) as caught:
        await alba.ask("explain", id=birch.id)
    assert caught.value.code == "profile-none"
