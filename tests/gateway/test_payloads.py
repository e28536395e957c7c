"""JSON of the integration REST to checked values."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BadInput, BotError, TooLong
from bot.gateway.payloads import Incoming, after, incoming, parse_json, phase, ticket_filter
from bot.model import TicketState


def a_body(**changes: object) -> dict[str, object]:
    return {"sender": "s1", "message": "你好", **changes}


def test_a_whole_message_is_read() -> None:
    body = a_body(metadata={"buyer_id": "b1", "message_id": "m1", "images": ["/uploads/x"]})
    assert incoming(body, 2000) == Incoming("s1", "你好", "b1", "m1", ("/uploads/x",))


def test_every_wrong_field_is_named_at_once() -> None:
    body = {"sender": 7, "message": ["x"], "metadata": {"buyer_id": "", "message_id": "a\nb", "images": "x"}}
    with pytest.raises(BadInput) as caught:
        incoming(body, 2000)
    for name in ("sender", "message 要", "metadata.buyer_id", "metadata.message_id", "metadata.images"):
        assert name in str(caught.value)


@pytest.mark.parametrize("images", [None, []])
@pytest.mark.parametrize("message", ["", "  \n", "\x00", "\u3000", None])
def test_nothing_said_and_no_picture_is_refused(message: str | None, images: list[str] | None) -> None:
    with pytest.raises(BadInput, match=r"^消息是空的，写几个字或附上图片"):
        incoming(a_body(message=message, metadata={"images": images}), 2000)


def test_no_message_at_all_is_an_empty_one() -> None:
    with pytest.raises(BadInput, match=r"^消息是空的"):
        incoming({"sender": "s1"}, 2000)
    assert incoming({"sender": "s1", "metadata": {"images": ["/uploads/x"]}}, 2000).text == ""


@pytest.mark.parametrize("message", [7, False, ["你好"], {"text": "你好"}])
def test_a_message_that_is_no_text_is_named_as_that(message: object) -> None:
    with pytest.raises(BadInput, match="message 要是字符串"):
        incoming(a_body(message=message), 2000)


@pytest.mark.parametrize("message", ["", "  ", None, "[图片]"])
def test_a_picture_alone_has_no_text(message: str | None) -> None:
    found = incoming(a_body(message=message, metadata={"images": ["/uploads/x"]}), 2000)
    assert (found.text, found.images, found.unseen) == ("", ("/uploads/x",), 0)


@pytest.mark.parametrize(("message", "unseen", "text"), [("[图片]", 1, ""), (" [图片]\n[图片]", 2, ""), ("[图片]坏了", 0, "[图片]坏了")])
def test_the_word_picture_on_its_own_counts_as_one(message: str, unseen: int, text: str) -> None:
    found = incoming(a_body(message=message), 2000)
    assert (found.unseen, found.text) == (unseen, text)


def test_the_limit_stands_in_the_sentence_and_the_last_allowed_character_is_kept() -> None:
    assert len(incoming(a_body(message="退" * 2000), 2000).text) == 2000
    with pytest.raises(TooLong, match=r"2001.*2000"):
        incoming(a_body(message="退" * 2001), 2000)


def test_what_no_store_can_keep_leaves_the_text() -> None:
    assert incoming(a_body(message="退\x00货\ud83d"), 2000).text == "退货\ufffd"


@pytest.mark.parametrize("sender", [None, "", "  ", 5, "a\x00b", "a\ud800", "x" * 129, {"a": 1}])
def test_a_sender_that_cannot_be_one_is_named(sender: object) -> None:
    with pytest.raises(BadInput, match="sender"):
        incoming(a_body(sender=sender), 2000)


@pytest.mark.parametrize("sender", ["wx:o6_bmj", "张三{1}", "a/b c?d", "x" * 128])
def test_any_printable_sender_is_taken(sender: str) -> None:
    assert incoming(a_body(sender=sender), 2000).sender == sender


def test_more_than_nine_pictures_are_refused() -> None:
    assert len(incoming(a_body(metadata={"images": ["/uploads/x"] * 9}), 2000).images) == 9
    with pytest.raises(BadInput, match="9"):
        incoming(a_body(metadata={"images": ["/uploads/x"] * 10}), 2000)


@pytest.mark.parametrize(
    "body", [b"", b"{half", b"[]", b'"x"', b"null", b"\xff\xfe{}", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000]
)
def test_what_is_no_json_object_is_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse_json(body)


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse_json(b"\xef\xbb\xbf" + json.dumps({"a": 1}).encode()) == {"a": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v), max_leaves=4
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional={"sender": json_values, "message": json_values, "metadata": json_values}))
def test_no_body_brings_anything_but_a_message_or_a_known_error(body: dict[str, object]) -> None:
    with suppress(BotError):
        found = incoming(body, 50)
        assert found.sender
        assert found.text or found.images or found.unseen
        found.text.encode()


def test_filters_name_what_is_allowed() -> None:
    groups = ("returns_refunds", "logistics")
    assert ticket_filter({}, groups).limit == 100
    found = ticket_filter({"state": "waiting", "group": "logistics", "sender": "s", "limit": "5"}, groups)
    assert (found.state, found.group, found.sender, found.limit) == (TicketState.WAITING, "logistics", "s", 5)
    with pytest.raises(BadInput) as caught:
        ticket_filter({"state": "lost", "group": "cooks", "limit": "0", "colour": "red"}, groups)
    for words in ("waiting", "returns_refunds、logistics", "limit", "colour"):
        assert words in str(caught.value)


@pytest.mark.parametrize("text", ["-1", "x", "1.5", "٣", "9" * 40])
def test_a_page_begins_at_a_whole_number(text: str) -> None:
    with pytest.raises(BadInput, match="after"):
        after({"after": text})
    assert after({"after": "12", "limit": "3"}) == (12, 3)


def test_an_unknown_phase_names_the_allowed() -> None:
    assert phase({"phase": "promotion"}, ("promotion", "after_sales")) == "promotion"
    for wrong in ("christmas", None, 3, ["promotion"]):
        with pytest.raises(BadInput, match="promotion、after_sales"):
            phase({"phase": wrong}, ("promotion", "after_sales"))
