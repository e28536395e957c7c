"""The watch and the people, on a real Redis: tickets that nobody claims are given, those that nobody answers come back."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from redis.asyncio import Redis

from bot.errors import Stale
from bot.model import JSON, Ticket, TicketState
from bot.services.give_back import give_back_all
from bot.services.ledger import audit
from bot.services.watch import Watch
from bot.stores.record import Record
from bot.stores.redis_signals import RedisSignals
from tests.services.test_watch import a_watch, texts
from tests.stores.redis_builders import a_ticket, after, an_agent, answer, write

RETURNED = "您已回到队里原来的位置"


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


@pytest.fixture
def watch(record: Record) -> Watch:
    return a_watch(record)


async def queued(record: Record, *tickets: Ticket) -> None:
    for ticket in tickets:
        await answer(record, await write(record, conversation=ticket.conversation), ticket.conversation, ticket=ticket)


async def several(record: Record, n: int) -> None:
    """T0 … of conversations c0 …, in this order."""
    await queued(record, *(a_ticket(f"T{i}", f"c{i}", opened_s=i / 1000) for i in range(n)))


async def there(record: Record, *agents: str, seconds: float = 0, **state: object) -> None:
    """These agents are at the desk."""
    for agent in agents:
        await record.set_presence(an_agent(agent, **state), after(seconds))  # type: ignore[arg-type]


async def beats(record: Record, watch: Watch, until: int, *agents: str, start: int = 0) -> None:
    """Time goes by, ten seconds at a time, and the agents give signs."""
    for seconds in range(start, until + 1, 10):
        for agent in agents:
            await record.beat_agent(agent, after(seconds))
        await watch.people(after(seconds))


async def of(record: Record, ticket_id: str) -> tuple[str, str | None]:
    ticket = await record.ticket(ticket_id)
    assert ticket is not None
    return ticket.state.value, ticket.agent


async def test_a_ticket_that_nobody_claims_is_given_after_five_seconds(record: Record, watch: Watch) -> None:
    await there(record, "amy")
    await queued(record, a_ticket())
    await watch.people(after(4))
    assert await of(record, "T1") == ("waiting", None)
    await watch.people(after(5))
    assert await of(record, "T1") == ("claimed", "amy")
    owner = (await record.events("c1"))[-1]
    assert (owner["owner"], owner["by"], owner["reason"]) == ("agent:amy", "desk", "assigned")


async def test_tickets_are_spread_up_to_what_each_wants_and_the_shop_allows(record: Record, watch: Watch) -> None:
    await there(record, "amy", capacity=2)
    await there(record, "bob", capacity=99, groups=("exceptions", "reception"))  # the shop allows 10
    await there(record, "cat", status="busy")
    await there(record, "dan", status="break")
    await there(record, "eve", groups=("emergency",))
    await several(record, 15)
    await watch.people(after(10))
    assert await record.loads(["amy", "bob", "cat", "dan", "eve"]) == {"amy": 2, "bob": 10, "cat": 0, "dan": 0, "eve": 0}
    assert await record.queue_members("exceptions") == ["T12", "T13", "T14"]
    await record.choose_phase("promotion", "sue", now=after(10))
    await watch.people(after(11))
    assert (await record.loads(["bob"]))["bob"] == 13
    assert (await audit(record)).problems == []


async def test_the_customers_last_agent_is_preferred(record: Record, watch: Watch) -> None:
    await queued(record, a_ticket())
    await record.claim("T1", "bob", now=after(1))
    await record.close("T1", "好了", by="agent:bob", now=after(2))
    await there(record, "amy", "bob", seconds=3)
    await several(record, 1)
    await record.assign("T0", "bob", "exceptions", now=after(3))
    await queued(record, a_ticket("T2", "c1", opened_s=4))
    await watch.people(after(10))
    assert await of(record, "T2") == ("claimed", "bob")


async def test_nobody_there_then_somebody_comes(record: Record, watch: Watch) -> None:
    await several(record, 2)
    await watch.people(after(60))
    assert await record.queue_members("exceptions") == ["T0", "T1"]
    await there(record, "amy", seconds=100)
    await watch.people(after(101))
    assert await record.held("amy") == ["T0", "T1"]


async def test_a_silent_agents_ticket_comes_back_and_he_gets_no_others(record: Record, watch: Watch) -> None:
    await there(record, "amy")
    await several(record, 3)
    await record.claim("T1", "amy", now=after(0))
    await record.claim("T0", "amy", now=after(5))
    await record.say("c1", "amy", "您好", now=after(30))
    listening = asyncio.create_task(_heard(record, 2))
    while not dict(await record.redis.pubsub_numsub(record.keys.signals_channel()))[record.keys.signals_channel()]:
        await asyncio.sleep(0.01)
    await record.set_presence(an_agent("amy", status="busy"), after(5))  # takes no third one
    await beats(record, watch, 120, "amy")
    assert await of(record, "T0") == ("claimed", "amy")
    await there(record, "amy", seconds=124)
    await watch.people(after(125))
    back = await record.ticket("T0")
    assert back is not None
    assert (back.state, back.not_to) == (TicketState.RETURNED, ("amy",))
    assert await record.queue_members("exceptions") == ["T0", "T2"]
    assert await of(record, "T1") == ("claimed", "amy")
    state = await record.agent("amy")
    assert state is not None
    assert state.status == "busy"
    events = await record.events("c0")
    assert [event["type"] for event in events[-2:]] == ["notice", "owner"]
    assert RETURNED in events[-2]["text"]
    assert (events[-1]["owner"], events[-1]["reason"]) == ("queue:exceptions", "silent")
    assert await listening == [
        {"k": "presence", "agent": "amy"}, {"k": "alert", "what": "silent", "ticket": "T0", "conversation": "c0", "agent": "amy"},
    ]  # fmt: skip
    # Online again, he is given the others, but not this one; somebody else is.
    await there(record, "amy", seconds=130)
    await watch.people(after(131))
    assert (await of(record, "T2"), await of(record, "T0")) == (("claimed", "amy"), ("returned", None))
    await there(record, "bob", seconds=132)
    await watch.people(after(133))
    assert await of(record, "T0") == ("claimed", "bob")


async def _heard(record: Record, n: int) -> list[JSON]:
    heard: list[JSON] = []
    async with aclosing(RedisSignals(record.redis, record.keys.prefix).listen()) as signals:  # type: ignore[type-var]
        async for signal in signals:
            heard.append(signal)
            if len(heard) == n:
                break
    return heard


async def test_who_goes_on_a_break_stays_on_it_also_when_a_ticket_comes_back(record: Record, watch: Watch) -> None:
    await there(record, "amy")
    await queued(record, a_ticket())
    await record.claim("T1", "amy", now=after(0))
    await there(record, "amy", seconds=120, status="break")
    await watch.people(after(121))
    state = await record.agent("amy")
    assert state is not None
    assert (await of(record, "T1"), state.status) == (("returned", None), "break")


async def test_what_an_agent_gives_back_himself_is_not_given_to_him_again(record: Record, watch: Watch) -> None:
    await there(record, "amy")
    await several(record, 2)
    await record.claim("T0", "amy", now=after(1))
    await record.give_back("T0", by="agent:amy", now=after(2))
    await watch.people(after(10))
    assert (await of(record, "T0"), await of(record, "T1")) == (("returned", None), ("claimed", "amy"))
    assert (await record.claim("T0", "amy", now=after(11))).agent == "amy"  # he may take it himself


async def test_tickets_of_an_agent_who_is_gone_come_back(record: Record, watch: Watch) -> None:
    await there(record, "amy", "bob", seconds=0)
    await several(record, 2)
    await record.claim("T0", "amy", now=after(1))
    await record.claim("T1", "bob", now=after(1))
    await record.say("c0", "amy", "您好", now=after(2))
    await record.say("c1", "bob", "您好", now=after(2))
    await beats(record, watch, 60, "bob")
    assert await of(record, "T0") == ("claimed", "amy")
    await watch.people(after(62))
    assert await of(record, "T1") == ("claimed", "bob")
    assert (await record.events("c0"))[-1]["owner"] == "agent:bob"  # the same step gave it on
    assert RETURNED in (await texts(record, "c0"))[-1]
    reasons = [event["reason"] for event in await record.events("c0") if event["type"] == "owner"]
    assert reasons[-2:] == ["gone", "assigned"]


async def test_a_transfer_to_an_agent_who_is_not_there_does_not_strand(record: Record, watch: Watch) -> None:
    await queued(record, a_ticket())
    await record.transfer("T1", by="agent:sue", reason="老客户", now=after(10), agent="nobody")
    await watch.people(after(69))
    assert await of(record, "T1") == ("claimed", "nobody")
    await watch.people(after(70))
    assert await of(record, "T1") == ("returned", None)
    assert await record.holders() == frozenset()


async def test_nobody_is_blamed_for_a_redis_that_was_away(record: Record, watch: Watch) -> None:
    await there(record, "amy")
    await queued(record, a_ticket())
    await record.claim("T1", "amy", now=after(0))
    watch.saw_redis(after(1))
    watch.saw_redis(after(300))  # back after five minutes: no sign and no line could come
    await watch.people(after(301))
    assert await of(record, "T1") == ("claimed", "amy")
    await watch.people(after(361))  # but now she had a minute to give one
    assert await of(record, "T1") == ("returned", None)


async def test_an_agent_who_is_there_has_the_whole_time_again_after_redis_was_away(record: Record, watch: Watch) -> None:
    await queued(record, a_ticket())
    await there(record, "amy", seconds=300)
    await record.claim("T1", "amy", now=after(0))
    watch.saw_redis(after(300))
    await beats(record, watch, 410, "amy", start=310)
    assert await of(record, "T1") == ("claimed", "amy")
    await beats(record, watch, 420, "amy", start=420)
    assert await of(record, "T1") == ("returned", None)


async def test_signing_an_agent_out_gives_everything_back_at_once(record: Record) -> None:
    await several(record, 3)
    for n in range(3):
        await record.claim(f"T{n}", "amy", now=after(1))
    assert await give_back_all(record, "amy", "signed_out", after(2)) == ["T0", "T1", "T2"]
    assert await give_back_all(record, "amy", "signed_out", after(3)) == []
    assert await record.queue_members("exceptions") == ["T0", "T1", "T2"]
    assert (await audit(record)).problems == []


async def test_a_line_at_the_last_moment_keeps_the_ticket(record: Record, watch: Watch) -> None:
    await several(record, 20)
    for n in range(20):
        await record.claim(f"T{n}", "amy", now=after(0))
    await there(record, "amy", seconds=119)

    async def speak(n: int) -> bool:
        try:
            await record.say(f"c{n}", "amy", "来了", now=after(121))
        except Stale:
            return False
        return True

    spoke, _ = await asyncio.gather(asyncio.gather(*(speak(n) for n in range(20))), watch.people(after(121)))
    for n in range(20):
        assert await of(record, f"T{n}") == (("claimed", "amy") if spoke[n] else ("returned", None))
        assert len([text for text in await texts(record, f"c{n}") if RETURNED in text]) == (0 if spoke[n] else 1)


async def test_one_ticket_that_cannot_go_back_does_not_keep_the_others(record: Record, watch: Watch) -> None:
    await several(record, 2)
    for n in range(2):
        await record.claim(f"T{n}", "amy", now=after(0))
    await record.redis.set(record.keys.slots("c0"), "torn")
    await watch.people(after(300))
    assert (await of(record, "T0"), await of(record, "T1")) == (("claimed", "amy"), ("returned", None))


async def test_two_watches_at_once_give_each_ticket_once(record: Record, watch: Watch) -> None:
    await there(record, "amy", "bob", "cat", capacity=4)
    await several(record, 20)
    await asyncio.gather(*(a_watch(record).people(after(10)) for _ in range(3)))
    held = {agent: len(some) for agent, some in (await record.held_all()).items()}
    assert sum(held.values()) + len(await record.queue_members("exceptions")) == 20
    assert (await audit(record)).problems == []


async def test_an_english_customer_hears_of_it_in_english(record: Record, watch: Watch) -> None:
    no = await write(record)
    await record.commit_turn(
        "c1", epoch=0, message_no=no, lines=[], decision={"action": "hand_off"}, tracker_slots={"matter": {"writing": "en"}},
        tracker_events=[], label=None, now=after(0), ticket=a_ticket(),
    )  # fmt: skip
    await record.claim("T1", "amy", now=after(0))
    await watch.people(after(121))
    assert "your old place in the queue" in (await texts(record))[-1]
