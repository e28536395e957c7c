"""Staff who sign in with a password, and keys of the shop's systems."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """A name stands for one person or one system, so both tables are unique by `name_key` (folded)."""
    op.execute("create sequence staff_numbers")
    op.execute(
        """
        create table staff (
            id text primary key default 's' || nextval('staff_numbers'),
            name text not null,
            name_key text not null unique,
            role text not null check (role in ('agent', 'supervisor', 'trainer', 'admin')),
            groups text[] not null default '{}',
            password_hash text not null,
            disabled boolean not null default false,
            created_at timestamptz not null default now()
        )
        """
    )
    op.execute(
        """
        create table api_keys (
            key_sha256 text primary key check (key_sha256 ~ '^[0-9a-f]{64}$'),
            name text not null,
            name_key text not null unique,
            role text not null default 'integration' check (role = 'integration'),
            created_at timestamptz not null default now(),
            disabled boolean not null default false
        )
        """
    )
