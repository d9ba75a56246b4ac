"""What went wrong with a command, as an answer: problem+json with its way out.

The words are the command's own; `ways` puts addresses in the place of what a person
would type. What is not written for whoever asks from afar is left out: paths, and what
the world or this program did wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from node.act import Refused
from node.api.ways import Addresses, over_http
from node.errors import UserFault, WorldFault
from node.web.problems import RETRY_AFTER_S, STATUSES, Problem
from protocol.errors import Conflict, Malformed, ProtocolError

#: Codes that are no matter of how something was asked -> status. Else it is 400.
_CODES: Final[Mapping[str, int]] = {
    "kit-unchecked": 409,
    "not-a-member": 409,
    "log-suspended": 409,
    "no-network": 409,
    "not-yours": 409,
    "nothing-to-confirm": 409,
    "others-decide": 409,
    "not-elector": 409,
    "acceptance-withdrawn": 409,
    "change-settled": 409,
    "lead-over": 409,
    "entry-standing": 409,
    "network-exists": 409,
    "over-maximum": 409,
    "target-closed": 409,
    "webhook-exists": 409,
    "tokens-full": 409,
    "token-no-more": 409,
    "token-wider": 403,
    "token-made-by-token": 403,
    "key-done": 409,
    "cursor-gone": 410,
    "changes-gone": 410,
    "busy": 503,
}
#: What an answer repeats of an error's fields.
_SHOWN: Final = (
    "field",
    "expected",
    "example",
    "candidates",
    "coop",
    "args",
    "positions",
    "problems",
    "scope",
)
_ALLOWED: Final = "one whose state allows that"
_RETRY: Final = {"Retry-After": str(RETRY_AFTER_S)}
TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: STATUSES[400],
    401: ("token-missing", "This wants a token of this node."),
    403: ("scope-missing", "The token is not for this."),
    404: ("id-unknown", "There is nothing here that goes by this name."),
    405: STATUSES[405],
    409: ("conflict", "That does not fit what is held here."),
    410: ("gone", "What this goes on from is no longer there."),
    413: STATUSES[413],
    415: STATUSES[415],
    421: STATUSES[421],
    422: ("key-reused", "The key was used for something else."),
    429: ("too-many-requests", "That was too much at once; wait a little."),
    500: STATUSES[500],
    503: STATUSES[503],
}


def problem_of(
    error: Exception, named: str | None, known: Addresses = MappingProxyType({})
) -> Problem | None:
    """Translate what a command raised; None for what is answered as anywhere else.

    named: the argument in the path; what it names and is not here is a 404. known:
    where commands are asked for that a way out names.
    """
    match error:
        case Refused() if named is not None and "field" not in error.fields:
            # The rules speak of the thing that is asked about: it stands in the path.
            error.fields = {**error.fields, "field": named, "expected": _ALLOWED}
            return fault(error, 409, known=known)
        case UserFault():
            return fault(error, _status(error, named), known=known)
        case Malformed():
            return _plain(400, error)
        case Conflict():
            return _plain(409, error)
        case WorldFault():
            return Problem(
                status=503,
                code=error.code,
                title="The node's disk, its network or another machine failed.",
                headers=_RETRY,
            )
        case _:
            return None


def fault(
    error: UserFault,
    status: int,
    headers: Mapping[str, str] | None = None,
    known: Addresses = MappingProxyType({}),
) -> Problem:
    """Give a fault as an answer with this status."""
    shown = {
        name: msgspec.to_builtins(error.fields[name], enc_hook=str)
        for name in _SHOWN
        if error.fields.get(name) is not None
    }
    if isinstance(shown.get("example"), str):
        shown["example"] = over_http(shown["example"], known)
    return Problem(
        status=status,
        code=error.code,
        title=TITLES[status][1],
        detail=error.detail,
        headers=_RETRY if status == 503 else headers,
        **({"way_out": over_http(error.way_out, known)} if error.way_out else {}),
        **shown,
    )


def _status(error: UserFault, named: str | None) -> int:
    if isinstance(error, Refused) or error.code.startswith("pledge-"):
        return 409
    if error.code.endswith(("-move", "-already")):
        return 409
    if error.code.endswith(("-unknown", "-none")):
        return 404 if error.fields.get("field") == named else 400
    return _CODES.get(error.code, 400)


def _plain(status: int, error: ProtocolError) -> Problem:
    return Problem(
        status=status,
        code=error.code,
        title=TITLES[status][1],
        detail=f"{error.detail}.",
    )
