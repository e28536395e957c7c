"""Names of the staff by id, for pages: asked of PostgreSQL once in a while, and of the desk's presence when it is away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from bot.errors import StoreDown
from bot.services.staff import Staff
from bot.stores.record import Record


class Names:
    """Who is s3; new people are known at once, other names within REMEMBER_S."""

    REMEMBER_S = 60.0
    RETRY_S = 5.0

    def __init__(self, record: Record, staff: Staff, clock: Callable[[], float] = monotonic) -> None:
        self._record, self._staff, self._clock = record, staff, clock
        self._known: dict[str, str] = {}
        self._until = 0.0
        self._asked = float("-inf")

    async def of(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The names of these; who is not known is called by the id."""
        now = self._clock()
        unknown = any(agent not in self._known for agent in ids)
        if ids and (now >= self._until or (unknown and now >= self._asked + self.RETRY_S)):
            self._asked = now
            await self._learn(now)
        return {agent: self._known.get(agent) or await self._present(agent) for agent in ids}

    async def _learn(self, now: float) -> None:
        try:
            self._known |= {member.id: member.name for member in await self._staff.members() if member.id}
            self._until = now + self.REMEMBER_S
        except StoreDown:
            self._until = now + self.RETRY_S

    async def _present(self, agent: str) -> str:
        state = await self._record.agent(agent)
        if state is None:
            return agent
        self._known[agent] = state.name
        return state.name
