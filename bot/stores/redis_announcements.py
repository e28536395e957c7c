"""Announcements that are on, and in which conversations they were said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.announcements import Running
from bot.model import JSON
from bot.stores import codec
from bot.stores.codec import dumps, iso, loads, millis
from bot.stores.events import line_body, once_id
from bot.stores.redis_base import border
from bot.stores.redis_conversations import KEEP_CLIENT_IDS, ConversationStore
from bot.stores.redis_phase import chosen_of
from bot.stores.values import Chosen

DEED_S = 86_400
ANNOUNCEMENT = "announcement"


class AnnouncementStore(ConversationStore):
    """What a supervisor switched on. Which of it still holds is bot/services/announcing.py's to say."""

    async def announcements(self) -> list[Running]:
        """All that were switched on and not off, the newest first."""
        with border():
            return _newest_first(await self.redis.hgetall(self.keys.announcements()))

    async def chosen(self) -> tuple[Chosen | None, list[Running]]:
        """What people chose for everybody: the phase, and the announcements. In one trip, as every turn of the bot reads both."""
        pipe = self.redis.pipeline(transaction=False)
        pipe.hgetall(self.keys.phase())
        pipe.hgetall(self.keys.announcements())
        with border():
            phase, announcements = await pipe.execute()
        return chosen_of(phase), _newest_first(announcements)

    async def announce(self, running: Running, deed: str) -> bool:
        """Switch it on, or give it other times and goods; False when this deed did so before."""
        codec.checked_id(deed, "操作编号 deed")
        body = {
            "v": 1, "run": running.run, "by": running.by, "name": running.name, "at": iso(running.at), "back_at": _iso(running.back_at),
            "until": _iso(running.until), "goods": list(running.goods),
        }  # fmt: skip
        keys = [self.keys.announced(deed), self.keys.announcements()]
        return bool(await self._run("announce", keys, [running.id, dumps(body), DEED_S]))

    async def end_announcement(self, id_: str) -> bool:
        """Switch it off; False when it was not on."""
        with border():
            return bool(await self.redis.hdel(self.keys.announcements(), id_))

    async def announced_in(self, conversation: str, runs: Sequence[str]) -> frozenset[str]:
        """The runs that were said in the conversation."""
        if not runs:
            return frozenset()
        with border():
            numbers = await self.redis.zmscore(self.keys.client_ids(conversation), [once_id(ANNOUNCEMENT, run) for run in runs])
        return frozenset(run for run, no in zip(runs, numbers, strict=True) if no is not None)

    async def announce_in(self, conversation: str, run: str, event: JSON, *, owner: str, now: datetime, turn: int | None = None) -> bool:
        """Say it there, once a run; False when it was said, or the conversation is not `owner`'s any more."""
        args = [once_id(ANNOUNCEMENT, run), owner, line_body(event, turn), KEEP_CLIENT_IDS]
        answer = await self._conversation_script("write", conversation, now, args)
        return bool(answer[0] == "ok")

    async def was_announced(self, conversation: str, run: str, no: int) -> None:
        """It is said with the turn of message `no`."""
        with border():
            await self.redis.zadd(self.keys.client_ids(conversation), {once_id(ANNOUNCEMENT, run): no}, nx=True)

    async def open_conversations(self, now: datetime, within: timedelta) -> list[str]:
        """Conversations in which somebody wrote lately, and those with an open ticket; those written in last come first."""
        with border():
            recent = await self.redis.zrange(
                self.keys.conversations(), "+inf", millis(now - within), desc=True, byscore=True, offset=0, num=-1
            )
            tickets = await self.redis.zrange(self.keys.open_tickets(), 0, -1)
            pipe = self.redis.pipeline(transaction=False)
            for ticket in tickets:
                pipe.hget(self.keys.ticket(ticket), "conversation")
            held = await pipe.execute()
        return list(dict.fromkeys([*recent, *(conversation for conversation in held if conversation)]))


def _newest_first(stored: Mapping[str, str]) -> list[Running]:
    return sorted((_running(id_, loads(body)) for id_, body in stored.items()), key=lambda one: one.at, reverse=True)


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _running(id_: str, body: JSON) -> Running:
    times = {key: datetime.fromisoformat(body[key]) if body.get(key) else None for key in ("back_at", "until")}
    return Running(
        id_, body["run"], body["by"], body.get("name") or body["by"], datetime.fromisoformat(body["at"]), goods=tuple(body.get("goods", ())),
        **times,
    )  # fmt: skip
