"""Work reports on both sides, and what is refused on the way."""

from node.act import Draft
from protocol import ids
from protocol.kinds.reports import ReportDisputed
from tests.node.commands.nodes import check_refusals, refused
from tests.node.commands.shop import WEEK, Shop


async def test_work_is_reported_and_accepted(shop: Shop) -> None:
    pledge = await shop.work()
    report = await shop.report(
        pledge,
        300,
        themes=[{"theme": "wellbeing", "minutes": 120}],
        outcome="jobs-created",
        summary="Two days\nof tests",
    )
    (row,) = (await shop.alike("report.list"))["reports"]
    assert row == {
        "id": report,
        "short": report[:12],
        "provider": shop.birch.id,
        "provider_name": "Birch",
        "receiver": shop.alba.id,
        "receiver_name": "Alba",
        "pledge": pledge,
        "pledge_short": pledge[:12],
        "title": "Website",
        "starts": "2023-10-02",
        "ends": "2023-10-06",
        "minutes": 300,
        # By the rate of the pledge: nobody types it.
        "amount": {"amount": "300.00", "currency": "GBP"},
        "themes": [{"theme": "wellbeing", "minutes": 120}],
        "outcome": "jobs-created",
        "standing": "reported",
        "version": report,
        "invoice": None,
        "summary": "Two days\nof tests",
    }
    await shop.do(shop.alba, "report.accept", report=report[:12])
    page = await shop.alike("report.show", report=report)
    assert (page["standing"], page["confirmed"], page["reported"]) == (
        "accepted",
        600,
        300,
    )
    assert page["over"] == 0
    asked: list[tuple[dict[str, object], int]] = [
        ({"coop": "Alba"}, 1),
        ({"coop": "Cedar"}, 0),
        ({"pledge": pledge[:12]}, 1),
        ({"standing": ["accepted"]}, 1),
        ({"standing": ["reported", "stale"]}, 0),
    ]
    for args, count in asked:
        found = await shop.cedar.ask("report.list", **args)
        assert len(found["reports"]) == count, args


async def test_a_correction_asks_for_the_word_again(shop: Shop) -> None:
    pledge = await shop.work()
    theme = [{"theme": "wellbeing"}]
    report = await shop.report(pledge, 300, themes=theme, outcome="jobs")
    await shop.do(shop.alba, "report.accept", report=report)
    correction = await shop.do(shop.birch, "report.correct", report=report, minutes=360)
    page = await shop.alike("report.show", report=report)
    assert (page["standing"], page["version"]) == ("stale", correction)
    # What was made by the rate follows the minutes; the rest stays.
    assert page["amount"]["amount"] == "360.00"
    assert page["themes"] == [{"theme": "wellbeing", "minutes": 300}]
    assert (page["outcome"], page["starts"]) == ("jobs", "2023-10-02")
    await shop.do(
        shop.alba, "report.dispute", report=report, reason="hours", note="It was 300."
    )
    page = await shop.alike("report.show", report=report)
    assert (page["standing"], page["answer"]) == ("disputed", "It was 300.")
    await shop.do(
        shop.birch,
        "report.correct",
        report=report,
        minutes=300,
        amount={"amount": "250"},
        starts="2023-10-03",
        ends="2023-10-04",
        themes=[],
        outcome="other",
        summary="Shorter",
    )
    await shop.do(shop.alba, "report.accept", report=report)
    page = await shop.alike("report.show", report=report)
    assert (page["standing"], page["amount"]["amount"]) == ("accepted", "250.00")
    assert (page["themes"], page["outcome"]) == ([], "other")
    assert (page["starts"], page["summary"]) == ("2023-10-03", "Shorter")
    # An amount that was typed stays when the minutes change.
    await shop.do(shop.birch, "report.correct", report=report, minutes=200)
    page = await shop.alike("report.show", report=report)
    assert (page["minutes"], page["amount"]["amount"]) == (200, "250.00")
    await shop.do(shop.birch, "report.correct", report=report, unpaid=True)
    assert (await shop.alike("report.show", report=report))["amount"] is None
    await shop.do(shop.birch, "report.correct", report=report, minutes=100)
    assert (await shop.alike("report.show", report=report))["amount"] is None
    await shop.do(shop.birch, "report.withdraw", report=report, reason="twice")
    assert (await shop.alike("report.show", report=report))["standing"] == "withdrawn"


async def test_more_than_was_confirmed_is_shown(shop: Shop) -> None:
    pledge = await shop.work()
    first = await shop.report(pledge, 500, unpaid=True)
    second = await shop.report(pledge, 200, amount={"amount": "1", "currency": "EUR"})
    page = await shop.alike("report.show", report=second)
    assert (page["confirmed"], page["reported"], page["over"]) == (600, 700, 100)
    assert page["amount"] == {"amount": "1.00", "currency": "EUR"}
    await shop.do(shop.birch, "report.withdraw", report=first)
    assert (await shop.alike("report.show", report=second))["over"] == 0


async def test_a_pledge_without_a_rate_has_no_amount(shop: Shop) -> None:
    pledge = await shop.work(rate=None)
    report = await shop.report(pledge)
    assert (await shop.alike("report.show", report=report))["amount"] is None
    cheap = await shop.work(300, line=2, rate={"amount": "0.01", "minutes": 60})
    report = await shop.report(cheap, 59)
    assert (await shop.alike("report.show", report=report))["amount"] is None


async def test_what_is_refused_to_the_provider(shop: Shop) -> None:
    pledge = await shop.work()
    offered = await shop.scene.work(60)
    money = await shop.money()
    report = await shop.report(pledge)
    make = {"pledge": pledge, "minutes": 60, **WEEK}
    correct: dict[str, object] = {"report": report}
    await check_refusals(
        shop.birch,
        [
            ("report.make", {**make, "minutes": 0}, "field-wrong", "minutes"),
            ("report.make", {**make, "starts": "x"}, "field-wrong", "starts"),
            (
                "report.make",
                {**make, "ends": "2023-09-30"},
                "window-backwards",
                "ends",
            ),
            (
                "report.make",
                {**make, "pledge": offered},
                "pledge-unconfirmed",
                "pledge",
            ),
            ("report.make", {**make, "pledge": money}, "pledge-money", "pledge"),
            ("report.make", {**make, "pledge": report}, "id-unknown", "pledge"),
            ("report.make", {**make, "outcome": "A B"}, "field-wrong", "outcome"),
            (
                "report.make",
                {**make, "themes": [{"theme": "fun"}]},
                "field-wrong",
                "themes",
            ),
            (
                "report.make",
                {**make, "themes": [{"theme": "wellbeing"}, {"theme": "wellbeing"}]},
                "field-wrong",
                "themes",
            ),
            (
                "report.make",
                {**make, "themes": [{"theme": "wellbeing", "minutes": 61}]},
                "theme-sums",
                "themes",
            ),
            (
                "report.make",
                {**make, "amount": {"amount": "0"}},
                "field-wrong",
                "amount.amount",
            ),
            (
                "report.make",
                {**make, "amount": {"amount": "1"}, "unpaid": True},
                "field-wrong",
                "amount",
            ),
            (
                "report.correct",
                {**correct, "amount": {"amount": "1"}, "unpaid": True},
                "field-wrong",
                "amount",
            ),
            ("report.correct", {**correct, "ends": "x"}, "field-wrong", "ends"),
            ("report.accept", correct, "not-for-you", "report"),
            ("report.dispute", correct, "not-for-you", "report"),
            ("report.list", {"standing": ["kept"]}, "field-wrong", "standing"),
            ("report.show", {"report": "evt_zzzz"}, "id-unknown", "report"),
        ],
    )
    await shop.do(shop.birch, "report.withdraw", report=report)
    for command in ("report.correct", "report.withdraw"):
        fault = await refused(shop.birch, command, report=report)
        assert (fault.code, fault.fields["field"]) == ("report-gone", "report")
    for command in ("report.accept", "report.dispute"):
        assert (await refused(shop.alba, command, report=report)).code == "report-gone"


async def test_what_is_refused_to_others(shop: Shop) -> None:
    pledge = await shop.work()
    report = await shop.report(pledge)
    await check_refusals(
        shop.cedar,
        [
            (
                "report.make",
                {"pledge": pledge, "minutes": 5, **WEEK},
                "not-yours",
                "pledge",
            ),
            ("report.correct", {"report": report}, "not-yours", "report"),
            ("report.withdraw", {"report": report}, "not-yours", "report"),
            ("report.accept", {"report": report}, "not-for-you", "report"),
            ("report.dispute", {"report": report}, "not-for-you", "report"),
        ],
    )
    fault = await refused(shop.cedar, "report.accept", report=report)
    assert "it is Alba's to answer" in fault.detail


async def test_reports_are_explained(shop: Shop) -> None:
    report = await shop.report(await shop.work())
    page = await shop.cedar.ask("explain", id=report)
    assert page["title"] == ("5 h of work, 2023-10-02 to 2023-10-06, 300.00 GBP")
    assert page["joins"] == ["Alba has not answered yet. (reported)"]
    word = await shop.do(shop.alba, "report.dispute", report=report, note="Really?")
    page = await shop.cedar.ask("explain", id=report)
    assert page["joins"] == ["Alba disputes it. (disputed)", "Alba: Really?"]
    page = await shop.cedar.ask("explain", id=word)
    assert page["did"][0].endswith("which is disputed now.")
    (half,) = await shop.cedar.node.state.entities("report-answer")
    page = await shop.cedar.ask("explain", id=ids.text("evt", half.id))
    assert page["joins"] == ["Alba disputes it. (disputed)", "Alba: Really?"]


async def test_an_answer_to_what_is_not_here(shop: Shop) -> None:
    nothing = bytes(32)
    body = ReportDisputed(
        provider=shop.birch.node.coop, report=nothing, version=nothing
    )
    await shop.alba.node.act.publish([Draft("report.disputed", body)])
    (half,) = await shop.alba.node.state.entities("report-answer")
    page = await shop.alba.ask("explain", id=ids.text("evt", half.id))
    assert page["joins"] == ["What it answers is not here."]
