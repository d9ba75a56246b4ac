"""Funds and contributions; milestones of projects."""

from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share


async def page(coops: list[Coop], fund: str) -> Answer:
    pages = [await coop.ask("fund.show", fund=fund) for coop in coops]
    assert all(one == pages[0] for one in pages)
    return pages[0]


async def test_a_fund_is_filled(two: list[Coop]) -> None:
    alba, birch = two
    fund = (
        await alba.ask(
            "fund.open",
            title="Common fund",
            purpose="For what helps all.",
            contribution="50",
            period="month",
            planned=True,
        )
    )["id"]
    await share(two)
    fault = await refused(birch, "fund.contribute", fund=fund, amount="5")
    assert (fault.code, fault.fields["field"]) == ("target-closed", "fund")
    await alba.ask("fund.advance", fund=fund, to="open", note="Agreed.")
    await share(two)
    pledge = (await birch.ask("fund.contribute", fund=fund, amount="50", note="March"))[
        "id"
    ]
    await share(two)
    shown = await page(two, fund)
    assert shown["contribution"] == {"amount": "50.00", "currency": "GBP"}
    assert shown["purpose"] == "For what helps all."
    assert shown["offered"]["amount"] == "50.00"
    (row,) = (await alba.ask("pledge.list", to=fund))["pledges"]
    assert (row["title"], row["note"]) == ("Common fund", "March")
    await alba.ask("pledge.accept", pledge=pledge)
    await share(two)
    await birch.ask("pledge.confirm", pledge=pledge)
    await share(two)
    shown = await page(two, fund)
    assert (shown["offered"]["amount"], shown["committed"]["amount"]) == (
        "0.00",
        "50.00",
    )
    (contribution,) = shown["contributions"]
    assert contribution["standing"] == "committed"
    assert (shown["paid"]["amount"], contribution["paid"]["amount"]) == ("0.00", "0.00")
    (listed,) = (await birch.ask("fund.list", states=["open"], coop="Alba"))["funds"]
    assert listed == {key: shown[key] for key in listed}
    payment = await birch.ask(
        "payment.send", promise=pledge, amount={"amount": "20"}, date="2023-11-10"
    )
    await share(two)
    await alba.ask("payment.receive", payment=payment["id"])
    await share(two)
    shown = await page(two, fund)
    (contribution,) = shown["contributions"]
    assert (shown["paid"]["amount"], contribution["paid"]["amount"]) == (
        "20.00",
        "20.00",
    )
    await alba.ask("acceptance.withdraw", acceptance=pledge)


async def test_funds_are_refused(two: list[Coop]) -> None:
    alba, birch = two
    fund = (await birch.ask("fund.open", title="Fund"))["id"]
    await share(two)
    good: dict[str, object] = {"title": "Fund"}
    to: dict[str, object] = {"fund": fund}
    await check_refusals(
        alba,
        [
            ("fund.open", {"title": ""}, "field-wrong", "title"),
            ("fund.open", {**good, "currency": "GBX"}, "field-wrong", "currency"),
            ("fund.open", {**good, "period": "day"}, "field-wrong", "period"),
            ("fund.open", {**good, "contribution": "0"}, "field-wrong", "contribution"),
            ("fund.contribute", {**to, "amount": "x"}, "field-wrong", "amount"),
            (
                "fund.contribute",
                {**to, "amount": "5", "currency": "EUR"},
                "field-wrong",
                "amount",
            ),
            ("fund.contribute", {"fund": "aaaa", "amount": "5"}, "id-unknown", "fund"),
            ("fund.advance", {**to, "to": "closed"}, "not-yours", "fund"),
            ("fund.show", {"fund": "aaaa"}, "id-unknown", "fund"),
            ("fund.list", {"states": ["begun"]}, "field-wrong", "states"),
        ],
    )
    fault = await refused(birch, "fund.advance", fund=fund, to="settled")
    assert (fault.code, fault.fields["field"]) == ("fund-move", "to")


async def test_milestones_are_set_and_reached(two: list[Coop]) -> None:
    alba, birch = two
    project = (await alba.ask("project.open", title="Tool", goal="100"))["id"]
    fault = await refused(alba, "project.milestone.reach", project=project, no=1)
    assert "project milestone set" in fault.way_out
    steps = [{"percent": 40, "due": "2026-03-01"}, {"percent": 60}]
    await alba.ask(
        "project.milestone.set", project=project, steps=steps, description="Both."
    )
    await alba.ask("project.milestone.reach", project=project, no=2, note="Early.")
    await share(two)
    shown = await birch.ask("project.show", project=project)
    assert shown["milestones"] == [
        {"no": 1, "due": "2026-03-01", "share": 4000, "reached": False},
        {"no": 2, "due": None, "share": 6000, "reached": True},
    ]
    assert shown["milestones_text"] == "Both."
    fault = await refused(alba, "project.milestone.reach", project=project, no=2)
    assert (fault.code, fault.fields["expected"]) == ("milestone-unknown", "one of 1")
    changed = [{"percent": 40}, {"percent": 50}]
    fault = await refused(alba, "project.milestone.set", project=project, steps=changed)
    assert fault.code == "milestone-reached"
    await check_refusals(
        alba,
        [
            ("project.milestone.set", {"project": project}, "field-wrong", "steps"),
            (
                "project.milestone.set",
                {"project": project, "steps": [{"percent": 101}]},
                "field-wrong",
                "steps",
            ),
            (
                "project.milestone.set",
                {"project": project, "steps": [{"percent": 0}]},
                "field-wrong",
                "steps",
            ),
            (
                "project.milestone.set",
                {"project": project, "steps": [{"percent": 1, "due": "May"}]},
                "field-wrong",
                "due",
            ),
        ],
    )
