"""What is to run always, our processes and the embedded servers: watched, and started again with back-off."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from bot.console import Console
from bot.servers import Say, Server, ServerFailed, die_with_parent

FIRST_PAUSE_S = 0.3
LONGEST_PAUSE_S = 30.0
MARK = "QIANTAI_CHILD_OF"  # in every child's environment: the data folder of its parent
STEADY_S = 30.0  # alive this long, it counts as healthy again


def pause_s(falls: int) -> float:
    """Seconds to wait before start number `falls` + 1: doubled each time, bounded."""
    return float(min(FIRST_PAUSE_S * 2 ** max(0, falls - 1), LONGEST_PAUSE_S))


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"退出码 {code}"
    try:
        return f"被信号 {signal.Signals(-code).name} 结束"
    except ValueError:
        return f"被信号 {-code} 结束"


def end_orphans(var_dir: Path) -> int:
    """End what a killed `up` left on this data folder; how many there were. Call it only while holding the folder."""
    left = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == str(var_dir):
                process.terminate()
                left.append(process)
        except psutil.Error:
            continue
    _, stubborn = psutil.wait_procs(left, timeout=15)
    for process in stubborn:
        process.kill()
    return len(left)


class Child:
    """`mind` is called several times a second and keeps the process running."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], console: Console) -> None:
        self.name, self.command, self.env, self.console = name, command, dict(env), console
        self.process: subprocess.Popen[bytes] | None = None
        self.falls = 0
        self._pump: threading.Thread | None = None
        self._started = self._next = 0.0

    def start(self) -> None:
        """Start it now."""
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches the parent alone, which stops the children in their order.
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        assert self.process.stdout is not None
        self._pump = self.console.pump(self.name, self.process.stdout)
        self._started = time.monotonic()

    def mind(self) -> None:
        """Notice its death, say so, and start it again when its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._next:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            if self.falls and now - self._started > STEADY_S:
                self.falls = 0
            return
        self._drain()
        self.falls += 1
        wait = pause_s(self.falls)
        self.console.line("up", f"{self.name} 停了（{ending(code)}），{wait:.1f} 秒后重新启动（第 {self.falls} 次）")
        self.process, self._next = None, now + wait

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_stopped(self, until: float) -> None:
        """Return once it ended; killed when the monotonic time `until` comes first."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.console.line("up", f"{self.name} 没有按时停下，强行结束")
            self.process.kill()
            self.process.wait()
        self._drain()
        self.process = None

    def _drain(self) -> None:
        if self._pump is not None:
            self._pump.join(1.0)


class MindedServer:
    """An embedded server that is started again when it dies; `mind` is called several times a second."""

    def __init__(self, server: Server, say: Say) -> None:
        self.server, self.say = server, say
        self.falls = 0
        self._next: float | None = None

    def mind(self, stopped: Callable[[], bool]) -> None:
        """Notice its death, say so, and start it again, at the same address, when its pause is over."""
        if self.server.alive():
            return
        now, name = time.monotonic(), self.server.name
        if self._next is None:
            code = self.server.process.poll() if self.server.process else None
            self.falls += 1
            self._next = now + pause_s(self.falls)
            how = ending(code) if code is not None else "没有起来"
            self.say(f"{name} 停了（{how}），{pause_s(self.falls):.1f} 秒后重新启动")
        if now < self._next:
            return
        self._next = None
        try:
            self.server.start(self.say, stopped)
        except ServerFailed as error:
            self.say(str(error))
            return
        self.falls = 0
        self.say(f"{name} 又在运行了")
