"""What stands on the screen, and what in the file that is kept."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from bot.console import Console


def test_a_secret_stands_on_the_screen_alone(tmp_path: Path) -> None:
    screen = StringIO()
    console = Console(tmp_path / "desk.log", screen)
    console.line("up", "link=abc", secret=True)
    console.line("up", "ready")
    console.close()
    kept = (tmp_path / "desk.log").read_text()
    assert ("link=abc" in screen.getvalue(), "link=abc" in kept, "ready" in kept) == (True, False, True)
