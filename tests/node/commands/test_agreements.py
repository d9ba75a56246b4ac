"""An agreement is drafted, read, signed by all, and perhaps ended."""

from protocol.ids import text
from tests.node.commands.nodes import Answer, Coop, check_refusals, refused, share

TEXT = "We share the work.\n\nAnd the risk."


async def draft(three: list[Coop], **more: object) -> str:
    args: dict[str, object] = {
        "title": "Market consortium",
        "text": TEXT,
        "parties": ["Birch", "Cedar"],
    }
    made = await three[0].ask("agreement.draft", **(args | more))
    await share(three)
    return str(made["id"])


async def page(three: list[Coop], agreement: str) -> Answer:
    """Show an agreement, which all three read alike."""
    await share(three)
    pages = [await coop.ask("agreement.show", agreement=agreement) for coop in three]
    assert pages[0] == pages[1] == pages[2]
    return pages[0]


async def test_one_in_force_is_nowhere_called_a_draft(three: list[Coop]) -> None:
    agreement = await draft(three)
    for coop in three:
        await coop.ask("agreement.sign", agreement=agreement)
        await share(three)
    for coop in three:
        (hit,) = (await coop.ask("search", words="consortium"))["hits"]
        assert hit["state"] == "effective"
        assert (await coop.ask("explain", id=agreement))["state"] == "effective"


async def test_all_sign(three: list[Coop]) -> None:
    alba, birch, cedar = three
    lead = (await alba.ask("lead.open", title="Website"))["id"]
    agreement = await draft(three, about=lead)
    shown = await page(three, agreement)
    wanted = {
        "name": "Alba",
        "title": "Market consortium",
        "kind": "consortium",
        "standing": "drafted",
        "parties": ["Alba", "Birch", "Cedar"],
        "missing": ["Alba", "Birch", "Cedar"],
        "withdrawn": [],
        "about": lead,
        "about_title": "Website",
        "by": None,
        "text": TEXT,
    }
    assert {key: shown[key] for key in wanted} == wanted
    (told,) = (await birch.ask("status"))["notices"]
    assert told == "1 agreement to sign: `wortley today`."
    await draft(three, title="Another")
    (told,) = (await birch.ask("status"))["notices"]
    assert told == "2 agreements to sign: `wortley today`."
    for coop in (alba, birch):
        await coop.ask("agreement.sign", agreement=agreement)
    shown = await page(three, agreement)
    assert (shown["standing"], shown["missing"]) == ("part-signed", ["Cedar"])
    assert [one["word"] for one in shown["signers"]] == ["signed", "signed", "missing"]
    said = await cedar.ask("explain", id=agreement)
    assert said["joins"] == [
        "Alba and Birch signed it; Cedar did not yet. (part-signed)"
    ]
    rows = await cedar.ask("agreement.list", to_sign=True)
    assert len(rows["agreements"]) == 2
    await cedar.ask("agreement.sign", agreement=agreement[:12])
    shown = await page(three, agreement)
    assert (shown["standing"], shown["missing"]) == ("effective", [])
    rows = await cedar.ask("agreement.list", to_sign=True)
    assert len(rows["agreements"]) == 1
    (row,) = (await cedar.ask("agreement.list", standing=["effective"]))["agreements"]
    assert {key: shown[key] for key in row} == row


async def test_a_signature_is_withdrawn_and_given_again(three: list[Coop]) -> None:
    _, birch, cedar = three
    agreement = await draft(three)
    for coop in three:
        await coop.ask("agreement.sign", agreement=agreement)
    await share(three)
    await birch.ask(
        "agreement.withdraw", agreement=agreement, reason="changed", note="Sorry."
    )
    shown = await page(three, agreement)
    assert (shown["standing"], shown["withdrawn"]) == ("broken", ["Birch"])
    signer = shown["signers"][1]
    assert (signer["word"], signer["reason"], signer["note"]) == (
        "withdrawn",
        "changed",
        "Sorry.",
    )
    halves = await cedar.node.state.entities("signature", coop=birch.node.coop)
    said = await cedar.ask("explain", id=text("evt", halves[0].id))
    assert said["joins"] == [
        "Birch withdrew the signature; Alba and Cedar signed. (broken)"
    ]
    assert [one["kind"] for one in said["history"]] == [
        "agreement.signed",
        "signature.withdrawn",
    ]
    await birch.ask("agreement.sign", agreement=agreement)
    assert (await page(three, agreement))["standing"] == "effective"
    await cedar.node.state.forget(three[0].node.coop)
    said = await cedar.ask("explain", id=text("evt", halves[0].id))
    assert said["joins"] == ["The agreement that it stands under is not here."]


async def test_an_agreement_ends(three: list[Coop]) -> None:
    alba, birch, _ = three
    first, second = await draft(three), await draft(three, subject="other")
    await alba.ask("agreement.sign", agreement=first)
    await alba.ask("agreement.supersede", agreement=first, by=second)
    shown = await page(three, first)
    assert (shown["standing"], shown["by"]) == ("superseded", second)
    said = await birch.ask("explain", id=first)
    assert said["joins"] == [
        "Alba put another in its place; it was signed by Alba. (superseded)"
    ]
    await alba.ask("agreement.terminate", agreement=second, reason="done", note="Bye.")
    shown = await page(three, second)
    assert (shown["standing"], shown["reason"]) == ("terminated", "done")
    for command, args in [
        ("agreement.terminate", {}),
        ("agreement.sign", {}),
        ("agreement.supersede", {"by": first}),
    ]:
        fault = await refused(alba, command, agreement=second, **args)
        assert fault.code == "agreement-over"


async def test_a_co_op_may_draft_for_others(three: list[Coop]) -> None:
    alba, birch, cedar = three
    agreement = await draft(three, for_others=True)
    assert (await page(three, agreement))["parties"] == ["Birch", "Cedar"]
    fault = await refused(alba, "agreement.sign", agreement=agreement)
    assert fault.code == "agreement-others"
    for coop in (birch, cedar):
        await coop.ask("agreement.sign", agreement=agreement)
    assert (await page(three, agreement))["standing"] == "effective"
    for name, known in [("Alba", 1), ("Birch", 1), (None, 1)]:
        rows = (await cedar.ask("agreement.list", coop=name))["agreements"]
        assert len(rows) == known


async def test_nobody_signs_what_it_cannot_read(three: list[Coop]) -> None:
    birch = three[1]
    agreement = await draft(three)
    await birch.node.log._writer.execute("DELETE FROM texts")
    fault = await refused(birch, "agreement.sign", agreement=agreement)
    assert (fault.code, fault.fields["field"]) == ("text-missing", "agreement")
    shown = await birch.ask("agreement.show", agreement=agreement)
    assert shown["text"] is None


async def test_agreements_are_refused(three: list[Coop]) -> None:
    alba, birch, _ = three
    agreement = await draft(three)
    good: dict[str, object] = {"title": "Us", "text": TEXT, "parties": ["Birch"]}
    await check_refusals(
        alba,
        [
            ("agreement.draft", {**good, "title": " "}, "field-wrong", "title"),
            ("agreement.draft", {**good, "text": " "}, "field-wrong", "text"),
            ("agreement.draft", {**good, "parties": []}, "field-wrong", "parties"),
            (
                "agreement.draft",
                {**good, "parties": ["Alba"]},
                "field-wrong",
                "parties",
            ),
            (
                "agreement.draft",
                {**good, "parties": ["Elm"]},
                "coop-unknown",
                "parties",
            ),
            ("agreement.draft", {**good, "subject": "war"}, "field-wrong", "subject"),
            ("agreement.draft", {**good, "about": "aaaa"}, "id-unknown", "about"),
            ("agreement.sign", {"agreement": "aaaa"}, "id-unknown", "agreement"),
            (
                "agreement.withdraw",
                {"agreement": agreement},
                "signature-unknown",
                "agreement",
            ),
            (
                "agreement.supersede",
                {"agreement": agreement, "by": agreement},
                "field-wrong",
                "by",
            ),
            ("agreement.list", {"standing": ["fine"]}, "field-wrong", "standing"),
        ],
    )
    await alba.ask("agreement.sign", agreement=agreement)
    fault = await refused(alba, "agreement.sign", agreement=agreement)
    assert fault.code == "signed"
    fault = await refused(birch, "agreement.terminate", agreement=agreement)
    assert (fault.code, fault.fields["coop"]) == ("not-yours", alba.id)
