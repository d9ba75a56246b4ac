import json
from pathlib import Path

from node.store.node_db import Draft
from protocol.ids import parse
from tests.node.commands.nodes import Coop, check_refusals, refused, share

LEAD = {
    "title": "Website for\tBridport Market ",
    "description": "A shop.\n\nWith stalls.",
    "buyer": "Bridport Town Council",
    "link": "https://market.example/brief?id=7",
    "requirements": [
        {"skill": "web", "minutes": 9000, "starts": "2026-02-02", "ends": "2026-04-24"},
        {"skill": "design", "minutes": 3000, "must": False},
        {"skill": "training"},
    ],
    "value": {"amount": "18000"},
    "deadline": "2026-01-23",
    "starts": "2026-02-02",
    "ends": "2026-06-30",
    "cpv": ["72413000"],
}


async def test_a_lead_is_opened_and_read(two: list[Coop]) -> None:
    alba, birch = two
    lead = await alba.ask("lead.open", **LEAD)
    await share(two)
    page = await birch.ask("lead.show", lead=lead["id"][4:9])
    assert page == await alba.ask("lead.show", lead=lead["id"])
    wanted = {
        "id": lead["id"],
        "short": lead["id"][:12],
        "coop": alba.id,
        "name": "Alba",
        "title": "Website for Bridport Market",
        "description": "A shop.\n\nWith stalls.",
        "buyer": "Bridport Town Council",
        "link": "https://market.example/brief?id=7",
        "state": "open",
        "value": {"amount": "18000.00", "currency": "GBP"},
        "deadline": "2026-01-23",
        "cpv": ["72413000"],
        "skills": ["web", "design", "training"],
        "pledges": [],
        "wanted": 12000,
        "missing": 12000,
    }
    assert {key: page[key] for key in wanted} == wanted
    lines = [
        (one["line"], one["skill"], one["must"], one["wanted"], one["missing"])
        for one in page["requirements"]
    ]
    assert lines == [
        (1, "web", True, 9000, 9000),
        (2, "design", False, 3000, 3000),
        (3, "training", True, None, 0),
    ]
    (row,) = (await birch.ask("lead.list"))["leads"]
    assert {key: page[key] for key in row} == row


async def test_a_lead_needs_little(two: list[Coop]) -> None:
    lead = await two[0].ask("lead.open", title="Talk to the council", description="")
    page = await two[0].ask("lead.show", lead=lead["id"])
    assert page["requirements"] == []
    assert (page["value"], page["deadline"], page["description"]) == (None, None, "")


async def test_leads_are_refused(two: list[Coop]) -> None:
    good = {"title": "Website"}

    def line(**wrong: object) -> dict[str, object]:
        return {**good, "requirements": [{"skill": "web"}, {"skill": "web", **wrong}]}

    await check_refusals(
        two[0],
        [
            ("lead.open", {"title": " "}, "field-wrong", "title"),
            ("lead.open", {"title": "\x1b\x07"}, "field-wrong", "title"),
            ("lead.open", {"title": "x" * 201}, "field-wrong", "title"),
            ("lead.open", {**good, "link": "ftp://x"}, "field-wrong", "link"),
            (
                "lead.open",
                {**good, "deadline": "23/01/2026"},
                "field-wrong",
                "deadline",
            ),
            ("lead.open", {**good, "cpv": ["72"]}, "field-wrong", "cpv[0]"),
            (
                "lead.open",
                {**good, "value": {"amount": "x"}},
                "field-wrong",
                "value.amount",
            ),
            (
                "lead.open",
                {**good, "value": {"amount": "1", "currency": "XXX"}},
                "field-wrong",
                "value.currency",
            ),
            (
                "lead.open",
                {**good, "starts": "2026-02-02", "ends": "2026-02-01"},
                "window-backwards",
                "ends",
            ),
            ("lead.open", line(minutes=0), "field-wrong", "requirements[1].minutes"),
            ("lead.open", line(line=65), "field-wrong", "requirements[1].line"),
            ("lead.open", line(skill="W"), "field-wrong", "requirements[1].skill"),
            ("lead.open", line(starts="x"), "field-wrong", "starts"),
            (
                "lead.open",
                line(starts="2026-02-02", ends="2026-02-01"),
                "window-backwards",
                "requirements[1].ends",
            ),
            (
                "lead.open",
                {**good, "requirements": [{"skill": "web"}] * 65},
                "field-wrong",
                "requirements",
            ),
            ("lead.show", {"lead": "aaaa"}, "id-unknown", "lead"),
            ("lead.list", {"states": ["opened"]}, "field-wrong", "states"),
            ("lead.list", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )
    twice = {**good, "requirements": [{"skill": "a", "line": 2}] * 2}
    fault = await refused(two[0], "lead.open", **twice)
    named = (fault.code, fault.fields["field"])
    assert named == ("line-twice", "requirements[1].line")


async def test_what_is_not_given_stays(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", **LEAD))["id"]
    before = await alba.ask("lead.show", lead=lead)
    changed = await alba.ask("lead.change", lead=lead, deadline="2026-01-30")
    assert changed["id"] != lead
    page = await alba.ask("lead.show", lead=lead)
    assert page == {**before, "deadline": "2026-01-30"}

    await alba.ask(
        "lead.change",
        lead=lead,
        title="Website",
        buyer="",
        deadline="",
        value={"amount": ""},
        cpv=[],
        requirements=[{"skill": "design", "line": 2, "minutes": 60}, {"skill": "web"}],
    )
    await share(two)
    page = await birch.ask("lead.show", lead=lead)
    gone = (page["buyer"], page["deadline"], page["value"], page["cpv"])
    assert gone == ("", None, None, [])
    assert (page["title"], page["starts"]) == ("Website", "2026-02-02")
    lines = [(one["line"], one["skill"]) for one in page["requirements"]]
    assert lines == [(1, "web"), (2, "design")]

    for coop, args, code in [
        (alba, {"lead": lead}, "nothing-given"),
        (alba, {"lead": lead, "title": ""}, "field-wrong"),
        (alba, {"lead": "aaaa", "title": "X"}, "id-unknown"),
        (birch, {"lead": lead, "title": "X"}, "not-yours"),
    ]:
        assert (await refused(coop, "lead.change", **args)).code == code


async def test_a_lead_goes_its_way(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", **LEAD))["id"]
    await share(two)
    fault = await refused(birch, "lead.advance", lead=lead, to="bidding")
    assert (fault.code, fault.fields["coop"]) == ("not-yours", alba.id)
    fault = await refused(alba, "lead.advance", lead=lead, to="closed")
    assert (fault.code, fault.fields["field"]) == ("lead-move", "to")
    assert "bidding" in fault.way_out
    fault = await refused(alba, "lead.advance", lead=lead, to="finished")
    assert fault.code == "field-wrong"
    fault = await refused(alba, "lead.advance", lead=lead, to="lost", reason="No luck")
    assert fault.fields["example"] == "no-luck"
    await alba.ask("lead.advance", lead=lead, to="submitted")
    await alba.ask(
        "lead.advance", lead=lead, to="lost", reason="price", note="Third of five."
    )
    fault = await refused(alba, "lead.change", lead=lead, title="Website")
    assert fault.code == "lead-over"
    await share(two)
    (row,) = (await birch.ask("lead.list", states=["lost"]))["leads"]
    assert row["state"] == "lost"
    assert (await birch.ask("lead.list", states=["open", "won"]))["leads"] == []
    assert (await birch.ask("lead.list", coop="Birch"))["leads"] == []


async def test_drafts_are_this_nodes_own(two: list[Coop]) -> None:
    alba, birch = two
    lead = (await alba.ask("lead.open", **LEAD))["id"]
    drafts = [
        Draft("ocds-1", b"", b"new", "Bus shelters", parse("evt", lead), b"old"),
        Draft("ocds-2", b"", b"same", "Library", currency="JPY", minor=120000),
    ]
    await alba.node.own.put_drafts(drafts)
    assert (await alba.ask("lead.list"))["drafts"] == []
    rest = {"buyer": "", "deadline": None, "past": False, "state": "open"}
    assert (await alba.ask("lead.list", drafts=True))["drafts"] == [
        {
            "process": "ocds-2",
            "short": "ocds-2",
            "title": "Library",
            "value": {"amount": "120000", "currency": "JPY"},
            "lead": None,
            "changed": False,
            **rest,
        },
        {
            "process": "ocds-1",
            "short": "ocds-1",
            "title": "Bus shelters",
            "value": None,
            "lead": lead[:12],
            "changed": True,
            **rest,
        },
    ]
    assert (await birch.ask("lead.list", drafts=True))["drafts"] == []


async def test_drafts_to_bid_for_stand_first(two: list[Coop]) -> None:
    """The clock stands at 2023-11-14."""
    alba = two[0]
    deadlines = [
        ("later", "2024-02-01", "open"),
        ("decided", "2023-12-01", "lost"),
        ("missed", "2023-11-13", "open"),
        ("long ago", "2022-01-01", "open"),
        ("at any time", None, "open"),
        ("today", "2023-11-14", "open"),
    ]
    await alba.node.own.put_drafts(
        Draft(f"ocds-{at}", b"", b"", title, deadline=day, state=state)
        for at, (title, day, state) in enumerate(deadlines)
    )
    listed = (await alba.ask("lead.list", drafts=True))["drafts"]
    assert [(one["title"], one["past"]) for one in listed] == [
        ("today", False),
        ("later", False),
        ("at any time", False),
        ("missed", True),
        ("long ago", True),
        ("decided", False),
    ]


async def test_a_process_is_shortened_to_what_names_one_draft(two: list[Coop]) -> None:
    alba = two[0]
    alike = "ocds-b5fd17-" + "0" * 30
    processes = [f"{alike}1", f"{alike}2", "ocds-b5fd17-" + "9" * 30]
    await alba.node.own.put_drafts(
        Draft(one, b"", b"", f"Tender {one[-1]}") for one in processes
    )
    listed = (await alba.ask("lead.list", drafts=True))["drafts"]
    assert [one["short"] for one in listed] == [
        processes[0],
        processes[1],
        "ocds-b5fd17-99999999",
    ]


async def test_an_imported_draft_says_what_its_notice_says(
    two: list[Coop], tmp_path: Path
) -> None:
    alba = two[0]
    release = {
        "ocid": "ocds-b5fd17-1",
        "id": "1",
        "date": "2023-11-01T00:00:00Z",
        "tag": ["tender"],
        "buyer": {"name": "Dorset Council"},
        "tender": {
            "title": "Bus shelters",
            "value": {"amount": 1234.5, "currency": "GBP"},
            "tenderPeriod": {"endDate": "2023-12-01T12:00:00Z"},
        },
    }
    (tmp_path / "file").write_text(json.dumps({"releases": [release]}))
    await alba.ask("lead.import", path=str(tmp_path / "file"))
    (row,) = (await alba.ask("lead.list", drafts=True))["drafts"]
    told = {"title": "Bus shelters", "buyer": "Dorset Council", "state": "open"}
    assert told.items() <= row.items()
    assert row["deadline"] == "2023-12-01"
    assert row["value"] == {"amount": "1234.50", "currency": "GBP"}
    published = await alba.ask("lead.publish", process=row["short"])
    (row,) = (await alba.ask("lead.list", drafts=True))["drafts"]
    assert row["lead"] == published["id"][:12]
    assert (row["buyer"], row["changed"]) == ("Dorset Council", False)
