"""The document: a context and a graph, one node a line, written as they come."""

from collections.abc import AsyncIterator, Sequence
from typing import IO

import msgspec

from node.exchange.valueflows import mapping, nodes
from node.exchange.valueflows.mapping import FAMILIES, Graph
from node.exchange.valueflows.nodes import Node
from node.exchange.valueflows.terms import CONTEXT
from node.views import times
from node.views.books import Books
from node.views.names import Names


async def write(file: IO[bytes], books: Books, names: Names) -> int:
    """Write all that this node knows; give how many nodes the graph has at its top."""
    when = await times.of_families(books, FAMILIES)
    graph = Graph(books=books, names=names, times=when)
    file.write(b'{"@context":' + msgspec.json.encode(CONTEXT) + b',\n"@graph":[')
    count = 0
    async for part in _parts(graph):
        for one in part:
            file.write(b",\n" if count else b"\n")
            file.write(msgspec.json.encode(one))
            count += 1
    file.write(b"\n]}\n")
    return count


async def _parts(graph: Graph) -> AsyncIterator[Sequence[Node]]:
    yield nodes.UNITS
    yield mapping.coops(graph)
    for family, nodes_of in FAMILIES.items():
        async for entities in graph.books.state.walk(family):
            yield await nodes_of(graph, entities)
    # At the end, when it is known which there are.
    yield graph.words.nodes()
