"""Ending what runs beside the handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any


async def end(tasks: Sequence[asyncio.Future[Any]]) -> None:
    """Cancels and waits; more than once, as redis-py may swallow a cancellation that meets one of its time-outs (Python 3.10)."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.2)
