"""Duties that people tick: the courier asked, the goods stopped, the supervisor's word given."""

from __future__ import annotations

from datetime import datetime

from bot.desk.duties import DECIDE, ticked
from bot.desk.offers import is_asked
from bot.desk.rights import Person
from bot.errors import NotFound, WrongMove
from bot.model import JSON
from bot.services.desk_base import DeskBase, check
from bot.services.hand_off import pace


class Duties(DeskBase):
    """NotFound, Forbidden, WrongMove."""

    async def tick_duty(self, person: Person, ticket_id: str, duty_id: str, now: datetime) -> JSON:
        """The ticket's row with this duty done and the clocks of those that follow it running; once more changes nothing."""
        ticket = await self.ticket(ticket_id)
        check(person, "tick_duty", ticket)
        duty = next((found for found in ticket.duties if found.id == duty_id), None)
        if duty is None:
            raise NotFound("这张工单没有这项待办")
        if duty.ends_with == DECIDE and is_asked(ticket):
            raise WrongMove("有提议在等主管：主管同意或不同意以后，这一项自动打勾")
        if duty.done_at is None and duty.due_at is None:
            before = next((found.do for found in ticket.duties if found.id == duty.after), duty.after)
            raise WrongMove(f"先做完前一项：{before}")
        if duty.done_at is None:
            rules, phase = self.parts.rules(), (await self.phases.now(now)).phase
            on_duty = await self.record.on_duty(now, int(rules.staffing.presence_s))
            how_soon = pace(rules, ticket.group, phase, on_duty, now)
            event: JSON = {
                "type": "ticket",
                "by": f"agent:{person.id}",
                "name": person.name,
                "ticket": ticket_id,
                "what": "duty_done",
                "duty": duty_id,
            }
            done = lambda t: ticked(t, duty_id, person.id, now, how_soon)  # noqa: E731
            await self.record.amend(ticket_id, done, now=now, event=event, client_id=f"duty:{ticket_id}:{duty_id}")
            await self.audit(person, "tick_duty", now, ticket=ticket_id, duty=duty_id)
        return await self.rows.row(ticket_id)
