"""The playbooks and desk rules in force: read again when a trainer changed a file; the old ones stay when the new ones are wrong."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.errors import DataError
from bot.playbooks.load import load_playbooks
from bot.playbooks.model import Playbooks
from bot.services.desk_rules import DeskRules, load_desk_rules

log = structlog.get_logger(__name__)

WATCHED = ("taxonomy.yml", "playbooks/**/*.yml", "replies/*.yml", "shop/*.yml", "nlu/tone.yml")


class InForce:
    """Holds what data/ says; DataError when it cannot be read at the start."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._stamp = self._look()
        self.books: Playbooks = load_playbooks(data_dir)
        self.rules: DeskRules = load_desk_rules(data_dir)

    def refresh(self) -> bool:
        """Take changed files; True when other playbooks are in force now. Wrong files are logged once and change nothing."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.books, self.rules = load_playbooks(self._data_dir), load_desk_rules(self._data_dir)
        except DataError as error:
            log.error("playbooks_refused", problems=error.problems[:20], count=len(error.problems))
            return False
        log.info("playbooks_taken")
        return True

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for pattern in WATCHED:
            for path in sorted(self._data_dir.glob(pattern)):
                try:
                    status = path.stat()
                except OSError:
                    continue
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(found)
