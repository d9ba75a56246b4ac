"""The document: a context and a graph, one node a line, written as they come."""

from collections.abc import AsyncIterator, Sequence
from typing import IO

import msgspec

from node.exchange.valueflows import nodes, own
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.mapping import FAMILIES, members
from node.exchange.valueflows.nodes import Node
from node.exchange.valueflows.terms import CONTEXT
from node.views.books import Books
from node.views.names import Names


async def write(file: IO[bytes], books: Books, names: Names) -> int:
    """Write all that this node knows; give how many nodes the graph has at its top."""
    graph = await Graph.of(books, names, FAMILIES)
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
    yield own.NODES
    yield nodes.UNITS
    yield members(graph)
    for name, family in FAMILIES.items():
        async for entities in graph.books.state.walk(name):
            yield await family.nodes(graph, entities)
    # At the end, when it is known which there are.
    yield graph.others()
    yield graph.words.nodes()
