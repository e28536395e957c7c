"""Orders, and marks: facts about the database itself, such as that orders were filled once."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The orders table, the index of the one look-up there is, and the marks."""
    op.execute(
        """
        create table orders (
            order_no text primary key check (order_no ~ '^[0-9]{18,19}$'),
            buyer_id text not null check (buyer_id <> ''),
            state text not null,
            placed_at timestamptz,
            data jsonb not null,
            imported_at timestamptz not null default now()
        )
        """
    )
    op.execute("create index orders_of_buyer on orders (buyer_id, placed_at desc nulls last, order_no desc)")
    op.execute("create table marks (name text primary key, at timestamptz not null default now(), data jsonb not null default '{}')")
