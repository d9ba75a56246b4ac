"""Names for things outside of this program: the same on every node, for ever."""

from typing import Final

from protocol import ids

_URN: Final = "urn:wortley:"


def event(entity_id: bytes, part: str = "") -> str:
    """Name an entity that an event opened, or a part of it: `urn:wortley:evt_…#line-1`.

    What stands after the colon is the id that `wortley explain` takes.
    """
    return _parted(ids.text("evt", entity_id), part)


def coop(coop_id: bytes, part: str = "") -> str:
    """Name a co-op, or a part of it."""
    return _parted(ids.text("coop", coop_id), part)


def network(network_id: bytes, part: str = "") -> str:
    """Name a network, or a part of it."""
    return _parted(ids.text("net", network_id), part)


def word(kind: str, said: str) -> str:
    """Name a word of a vocabulary that all networks share: `urn:wortley:skill:web`."""
    return f"{_URN}{kind}:{said}"


def _parted(text: str, part: str) -> str:
    return f"{_URN}{text}#{part}" if part else f"{_URN}{text}"
