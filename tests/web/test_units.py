"""The pages' own checks: their unit tests and their types, with the tools that build them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("words", [("test",), ("run", "check")], ids=["vitest", "vue-tsc"])
def test_the_pages_pass(words: tuple[str, ...], pages: Path) -> None:
    done = subprocess.run(["scripts/npm.sh", *words], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
