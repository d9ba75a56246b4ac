from tests.node.commands.nodes import Coop, check_refusals, refused, share

WEEKS = {"starts": "2026-01-05", "ends": "2026-03-29"}


async def test_offers(two: list[Coop]) -> None:
    alba, birch = two
    rate = {"amount": "350.00", "minutes": 450}
    first = await alba.ask(
        "capacity.offer",
        skill="web",
        minutes=900,
        rate=rate,
        note="Tue to Thu",
        **WEEKS,
    )
    await alba.ask("capacity.offer", skill="design", minutes=300, **WEEKS)
    yen = {"amount": "52000", "currency": "JPY", "minutes": 60}
    await birch.ask("capacity.offer", skill="web", minutes=60, rate=yen, **WEEKS)
    await share(two)
    offers = (await birch.ask("capacity.list", coop="Alba"))["offers"]
    assert offers[0] == {
        "id": first["id"],
        "short": first["id"][:12],
        "coop": alba.id,
        "name": "Alba",
        "skill": "web",
        "minutes": 900,
        "starts": "2026-01-05",
        "ends": "2026-03-29",
        "rate": {"amount": "350.00", "currency": "GBP", "minutes": 450},
        "state": "open",
        "note": "Tue to Thu",
    }
    assert [one["rate"] for one in offers] == [offers[0]["rate"], None]
    web = (await alba.ask("capacity.list", skill="web"))["offers"]
    assert {one["name"] for one in web} == {"Alba", "Birch"}
    assert web[-1]["rate"] == {"amount": "52000", "currency": "JPY", "minutes": 60}

    fault = await refused(birch, "capacity.withdraw", offer=first["id"][4:12])
    assert (fault.code, fault.fields["field"]) == ("not-yours", "offer")
    assert "Alba" in fault.detail
    assert fault.fields["coop"] == alba.id
    await alba.ask("capacity.withdraw", offer=first["id"][4:12])
    await share(two)
    for coop in two:
        still = (await coop.ask("capacity.list", skill="web"))["offers"]
        assert [one["name"] for one in still] == ["Birch"]
        every = (await coop.ask("capacity.list", skill="web", all=True))["offers"]
        assert {one["state"] for one in every} == {"open", "withdrawn"}
    assert (await refused(alba, "capacity.withdraw", offer=first["id"])).code == (
        "offer-closed"
    )


async def test_offers_are_refused(two: list[Coop]) -> None:
    good: dict[str, object] = {"skill": "web", "minutes": 900, **WEEKS}
    wrong: list[tuple[str, object]] = [
        ("minutes", 0),
        ("minutes", 2**60),
        ("skill", "C++"),
        ("skill", ""),
        ("ends", "soon"),
    ]
    for field, value in wrong:
        args = good | {field: value}
        await check_refusals(two[0], [("capacity.offer", args, "field-wrong", field)])
    rates: list[tuple[str, dict[str, object]]] = [
        ("amount", {"amount": "350.005"}),
        ("amount", {"amount": "1,000"}),
        ("amount", {"amount": "-5"}),
        ("amount", {"amount": "0.00"}),
        ("amount", {"amount": "9" * 16}),
        ("amount", {"amount": "12.50", "currency": "JPY"}),
        ("currency", {"amount": "1", "currency": "gbp"}),
        ("minutes", {"amount": "1", "minutes": 0}),
    ]
    for field, rate in rates:
        args = good | {"rate": {"minutes": 60, **rate}}
        await check_refusals(
            two[0], [("capacity.offer", args, "field-wrong", f"rate.{field}")]
        )
    early = good | {"ends": "2026-01-04"}
    await check_refusals(
        two[0],
        [
            ("capacity.offer", early, "window-backwards", "ends"),
            ("capacity.withdraw", {"offer": "aaaaaaaa"}, "id-unknown", "offer"),
            ("capacity.withdraw", {"offer": "0189"}, "id-form", "offer"),
            ("capacity.list", {"skill": "Web"}, "field-wrong", "skill"),
            ("capacity.list", {"coop": "Elm"}, "coop-unknown", "coop"),
        ],
    )


async def test_bookings(two: list[Coop]) -> None:
    alba, birch = two
    firm = await alba.ask("booking.set", minutes=600, skill="web", note="Port", **WEEKS)
    maybe = await alba.ask("booking.set", minutes=300, probability=60, **WEEKS)
    held = await alba.ask("booking.set", minutes=100, placeholder=True, **WEEKS)
    await share(two)
    rows = (await birch.ask("booking.list", coop="Alba"))["bookings"]
    assert [(one["state"], one["probability"], one["skill"]) for one in rows] == [
        ("confirmed", None, "web"),
        ("tentative", 60, None),
        ("placeholder", None, None),
    ]
    assert rows[0]["note"] == "Port"
    assert rows[0]["short"] == firm["id"][:12]

    await alba.ask("booking.move", booking=maybe["id"][:14], to="confirmed")
    await alba.ask("booking.move", booking=held["id"], to="released")
    await alba.ask("booking.move", booking=firm["id"], to="done")
    rows = (await alba.ask("booking.list"))["bookings"]
    assert [(one["id"], one["probability"]) for one in rows] == [(maybe["id"], None)]
    every = (await alba.ask("booking.list", all=True))["bookings"]
    assert [one["state"] for one in every] == ["done", "confirmed", "released"]

    fault = await refused(alba, "booking.move", booking=firm["id"], to="released")
    assert (fault.code, fault.fields["field"]) == ("booking-move", "to")
    assert "final" in fault.way_out
    fault = await refused(alba, "booking.move", booking=maybe["id"], to="confirmed")
    assert fault.fields["example"] == "done"
    fault = await refused(birch, "booking.move", booking=firm["id"], to="done")
    assert fault.code == "not-yours"


async def test_bookings_are_refused(two: list[Coop]) -> None:
    good = {"minutes": 900, **WEEKS}
    own = await two[0].ask("booking.set", **good)
    await check_refusals(
        two[0],
        [
            ("booking.set", {**good, "probability": 0}, "field-wrong", "probability"),
            ("booking.set", {**good, "probability": 101}, "field-wrong", "probability"),
            (
                "booking.set",
                {**good, "probability": 5, "placeholder": True},
                "field-wrong",
                "probability",
            ),
            ("booking.set", {**good, "minutes": -1}, "field-wrong", "minutes"),
            ("booking.set", {**good, "skill": "a b"}, "field-wrong", "skill"),
            (
                "booking.set",
                {**good, "starts": "2027-01-01"},
                "window-backwards",
                "ends",
            ),
            ("booking.move", {"booking": own["id"], "to": "gone"}, "field-wrong", "to"),
            (
                "booking.move",
                {"booking": "bbbbbbbb", "to": "done"},
                "id-unknown",
                "booking",
            ),
        ],
    )
