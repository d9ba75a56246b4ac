"""schemathesis holds a real node against its own document.

Whatever is asked that the document allows, or nearly, is answered as the document says,
and never with a fault of the node.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as document_checks

from node.api import document
from node.api.door import Rate
from node.api.routes import routes
from node.commands.table import COMMANDS
from tests.node.api.furnished import furnished
from tests.node.api.site import serving
from tests.node.commands import nodes

LONG: Final = os.environ.get("WORTLEY_LONG") == "1"
#: Beside each way to leave something out and each value at a limit, which come first.
#: All of it takes some 85 s of CPU time.
EXAMPLES: Final = 1000 if LONG else 20
SOON_S: Final = 60.0
#: The node is asked faster than any program should.
NO_RATE: Final = Rate(burst=1e9, each_s=1e9)
#: Which answers are looked at how.
CHECKS: Final = [
    checks.not_a_server_error,
    document_checks.status_code_conformance,
    document_checks.content_type_conformance,
    document_checks.response_headers_conformance,
    document_checks.response_schema_conformance,
]


@schemathesis.serializer("text/csv")
def _csv(_context: object, value: object) -> bytes:
    return str(value).encode(errors="replace")


SCHEMA = schemathesis.openapi.from_dict(
    msgspec.json.decode(document.write(routes(COMMANDS)))
)


class Served:
    """A node in a thread: where it is, and a token that opens everything."""

    def __init__(self) -> None:
        self.url = ""
        self.token = ""
        #: What stands here, by the name it has in a path.
        self.held: dict[str, str] = {}
        self.asked = 0
        self.ready = threading.Event()
        self.stop = asyncio.Event()
        self.loop = asyncio.new_event_loop()

    def main(self, folder: Path) -> None:
        try:
            self.loop.run_until_complete(self.serve(folder))
        finally:
            self.ready.set()
            self.loop.close()

    async def serve(self, folder: Path) -> None:
        async for place in nodes.nodes(folder):
            alba, birch = await nodes.network(place, "Alba", "Birch")
            self.held = await furnished(alba, birch)
            async with serving(alba, rate=NO_RATE) as site:
                self.url, self.token = site.url, site.tokens["admin"]
                self.ready.set()
                await self.stop.wait()


def _served(folder: Path) -> Iterator[Served]:
    node = Served()
    thread = threading.Thread(target=node.main, args=(folder,))
    thread.start()
    assert node.ready.wait(SOON_S)
    assert node.url
    yield node
    node.loop.call_soon_threadsafe(node.stop.set)
    thread.join(SOON_S)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from _served(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Another one, of which nothing was removed."""
    yield from _served(tmp_path_factory.mktemp("untouched"))


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_outside_the_document(
    case: schemathesis.Case[Any], served: Served
) -> None:
    served.asked += 1
    if served.asked % 2:
        # Generated keys meet again and again, generated ids never meet anything.
        case.headers.pop("Idempotency-Key", None)
        for given in (case.path_parameters, case.query, case.body):
            if isinstance(given, dict):
                for name in served.held.keys() & given.keys():
                    given[name] = served.held[name]
    case.call_and_validate(
        base_url=served.url,
        headers={"Authorization": f"Bearer {served.token}"},
        checks=CHECKS,
    )


LOOKS: Final = {one.name: one for one in routes(COMMANDS) if one.method == "GET"}


@pytest.mark.parametrize("name", LOOKS)
def test_what_stands_here_is_shown_as_the_document_says(
    name: str, untouched: Served
) -> None:
    # What is generated meets little that can be shown; here all of it is.
    look = LOOKS[name]
    operation = SCHEMA[look.path]["GET"]
    wanted = [
        one.name
        for one in msgspec.structs.fields(look.command.args)
        if one.required and one.name != look.named
    ]
    case = operation.Case(
        path_parameters={look.named: untouched.held[look.named]} if look.named else {},
        query={one: untouched.held[one] for one in wanted},
    )
    answer = case.call_and_validate(
        base_url=untouched.url,
        headers={"Authorization": f"Bearer {untouched.token}"},
        checks=CHECKS,
    )
    assert answer.status_code == HTTPStatus.OK
