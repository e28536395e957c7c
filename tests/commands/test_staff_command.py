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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "小美", "--role", "boss"], "没有 boss 这个角色"),
        (["add", "小美", "--group", "vip"], "没有 vip 这个组"),
        (["add", "小美", "--role", "admin", "--password-stdin"], "没有密码"),
        (["disable", "没人"], "没有叫 没人"),
        (["password", "没人"], "没有叫 没人"),
    ],
)
async def test_bad_words_are_a_sentence_and_two(bot: Run, words: list[str], said: str) -> None:
    done = await bot("staff", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
