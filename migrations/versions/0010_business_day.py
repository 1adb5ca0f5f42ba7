"""Steps and chunks of the close of business, done or held."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE day_step (
            on_date date NOT NULL,
            step varchar NOT NULL,
            state varchar NOT NULL,
            note varchar,
            ended_at timestamptz NOT NULL,
            CONSTRAINT pk_day_step PRIMARY KEY (on_date, step),
            CONSTRAINT ck_day_step_known_state CHECK (state IN ('done', 'held'))
        )
        """
    )
    op.execute("CREATE INDEX ix_day_step_on_date ON day_step (on_date) WHERE state = 'held'")
    op.execute(
        """
        CREATE TABLE day_chunk (
            on_date date NOT NULL,
            step varchar NOT NULL,
            number integer NOT NULL,
            upto bigint NOT NULL,
            CONSTRAINT pk_day_chunk PRIMARY KEY (on_date, step, number)
        )
        """
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
