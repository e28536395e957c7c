"""What machines ask a gateway."""

from __future__ import annotations

from datetime import timedelta

from gates import GROUP, Gate, OpenGate, now
from prometheus_client.parser import text_string_to_metric_families
from visitor_pages import a_page


async def test_a_gateway_lives_without_a_key_and_without_a_worker(gate: Gate) -> None:
    answer = await gate.call("GET", "/healthz", key=None)
    assert (answer.status, await answer.json()) == (200, {"ok": True})


async def test_it_is_ready_once_a_worker_was_seen_alive(gate: Gate) -> None:
    answer = await gate.call("GET", "/readyz", key=None)
    assert (answer.status, (await answer.json())["code"]) == (503, "not_ready")
    await gate.workers.beat("w1", now() - timedelta(minutes=1))
    assert (await gate.call("GET", "/readyz", key=None)).status == 503
    await gate.workers.beat("w1", now())
    answer = await gate.call("GET", "/readyz", key=None)
    assert (answer.status, await answer.json()) == (200, {"ok": True, "redis": "up", "database": "up", "workers": 1})
    await gate.workers.leave("w1")
    assert (await gate.call("GET", "/readyz", key=None)).status == 503


async def test_without_postgresql_it_is_ready_and_says_so(gate: Gate) -> None:
    await gate.workers.beat("w1", now())
    gate.database["up"] = False
    answer = await gate.call("GET", "/readyz", key=None)
    assert (answer.status, (await answer.json())["database"]) == (200, "down")


async def test_metrics_hold_the_process_and_the_desk(desk: Gate, sender: str) -> None:
    await desk.say(sender, "在吗")
    await desk.say(sender, "转人工")
    await desk.workers.beat("w1", now())
    text = await (await desk.call("GET", "/metrics")).text()
    values = {(s.name, *sorted(s.labels.values())): s.value for f in text_string_to_metric_families(text) for s in f.samples}
    assert values["qiantai_gateway_accepted_total",] == 2
    assert values["qiantai_accepted_total",] == 2
    assert values["qiantai_handed_off_by_total", GROUP] == 1
    assert values["qiantai_queue_tickets", GROUP] == 1
    assert values["qiantai_queue_tickets", "supervisor"] == 0
    assert values["qiantai_workers",] == 1
    assert values["qiantai_redis_up",] == 1
    assert values["qiantai_http_requests_total", "/webhooks/rest/webhook", "200", "POST"] == 2


async def test_no_series_tells_when_a_counter_was_born(desk: Gate, sender: str) -> None:
    await desk.say(sender, "在吗")
    text = await (await desk.call("GET", "/metrics")).text()
    assert "qiantai_http_seconds_bucket" in text
    assert "_created" not in text


async def test_how_long_a_page_was_open_is_no_time_to_answer(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
    assert (await gate.call("GET", "/healthz", key=None)).status == 200
    text = await (await gate.call("GET", "/metrics")).text()
    routes = {s.labels["route"] for f in text_string_to_metric_families(text) for s in f.samples if s.name == "qiantai_http_seconds_count"}
    counted = {s.labels["route"] for f in text_string_to_metric_families(text) for s in f.samples if s.name == "qiantai_http_requests_total"}
    assert "/ws/visitor" in counted and "/healthz" in routes and "/ws/visitor" not in routes


async def test_mail_that_nobody_answers_shows_in_the_backlog(open_gate: OpenGate, sender: str) -> None:
    gate = await open_gate(reply_wait_s=0.05)
    await gate.say(sender, "在吗")
    text = await (await gate.call("GET", "/metrics")).text()
    assert "qiantai_backlog_conversations 1.0" in text
    assert "qiantai_gateway_timed_out_total 1.0" in text


async def test_metrics_are_for_this_machine_or_a_key(gate: Gate) -> None:
    assert (await gate.call("GET", "/metrics", key=None)).status == 200
    through_a_proxy = await gate.client.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"})
    assert through_a_proxy.status == 401
