"""Unix sockets: for the command line and for a proxy on the same machine.

The address of a unix socket has room for 107 bytes, and a data folder may well lie
deeper. Linux takes `/proc/self/fd/<n>/<name>` for the folder that descriptor n has
open, so that only the name counts; the folder is never changed into.
"""

from __future__ import annotations

import os
import socket
import stat
import weakref
from typing import TYPE_CHECKING, Final

import aiohttp

from node.errors import UserFault

if TYPE_CHECKING:
    from pathlib import Path

#: sun_path is 108 bytes on Linux, the last of them 0 (unix(7)).
PATH_BYTES: Final = 107
#: Who may connect may act as the operator: nobody but the owner.
MODE: Final = 0o600


class BoundSocket:
    """A place to listen at in the file system: serve `sock`, `close` takes it away."""

    def __init__(self, path: Path) -> None:
        self._folder, address = _address(path)
        self._name = path.name
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _remove_stale(path, self._folder, address)
            # The mode of the descriptor becomes that of the file in bind itself
            # (Linux, unix_bind), so that there is no moment in which others can
            # connect, and no umask to change for all threads.
            os.fchmod(self.sock.fileno(), MODE)
            self.sock.bind(address)
        except BaseException:
            self.sock.close()
            os.close(self._folder)
            raise

    def close(self) -> None:
        """Close the socket and remove its file."""
        self.sock.close()
        try:
            os.unlink(self._name, dir_fd=self._folder)
        except FileNotFoundError:
            pass  # Python 3.13 and later remove it when the server closes
        finally:
            os.close(self._folder)


def unix_connector(path: Path) -> aiohttp.UnixConnector:
    """Give the connector of a client that talks to `path`, however long that is.

    Ask for `http://localhost/...` through it. The folder stays open as long as the
    connector exists. Raises FileNotFoundError if there is no such folder.
    """
    folder, address = _address(path)
    connector = aiohttp.UnixConnector(path=address)
    weakref.finalize(connector, os.close, folder)
    return connector


def _address(path: Path) -> tuple[int, str]:
    """Open the folder of `path`; give it and an address that fits."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if len(os.fsencode(path)) <= PATH_BYTES:
        return folder, str(path)
    address = f"/proc/self/fd/{folder}/{path.name}"
    if len(os.fsencode(address)) > PATH_BYTES:
        os.close(folder)
        raise UserFault(
            code="socket-name-too-long",
            detail=f"The name of the socket {path.name} is too long.",
            way_out=f"Choose one of at most {PATH_BYTES - 24} bytes.",
        )
    return folder, address


def _remove_stale(path: Path, folder: int, address: str) -> None:
    """Remove the socket file that a process left when it was killed.

    Raises UserFault if somebody still serves it, or if it is no socket at all.
    """
    try:
        mode = os.stat(path.name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode) or _is_served(address):
        raise UserFault(
            code="socket-in-use",
            detail=f"{path} exists and is in use, or is no socket.",
            way_out="Stop the node that uses it, or choose another path.",
        )
    os.unlink(path.name, dir_fd=folder)


def _is_served(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(address)
        except ConnectionRefusedError:
            return False
    return True
