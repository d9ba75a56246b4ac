"""Which network addresses a node may dial: three classes, and some that it never may.

Addresses of peers come from their cards, that is from strangers, and a request to
one of them is made from inside our network (server-side request forgery, CWE-918). So
a node dials only the classes of address that it listens on itself, and link-local,
metadata, multicast, documentation and translated addresses not even then.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

AddressClass = Literal["loopback", "private", "global"]

#: First match wins. After the IANA special-purpose address registries (RFC 6890),
#: written out, because what `is_global` and `is_private` of the standard library say
#: changes with its version. None: never dialled.
_TABLE: Final[tuple[tuple[str, AddressClass | None], ...]] = (
    # Instance metadata outside of link-local: Alibaba, Azure, AWS and Google.
    ("100.100.100.200/32", None),
    ("168.63.129.16/32", None),
    ("fd00:ec2::254/128", None),
    ("fd20:ce::254/128", None),
    ("127.0.0.0/8", "loopback"),
    ("::1/128", "loopback"),
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("100.64.0.0/10", "private"),  # shared by providers and by private overlays
    ("fc00::/7", "private"),
    ("0.0.0.0/8", None),  # this host: Linux connects 0.0.0.0 to loopback
    ("169.254.0.0/16", None),  # link-local, and most clouds' metadata
    ("192.0.0.0/24", None),  # protocol assignments, and Oracle's metadata
    ("192.0.2.0/24", None),  # documentation, here and twice below
    ("192.88.99.0/24", None),  # 6to4 relays
    ("198.18.0.0/15", None),  # benchmarks
    ("198.51.100.0/24", None),
    ("203.0.113.0/24", None),
    ("224.0.0.0/4", None),  # multicast
    ("240.0.0.0/4", None),  # reserved, and broadcast
    ("0.0.0.0/0", "global"),
    ("2001::/23", None),  # protocol assignments: Teredo wraps IPv4 there
    ("2001:db8::/32", None),  # documentation
    ("2002::/16", None),  # 6to4 wraps IPv4
    ("3fff::/20", None),  # documentation
    ("2000::/3", "global"),
    ("::/0", None),  # link-local, multicast, unspecified, whatever is not assigned
)
_NETWORKS: Final = tuple((ipaddress.ip_network(n), c) for n, c in _TABLE)

#: RFC 6052: how IPv4 is reached from a network that has IPv6 only.
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - not bound here


def classify(address: str) -> AddressClass | None:
    """Tell the class of an IP address in text; None for one that is never dialled.

    IPv4 inside IPv6 counts as that IPv4 address where the kernel or the network takes
    it for it: mapped (::ffff:0:0/96), and NAT64 if it is global (RFC 6052, 3.1).
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv4Address):
        return _look_up(parsed)
    if parsed.scope_id is not None:
        return None
    if parsed.ipv4_mapped is not None:
        return _look_up(parsed.ipv4_mapped)
    if parsed in _NAT64:
        inner = _look_up(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF))
        return inner if inner == "global" else None
    return _look_up(parsed)


class AddressPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The classes that a node dials; the operator may name more than it listens on."""

    classes: frozenset[AddressClass]

    @classmethod
    def listening_on(cls, addresses: Iterable[str]) -> AddressPolicy:
        """Dial what is listened on: a loopback demo loopback, a LAN node its LAN.

        addresses: IP addresses in text. "", "0.0.0.0" and "::" listen everywhere and
        count as private and global, not as loopback: whatever else runs on the
        machine behind its loopback is not a peer.
        """
        found: set[AddressClass | None] = set()
        for address in addresses:
            if address in _WILDCARDS:
                found |= {"private", "global"}
            else:
                found.add(classify(address))
        return cls(classes=frozenset(each for each in found if each is not None))

    def allows(self, address: str) -> bool:
        """Tell whether an IP address in text may be dialled."""
        return classify(address) in self.classes


def _look_up(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> AddressClass | None:
    return next(found for network, found in _NETWORKS if address in network)
