"""What stands beside a conversation, what is found, who is there; and what happens while a store is away."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import BadInput, Forbidden
from bot.services.archive import Archive
from bot.services.desk import Desk
from bot.stores.sql.pool import open_pool
from tests.services.desk_people import ADMIN, BOSS, GROUP, LIN, MEI, RUI, TRAINER, SomeOrders, a_desk, come, hand_off
from tests.stores.redis_builders import NOON

NOWHERE = "postgresql://127.0.0.1:1/nobody"


@pytest.fixture
def orders() -> SomeOrders:
    return SomeOrders()


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool, orders: SomeOrders) -> Desk:
    return a_desk(redis, key_prefix, database, orders)


async def test_the_panel_has_the_buyer_masked_the_order_and_the_next_steps(desk: Desk) -> None:
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    shown = await desk.detail(LIN, "c1")
    assert shown["buyer"] == {"name": "张*", "phone": "138****0001", "address": "浙江省杭州市****"}
    assert (shown["order"]["tail"], [card["tail"] for card in shown["orders"]]) == ("5503", ["5503", "0001"])
    assert shown["next"]["missing"] == ["照片", "质检记录"]
    assert shown["next"]["steps"][:2] == ["先回一句，告诉顾客您在处理", "请顾客提供：照片"]
    assert (shown["row"]["id"], shown["conversation"]["owner"], shown["partial"]) == (ticket.id, "agent:s1", False)
    assert not any(secret in str(shown) for secret in ("张三", "13800000001", "桂花弄"))


async def test_without_orders_and_archive_the_panel_says_that_it_is_not_whole(
    redis: Redis, key_prefix: str, orders: SomeOrders
) -> None:
    pool = await open_pool(NOWHERE)
    desk = a_desk(redis, key_prefix, pool, orders)
    await hand_off(desk)
    orders.away = True
    shown = await desk.detail(LIN, "c1")
    assert (shown["orders"], shown["related"], shown["partial"], shown["row"]["state"]) == ([], [], True, "waiting")
    assert (await desk.events(LIN, "c1", None, None, 50))["events"][0]["type"] == "message"
    rows, partial = await desk.search(BOSS, "5503")
    assert ([row["order_tail"] for row in rows], partial) == (["5503"], True)
    await pool.close()


async def test_other_conversations_of_the_buyer_are_named(desk: Desk, database: asyncpg.Pool) -> None:
    first = await hand_off(desk, "c1")
    await desk.claim(LIN, first.id, NOON)
    await desk.close(LIN, first.id, "refunded", "", NOON)
    await hand_off(desk, "c2")
    await Archive(desk.record, database, desk.parts.outbox).step()
    (related,) = (await desk.detail(LIN, "c2"))["related"]
    assert (related["conversation"], related["outcome"]) == ("c1", "已退款（不退货）")


async def test_a_bots_conversation_is_for_supervisors_and_trainers(desk: Desk) -> None:
    await desk.record.accept("c1", "在吗", "m1", now=NOON)
    assert (await desk.detail(BOSS, "c1"))["row"] is None
    for person in (LIN, ADMIN):
        with pytest.raises(Forbidden):
            await desk.detail(person, "c1")


async def test_scripts_have_the_orders_facts_and_blanks_for_the_rest(desk: Desk) -> None:
    await hand_off(desk)
    scripts = await desk.scripts(LIN, "c1", NOON)
    texts = "\n".join(script["text"] for script in scripts)
    assert scripts and "中通" in texts and "78012345678901" in texts and "____" in texts and "{" not in texts
    assert "78012345678901" not in str(await desk.scripts(TRAINER, "c1", NOON))


@pytest.mark.parametrize(("person", "found"), [(LIN, 1), (MEI, 1), (RUI, 0), (BOSS, 1), (TRAINER, 1)])
async def test_what_is_found_is_what_one_may_see(desk: Desk, database: asyncpg.Pool, person: object, found: int) -> None:
    ticket = await hand_off(desk)
    await Archive(desk.record, database, desk.parts.outbox).step()
    for query in (ticket.id, ticket.id.lower(), "c1", "5503"):
        rows, partial = await desk.search(person, query)  # type: ignore[arg-type]
        assert (len(rows), partial) == (found, False), query
    rows, _ = await desk.search(person, "b1")  # type: ignore[arg-type]
    assert len(rows) == (1 if person is BOSS else 0)


async def test_nothing_is_searched_for_too_little_and_not_by_admins(desk: Desk) -> None:
    for query in ("", " ", "5", "a\0b", "长" * 300):
        with pytest.raises(BadInput):
            await desk.search(BOSS, query)
    with pytest.raises(Forbidden):
        await desk.search(ADMIN, "5503")


async def test_the_log_is_read_upwards_and_back_with_what_only_the_archive_has(desk: Desk, database: asyncpg.Pool) -> None:
    await hand_off(desk)
    for n in range(30):
        await desk.record.accept("c1", f"第{n}句", f"m{n}", now=NOON)
    last = (await desk.record.conversation("c1")).last_no  # type: ignore[union-attr]
    await Archive(desk.record, database, desk.parts.outbox, keep=5).step()
    await desk.record.archived("c1", last, keep=5, step=1)
    assert (await desk.record.events("c1"))[0]["no"] > 1
    up = await desk.events(LIN, "c1", 0, None, 10)
    assert ([event["no"] for event in up["events"]], up["more"]) == (list(range(1, 11)), True)
    back = await desk.events(LIN, "c1", None, last + 1, 10)
    assert ([event["no"] for event in back["events"]], back["more"]) == (list(range(last - 9, last + 1)), True)
    assert (await desk.events(LIN, "c1", last, None, 10)) == {"events": [], "more": False}


async def test_whoever_gave_it_the_log_names_who_got_the_conversation(desk: Desk) -> None:
    await come(desk, LIN, MEI)
    ticket = await hand_off(desk)
    await desk.record.transfer(ticket.id, agent="s1", by="desk", reason="assigned", now=NOON)
    await desk.record.transfer(ticket.id, agent="s2", by="agent:s1", reason="", now=NOON)
    log = (await desk.events(LIN, "c1", 0, None, 50))["events"]
    owners = [(event["owner"], event.get("name")) for event in log if event["type"] == "owner"]
    assert owners == [(f"queue:{ticket.group}", None), ("agent:s1", "小林"), ("agent:s2", "小美")]


async def test_the_team_with_what_each_holds_also_who_is_gone(desk: Desk) -> None:
    await come(desk, LIN, MEI)
    ticket = await hand_off(desk)
    await desk.claim(LIN, ticket.id, NOON)
    later = NOON + timedelta(seconds=200)
    await come(desk, MEI, now=later)
    team = {row["id"]: row for row in await desk.team(BOSS, later)}
    assert (team["s1"]["status"], team["s1"]["load"], team["s1"]["silent"]) == ("offline", 1, True)
    assert (team["s2"]["status"], team["s2"]["load"], team["s2"]["silent"]) == ("online", 0, False)
    with pytest.raises(BadInput, match="1 到 10"):
        await desk.set_presence(MEI, "online", 11, later)
    with pytest.raises(BadInput, match="不接待顾客"):
        await desk.set_presence(TRAINER, "online", None, later)


async def test_a_queue_at_a_glance(desk: Desk) -> None:
    await come(desk, LIN)
    await hand_off(desk)
    (queue,) = await desk.queues([GROUP], NOON)
    assert (queue["waiting"], queue["on_duty"], queue["serious"], queue["name"]) == (1, 1, 0, "异常问题组")
    assert [row["place"] for row in await desk.queue_rows(LIN, GROUP)] == [1]
    with pytest.raises(Forbidden):
        await desk.queue_rows(RUI, GROUP)
