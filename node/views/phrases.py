"""Words that many sayings are made of."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from node.views.short import brief
from node.views.titles import quantity
from protocol.kinds.fields import Money

B = TypeVar("B", bound=msgspec.Struct)
#: What names a co-op.
Called = Callable[[bytes], str]
#: What a kind of events says, with the co-ops in it called so.
Saying = Callable[[msgspec.Struct, Called], str]


def evt(value: bytes) -> str:
    """Name a thing by the start of its id."""
    return brief("evt", value)


def coop(value: bytes) -> str:
    """Name a co-op by the start of its id, where nobody knows its name."""
    return brief("coop", value)


def reason(slug: str | None) -> str:
    """Write the reason, where there is one, in brackets."""
    return f" ({slug})" if slug else ""


def total(value: Money) -> str:
    """Write a sum with its currency."""
    return quantity(value.amount, value.currency)


def says(kind: type[B], say: Callable[[B], str]) -> Saying:
    """Make a saying of a function that knows the body of one kind."""
    return says_of(kind, lambda body, _: say(body))


def says_of(kind: type[B], say: Callable[[B, Called], str]) -> Saying:
    """Make one of a function that names other co-ops, too."""

    def write(body: msgspec.Struct, called: Called) -> str:
        return say(body, called) if isinstance(body, kind) else ""

    return write
