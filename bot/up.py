"""A whole desk on one machine: stores, gateway, workers, watch, archive; minded until somebody stops it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import FrameType

from bot.children import MARK, Child, MindedServer, end_orphans
from bot.console import Console
from bot.embedded import Embedded, Services, VarInUse, hold, running
from bot.errors import BotError
from bot.nlu.registry import waiting
from bot.preflight import CannotStart, check
from bot.settings import Settings
from bot.up_stores import demo_links, forget_workers

READY_WAIT_S = 300.0
STOP_WAIT_S = 15.0
HOPELESS_FALLS = 4  # deaths of one process before the desk was ever ready: it will not get better by itself
CHILD_ENV = {
    "PYTHONUNBUFFERED": "1",
    # Several processes share the cores: more threads inside each only get in each other's way.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # What Rasa's old dependencies say about each other is no news to an operator.
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


def run(settings: Settings) -> int:
    """Run a desk until SIGINT or SIGTERM; 0 after a clean stop. CannotStart, VarInUse, ServerFailed, ModelMissing."""
    # Children get these by environment and may have another idea of the current folder.
    folders = {name: getattr(settings, name).resolve() for name in ("var_dir", "data_dir", "model_dir")}
    settings = replace(settings, **folders)
    try:
        with hold(settings.var_dir):
            end_orphans(settings.var_dir)
            check(settings)
            console = Console(settings.var_dir / "log" / "desk.log")
            try:
                return Desk(settings, console).run()
            finally:
                console.close()
    except VarInUse:
        facts = running(settings.var_dir)
        if facts.get("by") == "up":
            way_out = "要重新启动，先在它的窗口按 Ctrl-C，或 kill 它。"
            raise VarInUse(f"前台已经在运行：{facts.get('address')}（进程 {facts.get('pid')}）。{way_out}") from None
        raise


def process_names(workers: int) -> tuple[list[str], list[str]]:
    """Every process above the stores, in the order of starting: those for a ready desk, and the workers that come after it.

    The command is what stands before the dot. Loading Rasa takes a core for seconds: side by side, all would be ready late.
    """
    return ["gateway", "worker.1", "watch", "archive"], [f"worker.{n}" for n in range(2, workers + 1)]


class Desk:
    """The stores and the processes of one `up`."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.settings, self.console = settings, console
        self.embedded = Embedded(settings)
        if self.embedded.postgres is not None:
            # The database is ours alone, so the demo shop may be shown.
            self.settings = replace(settings, demo=1)
        self.children: list[Child] = []
        self.later: list[Child] = []
        self.signals = 0
        self.servers = [MindedServer(server, self.say) for server in self.embedded.servers]

    @property
    def address(self) -> str:
        """Where people and systems reach the gateway from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.settings.host, self.settings.host)
        return f"http://{host}:{self.settings.port}"

    def run(self) -> int:
        """Start, mind, stop."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        begun = time.monotonic()
        try:
            self._start()
            self._wait_ready()
            self._welcome(time.monotonic() - begun)
            self._start_later()
            while not self.signals:
                self._mind()
                time.sleep(0.1)
        except KeyboardInterrupt:
            pass
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0

    def say(self, text: str) -> None:
        """One line of `up` itself."""
        self.console.line("up", text)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def _stopped(self) -> bool:
        return self.signals > 0

    def _start(self) -> None:
        self.say("启动 Redis 和 PostgreSQL …" if self.embedded.servers else "使用给定的 Redis 和 PostgreSQL")
        self.embedded.start("up", self.say, self._stopped)
        self.embedded.write_run_file(by="up", address=self.address)
        self._prepare_database()
        if self.embedded.redis is not None:
            asyncio.run(forget_workers(self.embedded.services.redis_url, self.settings.key_prefix))
        self._interrupt_if_stopped()
        env = self._child_env(self.embedded.services)
        first, later = process_names(self.settings.workers)
        self.children = [self._child(name, env) for name in first]
        self.later = [self._child(name, env) for name in later]
        afterwards = f"（就绪后再启动 {'、'.join(later)}）" if later else ""
        self.say(f"启动 {'、'.join(first)} …{afterwards}")
        for child in self.children:
            child.start()

    def _child(self, name: str, env: dict[str, str]) -> Child:
        if name == "gateway":
            # Pictures of megabytes come and go: glibc gives such blocks back at once instead of keeping them for the next.
            env = env | {"MALLOC_MMAP_THRESHOLD_": "1000000"}
        return Child(name, [sys.executable, "-m", "bot", name.partition(".")[0]], env, self.console)

    def _start_later(self) -> None:
        """The further workers; `_mind` starts them like those that fell."""
        self.children += self.later

    def _prepare_database(self) -> None:
        from bot.shop.demo import load_demo
        from bot.stores.sql.migrate import migrate

        url = self.embedded.services.database_url
        asyncio.run(migrate(url))
        # A given database belongs to a real shop: no invented orders in it.
        mark = self.settings.var_dir / "run" / "demo_loaded"
        if self.embedded.postgres is not None and not mark.exists():
            count = asyncio.run(load_demo(url, self.settings.data_dir))
            mark.touch()
            self.say(f"装入演示店铺：{count} 张订单")

    def _child_env(self, found: Services) -> dict[str, str]:
        asked = {f"QIANTAI_{name.upper()}": str(value) for name, value in vars(self.settings).items()}
        stores = {"QIANTAI_REDIS_URL": found.redis_url, "QIANTAI_DATABASE_URL": found.database_url}
        plain = {"REDIS_URL": found.redis_url, "DATABASE_URL": found.database_url}
        return CHILD_ENV | dict(os.environ) | asked | stores | plain | {MARK: str(self.settings.var_dir)}

    def _wait_ready(self) -> None:
        begun = told = time.monotonic()
        while missing := self._missing():
            self._interrupt_if_stopped()
            next_look = time.monotonic() + 1.0
            self._mind()
            worst = max(self.children, key=lambda child: child.falls)
            if worst.falls >= HOPELESS_FALLS:
                log = self.settings.var_dir / "log" / "desk.log"
                raise CannotStart(f"{worst.name} 起不来，已试 {worst.falls} 次：原因在上面它的日志里（也在 {log}）")
            now = time.monotonic()
            if now - begun > READY_WAIT_S:
                raise CannotStart(f"等了 {READY_WAIT_S:.0f} 秒还没有就绪（{missing}）：看上面的日志")
            if now - told > 5:
                told = now
                self.say(f"还在准备 … {now - begun:.0f} 秒（{missing}）")
            while time.monotonic() < next_look and not self.signals:
                time.sleep(0.1)
                self._mind()

    def _missing(self) -> str:
        """What the gateway still lacks, in its words; empty when it is ready."""
        straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with straight.open(f"{self.address}/readyz", timeout=2):
                return ""
        except urllib.error.HTTPError as error:
            try:
                return str(json.load(error)["error"])
            except (ValueError, KeyError, TypeError):
                return f"/readyz 答 {error.code}"
        except (OSError, http.client.HTTPException):
            return "网关还没有应答"

    def _interrupt_if_stopped(self) -> None:
        if self.signals:
            raise KeyboardInterrupt

    def _mind(self) -> None:
        for server in self.servers:
            server.mind(self._stopped)
        for child in self.children:
            child.mind()

    def _welcome(self, seconds: float) -> None:
        python = Path(sys.executable)
        shown = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
        rows = [
            f"前台就绪（{seconds:.1f} 秒）：{self.address} (ready)",
            f"  顾客聊天页         {self.address}/",
            *([f"  演示店铺           {self.address}/demo"] if self.settings.demo else []),
            f"  客服工作台         {self.address}/desk",
            f"  接口说明  {self.address}/api/openapi.json",
            f"  做一把 API key     {shown} -m bot staff add my-shop --role integration",
            f"  在终端里聊一聊     {shown} -m bot talk",
            "  停止               Ctrl-C",
        ]
        for row in [*rows, *(waiting(self.settings.model_dir) or "").splitlines()]:
            self.say(row)
        if self.embedded.postgres is not None:
            self._show_links()

    def _show_links(self) -> None:
        """One-time links for the demo staff, on the screen alone."""
        try:
            links = asyncio.run(demo_links(self.settings, self.embedded.services))
        except BotError as error:
            self.say(f"没能准备演示客服的登录链接：{error}。稍后可以用 staff link 名字")
            return
        self.say("登录工作台：每个链接只能用一次，12 小时内有效，不写进日志 (one-time sign-in links)")
        for person, token in links:
            self.console.line("up", f"  {person.name}（{person.does}） {self.address}/desk#link={token}", secret=True)

    def _stop(self) -> None:
        self.say("正在停止 … (stopping)")
        asked = self.signals
        until = time.monotonic() + STOP_WAIT_S
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            # A second Ctrl-C means: now.
            while child.process is not None and child.process.poll() is None and time.monotonic() < until and self.signals == asked:
                time.sleep(0.05)
            child.wait_stopped(until if self.signals == asked else 0.0)
        # The stores last: what the children still finish must reach them.
        self.embedded.stop()
        self.say("已停止。(stopped)")
