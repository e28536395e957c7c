"""The desk under load: turns a second with one and two workers, the webhook at a steady rate, memory."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import statistics
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from time import perf_counter

import aiohttp
import psutil

from bot.embedded import Services
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_workers import Workers

RATE = 80
STEADY_S = 10
READY_S = 90


@dataclass(frozen=True)
class Load:
    """Turns a second by number of workers, webhook milliseconds at RATE messages a second, megabytes."""

    one_worker: float
    two_workers: float
    reply_p50_ms: float
    reply_p95_ms: float
    worker_mb: float
    gateway_mb: float

    @property
    def scaling(self) -> float:
        """Two workers' turns over one's."""
        return self.two_workers / self.one_worker


def measure(settings: Settings, found: Services, texts: list[str], key: str) -> Load:
    """Start workers and a gateway on these stores under a prefix of their own."""
    return asyncio.run(_measure(settings, found, texts, key))


async def _measure(settings: Settings, found: Services, texts: list[str], key: str) -> Load:
    rates = []
    for count in (1, 2):
        bench = Bench(settings, found)
        async with bench:
            await bench.workers(count)
            rates.append(await bench.drain(texts))
    bench = Bench(settings, found)
    async with bench:
        await bench.workers(1)
        base = await bench.gateway()
        times = await _steady(base, key, texts)
        worker_mb, gateway_mb = (psutil.Process(child.pid).memory_info().rss / 1e6 for child in bench.children)
    quantiles = statistics.quantiles(times, n=20)
    return Load(rates[0], rates[1], statistics.median(times), quantiles[-1], worker_mb, gateway_mb)


class Bench:
    """Children and keys of one measurement; both are gone afterwards. `env` is added to what the children get."""

    def __init__(self, settings: Settings, found: Services, **env: str) -> None:
        self.prefix = f"bench{secrets.token_hex(4)}"
        self.children: list[subprocess.Popen[bytes]] = []
        self._found = found
        self.redis = connect(found.redis_url)
        self._record = Record(self.redis, self.prefix)
        self._env = os.environ | {
            "REDIS_URL": found.redis_url,
            "DATABASE_URL": found.database_url,
            "QIANTAI_KEY_PREFIX": self.prefix,
            "QIANTAI_RATE_PER_MINUTE": "1000000",
            "QIANTAI_MODEL_DIR": str(settings.model_dir),
            "QIANTAI_DATA_DIR": str(settings.data_dir),
            **env,
        }

    async def __aenter__(self) -> Bench:
        return self

    async def __aexit__(self, *error: object) -> None:
        for child in self.children:
            child.send_signal(signal.SIGCONT)
            child.terminate()
        for child in self.children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        async for name in self.redis.scan_iter(match=f"{self.prefix}*", count=1000):
            await self.redis.delete(name)
        await self.redis.aclose()

    def _start(self, *words: str) -> None:
        command = [sys.executable, "-m", "bot", *words]
        self.children.append(subprocess.Popen(command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    async def workers(self, count: int) -> None:
        """Start `count` workers and wait until they are alive."""
        for number in range(count):
            self._start("worker", "--name", f"bench-{number}")
        workers = Workers(self.redis, self.prefix)
        deadline = perf_counter() + READY_S
        while len(await workers.alive(datetime.now(timezone.utc))) < count:
            if perf_counter() > deadline or any(child.poll() is not None for child in self.children):
                raise RuntimeError("a bench worker did not come up; run `python -m bot worker` to see why")
            await asyncio.sleep(0.2)

    async def gateway(self) -> str:
        """Start a gateway on a free port; its address."""
        port = _free_port()
        self._start("gateway", "--port", str(port))
        base = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as session:
            for _ in range(READY_S * 5):
                try:
                    async with session.get(f"{base}/healthz") as answer:
                        if answer.status == 200:
                            return base
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.2)
        raise RuntimeError("the bench gateway did not come up; run `python -m bot gateway` to see why")

    async def drain(self, texts: list[str]) -> float:
        """Turns a second: the mail is put in while the workers are stopped, then they run."""
        for child in self.children:
            child.send_signal(signal.SIGSTOP)
        for number, text in enumerate(texts):
            await self._record.accept(f"d{number}", text, f"m{number}", now=datetime.now(timezone.utc))
        began = perf_counter()
        for child in self.children:
            child.send_signal(signal.SIGCONT)
        while (await self._record.backlog()).conversations:
            await asyncio.sleep(0.05)
        return len(texts) / (perf_counter() - began)


async def _steady(base: str, key: str, texts: list[str]) -> list[float]:
    """Milliseconds from the request to the bot's lines, at RATE messages a second for STEADY_S seconds."""
    times: list[float] = []

    async def one(session: aiohttp.ClientSession, number: int) -> None:
        start = perf_counter()
        body = {"sender": f"s{number}", "message": texts[number % len(texts)]}
        async with session.post(f"{base}/webhooks/rest/webhook", json=body) as answer:
            await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the webhook answered {answer.status}")
        times.append((perf_counter() - start) * 1000)

    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        tasks = []
        began = perf_counter()
        for number in range(RATE * STEADY_S):
            await asyncio.sleep(max(0.0, began + number / RATE - perf_counter()))
            tasks.append(asyncio.create_task(one(session, number)))
        await asyncio.gather(*tasks)
    return times[RATE:]


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
