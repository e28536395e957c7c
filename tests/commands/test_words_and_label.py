"""`python -m bot words` and `python -m bot label add` from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bot(*args: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)} | more
    return subprocess.run([sys.executable, "-m", "bot", *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=60)


def test_a_message_is_told_with_its_classes_and_the_words_that_hit(tmp_path: Path) -> None:
    (tmp_path / "nlu").mkdir()
    words = "words:\n  # 退\n  refund: 退款 返还\n  nobody: /没人(回|理)/\n  ship: 发货\n"
    (tmp_path / "nlu" / "words.yml").write_text(words, encoding="utf-8")
    done = bot("words", "你好，請問退款呢 没人理我 12345678901", "哦", QIANTAI_DATA_DIR=str(tmp_path))
    path = tmp_path / "nlu" / "words.yml"
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "原话：你好，請問退款呢 没人理我 12345678901",
        "整理成：退款呢 没人理我 №",
        "记号：№ 代表长号码",
        "碰到 2 个词类：",
        f"  refund  退款  （{path}:3）",
        f"  nobody  没人理（由 /没人(回|理)/）  （{path}:4）",
        "没有词类管的字：呢 我 №",
        "",
        "原话：哦",
        "整理成：哦",
        f"没有碰到任何词类。有常见的说法就加进 {path}",
    ]


def test_a_label_is_added_and_the_next_steps_are_told(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    add = ("label", "add", "faq.size_chart", "--zh", "尺码表", "--group", "reception", "--is", "问尺码表在哪、怎么量")
    done = bot(*add, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "data/nlu/faq.yml:" in done.stdout and "data/playbooks/faq/size_chart.yml:1" in done.stdout
    assert (tmp_path / "data" / "playbooks" / "faq" / "size_chart.yml").is_file()
    again = bot(*add, cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "已经有标签 faq.size_chart（尺码表）" in again.stderr
