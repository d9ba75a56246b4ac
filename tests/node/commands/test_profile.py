from node.store.log_db import LogDb
from tests.node.commands.nodes import Coop, check_refusals, refused, share

WEEKS = {"starts": "2026-01-05", "ends": "2026-03-29"}


async def test_what_is_not_given_stays(two: list[Coop]) -> None:
    alba, birch = two
    first = await alba.ask("profile.show")
    assert first == {
        "coop": alba.id,
        "name": "Alba",
        "people": 1,
        "skills": [],
        "languages": [],
        "day": 450,
        "description": "",
        "web": "",
        "place": "",
    }
    steps: list[dict[str, object]] = [
        {"people": 7, "skills": ["web", "design", "web"]},
        {"languages": ["en", "cy"], "day": 420},
        {"description": "We build.\r\nSlowly.", "web": "https://alba.example"},
        {"place": "Bridport", "name": "Alba\u00a0Co-op"},
        {"description": ""},
    ]
    for step in steps:
        written = await alba.ask("profile.set", **step)
        assert written["ids"] == [written["id"]]
    await share(two)
    for coop in two:
        page = await coop.ask("profile.show", coop="Alba Co-op")
        assert page == {
            "coop": alba.id,
            "name": "Alba Co-op",
            "people": 7,
            "skills": ["web", "design"],
            "languages": ["en", "cy"],
            "day": 420,
            "description": "",
            "web": "https://alba.example",
            "place": "Bridport",
        }
    assert (await birch.ask("profile.show"))["name"] == "Birch"


async def test_profiles_are_refused(two: list[Coop]) -> None:
    alba, _ = two
    await check_refusals(
        alba,
        [
            ("profile.set", {"people": 0}, "field-wrong", "people"),
            ("profile.set", {"people": 10**30}, "field-wrong", "people"),
            ("profile.set", {"day": 59}, "field-wrong", "day"),
            ("profile.set", {"skills": ["Web Development"]}, "field-wrong", "skills"),
            ("profile.set", {"skills": ["a" * 41]}, "field-wrong", "skills"),
            (
                "profile.set",
                {"skills": [f"s-{one}" for one in range(65)]},
                "field-wrong",
                "skills",
            ),
            ("profile.set", {"languages": ["english"]}, "field-wrong", "languages[0]"),
            ("profile.set", {"name": ""}, "field-wrong", "name"),
            ("profile.set", {"name": "x" * 101}, "field-wrong", "name"),
            ("profile.set", {"web": "alba.example"}, "field-wrong", "web"),
            ("profile.set", {"web": "javascript:alert(1)"}, "field-wrong", "web"),
            ("profile.set", {"web": "http://[x"}, "field-wrong", "web"),
            ("profile.set", {"place": "x" * 201}, "field-wrong", "place"),
            ("profile.show", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )
    fault = await refused(alba, "profile.set", skills=["Web Development!"])
    assert fault.fields["example"] == "web-development"
    fault = await refused(alba, "profile.set", description="x" * 70_000)
    assert (fault.code, fault.fields["field"]) == ("text-too-long", "description")


async def test_a_text_that_is_lost_is_not_dropped_silently(two: list[Coop]) -> None:
    alba, _ = two
    await alba.ask("profile.set", place="Bridport")
    await _forget_texts(alba.node.log)
    fault = await refused(alba, "profile.set", people=3)
    assert (fault.code, fault.fields["field"]) == ("text-missing", "place")
    await alba.ask("profile.set", people=3, place="Lyme")
    page = await alba.ask("profile.show")
    assert (page["name"], page["place"]) == ("Alba", "Lyme")


async def _forget_texts(log: LogDb) -> None:
    await log._writer.execute("DELETE FROM texts")


async def test_an_applicant_has_no_profile(two: list[Coop]) -> None:
    alba, birch = two
    await birch.node.state.forget(alba.node.coop)
    fault = await refused(birch, "profile.show", coop=alba.id)
    assert fault.code == "profile-none"


async def test_wishes(two: list[Coop]) -> None:
    alba, birch = two
    await alba.ask("wish.set", wanted=4500, **WEEKS)
    await alba.ask("wish.set", wanted=4000, floor=2000, ceiling=5000, **WEEKS)
    await alba.ask("wish.set", wanted=10, starts="2025-01-01", ends="2025-01-01")
    await birch.ask("wish.set", wanted=3001, **WEEKS)
    await share(two)
    listed = (await alba.ask("wish.list"))["wishes"]
    assert listed == (await birch.ask("wish.list"))["wishes"]
    assert [(one["name"], one["wanted"], one["floor"]) for one in listed] == [
        ("Alba", 10, 0),
        ("Alba", 4000, 2000),
        ("Birch", 3001, 0),
    ]
    assert listed[2]["ceiling"] == 4501
    assert listed[1]["starts"] == "2026-01-05"
    only = (await alba.ask("wish.list", coop=birch.id))["wishes"]
    assert [one["name"] for one in only] == ["Birch"]


async def test_wishes_are_refused(two: list[Coop]) -> None:
    backwards = {"starts": "2026-03-29", "ends": "2026-01-05"}
    await check_refusals(
        two[0],
        [
            ("wish.set", {"wanted": 0, **WEEKS}, "field-wrong", "wanted"),
            ("wish.set", {"wanted": 5, **backwards}, "window-backwards", "ends"),
            (
                "wish.set",
                {"wanted": 5, "starts": "2026-02-30", "ends": "2026-03-01"},
                "field-wrong",
                "starts",
            ),
            (
                "wish.set",
                {"wanted": 5, "starts": "20260201", "ends": "2026-03-01"},
                "field-wrong",
                "starts",
            ),
            (
                "wish.set",
                {"wanted": 5, "starts": "2026-02-01", "ends": "2046-03-01"},
                "window-long",
                "ends",
            ),
            ("wish.list", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )
    for limits in ({"floor": 6}, {"ceiling": 4}, {"floor": -1}):
        fault = await refused(two[0], "wish.set", wanted=5, **limits, **WEEKS)
        assert fault.code in {"wish-order", "field-wrong"}


async def test_the_same_key_gives_the_same_answer(two: list[Coop]) -> None:
    alba, _ = two
    first = await alba.ask("wish.set", wanted=5, key="k1", **WEEKS)
    assert await alba.ask("wish.set", wanted=6, key="k1", **WEEKS) == first
    assert (await alba.ask("wish.set", wanted=6, key="k2", **WEEKS)) != first
