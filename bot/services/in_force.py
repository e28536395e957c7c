"""The playbooks and desk rules in force: read again when a trainer changed a file; the old ones stay when the new ones are wrong."""

from __future__ import annotations

from pathlib import Path

from bot.playbooks.load import load_playbooks
from bot.playbooks.model import Playbooks
from bot.services.desk_rules import DeskRules, load_desk_rules
from bot.services.fresh import Fresh

WATCHED = ("taxonomy.yml", "playbooks", "replies", "shop", "nlu/tone.yml")


class InForce:
    """Holds what data/ says; DataError when it cannot be read at the start."""

    def __init__(self, data_dir: Path) -> None:
        self._both = Fresh([data_dir / name for name in WATCHED], lambda: _read(data_dir), "playbooks")

    @property
    def books(self) -> Playbooks:
        """What the bot says and asks."""
        return self._both()[0]

    @property
    def rules(self) -> DeskRules:
        """Where a hand-off goes and when it is due."""
        return self._both()[1]

    def refresh(self) -> bool:
        """Take changed files; True when other playbooks are in force now. Wrong files are logged once and change nothing."""
        return self._both.refresh()


def _read(data_dir: Path) -> tuple[Playbooks, DeskRules]:
    return load_playbooks(data_dir), load_desk_rules(data_dir)
