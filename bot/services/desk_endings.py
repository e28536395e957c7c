"""The end of a matter and what comes after the deed: closed with outcome, cost and cause, followed up, filed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.desk import follow_ups
from bot.desk.offers import is_asked
from bot.desk.rights import Person, may, relation
from bot.errors import BadInput, WrongMove
from bot.model import JSON, Ticket, TicketState, agent_owner
from bot.services.desk_base import DeskBase, check, checked_reason

MOST_FEN = 100_000_000
"""A million yuan: what is more was mistyped."""
LISTED = 200


class Endings(DeskBase):
    """Each gives the ticket's row. NotFound, Forbidden, WrongMove, BadInput."""

    async def close(
        self, person: Person, ticket_id: str, outcome: str, note: str, now: datetime, cost_fen: int | None = None, cause: str | None = None
    ) -> JSON:
        """Done with an outcome that the shop knows, with what it cost and why it came about; the note is for colleagues."""
        ticket = await self.ticket(ticket_id)
        check(person, "close", ticket)
        page = self.parts.page()
        if page.outcome(outcome) is None:
            raise BadInput(f"请选一个结果：{'、'.join(choice.zh for choice in page.outcomes)}")
        if cause is not None and cause not in [choice.name for choice in page.causes]:
            raise BadInput(f"请选一个原因：{'、'.join(choice.zh for choice in page.causes)}")
        if cost_fen is not None and not 0 <= cost_fen <= MOST_FEN:
            raise BadInput("花费要在 0 到 1,000,000 元之间")
        note = checked_reason(note)
        if not ended_as(ticket, outcome):
            _check_answered(ticket)
            follow_up = follow_ups.due(page.follow_up, ticket, outcome, now)
            # Before it ends: an entry that points at nothing is dropped, a matter without one would be forgotten.
            await self.record.remind_of_end(ticket_id, follow_ups.end_look(follow_up, now), follow_up=follow_up is not None)
            change = lambda t: replace(t, cost_fen=cost_fen, cause=cause, follow_up=follow_up)  # noqa: E731
            by = agent_owner(person.id)
            ticket = await self.record.close(ticket_id, outcome, by=by, now=now, holder=ticket.agent, change=change)
        if note:
            whisper = {"type": "whisper", "by": agent_owner(person.id), "name": person.name, "text": note}
            await self.record.write(ticket.conversation, whisper, now=now, client_id=f"close-{ticket_id}")
        await self.audit(person, "close", now, ticket=ticket.id, outcome=outcome, cost_fen=cost_fen, cause=cause)
        return await self.rows.row(ticket_id)

    async def to_bot(self, person: Person, ticket_id: str, reason: str, now: datetime) -> JSON:
        """Done for the people; the bot answers what comes next."""
        ticket = await self.ticket(ticket_id)
        check(person, "to_bot", ticket)
        reason = checked_reason(reason)
        if not ended_as(ticket, "back_to_bot"):
            _check_answered(ticket)
            await self.record.remind_of_end(ticket_id, follow_ups.end_look(None, now))
            ticket = await self.record.to_bot(ticket_id, by=agent_owner(person.id), reason=reason, now=now, holder=ticket.agent)
        await self.audit(person, "to_bot", now, ticket=ticket.id, reason=reason or None)
        return await self.rows.row(ticket_id)

    async def follow_up(self, person: Person, ticket_id: str, result: str, note: str, now: datetime) -> JSON:
        """What the customer said after the deed; nobody reached: again later. Then the matter is filed."""
        ticket = await self.ticket(ticket_id)
        check(person, "follow_up", ticket)
        if result not in follow_ups.RESULTS:
            raise BadInput("回访结果要是 satisfied、unsatisfied 或 not_reached")
        note, rule = checked_reason(note), self.parts.page().follow_up
        event: JSON = {
            "type": "ticket",
            "by": agent_owner(person.id),
            "name": person.name,
            "ticket": ticket_id,
            "what": f"follow_up_{result}",
        }
        change = lambda t: follow_ups.done(t, result, note, person.id, now, rule)  # noqa: E731
        once = f"follow-up:{ticket_id}:{ticket.follow_up.tries if ticket.follow_up else 0}"
        ticket = await self.record.amend(ticket_id, change, now=now, event=event, client_id=once)
        if note:
            whisper = {"type": "whisper", "by": agent_owner(person.id), "name": person.name, "text": note}
            await self.record.write(ticket.conversation, whisper, now=now, client_id=f"{once}:note")
        assert ticket.follow_up is not None
        if follow_ups.is_open(ticket):
            await self.record.remind_of_end(ticket_id, ticket.follow_up.due_at, follow_up=True)
        else:
            with suppress(WrongMove):  # the watch was faster
                await self.record.archive_ticket(ticket_id, now=now)
            await self.record.followed_up(ticket_id)
        await self.audit(person, "follow_up", now, ticket=ticket_id, result=result)
        return await self.rows.row(ticket_id)

    async def follow_ups(self, person: Person) -> list[JSON]:
        """The rows of what is to be followed up of the person's own and groups', the earliest first."""
        ids = await self.record.follow_ups(LISTED)
        tickets = [ticket for ticket in [await self.record.ticket(id_) for id_ in ids] if ticket is not None and follow_ups.is_open(ticket)]
        seen = [ticket for ticket in tickets if may(person.role, "follow_up", relation(person, ticket))]
        return await self.rows.rows([ticket.id for ticket in sorted(seen, key=_due)])


def _due(ticket: Ticket) -> datetime:
    assert ticket.follow_up is not None
    return ticket.follow_up.due_at


def _check_answered(ticket: Ticket) -> None:
    """WrongMove while an offer waits for a supervisor: nobody would answer it any more."""
    if is_asked(ticket):
        raise WrongMove("有一个提议还在等主管：先等结果，或撤回这个提议")


def ended_as(ticket: Ticket, outcome: str) -> bool:
    """Whether the ticket has ended this way already: the deed came twice."""
    return ticket.state in (TicketState.DONE, TicketState.ARCHIVED) and ticket.outcome == outcome
