"""The pages under load: many sockets on one gateway process, what they cost in memory, how soon acks, lines and hand-offs arrive."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import statistics
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

import aiohttp
import psutil

from bot.bench.desk import RATE, STEADY_S, Bench
from bot.embedded import Services
from bot.services.visitor_tokens import VisitorTokens
from bot.settings import Settings
from bot.stores.redis_sessions import RedisSessions
from bot.stores.sql import staff
from bot.stores.sql.pool import open_pool

VISITORS, AGENTS = 2000, 200
HAND_OFFS, HAND_OFFS_A_SECOND = 40, 4
GROUP = "reception"
AT_ONCE = 50
SETTLE_S = 3.0
WAIT_S = 30.0

T = TypeVar("T")


@dataclass(frozen=True)
class Live:
    """Milliseconds and megabytes with VISITORS and AGENTS sockets on one gateway."""

    ack_p95_ms: float
    line_p95_ms: float
    hand_off_p95_ms: float
    hand_off_share: float
    """How many of the rows that should reach a page did within WAIT_S: 1.0 is all."""
    sockets_mb: float
    """What the sockets add to the gateway's memory."""


@dataclass
class _Visitor:
    """One customer's page."""

    conversation: str
    socket: aiohttp.ClientWebSocketResponse[bool]
    sent: float = 0.0
    ack_ms: float | None = None
    line_ms: float | None = None

    async def read(self) -> None:
        """Notes when the ack and the bot's first line came."""
        async for message in self.socket:
            now, frame = perf_counter(), json.loads(message.data)
            if frame["type"] == "ack":
                self.ack_ms = (now - self.sent) * 1000
            elif frame.get("kind") == "say" and self.line_ms is None and self.sent:
                self.line_ms = (now - self.sent) * 1000

    async def say(self, text: str) -> None:
        """One message."""
        self.sent, self.line_ms = perf_counter(), None
        await self.socket.send_json({"type": "message", "client_id": secrets.token_hex(8), "text": text})


@dataclass
class _Agents:
    """All agents' pages, and when each saw which ticket arrive."""

    welcomed: int = 0
    arrived: dict[str, list[float]] = field(default_factory=dict)

    async def read(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        """Notes the milliseconds from a ticket's opening to its row."""
        await socket.receive()
        self.welcomed += 1
        async for message in socket:
            # Cheap first: two hundred pages share this process.
            if '"opened"' in message.data:
                now, frame = datetime.now(timezone.utc), json.loads(message.data)
                if frame["type"] == "row" and frame["why"] == "opened":
                    opened = datetime.fromisoformat(frame["row"]["opened_at"])
                    self.arrived.setdefault(frame["row"]["conversation"], []).append((now - opened).total_seconds() * 1000)


def measure(settings: Settings, found: Services, texts: list[str]) -> Live:
    """Start a worker and a gateway on these stores under a prefix of their own, and open the sockets."""
    return asyncio.run(_measure(settings, found, texts))


async def _measure(settings: Settings, found: Services, texts: list[str]) -> Live:
    secret = secrets.token_urlsafe(32)
    bench = Bench(settings, found, QIANTAI_VISITOR_SECRET=secret, QIANTAI_SOCKETS_PER_ADDRESS="0")
    async with bench, AsyncExitStack() as stack:
        await bench.workers(1)
        base = await bench.gateway()
        session = await stack.enter_async_context(aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(limit=0)))
        cookies = await _signed_in(bench, found)
        reading = await stack.enter_async_context(_Tasks())
        agents, gateway = _Agents(), psutil.Process(bench.children[-1].pid)
        tokens = VisitorTokens(secret, secret)
        # One of each first: what the gateway loads once is not the sockets'.
        await _open_visitors(session, tokens, 1, reading)
        await _open_agents(session, base, cookies[:1], agents, reading)
        await asyncio.sleep(SETTLE_S)
        idle = gateway.memory_info().rss
        visitors = await _open_visitors(session, tokens, VISITORS, reading)
        await _open_agents(session, base, cookies[1:], agents, reading)
        await _until(lambda: agents.welcomed >= len(cookies))
        await asyncio.sleep(SETTLE_S)
        added = (gateway.memory_info().rss - idle) / 1e6
        talking, leaving = visitors[: RATE * STEADY_S], visitors[-HAND_OFFS:]
        await _at_rate(RATE, list(zip(talking, itertools.cycle(texts))))
        await _until(lambda: all(visitor.ack_ms is not None for visitor in talking))
        await asyncio.sleep(SETTLE_S)
        agents.arrived.clear()
        await _at_rate(HAND_OFFS_A_SECOND, [(visitor, "转人工") for visitor in leaving])
        rows = len(leaving) * len(cookies)
        with suppress(RuntimeError):  # what is missing is told as a figure
            await _until(lambda: sum(map(len, agents.arrived.values())) >= rows)
        arrived = [ms for some in agents.arrived.values() for ms in some]
        return Live(
            ack_p95_ms=_p95(visitor.ack_ms for visitor in talking[RATE:]),
            line_p95_ms=_p95(visitor.line_ms for visitor in talking[RATE:]),
            hand_off_p95_ms=_p95(arrived),
            hand_off_share=len(arrived) / rows,
            sockets_mb=added,
        )


class _Tasks:
    """Readers that end with the measurement."""

    def __init__(self) -> None:
        self._running: list[asyncio.Task[None]] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs beside."""
        self._running.append(asyncio.create_task(work))

    async def __aenter__(self) -> _Tasks:
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _signed_in(bench: Bench, found: Services) -> list[str]:
    """Cookies of AGENTS agents; their passwords are nobody's, so that no time goes into hashing them."""
    pool, now = await open_pool(found.database_url), datetime.now(timezone.utc)
    sessions, cookies = RedisSessions(bench.redis, bench.prefix), []
    try:
        for number in range(AGENTS):
            name = f"{bench.prefix}-{number}"
            member = await staff.add_person(pool, staff.Member(name, "agent", (GROUP,)), name, "-", by="bench", now=now)
            if member is None or member.id is None:
                raise RuntimeError(f"the bench agent {name} is there already")
            cookies.append((await sessions.create(member.id, name, "agent", (GROUP,), now=now))[0])
    finally:
        await pool.close()
    return cookies


async def _open_visitors(session: aiohttp.ClientSession, tokens: VisitorTokens, count: int, reading: _Tasks) -> list[_Visitor]:
    now = datetime.now(timezone.utc)

    async def one() -> _Visitor:
        known = tokens.visitor(None, None, now)
        socket = await session.ws_connect("/ws/visitor")
        await socket.send_json({"type": "sync", "token": tokens.session(known, now), "after": 0})
        visitor = _Visitor(known.conversation, socket)
        reading.start(visitor.read())
        return visitor

    return await _some_at_once([one] * count)


async def _open_agents(session: aiohttp.ClientSession, base: str, cookies: list[str], agents: _Agents, reading: _Tasks) -> None:
    async def one(cookie: str) -> None:
        socket = await session.ws_connect("/ws/desk", headers={"Cookie": f"qt_desk={cookie}", "Origin": base})
        reading.start(agents.read(socket))

    await _some_at_once([partial(one, cookie) for cookie in cookies])


async def _some_at_once(works: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(work: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await work()

    return await asyncio.gather(*map(one, works))


async def _at_rate(per_second: int, says: Sequence[tuple[_Visitor, str]]) -> None:
    began = perf_counter()
    for number, (visitor, text) in enumerate(says):
        await asyncio.sleep(max(0.0, began + number / per_second - perf_counter()))
        await visitor.say(text)


async def _until(holds: Callable[[], bool]) -> None:
    deadline = perf_counter() + WAIT_S
    while not holds():
        if perf_counter() > deadline:
            raise RuntimeError(f"not all that was sent arrived within {WAIT_S:.0f} s")
        await asyncio.sleep(0.05)


def _p95(values: Iterable[float | None]) -> float:
    """Of those that came: a message that goes to people at once has no line of the bot."""
    return statistics.quantiles([value for value in values if value is not None], n=20)[-1]
