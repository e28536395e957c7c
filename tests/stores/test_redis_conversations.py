"""The log and its owner, on a real Redis."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.errors import BadInput, Stale, StoreDown
from bot.stores.record import Record
from bot.stores.redis_base import connect
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def test_a_message_is_numbered_and_goes_to_the_bot(record: Record) -> None:
    accepted = await record.accept("c1", "快递到哪了", "m1", now=NOON, buyer_id="b7", images=["data:x"])
    assert (accepted.no, accepted.duplicate, accepted.owner, accepted.epoch) == (1, False, "bot", 0)
    assert await record.events("c1") == [
        {
            "v": 1, "no": 1, "at": "2026-11-11T04:00:00.000+00:00", "type": "message", "by": "visitor", "text": "快递到哪了",
            "client_id": "m1", "images": ["data:x"], "to": "bot", "buyer_id": "b7",
        }
    ]  # fmt: skip
    known = await record.conversation("c1")
    assert known is not None
    assert (known.buyer_id, known.last_no, known.owner) == ("b7", 1, "bot")


async def test_a_client_id_seen_before_gets_the_old_number_and_writes_nothing(record: Record) -> None:
    first = await record.accept("c1", "在吗", "m1", now=NOON)
    await record.accept("c1", "在吗", "m2", now=NOON)
    again = await record.accept("c1", "别的话", "m1", now=after(5))
    assert (again.no, again.duplicate) == (first.no, True)
    assert len(await record.events("c1")) == 2
    assert (await record.load_turn("c1")).waiting == 2


async def test_a_message_of_another_buyer_carries_its_own_buyer_id(record: Record) -> None:
    await record.accept("c1", "我的订单", "m1", now=NOON, buyer_id="b1")
    await record.accept("c1", "我的订单", "m2", now=NOON, buyer_id="b2")
    known = await record.conversation("c1")
    assert known is not None
    assert known.buyer_id == "b2"
    assert [event["buyer_id"] for event in await record.events("c1")] == ["b1", "b2"]


@pytest.mark.parametrize("id_", ["", "x" * 201, "a\nb", "a\x00b", "\ud800"])
async def test_an_id_that_cannot_be_one_is_refused(record: Record, id_: str) -> None:
    with pytest.raises(BadInput):
        await record.accept(id_, "在吗", "m1", now=NOON)


@pytest.mark.parametrize("text", ["", '"}\\', "半个表情\ud83d", "[图片]\r\n\x00", "😀" * 2000])
async def test_any_text_comes_back_as_it_was(record: Record, text: str) -> None:
    await record.accept('会:话"}{', text, "m:1", now=NOON)
    assert (await record.events('会:话"}{'))[0]["text"] == text
    turn = await record.load_turn('会:话"}{')
    assert turn.message is not None
    assert turn.message.text == text


async def test_events_after_a_number_and_no_more_than_the_limit(record: Record) -> None:
    for _ in range(5):
        await write(record)
    assert [event["no"] for event in await record.events("c1", after=2, limit=2)] == [3, 4]
    assert await record.conversation("nobody") is None
    assert await record.events("nobody") == []


async def test_a_closed_conversation_opens_again_to_the_bot_with_a_link_to_the_ticket(record: Record) -> None:
    await write(record)
    await answer(record, 1, ticket=a_ticket("T1"))
    await record.claim("T1", "amy", now=NOON)
    await record.close("T1", "已退款", by="agent:amy", now=NOON)
    accepted = await record.accept("c1", "又来了", "m9", now=after(60))
    assert (accepted.owner, accepted.epoch) == ("bot", 4)
    owner, message = (await record.events("c1"))[-2:]
    assert (owner["type"], owner["owner"], owner["ticket"], owner["epoch"], owner["reason"]) == ("owner", "bot", "T1", 4, "reopened")
    assert (message["to"], message["no"]) == ("bot", accepted.no)
    await answer(record, accepted.no, ticket=a_ticket("T2"))
    second = await record.ticket("T2")
    assert second is not None
    assert second.previous == "T1"


async def test_only_the_owner_speaks(record: Record) -> None:
    await write(record)
    with pytest.raises(Stale):
        await record.say("c1", "amy", "我来了", now=NOON)
    await answer(record, 1, ticket=a_ticket("T1"))
    await record.claim("T1", "amy", now=NOON)
    with pytest.raises(Stale):
        await record.say("c1", "bob", "我也来", now=NOON)
    before = await record.events("c1")
    no = (await record.say("c1", "amy", "您好，我是小美", now=after(30))).no
    said = (await record.events("c1"))[-1]
    assert (said["no"], said["by"], said["text"]) == (no, "agent:amy", "您好，我是小美")
    assert len(before) + 1 == no
    ticket = await record.ticket("T1")
    assert ticket is not None
    assert ticket.first_reply_at == after(30)


async def test_a_notice_is_said_once_and_only_while_the_message_waits(record: Record) -> None:
    no = await write(record)
    assert await record.notice("c1", "正在为您查看", no, now=NOON, only_if_owner="bot", once=True) == 2
    assert await record.notice("c1", "正在为您查看", no, now=NOON, only_if_owner="bot", once=True) is None
    await answer(record, no)
    assert await record.notice("c1", "正在为您查看", no, now=NOON, once=True) is None
    assert await record.notice("c1", "下班了", None, now=NOON, only_if_owner="queue:x") is None
    assert await record.notice("c1", "晚安", None, now=NOON) == 5


async def test_a_hand_over_takes_all_mail_along_and_the_turn_under_way_is_refused(record: Record) -> None:
    first, second = await write(record), await write(record)
    turn = await record.load_turn("c1")
    done = await record.hand_over(
        "c1", a_ticket(), lines=[{"type": "notice", "text": "转人工"}], reason="bot_slow", by="desk", now=after(11)
    )
    assert (done.first_no, done.last_no) == (3, 4)
    owner = (await record.events("c1"))[-1]
    assert (owner["owner"], owner["passed"], owner["reason"], owner["ticket"]) == ("queue:exceptions", [first, second], "bot_slow", "T1")
    with pytest.raises(Stale):
        await answer(record, first, epoch=turn.conversation.epoch)
    assert (await record.conversation("c1")).last_no == 4  # type: ignore[union-attr]
    with pytest.raises(Stale):
        await record.hand_over("c1", a_ticket("T2"), lines=[], reason="bot_slow", by="desk", now=after(12))


async def test_a_hand_over_for_a_message_that_was_answered_meanwhile_is_refused(record: Record) -> None:
    first = await write(record)
    await answer(record, first)
    with pytest.raises(Stale):
        await record.hand_over("c1", a_ticket(), lines=[], reason="bot_slow", by="desk", now=after(12), message_no=first)
    assert await record.tickets() == []


async def test_every_change_is_told_on_the_channel(record: Record, redis: Redis) -> None:
    async with redis.pubsub() as listener:
        await listener.subscribe(record.keys.events_channel())
        await listener.get_message(timeout=5)
        await write(record)
        await write(record)
        await answer(record, 1, ticket=a_ticket())
        await record.claim("T1", "amy", now=NOON)
        await record.plan("T1", by="agent:amy", now=NOON)
        told = [(await listener.get_message(timeout=5))["data"] for _ in range(5)]
    assert told == [
        '{"c":"c1","no":1,"turn":null,"o":"bot","t":null}',
        '{"c":"c1","no":2,"turn":null,"o":"bot","t":null}',
        '{"c":"c1","no":5,"turn":1,"o":"queue:exceptions","t":"T1","passed":[2]}',
        '{"c":"c1","no":6,"turn":null,"o":"agent:amy","t":"T1","passed":[]}',
        '{"c":"c1","no":7,"turn":null,"o":"agent:amy","t":"T1"}',
    ]


async def test_an_absent_redis_is_a_sentence(key_prefix: str) -> None:
    client = connect("redis://127.0.0.1:1/0")
    with pytest.raises(StoreDown):
        await Record(client, key_prefix).accept("c1", "在吗", "m1", now=NOON)
    await client.aclose()
