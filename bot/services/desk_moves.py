"""Tickets moved by people: claimed, planned, handed on, given back, ended. The record makes of two who are fast one who is first."""

from __future__ import annotations

from datetime import datetime

from bot.desk.rights import Person, Relation, relation, relation_to_group
from bot.desk.routing import staffed
from bot.errors import BadInput, NotFound, TicketTaken, WrongMove
from bot.model import JSON, Ticket, agent_owner
from bot.services.desk_base import DeskBase, check, check_relation, checked_reason
from bot.services.desk_rows import group_zh
from bot.stores.values import AgentState


class Moves(DeskBase):
    """Each gives the ticket's row as it stands then. NotFound, Forbidden, and what the record refuses: TicketTaken, WrongMove."""

    async def claim(self, person: Person, ticket_id: str, now: datetime) -> JSON:
        """The ticket becomes the person's; once more changes nothing."""
        check(person, "claim", await self.ticket(ticket_id))
        try:
            ticket = await self.record.claim(ticket_id, person.id, now=now)
        except TicketTaken as taken:
            # People know each other by name.
            names = await self.parts.names.of([taken.agent_id]) if taken.agent_id else {}
            raise TicketTaken(ticket_id, names.get(taken.agent_id or "")) from None
        return await self._moved(person, "claim", ticket, now)

    async def claim_next(self, person: Person, group: str, deed: str, now: datetime) -> JSON | None:
        """The group's most urgent ticket becomes the person's; None when the queue is empty. The same deed takes no second one."""
        if group not in self.parts.rules().taxonomy.groups:
            raise NotFound("没有这个组")
        check_relation(person, "claim", relation_to_group(person, group))
        ticket = await self.record.claim_next(group, person.id, now=now, deed=deed)
        return None if ticket is None else await self._moved(person, "claim", ticket, now)

    async def give_back(self, person: Person, ticket_id: str, reason: str, now: datetime) -> JSON:
        """Back to its queue, to its old place."""
        ticket = await self.ticket(ticket_id)
        check(person, "give_back", ticket)
        reason = checked_reason(reason) or "returned"
        ticket = await self.record.give_back(ticket_id, by=agent_owner(person.id), reason=reason, now=now, holder=ticket.agent)
        return await self._moved(person, "give_back", ticket, now, reason=reason)

    async def transfer_to_group(self, person: Person, ticket_id: str, group: str, reason: str, now: datetime) -> tuple[JSON, str | None]:
        """Into that group's queue, or its fallback's when the phase has no such group; the note says what is not as wished."""
        before = await self._checked_transfer(person, ticket_id)
        rules = self.parts.rules()
        if group not in rules.taxonomy.groups:
            raise BadInput(f"没有这个组，可转给：{'、'.join(known.zh for known in rules.taxonomy.groups.values())}")
        target = staffed(rules.taxonomy, group, (await self.phases.now(now)).phase)
        reason = checked_reason(reason) or "transferred"
        ticket = await self.record.transfer(ticket_id, group=target, by=agent_owner(person.id), reason=reason, now=now, holder=before.agent)
        row = await self._moved(person, "transfer", ticket, now, from_group=before.group, to_group=target, reason=reason)
        on_duty = await self.record.on_duty(now, int(rules.staffing.presence_s))
        notes = []
        if target != group:
            notes.append(f"{group_zh(rules.taxonomy, group)}现在这个阶段没有人，已转给{group_zh(rules.taxonomy, target)}")
        if not on_duty.get(target, 0):
            notes.append(f"{group_zh(rules.taxonomy, target)}现在没有人在线，工单按顺序等候")
        return row, "；".join(notes) or None

    async def transfer_to_agent(self, person: Person, ticket_id: str, agent: str, reason: str, now: datetime) -> tuple[JSON, str | None]:
        """Straight into a colleague's hands. WrongMove when the colleague is not there."""
        before = await self._checked_transfer(person, ticket_id)
        target = await self._there(agent, now)
        reason = checked_reason(reason) or "transferred"
        ticket = await self.record.transfer(ticket_id, agent=agent, by=agent_owner(person.id), reason=reason, now=now, holder=before.agent)
        row = await self._moved(person, "transfer", ticket, now, from_group=before.group, to_agent=agent, reason=reason)
        load = (await self.record.loads([agent])).get(agent, 0)
        over = load > target.capacity
        return row, f"{target.name}手上现在有 {load} 单，超过了上限 {target.capacity} 单" if over else None

    async def _checked_transfer(self, person: Person, ticket_id: str) -> Ticket:
        ticket = await self.ticket(ticket_id)
        found = relation(person, ticket)
        check_relation(person, "transfer" if found is Relation.OWN else "reassign", found)
        return ticket

    async def _there(self, agent: str, now: datetime) -> AgentState:
        """The colleague's state. NotFound, WrongMove."""
        staffing = self.parts.rules().staffing
        present = {state.id: state for state in await self.record.agents(now, int(staffing.presence_s))}
        known = present.get(agent) or await self.record.agent(agent)
        if known is None:
            raise WrongMove("这位同事现在没有登录：转给组，或转给别的同事")
        if agent not in present or known.status not in ("online", "busy"):
            raise WrongMove(f"{known.name}现在不在岗：转给组，或转给别的同事")
        return known

    async def _moved(self, person: Person, what: str, ticket: Ticket, now: datetime, **more: object) -> JSON:
        await self.audit(person, what, now, ticket=ticket.id, conversation=ticket.conversation, **more)
        return await self.rows.row(ticket.id)
