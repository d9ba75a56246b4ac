"""Four co-ops that trade at random: their logs, cut anywhere, and what they come to."""

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from protocol import fold
from protocol.joins.ledger import Promise
from protocol.state import Entity
from tests.protocol.budget import chance
from tests.protocol.world import Coop, Register, Writer, network, seed

CURRENCIES = ("GBP", "GBP", "GBP", "EUR")


class Market(NamedTuple):
    register: Register
    writers: list[Writer]
    promises: list[Promise]


class _Trader:
    """Writes events that make sense, and some that do not, as the dice fall."""

    def __init__(self, number: int) -> None:
        self.dice: Random = chance(number)
        self.register, coops = _founded()
        self.coops: list[Coop] = coops
        self.writers = [Writer.opened(self.register, one) for one in coops]
        self.promises: list[Promise] = []
        self.invoices: list[tuple[bytes, Coop, Coop, list[object]]] = []
        self.payments: list[tuple[bytes, Coop, Coop, list[object]]] = []
        self.nettings: list[tuple[bytes, Coop, dict[bytes, int], str]] = []

    def two(self) -> tuple[Writer, Coop]:
        writer = self.dice.choice(self.writers)
        others = [one for one in self.coops if one is not writer.owner]
        return writer, self.dice.choice(others)

    def money(self) -> list[object]:
        return [self.dice.choice(CURRENCIES), self.dice.choice((1, 40, 100, 900))]

    def writer_of(self, coop: Coop) -> Writer:
        # Now and then somebody answers who was not asked.
        if self.dice.random() < 0.1:
            return self.dice.choice(self.writers)
        return self.writers[self.coops.index(coop)]

    def promise(self) -> None:
        payer, payee = self.dice.sample(self.coops, 2)
        currency, amount = self.money()
        assert isinstance(currency, str)
        assert isinstance(amount, int)
        source = seed("promise", len(self.promises) - (self.dice.random() < 0.1))
        epoch = self.dice.choice((0, 0, 1))
        self.promises.append(
            Promise(
                payer=payer.id,
                payee=payee.id,
                currency=currency,
                amount=amount,
                source=source,
                kind="pledge",
                epoch=epoch,
            )
        )

    def invoice(self) -> None:
        writer, payer = self.two()
        amount = self.money()
        body: dict[str, object] = {"amount": amount, "due": self.day()}
        body["payer"] = payer.id
        fitting = [
            one
            for one in self.promises
            if (one.payee, one.payer) == (writer.owner.id, payer.id)
        ]
        if fitting and self.dice.random() < 0.7:
            body["promise"] = self.dice.choice(fitting).source
        made = self.write(writer, "invoice.issued", body)
        self.invoices.append((made, writer.owner, payer, amount))

    def day(self) -> str:
        return f"2026-0{self.dice.randint(1, 9)}-1{self.dice.randint(0, 9)}"

    def on_invoice(self) -> None:
        if not self.invoices:
            return
        made, payee, payer, amount = self.dice.choice(self.invoices[-6:])
        if self.dice.random() < 0.2:
            self.write(self.writer_of(payee), "invoice.withdrawn", {"invoice": made})
            return
        body: dict[str, object] = {"invoice": made, "payee": payee.id}
        if self.dice.random() < 0.6:
            body["amount"] = amount
            self.write(self.writer_of(payer), "invoice.approved", body)
        else:
            self.write(self.writer_of(payer), "invoice.disputed", body)

    def pay(self) -> None:
        writer, payee = self.two()
        amount = self.money()
        body: dict[str, object] = {"amount": amount, "date": self.day()}
        body["payee"] = payee.id
        named = [
            made
            for made, to, by, _ in self.invoices
            if (to, by) == (payee, writer.owner)
        ]
        if named and self.dice.random() < 0.7:
            body["invoice"] = self.dice.choice(named)
        if self.promises and self.dice.random() < 0.3:
            body["promise"] = self.dice.choice(self.promises).source
        made = self.write(writer, "payment.sent", body)
        self.payments.append((made, writer.owner, payee, amount))

    def on_payment(self) -> None:
        if not self.payments:
            return
        made, payer, payee, amount = self.dice.choice(self.payments[-6:])
        what = self.dice.random()
        if what < 0.15:
            body: dict[str, object] = {"amount": self.money(), "payment": made}
            self.write(self.writer_of(payer), "payment.corrected", body)
        elif what < 0.25:
            self.write(self.writer_of(payer), "payment.cancelled", {"payment": made})
        elif what < 0.35:
            body = {"payer": payer.id, "payment": made}
            self.write(self.writer_of(payee), "payment.disputed", body)
        else:
            came = amount if self.dice.random() < 0.8 else self.money()
            body = {"amount": came, "payer": payer.id, "payment": made}
            self.write(self.writer_of(payee), "payment.received", body)

    def net(self) -> None:
        circle = self.dice.sample(self.coops, self.dice.choice((2, 3, 4)))
        currency, amount = self.money()
        assert isinstance(currency, str)
        assert isinstance(amount, int)
        entries = sorted(
            [debtor.id, creditor.id, amount]
            for debtor, creditor in zip(circle, circle[1:] + circle[:1], strict=True)
        )
        proposer = self.dice.choice(self.writers)
        body: dict[str, object] = {"currency": currency, "entries": entries}
        made = self.write(proposer, "netting.proposed", body)
        sums: dict[bytes, int] = {one.id: amount for one in circle}
        self.nettings.append((made, proposer.owner, sums, currency))

    def on_netting(self) -> None:
        if not self.nettings:
            return
        made, proposer, sums, currency = self.dice.choice(self.nettings[-3:])
        for coop in self.coops:
            if self.dice.random() < 0.2:
                continue
            amount = sums.get(coop.id, 7)
            body: dict[str, object] = {"amount": [currency, amount]}
            body |= {"netting": made, "proposer": proposer.id}
            self.write(self.writer_of(coop), "netting.agreed", body)

    def write(self, writer: Writer, kind: str, body: dict[str, object]) -> bytes:
        writer.epoch = self.register.epoch(self.dice.choice((0, 1, 1)))
        ordered = {key: body[key] for key in sorted(body)}
        return writer.write(kind, ordered)  # type: ignore[arg-type]  # plain values


@cache
def _founded() -> tuple[Register, list[Coop]]:
    return network("acorn", "bramble", "clover", "daisy")


def market(number: int) -> Market:
    """Let them trade for a while."""
    trader = _Trader(number)
    turns = (
        *(trader.promise, trader.promise, trader.invoice, trader.invoice),
        *(trader.on_invoice, trader.pay, trader.pay, trader.pay),
        *(trader.on_payment, trader.on_payment, trader.on_payment),
        *(trader.net, trader.on_netting, trader.on_netting),
    )
    for _ in range(40):
        trader.dice.choice(turns)()
    return Market(trader.register, trader.writers, trader.promises)


def folded(shop: Market, lengths: Sequence[int] | None = None) -> list[Entity]:
    """Fold each log as far as it is held: up to a length, or all of it."""
    entities: list[Entity] = []
    for at, writer in enumerate(shop.writers):
        placed = writer.placed()
        held = placed if lengths is None else placed[: lengths[at]]
        epochs = shop.register.roster.epochs()
        done = fold.fold_all(writer.owner.id, held, epochs)
        entities += done.changed.values()
    return entities
