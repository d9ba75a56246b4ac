"""Cards: all nodes come to the same one, and none leads a request astray."""

import msgspec
import pytest

from node import config
from node.errors import UserFault
from node.node import Node
from node.sync.dial import DialRefused, endpoint_url
from node.sync.exchange import Exchange
from protocol.roster import gossip
from protocol.roster.gossip import CardObject
from tests.node.commands.nodes import Coop, Place, network
from tests.node.sync.direct import Line, talk


def card(owner: Node, url: str, counter: int) -> bytes:
    known = owner.register.cards[owner.coop]
    made = msgspec.structs.replace(known, counter=counter, addresses=(url,))
    network_id = owner.register.roster.network
    return gossip.write(CardObject(owner.signer.card(made, network_id)))


async def test_two_cards_with_one_counter_end_as_one(place: Place) -> None:
    alba, birch, cedar = (
        one.node for one in await network(place, "Alba", "Birch", "Cedar")
    )
    two = [card(cedar, f"http://{host}.example", 2**50) for host in "xy"]
    for node, first in ((alba, two[0]), (birch, two[1])):
        assert await node.register.take_objects([first]) == []
    await talk(Exchange(alba), Line(alba, Exchange(birch)), birch).agree()
    assert alba.register.pool.digest() == birch.register.pool.digest()
    kept = min(two, key=gossip.object_id)
    for node in (alba, birch):
        assert kept in node.register.pool.bytes_of(node.register.pool.ids())
        stored = [data for _, _, data in await node.log.roster.objects()]
        assert len(set(stored) & set(two)) == 1
        assert kept in stored


async def test_an_older_card_does_not_come_back(two: list[Coop]) -> None:
    alba, birch = (one.node for one in two)
    new, old = card(birch, "http://x", 2**50), card(birch, "http://y", 2**49)
    assert await alba.register.take_objects([new]) == []
    (refused,) = await alba.register.take_objects([old])
    assert refused.code == "card-old"
    assert alba.register.cards[birch.coop].addresses == ("http://x",)


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:9200/_shutdown",
        "http://127.0.0.1:9200/_shutdown?x=",
        "http://127.0.0.1:9200?x=",
        "http://127.0.0.1:9200#",
        "http://a@127.0.0.1:9200",
        "http://127.0.0.1:9200//",
    ],
)
def test_more_than_an_origin_is_not_dialled(origin: str) -> None:
    with pytest.raises(DialRefused, match="url-refused"):
        endpoint_url(origin, "/sync/v1/hello")


@pytest.mark.parametrize("origin", ["http://a.example:8750", "https://[fd00::1]"])
def test_an_origin_is_dialled(origin: str) -> None:
    url = endpoint_url(origin, "/sync/v1/hello")
    assert str(url) == f"{origin}/sync/v1/hello"


@pytest.mark.parametrize(
    "url", ["https://a/b", "https://a?b", "https://b@a", "https://a#b", "https://a%20b"]
)
def test_the_setting_is_an_origin_too(url: str) -> None:
    settings = config.Config(name="Alba", listen="127.0.0.1:8750", public_url=url)
    with pytest.raises(UserFault, match="public_url"):
        config.check(settings)
    fine = msgspec.structs.replace(settings, public_url="https://alba.example/")
    assert config.check(fine).addresses == ("https://alba.example",)
