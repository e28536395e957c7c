"""The audit: append only, each line chained to the one before by its hash."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The table, and a trigger that refuses change and removal even from the program itself."""
    op.execute(
        """
        create table audit (
            no bigint primary key,
            at timestamptz not null,
            who text not null,
            what text not null,
            data text not null,
            previous text not null,
            hash text not null unique
        )
        """
    )
    op.execute(
        """
        create function audit_is_append_only() returns trigger language plpgsql as
        $$ begin raise exception 'audit is append only'; end $$
        """
    )
    op.execute(
        """
        create trigger audit_append_only before update or delete or truncate on audit
        for each statement execute function audit_is_append_only()
        """
    )
