"""Products by version, and intents behind buttons."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE product (
            code varchar NOT NULL,
            version integer NOT NULL,
            line varchar NOT NULL,
            terms jsonb NOT NULL,
            valid_from date NOT NULL,
            applied_at timestamptz NOT NULL,
            CONSTRAINT pk_product PRIMARY KEY (code, version)
        )
        """
    )
    op.execute("REVOKE UPDATE, DELETE ON product FROM susu_app")
    op.execute(
        """
        CREATE TABLE intent (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_intent PRIMARY KEY,
            token varchar NOT NULL CONSTRAINT uq_intent_token UNIQUE,
            version integer NOT NULL,
            customer_id bigint NOT NULL,
            chat_id bigint NOT NULL,
            action varchar NOT NULL,
            params jsonb NOT NULL,
            state varchar NOT NULL,
            result jsonb,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            settled_at timestamptz,
            CONSTRAINT ck_intent_known_state
                CHECK (state IN ('open', 'confirmed', 'done', 'cancelled', 'replaced'))
        )
        """
    )
    op.execute("CREATE INDEX ix_intent_customer_id ON intent (customer_id, id)")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
