"""`python -m bot validate` from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def validate(**more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "validate"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, timeout=120)


def test_the_shipped_data_is_fine() -> None:
    done = validate()
    assert (done.returncode, done.stdout, done.stderr) == (0, "没有问题。\n", "")


def test_problems_are_listed_and_the_exit_code_says_so(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    book = tmp_path / "data" / "playbooks" / "chat" / "greet.yml"
    book.write_text("label: chat.greet\nsay: {any: '{phone}'}\nwhat: 1\n", encoding="utf-8")
    done = validate(QIANTAI_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{book}:3", f"{book}:2"]
    assert done.stderr == "发现 2 个问题。\n"
