"""Tickets: opened with a hand-off, moved by people; every owner change and its event in one script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.desk.plans import MADE
from bot.desk.staffing import SHANGHAI
from bot.desk.tickets import BACK_TO_BOT, HELD, OPEN, QUEUED, has_spoken, sources, wrong_move
from bot.errors import BadInput, NotFound, Stale, TicketTaken, WrongMove
from bot.model import BOT, CLOSED, JSON, Ticket, TicketState, agent_owner
from bot.stores import codec
from bot.stores.codec import checked_agent, iso
from bot.stores.events import PLANNED
from bot.stores.moves import Move
from bot.stores.redis_base import border
from bot.stores.redis_conversations import TRIES, ConversationStore

PAGE = 200
DESK = "desk"
Change = Callable[[Ticket], Ticket]


class TicketStore(ConversationStore):
    """The part of the record that people's work goes through. Moves return the ticket as it is afterwards and raise
    NotFound, WrongMove (the state does not allow it) or TicketTaken (it is another agent's). With `holder` they are Stale
    unless the ticket is in that agent's hands at that moment."""

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

    async def opened_by(self, buyer: str) -> dict[str, datetime]:
        """When this buyer's last tickets were opened, in whichever conversation: one read of one index."""
        with border():
            rows = await self.redis.zrange(self.keys.tickets_of_buyer(buyer), 0, -1, withscores=True)
        return {ticket: codec.from_millis(ms) for ticket, ms in rows}

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
            return await self._to_agent(ticket_id, agent, by=agent_owner(agent), reason="claimed", now=now)
        except WrongMove:
            ticket = await self.ticket(ticket_id)
            if ticket is None or ticket.state not in HELD:
                raise
            if ticket.agent == agent:
                return ticket
            raise TicketTaken(ticket_id, ticket.agent) from None

    async def claim_next(self, group: str, agent: str, *, now: datetime, deed: str | None = None) -> Ticket | None:
        """The most urgent ticket of the group's queue becomes this agent's; None when the queue is empty. The same deed gets the
        same ticket again, for ten minutes."""
        own = f"{agent_owner(checked_agent(agent))}:{codec.checked_id(deed, '操作编号 deed')}" if deed else uuid4().hex
        for _ in range(PAGE):
            with border():
                done = await self.redis.get(self.keys.deed(own))
                first = [] if done else await self.redis.zrange(self.keys.queue(group), 0, 0)
            if done:
                return await self.ticket(done)
            if not first:
                return None
            try:
                return await self._to_agent(first[0].split(":", 2)[2], agent, by=agent_owner(agent), reason="claimed", now=now, deed=own)
            except WrongMove:
                continue  # another agent was faster: the next one, then
        return None

    async def assign(self, ticket_id: str, agent: str, group: str, *, now: datetime) -> Ticket:
        """A ticket that waits in the group's queue becomes this agent's; WrongMove or Stale when somebody moved it meanwhile."""
        return await self._to_agent(ticket_id, agent, by=DESK, reason="assigned", now=now, group=group)

    async def transfer(
        self,
        ticket_id: str,
        *,
        by: str,
        reason: str,
        now: datetime,
        group: str | None = None,
        agent: str | None = None,
        holder: str | None = None,
    ) -> Ticket:
        """To another group's queue, in the order of its due time, or straight to an agent, from any open state. Give one of the two."""
        if (group is None) == (agent is None):
            raise BadInput("转交要么给一个组，要么给一位客服")
        if agent is not None:
            return await self._to_agent(ticket_id, agent, by=by, reason=reason, now=now, starts=OPEN, holder=holder)
        move = Move.to_queue(TicketState.TRANSFERRED, by, reason, group)
        return await self._move(ticket_id, move, now, holder=holder)

    async def reroute(self, ticket_id: str, group: str, *, from_group: str, by: str, reason: str, now: datetime) -> Ticket:
        """From the queue of a group that is not there to another's, with its place and due time; WrongMove or Stale when it waits
        there no more."""
        move = replace(Move.to_queue(TicketState.TRANSFERRED, by, reason, group), starts=QUEUED)
        return await self._move(ticket_id, move, now, group=from_group)

    async def give_back(
        self,
        ticket_id: str,
        *,
        by: str,
        reason: str = "returned",
        now: datetime,
        holder: str | None = None,
        unspoken: bool = False,
        lines: Sequence[JSON] = (),
    ) -> Ticket:
        """Back to its group's queue, to its old place; `lines` are notices for the customer. `unspoken`: Stale when its agent has
        said something since it came to him."""
        move = Move.to_queue(TicketState.RETURNED, by, reason, lines=lines)
        return await self._move(ticket_id, move, now, holder=holder, unspoken=unspoken)

    async def plan(
        self, ticket_id: str, *, by: str, now: datetime, holder: str | None = None, name: str = "", change: Change | None = None, **said: str
    ) -> Ticket:
        """The plan stands; the agent keeps the ticket. `said` goes into the event."""
        event: JSON = {"hook": PLANNED, "type": "plan", "by": by, "name": name, "ticket": ticket_id, "what": MADE, **said}
        move = Move(TicketState.PLANNED, sources(TicketState.PLANNED), None, by, event=event, change=change)
        return await self._move(ticket_id, move, now, holder=holder)

    async def plan_refused(self, ticket_id: str, *, event: JSON, now: datetime, change: Change) -> Ticket:
        """The customer said no: back to `claimed`, for a new plan."""
        move = Move(TicketState.CLAIMED, frozenset({TicketState.PLANNED}), None, str(event["by"]), event=event, change=change)
        return await self._move(ticket_id, move, now)

    async def close(
        self, ticket_id: str, outcome: str, *, by: str, now: datetime, holder: str | None = None, change: Change | None = None
    ) -> Ticket:
        """Done, with the outcome; the conversation is closed and opens again when the customer writes."""
        move = replace(Move.end(TicketState.DONE, outcome, CLOSED, by, "closed", now), change=change)
        return await self._move(ticket_id, move, now, holder=holder)

    async def abandon(self, ticket_id: str, *, by: str, now: datetime) -> Ticket:
        """The customer left it; the conversation is closed and opens again when the customer writes."""
        return await self._move(ticket_id, Move.end(TicketState.ABANDONED, "abandoned", CLOSED, by, "abandoned", now), now)

    async def to_bot(self, ticket_id: str, *, by: str, reason: str = "", now: datetime, holder: str | None = None) -> Ticket:
        """Done for the people; the bot answers the customer's next message."""
        move = Move.end(TicketState.DONE, BACK_TO_BOT, BOT, by, reason or BACK_TO_BOT, now)
        return await self._move(ticket_id, move, now, holder=holder)

    async def archive_ticket(self, ticket_id: str, *, now: datetime) -> Ticket:
        """Followed up and filed; changes nothing for the conversation."""
        return await self._move(ticket_id, Move(TicketState.ARCHIVED, sources(TicketState.ARCHIVED), None, "desk"), now)

    async def _to_agent(
        self,
        ticket_id: str,
        agent: str,
        *,
        by: str,
        reason: str,
        now: datetime,
        starts: frozenset[TicketState] | None = None,
        group: str | None = None,
        holder: str | None = None,
        deed: str | None = None,
    ) -> Ticket:
        owner, sets = agent_owner(checked_agent(agent)), {"agent": agent, "claimed_at": iso(now)}
        move = Move(TicketState.CLAIMED, starts or QUEUED, owner, by, reason, "leave", sets, to_agent=agent)
        return await self._move(ticket_id, move, now, group=group, holder=holder, deed=deed)

    async def _move(
        self,
        ticket_id: str,
        move: Move,
        now: datetime,
        *,
        group: str | None = None,
        holder: str | None = None,
        unspoken: bool = False,
        deed: str | None = None,
    ) -> Ticket:
        # One id for all tries of this call: the script recognises what it did when the answer was lost.
        deed = deed or uuid4().hex
        for _ in range(TRIES):
            stored = await self._stored(ticket_id)
            if not stored:
                raise NotFound(f"没有工单 {ticket_id}")
            ticket = codec.stored_ticket(stored)
            if holder is not None and ticket.agent != holder:
                raise Stale(f"工单 {ticket_id} 已不在 {holder} 手里，这一步没有做")
            if group is not None and ticket.group != group:
                raise Stale(f"工单 {ticket_id} 已转到别的组")
            if unspoken and has_spoken(ticket):
                raise Stale(f"工单 {ticket_id} 的客服已经说话了")
            spoke = stored.get("spoke_at", "") if unspoken else "*"
            answer = await self._conversation_script(
                "change", ticket.conversation, now, [ticket_id, stored["rev"], spoke, *move.args(ticket)], ticket_id=ticket_id,
                group=move.to_group or ticket.group, from_group=ticket.group, agent=move.to_agent, from_agent=ticket.agent or "", deed=deed,
            )  # fmt: skip
            if answer[0] in ("ok", "done"):
                return codec.stored_ticket(await self._stored(ticket_id if answer[0] == "ok" else answer[1]))
            if answer[0] == "state":
                raise WrongMove(wrong_move(ticket_id, TicketState(answer[1]), move.state))
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
