"""What the log tells about an error: places, not values."""

from __future__ import annotations

from bot.services.traces import where


def test_the_place_is_told_and_the_words_are_not() -> None:
    phone = "13800138000"
    try:
        {}[phone]
    except KeyError as error:
        told = where(error)
    assert told.startswith("KeyError < test_traces.py:")
    assert phone not in told
