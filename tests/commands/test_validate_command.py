"""`python -m bot validate` from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bot.commands.validate import listed
from bot.services.hygiene import Remark

ROOT = Path(__file__).parents[2]


def validate(**more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "validate"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, timeout=120)


def test_the_shipped_data_is_fine() -> None:
    done = validate()
    assert (done.returncode, done.stdout.splitlines()[0], done.stderr) == (0, "没有问题。", "")


def test_remarks_are_listed_and_fail_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "data" / "nlu" / "words.yml"
    path.write_text(path.read_text(encoding="utf-8") + "  x_new: 从来没人说过的词\n", encoding="utf-8")
    done = validate(QIANTAI_DATA_DIR=str(tmp_path / "data"))
    assert (done.returncode, done.stdout.splitlines()[0], done.stderr) == (0, "没有问题。", "")
    assert f"  {path}:{len(path.read_text(encoding='utf-8').splitlines())}: 词类 x_new 没有一句训练句子碰到" in done.stdout


def test_a_long_list_shows_its_worst_and_says_how_to_see_the_rest() -> None:
    said = [Remark("少", f"第 {n} 条") for n in range(3)] + [Remark("多", f"第 {n} 条") for n in range(9)]
    lines = listed(said, 4)
    assert lines[:6] == ["提醒 12 条（不影响训练，抽空处理）：", "【少】3 条", "  第 0 条", "  第 1 条", "  第 2 条", "【多】9 条"]
    assert lines[-2:] == ["  第 3 条", "  …… 还有 5 条，全部列出：python -m bot validate --all"]
    assert len(listed(said, None)) == 1 + 2 + 12
    assert listed([], 4) == ["也没有提醒。"]


def test_problems_are_listed_and_the_exit_code_says_so(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    book = tmp_path / "data" / "playbooks" / "chat" / "greet.yml"
    book.write_text("label: chat.greet\nsay: {any: '{phone}'}\nwhat: 1\n", encoding="utf-8")
    done = validate(QIANTAI_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{book}:3", f"{book}:2"]
    assert done.stderr == "发现 2 个问题。\n"
