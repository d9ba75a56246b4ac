from node.commands.form import books_of
from node.views import names
from node.views.names import Names
from node.views.short import brief
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, share

ALBA, BIRCH, CEDAR = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32


def test_names_that_read_alike_are_told_apart() -> None:
    for one, other in [
        ("Alba", "Alba"),
        ("Alba", "ALBA"),
        ("Alba", "\uff21lba"),
        ("é", "e\u0301"),
    ]:
        both = Names({ALBA: one, BIRCH: other, CEDAR: "Cedar"})
        assert both.of(ALBA) == f"{one} ({brief('coop', ALBA)})"
        assert both.of(BIRCH) == f"{other} ({brief('coop', BIRCH)})"
        assert both.of(CEDAR) == "Cedar"
        assert both.called(one) == [ALBA, BIRCH]


def test_who_has_no_name_goes_by_the_id() -> None:
    some = Names({ALBA: "", BIRCH: ""})
    assert some.of(ALBA) == brief("coop", ALBA)
    assert some.of(CEDAR) == brief("coop", CEDAR)
    assert some.called("") == []
    assert some.known == [ALBA, BIRCH]


def test_hearsay_is_marked() -> None:
    some = Names({ALBA: "Acorn", BIRCH: "Acorn", CEDAR: "Cedar"}, {ALBA, CEDAR})
    assert some.of(CEDAR) == "Cedar (says the inviter)"
    assert some.of(ALBA) == f"Acorn ({brief('coop', ALBA)}) (says the inviter)"
    assert some.of(BIRCH) == f"Acorn ({brief('coop', BIRCH)})"
    assert (some.claimed(CEDAR), some.claimed(bytes(32))) == ("Cedar", "")


def test_lists_read_as_sentences_do() -> None:
    assert names.listed(["A"]) == "A"
    assert names.listed(["A", "B"]) == "A and B"
    assert names.listed(iter(["A", "B", "C"])) == "A, B and C"


async def test_an_applicant_goes_by_its_application(
    two: list[Coop], place: Place
) -> None:
    alba, birch = two
    dove = await place.make("Dove")
    await nodes.apply(dove, birch)
    await share([*two, dove])
    loaded = await names.load(books_of(alba.node))
    assert loaded.of(dove.node.coop) == "Dove"
    assert loaded.of(birch.node.coop) == "Birch"
    assert len(loaded.known) == 3
    assert max(loaded.known, key=loaded.order) == dove.node.coop


async def test_who_was_just_admitted_goes_by_its_application(
    two: list[Coop], place: Place
) -> None:
    """Its log, with the profile, has yet to come."""
    alba, birch = two
    dove = await place.make("Dove")
    await nodes.apply(dove, birch)
    await share([*two, dove])
    assert (await alba.ask("approve", coop="Dove"))["done"]
    assert dove.node.coop in alba.node.register.roster.members
    assert await alba.node.state.entities("profile", coop=dove.node.coop) == []
    loaded = await names.load(books_of(alba.node))
    assert loaded.of(dove.node.coop) == "Dove"
    assert loaded.called("dove") == [dove.node.coop]
    # A start later, the application is gone from the register; its name is not.
    register = alba.node.register
    register.applied.clear()
    register.heard = await alba.node.own.names()
    assert (await names.load(books_of(alba.node))).of(dove.node.coop) == "Dove"
    assert await names.of_one(books_of(alba.node), dove.node.coop) == "Dove"


async def test_a_profile_wins_and_a_lost_text_leaves_less(two: list[Coop]) -> None:
    alba, birch = two
    await birch.ask("profile.set", name="Birch\u202e & Daughters")
    await share(two)
    loaded = await names.load(books_of(alba.node))
    assert loaded.of(birch.node.coop) == "Birch & Daughters"
    await alba.node.log._writer.execute("DELETE FROM texts")
    loaded = await names.load(books_of(alba.node))
    assert loaded.of(birch.node.coop) == "Birch"
    # A founder never applied.
    assert loaded.of(alba.node.coop) == brief("coop", alba.node.coop)
