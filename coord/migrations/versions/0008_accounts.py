"""accounts"""

import sqlalchemy as sa
from alembic import op

from coord.db import Whole

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passwords",
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("hash", sa.String(length=255), nullable=False),
        sa.Column("set_at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passwords_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "codes",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Whole, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("made_at", Whole, nullable=False),
        sa.Column("until_at", Whole, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_codes_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_codes")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_codes_person_id_kind")),
    )
    op.create_table(
        "failures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("n", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("until_at", Whole, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failures")),
    )
    with op.batch_alter_table("failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failures_at"), ["at"], unique=False)
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=120), nullable=True))
