"""A whole desk as processes of its own: gateway, worker, watch, archive, on the run's Redis and PostgreSQL. They die with the test run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import jwt
from ruamel.yaml import YAML

from bot.embedded import Services
from bot.servers import die_with_parent
from bot.up import CHILD_ENV
from tests.places import own_port

ROOT = Path(__file__).parents[2]
PROCESSES = ("gateway", "worker", "watch", "archive")
READY_S = 300.0
ROUND_THE_CLOCK = {"any": ["00:00-24:00"]}


@dataclass(frozen=True)
class WholeDesk:
    """Where it answers, and what its tests reach behind the pages."""

    address: str
    redis_url: str
    database_url: str
    key_prefix: str
    data_dir: Path
    identity_secret: str
    processes: dict[str, subprocess.Popen[bytes]]

    def identity(self, buyer: str) -> str:
        """What the shop would sign for this buyer."""
        claims = {"sub": buyer, "exp": datetime.now(timezone.utc) + timedelta(hours=1)}
        return jwt.encode(claims, self.identity_secret, "HS256")

    @contextmanager
    def bot_held(self) -> Iterator[None]:
        """The worker stands still: what it has begun goes on afterwards."""
        worker = self.processes["worker"]
        worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            worker.send_signal(signal.SIGCONT)

    @contextmanager
    def staffing(self, **other: object) -> Iterator[None]:
        """Other rows of data/shop/staffing.yml; the processes take them within seconds."""
        path = self.data_dir / "shop" / "staffing.yml"
        before = path.read_text(encoding="utf-8")
        edit_staffing(path, other)
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")


def edit_staffing(path: Path, rows: dict[str, object]) -> None:
    yaml = YAML()
    staffing = yaml.load(path.read_text(encoding="utf-8"))
    staffing.update(rows)
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(staffing, out)


@contextmanager
def whole_desk(stores: Services, database_url: str, model_dir: Path, folder: Path) -> Iterator[WholeDesk]:
    """The desk, ready; `folder` gets its copy of data/, its var/ and its logs."""
    data = folder / "data"
    shutil.copytree(ROOT / "data", data)
    # Whatever the hour at which the tests run.
    edit_staffing(data / "shop" / "staffing.yml", {"hours": {"promotion": ROUND_THE_CLOCK, "after_sales": ROUND_THE_CLOCK}})
    port, prefix, secret = own_port(), f"t{uuid4().hex[:12]}", uuid4().hex
    # Nothing of the developer's own desk.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("QIANTAI_")}
    env = (
        CHILD_ENV
        | ours
        | {
            "REDIS_URL": stores.redis_url,
            "DATABASE_URL": database_url,
            "QIANTAI_KEY_PREFIX": prefix,
            "QIANTAI_DATA_DIR": str(data),
            "QIANTAI_MODEL_DIR": str(model_dir),
            "QIANTAI_VAR_DIR": str(folder / "var"),
            "QIANTAI_PORT": str(port),
            "QIANTAI_IDENTITY_SECRET": secret,
            "QIANTAI_DEMO": "1",
            # Each of the tests' people has an address of their own: limits by address are no part of these tests.
            "QIANTAI_TRUSTED_PROXIES": "127.0.0.1",
        }
    )
    address = f"http://127.0.0.1:{port}"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in PROCESSES:
            processes[name] = start(name, env, folder / f"{name}.log")
        wait_ready(address, processes, folder)
        yield WholeDesk(address, stores.redis_url, database_url, prefix, data, secret, processes)
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def start(name: str, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", name],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )


def wait_ready(address: str, processes: dict[str, subprocess.Popen[bytes]], folder: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not answers(f"{address}/readyz"):
        alive = all(process.poll() is None for process in processes.values())
        if not alive or time.monotonic() > deadline:
            logs = [f"{name}:\n{(folder / f'{name}.log').read_text(encoding='utf-8')}" for name in processes]
            raise AssertionError("the desk did not become ready\n" + "\n".join(logs))
        time.sleep(0.1)


def answers(url: str) -> bool:
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with straight.open(url, timeout=2) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False
