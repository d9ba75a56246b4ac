"""Words for a few: who can read them, who holds them, and what everybody sees.

`share` carries every text to every node, as no honest peer would: what a node is not
to hold it has to drop.
"""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node import sealing
from node.act import Draft
from protocol import export, ids
from protocol.event import commit_text
from protocol.export import TextRecord
from protocol.kinds.capacity import CapacityWithdrawn
from protocol.kinds.leads import LeadOpened
from protocol.kinds.sealed import SealedShared
from protocol.roster import gossip
from protocol.roster.gossip import CardObject
from protocol.wire import Text
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, check_refusals, refused, share

DETAILS = "Ask for Mæve at 12 Quay Street.\nNot on Mondays."


@pytest.fixture
async def four(place: Place) -> list[Coop]:
    return await nodes.network(place, "Alba", "Birch", "Cedar", "Dune")


async def opened(coop: Coop) -> str:
    lead = await coop.ask("lead.open", title="Site for Bridport Market")
    return str(lead["id"])


async def shared(coops: list[Coop], to: str = "Birch", **more: object) -> str:
    """Let Alba open a lead and share its details; carry it all around."""
    alba = coops[0]
    lead = await opened(alba)
    done = await alba.ask("lead.share", lead=lead, to=[to], details=DETAILS, **more)
    await share(coops)
    return str(done["id"])


async def holds(coop: Coop) -> bool:
    """Tell whether any ciphertext is in the store of a node."""
    rows = await coop.node.log._reader.execute_fetchall(
        "SELECT count(*) FROM texts WHERE length(words) > 250"
    )
    return bool(next(iter(rows))[0])


async def test_only_who_is_named_reads_and_all_have_one_root(four: list[Coop]) -> None:
    alba, birch, cedar, dune = four
    text = await shared(four, custodians=["Cedar"])
    for coop in (alba, birch):
        page = await coop.ask("sealed.show", text=text)
        assert (page["words"], page["why"]) == (DETAILS, None)
    for coop, here in ((cedar, True), (dune, False)):
        page = await coop.ask("sealed.show", text=text)
        assert (page["words"], page["why"]) == (None, "for-others")
        assert (page["reads"], page["here"]) == (False, here)
        assert page["to_names"] == ["Birch"]
        assert page["custodian_names"] == ["Cedar"]
    assert [await holds(coop) for coop in four] == [True, True, True, False]
    for coop in four:
        # Nobody asks for anything: neither Dune, which may not, nor who has it.
        assert await coop.node.log.texts.missing(b"", 99) == []
    roots = {(await coop.ask("status"))["root"] for coop in four}
    assert len(roots) == 1
    verified = [await coop.ask("verify") for coop in four]
    assert [one["ok"] for one in verified] == [True] * 4
    assert [one["missing_texts"] for one in verified] == [0] * 4
    assert [one["sealed_for_others"] for one in verified] == [0, 0, 0, 1]
    for coop in four:
        rows = (await coop.ask("sealed.list"))["texts"]
        assert [row["title"] for row in rows] == ["Site for Bridport Market"]
        said = await coop.ask("explain", id=text)
        assert said["texts"] == []
        (joined,) = said["joins"]
        assert joined == (
            "Its words are sealed: Alba and Birch can read them, nobody else."
            " Cedar may keep it for them, unopened."
        )


async def test_the_page_of_a_lead_says_what_is_sealed_about_it(
    two: list[Coop],
) -> None:
    text = await shared(two)
    for coop in two:
        (lead,) = (await coop.ask("lead.list"))["leads"]
        (row,) = (await coop.ask("lead.show", lead=lead["id"]))["sealed"]
        assert (row["id"], row["reads"], row["role"]) == (text, True, "details")
        (again,) = (await coop.ask("sealed.list", about=lead["id"]))["texts"]
        assert again == row
        birchs = await coop.ask("sealed.list", about=lead["id"], coop="Birch")
        assert birchs == {"texts": []}


async def test_a_rate_for_one(three: list[Coop]) -> None:
    alba, birch, cedar = three
    offer = await alba.ask(
        "capacity.offer",
        skill="web",
        minutes=900,
        starts="2026-01-05",
        ends="2026-03-29",
    )
    rate = {"amount": "480.00", "minutes": 450}
    done = await alba.ask(
        "rate.share", about=offer["id"], to=["Birch"], rate=rate, note="No travel."
    )
    await share(three)
    page = await birch.ask("sealed.show", text=done["id"])
    assert page["words"] == "480.00 GBP for 7 h 30 min\nNo travel."
    assert (await cedar.ask("sealed.show", text=done["id"]))["words"] is None
    # The offer itself says no price.
    assert (await cedar.ask("capacity.list"))["offers"][0]["rate"] is None


async def test_what_is_confidential_of_a_bid(four: list[Coop]) -> None:
    """Only its readers read it; custodians keep it, the network knows that it is."""
    alba, birch, _, dune = four
    lead = await opened(alba)
    parties = [
        {"coop": "Alba", "share": "rest"},
        {"coop": "Birch", "share": "40"},
        {"coop": "Dune", "share": "10"},
    ]
    bid = (await alba.ask("bid.open", lead=lead, parties=parties))["id"]
    plan = "We go down to 17 000, not below."
    given = {"to": ["Birch"], "custodians": ["Cedar"]}
    first = await alba.ask("bid.share", bid=bid, details=plan, **given)
    rate = {"amount": "480.00", "minutes": 450}
    second = await alba.ask("rate.share", about=bid, rate=rate, **given)
    await share(four)
    words = {first["id"]: plan, second["id"]: "480.00 GBP for 7 h 30 min"}
    for coop in four:
        page = await coop.ask("bid.show", bid=bid)
        assert [one["id"] for one in page["sealed"]] == list(words)
        assert [one["role"] for one in page["sealed"]] == ["details", "rate"]
        reads = coop in (alba, birch)
        for text, said in words.items():
            shown = await coop.ask("sealed.show", text=text)
            assert shown["words"] == (said if reads else None)
            assert shown["title"] == "bid of 3 co-ops"
        listed = await coop.ask("sealed.list", about=bid)
        assert [one["here"] for one in listed["texts"]] == [coop is not dune] * 2
    # A party of the bid that is not named holds nothing, not even ciphertext.
    assert [await holds(coop) for coop in four] == [True, True, True, False]
    assert len({(await coop.ask("status"))["root"] for coop in four}) == 1
    assert [(await coop.ask("verify"))["ok"] for coop in four] == [True] * 4
    await check_refusals(
        birch,
        [
            (
                "bid.share",
                {"bid": bid, "to": ["Alba"], "details": "x"},
                "not-yours",
                "bid",
            ),
            (
                "bid.share",
                {"bid": lead, "to": ["Alba"], "details": "x"},
                "id-unknown",
                "bid",
            ),
        ],
    )
    empty = await refused(alba, "bid.share", bid=bid, to=["Birch"], details=" ")
    assert empty.fields["field"] == "details"


async def test_the_same_key_seals_once(two: list[Coop]) -> None:
    alba, _ = two
    wish = {"lead": await opened(alba), "to": ["Birch"], "details": "Mae", "key": "k"}
    first = await alba.ask("lead.share", **wish)
    assert await alba.ask("lead.share", **wish) == first


async def test_sharing_is_refused(three: list[Coop]) -> None:
    alba, birch, _ = three
    lead, foreign = await opened(alba), await opened(birch)
    await share(three)
    good: dict[str, object] = {"lead": lead, "to": ["Birch"], "details": "Mae"}
    await check_refusals(
        alba,
        [
            ("lead.share", {**good, "to": []}, "field-wrong", "to"),
            ("lead.share", {**good, "to": ["Alba"]}, "field-wrong", "to"),
            ("lead.share", {**good, "to": ["Elm"]}, "coop-unknown", "to"),
            ("lead.share", {**good, "details": " \n"}, "field-wrong", "details"),
            (
                "lead.share",
                {**good, "details": "x" * 61_437},
                "text-too-long",
                "details",
            ),
            (
                "lead.share",
                {**good, "custodians": ["Birch"]},
                "field-wrong",
                "custodians",
            ),
            ("lead.share", {**good, "lead": foreign}, "not-yours", "lead"),
            ("sealed.show", {"text": lead}, "id-unknown", "text"),
        ],
    )
    rate = {"amount": "1", "minutes": 60}
    fault = await refused(alba, "rate.share", about=lead, to=["Birch"], rate=rate)
    assert fault.code == "id-unknown"


async def test_a_card_that_is_unknown_or_hollow_is_said(two: list[Coop]) -> None:
    alba, birch = two
    lead = await opened(alba)
    cards = alba.node.register.cards
    card = cards[birch.node.coop]
    hollow = msgspec.structs.replace(
        card, sealing_key=bytes(32), counter=card.counter + 1
    )
    network = alba.node.register.roster.network
    signed = birch.node.signer.card(hollow, network)
    await alba.node.register.take_objects([gossip.write(CardObject(signed))])
    wish: dict[str, object] = {"lead": lead, "to": ["Birch"], "details": "Mae"}
    fault = await refused(alba, "lead.share", **wish)
    assert (fault.code, fault.fields["coop"]) == ("no-sealing-key", birch.id)
    stranger = ids.CoopId(b"\x07" * 32)
    with pytest.raises(Exception, match="its card is not here yet"):
        sealing.seal(alba.node, bytes(32), "details", [stranger], words="Mae")


async def test_another_key_than_it_was_sealed_for_says_so(two: list[Coop]) -> None:
    text = await shared(two)
    signer = two[1].node.signer
    signer._sealing = X25519PrivateKey.from_private_bytes(b"\x09" * 32)
    page = await two[1].ask("sealed.show", text=text)
    assert (page["words"], page["why"]) == (None, "unreadable")


async def test_a_reader_who_has_not_got_it_yet_is_told(two: list[Coop]) -> None:
    alba, birch = two
    lead = await opened(alba)
    done = await alba.ask("lead.share", lead=lead, to=["Birch"], details=DETAILS)
    runs = await nodes.runs_of(alba.node, birch.node)
    await birch.node.ingest.take(runs)
    page = await birch.ask("sealed.show", text=done["id"])
    assert (page["words"], page["why"], page["here"]) == (None, "not-here", False)
    assert (await birch.ask("verify"))["missing_texts"] > 0
    # It comes later, by itself.
    await birch.node.ingest.take([], await nodes.texts_of(alba.node, runs))
    assert (await birch.ask("sealed.show", text=done["id"]))["words"] == DETAILS


async def test_handing_over_seals_anew_for_one_more(three: list[Coop]) -> None:
    alba, birch, cedar = three
    text = await shared(three)
    entity = await alba.node.state.get(ids.parse("evt", text))
    assert entity is not None
    assert entity.ref is not None
    drafts = await sealing.hand_over(alba.node, entity.ref, cedar.node.coop)
    (event,) = await alba.node.act.publish(drafts)
    await share(three)
    page = await cedar.ask("sealed.show", text=ids.text("evt", event))
    assert page["words"] == DETAILS
    assert (await birch.ask("sealed.show", text=page["id"]))["words"] is None
    # Who reads it already gets nothing new; nor can be passed on what is another's.
    assert await sealing.hand_over(alba.node, entity.ref, cedar.node.coop) == []
    assert await sealing.hand_over(birch.node, entity.ref, cedar.node.coop) == []


async def test_custodians_are_chosen_only_where_nobody_can_call(
    four: list[Coop],
) -> None:
    alba, birch, cedar, dune = (one.node for one in four)
    cards = alba.register.cards

    def hide(coop: ids.CoopId) -> None:
        cards[coop] = msgspec.structs.replace(cards[coop], addresses=())

    def choose() -> list[bytes]:
        return sealing.choose_custodians(alba, [birch.coop])

    assert choose() == []
    hide(alba.coop)
    assert choose() == []
    hide(birch.coop)
    alba.peers.of(dune.coop).last_contact_ms = 7
    assert choose() == [dune.coop, cedar.coop]
    hide(dune.coop)
    assert choose() == [cedar.coop]


# --- who is given what ----------------------------------------------------------------


async def given(giver: Coop, taker: Coop, text: str) -> bool:
    """Tell whether one node would give another the envelope of a sealed text."""
    entity = await giver.node.state.get(ids.parse("evt", text))
    assert entity is not None
    (commitment,) = entity.body.texts.values()  # type: ignore[attr-defined]  # sealed
    found = await giver.node.log.texts.for_peer([commitment], taker.node.coop)
    return commitment in found


async def test_only_holders_are_given_it(four: list[Coop]) -> None:
    alba, birch, cedar, dune = four
    text = await shared(four, custodians=["Cedar"])
    holders = [alba, birch, cedar]
    for giver in holders:
        assert [await given(giver, one, text) for one in four] == [*[True] * 3, False]
    assert [await given(dune, one, text) for one in four] == [False] * 4


async def test_a_stranger_who_repeats_the_commitment_gets_nothing(
    three: list[Coop],
) -> None:
    alba, birch, cedar = three
    text = await shared(three)
    entity = await alba.node.state.get(ids.parse("evt", text))
    assert entity is not None
    (commitment,) = entity.body.texts.values()  # type: ignore[attr-defined]  # sealed
    (envelope,) = (await alba.node.log.texts.of([commitment])).values()
    # Cedar names Alba's commitment in events of its own: in the open, and for itself.
    act, lead = cedar.node.act, ids.parse("evt", await opened(cedar))
    real = act._text
    act._text = lambda role, words: (  # type: ignore[method-assign]
        envelope if role in {"description", "sealed"} else real(role, words)
    )
    body = SealedShared(about=lead, role="details", to=(alba.node.coop,))
    await act.publish(
        [
            Draft("lead.opened", LeadOpened(), {"title": "Mine", "description": "x"}),
            Draft("sealed.shared", body, {"sealed": "x"}),
        ]
    )
    await share(three)
    for giver in (alba, birch):
        assert not await given(giver, cedar, text)
        assert await given(giver, birch, text)
    # And Birch, where it is pushed for Cedar's event, has it as Alba's alone.
    assert not await holds(cedar)


async def test_texts_of_kinds_unknown_stay_with_their_author(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    draft = Draft(
        "sealed.gossiped", CapacityWithdrawn(offer=bytes(32)), {"sealed": b"y" * 300}
    )
    act = alba.node.act
    monkeypatch.setattr(act, "_check", _nothing)
    await act.publish([draft])
    await share(two)
    assert await holds(alba)
    assert not await holds(birch)
    verified = await birch.ask("verify")
    assert (verified["missing_texts"], verified["sealed_for_others"]) == (0, 1)


async def _nothing(*_: object) -> None:
    """Check nothing: a newer program knows what it writes."""


async def test_an_export_has_no_sealed_text(
    two: list[Coop], tmp_path_factory: pytest.TempPathFactory
) -> None:
    await shared(two)
    for coop in two:
        path = tmp_path_factory.mktemp("exports") / coop.name
        await coop.ask("log.export", path=str(path))
        with path.open("rb") as file:
            texts = [
                one for one in export.read_records(file) if isinstance(one, TextRecord)
            ]
        assert texts
        assert max(len(one.words) for one in texts) < 250


async def test_what_is_wanted_goes_round(two: list[Coop]) -> None:
    alba, birch = two
    lead = await opened(alba)
    for number in range(3):
        await alba.ask("lead.share", lead=lead, to=["Birch"], details=f"{number}")
    await birch.node.ingest.take(await nodes.runs_of(alba.node, birch.node))
    tables, coop = birch.node.log.texts, alba.node.coop
    every = await tables.wanted_of(coop, b"", 9)
    assert len(every) == 3
    assert await tables.wanted_of(coop, every[0], 9) == every[1:]
    assert await tables.wanted_of(coop, b"", 2) == every[:2]
    assert await tables.wanted_of(birch.node.coop, b"", 9) == []
    found = await alba.node.log.texts.of(every[:1])
    await birch.node.ingest.take([], list(found.values()))
    assert await tables.wanted_of(coop, b"", 9) == every[1:]


async def test_a_text_is_kept_for_its_own_author_alone(two: list[Coop]) -> None:
    alba, birch = two
    await opened(alba)
    runs = await nodes.runs_of(alba.node, birch.node)
    await birch.node.ingest.take(runs)
    (theirs,) = [
        one
        for one in await nodes.texts_of(alba.node, runs)
        if one.words == b"Site for Bridport Market"
    ]
    other = Text(birch.node.coop, theirs.salt, theirs.words)
    await birch.node.ingest.take([], [other])
    commitment = commit_text(theirs.coop, theirs.salt, theirs.words)
    assert await birch.node.log.texts.of([commitment]) == {}
