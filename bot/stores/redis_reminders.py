"""When the watch must look at promises and proof deadlines, also those of closed tickets, and at the orders of open ones.

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

PROMISE, PROOF, ENDED, SCENE = "promise", "proof", "ended", "scene"


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

    async def remind_of_end(self, ticket_id: str, at: datetime, *, follow_up: bool = False) -> None:
        """Look at this ended ticket at that time: to remind of its follow-up, which is listed from now on, or to file it."""
        if follow_up:
            with border():
                await self.redis.zadd(self.keys.follow_ups(), {ticket_id: millis(at)})
        await self._remind(f"{ENDED}|{ticket_id}|", at)

    async def follow_ups(self, limit: int) -> list[str]:
        """Tickets that are to be followed up, the earliest due first."""
        with border():
            ids: list[str] = await self.redis.zrange(self.keys.follow_ups(), 0, limit - 1)
        return ids

    async def followed_up(self, ticket_id: str) -> None:
        """It is listed no more."""
        with border():
            await self.redis.zrem(self.keys.follow_ups(), ticket_id)

    async def remind_of_scene(self, ticket_id: str, at: datetime) -> None:
        """Look at the ticket's order at that time: in which scene it is then."""
        await self._remind(f"{SCENE}|{ticket_id}|", at)

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
