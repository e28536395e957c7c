"""The lock of the active watch."""

from __future__ import annotations

from bot.stores.redis_base import Store, border


class LockStore(Store):
    """One holder at a time, by a token that only it knows; a dead holder's lock ends by itself."""

    async def hold_watch(self, token: str, ms: int) -> bool:
        """Take or keep the lock for that long; False when another watch has it."""
        return bool(await self._run("hold", [self.keys.watch_lock()], [token, ms]))

    async def leave_watch(self, token: str) -> None:
        """Give the lock up, so that another watch starts at once."""
        with border():
            if await self.redis.get(self.keys.watch_lock()) == token:
                await self.redis.delete(self.keys.watch_lock())
