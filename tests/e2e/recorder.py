"""A relay before a node that keeps every byte, and finds words in what it kept."""

import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHUNK: Final = 256 * 1024
_KEY_ID: Final = re.compile(rb'keyid="(coop_[a-z2-7]{52})"')
_ZSTD: Final = re.compile(re.escape(b"\x28\xb5\x2f\xfd"))
#: More than any block or body decompresses to.
_MOST: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class Talk:
    """One connection: what came from whoever connected, and what was answered."""

    asked: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)

    def callers(self) -> set[str]:
        """Say who signed requests on it."""
        return {one.decode("ascii") for one in _KEY_ID.findall(self.asked)}

    def holds(self, needle: bytes) -> bool:
        """Tell whether bytes went over it, in clear or compressed."""
        return any(needle in one for one in unfolded(self.asked, self.answered))


def unfolded(*streams: bytes | bytearray) -> Iterator[bytes | bytearray]:
    """Give streams, what is compressed in them, and what is compressed in that."""
    for stream in streams:
        yield stream
        for found in _ZSTD.finditer(stream):
            with suppress(zstd.ZstdError):
                frame = bytes(stream[found.start() :])
                yield from unfolded(zstd.ZstdDecompressor().decompress(frame, _MOST))


class Recorder:
    """Listens on one port of loopback and passes everything on to another, if it is up.

    Keeps what it has seen over all restarts of the node behind it.
    """

    def __init__(self, listen: int) -> None:
        self.to = 0
        self.talks: list[Talk] = []
        self._server = socket.create_server(("127.0.0.1", listen))
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._server, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            talk = Talk()
            self.talks.append(talk)
            for pump in (
                (client, server, talk.asked),
                (server, client, talk.answered),
            ):
                threading.Thread(target=_pump, args=pump, daemon=True).start()


def _pump(one: socket.socket, other: socket.socket, kept: bytearray) -> None:
    try:
        while data := one.recv(_CHUNK):
            kept.extend(data)
            other.sendall(data)
    except OSError:
        pass
    finally:
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)
