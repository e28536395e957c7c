"""Real worker processes on a real Redis: killed in the middle of turns, stopped, given new scripts (P1, P2)."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from bot.embedded import Services
from bot.services.ledger import audit
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_workers import Workers
from tests.services.desks import decided, pending, said, settle, until

ROOT = Path(__file__).parents[2]
QUESTIONS = ("我的快递到哪了", "在吗", "怎么申请退货", "今天天气真好", "发票怎么开", "谢谢")
"""None of them goes to people."""
TALKS, EACH = 25, 4


@dataclass(frozen=True)
class Team:
    """Worker processes under one key prefix, ready, and frozen until they are called in."""

    prefix: str
    data: Path
    redis_url: str
    processes: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def team(stores: Services, model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Three workers, started beside each other: Rasa takes seconds to import."""
    prefix, data = f"t{uuid4().hex[:12]}", tmp_path_factory.mktemp("project") / "data"
    shutil.copytree(ROOT / "data", data)
    env = os.environ | {
        "REDIS_URL": stores.redis_url,
        "DATABASE_URL": stores.database_url,
        "QIANTAI_KEY_PREFIX": prefix,
        "QIANTAI_CLAIM_IDLE_MS": "500",
        "QIANTAI_DATA_DIR": str(data),
        "QIANTAI_MODEL_DIR": str(model_path.parent),
    }
    logs = [data.parent / f"w{number}.log" for number in range(3)]
    processes = [a_worker(log, env) for log in logs]
    try:
        for log, process in zip(logs, processes, strict=True):
            while "就绪" not in log.read_text(encoding="utf-8"):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            process.send_signal(signal.SIGSTOP)
        yield Team(prefix, data, stores.redis_url, processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def a_worker(log: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        command = [sys.executable, "-m", "bot", "worker", "--name", log.stem]
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)


@pytest_asyncio.fixture
async def record(team: Team) -> AsyncIterator[Record]:
    client = connect(team.redis_url)
    yield Record(client, team.prefix)
    await client.aclose()


async def load(record: Record, name: str, talks: int) -> None:
    """EACH messages on each of `talks` conversations."""
    for n in range(EACH):
        for talk in range(talks):
            text = QUESTIONS[(n + talk) % len(QUESTIONS)]
            await record.accept(f"{name}{talk}", text, f"m{n}", now=datetime.now(timezone.utc))


async def answered(record: Record, name: str, talks: int) -> int:
    return sum([len(await decided(record, f"{name}{talk}")) for talk in range(talks)])


async def check(record: Record, name: str, talks: int) -> None:
    """Each message answered once, by one unbroken run of lines and a decision; no number missing; the ledger balanced."""
    for talk in range(talks):
        events = await record.events(f"{name}{talk}")
        assert [event["no"] for event in events] == list(range(1, len(events) + 1))
        asked = [event["no"] for event in events if event["type"] == "message"]
        assert len(asked) == EACH
        rows = [(event["type"], event["turn"]) for event in events if "turn" in event]
        assert [turn for kind, turn in rows if kind == "decision"] == asked
        assert [turn for _, turn in rows] == sorted(turn for _, turn in rows)
        for no in asked:
            texts = await said(record, f"{name}{talk}", turn=no)
            assert texts
            assert len(texts) == len(set(texts))
    report = await audit(record)
    assert report.problems == []


def call_in(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGCONT)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


async def test_kill_9_in_the_middle_of_turns_loses_and_doubles_nothing(team: Team, record: Record) -> None:
    first, second, third = team.processes
    await load(record, "k", TALKS)
    for worker, so_many in ((first, 15), (second, 45)):
        call_in(worker)

        async def busy(so_many: int = so_many) -> bool:
            return await answered(record, "k", TALKS) >= so_many

        await until(busy)
        kill(worker)
        # It fell in the middle: there was more in its hands.
        assert await pending(record) > 0
        assert await answered(record, "k", TALKS) < TALKS * EACH
    call_in(third)
    await settle(record)
    assert await answered(record, "k", TALKS) == TALKS * EACH
    await check(record, "k", TALKS)
    assert await record.dead_letters() == []
    # One line a turn, ids and no words.
    assert "我的快递" not in (team.data.parent / "w2.log").read_text(encoding="utf-8")


async def test_a_changed_script_is_said_without_a_restart_and_a_broken_one_is_not(team: Team, record: Record) -> None:
    book = team.data / "playbooks" / "chat" / "greet.yml"
    told = "label: chat.greet\nsay:\n  any: 您好，这句是刚改的。\n"

    async def hears(words: str) -> bool:
        name = uuid4().hex
        no = (await record.accept(name, "你好", "m1", now=datetime.now(timezone.utc))).no
        await settle(record)
        return words in "".join(await said(record, name, turn=no))

    book.write_text("label: chat.greet\nsay: {any: 半个", encoding="utf-8")
    (team.data / "playbooks" / "chat" / "thanks.yml").touch()
    assert not await hears("半个")
    book.write_text(told, encoding="utf-8")
    await until(lambda: hears("这句是刚改的"))


async def test_sigterm_finishes_what_is_in_hand_and_exits_0(team: Team, record: Record) -> None:
    worker = team.processes[2]
    await load(record, "s", 8)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 20) == 0
    assert await pending(record) == 0
    assert "w2" not in await Workers(record.redis, team.prefix).alive(datetime.now(timezone.utc))
    report = await audit(record)
    assert report.problems == []


def test_without_a_model_the_way_out_is_said_at_once(tmp_path: Path) -> None:
    env = os.environ | {"QIANTAI_MODEL_DIR": str(tmp_path), "QIANTAI_VAR_DIR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, "-m", "bot", "worker"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "make train" in done.stderr
    assert not (tmp_path / "var").exists()
