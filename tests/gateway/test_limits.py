"""Token buckets per sender."""

from __future__ import annotations

import pytest

from bot.gateway.limits import Buckets, SlowDown


def test_a_sender_may_send_its_minutes_worth_and_is_told_when_to_come_again() -> None:
    buckets = Buckets(60)
    for _ in range(60):
        buckets.take("a", 100.0)
    with pytest.raises(SlowDown) as caught:
        buckets.take("a", 100.0)
    assert caught.value.retry_after_s == 1
    assert "60" in str(caught.value)
    buckets.take("a", 101.0)


def test_one_sender_does_not_use_up_anothers_bucket() -> None:
    buckets = Buckets(1)
    buckets.take("a", 0.0)
    buckets.take("b", 0.0)
    with pytest.raises(SlowDown) as caught:
        buckets.take("a", 30.0)
    assert caught.value.retry_after_s == 30


def test_a_refused_message_costs_nothing() -> None:
    buckets = Buckets(1)
    buckets.take("a", 0.0)
    for second in range(1, 60):
        with pytest.raises(SlowDown):
            buckets.take("a", float(second))
    buckets.take("a", 60.0)


def test_no_limit_means_none() -> None:
    buckets = Buckets(0)
    for _ in range(1000):
        buckets.take("a", 0.0)


def test_a_bucket_never_holds_more_than_a_minute() -> None:
    buckets = Buckets(2)
    for _ in range(2):
        buckets.take("a", 0.0)
    for _ in range(2):
        buckets.take("a", 10_000.0)
    with pytest.raises(SlowDown):
        buckets.take("a", 10_000.0)


def test_the_oldest_sender_is_forgotten_first() -> None:
    buckets = Buckets(1, most_senders=2)
    for sender in ("a", "b", "c"):
        buckets.take(sender, 0.0)
    with pytest.raises(SlowDown):
        buckets.take("c", 0.0)
    buckets.take("a", 0.0)
