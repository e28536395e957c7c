"""Locks: the active watch's, the one of who tells the shop's systems."""

from __future__ import annotations

from bot.stores.redis_base import Store, border


class Locks(Store):
    """One holder at a time, by a token that only it knows; a dead holder's lock ends by itself."""

    async def _hold(self, key: str, token: str, ms: int) -> bool:
        """Take or keep the lock for that long; False when another has it."""
        return bool(await self._run("hold", [key], [token, ms]))

    async def _leave(self, key: str, token: str) -> None:
        """Give the lock up, so that another begins at once."""
        with border():
            if await self.redis.get(key) == token:
                await self.redis.delete(key)


class LockStore(Locks):
    """The watch's lock."""

    async def hold_watch(self, token: str, ms: int) -> bool:
        """Take or keep the lock for that long; False when another watch has it."""
        return await self._hold(self.keys.watch_lock(), token, ms)

    async def leave_watch(self, token: str) -> None:
        """Give the lock up, so that another watch starts at once."""
        await self._leave(self.keys.watch_lock(), token)
