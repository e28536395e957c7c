"""Brings a database to this program's schema: numbered Alembic migrations, one process at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

from bot.errors import BotError, StoreDown

MIGRATIONS = Path(__file__).parent / "migrations"
# One number for all processes that migrate; any constant would do.
LOCK = 7_240_311


class DatabaseTooNew(BotError):
    """A newer program has migrated this database."""

    code = "database_too_new"
    status = 503


async def migrate(database_url: str) -> None:
    """The schema is this program's; safe beside another process. StoreDown, DatabaseTooNew."""
    await asyncio.to_thread(_migrate, database_url)


def latest() -> str:
    """The number of the newest migration of this program."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return head or "0000"


def _migrate(database_url: str) -> None:
    engine = sqlalchemy.create_engine("postgresql+psycopg2://", creator=lambda: _connect(database_url), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            # Held to the end of the transaction: the second process waits here, then finds nothing to do.
            connection.execute(sqlalchemy.text("select pg_advisory_xact_lock(:n)"), {"n": LOCK})
            _upgrade(connection)
    except sqlalchemy.exc.OperationalError as error:
        raise StoreDown(f"连不上 PostgreSQL，数据库没有升级：{_first_line(error.orig)}") from error
    finally:
        engine.dispose()


def _upgrade(connection: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise DatabaseTooNew(f"数据库的版本是 {current}，本程序只认识到 {latest()}：请升级程序，或换一个数据库")
    if current != latest():
        command.upgrade(config, "head")


def _connect(database_url: str) -> Any:
    import psycopg2  # Here, because only migrating needs it: the rest runs on asyncpg.

    return psycopg2.connect(libpq_url(database_url), connect_timeout=10)


def libpq_url(database_url: str) -> str:
    """The address as libpq reads it: asyncpg's `search_path=…` becomes `options=-csearch_path=…`."""
    parts = urlsplit(database_url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    path = query.pop("search_path", None)
    if path is not None:
        query["options"] = f"{query.get('options', '')} -csearch_path={path}".strip()
    # libpq reads %20, not +.
    return urlunsplit(parts._replace(scheme="postgresql", query=urlencode(query).replace("+", "%20")))


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "没有原因"
