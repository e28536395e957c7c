from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.webhooks import delivery_id, next_try, payload, signature

NOON = datetime(2026, 11, 11, 4, tzinfo=timezone.utc)


def waits(tries: int, chance: float = 1.0, error: str = "http_500", since: datetime = NOON, now: datetime = NOON) -> float | None:
    """Seconds to the next try."""
    at = next_try(tries, since, error, now, chance)
    return None if at is None else (at - now).total_seconds()


def test_the_waits_double_up_to_an_hour() -> None:
    assert [waits(tries) for tries in (1, 2, 3, 4, 10, 11, 12, 1000)] == [5, 10, 20, 40, 2560, 3600, 3600, 3600]


def test_half_of_a_wait_is_chance() -> None:
    assert [waits(3, chance) for chance in (0.0, 0.5, 1.0)] == [10, 15, 20]


def test_after_a_day_it_is_given_up() -> None:
    day = timedelta(days=1)
    assert waits(40, now=NOON + day - timedelta(seconds=1)) == 3600
    assert waits(40, now=NOON + day) is None


@pytest.mark.parametrize("error", ["http_410", "too_large"])
def test_what_is_hopeless_is_given_up_at_once(error: str) -> None:
    assert waits(1, error=error) is None


def test_a_receiver_can_check_the_signature_with_what_it_has() -> None:
    body = '{"id":"x","words":"退款"}'.encode()
    stamp, _, mac = signature("secret" * 6, 1_700_000_000, body).partition(",v1=")
    assert stamp == "t=1700000000"
    assert mac == hmac.new(b"secret" * 6, b"1700000000." + body, hashlib.sha256).hexdigest()


def test_an_event_has_one_id_whatever_its_conversation_is_called() -> None:
    ids = {delivery_id(c, no) for c, no in (("c1", 1), ("c1", 2), ("c", 11), ("顾客\ud83d", 1))}
    assert len(ids) == 4 and all(id_.isascii() and len(id_) == 32 for id_ in ids)
    assert delivery_id("c1", 1) == delivery_id("c1", 1)


def test_the_body_says_what_happened_and_to_which_ticket() -> None:
    event = {
        "v": 1,
        "no": 7,
        "at": "2026-11-11T04:00:00.000+00:00",
        "hook": "ticket.done",
        "type": "owner",
        "by": "agent:s1",
        "ticket": "T1",
    }
    assert payload("d", "c1", event, {"id": "T1"}) == {
        "id": "d", "event": "ticket.done", "at": "2026-11-11T04:00:00.000+00:00", "conversation": "c1", "ticket": {"id": "T1"},
        "data": {"no": 7, "type": "owner", "by": "agent:s1", "ticket": "T1"},
    }  # fmt: skip
