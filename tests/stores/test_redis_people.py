"""What people write and do: once per id, whoever owns the conversation by then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from redis.asyncio import Redis

from bot.errors import BotError, NotFound, Stale, WrongMove
from bot.model import CLOSED, JSON, Severity, Ticket, TicketState
from bot.services.ledger import audit
from bot.stores.record import Record
from bot.stores.values import Written
from bot.ticket_parts import Evidence
from tests.stores.redis_builders import NOON, a_ticket, after, answer, write

WHISPER: JSON = {"type": "whisper", "by": "agent:amy", "name": "小美", "text": "老客户"}


@pytest.fixture
def record(redis: Redis, key_prefix: str) -> Record:
    return Record(redis, key_prefix)


async def queued(record: Record, *tickets: Ticket) -> None:
    """The conversations of the tickets in their queues."""
    for ticket in tickets:
        await answer(record, await write(record, conversation=ticket.conversation), ticket.conversation, ticket=ticket)


async def claimed(record: Record, ticket: Ticket | None = None, agent: str = "amy", seconds: float = 0) -> Ticket:
    """A ticket in an agent's hands."""
    ticket = ticket or a_ticket()
    await queued(record, ticket)
    return await record.claim(ticket.id, agent, now=after(seconds))


async def asked_at(record: Record, ticket_id: str = "T1") -> datetime | None:
    (row,) = await record.desk_rows([ticket_id])
    return row.asked_at


async def test_a_line_is_written_once_per_client_id_also_when_the_owner_changed_since(record: Record) -> None:
    await claimed(record)
    first = await record.say("c1", "amy", "您好", now=after(5), name="小美", images=["a.jpg"], client_id="m1")
    said = (await record.events("c1"))[-1]
    assert {key: said[key] for key in ("type", "by", "name", "text", "images", "client_id")} == {
        "type": "say", "by": "agent:amy", "name": "小美", "text": "您好", "images": ["a.jpg"], "client_id": "m1",
    }  # fmt: skip
    await record.transfer("T1", by="agent:amy", reason="下班", now=after(6), agent="bob")
    assert await record.say("c1", "amy", "您好", now=after(7), client_id="m1") == Written(first.no, True)
    with pytest.raises(Stale):
        await record.say("c1", "amy", "再见", now=after(7), client_id="m2")
    # The visitor's ids and those of another agent are others.
    assert not (await record.say("c1", "bob", "我是小博", now=after(8), client_id="m1")).duplicate
    assert not (await record.accept("c1", "好", "m1", now=after(9))).duplicate


async def test_one_line_sent_many_times_at_once_stands_once(record: Record) -> None:
    await claimed(record)
    written = await asyncio.gather(*(record.say("c1", "amy", "您好", now=NOON, client_id="m1") for _ in range(8)))
    assert len({one.no for one in written}) == 1
    assert [one.duplicate for one in written].count(False) == 1


async def test_every_line_is_noted_on_the_ticket_and_the_first_stops_its_clock(record: Record) -> None:
    await claimed(record)
    await record.say("c1", "amy", "您好", now=after(20))
    await record.say("c1", "amy", "查到了", now=after(90))
    ticket = await record.ticket("T1")
    assert ticket is not None
    assert (ticket.first_reply_at, ticket.spoke_at) == (after(20), after(90))
    assert await record.due(after(9999)) == []


async def test_what_people_write_beside_lines(record: Record) -> None:
    await queued(record, a_ticket())
    first = await record.write("c1", WHISPER, now=after(1), client_id="w1")
    assert await record.write("c1", WHISPER, now=after(2), client_id="w1") == Written(first.no, True)
    assert not (await record.write("c1", WHISPER | {"by": "agent:bob"}, now=after(2), client_id="w1")).duplicate
    assert not (await record.write("c1", WHISPER, now=after(2))).duplicate
    assert (await record.events("c1", after=first.no - 1))[0] == {"v": 1, "no": first.no, "at": "2026-11-11T04:00:01.000+00:00", **WHISPER}
    with pytest.raises(NotFound):
        await record.write("nobody", WHISPER, now=NOON)
    with pytest.raises(Stale):
        await record.write("c1", WHISPER, now=NOON, only_if_owner="agent:amy")
    for moving in ("owner", "message", "decision", "say"):
        with pytest.raises(ValueError, match=moving):
            await record.write("c1", WHISPER | {"type": moving}, now=NOON)
    assert (await audit(record)).problems == []


async def test_since_when_the_customer_waits_for_a_word(record: Record) -> None:
    first = await write(record, seconds=1)
    await write(record, seconds=2)
    await answer(record, first, ticket=a_ticket(), seconds=3)  # the second message passes to people, unanswered
    assert await asked_at(record) == after(2)
    await write(record, seconds=4)
    assert await asked_at(record) == after(2)
    await record.claim("T1", "amy", now=after(5))
    await record.say("c1", "amy", "您好", now=after(6))
    assert await asked_at(record) is None
    no = await write(record, seconds=7)
    (row,) = await record.desk_rows(["T1"])
    assert (row.asked_at, row.last_visitor_no, row.last[0]["no"]) == (after(7), no, no)
    await record.close("T1", "好了", by="agent:amy", now=after(8))
    assert await asked_at(record) is None


async def test_the_bots_answer_ends_the_wait_of_the_last_message(record: Record) -> None:
    first, second = await write(record, seconds=1), await write(record, seconds=2)
    await answer(record, first)
    assert await record.redis.hget(record.keys.conversation("c1"), "asked_at") == str(round(after(2).timestamp() * 1000))
    await answer(record, second)
    assert await record.redis.hget(record.keys.conversation("c1"), "asked_at") is None


async def test_a_button_is_logged_with_its_title(record: Record) -> None:
    await record.accept("c1", "/order:5503", "m1", now=NOON, title="尾号 5503")
    (event,) = await record.events("c1")
    assert (event["text"], event["title"]) == ("/order:5503", "尾号 5503")


async def test_a_closed_conversation_goes_straight_into_the_hands_of_the_agent_who_opens_it_again(record: Record) -> None:
    await claimed(record)
    await record.close("T1", "好了", by="agent:amy", now=after(60))
    again = replace(a_ticket("T2", opened_s=90), state=TicketState.CLAIMED, agent="amy", claimed_at=after(90))
    done = await record.hand_over("c1", again, lines=[], reason="reopened", by="agent:amy", now=after(90), from_owner=CLOSED)
    known, ticket = await record.conversation("c1"), await record.ticket("T2")
    assert known is not None
    assert ticket is not None
    assert (known.owner, known.ticket_id, ticket.previous, ticket.agent) == ("agent:amy", "T2", "T1", "amy")
    assert (await record.held("amy"), await record.queue_members("exceptions")) == (["T2"], [])
    assert (await record.events("c1"))[-1]["no"] == done.last_no
    # The same call again, as after a lost answer, changes nothing; from another owner it is refused.
    assert (await record.hand_over("c1", again, lines=[], reason="reopened", by="agent:amy", now=NOON, from_owner=CLOSED)).already
    with pytest.raises(Stale):
        await record.hand_over("c1", a_ticket("T3"), lines=[], reason="x", by="agent:bob", now=NOON, from_owner=CLOSED)
    assert (await audit(record)).problems == []


async def test_the_index_of_hands_follows_every_move(record: Record) -> None:
    await claimed(record, a_ticket("T1", "c1"), seconds=1)
    await claimed(record, a_ticket("T2", "c2"), seconds=2)
    await claimed(record, a_ticket("T3", "c3"), "bob", seconds=3)
    assert {agent: [held.ticket for held in some] for agent, some in (await record.held_all()).items()} == {"amy": ["T1", "T2"], "bob": ["T3"]}
    assert (await record.held_all())["amy"][1].since == after(2)
    await record.transfer("T1", by="agent:amy", reason="x", now=after(4), agent="bob")
    await record.plan("T2", by="agent:amy", now=after(4))
    assert await record.loads(["amy", "bob", "eve"]) == {"amy": 1, "bob": 2, "eve": 0}
    assert await record.last_given(["amy", "bob", "eve"]) == {"amy": after(2), "bob": after(4)}
    assert await record.last_agents(["c1", "c2", "c9"]) == {"c1": "bob", "c2": "amy"}
    await record.give_back("T1", by="desk", now=after(5))
    await record.to_bot("T3", by="agent:bob", now=after(5))
    await record.close("T2", "好了", by="agent:amy", now=after(5))
    assert dict(await record.held_all()) == {}
    assert (await audit(record)).problems == []


async def test_the_same_deed_gets_the_same_ticket(record: Record) -> None:
    await queued(record, *(a_ticket(f"T{n}", f"c{n}", opened_s=n) for n in range(4)))
    got = await asyncio.gather(*(record.claim_next("exceptions", "amy", now=NOON, deed="d1") for _ in range(5)))
    assert {ticket.id for ticket in got if ticket} == {"T0"}
    assert None not in got
    other = await record.claim_next("exceptions", "bob", now=NOON, deed="d1")
    assert other is not None
    assert other.id == "T1"
    await record.close("T0", "好了", by="agent:amy", now=NOON)
    again = await record.claim_next("exceptions", "amy", now=after(9), deed="d1")
    assert again is not None
    assert (again.id, again.state) == ("T0", TicketState.DONE)
    assert (await record.held("amy"), await record.held("bob")) == ([], ["T1"])


class LosesAnswers:
    """A script whose first answer is lost, so that the client sends it again."""

    def __init__(self, script: object) -> None:
        self.script, self.sent = script, 0

    async def __call__(self, **sent: object) -> object:
        self.sent += 1
        await self.script(**sent)  # type: ignore[operator]
        return await self.script(**sent)  # type: ignore[operator]


@pytest.mark.parametrize("name", ["change", "say", "write", "hand_over", "amend"])
async def test_a_call_that_the_client_sends_again_is_done_once(record: Record, name: str) -> None:
    await queued(record, a_ticket("T1", "c1"), a_ticket("T2", "c2", opened_s=1))
    await write(record, conversation="c3")
    script = record._scripts[name] = LosesAnswers(record._scripts[name])
    claims = await record.claim_next("exceptions", "amy", now=NOON)
    assert claims is not None
    await record.say("c1", "amy", "您好", now=NOON)
    await record.write("c1", WHISPER, now=NOON)
    await record.hand_over("c3", a_ticket("T3", "c3"), lines=[], reason="x", by="desk", now=NOON)
    await record.relabel("T1", "case.lost", by="agent:amy", now=NOON)
    await record.transfer("T1", by="agent:amy", reason="x", now=NOON, agent="bob")
    await record.give_back("T1", by="agent:bob", now=NOON)
    assert script.sent >= 1
    assert [event["type"] for event in await record.events("c1", after=4)] == ["owner", "say", "whisper", "label", "owner", "owner"]
    assert await record.queue_members("exceptions") == ["T1", "T3", "T2"]
    assert dict(await record.held_all()) == {}
    assert (await audit(record)).problems == []


async def test_a_move_of_a_ticket_that_is_no_longer_in_ones_hands_is_refused(record: Record) -> None:
    await claimed(record)
    await record.give_back("T1", by="desk", reason="gone", now=after(60))
    await record.claim("T1", "bob", now=after(61))
    before = await record.events("c1")
    for deed in (
        record.close("T1", "好了", by="agent:amy", now=NOON, holder="amy"),
        record.give_back("T1", by="agent:amy", now=NOON, holder="amy"),
        record.transfer("T1", by="agent:amy", reason="x", now=NOON, group="reception", holder="amy"),
        record.plan("T1", by="agent:amy", now=NOON, holder="amy"),
        record.to_bot("T1", by="agent:amy", now=NOON, holder="amy"),
        record.amend("T1", lambda ticket: replace(ticket, label="x"), now=NOON, holder="amy"),
    ):
        with pytest.raises(Stale):
            await deed
    assert await record.events("c1") == before


async def test_a_silent_agents_ticket_comes_back_unless_a_line_was_faster(record: Record) -> None:
    for n in range(20):
        await claimed(record, a_ticket(f"T{n}", f"c{n}"))
        line, back = await asyncio.gather(
            record.say(f"c{n}", "amy", "来了", now=after(120)),
            record.give_back(f"T{n}", by="desk", reason="silent", now=after(120), holder="amy", unspoken=True),
            return_exceptions=True,
        )
        # One of the two, never both, never none.
        assert isinstance(line, Stale) != isinstance(back, Stale)
    assert (await audit(record)).problems == []


async def test_a_line_of_the_agent_before_is_none_of_the_next_also_by_a_clock_that_goes_ahead(record: Record) -> None:
    await claimed(record)
    await record.say("c1", "amy", "您好", now=after(50))
    ticket = await record.transfer("T1", by="agent:amy", reason="x", now=after(40), agent="bob")
    assert (ticket.spoke_at, await record.unspoken(after(40))) == (None, ["T1"])
    assert (await record.give_back("T1", by="desk", reason="silent", now=after(160), holder="bob", unspoken=True)).agent is None


async def test_to_whom_a_ticket_is_not_assigned_again(record: Record) -> None:
    await claimed(record)
    assert (await record.give_back("T1", by="desk", reason="silent", now=after(1))).not_to == ("amy",)
    for agent, reason, by in (("bob", "returned", "agent:bob"), ("eve", "gone", "desk"), ("amy", "silent", "desk")):
        await record.claim("T1", agent, now=after(2))
        ticket = await record.give_back("T1", by=by, reason=reason, now=after(3))
    assert ticket.not_to == ("amy", "bob")


async def test_another_label_is_on_the_ticket_and_in_the_log(record: Record) -> None:
    await queued(record, a_ticket())
    for _ in range(2):
        ticket = await record.relabel("T1", "case.lost", by="agent:amy", name="小美", now=after(1), message_no=1, client_id="l1")
    assert ticket.label == "case.lost"
    labels = [event for event in await record.events("c1") if event["type"] == "label"]
    assert [(e["was"], e["label"], e["by"], e["message_no"]) for e in labels] == [("case.not_received", "case.lost", "agent:amy", 1)]
    assert "T1" in await record.dirty_tickets()


async def test_two_who_tick_different_evidence_at_once_both_find_it_ticked(record: Record) -> None:
    pieces = tuple(Evidence(f"e{n}", "visitor") for n in range(4))
    await queued(record, replace(a_ticket(), evidence=pieces))

    def ticked(n: int, ticket: Ticket) -> Ticket:
        return replace(ticket, evidence=tuple(replace(e, have=e.have or e.what == f"e{n}") for e in ticket.evidence))

    async def tick(n: int) -> None:
        event: JSON = {"type": "evidence", "by": "agent:amy", "what": f"e{n}", "have": True}
        await record.amend("T1", lambda ticket: ticked(n, ticket), now=NOON, event=event)

    await asyncio.gather(*(tick(n) for n in range(4)))
    ticket = await record.ticket("T1")
    assert ticket is not None
    assert [e.have for e in ticket.evidence] == [True] * 4
    assert (await record.set_evidence("T1", pieces[:1], now=NOON)).evidence == pieces[:1]


async def test_a_graver_ticket_comes_first_among_those_due_at_once(record: Record) -> None:
    await queued(record, a_ticket("T1", "c1"), a_ticket("T2", "c2", opened_s=1))
    promise = {"text": "今天发出", "due_at": None}
    await record.amend("T2", lambda ticket: replace(ticket, severity=Severity.SERIOUS, promised=(promise,), label2="case.lost"), now=NOON)
    ticket = await record.ticket("T2")
    assert ticket is not None
    assert (ticket.severity, ticket.promised, ticket.label2) == (Severity.SERIOUS, (promise,), "case.lost")
    assert await record.queue_members("exceptions") == ["T2", "T1"]
    await record.claim("T2", "amy", now=NOON)
    await record.amend("T2", lambda ticket: replace(ticket, severity=Severity.MINOR, label2=None), now=NOON)
    assert (await record.give_back("T2", by="desk", now=NOON)).label2 is None
    assert await record.queue_members("exceptions") == ["T1", "T2"]
    with pytest.raises(ValueError, match="group"):
        await record.amend("T2", lambda ticket: replace(ticket, group="reception"), now=NOON)


async def test_many_hands_on_one_ticket_leave_it_in_one_place(record: Record) -> None:
    for n in range(15):
        ticket_id = f"T{n}"
        await claimed(record, a_ticket(ticket_id, f"c{n}"))
        moves = (
            record.close(ticket_id, "好了", by="agent:amy", now=NOON, holder="amy"),
            record.give_back(ticket_id, by="desk", reason="silent", now=NOON, holder="amy", unspoken=True),
            record.transfer(ticket_id, by="agent:sue", reason="x", now=NOON, agent="bob"),
            record.transfer(ticket_id, by="agent:sue", reason="x", now=NOON, group="reception"),
            record.claim(ticket_id, "eve", now=NOON),
            record.relabel(ticket_id, "case.lost", by="agent:sue", now=NOON),
        )
        results = await asyncio.gather(*moves, return_exceptions=True)
        assert [one for one in results if isinstance(one, Exception) and not isinstance(one, BotError)] == []
        assert any(not isinstance(one, WrongMove | Stale) for one in results)
    assert (await audit(record)).problems == []
