"""The one readable log of a running desk: every line with the name of its process, on the screen and in var/log/desk.log."""

from __future__ import annotations

import logging
import os
import sys
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

COLOURS = (36, 32, 35, 33, 34, 96, 92, 95)
LOG_BYTES = 10_000_000
LOG_FILES = 5


class _PrivateFile(RotatingFileHandler):
    """Rotated files that only their user reads: senders' ids are often made from phone numbers."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        os.fchmod(stream.fileno(), 0o600)
        return stream


class Console:
    """Writes prefixed lines; safe from several threads."""

    def __init__(self, log_file: Path | None = None, screen: IO[str] | None = None, width: int = 9) -> None:
        self._screen = sys.stdout if screen is None else screen
        self._width = width
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}
        self._coloured = self._screen.isatty() and "NO_COLOR" not in os.environ
        self._file: RotatingFileHandler | None = None
        if log_file is not None:
            log_file.parent.mkdir(parents=True, exist_ok=True)
            self._file = _PrivateFile(log_file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
            self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def line(self, name: str, text: str, *, secret: bool = False) -> None:
        """One line of the process `name`; a secret one stands on the screen alone, as the file is kept and copied."""
        with self._lock:
            plain = f"{name:<{self._width}} │ {text}"
            if self._file is not None and not secret:
                self._file.handle(logging.LogRecord("desk", logging.INFO, "", 0, plain, None, None))
            shown = f"\x1b[{self._colour(name)}m{name:<{self._width}} │\x1b[0m {text}" if self._coloured else plain
            try:
                print(shown, file=self._screen, flush=True)
            except (BrokenPipeError, ValueError):
                # Nobody reads the screen any more (`make run | head`); the file goes on.
                self._screen = Path(os.devnull).open("w")  # noqa: SIM115

    def pump(self, name: str, stream: IO[bytes]) -> threading.Thread:
        """Copy a child's output line by line in the background until it ends."""

        def copy() -> None:
            for raw in stream:
                self.line(name, raw.decode("utf-8", "replace").rstrip())
            stream.close()

        thread = threading.Thread(target=copy, name=f"log {name}", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _colour(self, name: str) -> int:
        return self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
