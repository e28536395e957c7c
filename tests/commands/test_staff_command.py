from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from bot.services.staff import Keys
from bot.stores.redis_base import connect
from bot.stores.redis_sessions import RedisSessions

ROOT = Path(__file__).parents[2]
Run = Callable[..., Awaitable[subprocess.CompletedProcess[str]]]


@pytest.fixture
def bot(own_database_url: str, redis_url: str, tmp_path: Path) -> Run:
    """Runs `python -m bot …` against this test's database."""
    env = {**os.environ, "DATABASE_URL": own_database_url, "REDIS_URL": redis_url, "QIANTAI_VAR_DIR": str(tmp_path)}

    def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, cwd=ROOT, env=env, input=given, capture_output=True, text=True, check=False)

    return partial(asyncio.to_thread, run)


async def test_a_new_key_stands_alone_on_stdout_and_opens_until_it_is_disabled(bot: Run, database: asyncpg.Pool) -> None:
    done = await bot("staff", "add", "店铺系统", "--role", "integration")
    key = done.stdout.removesuffix("\n")
    assert (done.returncode, key.startswith("qt_"), "\n" in key) == (0, True, False)
    assert await Keys(database).check(key)
    assert (await bot("staff", "disable", "店铺系统")).returncode == 0
    assert not await Keys(database).check(key)
    listed = (await bot("staff", "list")).stdout
    assert ("停用" in listed, key in listed) == (True, False)


async def test_a_given_password_is_taken_and_not_shown(bot: Run) -> None:
    done = await bot("staff", "add", "小美", "--group", "reception,returns_refunds", "--password-stdin", given="一个很长的好密码123\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert "s1\t小美\tagent\treception,returns_refunds\t在用" in (await bot("staff", "list")).stdout


async def test_a_link_stands_alone_on_stdout_and_signs_in_once(bot: Run, redis_url: str) -> None:
    await bot("staff", "add", "小美", "--group", "reception")
    done = await bot("staff", "link", "小美")
    link = done.stdout.removesuffix("\n")
    assert (done.returncode, link.startswith("http://127.0.0.1:8080/desk#link="), "\n" in link) == (0, True, False)
    redis = connect(redis_url)
    token = link.partition("#link=")[2]
    assert [await RedisSessions(redis, "qt").use_link(token) for _ in range(2)] == ["s1", None]
    await redis.aclose()
    assert (await bot("staff", "disable", "小美")).returncode == 0
    assert "已停用" in (await bot("staff", "link", "小美")).stderr


async def test_other_groups_are_listed(bot: Run) -> None:
    await bot("staff", "add", "小美", "--group", "reception")
    assert (await bot("staff", "groups", "小美", "--group", "exceptions,returns_refunds")).returncode == 0
    assert "s1\t小美\tagent\texceptions,returns_refunds\t在用" in (await bot("staff", "list")).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "小美", "--role", "boss"], "没有 boss 这个角色"),
        (["add", "小美", "--group", "vip"], "没有 vip 这个组"),
        (["add", "小美", "--role", "admin", "--password-stdin"], "没有密码"),
        (["disable", "没人"], "没有叫 没人"),
        (["link", "没人"], "没有叫 没人"),
        (["groups", "没人", "--group", "reception"], "没有叫 没人"),
        (["password", "没人"], "没有叫 没人"),
    ],
)
async def test_bad_words_are_a_sentence_and_two(bot: Run, words: list[str], said: str) -> None:
    done = await bot("staff", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
