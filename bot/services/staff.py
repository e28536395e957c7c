"""Who works here and which systems may call: adding, disabling, groups, passwords, and checking API keys."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from time import monotonic

import asyncpg

from bot.errors import BadInput, NotFound, StoreDown
from bot.services.passwords import Passwords, checked
from bot.stores.sql import staff as table
from bot.stores.sql.pool import within
from bot.stores.sql.staff import Member

PEOPLE = ("agent", "supervisor", "trainer", "admin")
INTEGRATION = "integration"
# Who holds an API key.
KeyHolder = Member
ROLES = (*PEOPLE, INTEGRATION)
STORE_S = 10.0

_KEY = re.compile(r"qt_[A-Za-z0-9_-]{32,128}")

@dataclass(frozen=True)
class Added:
    """A new member, and the secret that is shown once: a password or an API key."""

    member: Member
    secret: str


class Staff:
    """The staff's book. `groups` are the taxonomy's; `by` stands in the audit. All methods raise StoreDown."""

    def __init__(self, pool: asyncpg.Pool, groups: Collection[str], by: str) -> None:
        self._pool = pool
        self._groups = groups
        self._by = by
        self._passwords = Passwords()

    async def add(self, name: str, role: str, groups: Sequence[str] = (), password: str | None = None) -> Added:
        """The member with its password (made up when none is given), or with its API key. BadInput in Chinese."""
        wished = self._checked(name, role, groups)
        if role == INTEGRATION:
            if password is not None:
                raise BadInput("integration 用 API key，不用密码")
            return await self._add_key(wished.name)
        secret = checked(password, wished.name)
        hashed = await self._passwords.hashed(secret)
        work = table.add_person(self._pool, wished, folded(wished.name), hashed, by=self._by, now=_now())
        member = await within(STORE_S, work, "添加员工")
        if member is None:
            raise BadInput(f"已经有叫 {wished.name} 的员工或系统，请换一个名字")
        return Added(member, secret)

    async def members(self) -> list[Member]:
        """All people and systems, disabled ones too."""
        return await within(STORE_S, table.members(self._pool), "查员工")

    async def disable(self, name: str) -> None:
        """That person or key may no longer enter. NotFound."""
        if not await within(STORE_S, table.disable(self._pool, folded(name), by=self._by, now=_now()), "停用员工"):
            raise NotFound(f"没有叫 {name} 的员工或系统")

    async def set_groups(self, name: str, groups: Sequence[str]) -> None:
        """From now on the person works in these groups; signed-in pages must sign in again. NotFound, BadInput."""
        member = await self.named(name)
        wished = self._checked(member.name, member.role, groups)
        work = table.set_groups(self._pool, folded(name), list(wished.groups), by=self._by, now=_now())
        if not await within(STORE_S, work, "修改员工的组"):
            raise NotFound(f"没有叫 {name} 的员工")

    async def set_password(self, name: str, password: str | None = None) -> str:
        """The new password, made up when none is given; who is signed in must sign in again. NotFound, BadInput."""
        secret = checked(password, name)
        hashed = await self._passwords.hashed(secret)
        work = table.set_password(self._pool, folded(name), hashed, by=self._by, now=_now())
        if not await within(STORE_S, work, "修改密码"):
            raise NotFound(f"没有叫 {name} 的员工（系统用 API key，没有密码）")
        return secret

    async def change_password(self, member: Member, old: str | None, new: str) -> bool:
        """The person's own new password; False when `old` is wrong. None for `old` when a one-time link vouched for them."""
        secret = checked(new, member.name)
        if old is not None and await self.signed_in(member.name, old) is None:
            return False
        hashed = await self._passwords.hashed(secret)
        work = table.set_password(self._pool, folded(member.name), hashed, by=member.id or self._by, now=_now(), own=True)
        return await within(STORE_S, work, "修改密码")

    async def signed_in(self, name: str, password: str) -> Member | None:
        """The person when name and password fit and nobody disabled them."""
        found = await within(STORE_S, table.person(self._pool, folded(name)), "登录")
        fits = await self._passwords.fits(found[1] if found else None, password)
        return found[0] if found and fits and not found[0].disabled else None

    async def named(self, name: str) -> Member:
        """The person of that name. NotFound when there is none."""
        found = await within(STORE_S, table.person(self._pool, folded(name)), "查员工")
        if found is None:
            raise NotFound(f"没有叫 {name} 的员工")
        return found[0]

    async def member(self, member_id: str) -> Member | None:
        """The person with that id, disabled ones too."""
        return await within(STORE_S, table.person_by_id(self._pool, member_id), "查员工")

    async def _add_key(self, name: str) -> Added:
        key = "qt_" + secrets.token_urlsafe(32)
        work = table.add_key(self._pool, name, folded(name), sha256(key), by=self._by, now=_now())
        if not await within(STORE_S, work, "添加 API key"):
            raise BadInput(f"已经有叫 {name} 的员工或系统，请换一个名字")
        return Added(Member(name, INTEGRATION), key)

    def _checked(self, name: str, role: str, groups: Sequence[str]) -> Member:
        name = " ".join(unicodedata.normalize("NFKC", name).split())
        if not 1 <= len(name) <= 64 or not name.isprintable():
            raise BadInput("名字要 1–64 个可见字符")
        if role not in ROLES:
            raise BadInput(f"没有 {role} 这个角色，可用：{'、'.join(ROLES)}")
        unknown = [group for group in groups if group not in self._groups]
        if unknown:
            raise BadInput(f"没有 {'、'.join(unknown)} 这个组，可用：{'、'.join(self._groups)}")
        if role == INTEGRATION and groups:
            raise BadInput("integration 是系统，不属于任何组")
        if role == "agent" and not groups:
            raise BadInput(f"客服至少要属于一个组（--group），可用：{'、'.join(self._groups)}")
        return Member(name, role, tuple(dict.fromkeys(groups)))


class Keys:
    """Checks API keys; remembers good ones, and goes on serving them while PostgreSQL is away."""

    # Together with a look-up's time below the promised 30 s after which a disabled key is refused.
    REMEMBER_S = 20.0
    ASK_S = 2.0

    def __init__(self, pool: asyncpg.Pool, clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._clock = clock
        self._known: dict[str, tuple[float, Member]] = {}

    async def check(self, key: str) -> bool:
        """True for a key of the role integration. StoreDown when nobody can tell."""
        return await self.check_key(key) is not None

    async def check_key(self, key: str) -> Member | None:
        """Who holds this key; None for an unknown or disabled one. StoreDown when it is unknown and PostgreSQL is away."""
        if not _KEY.fullmatch(key):
            return None
        hashed = sha256(key)
        known = self._known.get(hashed)
        if known is not None:
            if self._clock() < known[0]:
                return known[1]
            # The others go on with what is known while this one asks.
            self._known[hashed] = (self._clock() + self.ASK_S, known[1])
        try:
            holder = await within(self.ASK_S, table.key_holder(self._pool, hashed), "查 API key")
        except StoreDown:
            if known is None:
                raise
            self._known[hashed] = (self._clock() + self.ASK_S, known[1])
            return known[1]
        if holder is None:
            self._known.pop(hashed, None)
        else:
            self._known[hashed] = (self._clock() + self.REMEMBER_S, holder)
        return holder


def sha256(key: str) -> str:
    """What is stored of a key: it is random and long, so a plain hash will do."""
    return hashlib.sha256(key.encode()).hexdigest()


def folded(name: str) -> str:
    """The name as it is compared: no two people differ only in case, width or blanks."""
    visible = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
    return "".join(c for c in visible if c.isprintable())


def _now() -> datetime:
    return datetime.now(timezone.utc)
