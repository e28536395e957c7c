"""The visitors' REST: sessions, pictures, orders, history, pages."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import asyncpg
import jwt
import pytest
from aiohttp import FormData
from gates import Gate, OpenGate, a_ticket, now
from picture_builders import a_picture
from visitor_pages import OUT, a_page, a_token, conversation_of

from bot.gateway.pictures import MAX_BYTES
from bot.services.archive import Archive
from bot.shop.demo import load_demo
from bot.stores.redis_outbox import RedisOutbox

BUYER = "b1001"


def an_identity(gate: Gate, buyer: str = BUYER, **claims: object) -> str:
    """As the shop would sign it."""
    secret = (gate.var_dir / "secrets" / "identity_key").read_text()
    return jwt.encode({"sub": buyer, "exp": now() + timedelta(minutes=5)} | claims, secret, "HS256")


async def a_session(gate: Gate, old: str | None = None, **body: object) -> dict[str, object]:
    answer = await gate.call("POST", "/api/visitor/sessions", key=old, json=body)
    assert answer.status == 200, await answer.text()
    found: dict[str, object] = await answer.json()
    return found


# --- sessions ---------------------------------------------------------------------------------------------------------


async def test_a_buyer_has_one_conversation_on_every_device_and_it_does_not_tell_who(gate: Gate) -> None:
    one, two = [await a_session(gate, identity=an_identity(gate)) for _ in range(2)]
    other = await a_session(gate, identity=an_identity(gate, "b1002"))
    assert one["conversation"] == two["conversation"] != other["conversation"]
    assert (one["verified"], BUYER in str(one["conversation"])) == (True, False)


async def test_an_old_token_keeps_its_conversation_and_no_token_makes_a_new_one(gate: Gate) -> None:
    first = await a_session(gate)
    again = await a_session(gate, old=str(first["token"]))
    other = await a_session(gate)
    broken = await a_session(gate, old="e30.e30.e30")
    assert first["conversation"] == again["conversation"]
    assert len({first["conversation"], other["conversation"], broken["conversation"]}) == 3
    assert (first["verified"], first["buyer_name"]) == (False, None)


async def test_a_verified_session_does_not_last_longer_by_itself(gate: Gate) -> None:
    first = await a_session(gate, identity=an_identity(gate))
    again = await a_session(gate, old=str(first["token"]))
    assert (again["expires_at"], again["verified"]) == (first["expires_at"], True)


async def test_signing_in_at_the_shop_changes_to_the_buyers_conversation(gate: Gate) -> None:
    anonymous = await a_session(gate)
    verified = await a_session(gate, old=str(anonymous["token"]), identity=an_identity(gate))
    assert verified["conversation"] != anonymous["conversation"]


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"sub": ""}, {"sub": 7}, {"sub": "b\n1"}, {"sub": "b" * 129}, {"sub": None}, {"exp": None}, {"exp": "tomorrow"}],
)
async def test_an_identity_that_does_not_hold_is_none(gate: Gate, claims: dict[str, object]) -> None:
    secret = (gate.var_dir / "secrets" / "identity_key").read_text()
    whole = {"sub": BUYER, "exp": int(now().timestamp()) + 300} | claims
    identity = jwt.PyJWS().encode(json.dumps({k: v for k, v in whole.items() if v is not None}).encode(), secret, "HS256")
    answer = await gate.call("POST", "/api/visitor/sessions", key=None, json={"identity": identity})
    assert (answer.status, (await answer.json())["code"]) == (401, "bad_identity")


async def test_an_identity_by_others_or_unsigned_is_none(gate: Gate) -> None:
    claims = {"sub": BUYER, "exp": now() + timedelta(minutes=5)}
    session = await a_token(gate)
    for identity in (jwt.encode(claims, "x" * 64, "HS256"), jwt.encode(claims, None, "none"), session, "x", "x" * 5000):
        answer = await gate.call("POST", "/api/visitor/sessions", key=None, json={"identity": identity})
        assert (answer.status, (await answer.json())["code"]) == (401, "bad_identity")


async def test_an_address_gets_thirty_sessions_a_minute(gate: Gate) -> None:
    for _ in range(30):
        await a_session(gate)
    answer = await gate.call("POST", "/api/visitor/sessions", key=None)
    assert (answer.status, (await answer.json())["code"]) == (429, "too_many")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_gateways_on_one_folder_know_each_others_sessions(open_gate: OpenGate) -> None:
    here, there = await open_gate(), await open_gate()
    assert await conversation_of(there, token := await a_token(here)) == await conversation_of(here, token)


# --- pictures ---------------------------------------------------------------------------------------------------------


def a_form(content: bytes, field: str = "picture") -> FormData:
    form = FormData()
    form.add_field(field, content, filename="../../photo.php", content_type="image/svg+xml")
    return form


async def a_picture_of(gate: Gate, token: str, content: bytes | None = None) -> dict[str, str]:
    answer = await gate.call("POST", "/api/visitor/pictures", key=token, data=a_form(content or a_picture()))
    assert answer.status == 200, await answer.text()
    found: dict[str, str] = await answer.json()
    return found


async def test_a_picture_goes_up_into_a_message_and_down_again_to_its_own_visitor_alone(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        picture = await a_picture_of(gate, page.token)
        await page.send("image", client_id="i1", images=[picture["name"]], text="开线了")
        event = await page.until("message")
        assert (event["images"], event["text"]) == ([picture["url"]], "开线了")
    answer = await gate.call("GET", picture["url"], key=page.token)
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{picture["name"]}"'
    assert "private" in answer.headers["Cache-Control"]
    assert (await gate.call("GET", picture["url"], key=await a_token(gate))).status == 404
    assert (await gate.call("GET", picture["url"], key=None)).status == 401
    assert (await gate.call("GET", "/uploads/" + "0" * 32 + ".png", key=page.token)).status == 404
    assert (await gate.call("GET", "/uploads/..%2fsecrets%2fvisitor_key", key=page.token)).status == 404


async def test_nobody_sends_a_picture_of_another(gate: Gate) -> None:
    picture = await a_picture_of(gate, await a_token(gate))
    async with a_page(gate) as page:
        await page.sync()
        await page.send("image", client_id="i1", images=[picture["name"]])
        error = await page.until("error")
        assert (error["code"], error["client_id"]) == ("bad_input", "i1")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (a_form(b"GIF89a" + b"0" * 20), 400),
        (a_form(b"<svg onload=alert(1)>"), 400),
        (a_form(b""), 400),
        (a_form(a_picture(), "file"), 400),
        ({"picture": "text"}, 400),
        (a_form(a_picture() + b"0" * MAX_BYTES), 413),
    ],
)
async def test_what_is_no_picture_is_refused_and_nothing_is_kept(gate: Gate, form: object, status: int) -> None:
    answer = await gate.call("POST", "/api/visitor/pictures", key=await a_token(gate), data=form)
    assert (answer.status, (await answer.json())["ok"]) == (status, False)
    assert not (gate.var_dir / "uploads").exists() or not list((gate.var_dir / "uploads").iterdir())


async def test_a_body_that_is_cut_or_no_form_is_refused(gate: Gate) -> None:
    token = await a_token(gate)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="picture"\r\n\r\n\x89PNG', b"nothing of the kind"):
        answer = await gate.client.post("/api/visitor/pictures", data=body, headers=headers)
        assert answer.status == 400, body
    assert (await gate.call("POST", "/api/visitor/pictures", key=token, json={})).status == 400


async def test_two_pictures_in_one_form_are_one_too_many(gate: Gate) -> None:
    form = a_form(a_picture())
    form.add_field("picture", a_picture(), filename="b.png")
    answer = await gate.call("POST", "/api/visitor/pictures", key=await a_token(gate), data=form)
    assert answer.status == 400


# --- orders, page, history --------------------------------------------------------------------------------------------


async def test_the_own_orders_and_nobody_elses(open_gate: OpenGate, own_database_url: str) -> None:
    await load_demo(own_database_url, Path("data"))
    gate = await open_gate(database_url=own_database_url)
    session = await a_session(gate, identity=an_identity(gate))
    assert str(session["buyer_name"]).endswith("*")
    orders = (await (await gate.call("GET", "/api/visitor/orders", key=str(session["token"]))).json())["orders"]
    assert orders
    assert set(orders[0]) == {
        "order_no", "tail", "title", "count", "amount_fen", "state", "state_zh", "placed_at", "carrier", "tracking_no", "scans", "refund",
    }  # fmt: skip
    other = await a_session(gate, identity=an_identity(gate, "b1002"))
    others = (await (await gate.call("GET", "/api/visitor/orders", key=str(other["token"]))).json())["orders"]
    assert not {order["order_no"] for order in orders} & {order["order_no"] for order in others}
    anonymous = await gate.call("GET", "/api/visitor/orders", key=await a_token(gate))
    assert (anonymous.status, (await anonymous.json())["code"]) == (401, "not_verified")


async def test_orders_that_cannot_be_looked_up_are_said_to_be_so(gate: Gate) -> None:
    token = str((await a_session(gate, identity=an_identity(gate)))["token"])
    answer = await gate.call("GET", "/api/visitor/orders", key=token)
    assert (answer.status, (await answer.json())["code"]) == (503, "store_down")


async def test_the_pages_words_are_those_of_the_phase(gate: Gate) -> None:
    usual = await (await gate.call("GET", "/api/visitor/page", key=None)).json()
    await gate.record.choose_phase("promotion", "test", now=now())
    promotion = await (await gate.call("GET", "/api/visitor/page", key=None)).json()
    assert usual["quick"] != promotion["quick"]
    assert set(promotion["quick"][0]) == {"title", "text", "title_en", "text_en"}
    assert promotion["max_chars"] == 2000
    assert {"name", "zh", "en"} == set(promotion["rating_reasons"]["bad"][0])


async def seven_lines(gate: Gate, conversation: str) -> None:
    """A hand-over and seven messages that no bot has to answer, so that the archive may take them from Redis."""
    await gate.record.accept(conversation, "1", "m1", now=now())
    await gate.record.hand_over(conversation, a_ticket("T1", conversation), lines=[], reason="human", by="bot", now=now())
    for n in range(2, 8):
        await gate.record.accept(conversation, f"{n}", f"m{n}", now=now())


async def test_history_goes_back_into_the_archive(open_gate: OpenGate, database: asyncpg.Pool, own_database_url: str) -> None:
    gate = await open_gate(database_url=own_database_url)
    token = await a_token(gate)
    conversation = await conversation_of(gate, token)
    await seven_lines(gate, conversation)
    await Archive(gate.record, database, RedisOutbox(gate.record.redis, gate.record.keys.prefix), keep=2).step()
    await gate.record.archived(conversation, 8, keep=2, step=1)
    assert len(await gate.record.events(conversation)) < 8

    async def page(**query: int) -> dict[str, object]:
        answer = await gate.call("GET", "/api/visitor/history", key=token, params=query)
        found: dict[str, object] = await answer.json()
        assert [error.message for event in found["events"] for error in OUT.iter_errors(event)] == []  # type: ignore[attr-defined]
        return found

    last = await page(limit=3)
    assert ([event["text"] for event in last["events"]], last["more"], last["from"]) == (["5", "6", "7"], True, 6)  # type: ignore[attr-defined]
    older = await page(before=6, limit=50)
    assert ([event.get("text") for event in older["events"]], older["more"]) == (["1", None, "2", "3", "4"], False)  # type: ignore[attr-defined]
    assert (await page(before=1))["events"] == []
    wrong = await gate.call("GET", "/api/visitor/history", key=token, params={"before": "x"})
    assert (wrong.status, (await wrong.json())["code"]) == (400, "bad_input")


async def test_without_postgresql_history_is_what_redis_has_and_says_that_there_is_more(gate: Gate) -> None:
    token = await a_token(gate)
    conversation = await conversation_of(gate, token)
    await seven_lines(gate, conversation)
    await gate.record.archived(conversation, 8, keep=2, step=1)
    first = int((await gate.record.events(conversation))[0]["no"])
    assert first > 1
    found = await (await gate.call("GET", "/api/visitor/history", key=token)).json()
    assert ([event["no"] for event in found["events"]], found["more"]) == (list(range(first, 9)), True)
    gone = await gate.call("GET", "/api/visitor/history", key=token, params={"before": str(first)})
    assert (gone.status, (await gone.json())["code"]) == (503, "store_down")


async def test_nobody_wrote_yet_and_the_history_is_empty(gate: Gate) -> None:
    answer = await gate.call("GET", "/api/visitor/history", key=await a_token(gate))
    assert await answer.json() == {"ok": True, "events": [], "more": False, "from": 0}


async def test_the_demo_shops_buyers_can_be_signed_in_as(open_gate: OpenGate, own_database_url: str) -> None:
    await load_demo(own_database_url, Path("data"))
    gate = await open_gate(database_url=own_database_url, demo=1)
    buyers = (await (await gate.call("GET", "/api/demo/buyers", key=None)).json())["buyers"]
    assert 1 <= len(buyers) <= 8
    for buyer in buyers:
        assert buyer["orders"] and set(buyer["orders"][0]) == {"title", "state_zh"}
        assert (await a_session(gate, identity=buyer["identity"]))["verified"] is True


async def test_a_real_shop_has_no_demo(gate: Gate) -> None:
    for path in ("/demo", "/api/demo/buyers"):
        assert (await gate.call("GET", path, key=None)).status == 404


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build of the pages, as Vite would leave it."""
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    for name in ("index", "desk", "demo"):
        (folder / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    (folder / "widget.js").write_text("widget")
    (folder / "assets" / "index-ab12.js").write_text("plain")
    (folder / "assets" / "index-ab12.js.gz").write_bytes(b"\x1f\x8bpacked")
    return folder


async def test_pages_are_served_with_a_policy_of_their_own(open_gate: OpenGate, dist: Path) -> None:
    gate = await open_gate(dist=dist, demo=1, shop_origins="https://shop.example, https://m.shop.example")
    for path, name, ancestors in (
        ("/", "index", "'self' https://shop.example https://m.shop.example"),
        ("/desk", "desk", "'none'"),
        ("/desk/c/web-1", "desk", "'none'"),
        ("/demo", "demo", "'none'"),
    ):
        answer = await gate.call("GET", path, key=None)
        assert (answer.status, f"<title>{name}</title>" in await answer.text()) == (200, True)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith(f"frame-ancestors {ancestors}")
        assert "script-src 'self';" in policy and f"ws://{gate.client.host}:{gate.client.port}" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers


async def test_behind_https_browsers_are_told_to_stay_there(open_gate: OpenGate, dist: Path) -> None:
    gate = await open_gate(dist=dist, public_origins="https://desk.example")
    answer = await gate.call("GET", "/", key=None)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "wss://desk.example" in answer.headers["Content-Security-Policy"]


async def test_what_pages_load_is_kept_for_ever_and_comes_packed_for_those_who_read_it(open_gate: OpenGate, dist: Path) -> None:
    gate = await open_gate(dist=dist)
    answer = await gate.client.get("/assets/index-ab12.js", headers={"Accept-Encoding": "identity"})
    assert (await answer.text(), answer.headers["Cache-Control"]) == ("plain", "public, max-age=31536000, immutable")
    assert answer.content_type == "text/javascript"
    packed = await gate.client.head("/assets/index-ab12.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_type == "text/javascript"
    for path in ("/assets/none.js", "/assets/..%2findex.html", "/assets/index.html"):
        assert (await gate.call("GET", path, key=None)).status == 404
    assert (await (await gate.call("GET", "/widget.js", key=None)).text()) == "widget"


async def test_pages_that_are_not_built_say_how(gate: Gate) -> None:
    for path in ("/", "/desk"):
        answer = await gate.call("GET", path, key=None)
        assert (answer.status, "make pages" in await answer.text()) == (503, True)


async def test_the_frames_are_described(gate: Gate) -> None:
    found = await (await gate.call("GET", "/api/frames.json", key=None)).json()
    assert found["visitor"]["in"]["anyOf"]
