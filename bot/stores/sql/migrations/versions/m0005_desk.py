"""What people at the desk and customers leave behind: candidates for the trainers, and ratings."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The two tables; a rating that comes later replaces the one before."""
    op.execute(
        """
        create table training_inbox (
            id bigint generated always as identity primary key,
            conversation text not null,
            message_no bigint,
            text text not null,
            was text,
            label text not null,
            "by" text not null,
            at timestamptz not null,
            status text not null default 'new' check (status in ('new', 'taken', 'dropped'))
        )
        """
    )
    op.execute("create index training_inbox_new on training_inbox (id) where status = 'new'")
    op.execute(
        """
        create table ratings (
            conversation text not null,
            ticket text not null default '',
            good boolean not null,
            reasons text[] not null,
            words text not null,
            at timestamptz not null,
            primary key (conversation, ticket)
        )
        """
    )
    op.execute("create index ratings_at on ratings (at)")
