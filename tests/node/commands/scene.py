"""A lead and a project of Alba's, pledges of Birch's; Cedar looks on."""

from dataclasses import dataclass

from tests.node.commands.nodes import Answer, Coop, share

LINES = [{"skill": "web", "minutes": 900}, {"skill": "design", "minutes": 300}]


@dataclass(slots=True)
class Scene:
    alba: Coop
    birch: Coop
    cedar: Coop
    lead: str
    project: str

    async def share(self) -> None:
        await share([self.alba, self.birch, self.cedar])

    async def work(self, minutes: int = 600, **more: object) -> str:
        args: dict[str, object] = {"lead": self.lead, "line": 1, "minutes": minutes}
        written = await self.birch.ask("pledge.work", **(args | more))
        await self.share()
        return str(written["id"])

    async def money(self, amount: str) -> str:
        written = await self.birch.ask(
            "pledge.money", project=self.project, amount=amount
        )
        await self.share()
        return str(written["id"])

    async def accept(self, pledge: str, **args: object) -> str:
        written = await self.alba.ask("pledge.accept", pledge=pledge, **args)
        await self.share()
        return str(written["id"])

    async def confirm(self, pledge: str) -> None:
        await self.birch.ask("pledge.confirm", pledge=pledge)
        await self.share()

    async def row(self, pledge: str) -> Answer:
        """Give the row of a pledge, which all three read alike."""
        found = []
        for coop in (self.alba, self.birch, self.cedar):
            rows = (await coop.ask("pledge.list"))["pledges"]
            found.append([one for one in rows if one["id"] == pledge])
        assert found[0] == found[1] == found[2]
        ((row,), _, _) = found
        return dict(row)


async def set_up(three: list[Coop]) -> Scene:
    alba, birch, cedar = three
    lead = await alba.ask("lead.open", title="Website", requirements=LINES)
    project = await alba.ask("project.open", title="Tool", goal="100", maximum="150")
    await share(three)
    return Scene(alba, birch, cedar, lead["id"], project["id"])
