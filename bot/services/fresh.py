"""A file of data/ as it reads now: taken again when somebody changed it, kept as it was while the new one is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from bot.errors import DataError
from bot.services.traces import where

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Fresh(Generic[T]):
    """What `load` made of the files; calling it gives what is in force. DataError when it cannot be read at the start."""

    def __init__(self, files: Sequence[Path], load: Callable[[], T], what: str = "data") -> None:
        """A folder among `files` stands for every YAML file in it; `what` begins the names of the log lines."""
        self._files, self._load, self._what = files, load, what
        self._stamp = self._look()
        self._value = load()

    def __call__(self) -> T:
        """What is in force."""
        return self._value

    def refresh(self) -> bool:
        """Takes changed files; True when they were taken. Wrong ones are logged once and change nothing."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self._value = self._load()
        except DataError as error:
            log.error(f"{self._what}_refused", problems=error.problems[:20], count=len(error.problems))
            return False
        except Exception as error:
            # Whatever a file does to its reader, the process that looks at it goes on.
            log.error(f"{self._what}_refused", problems=[f"读不了：{type(error).__name__}"], count=1, where=where(error))
            return False
        log.info(f"{self._what}_taken", files=[path.name for path in self._files])
        return True

    def _look(self) -> list[tuple[str, int, int]]:
        paths = (path for given in self._files for path in (sorted(given.rglob("*.y*ml")) if given.is_dir() else (given,)))
        found = (_stamp(path) for path in paths)
        return [stamp for stamp in found if stamp is not None]


def _stamp(path: Path) -> tuple[str, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return str(path), status.st_mtime_ns, status.st_size
