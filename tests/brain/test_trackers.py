"""The tracker store of endpoints.yml as plain Rasa uses it, on a real Redis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import StoreDown
from bot.model import Facts
from bot.stores.record import Record
from tests.stores.redis_builders import NOON

PHONE, ORDER = "13800138000", "512603001122003010"


@pytest.fixture(scope="module")
def domain() -> Any:
    from rasa.shared.core.domain import Domain

    return Domain.load("domain.yml")


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


def a_store(domain: Any, record: Record, **more: Any) -> Any:
    from bot.brain.trackers import RedisTrackerStore

    return RedisTrackerStore(domain, record=record, **more)


def say(tracker: Any, text: str, turn: int) -> None:
    """One turn's events, with all that Rasa and the worker hang on them."""
    from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

    entities = [{"entity": "phone", "value": PHONE, "start": 0, "end": 11}]
    metadata = {"facts": Facts(now=NOON, buyer_id="buyer-777")}
    for event in (
        UserUttered(text, {"name": "faq.tracking", "confidence": 1.0}, entities, metadata=metadata),
        ActionExecuted("action_playbook"),
        BotUttered(f"好的，{ORDER}", {"custom": {"envelope": {"decision": {}}}}),
        SlotSet("matter", {"v": 1, "turns": turn}),
        ActionExecuted("action_listen"),
    ):
        tracker.update(event)


async def test_what_one_store_saved_another_one_reads(domain: Any, record: Record) -> None:
    store = a_store(domain, record)
    assert await store.retrieve("c1") is None
    tracker = await store.get_or_create_tracker("c1")
    say(tracker, "快递呢", 1)
    await store.save(tracker)
    again = await a_store(domain, record).retrieve("c1")
    assert again.get_slot("matter") == {"v": 1, "turns": 1}
    assert again.latest_message.text == "快递呢"
    assert again.latest_message.intent["name"] == "faq.tracking"
    assert again.latest_action_name == "action_listen"
    assert list(await store.keys()) == ["c1"]


async def test_a_turn_is_appended_and_not_the_history_again(domain: Any, record: Record) -> None:
    store = a_store(domain, record)
    for turn in range(1, 4):
        tracker = await store.get_or_create_tracker("c1")
        say(tracker, f"第 {turn} 句", turn)
        await store.save(tracker)
        await store.save(tracker)
    stored = await record.tracker_load("c1")
    assert stored is not None
    texts = [row for row in stored[1] if '"event":"user"' in row]
    assert [text in row for text, row in zip(("第 1 句", "第 2 句", "第 3 句"), texts, strict=True)] == [True] * 3


async def test_trimming_keeps_the_slots(domain: Any, record: Record) -> None:
    store = a_store(domain, record, max_events=4)
    for turn in range(1, 6):
        tracker = await store.get_or_create_tracker("c1")
        say(tracker, "快递呢", turn)
        await store.save(tracker)
    stored = await record.tracker_load("c1")
    assert stored is not None
    assert len(stored[1]) == 4
    assert (await store.retrieve("c1")).get_slot("matter") == {"v": 1, "turns": 5}


async def test_numbers_are_masked_and_facts_are_not_stored(domain: Any, record: Record) -> None:
    store = a_store(domain, record)
    tracker = await store.get_or_create_tracker("c1")
    say(tracker, f"我的电话{PHONE}，订单{ORDER}", 1)
    await store.save(tracker)
    stored = "".join((await record.tracker_load("c1") or ({}, []))[1])
    assert "我的电话" in stored
    for secret in (PHONE, ORDER, "buyer-777", "facts", "envelope"):
        assert secret not in stored


async def test_a_restart_in_the_shell_forgets_the_matter(domain: Any, record: Record) -> None:
    from rasa.shared.core.events import Restarted

    store = a_store(domain, record)
    tracker = await store.get_or_create_tracker("c1")
    say(tracker, "快递呢", 1)
    tracker.update(Restarted())
    await store.save(tracker)
    assert (await store.retrieve("c1")).get_slot("matter") is None


async def test_a_unit_of_work_reads_and_writes_no_redis(domain: Any, record: Record) -> None:
    store = a_store(domain, record)
    unit = store.begin("c1", {"matter": {"v": 1, "turns": 7}}, ())
    tracker = await store.get_or_create_tracker("c1")
    assert tracker.get_slot("matter") == {"v": 1, "turns": 7}
    say(tracker, "快递呢", 8)
    await store.save(tracker)
    store.end("c1")
    assert unit.new_slots == {"matter": {"v": 1, "turns": 8}}
    assert len(unit.new_events) == 5
    assert await record.tracker_load("c1") is None


async def test_an_event_that_nobody_knows_is_left_out(domain: Any, record: Record) -> None:
    await record.tracker_append("c1", {"gone": 1}, ['{"event":"from a later version"}', '{"event":"action","name":"action_listen"}'], 60)
    tracker = await a_store(domain, record).retrieve("c1")
    assert [event.type_name for event in tracker.events] == ["action"]


async def test_without_any_redis_the_way_out_is_said(domain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.brain.trackers import RedisTrackerStore

    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("QIANTAI_REDIS_URL", raising=False)
    monkeypatch.setenv("QIANTAI_VAR_DIR", str(tmp_path))
    with pytest.raises(StoreDown, match="make run"):
        await RedisTrackerStore(domain).retrieve("c1")
