"""The whole way of a pledge, and each step of the pledger that is refused on it."""

from tests.node.commands.nodes import check_refusals, refused
from tests.node.commands.scene import LINES, Scene

# --- the whole way ------------------------------------------------------------------


async def test_work_is_committed(scene: Scene) -> None:
    rate = {"amount": "380", "minutes": 450}
    days = {"starts": "2026-02-02", "ends": "2026-02-13"}
    pledge = await scene.work(600, rate=rate, note="Two of us.", **days)
    row = await scene.row(pledge)
    assert row == {
        "id": pledge,
        "short": pledge[:12],
        "kind": "work",
        "pledger": scene.birch.id,
        "pledger_name": "Birch",
        "taker": scene.alba.id,
        "taker_name": "Alba",
        "to": scene.lead,
        "to_short": scene.lead[:12],
        "title": "Website",
        "line": 1,
        "skill": "web",
        "starts": "2026-02-02",
        "ends": "2026-02-13",
        "rate": {"amount": "380.00", "currency": "GBP", "minutes": 450},
        "minutes": 600,
        "amount": None,
        "offered_minutes": 600,
        "offered_amount": None,
        "standing": "offered",
        "acceptance": None,
        "reason": None,
        "note": "Two of us.",
    }
    acceptance = await scene.accept(pledge[:12], quantity=450)
    row = await scene.row(pledge)
    assert (row["standing"], row["acceptance"]) == ("accepted", acceptance)
    assert (row["minutes"], row["offered_minutes"]) == (450, 600)
    await scene.confirm(pledge[4:12])
    assert (await scene.row(pledge))["standing"] == "committed"
    line = (await scene.cedar.ask("lead.show", lead=scene.lead))["requirements"][0]
    sums = [line[one] for one in ("wanted", "offered", "accepted", "committed")]
    assert (sums, line["missing"]) == ([900, 0, 0, 450], 450)
    for coop, known in [("Alba", 1), ("Birch", 1), ("Cedar", 0), (None, 1)]:
        rows = (await scene.cedar.ask("commitments", coop=coop))["commitments"]
        assert len(rows) == known


async def test_money_is_committed(scene: Scene) -> None:
    pledge = await scene.money("60.5")
    row = await scene.row(pledge)
    assert (row["kind"], row["minutes"], row["line"]) == ("money", None, None)
    assert row["amount"] == {"amount": "60.50", "currency": "GBP"}
    await scene.accept(pledge, quantity="40.25")
    row = await scene.row(pledge)
    assert row["amount"] == {"amount": "40.25", "currency": "GBP"}
    assert row["offered_amount"] == {"amount": "60.50", "currency": "GBP"}
    await scene.confirm(pledge)
    page = await scene.cedar.ask("project.show", project=scene.project)
    assert page["committed"]["amount"] == "40.25"
    assert page["missing"]["amount"] == "59.75"
    assert page["pledges"][0]["standing"] == "committed"


async def test_what_waits_is_noticed(scene: Scene) -> None:
    pledge = await scene.work()
    await scene.money("5")
    (told,) = (await scene.alba.ask("status"))["notices"]
    assert told == "2 pledges to accept or decline: `wortley today`."
    assert (await scene.birch.ask("status"))["notices"] == []
    await scene.accept(pledge)
    (told,) = (await scene.birch.ask("status"))["notices"]
    assert told == "1 accepted pledge to confirm: `wortley today`."


async def test_the_line_is_found_from_little(scene: Scene) -> None:
    by_skill = await scene.work(60, line=None, skill="design")
    assert (await scene.row(by_skill))["line"] == 2
    other = await scene.work(60, line=1, skill="testing")
    assert (await scene.row(other))["skill"] == "testing"
    single = await scene.cedar.ask(
        "lead.open", title="One", requirements=[{"skill": "web", "line": 7}]
    )
    await scene.share()
    pledge = await scene.birch.ask("pledge.work", lead=single["id"], minutes=5)
    await scene.share()
    row = await scene.row(pledge["id"])
    assert (row["line"], row["skill"]) == (7, "web")


# --- offering -----------------------------------------------------------------------


async def test_offers_are_refused(scene: Scene) -> None:
    bare = await scene.alba.ask("lead.open", title="Bare")
    gone = await scene.alba.ask("lead.open", title="Gone", requirements=LINES)
    await scene.alba.ask("lead.advance", lead=gone["id"], to="lost")
    idea = await scene.alba.ask("project.open", title="Idea", goal="5", idea=True)
    await scene.share()
    work = {"lead": scene.lead, "line": 1, "minutes": 600}
    money = {"project": scene.project, "amount": "5"}
    await check_refusals(
        scene.birch,
        [
            ("pledge.work", {**work, "minutes": 0}, "field-wrong", "minutes"),
            ("pledge.work", {**work, "line": 3}, "field-wrong", "line"),
            ("pledge.work", {**work, "line": None}, "field-wrong", "line"),
            (
                "pledge.work",
                {**work, "line": None, "skill": "law"},
                "field-wrong",
                "line",
            ),
            ("pledge.work", {**work, "skill": "A B"}, "field-wrong", "skill"),
            ("pledge.work", {**work, "starts": "x"}, "field-wrong", "starts"),
            (
                "pledge.work",
                {**work, "starts": "2026-02-02", "ends": "2026-02-01"},
                "window-backwards",
                "ends",
            ),
            (
                "pledge.work",
                {**work, "rate": {"amount": "", "minutes": 5}},
                "field-wrong",
                "rate.amount",
            ),
            ("pledge.work", {**work, "lead": bare["id"]}, "lead-without-lines", "lead"),
            ("pledge.work", {**work, "lead": gone["id"]}, "target-closed", "lead"),
            ("pledge.work", {**work, "lead": scene.project}, "id-unknown", "lead"),
            ("pledge.money", {**money, "amount": "5.001"}, "field-wrong", "amount"),
            ("pledge.money", {**money, "amount": "0"}, "field-wrong", "amount"),
            (
                "pledge.money",
                {**money, "project": idea["id"]},
                "target-closed",
                "project",
            ),
            ("pledge.money", {**money, "project": scene.lead}, "id-unknown", "project"),
        ],
    )


# --- confirming, ending -------------------------------------------------------------


async def test_only_what_is_accepted_is_confirmed(scene: Scene) -> None:
    work = await scene.work()
    fault = await refused(scene.birch, "pledge.confirm", pledge=work)
    assert fault.code == "pledge-offered"
    assert "Alba has not accepted it" in fault.detail
    fault = await refused(scene.cedar, "pledge.confirm", pledge=work)
    assert (fault.code, fault.fields["coop"]) == ("not-yours", scene.birch.id)
    await scene.accept(work)
    await scene.confirm(work)
    fault = await refused(scene.birch, "pledge.confirm", pledge=work)
    assert fault.code == "pledge-committed"
    for command in ("pledge.accept", "pledge.decline"):
        fault = await refused(scene.alba, command, pledge=work)
        assert fault.code == "pledge-committed"
    await scene.alba.ask("acceptance.withdraw", acceptance=work)
    await scene.share()
    assert (await scene.row(work))["standing"] == "overtaken"
    page = await scene.alba.ask("lead.show", lead=scene.lead)
    line = page["requirements"][0]
    sums = [line[one] for one in ("committed", "overtaken", "missing")]
    assert sums == [600, 600, 300]
    assert (page["committed"], page["overtaken"]) == (600, 600)
    # Both sides hear of it, and nobody else.
    (told,) = (await scene.birch.ask("status"))["notices"]
    assert told == "1 overtaken pledge to release: `wortley today`."
    (told,) = (await scene.alba.ask("status"))["notices"]
    assert told.startswith("This co-op withdrew an acceptance that Birch had confirmed")
    assert (await scene.cedar.ask("status"))["notices"] == []
    fault = await refused(scene.birch, "pledge.confirm", pledge=work)
    assert fault.code == "pledge-overtaken"
    fault = await refused(scene.alba, "pledge.accept", pledge=work)
    assert fault.code == "pledge-overtaken"


async def test_a_repeated_confirmation_gives_the_first_answer(scene: Scene) -> None:
    work = await scene.work()
    await scene.accept(work)
    first = await scene.birch.ask("pledge.confirm", pledge=work, key="confirm-1")
    again = await scene.birch.ask("pledge.confirm", pledge=work, key="confirm-1")
    assert again == first
    fault = await refused(scene.birch, "pledge.confirm", pledge=work, key="confirm-2")
    assert fault.code == "pledge-committed"


async def test_an_offer_is_withdrawn_a_promise_released(scene: Scene) -> None:
    work = await scene.work()
    fault = await refused(scene.birch, "pledge.release", pledge=work)
    assert (fault.code, fault.fields["field"]) == ("pledge-move", "pledge")
    assert "withdraw" in fault.way_out
    for command in ("pledge.withdraw", "pledge.release"):
        fault = await refused(scene.alba, command, pledge=work)
        assert (fault.code, fault.fields["coop"]) == ("not-yours", scene.birch.id)
    await scene.birch.ask(
        "pledge.withdraw", pledge=work, reason="no-capacity", note="Full."
    )
    await scene.share()
    assert (await scene.row(work))["standing"] == "withdrawn"
    for command in ("pledge.accept", "pledge.decline"):
        fault = await refused(scene.alba, command, pledge=work)
        assert fault.code == "pledge-withdrawn"
    assert (await refused(scene.birch, "pledge.confirm", pledge=work)).code == (
        "pledge-withdrawn"
    )

    other = await scene.work(300)
    await scene.accept(other)
    await scene.confirm(other)
    fault = await refused(scene.birch, "pledge.withdraw", pledge=other)
    assert "release" in fault.way_out
    await scene.birch.ask("pledge.release", pledge=other, reason="illness")
    await scene.share()
    assert (await scene.row(other))["standing"] == "released"
    (row,) = (await scene.alba.ask("commitments"))["commitments"]
    assert row["standing"] == "released"
    fault = await refused(scene.alba, "pledge.accept", pledge=other)
    assert fault.code == "pledge-released"
    assert (await refused(scene.birch, "pledge.confirm", pledge=other)).code == (
        "pledge-released"
    )


async def test_lists_are_narrowed_down(scene: Scene) -> None:
    work, money = await scene.work(), await scene.money("5")
    own = await scene.cedar.ask("lead.open", title="Own", requirements=LINES)
    mine = await scene.cedar.ask("pledge.work", lead=own["id"], line=2, minutes=9)
    await scene.accept(work)

    async def listed(**args: object) -> set[str]:
        rows = (await scene.cedar.ask("pledge.list", **args))["pledges"]
        return {one["id"] for one in rows}

    assert await listed() == {work, money, mine["id"]}
    assert await listed(mine=True) == {mine["id"]}
    assert await listed(to=scene.lead) == {work}
    assert await listed(to=scene.project[:12]) == {money}
    assert await listed(to=scene.alba.id) == {work, money}
    assert await listed(standing=["accepted"]) == {work}
    assert await listed(standing=["offered", "accepted"], to=scene.alba.id) == {
        work,
        money,
    }
    await check_refusals(
        scene.cedar,
        [
            ("pledge.list", {"standing": ["kept"]}, "field-wrong", "standing"),
            ("pledge.list", {"to": work}, "id-unknown", "to"),
            ("pledge.list", {"to": "coop_zzzz"}, "coop-unknown", "to"),
            ("commitments", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )


async def test_a_co_op_pledges_to_its_own_lead(scene: Scene) -> None:
    pledge = await scene.alba.ask("pledge.work", lead=scene.lead, line=1, minutes=90)
    await scene.alba.ask("pledge.accept", pledge=pledge["id"])
    await scene.alba.ask("pledge.confirm", pledge=pledge["id"])
    await scene.share()
    assert (await scene.row(pledge["id"]))["standing"] == "committed"
