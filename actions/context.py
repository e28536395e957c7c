"""Tracker to understanding and facts. Pure but for the clock of a bare `rasa shell`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from bot.model import JSON, Facts, Understanding
from bot.nlu.understander import from_parse


def understanding(latest_message: JSON) -> Understanding:
    """What the NLU pipeline left in the message's parse data."""
    return from_parse(latest_message)


def facts(latest_message: JSON) -> Facts:
    """The facts that the worker hands over; without a worker (rasa shell) only the time is known."""
    given: Any = (latest_message.get("metadata") or {}).get("facts")
    return given if isinstance(given, Facts) else Facts(now=datetime.now(timezone.utc), orders_known=False)
