"""Which Redis and PostgreSQL to use: the given ones, the running desk's, or embedded ones below var_dir.

One holder at a time: a lock on var/run/lock, which the system gives back even after kill -9.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import BotError
from bot.model import JSON
from bot.postgres_server import EmbeddedPostgres
from bot.redis_server import EmbeddedRedis
from bot.servers import Say, Server, ServerFailed, free_port, listen_error, writable_folder, write_private
from bot.settings import Settings

LOCK_WAIT_S = 20.0
JOIN_AFTER_S = 4.0  # short commands are over by then; whoever still holds the folder is a gateway or worker started alone


class VarInUse(BotError):
    """Another process holds the data folder."""

    code = "var_in_use"
    status = 409


class BadAddress(BotError):
    """A given address of a store cannot be one."""

    code = "bad_address"


SCHEMES = {"redis_url": ("redis", "rediss", "unix"), "database_url": ("postgresql", "postgres")}


def check_addresses(settings: Settings) -> None:
    """BadAddress for a given address that no client could read; it is not shown, as a password may be in it."""
    for name, schemes in SCHEMES.items():
        url = str(getattr(settings, name))
        try:
            parts = urlsplit(url)
            good = not url or (parts.scheme in schemes and "://" in url and parts.port != 0)
        except ValueError:
            good = False
        if not good:
            shown = "、".join(f"{scheme}://…" for scheme in schemes)
            raise BadAddress(f"环境变量 QIANTAI_{name.upper()}（或 {name.upper()}）不是能用的地址：要写成 {shown}")


@dataclass(frozen=True)
class Services:
    """Where the two stores answer."""

    redis_url: str
    database_url: str


def run_file(var_dir: Path) -> Path:
    """The file that names the running desk's addresses; readable by its user only, as there is a password in it."""
    return var_dir / "run" / "services.json"


def running(var_dir: Path) -> JSON:
    """What the run file says, or {}."""
    try:
        value = json.loads(run_file(var_dir).read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


@contextmanager
def hold(var_dir: Path) -> Iterator[None]:
    """Hold the data folder; VarInUse when another process does."""
    folder = writable_folder(var_dir / "run")
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise VarInUse(f"数据目录 {var_dir} 正被另一个进程使用（pid {running(var_dir).get('pid', '?')}）") from None
        yield


class Embedded:
    """The embedded servers that these settings ask for, none for those whose URL is given."""

    def __init__(self, settings: Settings) -> None:
        check_addresses(settings)
        self.var_dir = settings.var_dir.resolve()
        self.redis = None if settings.redis_url else EmbeddedRedis(self.var_dir, self._redis_port(settings.redis_port))
        self.postgres = None if settings.database_url else EmbeddedPostgres(self.var_dir)
        self.servers: tuple[Server, ...] = tuple(s for s in (self.redis, self.postgres) if s is not None)
        self.settings = settings

    @property
    def services(self) -> Services:
        """The addresses, embedded or given."""
        return Services(
            self.redis.url if self.redis else self.settings.redis_url,
            self.postgres.url if self.postgres else self.settings.database_url,
        )

    def start(self, by: str, say: Say = lambda _: None, stopped: Callable[[], bool] = lambda: False) -> None:
        """Start them all and write the run file; nothing is left running when one fails."""
        try:
            for server in self.servers:
                begun = time.monotonic()
                self._start(server, say, stopped)
                say(f"{server.name} 就绪（{time.monotonic() - begun:.1f} 秒）")
            self.write_run_file(by=by)
        except BaseException:
            self.stop()
            raise

    def write_run_file(self, **more: object) -> None:
        """Say in the run file who runs and where the stores are."""
        found = self.services
        facts = {"v": 1, "pid": os.getpid(), "redis_url": found.redis_url, "database_url": found.database_url, **more}
        write_private(run_file(self.var_dir), json.dumps(facts | {"redis_port": self.redis.port if self.redis else 0}))

    def stop(self) -> None:
        """Stop what was started, PostgreSQL first: Redis is the record that must see everything."""
        for server in reversed(self.servers):
            server.stop()
        if run_file(self.var_dir).parent.is_dir():
            write_private(run_file(self.var_dir), json.dumps({"v": 1, "redis_port": self.redis.port if self.redis else 0}))

    def _start(self, server: Server, say: Say, stopped: Callable[[], bool]) -> None:
        try:
            server.start(say, stopped)
        except ServerFailed:
            # The port was free when it was chosen; nobody knows it yet, so another will do.
            if server is not self.redis or self.settings.redis_port or listen_error(self.redis.port) is None:
                raise
            self.redis.port = free_port()
            server.start(say, stopped)

    def _redis_port(self, wished: int) -> int:
        if wished:
            # An orphan of ours may still sit on it; launch() ends it, and Redis itself says when it is somebody else's.
            return wished
        remembered = int(running(self.var_dir).get("redis_port") or 0)
        return remembered if remembered and listen_error(remembered) is None else free_port()


@contextmanager
def services(settings: Settings) -> Iterator[Services]:
    """Redis and PostgreSQL for a command: given by URL, the running desk's, or embedded for the duration."""
    check_addresses(settings)
    if settings.redis_url and settings.database_url:
        yield Services(settings.redis_url, settings.database_url)
        return
    with ExitStack() as stack:
        yield _joined_or_own(settings, stack)


def _joined_or_own(settings: Settings, stack: ExitStack) -> Services:
    begun = time.monotonic()
    while True:
        facts = running(settings.var_dir)
        try:
            stack.enter_context(hold(settings.var_dir))
            break
        except VarInUse:
            waited = time.monotonic() - begun
            # A desk is joined at once; a command may be about to stop its servers.
            if facts.get("redis_url") and (facts.get("by") == "up" or waited > JOIN_AFTER_S):
                return Services(settings.redis_url or facts["redis_url"], settings.database_url or facts["database_url"])
            if waited > LOCK_WAIT_S:
                raise
            time.sleep(0.2)
    embedded = Embedded(settings)
    embedded.start(by="command")
    stack.callback(embedded.stop)
    return embedded.services


__all__ = ["Embedded", "ServerFailed", "Services", "VarInUse", "hold", "run_file", "running", "services"]
