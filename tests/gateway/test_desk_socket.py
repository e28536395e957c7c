"""The desk's socket: what pages hear, in which order, and who does not. Every frame is held against the schema."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from desk_pages import GROUP, DeskGate
from gates import now

from bot.gateway.desk_frames import INCOMING
from bot.gateway.desk_keys import PULSE
from bot.gateway.frames import BadFrame, read
from bot.model import JSON


async def write(floor: DeskGate, text: str, conversation: str = "c1") -> int:
    return (await floor.gate.record.accept(conversation, text, uuid4().hex, now=now(), buyer_id="b1")).no


def of(ticket_id: str, *whys: str) -> Callable[[JSON], bool]:
    return lambda frame: frame["row"]["id"] == ticket_id and (not whys or frame["why"] in whys)


async def test_a_page_begins_with_all_it_needs(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    mine, waits = await floor.ticket(), await floor.ticket("c2")
    await floor.ticket("c3", "reception")
    await lin.do(f"tickets/{mine.id}/claim")
    async with lin.page() as page:
        welcome = await page.until("welcome")
        assert (welcome["me"]["id"], welcome["phase"]) == ("s1", "after_sales")
        assert [(queue["group"], queue["waiting"], queue["on_duty"]) for queue in welcome["queues"]] == [(GROUP, 1, 1)]
        assert [row["id"] for row in welcome["mine"]] == [mine.id]
        assert [(agent["id"], agent["load"], agent["status"]) for agent in welcome["agents"]] == [("s1", 1, "online")]
        assert welcome["unseen"] == {"c1": 0}
        await page.send("seen", conversation="c1", no=2)
        await page.send("ping")
        await page.until("pong")
    async with lin.page() as page:
        assert (await page.until("welcome"))["unseen"] == {"c1": 2}
    assert [row["id"] for row in (await lin.read("queues/exceptions"))["rows"]] == [waits.id]


async def test_a_hand_off_is_told_to_the_group_and_to_supervisors_and_to_nobody_else(floor: DeskGate) -> None:
    lin, rui, boss = await floor.signed_in("lin", "rui", "boss")
    async with lin.page() as a, rui.page() as b, boss.page() as c:
        for page in (a, b, c):
            await page.until("welcome")
        ticket = await floor.ticket()
        for page in (a, c):
            frame = await page.until("row", of(ticket.id))
            assert (frame["why"], frame["row"]["place"]) == ("opened", 1)
        await floor.ticket("c9", "reception")
        assert (await b.until("row"))["row"]["group"] == "reception"


async def test_moves_are_told_by_their_names_also_to_those_who_lose_the_ticket(floor: DeskGate) -> None:
    lin, mei, rui, boss = await floor.signed_in("lin", "mei", "rui", "boss")
    async with lin.page() as a, mei.page() as b, rui.page() as c:
        for page in (a, b, c):
            await page.until("welcome")
        ticket = await floor.ticket()
        await a.until("row", of(ticket.id, "opened"))
        await lin.do(f"tickets/{ticket.id}/claim")
        assert (await b.until("row", of(ticket.id, "claimed")))["row"]["agent_name"] == "小林"
        await boss.do(f"tickets/{ticket.id}/transfer", agent="s2", reason="")
        assert (await a.until("row", of(ticket.id, "assigned")))["row"]["agent"] == "s2"
        assert (await b.until("row", of(ticket.id, "assigned")))["row"]["agent"] == "s2"
        await mei.do(f"tickets/{ticket.id}/give-back", reason="")
        await a.until("row", of(ticket.id, "returned"))
        await lin.do(f"tickets/{ticket.id}/claim")
        answer = await lin.do(f"tickets/{ticket.id}/transfer", group="reception", reason="other_group")
        assert answer["note"] is None
        await b.until("row", of(ticket.id, "transferred"))
        await c.until("row", of(ticket.id, "transferred"))
        await rui.do(f"tickets/{ticket.id}/claim")
        await rui.do(f"tickets/{ticket.id}/close", outcome="explained", note="")
        assert (await c.until("row", of(ticket.id, "closed")))["row"]["outcome"] == "explained"


async def test_of_two_who_claim_in_the_same_tick_one_has_it_and_the_other_is_told_so(floor: DeskGate) -> None:
    lin, mei = await floor.signed_in("lin", "mei")
    for n in range(5):
        ticket = await floor.ticket(f"c{n}")
        answers = await asyncio.gather(*(browser.post(f"tickets/{ticket.id}/claim") for browser in (lin, mei)))
        assert sorted(answer.status for answer in answers) == [200, 409]
        codes = [(await answer.json()).get("code") for answer in answers]
        assert "ticket_taken" in codes


async def test_who_watches_gets_the_log_and_what_is_written_then(floor: DeskGate) -> None:
    lin, mei = await floor.signed_in("lin", "mei")
    ticket = await floor.ticket(text="电话 13812345678")
    await lin.do(f"tickets/{ticket.id}/claim")
    async with lin.page() as page, mei.page() as other:
        await page.send("watch", conversation="c1", after=0)
        first = await page.until("events")
        assert [event["type"] for event in first["events"]] == ["message", "owner", "owner"]
        assert first["events"][0]["text"] == "电话 13812345678" and "buyer_id" not in first["events"][0]
        assert (await page.until("synced"))["no"] == 3
        await lin.do("conversations/c1/say", client_id="m1", text="您好", images=[])
        said = (await page.until("events"))["events"]
        assert [(event["type"], event["name"], event["text"]) for event in said] == [("say", "小林", "您好")]
        await other.send("watch", conversation="c1", after=3)
        assert [event["no"] for event in (await other.until("events"))["events"]] == [4]


async def test_a_trainer_reads_with_numbers_masked_and_speaks_nowhere(floor: DeskGate) -> None:
    (trainer,) = await floor.signed_in("trainer")
    await floor.ticket(text="电话 13812345678 单号 202611110000001001")
    async with trainer.page() as page:
        await page.send("watch", conversation="c1", after=0)
        text = (await page.until("events"))["events"][0]["text"]
        assert text == "电话 138****5678 单号 ****1001"
    shown = await trainer.read("conversations/c1")
    assert (shown["buyer"], shown["order"]["order_no"]) == (
        {"name": "张*", "phone": "138****0001", "address": "浙江省杭州市****"},
        "****5503",
    )
    events = (await trainer.read("conversations/c1/events?after=0"))["events"]
    assert "13812345678" not in str(events)


async def test_what_is_not_for_ones_eyes_is_not_watched_and_not_when_it_goes_there(floor: DeskGate) -> None:
    lin, rui, boss = await floor.signed_in("lin", "rui", "boss")
    ticket = await floor.ticket()
    async with rui.page() as away, lin.page() as page:
        await away.send("watch", conversation="c1", after=0)
        assert (await away.until("error"))["code"] == "forbidden"
        await page.send("watch", conversation="c1", after=0)
        await page.until("synced")
        await boss.do(f"tickets/{ticket.id}/transfer", group="reception", reason="")
        await page.until("row", of(ticket.id, "transferred"))
        await write(floor, "这句不给异常组看")
        await page.send("ping")
        await page.until("pong")
        assert "这句不给异常组看" not in str([frame for frame in page.frames if frame["type"] == "events"])


async def test_the_holder_hears_that_the_customer_wrote_and_colleagues_do_not(floor: DeskGate) -> None:
    lin, mei = await floor.signed_in("lin", "mei")
    ticket = await floor.ticket()
    await lin.do(f"tickets/{ticket.id}/claim")
    async with lin.page() as page, mei.page() as other:
        await page.until("welcome")
        await other.until("welcome")
        no = await write(floor, "还在吗")
        frame = await page.until("row", lambda f: f["row"]["last_visitor_no"] == no)
        assert (frame["why"], frame["row"]["preview"], frame["row"]["preview_from"]) == ("changed", "还在吗", "visitor")
        assert frame["row"]["asked_at"] is not None
        await other.send("ping")
        await other.until("pong")
        assert [f for f in other.frames if f["type"] == "row"] == []


async def test_typing_and_looking_are_seen_by_those_who_look(floor: DeskGate) -> None:
    lin, mei = await floor.signed_in("lin", "mei")
    ticket = await floor.ticket()
    await lin.do(f"tickets/{ticket.id}/claim")
    async with lin.page() as a, mei.page() as b:
        for page in (a, b):
            await page.send("watch", conversation="c1", after=0)
            await page.until("synced")
        both = await a.until("lookers", lambda frame: len(frame["agents"]) == 2)
        assert [agent["name"] for agent in both["agents"]] == ["小林", "小美"]
        await a.send("typing", conversation="c1", on=True)
        typing = await b.until("typing")
        assert (typing["who"], typing["id"], typing["name"], typing["on"]) == ("agent", "s1", "小林", True)
        await floor.parts.signals.publish("typing", conversation="c1", who="visitor", on=True)
        assert (await b.until("typing", lambda frame: frame["who"] == "visitor"))["on"] is True
        await a.send("unwatch", conversation="c1")
        await b.until("lookers", lambda frame: len(frame["agents"]) == 1)


async def test_queues_and_people_are_told_with_their_last_state(floor: DeskGate) -> None:
    lin, boss = await floor.signed_in("lin", "boss")
    async with boss.page() as page, lin.page() as other:
        await other.until("welcome")
        for n in range(5):
            await floor.ticket(f"c{n}")
        await page.until("queues", lambda f: any(q["group"] == GROUP and q["waiting"] == 5 for q in f["queues"]))
        await lin.do(f"queues/{GROUP}/claim", deed="d1")
        await page.until("agents", lambda f: any(agent["id"] == "s1" and agent["load"] == 1 for agent in f["agents"]))
        await lin.do("presence", status="break")
        await page.until("agents", lambda f: any(agent["id"] == "s1" and agent["status"] == "break" for agent in f["agents"]))
        await boss.do("phase", phase="promotion")
        assert (await other.until("phase"))["by"] == "主管王"


async def test_an_alert_reaches_those_who_can_do_something(floor: DeskGate) -> None:
    lin, rui = await floor.signed_in("lin", "rui")
    ticket = await floor.ticket()
    async with lin.page() as page, rui.page() as other:
        await page.until("welcome")
        await other.until("welcome")
        await floor.parts.signals.publish("alert", ticket=ticket.id, conversation="c1", what="warned")
        frame = await page.until("alert")
        assert (frame["what"], frame["row"]["id"]) == ("warned", ticket.id)
        await other.send("ping")
        await other.until("pong")
        assert "alert" not in [f["type"] for f in other.frames]


async def test_a_promise_rings_at_its_owner_also_once_the_ticket_is_anothers(floor: DeskGate) -> None:
    lin, mei, rui = await floor.signed_in("lin", "mei", "rui")
    ticket = await floor.ticket("c1")
    await floor.gate.record.claim(ticket.id, "s1", now=now())
    async with lin.page() as holder, mei.page() as owner, rui.page() as stranger:
        for page in (holder, owner, stranger):
            await page.until("welcome")
        for to in ("s2", "s3"):
            await floor.parts.signals.publish("alert", ticket=ticket.id, conversation="c1", what="promise_due", owner=to)
            assert (await holder.until("alert"))["what"] == "promise_due"
        assert (await owner.until("alert"))["row"]["id"] == ticket.id
        # Nobody hears of a matter that he may not see.
        await stranger.send("ping")
        await stranger.until("pong")
        assert "alert" not in [frame["type"] for frame in stranger.frames]


async def test_a_page_counts_as_being_there_and_its_absence_takes_a_while(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    record = floor.gate.record
    async with lin.page() as page:
        await page.until("welcome")
        assert [state.id for state in await record.agents(now())] == ["s1"]
        await record.redis.zadd(record.keys.agents(), {"s1": 0})
        await floor.gate.client.app[PULSE].beat()
        assert [state.id for state in await record.agents(now())] == ["s1"]
    assert [state.id for state in await record.agents(now())] == ["s1"]


async def test_an_idle_sign_in_closes_its_page_and_a_moving_hand_keeps_it(floor: DeskGate) -> None:
    lin, mei = await floor.signed_in("lin", "mei")
    sessions, pulse = floor.parts.sessions, floor.gate.client.app[PULSE]
    async with lin.page() as page, mei.page() as other:
        await page.until("welcome")
        await other.until("welcome")
        await sessions.end(lin.cookie or "")
        await pulse.check()
        assert (await page.until("bye"))["code"] == "not_allowed" and await page.closed() == 4401
        await other.send("active")
        await other.send("ping")
        await other.until("pong")


async def test_missed_news_begin_every_page_again(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    async with lin.page() as page:
        await page.until("welcome")
        for client in await floor.gate.record.redis.client_list(_type="pubsub"):
            await floor.gate.record.redis.client_kill_filter(_id=client["id"])
        await page.until("welcome")


@pytest.mark.parametrize(
    "raw",
    ['{"type":"watch"}', '{"type":"watch","conversation":"","after":0}', '{"type":"watch","conversation":"c1","after":-1}', '{"type":"x"}',
     '{"type":"seen","conversation":"c1","no":"1"}', '{"type":"typing","conversation":"c1","on":1}', '{"type":"active","more":1}', "[]", "x"],
)  # fmt: skip
def test_other_frames_are_none_of_ours(raw: str) -> None:
    with pytest.raises(BadFrame):
        read(raw, INCOMING)


async def test_so_many_pages_of_one_person_and_no_more(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    async with AsyncExitStack() as stack:
        for _ in range(8):
            socket = await stack.enter_async_context(lin.page())
            await socket.until("welcome")
        assert await (await stack.enter_async_context(lin.page())).closed() == 4429
