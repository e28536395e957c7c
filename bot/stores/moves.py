"""A move of a ticket as lua/change.lua reads it. Pure; the table of moves is bot/desk/tickets.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.desk.duties import CLOSE, happened
from bot.desk.tickets import HELD, sources
from bot.model import JSON, Ticket, TicketState, agent_owner, queue_owner
from bot.stores.codec import amendments, counted, dumps, iso
from bot.stores.events import CLAIMED, DONE, event_body, line_body, owner_body

SILENT = "silent"
"""The reason of a ticket that comes back because its agent said nothing."""


@dataclass(frozen=True)
class Move:
    """From which states, to which, who owns the conversation then (None: nobody new), and the ticket's place in a queue."""

    state: TicketState
    starts: frozenset[TicketState]
    owner: str | None
    by: str
    reason: str = ""
    place: str = "keep"
    """keep, leave (a queue or an agent's hands), or enter the queue of to_group (its own when None)."""
    sets: Mapping[str, str] = field(default_factory=dict)
    to_group: str | None = None
    to_agent: str = ""
    lines: Sequence[JSON] = ()
    """What the desk tells the customer with it."""
    event: JSON | None = None
    """What the log says of it when the owner stays."""
    change: Callable[[Ticket], Ticket] | None = None
    """What of the ticket becomes another with it, as `amend` does."""
    ends_at: datetime | None = None
    """When the matter is over: the duties that its close ends are done."""

    @classmethod
    def to_queue(cls, state: TicketState, by: str, reason: str, group: str | None = None, lines: Sequence[JSON] = ()) -> Move:
        """Into a queue: another group's, or back into its own."""
        return cls(state, sources(state), None, by, reason, "enter", to_group=group, lines=lines)

    @classmethod
    def end(cls, state: TicketState, outcome: str, owner: str, by: str, reason: str, now: datetime) -> Move:
        """Out of people's hands."""
        return cls(state, sources(state), owner, by, reason, "leave", {"outcome": outcome, "closed_at": iso(now)}, ends_at=now)

    def args(self, ticket: Ticket) -> list[Any]:
        """What the script reads after the ticket's id, version and last word."""
        target = self.to_group or ticket.group
        owner, sets, drops = self.owner or "", dict(self.sets), list[str]()
        if self.place == "enter":
            owner, drops = queue_owner(target), ["agent", "claimed_at"]
            sets = {"group": target, **self._not_to(ticket)}
        after = ticket if self.ends_at is None else happened(ticket, CLOSE, self.by, self.ends_at)
        sets |= amendments(ticket, self.change(after) if self.change else after)
        if self.place == "enter" or self.to_agent:
            # Not told by comparing times: clocks of two machines differ.
            drops.append("spoke_at")
        event = owner_body(owner, self.by, self.reason, ticket.id, self._hook()) if owner else ""
        starts = " ".join(state.value for state in self.starts)
        args: list[Any] = [f" {starts} ", self.state.value, owner, event, self.place, target, self.to_agent]
        args += counted([text for pair in sets.items() for text in pair]) + counted(drops)
        lines = [line_body(line, None) for line in self.lines]
        return args + counted([*lines, event_body(self.event)] if self.event else lines)

    def _hook(self) -> str:
        """What integrations hear of the change of owner."""
        return CLAIMED if self.to_agent else DONE if self.ends_at is not None else ""

    def _not_to(self, ticket: Ticket) -> dict[str, str]:
        """Who said nothing, or gave it back himself, is not assigned it again."""
        agent = ticket.agent
        if self.state is not TicketState.RETURNED or ticket.state not in HELD or agent is None or agent in ticket.not_to:
            return {}
        own = self.by == agent_owner(agent)
        return {"not_to": dumps([*ticket.not_to, agent])} if own or self.reason == SILENT else {}
