from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from bot.stores.sql import audit
from tests.shop.orders_for_tests import an_order

ROOT = Path(__file__).parents[2]
Run = Callable[..., Awaitable[subprocess.CompletedProcess[str]]]


@pytest.fixture
def shop(own_database_url: str, redis_url: str, tmp_path: Path) -> Run:
    """Runs `python -m bot shop import` on content or a path, against this test's database."""

    def run(content: bytes | str | Path, *flags: str, url: str = own_database_url) -> subprocess.CompletedProcess[str]:
        path = content if isinstance(content, Path) else tmp_path / "orders.jsonl"
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        env = {"DATABASE_URL": url, "REDIS_URL": redis_url, "QIANTAI_VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
        words = [sys.executable, "-m", "bot", "shop", "import", str(path), *flags]
        return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    return partial(asyncio.to_thread, run)


def lines(*orders: dict) -> str:
    return "".join(json.dumps(order, ensure_ascii=False) + "\n" for order in orders)


async def stored(database: asyncpg.Pool) -> dict[str, str]:
    return {row["order_no"]: row["state"] for row in await database.fetch("select order_no, state from orders")}


async def test_good_lines_are_imported_bad_ones_named_and_the_exit_code_says_so(shop: Run, database: asyncpg.Pool) -> None:
    half = lines(an_order(4))[:60]
    done = await shop(lines(an_order(1), an_order(2, state="lost")) + "\n" + lines(an_order(3)) + half)
    assert done.returncode == 1
    assert '第 2 行：state 是 "lost"' in done.stderr
    assert "第 5 行：不是完整的 JSON" in done.stderr
    assert "导入 2 条；拒绝 2 行" in done.stdout
    assert len(await stored(database)) == 2


async def test_a_clean_file_is_zero_and_every_key_is_kept(shop: Run, database: asyncpg.Pool) -> None:
    order = an_order(note={"vip": True}, 备注="请尽快")
    done = await shop("\ufeff" + lines(order))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(await database.fetchval("select data from orders")) == order


async def test_importing_again_brings_orders_up_to_date(shop: Run, database: asyncpg.Pool) -> None:
    await shop(lines(an_order(1, state="paid"), an_order(2, state="paid")))
    await shop(lines(an_order(1, state="shipped")))
    assert sorted((await stored(database)).values()) == ["paid", "shipped"]


async def test_of_two_lines_with_one_number_the_later_wins_and_it_is_said(shop: Run, database: asyncpg.Pool) -> None:
    done = await shop(lines(an_order(1, state="paid"), an_order(2), an_order(1, state="signed")))
    assert done.returncode == 0
    assert "第 3 行：订单号和第 1 行重复" in done.stderr
    assert (await stored(database))[an_order(1)["order_no"]] == "signed"


async def test_an_order_never_changes_its_buyer(shop: Run, database: asyncpg.Pool) -> None:
    await shop(lines(an_order(1)))
    done = await shop(lines(an_order(1, buyer_id="thief"), an_order(2), an_order(2, buyer_id="thief")))
    assert done.returncode == 1
    assert [row.split("：")[0] for row in done.stderr.splitlines()] == ["第 1 行", "第 3 行"]
    assert await database.fetchval("select array_agg(distinct buyer_id) from orders") == ["b1"]


async def test_replace_puts_the_file_in_the_place_of_all_orders(shop: Run, database: asyncpg.Pool) -> None:
    await shop(lines(an_order(1), an_order(2)))
    done = await shop(lines(an_order(2, buyer_id="b2"), an_order(3)), "--replace")
    assert (done.returncode, "替换了原来的 2 条" in done.stdout) == (0, True)
    assert sorted(await stored(database)) == [an_order(2)["order_no"], an_order(3)["order_no"]]


@pytest.mark.parametrize("content", ["", "\ufeff\n\n", "nonsense\n"])
async def test_replace_with_nothing_good_keeps_the_old_orders(shop: Run, database: asyncpg.Pool, content: str) -> None:
    await shop(lines(an_order(1)))
    done = await shop(content, "--replace")
    assert done.returncode == 1
    assert len(await stored(database)) == 1


async def test_a_file_that_cannot_be_read_is_two(shop: Run, tmp_path: Path) -> None:
    for content in (tmp_path / "missing.jsonl", tmp_path, lines(an_order()).encode("utf-16")):
        done = await shop(content)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


async def test_without_a_database_it_is_two(shop: Run) -> None:
    done = await shop(lines(an_order()), url="postgresql://nobody@/nothing?host=/nowhere")
    assert done.returncode == 2
    assert "连不上 PostgreSQL" in done.stderr


async def test_more_lines_than_a_batch_arrive_with_repetitions_across_batches(shop: Run, database: asyncpg.Pool) -> None:
    many = [an_order(n, state="paid") for n in range(2500)]
    done = await shop(lines(*many, an_order(0, state="signed"), an_order(1, buyer_id="b9")))
    assert done.returncode == 1
    assert "第 2501 行：订单号和第 1 行重复" in done.stderr
    assert "第 2502 行：这个订单号已属于另一个买家" in done.stderr
    states = await stored(database)
    assert (len(states), states[an_order(0)["order_no"]], states[an_order(1)["order_no"]]) == (2500, "signed", "paid")


async def test_an_import_stands_in_the_audit(shop: Run, database: asyncpg.Pool) -> None:
    await shop(lines(an_order()))
    assert json.loads(await database.fetchval("select data from audit"))["written"] == 1
    assert await audit.first_broken(database) is None
