"""Who is interested in a lead, and who is not."""

from tests.node.commands.nodes import Coop, check_refusals, share


async def test_interest_is_said_and_said_anew(three: list[Coop]) -> None:
    alba, birch, cedar = three
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    await share(three)
    await birch.ask("interest.set", lead=lead, stance="watching")
    await birch.ask("interest.set", lead=lead, stance="interested", note="Two of us.")
    await cedar.ask("interest.set", lead=lead, stance="declined", reason="no-capacity")
    await share(three)
    rows = (await alba.ask("interest.list", lead=lead))["interests"]
    said = [(one["name"], one["stance"], one["reason"], one["note"]) for one in rows]
    assert said == [
        ("Birch", "interested", None, "Two of us."),
        ("Cedar", "declined", "no-capacity", ""),
    ]
    assert {one["title"] for one in rows} == {"Website"}
    assert (await alba.ask("lead.show", lead=lead))["interests"] == rows
    for args, known in [
        ({}, 2),
        ({"coop": "Birch"}, 1),
        ({"lead": lead, "coop": "Alba"}, 0),
        ({"stances": ["declined", "watching"]}, 1),
    ]:
        assert len((await cedar.ask("interest.list", **args))["interests"]) == known
    said_of = await alba.ask("explain", id=rows[0]["id"])
    assert said_of["what"] == "interest"
    assert [one["line"].split(" the lead")[0] for one in said_of["history"]] == [
        "watches",
        "is interested in",
    ]


async def test_interest_is_refused(three: list[Coop]) -> None:
    alba, birch, _ = three
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    await share(three)
    good = {"lead": lead, "stance": "watching"}
    await check_refusals(
        birch,
        [
            ("interest.set", {**good, "lead": "aaaa"}, "id-unknown", "lead"),
            ("interest.set", {**good, "stance": "keen"}, "field-wrong", "stance"),
            ("interest.set", {**good, "reason": "Not now"}, "field-wrong", "reason"),
            ("interest.list", {"stances": ["keen"]}, "field-wrong", "stances"),
            ("interest.list", {"coop": "Elm"}, "coop-unknown", "coop"),
            ("interest.list", {"lead": "aaaa"}, "id-unknown", "lead"),
        ],
    )
    await check_refusals(alba, [("interest.set", good, "lead-own", "lead")])
