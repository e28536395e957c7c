"""Whatever comes over a visitor's socket, the gateway answers in its protocol and nothing is unforeseen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from gates import Gate, OpenGate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visitor_pages import OUT, a_page, conversation_of

from bot.gateway.frames import BadFrame, read
from bot.gateway.visitor_frames import INCOMING

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
GOOD: tuple[dict[str, Any], ...] = (
    {"type": "sync", "after": 3},
    {"type": "message", "client_id": "m1", "text": "在吗"},
    {"type": "image", "client_id": "i1", "images": ["0" * 32 + ".png"]},
    {"type": "button", "client_id": "b1", "title": "查物流", "payload": "到哪了"},
    {"type": "typing", "on": True},
    {"type": "rate", "client_id": "r1", "good": False, "reasons": ["slow"], "words": "", "ticket": "T1"},
    {"type": "ping"},
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good frame with a field changed, missing or added, or cut, or no frame at all."""
    frame = dict(draw(st.sampled_from(GOOD)))
    how = draw(st.sampled_from(["change", "drop", "add", "cut", "any", "good"]))
    name = draw(st.sampled_from(sorted(frame)))
    if how == "change":
        frame[name] = draw(JSONS)
    elif how == "drop":
        del frame[name]
    elif how == "add":
        frame[draw(st.text(max_size=8))] = draw(JSONS)
    text = json.dumps(draw(JSONS) if how == "any" else frame)
    return text[: draw(st.integers(0, len(text)))] if how == "cut" else text


def is_frame_or_bad(raw: bytes) -> bool:
    """Whether reading it ends in one of the two ways in which it may."""
    try:
        return type(read(raw, INCOMING)) in INCOMING.values()
    except BadFrame as error:
        return bool(str(error))


@given(mutated() | st.text())
@settings(max_examples=200)
def test_a_frame_is_one_of_the_protocol_or_bad(text: str) -> None:
    assert is_frame_or_bad(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_bad_frames_at_worst(raw: bytes) -> None:
    assert is_frame_or_bad(raw)


async def test_mutated_frames_are_answered_and_leave_the_socket_open(
    open_gate: OpenGate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.gateway.socket.BAD_FRAMES", 10**6)
    gate = await open_gate(rate_per_minute=0)
    loop = asyncio.get_running_loop()
    async with a_page(gate) as page:
        await page.sync()

        async def survives(frames: list[str]) -> None:
            for frame in frames:
                await page.socket.send_bytes(frame.encode()) if frame[:1] == "b" else await page.socket.send_str(frame)
            await page.send("ping")
            await page.until("pong")
            page.unread.clear()

        @given(st.lists(mutated().map(lambda text: text.encode("utf-8", "replace").decode()), max_size=8))
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        def run(frames: list[str]) -> None:
            asyncio.run_coroutine_threadsafe(survives(frames), loop).result(30)

        await asyncio.to_thread(run)
        assert {frame["code"] for frame in page.frames if frame["type"] == "error"} >= {"bad_frame"}
    assert "unforeseen" not in capsys.readouterr().out


async def test_a_bad_frame_changes_nothing_and_too_many_close_the_socket(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        for n in range(20):
            await page.send("message", client_id=f"m{n}", text="在吗", to="bot")
        assert await page.closed() == 4400
        errors = [frame for frame in page.frames if frame["type"] == "error"]
        assert [(error["code"], error["client_id"]) for error in errors] == [("bad_frame", f"m{n}") for n in range(20)]
    assert await gate.record.conversation(await conversation_of(gate, page.token)) is None


async def test_a_first_frame_that_is_none_may_be_followed_by_a_good_one(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.socket.send_str("[]")
        await page.socket.send_bytes(b"{}")
        await page.sync()
        assert [frame["code"] for frame in page.frames if frame["type"] == "error"] == ["bad_frame"] * 2


async def test_a_frame_over_the_limit_closes_the_socket(gate: Gate) -> None:
    async with a_page(gate) as page:
        await page.sync()
        await page.send("message", client_id="m1", text="x" * 33_000)
        assert await page.closed() == 1009


def test_the_schema_holds_what_the_models_refuse() -> None:
    assert list(OUT.iter_errors({"type": "event", "kind": "whisper", "no": 1, "at": "", "text": "x"}))
    assert list(OUT.iter_errors({"type": "pong", "no": 1, "buyer_id": "b1"}))
