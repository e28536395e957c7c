"""`python -m bot train --logs` from outside: what is wrong is said before Rasa starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("content", "words"), [(None, "没有这个文件"), (b"PK\x03\x04\0", "不是文本文件")])
def test_logs_that_are_none_end_the_training_before_it_begins(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "chats.txt"
    if content:
        path.write_bytes(content)
    command = [sys.executable, "-m", "bot", "train", "--logs", str(path)]
    environment = os.environ | {"QIANTAI_MODEL_DIR": str(tmp_path / "models")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(path) in done.stderr and words in done.stderr
    assert not (tmp_path / "models").exists()
