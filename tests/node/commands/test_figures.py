"""Figures: what came of it all, and the lists of what each is made of."""

import pytest

from node.views.figures import pages
from tests.node.commands.nodes import refused
from tests.node.commands.shop import Shop


async def test_social_value_is_counted_from_accepted_reports(shop: Shop) -> None:
    async def listed(name: str, **args: object) -> list[str]:
        return [one["id"] for one in (await shop.alike(name, **args))["reports"]]

    pledge = await shop.work()
    theme = [{"theme": "wellbeing", "minutes": 90}]
    first = await shop.report(pledge, 300, themes=theme, outcome="jobs")
    second = await shop.report(
        pledge, 100, themes=[{"theme": "wellbeing"}], ends="2023-10-31"
    )
    unseen = await shop.report(
        pledge,
        50,
    )
    for report in (first, second):
        await shop.do(shop.alba, "report.accept", report=report)
    found = await shop.alike("figures.social")
    assert found["minutes"] == 400
    assert found["reports"] == 2
    assert await listed("figures.reports") == [first, second]
    (one,) = found["themes"]
    assert (one["name"], one["minutes"]) == ("wellbeing", 190)
    assert one["amounts"] == [{"amount": "190.00", "currency": "GBP"}]
    assert one["reports"] == 2
    assert await listed("figures.reports", theme="wellbeing") == [first, second]
    assert await listed("figures.reports", outcome="jobs") == [first]
    assert await listed("figures.reports", outcome="wellbeing") == []
    assert await listed("figures.reports", most=1) == [second]
    assert await listed("figures.reports", most=1, before=second) == [first]
    assert await listed("figures.reports", most=1, after="oldest") == [first]
    assert unseen not in await listed("figures.reports")
    assert [(each["name"], each["minutes"]) for each in found["outcomes"]] == [
        ("jobs", 300)
    ]
    (coop,) = found["coops"]
    assert (coop["name"], coop["minutes"], coop["themed"]) == ("Birch", 400, 190)
    part = await shop.alike("figures.social", coop="Birch", starts="2023-10-10")
    assert part["reports"] == 1
    period = {"coop": "Birch", "starts": "2023-10-10"}
    assert await listed("figures.reports", **period) == [second]
    assert (await shop.alike("figures.social", coop="Alba"))["reports"] == 0
    assert await listed("figures.reports", coop="Alba") == []
    assert (await shop.alike("figures.social", ends="2023-10-01"))["minutes"] == 0


async def test_collaborations_show_what_they_are_worth(shop: Shop) -> None:
    assert (await shop.alike("figures.collaborations"))["collaborations"] == []
    pledge = await shop.work()
    report = await shop.report(pledge, 300)
    await shop.report(pledge, 10)
    await shop.do(shop.alba, "report.accept", report=report)
    # What a co-op does for its own lead is no collaboration.
    own = await shop.do(
        shop.alba, "pledge.work", lead=shop.scene.lead, line=1, minutes=9
    )
    await shop.do(shop.alba, "pledge.accept", pledge=own)
    await shop.do(shop.alba, "pledge.confirm", pledge=own)
    found = await shop.alike("figures.collaborations")
    (one,) = found["collaborations"]
    assert (one["id"], found["count"]) == (shop.scene.lead, 1)
    assert (one["name"], one["title"], one["total"]) == ("Alba", "Website", None)
    assert one["agreed"] == [{"amount": "600.00", "currency": "GBP"}]
    assert one["delivered"] == [{"amount": "300.00", "currency": "GBP"}]
    assert one["partners"] == [
        {
            "coop": shop.birch.id,
            "name": "Birch",
            "committed": 600,
            "delivered": 300,
            "pledges": [pledge],
            "reports": [report],
        }
    ]
    found = await shop.alike("figures.collaborations", coop="Cedar")
    assert found == {"collaborations": [], "count": 0}


async def test_reliability_says_what_became_of_promises(shop: Shop) -> None:
    kept = await shop.work(300)
    await shop.do(shop.alba, "report.accept", report=await shop.report(kept, 300))
    open_ = await shop.work(200)
    released = await shop.work(100)
    await shop.do(shop.birch, "pledge.release", pledge=released, reason="illness")
    paid = await shop.money("50")
    payment = await shop.do(
        shop.birch, "payment.send", payee="Alba", promise=paid, date="2023-11-10"
    )
    await shop.do(shop.alba, "payment.receive", payment=payment)
    declined = await shop.scene.work(60)
    await shop.do(shop.alba, "pledge.decline", pledge=declined, reason="covered")
    waiting = await shop.scene.work(60)
    (one,) = (await shop.alike("figures.reliability"))["coops"]
    assert (one["name"], one["promises"]) == ("Birch", 5)
    assert [(each["fate"], each["count"]) for each in one["fates"]] == [
        ("kept", 2),
        ("open", 1),
        ("released", 1),
        ("declined", 1),
    ]
    assert one["fates"][2]["reasons"] == [{"reason": "illness", "count": 1}]

    assert await listed(shop, fate=["kept"]) == [kept, paid]
    assert await listed(shop, fate=["open"]) == [open_]
    assert await listed(shop, fate=["released"], reason="illness") == [released]
    assert await listed(shop, reason="covered") == [declined]
    assert await listed(shop, coop="Birch") == [kept, open_, released, paid, declined]
    assert await listed(shop, coop="Alba") == []
    assert await listed(shop, most=2, before=declined) == [released, paid]
    assert waiting not in await listed(shop)
    fault = await refused(shop.alba, "figures.promises", fate=["late"])
    assert fault.fields["field"] == "fate"
    found = await shop.alike("figures.reliability", coop="Alba")
    assert found["coops"] == []


@pytest.mark.parametrize("few", [0, 8000])
@pytest.mark.parametrize("together", [1, 1000])
async def test_pages_of_what_a_figure_is_made_of(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, few: int, together: int
) -> None:
    """However many there are and however they are passed through."""
    monkeypatch.setattr(pages, "_FEW", few)
    monkeypatch.setattr(pages, "_LEAST", together)
    made = []
    for no in range(5):
        made.append(await shop.work(60 + no))
        await shop.scene.work(30)
        if no % 2:
            await shop.do(shop.birch, "pledge.release", pledge=made[-1])
    wanted = {"open": made[::2], "released": made[1::2]}
    for fate, expected in wanted.items():
        for most in (1, 2, 9):
            newest: list[str] = []
            args: dict[str, object] = {"fate": [fate], "most": most}
            while page := await listed(shop, **args):
                newest = page + newest
                args["before"] = page[0]
            assert newest == expected
            oldest: list[str] = []
            args = {"fate": [fate], "most": most, "after": "oldest"}
            while page := await listed(shop, **args):
                oldest += page
                args["after"] = page[-1]
            assert oldest == expected


async def listed(shop: Shop, **args: object) -> list[str]:
    rows = (await shop.alike("figures.promises", **args))["promises"]
    return [row["id"] for row in rows]
