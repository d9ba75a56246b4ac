"""Two co-ops with one of each family made, for tests of every command."""

from tests.node.commands import nodes
from tests.node.commands.nodes import Coop


async def furnished(alba: Coop, birch: Coop) -> dict[str, str]:
    """Have one of each family made; give them by the names that they have in paths.

    Each stands where as much as possible may still be done to it by Alba.
    """
    week = {"starts": "2023-10-02", "ends": "2023-10-06"}
    found: dict[str, str] = {}

    async def made(by: Coop, name: str, command: str, /, **args: object) -> str:
        found[name] = str((await by.ask(command, **args))["id"])
        await nodes.share([alba, birch])
        return found[name]

    async def work(by: Coop, to: Coop, lead: str) -> str:
        rate = {"amount": "60", "minutes": 60}
        pledge = await made(
            by, "pledge", "pledge.work", lead=lead, minutes=5, rate=rate
        )
        await made(to, "acceptance", "pledge.accept", pledge=pledge)
        await made(by, "confirmed", "pledge.confirm", pledge=pledge)
        return pledge

    lines = [{"skill": "web", "minutes": 60}]
    theirs = await made(birch, "lead", "lead.open", title="c", requirements=lines)
    lead = await made(alba, "lead", "lead.open", title="a", requirements=lines)
    await made(birch, "offer", "capacity.offer", skill="web", minutes=60, **week)
    await made(alba, "offer", "capacity.offer", skill="web", minutes=60, **week)
    await made(alba, "booking", "booking.set", minutes=60, probability=40, **week)
    await made(alba, "wish", "wish.set", wanted=60, **week)
    await made(birch, "handover", "handover.offer", lead=theirs, to="Alba", terms="t")
    parties = [{"coop": "Alba", "share": "rest"}, {"coop": "Birch", "share": "40"}]
    await made(birch, "bid", "bid.open", lead=theirs, parties=parties)
    await made(alba, "bid", "bid.open", lead=lead, parties=parties)
    await made(
        birch, "agreement", "agreement.draft", title="t", text="w", parties=["Alba"]
    )
    own = await work(alba, birch, theirs)
    await made(alba, "sent", "report.make", pledge=own, minutes=5, **week)
    done = await work(birch, alba, lead)
    await made(birch, "report", "report.make", pledge=done, minutes=5, **week)
    await made(alba, "asked", "invoice.issue", payer="Birch", amount={"amount": "9"})
    await made(birch, "invoice", "invoice.issue", payer="Alba", amount={"amount": "9"})
    await made(birch, "payment", "payment.send", payee="Alba", amount={"amount": "3"})
    await made(
        birch,
        "netting",
        "netting.propose",
        coops=["Birch", "Alba"],
        amount="1",
        currency="GBP",
    )
    await made(alba, "decision", "decision.open", title="d", closes="2023-12-14")
    await made(alba, "fund", "fund.open", title="f", contribution="5", period="year")
    await made(alba, "round", "round.open", title="r", closes="2023-12-14")
    project = await made(alba, "project", "project.open", title="b", goal="100")
    await made(alba, "entry", "round.enter", round=found["round"], project=project)
    await made(birch, "veto", "round.veto", round=found["round"], project=project)
    await made(birch, "text", "lead.share", lead=theirs, to=["Alba"], details="s")
    hook = await alba.ask("webhook.add", url="http://127.0.0.1:9/hook")
    token = await alba.ask("token.create", name="another", scopes=["read"])
    return found | {
        "pledge": done,
        "id": done,
        "acceptance": done,
        "webhook": str(hook["id"]),
        "token": str(token["id"]),
        "about": lead,
        "words": "a",
        "what": "leads",
        "coop": "Birch",
        "payer": "Birch",
        "payee": "Birch",
    }
