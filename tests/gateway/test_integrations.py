"""The doors for the shop's systems, with a real client on a real Redis."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from gates import DECISION, GROUP, Gate, OpenGate, a_ticket, now
from picture_builders import a_picture, data_url
from yarl import URL

from bot.gateway.payloads import UNSEEN
from bot.stores.redis_outbox import RedisOutbox

PNG = data_url(a_picture())


async def test_a_message_brings_the_lines_of_its_turn_and_the_decision(desk: Gate, sender: str) -> None:
    desk.player.lines = lambda _: [
        {"type": "say", "by": "bot", "text": "一", "buttons": [["查物流", "我的快递到哪了"]]},
        {"type": "say", "by": "bot", "text": "二"},
    ]
    assert await desk.say(sender, "退货怎么弄", buyer_id="b1") == [
        {"recipient_id": sender, "text": "一", "buttons": [{"title": "查物流", "payload": "我的快递到哪了"}]},
        {"recipient_id": sender, "text": "二"},
        {"recipient_id": sender, "custom": {"decision": DECISION}},
    ]


async def test_a_hand_off_is_visible_at_once_and_then_people_own_the_conversation(desk: Gate, sender: str) -> None:
    lines = await desk.say(sender, "转人工", buyer_id="b1")
    assert [item["text"] for item in lines[:-1]] == ["答：转人工", "您排在第 1 位。"]
    ticket_id = lines[-1]["custom"]["decision"]["hand_off"]["ticket_id"]
    seen = await (await desk.call("GET", f"/api/conversations/{sender}")).json()
    assert (seen["owner"], seen["ticket"]["id"], seen["ticket"]["state"]) == (f"queue:{GROUP}", ticket_id, "waiting")
    assert await desk.say(sender, "有人吗") == []
    seen = await (await desk.call("GET", f"/api/conversations/{sender}")).json()
    assert seen["log"][-1]["text"] == "有人吗"


async def test_the_same_message_id_is_stored_once_and_answered_the_same(desk: Gate, sender: str) -> None:
    first = await desk.say(sender, "退货怎么弄", message_id="m1")
    await desk.say(sender, "谢谢", message_id="m2")
    assert await desk.say(sender, "退货怎么弄", message_id="m1") == first
    seen = await (await desk.call("GET", f"/api/conversations/{sender}")).json()
    assert [e["text"] for e in seen["log"] if e["type"] == "message"] == ["退货怎么弄", "谢谢"]


async def test_messages_sent_at_once_are_each_answered_with_their_own_lines(desk: Gate, sender: str) -> None:
    words = [f"问题{i}" for i in range(12)]
    answers = await asyncio.gather(*(desk.say(sender, word) for word in words))
    assert [[item["text"] for item in answer[:-1]] for answer in answers] == [[f"答：{word}"] for word in words]


async def test_without_a_worker_the_call_ends_and_the_message_is_kept(open_gate: OpenGate, sender: str) -> None:
    gate = await open_gate(reply_wait_s=0.2)
    assert await gate.say(sender, "在吗") == []
    seen = await (await gate.call("GET", f"/api/conversations/{sender}")).json()
    assert (seen["owner"], [e["text"] for e in seen["log"]]) == ("bot", ["在吗"])


async def test_mail_that_is_handed_over_unanswered_brings_the_notices_of_the_hand_over(gate: Gate, sender: str) -> None:
    calls = [asyncio.create_task(gate.say(sender, "在吗"))]
    await _stored(gate, sender, 1)
    calls.append(asyncio.create_task(gate.say(sender, "喂")))
    await _stored(gate, sender, 2)
    ticket = a_ticket(await gate.record.new_ticket_id(now()), sender)
    lines = [{"type": "notice", "by": "desk", "text": "已为您转人工。"}]
    await gate.record.hand_over(sender, ticket, lines=lines, reason="mail_waits", by="watch", now=now(), message_no=1)
    for answer in await asyncio.gather(*calls):
        assert [item["text"] for item in answer if "text" in item] == ["已为您转人工。"]


@pytest.mark.parametrize("images", [[PNG], [PNG, PNG]])
async def test_pictures_are_on_disk_and_the_log_holds_their_names(desk: Gate, sender: str, images: list[str]) -> None:
    await desk.say(sender, "", images=images)
    event = (await desk.record.events(sender))[0]
    assert event["text"] == ""
    assert sorted(event["images"]) == sorted(path.name for path in (desk.var_dir / "uploads").iterdir())
    assert len(event["images"]) == len(images)


async def test_a_mentioned_picture_takes_the_place_of_one(desk: Gate, sender: str) -> None:
    await desk.say(sender, "[图片]")
    event = (await desk.record.events(sender))[0]
    assert (event["text"], event["images"]) == ("", [UNSEEN])


async def test_a_duplicate_leaves_no_second_file(desk: Gate, sender: str) -> None:
    for _ in range(2):
        await desk.say(sender, "", images=[PNG], message_id="m1")
    assert len(list((desk.var_dir / "uploads").iterdir())) == 1


async def test_a_sender_who_sends_too_fast_is_told_when_to_come_again(open_gate: OpenGate, sender: str) -> None:
    gate = await open_gate(rate_per_minute=2, reply_wait_s=0.05)
    for _ in range(2):
        await gate.say(sender, "在吗")
    answer = await gate.send({"sender": sender, "message": "在吗"})
    assert (answer.status, (await answer.json())["code"]) == (429, "too_many")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(await gate.record.events(sender)) == 2
    assert await gate.say(f"{sender}-2", "在吗") == []


async def test_wrong_bodies_are_refused_and_nothing_is_stored(gate: Gate, sender: str) -> None:
    for raw in (b"{half", b"[1]", b"", b'{"a":' * 100_000, b'{"sender":"' + sender.encode() + b'","message":NaN}'):
        answer = await gate.call("POST", "/webhooks/rest/webhook", data=raw)
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_input")
    long = await gate.send({"sender": sender, "message": "退" * 2001})
    assert (long.status, (await long.json())["code"]) == (413, "too_long")
    assert "2000" in (await long.json())["error"]
    assert await gate.record.conversation(sender) is None


async def test_the_content_type_does_not_matter_when_the_body_parses(desk: Gate, sender: str) -> None:
    body = json.dumps({"sender": sender, "message": "在吗"}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "?"):
        headers = {"Authorization": "Bearer qt_test", "Content-Type": kind}
        answer = await desk.client.post("/webhooks/rest/webhook", data=body, headers=headers)
        assert answer.status == 200


async def test_a_body_packed_wrongly_is_bad_input(gate: Gate) -> None:
    headers = {"Authorization": "Bearer qt_test", "Content-Encoding": "gzip"}
    answer = await gate.client.post("/webhooks/rest/webhook", data=b"not gzip", headers=headers)
    assert answer.status == 400
    assert (await answer.json())["ok"] is False


@pytest.mark.parametrize("name", ["a/b", "张三{1}", "x?y=1&z", "50%", "%2F"])
async def test_odd_senders_are_found_again(desk: Gate, sender: str, name: str) -> None:
    odd = f"{name}{sender}"
    await desk.say(odd, "在吗")
    url = URL(f"/api/conversations/{quote(odd, safe='')}", encoded=True)
    seen = await (await desk.client.get(url, headers={"Authorization": "Bearer qt_test"})).json()
    assert (seen["sender"], seen["last_no"]) == (odd, 3)


async def test_the_log_is_read_page_by_page(desk: Gate, sender: str) -> None:
    for word in "甲乙丙":
        await desk.say(sender, word)
    whole = await (await desk.call("GET", f"/api/conversations/{sender}")).json()
    assert [e["no"] for e in whole["log"]] == list(range(1, whole["last_no"] + 1))
    assert {e["type"] for e in whole["log"]} == {"message", "say", "decision"}
    page = await (await desk.call("GET", f"/api/conversations/{sender}?after=2&limit=2")).json()
    assert page["log"] == whole["log"][2:4]
    wrong = await desk.call("GET", f"/api/conversations/{sender}?after=x")
    assert (wrong.status, (await wrong.json())["code"]) == (400, "bad_input")


async def test_an_unknown_sender_is_not_found(gate: Gate) -> None:
    answer = await gate.call("GET", "/api/conversations/nobody-here")
    assert (answer.status, (await answer.json())["code"]) == (404, "not_found")


async def test_tickets_are_listed_with_every_field_by_state_group_and_sender(desk: Gate, sender: str) -> None:
    await desk.say(sender, "转人工", buyer_id="b1")
    await desk.say(f"{sender}-2", "转人工")
    mine = (await (await desk.call("GET", f"/api/tickets?sender={sender}")).json())["tickets"]
    assert [(t["sender"], t["order_no"], t["group"]) for t in mine] == [(sender, "202611110000001001", GROUP)]
    for field in (
        "id",
        "label",
        "label2",
        "confidence",
        "path",
        "severity",
        "state",
        "said",
        "promised",
        "response_rule",
        "due_at",
        "agent",
    ):
        assert field in mine[0]
    assert set(mine[0]["evidence"]) == {"have", "missing"}
    for query, count in ((f"group={GROUP}&state=waiting", 2), ("group=exceptions", 0), ("state=done", 0), ("limit=1", 1)):
        rows = (await (await desk.call("GET", f"/api/tickets?{query}")).json())["tickets"]
        assert len(rows) == count, query


async def test_a_wrong_filter_names_the_allowed(gate: Gate) -> None:
    for query, words in (("state=lost", "waiting"), ("group=cooks", GROUP), ("limit=x", "1000"), ("color=red", "sender")):
        answer = await gate.call("GET", f"/api/tickets?{query}")
        assert answer.status == 400
        assert words in (await answer.json())["error"]


async def test_the_phase_takes_effect_at_once_and_an_unknown_one_is_refused(gate: Gate) -> None:
    assert (await (await gate.call("GET", "/api/phase")).json())["phase"] == "after_sales"
    answer = await gate.call("POST", "/api/phase", json={"phase": "promotion"})
    assert answer.status == 200
    assert (await (await gate.call("GET", "/api/phase")).json())["phase"] == "promotion"
    by_hand = await (await gate.call("GET", "/api/phase")).json()
    assert (by_hand["by"], by_hand["why"], by_hand["until"]) == ("integration", "manual", None)
    again = await (await gate.call("POST", "/api/phase", json={"phase": "auto"})).json()
    assert (again["phase"], again["by"], again["why"]) == ("after_sales", None, "default")
    refused = await gate.call("POST", "/api/phase", json={"phase": "christmas"})
    assert (refused.status, (await refused.json())["code"]) == (400, "bad_input")
    assert "after_sales" in (await refused.json())["error"]


async def test_the_shops_system_sets_the_proof_deadline_moves_it_and_takes_it_away(desk: Gate, sender: str, key_prefix: str) -> None:
    ticket = (await desk.say(sender, "转人工"))[-1]["custom"]["decision"]["hand_off"]["ticket_id"]
    times = [(now().replace(microsecond=0) + timedelta(days=days)).isoformat() for days in (2, 3)]
    for due in (times[0], times[1], times[1], None):
        answer = await desk.call("POST", f"/api/tickets/{ticket}/proof", json={"due_at": due})
        assert (answer.status, (await answer.json())["ticket"]["proof_due_at"]) == (200, due)
    assert [event["due_at"] for event in await desk.record.events(sender) if event["type"] == "proof"] == [*times, None]
    lines = [row for row in await RedisOutbox(desk.record.redis, key_prefix).rows() if row.what == "proof"]
    assert [(line.kind, line.who, line.data["ticket"], line.data["due_at"]) for line in lines] == [
        ("audit", "integration", ticket, said) for said in (*times, "none")
    ]
    assert await desk.record.reminders(now() + timedelta(days=9)) == []


async def test_a_proof_deadline_that_cannot_be_is_refused_in_words(desk: Gate, sender: str) -> None:
    ticket = (await desk.say(sender, "转人工"))[-1]["custom"]["decision"]["hand_off"]["ticket_id"]
    for body, words in (
        ({}, "due_at"), ({"due_at": 7}, "due_at"), ({"due_at": None, "why": "x"}, "due_at"), ({"due_at": "2099-11-11 20:00"}, "带时区"),
        ({"due_at": "tomorrow"}, "带时区"), ({"due_at": "2020-01-01T00:00:00+08:00"}, "在现在之后"),
    ):  # fmt: skip
        answer = await desk.call("POST", f"/api/tickets/{ticket}/proof", json=body)
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_input")
        assert words in (await answer.json())["error"]
    missing = await desk.call("POST", "/api/tickets/T0/proof", json={"due_at": None})
    assert (missing.status, (await missing.json())["code"]) == (404, "not_found")
    assert (await desk.record.ticket(ticket)).proof_due_at is None  # type: ignore[union-attr]


async def test_queues_show_every_group_and_who_waits(desk: Gate, sender: str) -> None:
    await desk.say(sender, "转人工")
    rows = {row["group"]: row for row in (await (await desk.call("GET", "/api/queues")).json())["queues"]}
    assert rows[GROUP]["waiting"] == 1
    assert rows[GROUP]["oldest_wait_s"] >= 0
    assert rows["exceptions"]["waiting"] == 0
    assert rows["exceptions"]["oldest_wait_s"] is None


async def _stored(gate: Gate, sender: str, count: int) -> None:
    for _ in range(500):
        if len(await gate.record.events(sender)) >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not stored")
