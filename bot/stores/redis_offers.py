"""Which tickets have an offer that waits for a supervisor. An entry is written before what it points at, so that none is forgotten."""

from __future__ import annotations

from datetime import datetime

from bot.stores.codec import from_millis, millis
from bot.stores.redis_base import Store, border


class OfferStore(Store):
    """An index; what is offered lives in the tickets."""

    async def ask_offer(self, ticket_id: str, at: datetime) -> None:
        """An offer of the ticket is about to wait."""
        with border():
            await self.redis.zadd(self.keys.asked_offers(), {ticket_id: millis(at)})

    async def asked_offers(self) -> dict[str, datetime]:
        """Tickets that have, or had, an offer which waits, and when it was asked; the longest waiting first."""
        with border():
            rows = await self.redis.zrange(self.keys.asked_offers(), 0, -1, withscores=True)
        return {ticket_id: from_millis(score) for ticket_id, score in rows}

    async def answered_offers(self, ticket_id: str, asked_at: datetime) -> None:
        """Nothing of the ticket waits any more; it stays when another was asked meanwhile."""
        await self._run("next_look", [self.keys.asked_offers()], [ticket_id, millis(asked_at), ""])
