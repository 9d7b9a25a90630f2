"""numbers and restores"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "restores",
        sa.Column("id", whole, nullable=False),
        sa.Column("at", whole, nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL gives no number twice
        for table in ("areas", "people"):
            with op.batch_alter_table(
                table, recreate="always", table_kwargs={"sqlite_autoincrement": True}
            ) as rows:
                rows.alter_column("id", existing_type=sa.Integer(), existing_nullable=False)
