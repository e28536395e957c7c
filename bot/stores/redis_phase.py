"""Phase of the shop and counters for /metrics."""

from __future__ import annotations

from datetime import datetime

from bot.errors import BadInput
from bot.stores.codec import iso
from bot.stores.redis_base import Store, border
from bot.stores.values import Phase


class PhaseStore(Store):
    """What the whole desk shares besides conversations."""

    async def phase(self) -> Phase:
        """The phase in force: what somebody set, else the default of data/shop/staffing.yml."""
        with border():
            stored = await self.redis.hgetall(self.keys.phase())
        if not stored or stored["phase"] not in self.phases:
            return Phase(self.default_phase)
        return Phase(stored["phase"], stored["by"], datetime.fromisoformat(stored["at"]))

    async def set_phase(self, phase: str, by: str, *, now: datetime) -> Phase:
        """In force at once, for every process. BadInput for a phase that the taxonomy does not have."""
        if phase not in self.phases:
            raise BadInput(f"没有阶段 {phase}，可用：{'、'.join(self.phases)}")
        with border():
            await self.redis.hset(self.keys.phase(), mapping={"v": 1, "phase": phase, "by": by, "at": iso(now)})
        return Phase(phase, by, now)

    async def counters(self) -> dict[str, int]:
        """Counts since the record began: accepted, duplicates, answered, handed_off:<group>, label:<label>, …"""
        with border():
            stored = await self.redis.hgetall(self.keys.counters())
        return {name: int(n) for name, n in sorted(stored.items())}

    async def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with border():
            await self.redis.hincrby(self.keys.counters(), name, by)
