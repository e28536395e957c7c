"""A whole desk as an operator starts it: what is in the way is said, what dies comes back, Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.embedded import running
from bot.up import process_names
from tests.places import own_port, server_folder

ROOT = Path(__file__).parent.parent
READY = "前台就绪"


def until(holds: Callable[[], object], what: str, wait_s: float = 90.0) -> None:
    deadline = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


class Up:
    """One `python -m bot up` in its own data folder."""

    def __init__(self, var_dir: Path, *words: str, port: int | None = None, **environ: str) -> None:
        self.var_dir, self.port = var_dir, port or own_port()
        stores = ("REDIS_URL", "DATABASE_URL")
        env = {name: value for name, value in os.environ.items() if not name.startswith("QIANTAI_") and name not in stores}
        env |= {"QIANTAI_VAR_DIR": str(var_dir), "QIANTAI_WORKERS": "1", **environ}
        command = [sys.executable, "-m", "bot", "up", "--port", str(self.port), *words]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip())

    def said(self, words: str) -> bool:
        return any(words in line for line in list(self.lines))

    def log(self) -> str:
        return "\n".join(list(self.lines))

    def wait_ready(self) -> Up:
        until(lambda: self.said(READY) or self.process.poll() is not None, "a ready desk", 180)
        assert self.said(READY), self.log()
        return self

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def pid_of(self, name: str) -> int | None:
        for process in psutil.Process(self.process.pid).children():
            try:
                words = process.cmdline()
            except psutil.Error:
                continue
            if words[-1:] == [name] or (words and name in Path(words[0].split()[0]).name):
                return process.pid
        return None

    def ended(self) -> int:
        """Its exit code and all its lines, once it ended by itself."""
        code = self.process.wait(60)
        self._reader.join(5)
        return code

    def end(self, number: int = signal.SIGINT) -> int:
        """Its exit code after this signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.ended()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account can reach."""
    path = server_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def desks() -> Iterator[list[Up]]:
    """The desks that were started for the tests of this module; all ended after them."""
    started: list[Up] = []
    yield started
    for up in started:
        up.end()


@pytest.fixture
def desk(folder: Path, desks: list[Up]) -> Up:
    """A running desk, shared as long as it lives: loading Rasa takes seconds."""
    if not desks or desks[-1].process.poll() is not None:
        desks.append(Up(folder / f"desk{len(desks)}").wait_ready())
    return desks[-1]


def test_the_demo_staff_come_in_by_links_that_stand_on_the_screen_alone(desk: Up) -> None:
    until(lambda: len([line for line in list(desk.lines) if f"{desk.port}/desk#link=" in line]) == 5, "five links")
    assert desk.said(f"{desk.port}/demo")
    assert "link=" not in (desk.var_dir / "log" / "desk.log").read_text()


def left_of(var_dir: Path) -> list[str]:
    """Command lines of processes that still belong to this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            if str(var_dir) in " ".join(words) or process.environ().get("QIANTAI_VAR_DIR") == str(var_dir):
                found.append(" ".join(words))
        except psutil.Error:
            continue
    return found


def test_a_taken_port_is_said_with_its_owner_and_the_way_out(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = Up(folder / "taken", port=port)
        assert up.ended() == 2
    assert f"端口 {port} 已被占用" in up.log()
    assert f"进程 {os.getpid()}" in up.log()
    assert "--port" in up.log()
    assert left_of(folder / "taken") == []


def test_a_missing_model_is_said_with_the_command_that_makes_one(folder: Path) -> None:
    up = Up(folder / "no_model", QIANTAI_MODEL_DIR=str(folder / "empty"))
    assert up.ended() == 2
    assert "make train" in up.log()


def test_models_that_are_all_torn_are_said_once(folder: Path) -> None:
    (folder / "torn").mkdir()
    (folder / "torn" / "a.tar.gz").write_bytes(b"torn")
    up = Up(folder / "no_model", QIANTAI_MODEL_DIR=str(folder / "torn"))
    assert up.ended() == 2
    assert up.log().count("make train") == 1
    assert "a.tar.gz" in up.log()


def test_everything_wrong_in_the_data_is_said_once_and_nothing_starts(folder: Path) -> None:
    data, models = folder / "data", folder / "models"
    shutil.copytree(ROOT / "data", data)
    models.mkdir()
    with tarfile.open(models / "m.tar.gz", "w:gz"):
        pass
    (data / "playbooks" / "faq" / "tracking.yml").write_text("say: [broken\n", encoding="utf-8")
    (data / "playbooks" / "faq" / "gift.yml").write_text("label: faq.gift\nsay: {any: 好}\nfoo: 1\n", encoding="utf-8")
    (data / "scripts" / "53-invoices.yml").write_text("topic: 发票\n", encoding="utf-8")
    (data / "shop" / "page.yml").write_text("shop: [broken\n", encoding="utf-8")
    up = Up(folder / "wrong_data", QIANTAI_DATA_DIR=str(data), QIANTAI_MODEL_DIR=str(models))
    assert up.ended() == 1
    assert [up.log().count(said) for said in ("tracking.yml:", "foo", "53-invoices.yml:1: 缺少 scripts", "page.yml:")] == [1, 1, 1, 1]
    assert "前台没有启动：先改好上面 4 处" in up.lines[-1]
    assert "Redis" not in up.log()
    assert left_of(folder / "wrong_data") == []


@pytest.mark.parametrize("words", [("--workers", "0"), ("--workers", "many"), ("--host", "no.such.host.invalid")])
def test_a_wrong_number_or_address_starts_nothing(folder: Path, words: tuple[str, str]) -> None:
    up = Up(folder / "wrong", *words)
    assert up.ended() == 2
    assert words[0] in up.log()
    assert "Traceback" not in up.log()


def test_as_many_workers_start_as_were_asked_for() -> None:
    assert process_names(1) == (["gateway", "worker.1", "watch", "archive"], [])
    assert process_names(3)[1] == ["worker.2", "worker.3"]


@pytest.mark.parametrize("name", ["redis-server", "postgres", "worker", "gateway", "watch", "archive"])
def test_what_is_killed_comes_back(desk: Up, name: str) -> None:
    before = desk.pid_of(name)
    assert before is not None
    seen = len(desk.lines)
    os.kill(before, signal.SIGKILL)
    until(lambda: desk.pid_of(name) not in (None, before), f"another {name}")
    until(desk.answers, "a ready desk")
    assert any("SIGKILL" in line and line.startswith("up ") for line in desk.lines[seen:])


def test_a_second_up_says_where_the_first_one_runs(desk: Up) -> None:
    second = Up(desk.var_dir)
    assert second.ended() == 2
    assert f"前台已经在运行：http://127.0.0.1:{desk.port}" in second.log()
    until(desk.answers, "the first one to answer")


def test_after_a_killed_up_the_next_one_has_its_data_and_port_and_ctrl_c_leaves_nothing_behind(desk: Up, desks: list[Up]) -> None:
    desk.process.kill()
    desk.process.wait()
    desks.append(again := Up(desk.var_dir, port=desk.port, QIANTAI_WORKERS="2").wait_ready())
    until(again.answers, "the next one to answer")
    # The second worker does not hold the first one up.
    until(lambda: again.log().count("(worker ready)") == 2, "the second worker")
    assert again.log()[: again.log().index(READY)].count("(worker ready)") == 1
    assert not again.said("装入演示店铺")
    assert again.end(signal.SIGINT) == 0
    assert again.said("已停止")
    assert not again.said("强行结束")
    assert left_of(desk.var_dir) == []
    assert "redis_url" not in running(desk.var_dir)
