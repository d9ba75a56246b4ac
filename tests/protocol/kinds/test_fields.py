"""The types that bodies are made of."""

from typing import Any, Final

import msgpack
import msgspec
import pytest

from protocol.kinds import fields
from tests.protocol.kinds.shapes import TYPES

#: Type as the tables name it -> the type as bodies use it.
OURS: Final[dict[str, Any]] = {
    "id": fields.Id,
    "bin16": fields.IncarnationName,
    "slug": fields.Slug,
    "foreign": fields.Foreign,
    "currency": fields.Currency,
    "unit": fields.Unit,
    "cpv": fields.Cpv,
    "language": fields.Language,
    "count": fields.Count,
    "quantity": fields.Quantity,
    "percent": fields.Percent,
    "line": fields.LineNumber,
    "date": fields.Date,
    "money": fields.Money,
    "rate": fields.Rate,
}


def is_of(name: str, value: object) -> bool:
    data: bytes = msgpack.packb(value, use_bin_type=True)
    try:
        read = msgspec.msgpack.decode(data, type=OURS[name])
    except msgspec.ValidationError:
        return False
    return msgspec.msgpack.encode(read) == data


@pytest.mark.parametrize("name", OURS)
def test_values_of_each_type(name: str) -> None:
    good, bad = TYPES[name]
    assert [value for value in good if not is_of(name, value)] == []
    assert [value for value in bad if is_of(name, value)] == []


def test_a_body_refuses_unknown_fields_and_leaves_defaults_out() -> None:
    class Body(fields.Body, frozen=True, kw_only=True):
        note: str | None = None

    assert msgspec.msgpack.encode(Body()) == b"\x80"
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgpack.packb({"more": 1}), type=Body)
