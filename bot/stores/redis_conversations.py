"""Conversations: the numbered log, the owner, what people and the desk say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.desk.duties import REPLY, happened
from bot.desk.plans import AGREED, REFUSED, Answer, answer_in, answered, is_live, too_late
from bot.errors import BadInput, NotFound, Stale
from bot.model import BOT, CLOSED, JSON, Conversation, Ticket, TicketState, agent_owner
from bot.stores import codec
from bot.stores.codec import counted, iso, millis
from bot.stores.events import Buttons, line_body, look, message_body, once_id, owner_body, people_body, say_body, score, ticket_args
from bot.stores.redis_base import Store, border
from bot.stores.values import Accepted, Committed, Written

KEEP_CLIENT_IDS = 1000
TRIES = 5
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
        title: str | None = None,
    ) -> Accepted:
        """Store a visitor's message, once per client_id; `title` is that of the button that was pressed. BadInput for an id that
        cannot be one. Written when this returns."""
        codec.checked_id(conversation)
        codec.checked_id(client_id, "消息编号 client_id")
        if buyer_id is not None:
            codec.checked_id(buyer_id, "买家编号 buyer_id")
        body = message_body(text, client_id, images, buyer_id, title)
        answer = answer_in(text)
        args = [client_id, buyer_id or "", body, REOPENED, KEEP_CLIENT_IDS, *await self._plan_answer(conversation, answer, now)]
        ticket_id = answer.ticket if answer else ""
        no, seen, owner, epoch = await self._conversation_script("accept", conversation, now, args, ticket_id=ticket_id)
        return Accepted(no=no, duplicate=bool(seen), owner=owner, epoch=epoch)

    async def _plan_answer(self, conversation: str, answer: Answer | None, now: datetime) -> list[Any]:
        """What the script ticks when the message is a plan's button: ticket, its plan as it was read and as it is then, the state
        of a refused one, the event; and what the customer reads when that plan waits for no answer any more."""
        if answer is None:
            return [""] * 6
        with border():
            stored = await self.redis.hgetall(self.keys.ticket(answer.ticket))
        found = codec.stored_ticket(stored) if stored.get("conversation") == conversation and "body" in stored else None
        live = found is not None and is_live(found, answer.n)
        ticks: list[Any] = ["", "", "", "", ""]
        if found is not None and live:
            # The script knows the message's number, and puts it in the place of this one.
            after = answered(found, answer.n, answer.yes, 0, now)
            event = {"type": "plan", "by": "visitor", "ticket": found.id, "what": AGREED if answer.yes else REFUSED}
            state = "" if answer.yes else TicketState.CLAIMED.value
            ticks = [found.id, stored["plan"], codec.amendments(found, after)["plan"], state, people_body(event)]
        return [*ticks, line_body({"type": "notice", "text": too_late(found, answer)}, None)]

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
        args = [only_if_owner or "", turn or "", int(once), body]
        answer = await self._conversation_script("notice", conversation, now, args)
        return int(answer[1]) if answer[0] == "ok" else None

    async def say(
        self,
        conversation: str,
        agent: str,
        text: str,
        *,
        now: datetime,
        name: str = "",
        images: Sequence[str] = (),
        client_id: str | None = None,
        buttons: Buttons = (),
        change: Callable[[Ticket], Ticket] | None = None,
    ) -> Written:
        """An agent's line, once per client_id: a duplicate gets the old number, whoever owns the conversation now. Stale when the
        agent is not the owner; ticks what a reply ends among the ticket's duties, and makes of the ticket what `change` does."""
        owner, client_id = agent_owner(codec.checked_agent(agent)), client_id or uuid4().hex
        body, once = say_body(owner, name, text, images, client_id, buttons), once_id(owner, client_id)
        for _ in range(TRIES):
            known = await self.conversation(conversation)
            ticket_id = (known.ticket_id if known else None) or ""
            args = [once, owner, body, ticket_id, KEEP_CLIENT_IDS, *await self._ticks(ticket_id, agent, now, change)]
            answer = await self._conversation_script("say", conversation, now, args, ticket_id=ticket_id)
            if answer[0] != "moved":
                break
        return _written(answer, conversation)

    async def _ticks(self, ticket_id: str, agent: str, now: datetime, change: Callable[[Ticket], Ticket] | None) -> list[Any]:
        """The ticket's revision, and what of it a reply changes: its place in a queue, the watch's next look, its fields."""
        with border():
            stored = await self.redis.hgetall(self.keys.ticket(ticket_id)) if ticket_id else {}
        if "body" not in stored:
            return ["", "", "", 0]
        before = codec.stored_ticket(stored)
        after = happened(before, REPLY, agent, now)
        after = change(after) if change else after
        sets = codec.amendments(before, after)
        return [stored["rev"], score(after), look(after, now), *counted([text for pair in sets.items() for text in pair])]

    async def write(
        self, conversation: str, event: JSON, *, now: datetime, client_id: str | None = None, only_if_owner: str | None = None
    ) -> Written:
        """Any other event of people ({"type": "whisper"|"label"|"promise"|"promise_done"|"rated"|"evidence", "by": …, …}), once per
        client_id and author. NotFound for an unknown conversation, Stale when only_if_owner is not the owner."""
        codec.checked_id(conversation)
        args = [once_id(str(event.get("by")), client_id), only_if_owner or "", people_body(event), KEEP_CLIENT_IDS]
        return _written(await self._conversation_script("write", conversation, now, args), conversation)

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
        from_owner: str = BOT,
    ) -> Committed:
        """Take a conversation that has no open ticket (from the bot, or closed) into ticket.group's queue, or with a claimed ticket
        straight into its agent's hands, whatever turn is under way (its commit is Stale then). All mail passes to the people. Stale
        when from_owner is not the owner, or message_no no longer the head of the mailbox; already=True when this ticket is there."""
        if from_owner not in (BOT, CLOSED):
            raise ValueError(f"a conversation of {from_owner} has a ticket: move that")
        args: list[Any] = [from_owner, message_no or "", label or ""]
        args += counted([line_body(line, message_no) for line in lines])
        args += counted([f"hand_over:{reason}"])
        args += ticket_args(ticket, by=by, reason=reason)
        answer = await self._conversation_script(
            "hand_over", conversation, now, args, ticket_id=ticket.id, group=ticket.group, agent=ticket.agent or "", buyer=ticket.buyer_id or "",
        )  # fmt: skip
        if answer[0] == "already":
            return Committed(0, 0, already=True)
        if answer[0] != "ok":
            raise Stale(f"会话 {conversation} 现在由 {answer[1] or '机器人'} 负责，或该消息已有着落")
        return Committed(first_no=answer[1], last_no=answer[2])

    async def _conversation_script(
        self, name: str, conversation: str, now: datetime, args: Sequence[Any], **of: str
    ) -> Any:
        """`of` are the arguments of Keys.for_script: ticket_id, group, from_group, agent, from_agent, deed, buyer."""
        keys = self.keys.for_script(conversation, **of)
        return await self._run(name, keys, [conversation, iso(now), millis(now), *args])


def _written(answer: Sequence[Any], conversation: str) -> Written:
    if answer[0] == "unknown":
        raise NotFound(f"没有会话 {conversation}")
    if answer[0] not in ("ok", "seen"):
        owner = answer[1] if len(answer) > 1 else "别人"
        raise Stale(f"会话现在由 {owner} 负责，这句没有发出；先接手再说")
    return Written(no=int(answer[1]), duplicate=answer[0] == "seen")
