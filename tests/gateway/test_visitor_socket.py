"""The customers' socket: who may open it, what is acked, what everybody sees."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone

import jwt
import pytest
from gates import Gate, OpenGate, a_ticket, now
from visitor_pages import a_page, a_token, conversation_of, soon

from bot.gateway.keys import HUB, SIGNALS, SOCKETS, TOKENS
from bot.gateway.visitor_socket import SOCKETS_EACH


async def test_a_message_is_acked_with_its_number_and_answered(desk: Gate) -> None:
    async with a_page(desk) as page:
        assert await page.sync() == {"type": "synced", "no": 0, "from": 0, "trimmed": False}
        ack = await page.say("我的快递到哪了", "m1")
        assert (ack["no"], ack["duplicate"]) == (1, False)
        await page.until("turn")
        shown = [(event["no"], event["kind"], event.get("from"), event.get("text")) for event in page.events]
        assert shown == [
            (1, "message", "me", "我的快递到哪了"),
            (2, "say", "bot", "答：我的快递到哪了"),
            (3, "turn", None, None),
        ]
        assert page.events[0]["client_id"] == "m1"
        assert ack["at"] == page.events[0]["at"]


async def test_what_is_acked_is_in_the_log(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        ack = await page.say("在吗")
    events = await gate.record.events(await conversation_of(gate, page.token))
    assert [(event["no"], event["text"]) for event in events] == [(ack["no"], "在吗")]


async def test_sent_again_under_its_id_it_is_the_same_message_also_on_another_socket(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        first = await page.say("在吗", "m1")
        again = await page.say("在吗", "m1")
    async with a_page(gate, page.token) as other:
        await other.send("message", token=other.token, client_id="m1", text="在吗")
        third = await other.until("ack")
    assert (again, third) == ({**first, "duplicate": True},) * 2
    assert len(await gate.record.events(await conversation_of(gate, page.token))) == 1


async def test_a_first_message_brings_the_token_itself_and_hears_what_follows(desk: Gate) -> None:
    async with a_page(desk) as page:
        await page.send("message", token=page.token, client_id="m1", text="在吗")
        await page.until("ack")
        await page.until("turn")
        assert [event["no"] for event in page.events] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["hello", "auth"])
async def test_other_words_for_the_first_frame_are_taken_as_sync(gate: Gate, kind: str) -> None:
    async with a_page(gate) as page:
        await page.send(kind, token=page.token)
        await page.until("synced")
        assert (await page.until("queue"))["owner"] == "bot"


async def test_a_button_shows_its_title_and_the_bot_gets_its_payload(desk: Gate) -> None:
    async with a_page(desk) as page:
        await page.sync()
        await page.send("button", client_id="b1", title="查物流", payload="我的快递到哪了")
        await page.until("turn")
        assert [event.get("title") for event in page.events] == ["查物流", None, None]
        assert page.events[1]["text"] == "答：我的快递到哪了"


async def test_ping_is_answered_with_the_last_number(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        await page.say("在吗")
        await page.until("message")
        await page.send("ping")
        assert await page.until("pong") == {"type": "pong", "no": 1}


async def test_a_second_tab_sees_the_same_in_the_same_order(desk: Gate) -> None:
    token = await a_token(desk)
    async with a_page(desk, token) as one, a_page(desk, token) as two:
        await asyncio.gather(one.sync(), two.sync())
        for n in range(3):
            await one.send("message", client_id=f"a{n}", text=f"一{n}")
        await two.say("二")
        for page in (one, two):
            while len([event for event in page.events if event["kind"] == "turn"]) < 4:
                await page.until("turn")
    assert one.events == two.events
    assert [event["no"] for event in one.events] == sorted({event["no"] for event in one.events})


async def test_cut_in_the_middle_then_synced_it_equals_a_fresh_load(desk: Gate) -> None:
    async with a_page(desk) as page:
        await page.sync()
        await page.say("在吗", "m1")
        await page.until("turn")
        await page.send("message", client_id="m2", text="还在吗")
        assert page.socket._response.connection is not None  # type: ignore[union-attr]
        page.socket._response.connection.transport.abort()  # type: ignore[union-attr]
    seen = page.events
    async with a_page(desk, page.token) as back, a_page(desk, page.token) as fresh:
        await back.sync(after=max(event["no"] for event in seen))
        await back.say("还在吗", "m2")
        while not any(event["kind"] == "turn" and event["no"] > 4 for event in back.events):
            await back.until("turn")
        await fresh.sync()
        assert seen + back.events == fresh.events
    assert [event.get("text") for event in fresh.events if event["kind"] == "message"] == ["在吗", "还在吗"]


async def test_two_gateways_on_one_record_show_each_others_events(open_gate: OpenGate) -> None:
    here, there = await open_gate(), await open_gate()
    token = await a_token(here)
    async with a_page(here, token) as one, a_page(there, token) as two:
        await asyncio.gather(one.sync(), two.sync())
        await one.say("从这边")
        await two.say("从那边")
        for page in (one, two):
            while len(page.events) < 2:
                await page.until("message")
    assert one.events == two.events


async def test_a_room_is_gone_with_its_last_page(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        assert (len(gate.client.app[HUB]), len(gate.client.app[SOCKETS])) == (1, 1)  # type: ignore[union-attr]
    await soon(lambda: len(gate.client.app[HUB]) == 0 and len(gate.client.app[SOCKETS]) == 0)  # type: ignore[union-attr]


async def test_old_numbers_beyond_what_a_socket_is_given_are_said_to_be_elsewhere(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.hub.SYNC_MOST", 3)
    async with a_page(gate) as page:
        await page.sync()
        for n in range(5):
            await page.say(f"{n}")
    async with a_page(gate, page.token) as back:
        assert await back.sync(after=1) == {"type": "synced", "no": 5, "from": 2, "trimmed": True}
        assert [event["no"] for event in back.events] == [3, 4, 5]


async def test_words_that_are_none_or_too_many_are_refused_with_their_id(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        for text, code in ((" \n\x00", "bad_input"), ("退" * 2001, "too_long")):
            await page.send("message", client_id="m1", text=text)
            error = await page.until("error")
            assert (error["code"], error["client_id"]) == (code, "m1")
    assert await gate.record.conversation(await conversation_of(gate, page.token)) is None


async def test_half_an_emoji_does_not_lose_the_message(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        await page.socket.send_str('{"type":"message","client_id":"m1","text":"好\\ud83d"}')
        await page.until("ack")
        assert (await page.until("message"))["text"] == "好?"


async def test_too_fast_is_told_with_the_time_to_wait(open_gate: OpenGate) -> None:
    gate = await open_gate(rate_per_minute=2)
    async with a_page(gate) as page:
        await page.sync()
        for _ in range(2):
            await page.say("在吗")
        await page.send("message", client_id="m3", text="在吗")
        error = await page.until("error")
        assert (error["code"], error["client_id"]) == ("too_many", "m3")
        assert 1 <= error["retry_after_s"] <= 60


async def test_typing_reaches_the_desk_and_an_agents_typing_the_page(gate: Gate) -> None:
    heard: list[object] = []
    gate.client.app[SIGNALS].tell(heard.append)  # type: ignore[union-attr]
    async with a_page(gate) as page:
        await page.sync()
        conversation = await conversation_of(gate, page.token)
        await page.send("typing", on=True)
        await soon(lambda: bool(heard))
        assert heard == [{"k": "typing", "conversation": conversation, "who": "visitor", "on": True}]
        await gate.signals.publish("typing", conversation=conversation, who="agent", id="s3", name="小林", on=True)
        assert await page.until("typing") == {"type": "typing", "who": "agent", "name": "小林", "on": True}


async def test_a_rating_is_an_event_and_a_later_one_follows(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        await page.send("rate", client_id="r0", good=True)
        assert (await page.until("error"))["code"] == "bad_input"
        await page.say("在吗")
        await page.send("rate", client_id="r1", good=False, reasons=["slow", "slow"], words=" 等太久 ")
        ack = await page.until("ack")
        rated = await page.until("rated")
        assert (rated["no"], rated["good"], rated["reasons"], rated["words"]) == (ack["no"], False, ["slow"], "等太久")
        for wrong in ({"reasons": ["kind"]}, {"ticket": "T1"}):
            await page.send("rate", client_id="r2", good=False, **wrong)
            assert (await page.until("error"))["code"] == "bad_input"
        await page.send("rate", client_id="r1", good=False, reasons=["slow"])
        assert await page.until("ack") == {**ack, "duplicate": True}


async def test_the_queue_frame_follows_the_conversation_into_the_queue_and_to_a_person(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        assert (await page.until("queue"))["owner"] == "bot"
        await page.say("转人工")
        conversation = await conversation_of(gate, page.token)
        before = a_ticket("T0", "another")
        await gate.record.accept("another", "在吗", "m", now=now())
        await gate.record.hand_over("another", before, lines=[], reason="human", by="bot", now=now())
        ticket = a_ticket("T1", conversation)
        await gate.record.hand_over(conversation, ticket, lines=[], reason="human", by="bot", now=now())
        queue = await page.until("queue", lambda frame: frame["owner"] == "queue")
        assert (queue["place"], queue["group"], queue["on_duty"], queue["minutes"]) == (2, "退货退款组", False, None)
        await gate.record.claim("T0", "s9", now=now())
        assert (await page.until("queue"))["place"] == 1
        await gate.record.claim("T1", "s3", now=now())
        queue = await page.until("queue")
        assert (queue["owner"], queue["place"], queue["on_duty"]) == ("agent", None, True)
        events = [(event["owner"], event["group"]) for event in page.events if event["kind"] == "owner"]
        assert events == [("queue", "退货退款组"), ("agent", None)]


# --- who may come in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "x", "e30.e30.e30"])
async def test_without_a_good_token_in_the_first_frame_it_closes(gate: Gate, token: str | None) -> None:
    async with a_page(gate) as page:
        await page.send("sync", after=0, **({} if token is None else {"token": token}))
        assert await page.closed() == 4401


async def test_tokens_of_others_and_expired_ones_are_none(gate: Gate) -> None:
    tokens = gate.client.app[TOKENS]  # type: ignore[union-attr]
    visitor = tokens.visitor(None, None, datetime.now(timezone.utc) - timedelta(days=8))
    old = tokens.session(visitor, datetime.now(timezone.utc) - timedelta(days=8))
    claims = jwt.decode(await a_token(gate), options={"verify_signature": False})
    none = jwt.encode(claims, None, "none")
    other = jwt.encode(claims, "x" * 64, "HS256")
    identity = tokens.identity("b1", datetime.now(timezone.utc) + timedelta(hours=1))
    for token in (old, none, other, identity):
        async with a_page(gate, token) as page:
            await page.send("sync", token=token, after=0)
            assert await page.closed() == 4401


async def test_a_session_that_runs_out_ends_the_socket(gate: Gate) -> None:
    tokens = gate.client.app[TOKENS]  # type: ignore[union-attr]
    visitor = tokens.visitor(None, None, datetime.now(timezone.utc) - timedelta(days=7) + timedelta(milliseconds=300))
    async with a_page(gate, tokens.session(visitor, datetime.now(timezone.utc))) as page:
        await page.sync()
        while datetime.now(timezone.utc) < visitor.until + timedelta(seconds=1):
            await asyncio.sleep(0.1)
        await page.send("ping")
        assert await page.closed() == 4401


async def test_no_first_frame_closes_and_says_so(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.visitor_socket.FIRST_FRAME_S", 0.1)
    async with a_page(gate) as page:
        assert await page.closed() == 4408


async def test_pages_of_others_are_refused_by_their_origin(open_gate: OpenGate) -> None:
    gate = await open_gate()
    own = f"http://{gate.client.host}:{gate.client.port}"
    for origin, comes_in in ((own, True), ("https://evil.example", False), ("null", False), (own + "1", False)):
        async with a_page(gate, Origin=origin) as page:
            await page.send("sync", token=page.token, after=0)
            assert (await page.next() is not None) is comes_in
            assert page.socket.close_code == (None if comes_in else 4403)
    proxied = await open_gate(public_origins="https://desk.example")
    for origin, comes_in in (("https://desk.example", True), (own, False)):
        async with a_page(proxied, Origin=origin) as page:
            await page.send("sync", token=page.token, after=0)
            assert (await page.next() is not None) is comes_in


async def test_one_visitor_has_so_many_sockets_and_no_more(gate: Gate) -> None:
    token = await a_token(gate)
    pages = [await gate.client.ws_connect("/ws/visitor") for _ in range(SOCKETS_EACH)]
    for socket in pages:
        await socket.send_str(json.dumps({"type": "sync", "token": token, "after": 0}))
        await socket.receive(5)
    async with a_page(gate, token) as page:
        await page.send("sync", token=token, after=0)
        assert await page.closed() == 4429
    await pages[0].close()
    async with a_page(gate, token) as page:
        await page.sync()
    for socket in pages:
        await socket.close()


async def test_one_address_has_so_many_sockets_and_no_more(open_gate: OpenGate) -> None:
    gate = await open_gate(sockets_per_address=2)
    async with a_page(gate) as one, a_page(gate) as two, a_page(gate) as three:
        await one.sync()
        await two.sync()
        assert await three.closed() == 4429


async def test_an_address_behind_our_proxy_is_the_one_that_the_proxy_saw(open_gate: OpenGate) -> None:
    gate = await open_gate(sockets_per_address=1, trusted_proxies="127.0.0.0/8")
    async with a_page(gate, **{"X-Forwarded-For": "10.0.0.1"}) as one, a_page(gate, **{"X-Forwarded-For": "10.0.0.9, 10.0.0.2"}) as two:
        await one.sync()
        await two.sync()
        async with a_page(gate, **{"X-Forwarded-For": "10.0.0.7, 10.0.0.2"}) as three:
            assert await three.closed() == 4429


async def test_a_stopping_gateway_says_goodbye(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        closing = asyncio.create_task(gate.client.server.close())
        assert await page.closed() == 1001
        await closing
