"""Children are started again after their death, and their lines carry their names."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.children import MARK, Child, end_orphans, ending, pause_s
from bot.console import Console

TALKS = [sys.executable, "-u", "-c", "import time; print('你好'); time.sleep(60)"]


def until(holds: Callable[[], object], wait_s: float = 20.0) -> None:
    deadline = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def a_child(command: list[str], screen: io.StringIO, env: dict[str, str] | None = None) -> Child:
    return Child("worker.1", command, {**os.environ, **(env or {})}, Console(screen=screen))


def test_the_pause_doubles_and_is_bounded() -> None:
    assert [pause_s(n) for n in (1, 2, 3)] == [0.3, 0.6, 1.2]
    assert pause_s(1000) == 30.0


@pytest.mark.parametrize(("code", "words"), [(1, "退出码 1"), (-9, "被信号 SIGKILL 结束"), (-200, "被信号 200 结束")])
def test_how_a_process_ended_is_said_in_words(code: int, words: str) -> None:
    assert ending(code) == words


def test_a_killed_child_comes_back_and_it_is_said() -> None:
    screen = io.StringIO()
    child = a_child(TALKS, screen)
    child.start()
    try:
        until(lambda: "worker.1  │ 你好\n" in screen.getvalue())
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)

        def back() -> bool:
            child.mind()
            return child.process is not None and child.process.pid != first

        until(back)
        until(lambda: screen.getvalue().count("你好") == 2)
        assert "up        │ worker.1 停了（被信号 SIGKILL 结束），0.3 秒后重新启动（第 1 次）" in screen.getvalue()
    finally:
        child.wait_stopped(0)
    assert child.process is None


def test_a_child_that_does_not_listen_is_killed_and_it_is_said() -> None:
    screen = io.StringIO()
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    child = a_child([sys.executable, "-c", deaf], screen)
    child.start()
    until(lambda: "ready" in screen.getvalue())
    child.ask_to_stop()
    child.wait_stopped(time.monotonic() + 0.2)
    assert "worker.1 没有按时停下" in screen.getvalue()


def test_only_the_orphans_of_this_folder_are_ended(tmp_path: Path) -> None:
    children = [a_child(TALKS, io.StringIO(), {MARK: str(tmp_path / name)}) for name in ("ours", "theirs")]
    for child in children:
        child.start()
    ours, theirs = (child.process for child in children)
    assert ours is not None
    assert theirs is not None
    try:
        until(lambda: MARK in psutil.Process(ours.pid).environ())
        assert end_orphans(tmp_path / "ours") == 1
        assert ours.poll() is not None
        assert theirs.poll() is None
    finally:
        for child in children:
            child.wait_stopped(0)


def test_the_log_file_keeps_what_the_screen_showed(tmp_path: Path) -> None:
    console = Console(tmp_path / "log" / "desk.log", screen=io.StringIO())
    console.line("gateway", "在听 8080")
    console.close()
    assert (tmp_path / "log" / "desk.log").read_text().endswith("gateway   │ 在听 8080\n")


def test_a_closed_screen_does_not_stop_the_log(tmp_path: Path) -> None:
    console = Console(tmp_path / "desk.log", screen=_Closed())
    console.line("up", "一")
    console.line("up", "二")
    console.close()
    assert len((tmp_path / "desk.log").read_text().splitlines()) == 2


class _Closed(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError
