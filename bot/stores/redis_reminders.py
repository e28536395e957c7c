"""When the watch must look at promises and proof deadlines, also those of closed tickets.

An entry is written before what it points at, so that none is forgotten; the watch drops one that points at nothing. The cost is
that of what is due now, however many promises are open.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.commitments import find
from bot.model import Ticket
from bot.stores.codec import from_millis, millis
from bot.stores.redis_base import border
from bot.stores.redis_tickets import TicketStore
from bot.stores.values import Reminder

PROMISE, PROOF = "promise", "proof"


class ReminderStore(TicketStore):
    """An index; what is told lives in the tickets."""

    async def remind_of_promise(self, conversation: str, promise_id: str, at: datetime) -> None:
        """Look at this promise of the conversation at that time."""
        await self._remind(f"{PROMISE}|{promise_id}|{conversation}", at)

    async def remind_of_proof(self, ticket_id: str, at: datetime | None) -> None:
        """Look at the ticket's proof deadline at that time; None: never."""
        member = f"{PROOF}|{ticket_id}|"
        if at is not None:
            await self._remind(member, at)
            return
        with border():
            await self.redis.zrem(self.keys.reminders(), member)

    async def reminders(self, before: datetime, limit: int = 200) -> list[Reminder]:
        """What must be looked at by then, the longest due first."""
        with border():
            rows = await self.redis.zrangebyscore(self.keys.reminders(), "-inf", millis(before), start=0, num=limit, withscores=True)
        return [_reminder(member, score) for member, score in rows]

    async def next_look(self, reminder: Reminder, at: datetime | None) -> None:
        """It was looked at: again at that time, or never (None). Nothing when somebody set another time meanwhile."""
        member = f"{reminder.what}|{reminder.id}|{reminder.conversation}"
        await self._run("next_look", [self.keys.reminders()], [member, millis(reminder.at), "" if at is None else millis(at)])

    async def promise_holders(self, conversation: str, promise_id: str) -> list[Ticket]:
        """The conversation's tickets that hold the promise, the newest first: a matter that opened again took it along."""
        return [ticket for ticket in await self.tickets(sender=conversation) if find(ticket, promise_id)]

    async def _remind(self, member: str, at: datetime) -> None:
        with border():
            await self.redis.zadd(self.keys.reminders(), {member: millis(at)})


def _reminder(member: str, score: float) -> Reminder:
    # The conversation stands last: its id may hold anything.
    what, id_, conversation = member.split("|", 2)
    return Reminder(what, id_, conversation, from_millis(score))
