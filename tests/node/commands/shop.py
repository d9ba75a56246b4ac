"""Three co-ops that trade: Birch works for Alba and pays into its project."""

from dataclasses import dataclass

from tests.node.commands.nodes import Answer, Coop
from tests.node.commands.scene import Scene

#: 1_700_000_000_000 ms, where the clocks of the nodes stand.
TODAY = "2023-11-14"
WEEK = {"starts": "2023-10-02", "ends": "2023-10-06"}


@dataclass(slots=True)
class Shop:
    scene: Scene

    @property
    def alba(self) -> Coop:
        return self.scene.alba

    @property
    def birch(self) -> Coop:
        return self.scene.birch

    @property
    def cedar(self) -> Coop:
        return self.scene.cedar

    async def do(self, coop: Coop, command: str, /, **args: object) -> str:
        """Have a command done and carry what it wrote to all."""
        written = await coop.ask(command, **args)
        await self.scene.share()
        return str(written["id"])

    async def work(self, minutes: int = 600, **more: object) -> str:
        """Birch is committed to 600 minutes at 60 GBP an hour for Alba."""
        rate = {"amount": "60", "minutes": 60}
        pledge = await self.scene.work(minutes, **({"rate": rate} | more))
        await self.scene.accept(pledge)
        await self.scene.confirm(pledge)
        return pledge

    async def money(self, amount: str = "100") -> str:
        """Birch is committed to pay so much into Alba's project."""
        pledge = await self.scene.money(amount)
        await self.scene.accept(pledge)
        await self.scene.confirm(pledge)
        return pledge

    async def report(self, pledge: str, minutes: int = 300, **more: object) -> str:
        args = {"pledge": pledge, "minutes": minutes, **WEEK, **more}
        return await self.do(self.birch, "report.make", **args)

    async def alike(self, command: str, /, **args: object) -> Answer:
        """Ask all three; they answer alike."""
        found = [
            await coop.ask(command, **args)
            for coop in (self.alba, self.birch, self.cedar)
        ]
        assert found[0] == found[1] == found[2]
        return found[0]

    async def account(self, payer: Coop, payee: Coop) -> Answer:
        """Give the account of two in pounds, which all three read alike."""
        rows = (await self.alike("ledger.show"))["accounts"]
        wanted = (payer.id, payee.id)
        (row,) = [one for one in rows if (one["payer"], one["payee"]) == wanted]
        return dict(row)

    async def sums(self, payer: Coop, payee: Coop) -> dict[str, str]:
        """Give what is not nothing in it."""
        row = await self.account(payer, payee)
        return {
            key: value["amount"]
            for key, value in row.items()
            if isinstance(value, dict) and value.get("amount", "0.00") != "0.00"
        }
