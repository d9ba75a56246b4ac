from tests.node.commands.nodes import Coop, check_refusals, refused, share

PROJECT = {
    "title": "Shared invoicing tool",
    "description": "Free software.",
    "link": "https://tool.example",
    "goal": "6000",
    "minimum": "4000.50",
    "maximum": "9000",
    "closes": "2026-04-30",
    "themes": ["wellbeing"],
}


async def test_a_project_is_put_up_and_read(two: list[Coop]) -> None:
    alba, birch = two
    project = (await alba.ask("project.open", **PROJECT))["id"]
    await share(two)
    page = await birch.ask("project.show", project=project[:12])
    assert page["title"] == "Shared invoicing tool"
    assert page["description"] == "Free software."
    assert page["link"] == "https://tool.example"
    assert page["pledges"] == []
    (row,) = (await birch.ask("project.list"))["projects"]
    assert row == {key: page[key] for key in row}
    assert row == {
        "id": project,
        "short": project[:12],
        "coop": alba.id,
        "name": "Alba",
        "title": "Shared invoicing tool",
        "state": "open",
        "goal": {"amount": "6000.00", "currency": "GBP"},
        "minimum": {"amount": "4000.50", "currency": "GBP"},
        "maximum": {"amount": "9000.00", "currency": "GBP"},
        "closes": "2026-04-30",
        "themes": ["wellbeing"],
        "offered": {"amount": "0.00", "currency": "GBP"},
        "accepted": {"amount": "0.00", "currency": "GBP"},
        "committed": {"amount": "0.00", "currency": "GBP"},
        "overtaken": {"amount": "0.00", "currency": "GBP"},
        "missing": {"amount": "6000.00", "currency": "GBP"},
    }


async def test_a_project_needs_little(two: list[Coop]) -> None:
    alba, _ = two
    await alba.ask("project.open", title="Retreat", goal="500", currency="EUR")
    (row,) = (await alba.ask("project.list", states=["open"], coop="Alba"))["projects"]
    assert row["minimum"] == {"amount": "0.01", "currency": "EUR"}
    assert row["maximum"] == row["goal"] == {"amount": "500.00", "currency": "EUR"}


async def test_projects_are_refused(two: list[Coop]) -> None:
    good = {"title": "Tool", "goal": "100"}
    await check_refusals(
        two[0],
        [
            ("project.open", {**good, "title": ""}, "field-wrong", "title"),
            ("project.open", {**good, "goal": "lots"}, "field-wrong", "goal"),
            ("project.open", {**good, "goal": "0"}, "field-wrong", "goal"),
            ("project.open", {**good, "goal": "1e3"}, "field-wrong", "goal"),
            ("project.open", {**good, "goal": "9" * 15}, "field-wrong", "goal"),
            ("project.open", {**good, "minimum": "101"}, "project-sums", "minimum"),
            ("project.open", {**good, "minimum": "0"}, "field-wrong", "minimum"),
            ("project.open", {**good, "maximum": "99.99"}, "project-sums", "maximum"),
            ("project.open", {**good, "currency": "GBX"}, "field-wrong", "currency"),
            ("project.open", {**good, "closes": "May"}, "field-wrong", "closes"),
            ("project.open", {**good, "themes": ["peace"]}, "field-wrong", "themes"),
            ("project.open", {**good, "link": "x"}, "field-wrong", "link"),
            ("project.show", {"project": "aaaa"}, "id-unknown", "project"),
            ("project.list", {"states": ["begun"]}, "field-wrong", "states"),
        ],
    )


async def test_a_project_goes_its_way(two: list[Coop]) -> None:
    alba, birch = two
    project = (await alba.ask("project.open", idea=True, **PROJECT))["id"]
    await share(two)
    fault = await refused(birch, "project.advance", project=project, to="open")
    assert fault.code == "not-yours"
    fault = await refused(alba, "project.advance", project=project, to="done")
    assert (fault.code, fault.fields["field"]) == ("project-move", "to")
    await alba.ask("project.advance", project=project, to="open", note="Agreed.")
    (row,) = (await alba.ask("project.list", states=["open"]))["projects"]
    assert row["id"] == project
    fault = await refused(alba, "lead.show", lead=project)
    assert (fault.code, fault.fields["field"]) == ("id-unknown", "lead")
    assert "a project, not" in fault.detail
