"""Invoices and payments: asked for, sent, received, and in the ledger."""

from protocol import ids
from tests.node.commands.nodes import check_refusals, refused
from tests.node.commands.shop import TODAY, Shop


async def test_work_is_invoiced_and_paid(shop: Shop) -> None:
    pledge = await shop.work()
    one, other = await shop.report(pledge, 300), await shop.report(pledge, 120)
    for report in (one, other):
        await shop.do(shop.alba, "report.accept", report=report)
    assert await shop.sums(shop.alba, shop.birch) == {"delivered": "420.00"}
    invoice = await shop.do(
        shop.birch, "invoice.issue", reports=[one[:12], other], note="Thank you"
    )
    (row,) = (await shop.alike("invoice.list"))["invoices"]
    assert row == {
        "id": invoice,
        "short": invoice[:12],
        "payer": shop.alba.id,
        "payer_name": "Alba",
        "payee": shop.birch.id,
        "payee_name": "Birch",
        "amount": {"amount": "420.00", "currency": "GBP"},
        "settled": {"amount": "0.00", "currency": "GBP"},
        # Thirty days after the day of the node's clock.
        "due": "2023-12-14",
        "number": None,
        "promise": None,
        "reports": [one, other],
        "standing": "issued",
        "note": "Thank you",
    }
    page = await shop.alike("invoice.show", invoice=invoice)
    assert {each["id"] for each in page["listed"]} == {one, other}
    assert (await shop.alike("report.show", report=one))["invoice"] == invoice
    await shop.do(shop.alba, "invoice.approve", invoice=invoice)
    owed = {"delivered": "420.00", "invoiced": "420.00", "open": "420.00"}
    assert await shop.sums(shop.alba, shop.birch) == owed

    first = await shop.do(
        shop.alba, "payment.send", invoice=invoice, amount={"amount": "400"}
    )
    assert await shop.sums(shop.alba, shop.birch) == {
        **owed,
        "sent": "400.00",
        "in_transit": "400.00",
    }
    # What is left of it follows from the invoice.
    second = await shop.do(shop.alba, "payment.send", invoice=invoice)
    rows = (await shop.alike("payment.list"))["payments"]
    by_id = {each["id"]: each for each in rows}
    assert by_id[second]["amount"]["amount"] == "20.00"
    assert by_id[second] == {
        **by_id[first],
        "id": second,
        "short": second[:12],
        "amount": {"amount": "20.00", "currency": "GBP"},
    }
    assert (by_id[first]["date"], by_id[first]["standing"]) == (TODAY, "transit")
    await shop.do(shop.birch, "payment.receive", payment=first)
    await shop.do(
        shop.birch, "payment.receive", payment=second, amount={"amount": "19.50"}
    )
    assert await shop.sums(shop.alba, shop.birch) == {
        **owed,
        "sent": "420.00",
        "settled": "419.50",
        "disputed": "0.50",
        "open": "0.50",
    }
    row = (await shop.alike("invoice.show", invoice=invoice))["settled"]
    assert row["amount"] == "419.50"


async def test_a_promise_is_called_in_and_paid(shop: Shop) -> None:
    pledge = await shop.money("100")
    owed = {"promised": "100.00", "open": "100.00"}
    assert await shop.sums(shop.birch, shop.alba) == owed
    invoice = await shop.do(
        shop.alba,
        "invoice.issue",
        payer="Birch",
        promise=pledge[:12],
        number="7/23",
        due="2023-11-01",
    )
    row = await shop.account(shop.birch, shop.alba)
    assert (row["oldest"], row["age"]) == ("2023-11-01", 13)
    assert (row["open"]["amount"], row["invoiced"]["amount"]) == ("100.00", "100.00")
    assert row["debts"] == [
        {
            "id": pledge,
            "short": pledge[:12],
            "kind": "pledge",
            "amount": {"amount": "100.00", "currency": "GBP"},
            "covered": {"amount": "0.00", "currency": "GBP"},
            "open": {"amount": "100.00", "currency": "GBP"},
            "due": "2023-11-01",
            "invoices": [invoice],
        }
    ]
    payment = await shop.do(
        shop.birch, "payment.send", payee="Alba", promise=pledge, date="2023-11-10"
    )
    await shop.do(shop.alba, "payment.receive", payment=payment)
    row = await shop.account(shop.birch, shop.alba)
    assert (row["open"]["amount"], row["oldest"], row["age"]) == ("0.00", None, None)


async def test_a_disputed_invoice_is_not_owed(shop: Shop) -> None:
    invoice = await shop.do(
        shop.birch, "invoice.issue", payer="Alba", amount={"amount": "900"}
    )
    assert (await shop.sums(shop.alba, shop.birch))["open"] == "900.00"
    row = await shop.account(shop.alba, shop.birch)
    assert (row["oldest"], row["age"]) == ("2023-12-14", 0)
    await shop.do(
        shop.alba, "invoice.dispute", invoice=invoice, reason="price", note="No such."
    )
    assert await shop.sums(shop.alba, shop.birch) == {"contested": "900.00"}
    page = await shop.alike("invoice.show", invoice=invoice)
    assert (page["standing"], page["answer"]) == ("disputed", "No such.")
    await shop.do(shop.birch, "invoice.withdraw", invoice=invoice, reason="price")
    assert await shop.sums(shop.alba, shop.birch) == {}
    (half,) = await shop.cedar.node.state.entities("invoice-answer")
    word = await shop.cedar.ask("explain", id=ids.text("evt", half.id))
    assert [row["kind"] for row in word["history"]] == ["invoice.disputed"]
    found = await shop.cedar.ask("explain", id=invoice)
    assert found["joins"] == ["Birch has withdrawn it. (withdrawn)", "Alba: No such."]
    assert found["title"] == "900.00 GBP asked for, due 2023-12-14"


async def test_a_withdrawn_invoice_frees_its_reports(shop: Shop) -> None:
    report = await shop.report(await shop.work())
    invoice = await shop.do(shop.birch, "invoice.issue", reports=[report])
    fault = await refused(shop.birch, "invoice.issue", reports=[report])
    assert "already" in fault.detail
    await shop.do(shop.birch, "invoice.withdraw", invoice=invoice, note="Too early")
    again = await shop.do(shop.birch, "invoice.issue", reports=[report])
    assert (await shop.alike("report.show", report=report))["invoice"] == again
    asked: list[tuple[dict[str, object], int]] = [
        ({"coop": "Alba"}, 2),
        ({"coop": "Cedar"}, 0),
        ({"standing": ["issued"]}, 1),
    ]
    for args, count in asked:
        assert len((await shop.cedar.ask("invoice.list", **args))["invoices"]) == count


async def test_payments_are_corrected_and_cancelled(shop: Shop) -> None:
    send = {"payee": "Alba", "amount": {"amount": "500"}, "note": "Rent"}
    payment = await shop.do(shop.birch, "payment.send", **send)
    await shop.do(
        shop.birch, "payment.correct", payment=payment, amount={"amount": "450"}
    )
    await shop.do(
        shop.alba, "payment.dispute", payment=payment, reason="gone", note="Where?"
    )
    (row,) = (await shop.alike("payment.list"))["payments"]
    assert (row["amount"]["amount"], row["standing"]) == ("450.00", "disputed")
    assert (row["note"], row["answer"]) == ("Rent", "Where?")
    assert await shop.sums(shop.birch, shop.alba) == {
        "sent": "450.00",
        "disputed": "450.00",
    }
    found = await shop.cedar.ask("explain", id=payment)
    assert found["joins"][0].endswith("nothing of it is settled. (disputed)")
    await shop.do(shop.alba, "payment.receive", payment=payment)
    (half,) = await shop.cedar.node.state.entities("receipt")
    word = await shop.cedar.ask("explain", id=ids.text("evt", half.id))
    found = await shop.cedar.ask("explain", id=payment)
    assert (
        word["joins"]
        == found["joins"]
        == ["Alba has received 450.00 GBP, which is settled. (received)"]
    )
    assert (await shop.sums(shop.birch, shop.alba))["over"] == "450.00"
    await shop.do(shop.birch, "payment.cancel", payment=payment, reason="returned")
    assert await shop.sums(shop.birch, shop.alba) == {}
    asked: list[tuple[dict[str, object], int]] = [
        ({"coop": "Alba"}, 1),
        ({"coop": "Cedar"}, 0),
        ({"standing": ["transit"]}, 0),
    ]
    for args, count in asked:
        assert len((await shop.cedar.ask("payment.list", **args))["payments"]) == count


async def test_what_is_refused_of_invoices(shop: Shop) -> None:
    report = await shop.report(await shop.work(), unpaid=True)
    priced = await shop.report(await shop.work(300))
    gone = await shop.report(await shop.work(rate=None, line=2, minutes=60), 5)
    await shop.do(shop.birch, "report.withdraw", report=gone)
    issue = {"payer": "Alba", "amount": {"amount": "5"}}
    invoice = await shop.do(shop.birch, "invoice.issue", **issue)
    pledge = await shop.money()
    await check_refusals(
        shop.birch,
        [
            ("invoice.issue", {**issue, "payer": "Birch"}, "party-self", "payer"),
            ("invoice.issue", {**issue, "payer": "Elm"}, "coop-unknown", "payer"),
            ("invoice.issue", {**issue, "payer": None}, "field-missing", "payer"),
            ("invoice.issue", {"payer": "Alba"}, "field-missing", "amount"),
            ("invoice.issue", {"reports": [report]}, "field-missing", "amount"),
            (
                "invoice.issue",
                {"reports": [report, priced]},
                "field-missing",
                "amount",
            ),
            ("invoice.issue", {"reports": [gone]}, "report-not-invoiced", "reports"),
            ("invoice.issue", {**issue, "due": "soon"}, "field-wrong", "due"),
            ("invoice.issue", {**issue, "number": "a b"}, "field-wrong", "number"),
            (
                "invoice.issue",
                {**issue, "promise": pledge},
                "promise-unknown",
                "promise",
            ),
            (
                "invoice.issue",
                {**issue, "amount": {"amount": "5", "currency": "XXX"}},
                "field-wrong",
                "amount.currency",
            ),
            ("invoice.approve", {"invoice": invoice}, "not-for-you", "invoice"),
            ("invoice.dispute", {"invoice": invoice}, "not-for-you", "invoice"),
            ("invoice.list", {"standing": ["paid"]}, "field-wrong", "standing"),
            ("invoice.show", {"invoice": report}, "id-unknown", "invoice"),
        ],
    )
    await check_refusals(
        shop.cedar,
        [
            ("invoice.issue", {"reports": [priced]}, "report-not-invoiced", "reports"),
            ("invoice.withdraw", {"invoice": invoice}, "not-yours", "invoice"),
        ],
    )
    await shop.do(shop.birch, "invoice.withdraw", invoice=invoice)
    for command in ("invoice.approve", "invoice.dispute"):
        fault = await refused(shop.alba, command, invoice=invoice)
        assert fault.code == "invoice-gone"


async def test_one_invoice_is_for_one_payer(shop: Shop) -> None:
    own = await shop.do(
        shop.cedar, "lead.open", title="Own", requirements=[{"skill": "web"}]
    )
    pledge = await shop.do(shop.birch, "pledge.work", lead=own, minutes=60)
    await shop.do(shop.cedar, "pledge.accept", pledge=pledge)
    await shop.do(shop.birch, "pledge.confirm", pledge=pledge)
    reports = [
        await shop.report(await shop.work()),
        await shop.report(pledge, 5, amount={"amount": "1"}),
    ]
    fault = await refused(shop.birch, "invoice.issue", reports=reports)
    assert (fault.code, fault.fields["field"]) == ("report-receiver", "reports")


async def test_what_is_refused_of_payments(shop: Shop) -> None:
    issue = {"payer": "Alba", "amount": {"amount": "5"}}
    invoice = await shop.do(shop.birch, "invoice.issue", **issue)
    send = {"payee": "Alba", "amount": {"amount": "5"}}
    payment = await shop.do(shop.birch, "payment.send", **send)
    paid = await shop.do(shop.alba, "payment.send", invoice=invoice)
    await check_refusals(
        shop.birch,
        [
            ("payment.send", {**send, "payee": "Birch"}, "party-self", "payee"),
            ("payment.send", {**send, "payee": None}, "field-missing", "payee"),
            ("payment.send", {"payee": "Alba"}, "field-missing", "amount"),
            ("payment.send", {**send, "date": "x"}, "field-wrong", "date"),
            ("payment.send", {**send, "invoice": invoice}, "invoice-other", "invoice"),
            ("payment.send", {**send, "invoice": payment}, "id-unknown", "invoice"),
            (
                "payment.send",
                {**send, "promise": payment},
                "promise-unknown",
                "promise",
            ),
            (
                "payment.correct",
                {"payment": payment, "amount": {"amount": "0"}},
                "field-wrong",
                "amount.amount",
            ),
            (
                "payment.receive",
                {"payment": paid, "amount": {"amount": "5", "currency": "EUR"}},
                "field-wrong",
                "amount.currency",
            ),
            ("payment.receive", {"payment": payment}, "not-for-you", "payment"),
            ("payment.dispute", {"payment": payment}, "not-for-you", "payment"),
            ("payment.list", {"standing": ["sent"]}, "field-wrong", "standing"),
        ],
    )
    fault = await refused(shop.alba, "payment.send", invoice=invoice)
    assert fault.code == "field-missing"
    assert (await refused(shop.cedar, "payment.cancel", payment=paid)).code == (
        "not-yours"
    )
    await shop.do(shop.alba, "payment.cancel", payment=paid)
    for command in ("payment.cancel", "payment.correct"):
        args: dict[str, object] = {"payment": paid}
        if command == "payment.correct":
            args["amount"] = {"amount": "1"}
        assert (await refused(shop.alba, command, **args)).code == "payment-gone"
    for command in ("payment.receive", "payment.dispute"):
        fault = await refused(shop.birch, command, payment=paid)
        assert fault.code == "payment-gone"


async def test_a_repeated_payment_is_sent_once(shop: Shop) -> None:
    send = {"payee": "Alba", "amount": {"amount": "5"}, "key": "once"}
    first = await shop.birch.ask("payment.send", **send)
    assert await shop.birch.ask("payment.send", **send) == first
    assert len((await shop.birch.ask("payment.list"))["payments"]) == 1


async def test_an_invoice_asks_for_the_rest_of_a_promise(shop: Shop) -> None:
    """Who is to pay follows from the promise; what was asked for is not asked again."""
    alba, birch = shop.alba, shop.birch
    pledge = await shop.money("100")
    part = await shop.do(alba, "invoice.issue", promise=pledge, amount={"amount": "20"})
    await shop.do(birch, "payment.send", promise=pledge, amount={"amount": "30"})
    rest = await shop.do(alba, "invoice.issue", promise=pledge)
    row = await alba.ask("invoice.show", invoice=rest)
    assert (row["payer_name"], row["amount"]["amount"]) == ("Birch", "50.00")
    fault = await refused(alba, "invoice.issue", promise=pledge)
    assert (fault.code, fault.fields["field"]) == ("promise-asked", "amount")
    # What was sent for an invoice is counted with it, a withdrawn one not at all.
    await shop.do(birch, "payment.send", invoice=rest)
    await shop.do(alba, "invoice.withdraw", invoice=part)
    last = await shop.do(alba, "invoice.issue", promise=pledge)
    row = await alba.ask("invoice.show", invoice=last)
    assert row["amount"]["amount"] == "20.00"


async def test_what_was_set_off_is_not_paid_again(shop: Shop) -> None:
    """Without an amount, what is left is sent: of an invoice, or of a promise."""
    alba, birch = shop.alba, shop.birch
    pledge = await shop.money("100")
    await shop.do(birch, "invoice.issue", payer="Alba", amount={"amount": "30"})
    netting = await shop.do(birch, "netting.propose", coops=["Alba"])
    await shop.do(alba, "netting.agree", netting=netting)
    invoice = await shop.do(alba, "invoice.issue", payer="Birch", promise=pledge)
    await shop.do(birch, "payment.send", promise=pledge, payee="Alba")
    assert (await shop.sums(birch, alba))["in_transit"] == "70.00"
    # What is on its way is not sent twice, by whatever name.
    for more in ({"invoice": invoice}, {"promise": pledge, "payee": "Alba"}):
        fault = await refused(birch, "payment.send", **more)
        assert (fault.code, fault.fields["field"]) == ("field-missing", "amount")
