"""roles"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("archived_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_roles_area_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["people.id"], name=op.f("fk_roles_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
    )
    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roles_area_id_archived_at"), ["area_id", "archived_at"], unique=False
        )

    op.create_table(
        "role_holders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_holders_person_id")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_role_holders_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_holders")),
    )
    with op.batch_alter_table("role_holders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_holders_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_holders_role_id"), ["role_id"], unique=False)

    op.create_table(
        "role_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("responsibilities", sa.Text(), nullable=True),
        sa.Column("decides_alone", sa.Text(), nullable=True),
        sa.Column("decides_with", sa.Text(), nullable=True),
        sa.Column("technical_skills", sa.Text(), nullable=True),
        sa.Column("behavioural_skills", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_revisions_person_id")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_role_revisions_role_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_revisions")),
        sa.UniqueConstraint("role_id", "number", name=op.f("uq_role_revisions_role_id_number")),
    )
    op.create_table(
        "role_acknowledgements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_role_acknowledgements_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["role_revisions.id"], name=op.f("fk_role_acknowledgements_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_acknowledgements")),
        sa.UniqueConstraint(
            "revision_id", "person_id", name=op.f("uq_role_acknowledgements_revision_id_person_id")
        ),
    )
    with op.batch_alter_table("role_acknowledgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_acknowledgements_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_role_links_area_id")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["role_revisions.id"], name=op.f("fk_role_links_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_links")),
        sa.UniqueConstraint(
            "revision_id", "direction", "place", name=op.f("uq_role_links_revision_id_direction_place")
        ),
    )
    with op.batch_alter_table("role_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_links_area_id"), ["area_id"], unique=False)

    # ### end Alembic commands ###
