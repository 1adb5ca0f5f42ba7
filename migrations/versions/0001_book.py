"""The book's dates, and the role that the service acts as."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        DO $$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'susu_app') THEN
                CREATE ROLE susu_app NOLOGIN;
            END IF;
            EXECUTE format('GRANT susu_app TO %I', current_user);
        END $$
        """
    )
    op.execute("GRANT USAGE ON SCHEMA public TO susu_app")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO susu_app")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO susu_app")
    op.execute("GRANT SELECT ON alembic_version TO susu_app")
    op.execute(
        """
        CREATE TABLE book (
            id integer NOT NULL CONSTRAINT pk_book PRIMARY KEY,
            zone varchar NOT NULL,
            open_on date NOT NULL,
            closing_on date,
            clock_offset interval NOT NULL,
            travelling_until timestamptz,
            CONSTRAINT ck_book_only_row CHECK (id = 1),
            CONSTRAINT ck_book_closing_before_open CHECK (closing_on IS NULL OR closing_on < open_on)
        )
        """
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
