"""`ledger`, `phase` and `watch` as somebody types them, on the run's stores."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

from bot.commands import archive, ledger, phase, watch
from bot.errors import BadInput
from bot.settings import Settings, load
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.stores.redis_builders import a_ticket, answer, write


@pytest.fixture
def settings(redis_url: str, own_database_url: str, key_prefix: str) -> Settings:
    return load({}, redis_url=redis_url, database_url=own_database_url, key_prefix=key_prefix)


def run(module: ModuleType, settings: Settings, *argv: str) -> int:
    """The command's exit code."""
    parser = argparse.ArgumentParser()
    module.arguments(parser)
    code: int = module.run(parser.parse_args(argv), settings)
    return code


def with_record(settings: Settings, *, hole: bool = False) -> None:
    """A message answered with a hand-off and one in the mailbox; `hole`: the latter lost."""

    async def fill() -> None:
        client = connect(settings.redis_url)
        record = Record(client, settings.key_prefix)
        await answer(record, await write(record), ticket=a_ticket())
        await write(record, conversation="c2")
        if hole:
            await client.delete(record.keys.mail("c2"))
        await client.aclose()

    asyncio.run(fill())


def test_the_ledger_says_its_sums_and_that_it_balances(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with_record(settings)
    assert run(ledger, settings) == 0
    assert capsys.readouterr().out == ("会话 2，工单 1（开着 1）；收到 2 = 已答 1 + 排队 0 + 有人接 0 + 已结 0 + 信箱 1：平\n")


def test_a_lost_message_is_named_and_the_exit_code_is_1(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with_record(settings, hole=True)
    assert run(ledger, settings, "--json", "--redis-only") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["balanced"] is False
    assert any(problem.startswith("c2 第 1 条：没有着落") for problem in report["problems"])


def test_the_ledger_reads_what_only_postgresql_still_has(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def talk() -> None:
        client = connect(settings.redis_url)
        record = Record(client, settings.key_prefix)
        for _ in range(110):
            await answer(record, await write(record))
        await client.aclose()

    asyncio.run(talk())
    assert run(archive, settings, "--once") == 0
    capsys.readouterr()
    assert run(ledger, settings, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["accepted"], report["answered"]) == (110, 110)

    async def lose() -> None:
        connection = await asyncpg.connect(settings.database_url)
        await connection.execute("alter table events disable trigger all")
        await connection.execute("delete from events where no = 3")
        await connection.close()

    asyncio.run(lose())
    assert run(ledger, settings, "--json") == 1
    assert run(ledger, settings, "--json", "--redis-only") == 0


def test_a_phase_is_in_force_until_the_next_one_is_set(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(phase, settings, "show") == 0
    assert run(phase, settings, "set", "promotion") == 0
    assert run(phase, settings, "show") == 0
    first, _, last = capsys.readouterr().out.splitlines()
    assert first == "after_sales（售后期；默认）"
    assert last.startswith("promotion（活动期；")
    with pytest.raises(BadInput, match="没有阶段 holiday"):
        run(phase, settings, "set", "holiday")


def test_the_watch_stops_cleanly_and_leaves_the_lock(settings: Settings) -> None:
    environ = {
        **os.environ,
        "QIANTAI_REDIS_URL": settings.redis_url,
        "QIANTAI_DATABASE_URL": settings.database_url,
        "QIANTAI_KEY_PREFIX": settings.key_prefix,
    }
    root = Path(watch.__file__).parents[2]
    with subprocess.Popen([sys.executable, "-m", "bot", "watch"], cwd=root, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "watch ready" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    async def free() -> bool:
        client = connect(settings.redis_url)
        held = await Record(client, settings.key_prefix).hold_watch("other", 10)
        await client.aclose()
        return held

    assert asyncio.run(free())
