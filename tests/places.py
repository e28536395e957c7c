"""Ports and folders for the servers that tests start, also when two processes run tests beside each other."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2_000_000_000
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


def server_folder() -> Path:
    """A new folder for a server's data; whoever asks for it removes it.

    In memory where there is enough of it: a server waits for the disk on every write and hundreds of times for a database's copy, and
    no test pulls the plug. Not below pytest's folder: another run of pytest closes that one to PostgreSQL's account.
    """
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES
    return Path(tempfile.mkdtemp(prefix="qiantai-test-", dir=_MEMORY if in_memory else None))
