"""Ways out, for who asks over HTTP: the address in the place of the command to type.

The words of a refusal are written once, for the command line. Its commands have the
names of the API's routes, so a program is told `GET /api/v1/leads` where a person is
told `wortley lead list`. What has no route is typed at the node, and says so.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from node.api.routes import FROM_AFAR, Route

#: A command to type, in code: its words, then its arguments and options.
_TYPED: Final = re.compile(r"`wortley((?: [a-z][a-z-]*)+)([^`]*)`")

#: An option outside of code: what is an argument here, unless it is of the node itself.
_OPTION: Final = re.compile(r"(?<![\w-])--(?!data\b)([a-z][a-z-]*)")
#: Options whose arguments are called otherwise.
_ARGUMENTS: Final = {"fee": "fees", "need": "requirements", "party": "parties"}
Addresses = Mapping[str, str]


def addresses(routes: Iterable[Route]) -> Addresses:
    """Give the address of each command by the words that are typed for it.

    What is another thing from afar is no way out of what was refused there.
    """
    return {
        one.name.replace(".", " "): f"{one.method} {one.path}"
        for one in routes
        if one.name not in FROM_AFAR
    }


def over_http(way_out: str, known: Addresses) -> str:
    """Write a way out with addresses where it has commands that have one."""

    def put(found: re.Match[str]) -> str:
        words = found[1].split()
        for count in range(len(words), 0, -1):
            address = known.get(" ".join(words[:count]))
            if address is not None:
                return f"`{address}`"
        return f"`wortley{found[1]}{found[2]}` at the node"

    spans = _TYPED.sub(put, way_out).split("`")
    # Every second one is code, which is typed as it stands.
    spans[::2] = [_OPTION.sub(_argument, one) for one in spans[::2]]
    return "`".join(spans)


def _argument(found: re.Match[str]) -> str:
    return _ARGUMENTS.get(found[1], found[1].replace("-", "_"))
