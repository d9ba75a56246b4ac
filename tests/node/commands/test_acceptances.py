"""What the taker says to a pledge, and what it is refused."""

from tests.node.commands.nodes import check_refusals, refused
from tests.node.commands.scene import Scene


async def test_answers_are_refused(scene: Scene) -> None:
    work, money = await scene.work(), await scene.money("120")
    await check_refusals(
        scene.alba,
        [
            ("pledge.accept", {"pledge": "aaaa"}, "id-unknown", "pledge"),
            ("pledge.accept", {"pledge": scene.lead}, "id-unknown", "pledge"),
            *[
                (
                    "pledge.accept",
                    {"pledge": pledge, "quantity": quantity},
                    "field-wrong",
                    "quantity",
                )
                for pledge, quantity in [
                    (work, 601),
                    (work, 0),
                    (work, -5),
                    (work, "2.5"),
                    (work, "²"),
                    (money, "120.01"),
                    (money, "1.234"),
                    (money, 0),
                ]
            ],
            (
                "pledge.decline",
                {"pledge": work, "reason": "Too late"},
                "field-wrong",
                "reason",
            ),
            (
                "acceptance.withdraw",
                {"acceptance": "bbbbbbbb"},
                "id-unknown",
                "acceptance",
            ),
            (
                "acceptance.withdraw",
                {"acceptance": work},
                "acceptance-none",
                "acceptance",
            ),
        ],
    )
    for command in ("pledge.accept", "pledge.decline"):
        for coop in (scene.birch, scene.cedar):
            fault = await refused(coop, command, pledge=work)
            assert (fault.code, fault.fields["coop"]) == ("not-yours", scene.alba.id)
            assert "Alba" in fault.detail
    acceptance = await scene.accept(work, quantity="600")
    fault = await refused(scene.birch, "acceptance.withdraw", acceptance=acceptance)
    assert (fault.code, fault.fields["coop"]) == ("not-yours", scene.alba.id)


async def test_no_more_is_taken_than_is_asked_for(scene: Scene) -> None:
    first, second, money = await scene.work(600), await scene.work(400), ""
    await scene.accept(first)
    fault = await refused(scene.alba, "pledge.accept", pledge=second)
    assert (fault.code, fault.fields["field"]) == ("over-maximum", "quantity")
    assert "5 h" in fault.detail
    assert fault.fields["example"] == "300"
    await scene.accept(second, quantity=300)
    third = await scene.work(1)
    fault = await refused(scene.alba, "pledge.accept", pledge=third)
    assert "Withdraw another acceptance" in fault.way_out
    await scene.accept(await scene.money("120"))
    money = await scene.money("120")
    fault = await refused(scene.alba, "pledge.accept", pledge=money)
    assert "120.00 GBP is more than the 30.00 GBP" in fault.detail
    await scene.accept(money, quantity=30)


async def test_a_line_keeps_what_is_accepted_on_it(scene: Scene) -> None:
    await scene.accept(await scene.work(600))
    less = [{"line": 1, "skill": "web", "minutes": 599}]
    for lines in (less, [{"line": 2, "skill": "design"}]):
        fault = await refused(
            scene.alba, "lead.change", lead=scene.lead, requirements=lines
        )
        assert (fault.code, fault.fields["field"]) == ("line-taken", "requirements")
        assert "the 10 h that are accepted" in fault.detail
        assert "--need 1=web:600m" in fault.way_out
    enough = [{"line": 1, "skill": "web", "minutes": 600}]
    await scene.alba.ask("lead.change", lead=scene.lead, requirements=enough)


async def test_what_is_over_takes_no_pledge(scene: Scene) -> None:
    work = await scene.work()
    await scene.alba.ask("lead.advance", lead=scene.lead, to="lost")
    fault = await refused(scene.alba, "pledge.accept", pledge=work)
    assert fault.code == "target-closed"
    assert "lost" in fault.detail
    await scene.alba.ask("pledge.decline", pledge=work, reason="lost", note="Sorry.")
    await scene.share()
    row = await scene.row(work)
    assert (row["standing"], row["reason"]) == ("declined", "lost")
    await scene.birch.ask("pledge.withdraw", pledge=work, reason="lead-lost")
    await scene.share()
    row = await scene.row(work)
    assert (row["standing"], row["reason"]) == ("withdrawn", "lead-lost")


async def test_a_line_that_went_away_takes_no_pledge(scene: Scene) -> None:
    work = await scene.work()
    only = [{"skill": "design", "line": 2}]
    await scene.alba.ask("lead.change", lead=scene.lead, requirements=only)
    fault = await refused(scene.alba, "pledge.accept", pledge=work)
    assert fault.code == "line-unknown"


async def test_a_no_can_become_a_yes(scene: Scene) -> None:
    work = await scene.work()
    await scene.alba.ask("pledge.decline", pledge=work)
    await scene.share()
    fault = await refused(scene.birch, "pledge.confirm", pledge=work)
    assert fault.code == "pledge-declined"
    await scene.accept(work)
    assert (await scene.row(work))["standing"] == "accepted"
    for command in ("pledge.accept", "pledge.decline"):
        fault = await refused(scene.alba, command, pledge=work)
        assert fault.code == "pledge-accepted"


async def test_an_acceptance_is_taken_back(scene: Scene) -> None:
    work = await scene.work(900)
    acceptance = await scene.accept(work)
    await scene.alba.ask(
        "acceptance.withdraw", acceptance=work, reason="plans", note="Later."
    )
    await scene.share()
    fault = await refused(scene.birch, "pledge.confirm", pledge=work)
    assert fault.code == "acceptance-withdrawn"
    fault = await refused(scene.alba, "acceptance.withdraw", acceptance=acceptance)
    assert fault.code == "acceptance-none"
    # What it took is free again.
    again = await scene.accept(work)
    await scene.alba.ask("acceptance.withdraw", acceptance=again)
    await scene.share()
    assert (await scene.row(work))["standing"] == "offered"
