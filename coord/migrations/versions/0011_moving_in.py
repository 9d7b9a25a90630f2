"""moving in"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("areas") as areas:
        areas.add_column(
            sa.Column("waits_told_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    # areas that are here already are not asked what they wait for: they ask as they go
    op.execute("UPDATE areas SET waits_told_at = (SELECT min(founded_at) FROM company)")

    with op.batch_alter_table("company") as company:
        company.add_column(
            sa.Column("moved_in_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    # a company that is at work here already is not asked to move in
    op.execute("UPDATE company SET moved_in_at = founded_at WHERE EXISTS (SELECT 1 FROM areas)")
