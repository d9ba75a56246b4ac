"""Which addresses are of which class; the odd ones are of none."""

import ipaddress
import random
from typing import Final

import pytest

from node.sync.addresses import AddressClass, AddressPolicy, classify

OF_CLASS: Final[dict[AddressClass | None, str]] = {
    "loopback": "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1",
    "private": """
        10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1
        100.127.255.255 fd00::1 fc00::1 fdff::1 ::ffff:192.168.1.1
    """,
    "global": """
        1.1.1.1 9.255.255.255 11.0.0.1 172.15.0.1 172.32.0.1 100.63.255.255 100.128.0.1
        192.167.0.1 192.169.0.1 223.255.255.255 2a00::1 2606:4700::1111 2001:200::1
        ::ffff:1.1.1.1 64:ff9b::1.1.1.1
    """,
    None: """
        0.0.0.0 0.1.2.3 169.254.169.254 169.254.0.1 192.0.0.192 192.0.2.1 192.88.99.1
        198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
        255.255.255.255 100.100.100.200 168.63.129.16
        :: fe80::1 fe80::1%eth0 ::1%lo fec0::1 ff02::1 2001:db8::1 3fff::1 fd00:ec2::254
        fd20:ce::254
        ::ffff:0.0.0.0 ::ffff:169.254.169.254 ::ffff:100.100.100.200 ::ffff:224.0.0.1
        ::127.0.0.1 ::10.0.0.1 ::1.1.1.1
        2002:7f00:1:: 2002:a00:1:: 2002:101:101::
        64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1.1.1.1
        2001::7f00:1 2001:0:4136:e378:8000:63bf:3fff:fdd2
        4000::1 1::1 100::1 5f00::1
        2130706433 0x7f000001 0177.0.0.1 127.1 127.0.0.01 127.0.0.1. localhost 1.1.1
        1.1.1.1.1 256.1.1.1 [::1] ::1/128 10.0.0.0/8 ::g
    """,
}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        *((each, found) for found, those in OF_CLASS.items() for each in those.split()),
        ("", None),
        (" 127.0.0.1", None),
        ("127.0.0.1\n", None),
        ("١٢٧.0.0.1", None),
    ],
)
def test_the_class_of_an_address(address: str, found: AddressClass | None) -> None:
    assert classify(address) == found


def test_against_the_standard_library() -> None:
    """What we call global is so for it, too; the other way round it may be laxer."""
    draw = random.Random("addresses")  # noqa: S311 - a test that can be repeated
    for _ in range(2_000):
        four = ipaddress.IPv4Address(draw.getrandbits(32))
        six = ipaddress.IPv6Address(draw.getrandbits(125) | 1 << 125)
        for address in (four, six):
            if classify(str(address)) == "global":
                assert address.is_global
                assert not address.is_multicast
            if classify(str(address)) == "private":
                assert not address.is_global


def test_a_node_dials_what_it_listens_on() -> None:
    def classes(*addresses: str) -> frozenset[AddressClass]:
        return AddressPolicy.listening_on(addresses).classes

    assert classes("127.0.0.1") == {"loopback"}
    assert classes("::1", "192.168.1.7") == {"loopback", "private"}
    assert classes("0.0.0.0") == classes("::") == {"private", "global"}  # noqa: S104
    assert classes("1.1.1.1") == {"global"}
    assert classes("169.254.0.1") == frozenset()
    assert classes() == frozenset()


def test_nothing_is_allowed_by_no_class() -> None:
    assert not AddressPolicy(classes=frozenset()).allows("1.1.1.1")
    everything = AddressPolicy(classes=frozenset({"loopback", "private", "global"}))
    assert not any(everything.allows(each) for each in OF_CLASS[None].split())
