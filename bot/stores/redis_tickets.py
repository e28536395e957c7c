"""Tickets: opened with a hand-off, moved by people; every owner change and its event in one script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.desk.staffing import SHANGHAI
from bot.desk.tickets import HELD, OPEN, sources, wrong_move
from bot.errors import BadInput, NotFound, TicketTaken, WrongMove
from bot.model import BOT, CLOSED, Ticket, TicketState, agent_owner, queue_owner
from bot.stores import codec
from bot.stores.codec import checked_agent, iso
from bot.stores.events import owner_body
from bot.stores.redis_base import border, counted
from bot.stores.redis_conversations import ConversationStore

PAGE = 200
TRIES = 5


@dataclass(frozen=True)
class _Change:
    """One move: from which states, to which, who owns the conversation then, and the ticket's place in a queue."""

    state: TicketState
    starts: frozenset[TicketState]
    owner: str | None
    by: str
    reason: str
    place: str = "keep"
    """keep, leave the queue, or enter the queue of to_group (its own when None)."""
    sets: Mapping[str, str] = field(default_factory=dict)
    to_group: str | None = None

    def args(self, ticket_id: str, group: str) -> list[Any]:
        """What lua/change.lua reads after the ticket's id."""
        target = self.to_group or group
        owner, fields, drops = self.owner or "", dict(self.sets), list[str]()
        if self.place == "enter":
            owner, fields, drops = queue_owner(target), {"group": target}, ["agent", "claimed_at"]
        event = owner_body(owner, self.by, self.reason, ticket_id) if owner else ""
        starts = " ".join(state.value for state in self.starts)
        args: list[Any] = [f" {starts} ", group, self.state.value, owner, event, self.place, target]
        return args + counted([text for pair in fields.items() for text in pair]) + counted(drops)


class TicketStore(ConversationStore):
    """The part of the record that people's work goes through. Moves return the ticket as it is afterwards and raise
    NotFound, WrongMove (the state does not allow it) or TicketTaken (it is another agent's)."""

    async def new_ticket_id(self, now: datetime) -> str:
        """T20261111-0007: the shop's day and a counter. An id that is not used leaves a gap, nothing else."""
        day = now.astimezone(SHANGHAI).strftime("%Y%m%d")
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.incr(self.keys.ticket_no(day))
            pipe.expire(self.keys.ticket_no(day), 3 * 86400)
            number, _ = await pipe.execute()
        return f"T{day}-{number:04d}"

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """The ticket as it stands now."""
        stored = await self._stored(ticket_id)
        return codec.stored_ticket(stored) if stored else None

    async def tickets(
        self, *, state: str | None = None, group: str | None = None, sender: str | None = None, limit: int = PAGE
    ) -> list[Ticket]:
        """Newest first; BadInput for a state that does not exist."""
        wanted = _state(state)
        found: list[Ticket] = []
        start = 0
        while len(found) < limit:
            ids = await self._ticket_ids(sender, wanted in OPEN, start)
            with border():
                pipe = self.redis.pipeline(transaction=False)
                for id_ in ids:
                    pipe.hgetall(self.keys.ticket(id_))
                rows = await pipe.execute()
            for ticket in (codec.stored_ticket(row) for row in rows if row):
                if (wanted is None or ticket.state is wanted) and (group is None or ticket.group == group):
                    found.append(ticket)
            if len(ids) < PAGE:
                break
            start += PAGE
        return found[:limit]

    async def _ticket_ids(self, sender: str | None, only_open: bool, start: int) -> list[str]:
        with border():
            if sender is not None:
                ids: list[str] = await self.redis.lrange(self.keys.tickets_of(codec.checked_id(sender)), start, start + PAGE - 1)
                return ids
            index = self.keys.open_tickets() if only_open else self.keys.tickets()
            newest: list[str] = await self.redis.zrevrange(index, start, start + PAGE - 1)
        return newest

    async def claim(self, ticket_id: str, agent: str, *, now: datetime) -> Ticket:
        """The ticket and its conversation become this agent's; claiming one's own again changes nothing."""
        try:
            return await self._to_agent(ticket_id, checked_agent(agent), by=agent_owner(agent), reason="claimed", now=now)
        except WrongMove:
            ticket = await self.ticket(ticket_id)
            if ticket is None or ticket.state not in HELD:
                raise
            if ticket.agent == agent:
                return ticket
            raise TicketTaken(ticket_id, ticket.agent) from None

    async def claim_next(self, group: str, agent: str, *, now: datetime) -> Ticket | None:
        """The most urgent ticket of the group's queue becomes this agent's; None when the queue is empty."""
        for _ in range(PAGE):
            with border():
                first = await self.redis.zrange(self.keys.queue(group), 0, 0)
            if not first:
                return None
            try:
                ticket_id = first[0].split(":", 2)[2]
                return await self._to_agent(ticket_id, checked_agent(agent), by=agent_owner(agent), reason="claimed", now=now)
            except WrongMove:
                continue  # another agent was faster: the next one, then
        return None

    async def transfer(
        self, ticket_id: str, *, by: str, reason: str, now: datetime, group: str | None = None, agent: str | None = None
    ) -> Ticket:
        """To another group's queue, in the order of its due time, or straight to an agent. Give one of the two."""
        if (group is None) == (agent is None):
            raise BadInput("转交要么给一个组，要么给一位客服")
        if agent is not None:
            return await self._to_agent(ticket_id, checked_agent(agent), by=by, reason=reason, now=now, anyhow=True)
        return await self._to_queue(ticket_id, TicketState.TRANSFERRED, group, by=by, reason=reason, now=now)

    async def give_back(self, ticket_id: str, *, by: str, reason: str = "returned", now: datetime) -> Ticket:
        """Back to its group's queue, to its old place."""
        return await self._to_queue(ticket_id, TicketState.RETURNED, None, by=by, reason=reason, now=now)

    async def plan(self, ticket_id: str, *, by: str, now: datetime) -> Ticket:
        """The plan stands and the customer was told; the agent keeps it."""
        return await self._stay(ticket_id, TicketState.PLANNED, by=by, now=now)

    async def close(self, ticket_id: str, outcome: str, *, by: str, now: datetime) -> Ticket:
        """Done, with the outcome; the conversation is closed and opens again when the customer writes."""
        return await self._end(ticket_id, TicketState.DONE, outcome, CLOSED, by=by, reason="closed", now=now)

    async def abandon(self, ticket_id: str, *, by: str, now: datetime) -> Ticket:
        """The customer left it; the conversation is closed and opens again when the customer writes."""
        return await self._end(ticket_id, TicketState.ABANDONED, "abandoned", CLOSED, by=by, reason="abandoned", now=now)

    async def to_bot(self, ticket_id: str, *, by: str, reason: str = "", now: datetime) -> Ticket:
        """Done for the people; the bot answers the customer's next message."""
        return await self._end(ticket_id, TicketState.DONE, "back_to_bot", BOT, by=by, reason=reason or "back_to_bot", now=now)

    async def archive_ticket(self, ticket_id: str, *, now: datetime) -> Ticket:
        """Followed up and filed; changes nothing for the conversation."""
        return await self._stay(ticket_id, TicketState.ARCHIVED, by="desk", now=now)

    async def _to_agent(self, ticket_id: str, agent: str, *, by: str, reason: str, now: datetime, anyhow: bool = False) -> Ticket:
        owner = agent_owner(agent)
        sets = {"agent": agent, "claimed_at": iso(now)}
        starts = OPEN if anyhow else sources(TicketState.CLAIMED)
        return await self._change(ticket_id, _Change(TicketState.CLAIMED, starts, owner, by, reason, "leave", sets), now)

    async def _to_queue(self, ticket_id: str, state: TicketState, group: str | None, *, by: str, reason: str, now: datetime) -> Ticket:
        return await self._change(ticket_id, _Change(state, sources(state), None, by, reason, "enter", to_group=group), now)

    async def _end(self, ticket_id: str, state: TicketState, outcome: str, owner: str, *, by: str, reason: str, now: datetime) -> Ticket:
        sets = {"outcome": outcome, "closed_at": iso(now)}
        return await self._change(ticket_id, _Change(state, sources(state), owner, by, reason, "leave", sets), now)

    async def _stay(self, ticket_id: str, state: TicketState, *, by: str, now: datetime) -> Ticket:
        return await self._change(ticket_id, _Change(state, sources(state), None, by, ""), now)

    async def _change(self, ticket_id: str, change: _Change, now: datetime) -> Ticket:
        for _ in range(TRIES):
            stored = await self._stored(ticket_id)
            if not stored:
                raise NotFound(f"没有工单 {ticket_id}")
            group = stored["group"]
            args = [ticket_id, *change.args(ticket_id, group)]
            answer = await self._conversation_script(
                "change", stored["conversation"], now, args, ticket_id=ticket_id, group=change.to_group or group, from_group=group
            )
            if answer[0] == "ok":
                return codec.stored_ticket(await self._stored(ticket_id))
            if answer[0] == "state":
                raise WrongMove(wrong_move(ticket_id, TicketState(answer[1]), change.state))
        raise WrongMove(f"工单 {ticket_id} 正在被转来转去，请再试一次")

    async def _stored(self, ticket_id: str) -> dict[str, str]:
        codec.checked_id(ticket_id, "工单编号")
        with border():
            stored: dict[str, str] = await self.redis.hgetall(self.keys.ticket(ticket_id))
        return stored if "body" in stored else {}


def _state(state: str | None) -> TicketState | None:
    try:
        return None if state is None else TicketState(state)
    except ValueError:
        raise BadInput(f"没有工单状态 {state}，可用：{'、'.join(s.value for s in TicketState)}") from None
