"""Staff and API keys in PostgreSQL. A name stands for one person or one system."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from bot.model import JSON
from bot.stores.sql import audit
from bot.stores.sql.pool import Connection

# Names are unique over two tables; whoever adds one holds this to the end of the transaction.
LOCK = 7_240_313

CHANGED = "staff_changed"
"""NOTIFY with {"id", "what"}: a person was disabled, got other groups or another password. Signs-in from before are no longer good."""


@dataclass(frozen=True)
class Member:
    """One person of the staff, or one system with a key (id is None then)."""

    name: str
    role: str
    groups: tuple[str, ...] = ()
    disabled: bool = False
    id: str | None = None


async def add_person(pool: asyncpg.Pool, member: Member, name_key: str, password_hash: str, *, by: str, now: datetime) -> Member | None:
    """The new member with an id; None when the name is taken."""
    async with pool.acquire() as connection, connection.transaction():
        if await _taken(connection, name_key):
            return None
        row = await connection.fetchrow(
            "insert into staff (name, name_key, role, groups, password_hash) values ($1, $2, $3, $4, $5) returning *",
            *(member.name, name_key, member.role, list(member.groups), password_hash),
        )
        assert row is not None  # `returning` after an insert
        await _audit(connection, by, "staff_added", row["name"], now, role=member.role, groups=list(member.groups))
        return _member(row)


async def add_key(pool: asyncpg.Pool, name: str, name_key: str, key_sha256: str, *, by: str, now: datetime) -> bool:
    """Keeps the key's hash; False when the name is taken."""
    async with pool.acquire() as connection, connection.transaction():
        if await _taken(connection, name_key):
            return False
        await connection.execute("insert into api_keys (key_sha256, name, name_key) values ($1, $2, $3)", key_sha256, name, name_key)
        await _audit(connection, by, "key_added", name, now)
        return True


async def members(pool: asyncpg.Pool) -> list[Member]:
    """All, people first, in the order they were added."""
    people = await pool.fetch("select id, name, role, groups, disabled from staff order by created_at, id")
    systems = await pool.fetch("select null as id, name, role, '{}'::text[] as groups, disabled from api_keys order by created_at")
    return [_member(row) for row in [*people, *systems]]


async def disable(pool: asyncpg.Pool, name_key: str, *, by: str, now: datetime) -> bool:
    """The person or key of that name may no longer enter; False when there is none."""
    async with pool.acquire() as connection, connection.transaction():
        for table in ("staff", "api_keys"):
            row = await connection.fetchrow(f"update {table} set disabled = true where name_key = $1 returning *", name_key)
            if row is not None:
                await _audit(connection, by, "disabled", row["name"], now)
                await _tell(connection, row.get("id"), "disabled")
                return True
    return False


async def set_groups(pool: asyncpg.Pool, name_key: str, groups: list[str], *, by: str, now: datetime) -> bool:
    """False when there is no such person."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow("update staff set groups = $2 where name_key = $1 returning id, name", name_key, groups)
        if row is not None:
            await _audit(connection, by, "groups_set", row["name"], now, groups=groups)
            await _tell(connection, row["id"], "groups")
    return row is not None


async def set_password(pool: asyncpg.Pool, name_key: str, password_hash: str, *, by: str, now: datetime, own: bool = False) -> bool:
    """False when there is no such person. Others' sign-ins end by the news; with `own` the caller ends them, and keeps his."""
    query = "update staff set password_hash = $2 where name_key = $1 returning id, name"
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(query, name_key, password_hash)
        if row is not None:
            await _audit(connection, by, "password_set", row["name"], now)
            await _tell(connection, None if own else row["id"], "password")
    return row is not None


async def person(pool: asyncpg.Pool, name_key: str) -> tuple[Member, str] | None:
    """The person of that name with the password's hash, disabled ones too."""
    row = await pool.fetchrow("select id, name, role, groups, disabled, password_hash from staff where name_key = $1", name_key)
    return (_member(row), row["password_hash"]) if row else None


async def person_by_id(pool: asyncpg.Pool, member_id: str) -> Member | None:
    """The person with that id, disabled ones too."""
    row = await pool.fetchrow("select id, name, role, groups, disabled from staff where id = $1", member_id)
    return _member(row) if row else None


async def key_holder(pool: asyncpg.Pool, key_sha256: str) -> Member | None:
    """Whose key it is; None when there is no such key or it is disabled."""
    row = await pool.fetchrow(
        "select null as id, name, role, '{}'::text[] as groups, disabled from api_keys where key_sha256 = $1 and not disabled", key_sha256
    )
    return _member(row) if row else None


async def _taken(connection: Connection, name_key: str) -> bool:
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    query = "select exists (select from staff where name_key = $1) or exists (select from api_keys where name_key = $1)"
    return bool(await connection.fetchval(query, name_key))


async def _tell(connection: Connection, member_id: str | None, what: str) -> None:
    """The gateways hear it with the commit."""
    if member_id is not None:
        await connection.execute("select pg_notify($1, $2)", CHANGED, json.dumps({"id": member_id, "what": what}))


async def _audit(connection: Connection, by: str, what: str, name: str, now: datetime, **more: Any) -> None:
    data: JSON = {"v": 1, "name": name, **more}
    await audit.append(connection, by, what, data, now=now)


def _member(row: asyncpg.Record) -> Member:
    return Member(row["name"], row["role"], tuple(row["groups"]), row["disabled"], row["id"])
