"""Who is given which waiting ticket: the buyer's last agent, else the least loaded, else who went longest without. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Queued:
    """A ticket that waits, as far as assigning it goes."""

    ticket: str
    group: str
    since: datetime
    not_to: frozenset[str] = frozenset()
    """Agents from whom it came back."""
    last_agent: str | None = None
    """Who had this buyer's conversation last."""


@dataclass(frozen=True)
class Free:
    """An agent who takes tickets: how many he holds, and how many he may."""

    agent: str
    groups: frozenset[str]
    load: int
    capacity: int
    last_given: datetime | None = None

    def takes(self, queued: Queued) -> bool:
        """Whether the ticket may go to this agent now."""
        return queued.group in self.groups and self.load < self.capacity and self.agent not in queued.not_to


def choose(queued: Queued, free: Iterable[Free]) -> Free | None:
    """The agent for this ticket; None when it has to wait."""
    able = [one for one in free if one.takes(queued)]
    return min(able, key=lambda one: (one.agent != queued.last_agent, one.load, one.last_given or LONG_AGO, one.agent), default=None)


def assignments(waiting: Iterable[Queued], free: Iterable[Free], *, now: datetime, after_s: float) -> Iterator[tuple[Queued, str]]:
    """(ticket, agent), in the order of `waiting`, of those that wait for after_s or longer; each makes its agent's load one more."""
    agents: dict[str, Free] = {one.agent: one for one in free}
    for queued in waiting:
        if now - queued.since < timedelta(seconds=after_s):
            continue
        chosen = choose(queued, agents.values())
        if chosen is not None:
            agents[chosen.agent] = replace(chosen, load=chosen.load + 1, last_given=now)
            yield queued, chosen.agent


def room(capacity: int, phase: str, shop: Mapping[str, int]) -> int:
    """How many tickets an agent may hold: what he set, and at most what the shop allows in this phase."""
    return min(capacity, shop.get(phase, capacity))
