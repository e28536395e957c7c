"""Plans: made, told to the customer with two buttons, answered by them or by an agent who heard the answer."""

from __future__ import annotations

from datetime import datetime

from bot.desk import plans
from bot.desk.rights import Person
from bot.errors import BadInput, WrongMove
from bot.model import JSON, Ticket, TicketState, agent_owner
from bot.services.desk_base import DeskBase, check
from bot.services.desk_texts import checked_line
from bot.ticket_parts import Plan


class Plans(DeskBase):
    """Each gives the ticket's row. NotFound, Forbidden, WrongMove, BadInput."""

    async def plan(self, person: Person, ticket_id: str, now: datetime, words: str = "", deed: str = "") -> JSON:
        """The plan stands; without words it is known elsewhere. New words replace the plan before, whose buttons then answer nothing;
        the same words once more change nothing."""
        ticket = await self.ticket(ticket_id)
        check(person, "plan", ticket)
        words, deed = (checked_line(text) if text.strip() else "" for text in (words, deed))
        if deed and not words:
            raise BadInput("先写下告诉顾客的方案")
        is_same = not words or (
            ticket.plan is not None and (ticket.plan.words, ticket.plan.deed) == (words, deed) and not ticket.plan.refused_at
        )
        if ticket.state is TicketState.PLANNED and is_same:
            return await self.rows.row(ticket_id)
        by, said = agent_owner(person.id), {"words": words, "deed": deed} if words else {}
        change = (lambda t: t) if is_same else (lambda t: plans.made(t, words, deed, person.id, now))
        if ticket.state is TicketState.PLANNED:
            event: JSON = {
                "hook": "ticket.planned",
                "type": "plan",
                "by": by,
                "name": person.name,
                "ticket": ticket_id,
                "what": plans.MADE,
                **said,
            }
            await self.record.amend(ticket_id, change, now=now, event=event, holder=ticket.agent)
        else:
            await self.record.plan(ticket_id, by=by, name=person.name, now=now, holder=ticket.agent, change=change, **said)
        await self.audit(person, "plan", now, ticket=ticket_id)
        return await self.rows.row(ticket_id)

    async def tell_plan(self, person: Person, ticket_id: str, client_id: str, now: datetime) -> JSON:
        """The plan's words as a line for the customer, with the two buttons. Stale when the conversation is another's."""
        ticket = await self.ticket(ticket_id)
        check(person, "plan", ticket)
        plan = _written(ticket)
        if plan.is_answered:
            raise WrongMove("顾客已经答过这个方案；要改就出一份新的方案")
        await self.record.say(
            ticket.conversation, person.id, plan.words, now=now, name=person.name, client_id=client_id,
            buttons=plans.buttons(ticket.id, plan), change=lambda t: plans.told(t, plan.n, now) if t.id == ticket_id else t,
        )  # fmt: skip
        return await self.rows.row(ticket_id)

    async def answer_plan(self, person: Person, ticket_id: str, yes: bool, no: int | None, now: datetime) -> JSON:
        """The customer's yes or no as the agent heard it; `no` is the message that says so. A no asks for a new plan."""
        ticket = await self.ticket(ticket_id)
        check(person, "answer_plan", ticket)
        plan = _written(ticket)
        if no is not None and not await self._is_customers(ticket.conversation, no):
            raise BadInput("凭证要是顾客自己的一条消息")
        if plans.answered(ticket, plan.n, yes, no, now) == ticket:
            return await self.rows.row(ticket_id)
        event: JSON = {
            "type": "plan", "by": agent_owner(person.id), "name": person.name, "ticket": ticket_id, "message_no": no,
            "what": plans.AGREED if yes else plans.REFUSED,
        }  # fmt: skip

        def change(t: Ticket) -> Ticket:
            return plans.answered(t, plan.n, yes, no, now)

        if yes or ticket.state is not TicketState.PLANNED:
            await self.record.amend(ticket_id, change, now=now, event=event, client_id=f"plan:{ticket_id}:{plan.n}")
        else:
            await self.record.plan_refused(ticket_id, event=event, now=now, change=change)
        await self.audit(person, "answer_plan", now, ticket=ticket_id, yes=yes, no=no)
        return await self.rows.row(ticket_id)

    async def _is_customers(self, conversation: str, no: int) -> bool:
        found = await self.record.events(conversation, after=no - 1, limit=1)
        return bool(found) and found[0]["no"] == no and found[0]["type"] == "message"


def _written(ticket: Ticket) -> Plan:
    if ticket.plan is None:
        raise WrongMove("还没有写下方案：先写告诉顾客的话")
    return ticket.plan
