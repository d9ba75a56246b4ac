"""Commands over a Unix socket: how one program asks the node that runs.

The socket lies in the data folder and is open to the node's user alone, so that who
reaches it may do what the owner of the folder may.

`call` works without a running node, too: it then takes the folder's lock and runs the
command itself. One of the two always has the folder, never both.
"""

from node.control.asking import call
from node.control.desk import serve
from node.control.wire import SOCKET, Unexpected

__all__ = ["SOCKET", "Unexpected", "call", "serve"]
