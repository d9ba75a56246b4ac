"""A TCP relay that counts: what two nodes say to each other, in bytes of payload."""

import socket
import threading
from contextlib import suppress
from typing import Self

_CHUNK = 256 * 1024


class Relay:
    """Listens on one port of loopback and passes everything on to another."""

    def __init__(self, listen: int, to: int) -> None:
        self._to = to
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", listen))
        self._open: list[socket.socket] = []
        #: Bytes from whoever connects, and bytes back.
        self.up = 0
        self.down = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._server, *self._open):
            # Closing alone leaves the port taken while a thread waits on it.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def total(self) -> int:
        """Bytes in both directions so far."""
        with self._lock:
            return self.up + self.down

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._open += [client, server]
            for pump in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pump, args=pump, daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, up: bool) -> None:  # noqa: FBT001 - a thread's argument
        try:
            while data := one.recv(_CHUNK):
                with self._lock:
                    if up:
                        self.up += len(data)
                    else:
                        self.down += len(data)
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            return
