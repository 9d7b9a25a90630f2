"""guesses looked at"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("company") as company:
        company.add_column(
            sa.Column("looked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    # what was saved since a company was founded was looked at, as far as could be known until now
    op.execute("UPDATE company SET looked_at = founded_at WHERE version > 1")
