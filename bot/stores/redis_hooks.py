"""What the shop's systems must still be told, conversation by conversation, each in its order; and what was given up.

The scripts that write an event with a hook put it here in the same step (lua/prelude.lua, `announce`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.desk.webhooks import delivery_id
from bot.errors import NotFound
from bot.stores.codec import dumps, iso, loads, millis
from bot.stores.redis_base import border
from bot.stores.redis_lock import Locks
from bot.stores.values import DeadHook, Hook, HookState


class HookStore(Locks):
    """The part of the record that waits for the sender of webhooks."""

    async def hold_hooks(self, token: str, ms: int) -> bool:
        """Become or stay the only sender for that long."""
        return await self._hold(self.keys.hooks_lock(), token, ms)

    async def leave_hooks(self, token: str) -> None:
        """Another sender begins at once."""
        await self._leave(self.keys.hooks_lock(), token)

    async def hooks_to(self, address: str | None) -> None:
        """Events with a hook wait from now on for this receiver; with None they do no more, and what waits stays."""
        with border():
            if address is None:
                await self.redis.hdel(self.keys.hooks(), "to")
            else:
                await self.redis.hset(self.keys.hooks(), "to", address)

    async def due_hooks(self, now: datetime, limit: int) -> list[Hook]:
        """The oldest event of each conversation whose turn it is by now, the longest due first."""
        with border():
            ids = await self.redis.zrangebyscore(self.keys.hooks_due(), "-inf", millis(now), start=0, num=limit)
            pipe = self.redis.pipeline(transaction=False)
            for conversation in ids:
                pipe.lindex(self.keys.hook_mail(conversation), 0)
            heads = [(c, head) for c, head in zip(ids, await pipe.execute(), strict=True) if head is not None]
            deliveries = [delivery_id(conversation, loads(head)["no"]) for conversation, head in heads]
            tries = await self.redis.hmget(self.keys.hook_tries(), deliveries) if heads else []
        return [_hook(c, head, id_, kept) for (c, head), id_, kept in zip(heads, deliveries, tries, strict=True)]

    async def hook_told(self, hook: Hook, now: datetime) -> None:
        """It arrived: the next of its conversation comes at once."""
        await self._settle(hook, now, None, "")
        with border():
            await self.redis.hset(self.keys.hooks(), "ok_at", iso(now))

    async def hook_failed(self, hook: Hook, error: str, now: datetime, again_at: datetime | None) -> None:
        """It did not arrive: again then, or (None) never by itself."""
        tries, since = hook.tries + 1, hook.since or now
        kept = {"tries": tries, "since": iso(since), "error": error}
        if again_at is None:
            kept |= {"conversation": hook.conversation, "event": hook.raw, "at": iso(now)}
        await self._settle(hook, now, again_at, dumps(kept))
        with border():
            await self.redis.hset(self.keys.hooks(), mapping={"error": error, "error_at": iso(now)})

    async def _settle(self, hook: Hook, now: datetime, again_at: datetime | None, kept: str) -> None:
        keys = [self.keys.hook_mail(hook.conversation), self.keys.hooks_due(), self.keys.hook_tries(), self.keys.hooks_dead()]
        again = "" if again_at is None else millis(again_at)
        await self._run("hook_settle", keys, [hook.conversation, hook.raw, hook.id, millis(now), again, kept])

    async def dead_hooks(self) -> list[DeadHook]:
        """What was given up, the newest first."""
        with border():
            stored: Mapping[str, str] = await self.redis.hgetall(self.keys.hooks_dead())
        return sorted((_dead(id_, text) for id_, text in stored.items()), key=lambda dead: (dead.at, dead.no), reverse=True)

    async def revive_hook(self, delivery: str, now: datetime) -> None:
        """A dead letter is told again, before what waits of its conversation. NotFound."""
        with border():
            stored = await self.redis.hget(self.keys.hooks_dead(), delivery)
        if stored is None:
            raise NotFound(f"没有这封没送到的通知：{delivery[:40]}")
        dead = loads(stored)
        keys = [self.keys.hook_mail(dead["conversation"]), self.keys.hooks_due(), self.keys.hooks_dead()]
        await self._run("hook_revive", keys, [dead["conversation"], delivery, dead["event"], millis(now)])

    async def hook_state(self) -> HookState:
        """Where events go, how many wait and how many were given up, and how the last tries went."""
        with border():
            pipe = self.redis.pipeline(transaction=False)
            pipe.hgetall(self.keys.hooks())
            pipe.zrange(self.keys.hooks_due(), 0, -1)
            pipe.hlen(self.keys.hooks_dead())
            stored, ids, dead = await pipe.execute()
            for conversation in ids:
                pipe.llen(self.keys.hook_mail(conversation))
            waiting = sum(await pipe.execute())
        moments = {key: datetime.fromisoformat(stored[key]) if key in stored else None for key in ("ok_at", "error_at")}
        return HookState(stored.get("to"), waiting, dead, moments["ok_at"], stored.get("error"), moments["error_at"])


def _hook(conversation: str, raw: str, id_: str, kept: str | None) -> Hook:
    known = loads(kept) if kept else {}
    since = datetime.fromisoformat(known["since"]) if known else None
    return Hook(id_, conversation, raw, loads(raw), known.get("tries", 0), since)


def _dead(id_: str, text: str) -> DeadHook:
    row = loads(text)
    event = loads(row["event"])
    return DeadHook(id_, row["conversation"], event["no"], event["hook"], row["tries"], row["error"], datetime.fromisoformat(row["at"]))
