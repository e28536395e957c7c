"""The platform's deadline for the shop's proof (举证): after it the platform decides for the customer (playbook §6). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

WARN_BEFORE = (timedelta(hours=24), timedelta(hours=4))
"""How long before it the desk warns, the earliest first."""


def first_warning(due_at: datetime, now: datetime) -> datetime:
    """When the desk warns first: a deadline that is near already warns at once."""
    return max(now, due_at - WARN_BEFORE[0])


def next_warning(due_at: datetime, now: datetime) -> datetime | None:
    """The next warning after one at `now`; None when that was the last."""
    return next((due_at - before for before in WARN_BEFORE if due_at - before > now), None)
