"""Webhooks against a real receiver: signed, tried again, given up, and none lost when the sender is killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.gateway.shapes import ticket as shape
from bot.services.webhooks import MAX_BYTES, Webhooks, ping, receiver_is, send
from bot.shop.webhook_http import WebhookDoor
from bot.stores.record import Record
from tests.services.desks import until
from tests.services.receivers import SECRET, Receiver, a_receiver, is_signed
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
async def record(redis: Redis, key_prefix: str) -> Record:
    record = Record(redis, key_prefix)
    await record.hooks_to("http://127.0.0.1")
    return record


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        yield receiver


@pytest.fixture
async def sender(record: Record, receiver: Receiver) -> AsyncIterator[Webhooks]:
    door = WebhookDoor(receiver.url)
    yield Webhooks(record, door, SECRET, shape, chance=lambda: 1.0)
    await door.close()


def at(seconds: float) -> Callable[[], datetime]:
    return lambda: after(seconds)


async def opened(record: Record, conversation: str = "c1", id: str = "T1") -> None:
    no = await write(record, conversation=conversation)
    await answer(record, no, conversation, ticket=a_ticket(id, conversation), seconds=0)


async def drained(sender: Webhooks, seconds: float = 0) -> None:
    while await sender.step(at(seconds)):
        pass


async def test_a_receiver_is_told_who_signed_what_about_which_ticket(record: Record, receiver: Receiver, sender: Webhooks) -> None:
    await opened(record)
    await drained(sender)
    ((headers, raw),) = receiver.got
    assert is_signed(headers, raw) and not is_signed(headers, raw + b" ") and not is_signed(headers, raw, "another")
    (body,) = receiver.bodies
    assert (headers["X-Qiantai-Event"], headers["X-Qiantai-Delivery"]) == ("ticket.opened", body["id"])
    assert headers["Content-Type"].startswith("application/json")
    ticket = await record.ticket("T1")
    assert ticket is not None and body["ticket"] == shape(ticket)
    assert (body["event"], body["conversation"], body["data"]["owner"]) == ("ticket.opened", "c1", "queue:exceptions")
    assert body["at"] == (await record.events("c1", after=body["data"]["no"] - 1, limit=1))[0]["at"]


async def test_the_documents_way_to_check_a_signature_works(receiver: Receiver) -> None:
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    code: dict[str, Callable[[str, str, bytes], bool]] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], code)
    door = WebhookDoor(receiver.url)
    for now in (datetime.now(timezone.utc), NOON):
        await ping(door, SECRET, now)
    await door.close()
    fresh, old = [code["is_from_the_desk"](SECRET, headers["X-Qiantai-Signature"], body) for headers, body in receiver.got]
    assert fresh and not old
    headers, body = receiver.got[0]
    assert not code["is_from_the_desk"](SECRET, headers["X-Qiantai-Signature"], body + b" ")


async def test_one_that_fails_is_sent_again_under_its_id_and_in_its_order(record: Record, receiver: Receiver, sender: Webhooks) -> None:
    receiver.answers[:] = [500, 302, 404]
    await opened(record)
    await record.claim("T1", "amy", now=NOON)
    for seconds in (0, 4, 5, 14, 15, 34):
        await drained(sender, seconds)
    assert receiver.told == ["ticket.opened"] * 3
    await drained(sender, 35)
    assert receiver.told == ["ticket.opened"] * 4 + ["ticket.claimed"]
    assert len({body["id"] for body in receiver.bodies}) == 2
    assert (await record.hook_state()).ok_at == after(35)


async def test_a_conversation_that_fails_does_not_hold_up_another(record: Record, receiver: Receiver, sender: Webhooks) -> None:
    await opened(record)
    receiver.answers[:] = [503]
    await drained(sender)
    await opened(record, "c2", "T2")
    await drained(sender)
    assert [body["conversation"] for body in receiver.bodies] == ["c1", "c2"]


async def test_gone_is_gone_and_a_day_is_enough(record: Record, receiver: Receiver, sender: Webhooks) -> None:
    receiver.answers[:] = [410]
    await opened(record)
    await drained(sender)
    assert [(dead.error, dead.tries) for dead in await record.dead_hooks()] == [("http_410", 1)]
    receiver.answers[:] = [500] * 100
    await opened(record, "c2", "T2")
    seconds = 0.0
    while (await record.hook_state()).waiting:
        await drained(sender, seconds)
        seconds += 3600
    assert 86_400 < seconds <= 90_000 + 3600
    assert {dead.conversation: dead.error for dead in await record.dead_hooks()} == {"c1": "http_410", "c2": "http_500"}
    receiver.answers.clear()
    await record.revive_hook((await record.dead_hooks())[0].id, after(seconds))
    await drained(sender, seconds)
    assert receiver.bodies[-1]["conversation"] == "c2" and (await record.hook_state()).dead == 1


async def test_why_it_did_not_arrive(record: Record, receiver: Receiver) -> None:
    async def reason(url: str, timeout_s: float = 5.0) -> str | None:
        door = WebhookDoor(url, timeout_s)
        try:
            return await ping(door, SECRET, NOON)
        finally:
            await door.close()

    assert await reason(receiver.url) is None
    receiver.answers[:] = [301]
    assert await reason(receiver.url) == "http_301"
    assert await reason("http://127.0.0.1:1/") == "refused"
    assert await reason(receiver.url.replace("http:", "https:")) == "tls"
    receiver.go_on.clear()
    assert await reason(receiver.url, 0.2) == "timeout"
    receiver.go_on.set()
    assert b"followed" not in [body for _, body in receiver.got]
    door = WebhookDoor(receiver.url)
    assert await send(door, SECRET, {"id": "x", "event": "ping", "words": "长" * MAX_BYTES}, NOON) == "too_large"


async def test_a_switch_off_and_on_loses_nothing_that_waited(record: Record, receiver: Receiver, sender: Webhooks) -> None:
    stop = asyncio.Event()
    await opened(record)
    await receiver_is(record, None, stop)
    await record.claim("T1", "amy", now=NOON)
    work = asyncio.create_task(sender.run(stop, at(0)))
    await asyncio.wait_for(receiver.came.wait(), 20)
    await record.close("T1", "refunded", by="agent:amy", now=NOON)
    await until(lambda: _is_empty(record))
    stop.set()
    await asyncio.wait_for(work, 20)
    assert receiver.told == ["ticket.opened", "ticket.done"]
    assert await record.hold_hooks("another", 1000)


async def test_neither_the_secret_nor_the_receivers_path_is_logged_or_kept(
    record: Record, receiver: Receiver, sender: Webhooks, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers[:] = [500, 410]
    await opened(record)
    for seconds in (0, 5, 15):
        await drained(sender, seconds)
    said = capsys.readouterr()
    logged = said.out + said.err + caplog.text
    assert "webhook_not_told" in logged
    assert SECRET not in logged and "hush" not in logged
    kept = [await record.redis.hgetall(key) for key in (record.keys.hooks(), record.keys.hook_tries(), record.keys.hooks_dead())]
    assert SECRET not in str(kept) and "hush" not in str(kept)


async def test_what_a_killed_sender_had_in_its_hands_is_told_by_the_next(
    record: Record, receiver: Receiver, sender: Webhooks, redis_url: str, key_prefix: str
) -> None:
    for n in range(5):
        await opened(record, f"c{n}", f"T{n}")
        await record.claim(f"T{n}", "amy", now=NOON)
    receiver.go_on.clear()
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", VICTIM, redis_url, key_prefix, receiver.url, SECRET, cwd=Path(__file__).parents[2]
    )
    try:
        await asyncio.wait_for(receiver.came.wait(), 60)
    finally:
        victim.kill()
        await victim.wait()
    before = len(receiver.got)
    receiver.go_on.set()
    stop = asyncio.Event()
    work = asyncio.create_task(sender.run(stop, lambda: after(60)))
    await until(lambda: _is_empty(record))
    stop.set()
    await asyncio.wait_for(work, 20)
    assert before >= 1 and len(receiver.got) == before + 10
    for n in range(5):
        told = [body["event"] for body in receiver.bodies[before:] if body["conversation"] == f"c{n}"]
        assert told == ["ticket.opened", "ticket.claimed"]
    assert len({body["id"] for body in receiver.bodies}) == 10


VICTIM = """
import asyncio, sys
from datetime import datetime, timezone
from bot.gateway.shapes import ticket
from bot.services.webhooks import Webhooks
from bot.shop.webhook_http import WebhookDoor
from bot.stores.record import Record
from bot.stores.redis_base import connect
url, prefix, to, secret = sys.argv[1:]
async def main():
    sender = Webhooks(Record(connect(url), prefix), WebhookDoor(to), secret, ticket, lock_ms=500)
    await sender.run(asyncio.Event(), lambda: datetime.now(timezone.utc))
asyncio.run(main())
"""


async def _is_empty(record: Record) -> bool:
    return (await record.hook_state()).waiting == 0
