from typing import Any

import pytest

from node.anchor import Restored
from node.errors import UserFault
from protocol import limits
from protocol.roster.change import Charter
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, check_refusals, refused, share


async def test_a_new_node_says_what_comes_first(place: Place) -> None:
    alba = await place.make("Alba")
    status = await alba.ask("status")
    assert status["coop"] == alba.id
    assert status["name"] == "Alba"
    assert (status["network"], status["roster"]) == (None, None)
    assert (status["events"], status["heads"], status["peers"]) == (0, [], [])
    kit, network = status["notices"]
    assert "wortley key check" in kit
    assert "wortley network create" in network
    assert "wortley join" in network


async def test_without_a_network_nothing_else_goes(place: Place) -> None:
    alba = await place.make("Alba")
    for command in ("members", "network.show", "lead.list", "verify"):
        fault = await refused(alba, command)
        assert fault.code == "no-network"
        assert "wortley join" in fault.way_out


async def test_a_network_is_founded_once(place: Place) -> None:
    alba = await place.make("Alba")
    await alba.check_kit()
    for args, field in [
        ({"name": " \n "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "North", "currency": "GBR"}, "currency"),
    ]:
        fault = await refused(alba, "network.create", **args)
        assert (fault.code, fault.fields["field"]) == ("field-wrong", field)
    created = await alba.ask("network.create", name="  North \t Network ")
    assert created["name"] == "North Network"
    assert created["currency"] == "GBP"
    assert created["id"].startswith("net_")
    assert created["electors"] == ["Alba"] or created["electors"][0].startswith("coop_")
    assert (created["number"], created["members"]) == (0, 1)
    assert await alba.ask("network.show") == created
    assert (await refused(alba, "network.create", name="N")).code == "network-exists"


async def test_the_kit_is_asked_for_until_it_is_known(place: Place) -> None:
    alba = await place.make("Alba")
    for command, args in (
        ("network.create", {"name": "North"}),
        ("join", {"invitation": "wortley-…"}),
    ):
        fault = await refused(alba, command, **args)
        assert fault.code == "kit-unchecked"
        assert "`wortley key check WORD WORD WORD`" in fault.way_out
    await alba.node.found_network(Charter(name="North"))
    for command, args in (("invite", {}), ("lead.open", {"title": "Website"})):
        assert (await refused(alba, command, **args)).code == "kit-unchecked"
    check = await alba.node.kit_check()
    assert check is not None
    right = [alba.words[one - 1] for one in check.positions]
    for words in ([], right[:2], [*right, "able"], ["able", "able", "able"]):
        fault = await refused(alba, "key.check", words=words)
        assert (fault.code, fault.fields["field"]) == ("kit-wrong", "words")
        assert str(check.positions[0]) in fault.way_out
        assert fault.fields["positions"] == list(check.positions)
    assert await alba.ask("key.check", words=right) == {"checked": True}
    assert await alba.ask("key.check", words=["any", "thing", "goes"]) == {
        "checked": True
    }
    assert (await alba.ask("status"))["notices"] == []
    assert (await alba.ask("lead.open", title="Website"))["id"].startswith("evt_")


async def test_status_of_members(two: list[Coop]) -> None:
    alba, birch = two
    ours, theirs = [await coop.ask("status") for coop in two]
    assert ours["root"] == theirs["root"]
    assert ours["network"] == theirs["network"]
    assert ours["roster"] == {"number": 1, "members": 2}
    assert ours["events"] == 2
    assert [head["seq"] for head in ours["heads"]] == [1, 1]
    (peer,) = ours["peers"]
    assert peer == {
        "coop": birch.id,
        "name": "Birch",
        "url": "https://birch.example",
        "last_contact": None,
        "in_sync": None,
        "same_root": None,
        "error": "",
    }
    alba.node.peers.failed(birch.node.coop, "refused")
    digest = alba.node.ingest.heads_digest()
    tip = alba.node.register.roster.tip
    root = bytes.fromhex(ours["root"])
    alba.node.peers.stand(digest, tip, root)
    alba.node.peers.report(birch.node.coop, digest, tip, root, 1_700_000_000_000)
    (peer,) = (await alba.ask("status"))["peers"]
    assert peer["last_contact"] == "2023-11-14T22:13:20Z"
    assert (peer["in_sync"], peer["same_root"]) == (True, True)


# --- membership ---------------------------------------------------------------------


async def test_an_applicant_is_approved(three: list[Coop], place: Place) -> None:
    alba, birch, cedar = three
    await alba.ask("elector.on", coop="Birch")
    await share(three)
    # Birch has to agree itself.
    told = "1 change of the electors to approve: `wortley today`."
    assert (await birch.ask("status"))["notices"] == [told]
    answer = await birch.ask("elector.on")
    await share(three)
    assert (await alba.ask("members"))["members"][1]["elector"]
    assert answer["needed"] == 1

    dove = await place.make("Dove")
    everyone = [*three, dove]
    await nodes.apply(dove, cedar)
    await share(everyone)
    (row,) = [
        one
        for one in (await alba.ask("members"))["members"]
        if one["state"] == "applied"
    ]
    assert (row["name"], row["approvals"], row["needed"]) == ("Dove", 0, 2)
    told = "1 application to approve: `wortley today`."
    assert (await alba.ask("status"))["notices"] == [told]
    assert (await cedar.ask("status"))["notices"] == []
    assert any("no member yet" in one for one in (await dove.ask("status"))["notices"])

    fault = await refused(cedar, "approve", coop="Dove")
    assert fault.code == "not-elector"
    assert "wortley elector on" in fault.way_out

    first = await alba.ask("approve", coop="Dove")
    assert (first["approvals"], first["needed"], first["done"]) == (1, 2, False)
    assert first["by"] == ["Alba"]
    assert first["id"].startswith("chg_")
    assert first == await alba.ask("approve", coop=dove.id)
    assert (await alba.ask("status"))["notices"] == []
    await share(everyone)
    second = await birch.ask("approve", coop=dove.id[:12])
    await share(everyone)
    assert second["approvals"] == 2
    await dove.check_kit()
    await share(everyone)
    states = {
        one["name"]: one["state"] for one in (await cedar.ask("members"))["members"]
    }
    assert states["Dove"] == "member"
    assert (await refused(alba, "approve", coop="Dove")).code == "member-already"
    assert (await refused(alba, "approve", coop="Elm")).code == "coop-unknown"


async def test_a_sole_elector_lets_in_at_once(two: list[Coop], place: Place) -> None:
    alba, birch = two
    dove = await place.make("Dove")
    await nodes.apply(dove, birch)
    await share([*two, dove])
    answer = await alba.ask("approve", coop="Dove")
    assert answer["done"]
    assert answer["name"] == "Dove"


async def test_an_applicant_is_no_elector_and_neither_is_a_sixteenth(
    two: list[Coop], place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    dove = await place.make("Dove")
    await nodes.apply(dove, birch)
    await share([*two, dove])
    fault = await refused(alba, "elector.on", coop="Dove")
    assert (fault.code, fault.fields["field"]) == ("not-a-member", "coop")
    monkeypatch.setattr(limits, "ELECTORS", 1)
    fault = await refused(alba, "elector.on", coop="Birch")
    assert fault.code == "electors-full"


async def test_electors_come_and_go(three: list[Coop]) -> None:
    alba, birch, cedar = three
    for coop, args, code in [
        (alba, {}, "elector-already"),
        (alba, {"coop": "Elm"}, "coop-unknown"),
        (birch, {"coop": "Cedar"}, "not-elector"),
    ]:
        fault = await refused(coop, "elector.on", **args)
        assert fault.code == code
    volunteered = await birch.ask("elector.on")
    assert not volunteered["done"]
    await share(three)
    waiting = (await alba.ask("members"))["waiting"]
    assert waiting == [
        {
            "id": volunteered["id"],
            "kind": "elector.on",
            "coop": birch.id,
            "name": "Birch",
            "approved_by": [],
            "approvals": 0,
            "needed": 1,
            "agreed": True,
        }
    ]
    approved = await alba.ask("elector.on", coop="birch")
    assert approved["done"]
    await share(three)
    assert (await cedar.ask("network.show"))["electors"] == ["Alba", "Birch"]

    assert (await refused(cedar, "elector.off", coop="Birch")).code == "not-elector"
    assert (await refused(cedar, "elector.off")).code == "elector-not"
    assert (await refused(alba, "elector.off")).code == "secretary"
    await birch.ask("elector.off")
    await share(three)
    show = await cedar.ask("network.show")
    assert (show["electors"], show["secretary"]) == (["Alba"], "Alba")


# --- after a restore ----------------------------------------------------------------


async def test_confirming_is_for_a_sole_elector_after_a_restore(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, _ = two
    for coop in two:
        assert (await refused(coop, "network.confirm")).code == "nothing-to-confirm"
    monkeypatch.setattr(alba.node.signer, "reason", Restored(reason="head-missing"))
    await alba.node.register.doubt()
    notices = (await alba.ask("status"))["notices"]
    assert any("network confirm" in one for one in notices)
    assert any("new incarnation" in one for one in notices)
    answer = await alba.ask("network.confirm")
    assert answer["number"] == 1
    assert answer["id"].startswith("blk_")
    assert (await refused(alba, "network.confirm")).code == "nothing-to-confirm"


async def test_two_electors_go_on_when_a_person_has_looked(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    await birch.ask("elector.on")
    await share(two)
    await alba.ask("elector.on", coop="Birch")
    await share(two)
    monkeypatch.setattr(alba.node.signer, "reason", Restored(reason="anchor-missing"))
    await alba.node.register.doubt()
    assert not alba.node.register.may_sign()
    # Neither of two can decide without the other, so somebody has to say it.
    assert (await alba.ask("network.confirm"))["number"] == 2
    assert alba.node.register.may_sign()


async def test_names_of_arguments_are_checked(two: list[Coop]) -> None:
    table: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("approve", {"coop": "evt_abc"}, "coop-unknown", "coop"),
        ("approve", {"coop": ""}, "coop-unknown", "coop"),
        ("elector.on", {"coop": "coop_"}, "coop-unknown", "coop"),
    ]
    await check_refusals(two[0], table)
    with pytest.raises(UserFault):
        await two[0].ask("approve", coop="x" * 100)
