"""A running node: web server, sync and control socket until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from node import ahead, control, resting, steward
from node.api.serving import Api
from node.commands import network
from node.commands.form import books_of
from node.commands.joining import doorkeeper
from node.commands.table import COMMANDS
from node.config import Config
from node.control.asking import PATIENCE_S, RETRY_S
from node.errors import UserFault, WorldFault
from node.folder import FolderBusy
from node.folding import Progress
from node.node import Node
from node.run import open_node
from node.sync import joiner
from node.sync.addresses import AddressPolicy
from node.sync.dial import client_session
from node.sync.exchange import Exchange, Received
from node.sync.loop import SyncLoop
from node.sync.nonces import NonceBook
from node.sync.server import SyncServer
from node.web import pages, sync_routes
from node.web.gate import LOOPBACK, ConnectionGate
from node.web.server import start_server
from node.webhooks import sending
from node.webhooks.loop import WebhookLoop

log_line = logging.getLogger("wortley.serve")
SOCKET: Final = "wortley.sock"
_SECRET_BYTES: Final = 32
#: Until so long after something came in, figures leave the node to what is coming.
_QUIET_S: Final = 3.0
_LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")
_PORTS: Final = {"http": 80, "https": 443}


async def serve(
    data: Path,
    on_ready: Callable[[str], None],
    *,
    progress: Progress | None = None,
    received: Received | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run the node of a data folder until SIGTERM, SIGINT or `stop`.

    `on_ready` is told the URL once requests are answered, `progress` how many events
    were folded while the store opened, `received` how far a first sync is. Raises
    `UserFault` where the port is taken.
    """
    stopping = stop or asyncio.Event()
    async with AsyncExitStack() as stack:
        node = await _open(stack, data, progress)
        if stop is None:
            _stop_on_signals(stopping)
        exchange = Exchange(node, received)
        api = Api(node, COMMANDS)
        app = application(node, exchange, api)
        url = await _listen(stack, node.config, app)
        node.served = True
        await stack.enter_async_context(control.serve(node, COMMANDS, data / SOCKET))
        policy = AddressPolicy(classes=node.config.address_classes())
        session = await stack.enter_async_context(client_session(policy))
        hooks = await stack.enter_async_context(sending.session(node.config))
        on_ready(url)
        work = [
            SyncLoop(exchange, session).run(),
            joiner.keep_knocking(node, session),
            steward.keep(node),
            resting.keep(node),
            ahead.keep(node),
            WebhookLoop(node, hooks).run(),
            _keep_indexed(node),
            _keep_figures(node),
            _raise_failed(api),
        ]
        await _run(work, stopping)


async def _open(stack: AsyncExitStack, data: Path, progress: Progress | None) -> Node:
    """Open the folder; a short command that has it at the moment is waited for."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    while True:
        try:
            return await stack.enter_async_context(open_node(data, progress=progress))
        except FolderBusy as busy:
            # The anchor's folder is busy where a copy of this node runs.
            if busy.fields["folder"] != str(data) or loop.time() >= until:
                raise
        await asyncio.sleep(RETRY_S)


async def _run(
    work: Sequence[Coroutine[object, object, None]], stopping: asyncio.Event
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        await stopping.wait()
        for task in tasks:
            task.cancel()


async def _keep_indexed(node: Node) -> None:
    """Let what is new be found; an index that cannot be written waits for the next."""
    while True:
        changed = node.ingest.changed
        # What is folded anew would be taken for gone, and be indexed anew as well.
        if node.register.founded and not node.ingest.is_behind:
            try:
                await node.index.keep_up(books_of(node))
            except WorldFault as fault:
                log_line.warning("search index: %s", fault.detail)
        await changed.wait()


async def _keep_figures(node: Node) -> None:
    """Let figures be there when somebody looks again, once nothing comes in for long.

    Where nobody has looked yet they would only take memory.
    """
    while True:
        changed = node.ingest.changed
        await asyncio.sleep(_QUIET_S)
        if changed.is_set():
            continue
        if node.register.founded and node.figures.is_counted:
            try:
                await node.figures.keep_up(books_of(node))
            except WorldFault as fault:
                log_line.warning("figures: %s", fault.detail)
        await changed.wait()


async def _raise_failed(api: Api) -> None:
    """End the node where a command found that it must not go on."""
    raise await api.failed


def application(node: Node, exchange: Exchange, api: Api) -> web.Application:
    """Put all routes together."""
    nonces = NonceBook(
        secret=node.entropy.token(_SECRET_BYTES),
        started_at=node.clock.now_ms() // 1000,
    )
    sync_server = SyncServer(
        exchange, doorkeeper(node), nonces, authorities(node.config)
    )
    app = web.Application()
    app.add_routes(sync_routes.routes(sync_server))
    app.add_routes(pages.routes(node, lambda: notices(node)))
    app.add_routes(api.routes())

    async def release(_app: web.Application) -> None:
        # Peers that wait and programs that wait are answered, so that stopping does not
        # wait for them.
        sync_server.release()
        node.ingest.tell()

    app.on_shutdown.append(release)
    return app


async def notices(node: Node) -> list[str]:
    """Give what is amiss, as `wortley status` says it; the page tells what waits."""
    return await network.amiss(node)


async def _listen(stack: AsyncExitStack, config: Config, app: web.Application) -> str:
    try:
        running = await start_server(
            app,
            config.host,
            config.port,
            allowed_hosts=hosts(config),
            gate=ConnectionGate(uncapped=LOOPBACK),
        )
    except OSError as error:
        raise UserFault(
            code="port-taken",
            detail=f"{config.listen} cannot be listened on: {error.strerror}.",
            way_out="Stop what listens there, or change `listen` in wortley.toml"
            " (or WORTLEY_LISTEN).",
            field="listen",
        ) from error
    stack.push_async_callback(running.close)
    return running.url


def authorities(config: Config) -> frozenset[str]:
    """Say what a signed request may name this node, ports included."""
    names = {f"{name}:{config.port}" for name in _own_names(config)}
    if config.public_url:
        url = urlsplit(config.public_url)
        names.add(url.netloc.lower())
        if url.port is None:
            names.add(f"{url.netloc.lower()}:{_PORTS[url.scheme]}")
    return frozenset(names)


def hosts(config: Config) -> frozenset[str]:
    """Say what the Host header may be, without ports."""
    names = set(_own_names(config))
    if config.public_url:
        names.add((urlsplit(config.public_url).hostname or "").lower())
    return frozenset(names)


def _own_names(config: Config) -> tuple[str, ...]:
    host = f"[{config.host}]" if ":" in config.host else config.host.lower()
    return (host, *_LOCAL)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopping.set)
