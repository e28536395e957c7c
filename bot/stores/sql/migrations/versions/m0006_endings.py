"""How archived matters ended, in columns of their own: outcome, cost, cause."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The columns, filled for what is there; reports read them by the time of opening."""
    op.execute("alter table tickets add column outcome text, add column cost_fen bigint, add column cause text")
    op.execute("update tickets set outcome = data->>'outcome' where data->>'outcome' is not null")
    op.execute("create index tickets_ended on tickets (opened_at, outcome) where outcome is not null")
