"""Whom a rating is of: the bot, or the agent who ended the matter; reports count them apart."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """A ticket is rated once, a later rating replaces it; what is said of the bot stands by its number in the log."""
    op.execute(
        """
        alter table ratings
            add column "of" text not null default 'agent' check ("of" in ('bot', 'agent')),
            add column agent text,
            add column label text,
            add column no bigint not null default 0,
            drop constraint ratings_pkey,
            add primary key (conversation, ticket, no)
        """
    )
