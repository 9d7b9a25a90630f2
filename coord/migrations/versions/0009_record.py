"""record"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "record",
        sa.Column("id", whole, autoincrement=False, nullable=False),
        sa.Column("at", whole, nullable=False),
        sa.Column("person_id", whole, nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    for column in ("at", "person_id", "kind"):
        op.create_index(op.f(f"ix_record_{column}"), "record", [column], unique=False)
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("erased_at", whole, nullable=True))
