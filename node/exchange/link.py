"""Web addresses from outside: http(s) to a host, or none at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

MAX_CHARS: Final = 2000
"""What every browser and proxy takes in an address."""

_BARRED: Final = frozenset('<>"\\^`{|}')
"""Not part of any URI (RFC 3986, appendix A), but of many tricks."""


def read(text: str) -> str:
    """Return the address, safe to put into a link; raise ValueError with the reason.

    No other scheme (javascript:, data:), no name and password in it.
    """
    address = text.strip()
    if len(address) > MAX_CHARS:
        raise ValueError("an address that is too long")
    if not address.isprintable() or " " in address or _BARRED & set(address):
        raise ValueError("an address with characters that none has")
    try:
        parts = urlsplit(address)
        host, user = parts.hostname, parts.username
    except ValueError:
        raise ValueError("an address that cannot be taken apart") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("no http(s) address")
    if user is not None:
        raise ValueError("an address with a user name in it")
    return address
