"""The phase that somebody chose, and counters for /metrics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.desk.phases import AUTO
from bot.errors import BadInput
from bot.stores.codec import iso
from bot.stores.redis_base import Store, border
from bot.stores.values import Chosen
from bot.taxonomy import PHASES


class PhaseStore(Store):
    """What the whole desk shares besides conversations."""

    async def chosen_phase(self) -> Chosen | None:
        """What somebody chose last; None before anybody did. Which phase that makes is bot/services/phases.py's to say."""
        with border():
            return chosen_of(await self.redis.hgetall(self.keys.phase()))

    async def choose_phase(self, phase: str, by: str, *, now: datetime) -> Chosen:
        """A phase by hand, or AUTO to follow the calendar again. BadInput for what is neither."""
        if phase not in (*PHASES, AUTO):
            raise BadInput(f"没有阶段 {phase}，可用：{'、'.join((*PHASES, AUTO))}")
        with border():
            await self.redis.hset(self.keys.phase(), mapping={"v": 1, "phase": phase, "by": by, "at": iso(now)})
        return Chosen(phase, by, now)

    async def counters(self) -> dict[str, int]:
        """Counts since the record began: accepted, duplicates, answered, handed_off:<group>, label:<label>, …"""
        with border():
            stored = await self.redis.hgetall(self.keys.counters())
        return {name: int(n) for name, n in sorted(stored.items())}

    async def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with border():
            await self.redis.hincrby(self.keys.counters(), name, by)


def chosen_of(stored: Mapping[str, str]) -> Chosen | None:
    """From the hash of the phase."""
    return Chosen(stored["phase"], stored["by"], datetime.fromisoformat(stored["at"])) if stored else None
