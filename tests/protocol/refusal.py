"""A refusal has a code; no test looks at its words."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from protocol.errors import Malformed, ProtocolError


@contextmanager
def refused(code: str, kind: type[ProtocolError] = Malformed) -> Iterator[None]:
    """Expect a refusal of exactly this kind and code."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.type is kind
    assert caught.value.code == code
