"""Bytes as a stranger might send them, and values as a friend would."""

from typing import Final

from hypothesis import strategies as st

from protocol import limits
from protocol.canonical import Value

_INTEGERS: Final = st.integers(-limits.INTEGER, limits.INTEGER)
_LEAVES: Final = (
    st.none()
    | st.booleans()
    | _INTEGERS
    | st.text(max_size=40)
    | st.binary(max_size=40)
)


def values(depth: int = limits.DEPTH) -> st.SearchStrategy[Value]:
    """Plain values of the profile, nested at most `depth` deep."""
    if depth == 1:
        return _LEAVES
    inner = st.deferred(lambda: values(depth - 1))
    lists = st.lists(inner, max_size=4)
    maps = st.dictionaries(st.text(max_size=8), inner, max_size=4)
    return st.one_of(_LEAVES, lists, maps)


@st.composite
def mutations(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes after one to four small accidents."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 4)):
            case 0 if at < len(data):
                data[at] = draw(st.integers(0, 255))
            case 1:
                data[at:at] = draw(st.binary(min_size=1, max_size=4))
            case 2:
                del data[at : at + draw(st.integers(1, 8))]
            case 3:
                del data[at:]
            case _:
                end = draw(st.integers(at, len(data)))
                data += data[at:end]
    return bytes(data)
