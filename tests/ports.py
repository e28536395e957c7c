"""Ports for the servers that tests start, also when two processes run tests beside each other."""

from __future__ import annotations

import socket
import sys

_HELD: list[socket.socket] = []


def own_port() -> int:
    """A port that nobody else is given until this process ends, not even while a server of ours is stopped and started again.

    It is bound, but not listened on: the system gives it to nobody who asks for any port, and Linux lets a server that knows
    its number listen on it. Elsewhere it is only free now.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    if sys.platform == "linux":
        _HELD.append(held)
    else:
        held.close()
    return port
