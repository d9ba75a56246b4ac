"""Errors say whose fault it is, by code and in words."""

import pytest

from protocol.errors import Conflict, Malformed, ProtocolError, Unconnected

#: Type -> whether the same bytes may be taken later.
RETRY: dict[type[ProtocolError], bool] = {
    Malformed: False,
    Unconnected: True,
    Conflict: False,
}


@pytest.mark.parametrize("kind", RETRY)
def test_an_error_keeps_its_code_and_detail(kind: type[ProtocolError]) -> None:
    error = kind("some-code", "some detail")
    assert (error.code, error.detail) == ("some-code", "some detail")
    assert str(error) == "some-code: some detail"
    assert error.retry is RETRY[kind]
