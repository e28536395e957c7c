"""What stands around every handler."""

from __future__ import annotations

import json
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from gates import KEY, Gate, OpenGate

from bot.gateway import keys
from bot.gateway.meters import Meters
from bot.gateway.middlewares import one_error_shape, request_id


@pytest.mark.parametrize("key", [None, "wrong", "", "退货"])
@pytest.mark.parametrize("path", ["/api/tickets", "/api/phase", "/api/queues", "/api/conversations/x"])
async def test_without_a_good_key_every_door_is_shut(gate: Gate, path: str, key: str | None) -> None:
    answer = await gate.call("GET", path, key=key)
    assert (answer.status, (await answer.json())["code"]) == (401, "not_allowed")


async def test_the_key_comes_as_bearer_whatever_its_case(gate: Gate) -> None:
    for header, status in ((f"bearer {KEY}", 200), (f"BEARER  {KEY}", 200), (f"Basic {KEY}", 401), (KEY, 401)):
        assert (await gate.client.get("/api/phase", headers={"Authorization": header})).status == status


async def test_no_key_can_be_checked_without_the_staffs_book(gate: Gate) -> None:
    gate.keys.away = True
    answer = await gate.call("GET", "/api/phase")
    assert (answer.status, (await answer.json())["code"]) == (503, "store_down")


async def test_every_error_has_one_shape_and_a_request_id(gate: Gate) -> None:
    seen = []
    for method, path in (
        ("GET", "/nowhere"),
        ("DELETE", "/api/phase"),
        ("GET", "/webhooks/rest/webhook"),
        ("GET", "/api/conversations/nobody"),
    ):
        answer = await gate.call(method, path)
        body = await answer.json()
        assert set(body) == {"ok", "code", "error"}
        assert body["ok"] is False
        assert answer.headers["X-Request-Id"]
        seen.append((answer.status, body["code"]))
    assert seen == [(404, "not_found"), (405, "method_not_allowed"), (405, "method_not_allowed"), (404, "not_found")]


async def test_a_wrong_method_names_the_right_ones(gate: Gate) -> None:
    assert (await gate.call("DELETE", "/api/phase")).headers["Allow"] == "GET,HEAD,POST"


async def test_a_body_too_large_is_refused_whether_it_says_so_or_not(open_gate: OpenGate) -> None:
    gate = await open_gate(max_body_bytes=1000)

    async def pieces() -> object:
        for _ in range(20):
            yield b"x" * 100

    for data in (b"x" * 1001, pieces()):
        answer = await gate.call("POST", "/webhooks/rest/webhook", data=data)
        assert (answer.status, (await answer.json())["code"]) == (413, "too_long")


async def test_every_answer_is_dressed(gate: Gate) -> None:
    for path in ("/healthz", "/api/phase", "/nowhere", "/metrics"):
        headers = (await gate.call("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "aiohttp" not in headers["Server"]


async def test_a_plain_request_id_is_kept_and_another_replaced(gate: Gate) -> None:
    kept = await gate.client.get("/healthz", headers={"X-Request-Id": "shop-42"})
    assert kept.headers["X-Request-Id"] == "shop-42"
    replaced = await gate.client.get("/healthz", headers={"X-Request-Id": "a b<script>"})
    assert re.fullmatch(r"[0-9a-f]{16}", replaced.headers["X-Request-Id"])


async def test_the_unforeseen_becomes_a_reference_number_and_nobodys_words(capsys: pytest.CaptureFixture[str]) -> None:
    async def breaks(_: web.Request) -> web.Response:
        raise RuntimeError("买家说：我的电话 13800000000")

    app = web.Application(middlewares=[request_id, one_error_shape])
    app[keys.METERS] = Meters()
    app.router.add_get("/breaks", breaks)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/breaks")
        body = await answer.json()
    logged = capsys.readouterr().out
    assert (answer.status, body["code"]) == (500, "internal")
    assert answer.headers["X-Request-Id"] in body["error"]
    assert answer.headers["X-Request-Id"] in logged
    assert "RuntimeError" in logged
    assert "13800000000" not in json.dumps(body) + logged


async def test_the_log_holds_no_customers_words(desk: Gate, sender: str, capsys: pytest.CaptureFixture[str]) -> None:
    await desk.say(sender, "绝密的话", buyer_id="b-secret")
    await desk.call("GET", f"/api/conversations/{sender}")
    logged = capsys.readouterr().out
    assert "/api/conversations/{sender}" in logged
    for words in ("绝密的话", "b-secret", KEY):
        assert words not in logged
