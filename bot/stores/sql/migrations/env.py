"""Alembic's entry: runs the numbered migrations on the connection that migrate.py hands over."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("请用 python -m bot up（或任何命令）升级数据库；迁移由 bot/stores/sql/migrate.py 执行")
# The transaction is migrate.py's: it holds the lock that keeps a second process out.
context.configure(connection=connection, target_metadata=None, transactional_ddl=True)
context.run_migrations()
