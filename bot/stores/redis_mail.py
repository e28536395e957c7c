"""Mail of the bot: the `ready` stream, mailboxes, turns, dead letters."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from redis.exceptions import ResponseError

from bot.errors import NotFound, Stale
from bot.model import JSON, Message, Ticket
from bot.stores import codec
from bot.stores.codec import counted, dumps, from_millis, iso, loads, millis
from bot.stores.events import decision_body, line_body, ticket_args
from bot.stores.keys import WORKERS
from bot.stores.redis_base import MAX_BLOCK_MS, border
from bot.stores.redis_conversations import ConversationStore
from bot.stores.values import Backlog, Committed, Entry, TurnStart, Waiting

KEEP_DEAD_LETTERS = 1000


class MailStore(ConversationStore):
    """The part of the record that workers live on."""

    _looked_for_dead: float = 0.0
    _look_from: str = "0-0"

    async def take(self, consumer: str, count: int, block_ms: int, claim_idle_ms: int = 5000) -> list[Entry]:
        """Entries whose consumer gave no sign for claim_idle_ms, and new entries of `ready`; waits at most block_ms (≤ 2000).
        Call it from one task per consumer."""
        with border():
            try:
                return await self._take(consumer, count, min(block_ms, MAX_BLOCK_MS), claim_idle_ms)
            except ResponseError as error:
                if not str(error).startswith("NOGROUP"):
                    raise
                await self._make_group()
                return await self._take(consumer, count, min(block_ms, MAX_BLOCK_MS), claim_idle_ms)

    async def _take(self, consumer: str, count: int, block_ms: int, claim_idle_ms: int) -> list[Entry]:
        ready, found = self.keys.ready(), []
        # Looking for the dead costs a command; half their time is often enough.
        if time.monotonic() - self._looked_for_dead > claim_idle_ms / 2000:
            answer = await self.redis.xautoclaim(ready, WORKERS, consumer, claim_idle_ms, start_id=self._look_from, count=count)
            found = [row for row in answer[1] if row[0] is not None and row[1]]
            # One look reads a part of what is pending: go on there next time, and rest once all was read.
            self._look_from = answer[0]
            self._looked_for_dead = time.monotonic() if answer[0] == "0-0" else 0.0
        if len(found) < count:
            block = None if found else max(block_ms, 1)
            answer = await self.redis.xreadgroup(WORKERS, consumer, {ready: ">"}, count=count - len(found), block=block)
            rows = answer.values() if isinstance(answer, dict) else [stream[1] for stream in answer or ()]
            found += [row for stream in rows for row in stream]
        return [Entry(entry_id=entry_id, conversation=fields["c"], consumer=consumer) for entry_id, fields in found]

    async def _make_group(self) -> None:
        try:
            await self.redis.xgroup_create(self.keys.ready(), WORKERS, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def touch(self, entry: Entry) -> bool:
        """Keep the entry another claim_idle_ms; False when another consumer has it now."""
        return bool(await self._run("touch", [self.keys.ready()], [WORKERS, entry.consumer, entry.entry_id]))

    async def done(self, entry: Entry) -> bool:
        """True when the mailbox is empty and the entry is gone; False: go on with this conversation."""
        keys = [self.keys.conversation(entry.conversation), self.keys.mail(entry.conversation), self.keys.ready()]
        return bool(await self._run("done", keys, [entry.entry_id, WORKERS]))

    async def head(self, conversation: str, *, deliver: bool = True) -> Message | None:
        """First message of the mailbox; counts one delivery unless deliver=False (load_turn counts too: use one of them)."""
        answer = await self._conversation_script("load_turn", conversation, from_millis(0), [int(deliver)])
        return codec.message(answer[1], answer[2]) if answer and answer[1] else None

    async def load_turn(self, conversation: str, *, deliver: bool = True) -> TurnStart:
        """All a turn needs in one round trip; counts one delivery of the message. NotFound for an unknown conversation."""
        answer = await self._conversation_script("load_turn", conversation, from_millis(0), [int(deliver)])
        if not answer:
            raise NotFound(f"没有会话 {conversation}")
        flat, event, deliveries, length, slots = answer
        return TurnStart(
            conversation=codec.conversation(conversation, dict(zip(flat[::2], flat[1::2], strict=True))),
            message=codec.message(event, deliveries) if event else None,
            slots=loads(slots) if slots else {},
            waiting=length,
        )

    async def commit_turn(
        self,
        conversation: str,
        *,
        epoch: int,
        message_no: int,
        lines: Sequence[JSON],
        decision: JSON,
        tracker_slots: JSON,
        tracker_events: Sequence[str],
        label: str | None,
        ticket: Ticket | None = None,
        now: datetime,
        max_tracker_events: int = 60,
        reason: str = "",
    ) -> Committed:
        """Write a turn whole or not at all; with a ticket the conversation goes into its queue and the rest of the mail with it.
        `lines` are {"type":"say"|"notice",…} without no, at, v; `turn` is added. already=True (numbers 0) when message_no was
        answered before; Stale when owner, epoch or head changed. Nothing is written in both cases."""
        args: list[Any] = [epoch, message_no, label or ""]
        args += counted([line_body(line, message_no) for line in lines])
        args += [decision_body(decision, message_no), dumps(tracker_slots), max_tracker_events]
        args += counted(list(tracker_events)[-max_tracker_events:])
        args += counted(["answered", f"action:{decision.get('action')}", f"label:{decision.get('label')}"])
        args += ticket_args(ticket, by="bot", reason=reason or ticket.reason) if ticket else [""]
        answer = await self._conversation_script(
            "commit_turn", conversation, now, args, ticket_id=ticket.id if ticket else "", group=ticket.group if ticket else "",
            buyer=(ticket.buyer_id or "") if ticket else "",
        )  # fmt: skip
        if answer[0] == "stale":
            raise Stale(f"会话 {conversation} 已由 {answer[1]} 负责（第 {answer[2]} 次交接），这一轮作废")
        if answer[0] == "already":
            return Committed(0, 0, already=True)
        return Committed(first_no=answer[1], last_no=answer[2])

    async def dead_letter(self, conversation: str, message_no: int, error: str, *, now: datetime) -> None:
        """Note for the operator that a message could not be answered; `error` holds no words of the visitor."""
        row = dumps({"v": 1, "conversation": conversation, "no": message_no, "error": error, "at": iso(now)})
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.lpush(self.keys.dead_letters(), row)
            pipe.ltrim(self.keys.dead_letters(), 0, KEEP_DEAD_LETTERS - 1)
            pipe.hincrby(self.keys.counters(), "dead_letters", 1)
            await pipe.execute()

    async def dead_letters(self, limit: int = 100) -> list[JSON]:
        """Newest first."""
        with border():
            rows = await self.redis.lrange(self.keys.dead_letters(), 0, limit - 1)
        return [loads(row) for row in rows]

    async def waiting(self, before: datetime, limit: int = 1000) -> list[Waiting]:
        """Conversations whose next message waits since before that time, longest first."""
        with border():
            rows = await self.redis.zrangebyscore(self.keys.waiting(), "-inf", millis(before), start=0, num=limit, withscores=True)
        return [Waiting(conversation=id_, since=from_millis(ms)) for id_, ms in rows]

    async def backlog(self) -> Backlog:
        """How many conversations have mail for the bot, and since when the oldest."""
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.zcard(self.keys.waiting())
            pipe.zrange(self.keys.waiting(), 0, 0, withscores=True)
            n, first = await pipe.execute()
        return Backlog(conversations=n, oldest=from_millis(first[0][1]) if first else None)
