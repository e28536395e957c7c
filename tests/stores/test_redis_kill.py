"""kill -9 of Redis in the middle of traffic: what was acknowledged is there, and nothing is there twice (P1, P2)."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

from bot.errors import Stale, StoreDown
from bot.redis_server import EmbeddedRedis
from bot.services.ledger import audit
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.places import own_port
from tests.stores.redis_builders import NOON, a_ticket, answer


async def test_what_was_acknowledged_outlives_kill_9(tmp_path: Path, key_prefix: str) -> None:
    server = EmbeddedRedis(tmp_path, own_port())
    server.start()
    client = connect(server.url)
    record = Record(client, key_prefix)
    acked: dict[tuple[str, str], int] = {}
    over = asyncio.Event()

    async def customer(conversation: str) -> None:
        """Writes on and on; sends again, with the same id, what was not acknowledged."""
        for n in itertools.count():
            if over.is_set():
                return
            while True:
                try:
                    done = await record.accept(conversation, f"第 {n} 句", f"m{n}", now=NOON)
                    break
                except StoreDown:
                    await asyncio.sleep(0.05)
            acked[conversation, f"m{n}"] = done.no
            try:
                if n % 3 == 0:
                    await answer(record, done.no, conversation, ticket=a_ticket(f"T-{conversation}", conversation) if n == 45 else None)
            except (StoreDown, Stale):
                continue

    talks = [asyncio.create_task(customer(f"c{n}")) for n in range(4)]
    for _ in range(2):
        await asyncio.sleep(0.15)
        assert server.process is not None
        server.process.kill()
        await asyncio.to_thread(server.process.wait)
        await asyncio.to_thread(server.start)
    await asyncio.sleep(0.15)
    over.set()
    await asyncio.gather(*talks)
    for n in range(4):
        stored = {event["client_id"]: event["no"] for event in await record.events(f"c{n}") if event["type"] == "message"}
        assert stored == {client_id: no for (conversation, client_id), no in acked.items() if conversation == f"c{n}"}
    assert (await audit(record)).problems == []
    await client.aclose()
    server.stop()
