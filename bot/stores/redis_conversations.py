"""Conversations: the numbered log, the owner, what people and the desk say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.errors import BadInput, NotFound, Stale
from bot.model import BOT, JSON, Conversation, Ticket, agent_owner
from bot.stores import codec
from bot.stores.codec import iso, millis
from bot.stores.events import line_body, message_body, owner_body, ticket_args
from bot.stores.redis_base import Store, border, counted
from bot.stores.values import Accepted, Committed

KEEP_CLIENT_IDS = 1000
REOPENED = owner_body(BOT, "desk", "reopened", None).replace(',"ticket":null', "")


class ConversationStore(Store):
    """The part of the record that is a conversation's log and owner."""

    async def accept(
        self,
        conversation: str,
        text: str,
        client_id: str,
        *,
        now: datetime,
        buyer_id: str | None = None,
        images: Sequence[str] = (),
    ) -> Accepted:
        """Store a visitor's message, once per client_id; BadInput for an id that cannot be one. Written when this returns."""
        codec.checked_id(conversation)
        codec.checked_id(client_id, "消息编号 client_id")
        if buyer_id is not None:
            codec.checked_id(buyer_id, "买家编号 buyer_id")
        body = message_body(text, client_id, images, buyer_id)
        args = [client_id, buyer_id or "", body, REOPENED, KEEP_CLIENT_IDS]
        no, seen, owner, epoch = await self._conversation_script("accept", conversation, now, args)
        return Accepted(no=no, duplicate=bool(seen), owner=owner, epoch=epoch)

    async def conversation(self, conversation: str) -> Conversation | None:
        """Its owner, epoch, label, ticket (the open one, else the last); None when nobody ever wrote."""
        codec.checked_id(conversation)
        with border():
            stored = await self.redis.hgetall(self.keys.conversation(conversation))
        return codec.conversation(conversation, stored) if stored.get("owner") else None

    async def events(self, conversation: str, after: int = 0, limit: int = 1000) -> list[JSON]:
        """Events with a number above `after`, oldest first. Archived ones but for the last 200 are in PostgreSQL only."""
        codec.checked_id(conversation)
        with border():
            rows = await self.redis.xrange(self.keys.log(conversation), min=f"{after + 1}-0", count=limit)
        return [codec.loads(fields["e"]) for _, fields in rows]

    async def notice(
        self,
        conversation: str,
        text: str,
        turn: int | None,
        *,
        now: datetime,
        only_if_owner: str | None = None,
        once: bool = False,
    ) -> int | None:
        """A desk line for the customer: its number. None when the owner is another, or (`once`) message `turn` is no
        longer at the head of the mailbox or had its notice."""
        if once and turn is None:
            raise BadInput("once 需要 turn")
        body = line_body({"type": "notice", "text": text}, turn)
        args = [only_if_owner or "", turn or "", int(once), body, ""]
        answer = await self._conversation_script("say", conversation, now, args)
        return int(answer[1]) if answer[0] == "ok" else None

    async def say(self, conversation: str, agent: str, text: str, *, now: datetime) -> int:
        """An agent's line: its number. Stale when the agent is not the owner; stops the clock of the ticket's first reply."""
        owner = agent_owner(codec.checked_agent(agent))
        known = await self.conversation(conversation)
        if known is None:
            raise NotFound(f"没有会话 {conversation}")
        body = line_body({"type": "say", "by": owner, "text": text}, None)
        ticket_id = known.ticket_id or ""
        answer = await self._conversation_script("say", conversation, now, [owner, "", 0, body, ticket_id], ticket_id=ticket_id)
        if answer[0] != "ok":
            raise Stale(f"会话现在由 {answer[1]} 负责，{agent} 不能发言")
        return int(answer[1])

    async def hand_over(
        self,
        conversation: str,
        ticket: Ticket,
        *,
        lines: Sequence[JSON],
        reason: str,
        by: str,
        now: datetime,
        message_no: int | None = None,
        label: str | None = None,
    ) -> Committed:
        """Take a conversation from the bot into ticket.group's queue, whatever turn is under way (its commit is Stale then).
        All mail passes to the people. Stale when the bot is not the owner, or message_no no longer the head of the mailbox."""
        args: list[Any] = [message_no or "", label or ""]
        args += counted([line_body(line, message_no) for line in lines])
        args += counted([f"hand_over:{reason}"])
        args += ticket_args(ticket, by=by, reason=reason)
        answer = await self._conversation_script("hand_over", conversation, now, args, ticket_id=ticket.id, group=ticket.group)
        if answer[0] != "ok":
            raise Stale(f"会话 {conversation} 已不由机器人负责，或该消息已有着落")
        return Committed(first_no=answer[1], last_no=answer[2])

    async def _conversation_script(
        self,
        name: str,
        conversation: str,
        now: datetime,
        args: Sequence[Any],
        *,
        ticket_id: str = "",
        group: str = "",
        from_group: str = "",
    ) -> Any:
        keys = self.keys.for_script(conversation, ticket_id, group, from_group)
        return await self._run(name, keys, [conversation, iso(now), millis(now), *args])
