"""Sign-ins at the desk, one-time links, and failed tries. Tokens, names and addresses stand here only as hashes; every key ends by itself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.stores.codec import checked_agent, dumps, from_millis, loads, millis
from bot.stores.redis_base import Store, border
from bot.stores.values import Session

TOKEN_BYTES = 32


class RedisSessions(Store):
    """RedisSessions(redis, prefix, idle_s=…, max_s=…): a sign-in ends after idle_s without a touch, and max_s after it began."""

    def __init__(self, redis: Redis, prefix: str, *, idle_s: float = 1800, max_s: float = 43_200) -> None:
        super().__init__(redis, prefix)
        self._idle, self._max = timedelta(seconds=idle_s), timedelta(seconds=max_s)

    async def create(
        self, agent: str, name: str, role: str, groups: Sequence[str], *, now: datetime, by_link: bool = False
    ) -> tuple[str, str]:
        """(token for the cookie, token against forged requests) of a new sign-in."""
        token, csrf = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
        own, others = self.keys.session(_digest(token)), self.keys.sessions_of(checked_agent(agent))
        fields = {"v": 1, "agent": agent, "name": name, "role": role, "groups": dumps(list(groups)), "csrf": csrf, "by_link": int(by_link)}
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.hset(own, mapping={**fields, "created_at": millis(now), "used_at": millis(now)})
            pipe.pexpire(own, min(self._idle, self._max))
            pipe.zadd(others, {_digest(token): millis(now)})
            pipe.zremrangebyscore(others, "-inf", millis(now - self._max))
            pipe.pexpire(others, self._max)
            await pipe.execute()
        return token, csrf

    async def get(self, token: str, now: datetime) -> Session | None:
        """The sign-in; None when there is none or it ended. Does not count as use: `touch` does."""
        with border():
            stored = await self.redis.hgetall(self.keys.session(_digest(token)))
        if not stored:
            return None
        session = Session(
            stored["agent"], stored["name"], stored["role"], tuple(loads(stored["groups"])), stored["csrf"],
            from_millis(stored["created_at"]), from_millis(stored["used_at"]), stored.get("by_link") == "1",
        )  # fmt: skip
        return session if now < self._ends(session) else None

    async def touch(self, token: str, now: datetime) -> bool:
        """Somebody is there; False when the sign-in ended."""
        session = await self.get(token, now)
        if session is None:
            return False
        left = min(self._idle, session.created_at + self._max - now)
        return bool(await self._run("touch_session", [self.keys.session(_digest(token))], [millis(now), max(1, round(left.total_seconds() * 1000))]))

    async def end(self, token: str) -> None:
        """Signed out."""
        digest = _digest(token)
        with border():
            agent = await self.redis.hget(self.keys.session(digest), "agent")
            pipe = self.redis.pipeline(transaction=True)
            pipe.delete(self.keys.session(digest))
            if agent:
                pipe.zrem(self.keys.sessions_of(agent), digest)
            await pipe.execute()

    async def end_all(self, agent: str) -> int:
        """Every sign-in of this agent, on every machine; how many there were."""
        return int(await self._run("end_sessions", [self.keys.sessions_of(agent)], [self.keys.session("")]))

    async def others(self, agent: str, but: str, now: datetime) -> int:
        """How many sign-ins the agent has besides the one with this token."""
        with border():
            digests = [digest for digest in await self.redis.zrange(self.keys.sessions_of(agent), 0, -1) if digest != _digest(but)]
            pipe = self.redis.pipeline(transaction=False)
            for digest in digests:
                pipe.hmget(self.keys.session(digest), "created_at", "used_at")
            rows = await pipe.execute()
        return sum(now < min(from_millis(used) + self._idle, from_millis(began) + self._max) for began, used in rows if began)

    async def make_link(self, agent: str, ttl_s: float) -> str:
        """A token that signs this agent in once, within ttl_s."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with border():
            await self.redis.set(self.keys.link(_digest(token)), checked_agent(agent), px=round(ttl_s * 1000))
        return token

    async def use_link(self, token: str) -> str | None:
        """The link's agent, for the first who asks; None for everybody else."""
        with border():
            agent: str | None = await self.redis.getdel(self.keys.link(_digest(token)))
        return agent

    async def failures(self, kind: str, key: str) -> int:
        """How often it failed lately."""
        with border():
            return int(await self.redis.get(self._failures(kind, key)) or 0)

    async def failed(self, kind: str, key: str, window_s: float) -> int:
        """It failed once more: how often lately. Forgotten window_s after the last time."""
        with border():
            pipe = self.redis.pipeline(transaction=True)
            pipe.incr(self._failures(kind, key))
            pipe.pexpire(self._failures(kind, key), round(window_s * 1000))
            return int((await pipe.execute())[0])

    async def wait_s(self, kind: str, key: str) -> int:
        """Seconds until the failures are forgotten, rounded up; 0 when there are none."""
        with border():
            left = await self.redis.pttl(self._failures(kind, key))
        return max(0, -(-int(left) // 1000))

    async def forgive(self, kind: str, key: str) -> None:
        """It went well."""
        with border():
            await self.redis.delete(self._failures(kind, key))

    def _ends(self, session: Session) -> datetime:
        return min(session.used_at + self._idle, session.created_at + self._max)

    def _failures(self, kind: str, key: str) -> str:
        return self.keys.failures(_digest(f"{kind}\0{key}"))


def _digest(text: str) -> str:
    """What stands in a key instead of the text. Tokens are random, so no salt is needed for them."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
