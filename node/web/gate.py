"""How many connections are open, in all and from one address."""

from __future__ import annotations

import ipaddress
from typing import Final

#: All connections, and those of one address (IPv6: of one /64, which one host gets).
TOTAL: Final = 256
PER_ADDRESS: Final = 16
#: This machine, as `address_of` names it: a proxy, behind which everybody is, or other
#: nodes. No cap would stop a user of it, who may call from any of 127.0.0.0/8.
LOOPBACK: Final = frozenset({"127.0.0.1", "::/64"})


class ConnectionGate:
    """Counts open connections, in all and by address.

    uncapped: addresses without a cap of their own, for a trusted proxy behind which
    everybody has the same address.
    """

    def __init__(
        self,
        *,
        total: int = TOTAL,
        per_address: int = PER_ADDRESS,
        uncapped: frozenset[str] = frozenset(),
    ) -> None:
        self._total = total
        self._per_address = per_address
        self._uncapped = uncapped
        self._by_address: dict[str, int] = {}
        self.open = 0

    def enter(self, address: str) -> bool:
        """Count a connection in, unless a cap is reached. address: "" has no cap."""
        held = self._by_address.get(address, 0)
        capped = address != "" and address not in self._uncapped
        if self.open >= self._total or (capped and held >= self._per_address):
            return False
        self._by_address[address] = held + 1
        self.open += 1
        return True

    def leave(self, address: str) -> None:
        """Count a connection out that `enter` let in."""
        self.open -= 1
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


def address_of(peername: object) -> str:
    """Name the client's address as the caps count it; "" for a unix socket."""
    if not isinstance(peername, tuple):
        return ""
    address = ipaddress.ip_address(peername[0].partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
