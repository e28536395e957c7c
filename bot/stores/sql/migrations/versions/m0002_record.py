"""The archived record: conversations, their events, their tickets.

The JSON is `json`, not `jsonb`: jsonb refuses the null character and halves of emoji, which customers do send.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Tables of the archive; (conversation, no) makes archiving the same event twice change nothing."""
    op.execute(
        """
        create table conversations (
            id text primary key,
            buyer_id text,
            owner text not null,
            last_no bigint not null,
            archived_to bigint not null default 0,
            data json not null,
            changed_at timestamptz not null default now()
        )
        """
    )
    op.execute("create index conversations_of_buyer on conversations (buyer_id) where buyer_id is not null")
    op.execute(
        """
        create table events (
            conversation text not null,
            no bigint not null,
            at timestamptz not null,
            type text not null,
            data json not null,
            primary key (conversation, no)
        )
        """
    )
    op.execute("create index events_at on events using brin (at)")
    op.execute(
        """
        create table tickets (
            id text primary key,
            conversation text not null,
            "group" text not null,
            state text not null,
            label text not null,
            opened_at timestamptz not null,
            due_at timestamptz not null,
            data json not null,
            changed_at timestamptz not null default now()
        )
        """
    )
    op.execute("create index tickets_of_conversation on tickets (conversation)")
    op.execute("create index tickets_opened on tickets (opened_at)")
