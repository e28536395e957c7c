"""Signing in at the desk: by password or one-time link, so many tries and no more; who a cookie stands for, as long as it does.

A sign-in is a new token each time, whatever the browser sent before. What PostgreSQL says of the person is asked again within
RECHECK_S, beside the news of changes that end sign-ins at once.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from bot.desk.rights import Person
from bot.errors import BadInput, NotAllowed, StoreDown, TooMany
from bot.model import JSON
from bot.services.staff import PEOPLE, Staff, folded
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.sql.staff import Member

WINDOW_S = 15 * 60
TRIES_OF_NAME = 5
TRIES_OF_ADDRESS = 30
LINK_S = 12 * 3600
TOUCH_EVERY = timedelta(seconds=60)
MAX_NAME_CHARS = 128
WRONG = "名字或密码不对"
WRONG_LINK = "登录链接无效、用过或已过期，请找管理员再要一个"


class Locked(TooMany):
    """Too many wrong tries; the same for names that nobody has."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"试错太多次，请 {math.ceil(wait_s / 60)} 分钟后再试，或请管理员发登录链接")
        self.retry_after_s = wait_s


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that stands: the person, the token against forged requests, the cookie's value."""

    person: Person
    csrf: str
    token: str
    by_link: bool = False

    @property
    def digest(self) -> str:
        """Names the sign-in among others without giving its token away."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]


class SignIns:
    """All methods raise StoreDown."""

    RECHECK_S = 30.0
    RETRY_S = 5.0

    def __init__(self, staff: Staff, sessions: RedisSessions, outbox: RedisOutbox, clock: Callable[[], float] = monotonic) -> None:
        self._staff, self._sessions, self._outbox, self._clock = staff, sessions, outbox, clock
        self._known: dict[str, tuple[float, Member | None]] = {}

    async def by_password(self, name: str, password: str, address: str, now: datetime) -> SignedIn:
        """NotAllowed for a wrong name or password, Locked after too many."""
        key = folded(name[:MAX_NAME_CHARS])
        await self._refuse_locked(("name", key, TRIES_OF_NAME), ("address", address, TRIES_OF_ADDRESS))
        # Counted before the slow look at the password: tries at the same moment count, too.
        if await self._sessions.failed("name", key, WINDOW_S) > TRIES_OF_NAME:
            raise Locked(WINDOW_S)
        member = await self._staff.signed_in(name[:MAX_NAME_CHARS], password)
        if member is None:
            await self._failed(address, now)
            raise NotAllowed(WRONG)
        await self._sessions.forgive("name", key)
        return await self._begin(member, "password", now)

    async def by_link(self, token: str, address: str, now: datetime) -> SignedIn:
        """The link's person, once. NotAllowed, Locked."""
        await self._refuse_locked(("address", address, TRIES_OF_ADDRESS))
        member_id = await self._sessions.use_link(token)
        member = await self._staff.member(member_id) if member_id else None
        if member is None or member.disabled:
            await self._failed(address, now)
            raise NotAllowed(WRONG_LINK)
        return await self._begin(member, "link", now)

    async def who(self, token: str, now: datetime, *, use: bool) -> SignedIn | None:
        """Who is signed in with this token; None when nobody is any more. `use`: somebody moved a hand, so it idles anew."""
        session = await self._sessions.get(token, now)
        if session is None:
            return None
        member = await self._member(session.agent)
        if member is not None and (member.disabled or (member.role, member.groups) != (session.role, session.groups)):
            await self._sessions.end(token)
            return None
        if use and now - session.used_at >= TOUCH_EVERY and not await self._sessions.touch(token, now):
            return None
        person = Person(session.agent, session.name, session.role, session.groups)
        return SignedIn(person, session.csrf, token, session.by_link)

    async def out(self, token: str) -> None:
        """This sign-in ends."""
        await self._sessions.end(token)

    async def new_password(self, signed: SignedIn, old: str | None, new: str, now: datetime) -> SignedIn:
        """The password is another; every sign-in of the person ended, and this is the new one. BadInput, NotAllowed for a wrong
        `old`, Locked."""
        if old is None and not signed.by_link:
            raise BadInput("请填旧密码")
        member = await self._staff.member(signed.person.id)
        if member is None or member.disabled:
            raise NotAllowed("这个账号已停用")
        key = folded(member.name)
        if old is not None:
            await self._refuse_locked(("name", key, TRIES_OF_NAME))
            if await self._sessions.failed("name", key, WINDOW_S) > TRIES_OF_NAME:
                raise Locked(WINDOW_S)
        if not await self._staff.change_password(member, old, new):
            raise BadInput("旧密码不对")
        await self._sessions.forgive("name", key)
        await self._sessions.end_all(member.id or "")
        return await self._begin(member, "password", now)

    def changed(self, member_id: str | None) -> None:
        """News of a change: what is known of the person (None: of anybody) is asked again."""
        if member_id is None:
            self._known.clear()
        else:
            self._known.pop(member_id, None)

    async def _begin(self, member: Member, how: str, now: datetime) -> SignedIn:
        if member.role not in PEOPLE or member.id is None:
            raise NotAllowed(WRONG)
        token, csrf = await self._sessions.create(member.id, member.name, member.role, member.groups, now=now, by_link=how == "link")
        await self._outbox.put("audit", member.id, "sign_in", {"v": 1, "how": how}, now)
        return SignedIn(Person(member.id, member.name, member.role, member.groups), csrf, token, how == "link")

    async def _member(self, member_id: str) -> Member | None:
        """What PostgreSQL says, at most RECHECK_S old; None while it cannot be asked: sign-ins outlive its absence."""
        known = self._known.get(member_id)
        if known is not None and self._clock() < known[0]:
            return known[1]
        try:
            found, good_s = await self._staff.member(member_id), self.RECHECK_S
        except StoreDown:
            found, good_s = known[1] if known else None, self.RETRY_S
        else:
            found = found or Member("", "", disabled=True, id=member_id)
        self._known[member_id] = (self._clock() + good_s, found)
        return found

    async def _refuse_locked(self, *limits: tuple[str, str, int]) -> None:
        for kind, key, most in limits:
            if await self._sessions.failures(kind, key) >= most:
                raise Locked(await self._sessions.wait_s(kind, key) or WINDOW_S)

    async def _failed(self, address: str, now: datetime) -> None:
        if await self._sessions.failed("address", address, WINDOW_S) == TRIES_OF_ADDRESS:
            data: JSON = {"v": 1, "address": address, "tries": TRIES_OF_ADDRESS}
            await self._outbox.put("audit", "desk", "sign_in_locked", data, now)
