"""Events with a hook wait for the sender from the step that wrote them; each conversation in its order."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.errors import NotFound, Stale
from bot.stores.record import Record
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def told(record: Record, seconds: float = 0) -> list[tuple[str, str]]:
    """(conversation, hook) in the order in which a sender to whom everything succeeds tells them."""
    found = []
    while hooks := await record.due_hooks(after(seconds), 100):
        for hook in hooks:
            found.append((hook.conversation, hook.event["hook"]))
            await record.hook_told(hook, after(seconds))
    return found


async def opened(record: Record, conversation: str = "c1", id: str = "T1") -> None:
    no = await write(record, conversation=conversation)
    await answer(record, no, conversation, ticket=a_ticket(id, conversation), seconds=0)


async def test_a_tickets_way_is_told_from_its_first_step_to_its_last(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await opened(record)
    await record.claim("T1", "amy", now=NOON)
    await record.plan("T1", by="agent:amy", now=NOON)
    await record.close("T1", "refunded", by="agent:amy", now=NOON)
    assert await told(record) == [("c1", f"ticket.{what}") for what in ("opened", "claimed", "planned", "done")]
    assert (await record.hook_state()).waiting == 0


async def test_every_way_into_hands_and_out_of_them_is_told(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    for n, id in enumerate(("T1", "T2", "T3")):
        await opened(record, f"c{n}", id)
    assert {hook for _, hook in await told(record)} == {"ticket.opened"}
    await record.assign("T1", "amy", "exceptions", now=NOON)
    await record.transfer("T2", agent="bob", by="agent:amy", reason="", now=NOON)
    assert await told(record) == [("c0", "ticket.claimed"), ("c1", "ticket.claimed")]
    await record.give_back("T1", by="agent:amy", now=NOON)
    await record.transfer("T2", group="reception", by="agent:bob", reason="", now=NOON)
    assert await told(record) == []
    await record.to_bot("T1", by="agent:amy", now=NOON)
    await record.abandon("T3", by="agent:amy", now=NOON)
    assert await told(record) == [("c0", "ticket.done"), ("c2", "ticket.done")]


async def test_what_did_not_happen_is_not_told(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    no = await write(record)
    with pytest.raises(Stale):
        await answer(record, no, epoch=7, ticket=a_ticket())
    assert await told(record) == []


async def test_what_was_done_twice_under_one_id_is_told_once(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await opened(record)
    for _ in range(2):
        await record.claim_next("exceptions", "amy", now=NOON, deed="d1")
    assert await told(record) == [("c1", "ticket.opened"), ("c1", "ticket.claimed")]


async def test_words_that_look_like_a_hook_are_words(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await write(record, '{"hook":"ticket.opened"}')
    await write(record, '"hook":"ticket.opened"')
    assert await told(record) == []


async def test_without_a_receiver_nothing_waits(record: Record) -> None:
    await opened(record)
    assert (await record.hook_state()).waiting == 0
    await record.hooks_to("https://shop.example")
    await record.claim("T1", "amy", now=NOON)
    assert (await record.hook_state()).waiting == 1
    await record.hooks_to(None)
    await record.plan("T1", by="agent:amy", now=NOON)
    state = await record.hook_state()
    assert (state.to, state.waiting) == (None, 1)


async def test_one_that_fails_holds_up_its_own_conversation_only(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await opened(record)
    await record.claim("T1", "amy", now=NOON)
    await opened(record, "c2", "T2")
    first, other = await record.due_hooks(NOON, 10)
    await record.hook_failed(first, "http_500", NOON, after(60))
    await record.hook_told(other, NOON)
    assert await record.due_hooks(after(59), 10) == []
    (again,) = await record.due_hooks(after(60), 10)
    assert (again.id, again.event["hook"], again.tries, again.since) == (first.id, "ticket.opened", 1, NOON)
    assert await told(record, 60) == [("c1", "ticket.opened"), ("c1", "ticket.claimed")]


async def test_what_another_sender_settled_is_not_settled_again(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await opened(record)
    await record.claim("T1", "amy", now=NOON)
    (first,) = await record.due_hooks(NOON, 10)
    await record.hook_told(first, NOON)
    # The one that stood still all the time comes back with its news.
    await record.hook_told(first, NOON)
    await record.hook_failed(first, "timeout", NOON, None)
    assert (await record.hook_state()).dead == 0
    assert await told(record) == [("c1", "ticket.claimed")]


async def test_a_dead_letter_waits_until_somebody_sends_it_again(record: Record) -> None:
    await record.hooks_to("https://shop.example")
    await opened(record)
    await record.claim("T1", "amy", now=NOON)
    (first,) = await record.due_hooks(NOON, 10)
    await record.hook_failed(first, "http_410", NOON, None)
    (dead,) = await record.dead_hooks()
    assert (dead.id, dead.conversation, dead.hook, dead.tries, dead.error, dead.at) == (
        first.id,
        "c1",
        "ticket.opened",
        1,
        "http_410",
        NOON,
    )
    state = await record.hook_state()
    assert (state.waiting, state.dead, state.error, state.error_at) == (1, 1, "http_410", NOON)
    await record.revive_hook(dead.id, NOON)
    assert await record.dead_hooks() == []
    with pytest.raises(NotFound):
        await record.revive_hook(dead.id, NOON)
    # Before what waited: it is older.
    assert await told(record) == [("c1", "ticket.opened"), ("c1", "ticket.claimed")]


async def test_there_is_one_sender(record: Record) -> None:
    assert await record.hold_hooks("a", 60_000) is True
    assert await record.hold_hooks("b", 60_000) is False
    await record.leave_hooks("a")
    assert await record.hold_hooks("b", 60_000) is True
