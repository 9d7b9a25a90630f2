"""issues"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issues",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=255), nullable=True),
        sa.Column("customer", sa.String(length=255), nullable=True),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("size", sa.String(length=8), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.Column("from_had", sa.Text(), nullable=True),
        sa.Column("to_had", sa.Text(), nullable=True),
        sa.Column("lucky", sa.Text(), nullable=True),
        sa.Column("usually", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("watch_until_on", sa.Date(), nullable=True),
        sa.Column("again_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("again_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("written_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["again_of_id"], ["issues.id"], name=op.f("fk_issues_again_of_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_issues_author_id")),
        sa.ForeignKeyConstraint(["from_area_id"], ["areas.id"], name=op.f("fk_issues_from_area_id")),
        sa.ForeignKeyConstraint(["to_area_id"], ["areas.id"], name=op.f("fk_issues_to_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
    )
    with op.batch_alter_table("issues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issues_again_of_id"), ["again_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_issues_from_area_id_to_area_id"), ["from_area_id", "to_area_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_issues_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_to_area_id"), ["to_area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_written_at"), ["written_at"], unique=False)

    op.create_table(
        "issue_factors",
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("factor", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_issue_factors_issue_id")),
        sa.PrimaryKeyConstraint("issue_id", "factor", name=op.f("pk_issue_factors")),
    )
    op.create_table(
        "issue_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_issue_revisions_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_revisions")),
    )
    with op.batch_alter_table("issue_revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_revisions_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "issue_votes",
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_issue_votes_issue_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_issue_votes_person_id")),
        sa.PrimaryKeyConstraint("issue_id", "person_id", name=op.f("pk_issue_votes")),
    )
    with op.batch_alter_table("issue_votes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_votes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "procedure_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("procedure", sa.String(length=255), nullable=False),
        sa.Column("edition", sa.String(length=255), nullable=True),
        sa.Column("owner_area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("check_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("saw", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_procedure_changes_issue_id")),
        sa.ForeignKeyConstraint(
            ["owner_area_id"], ["areas.id"], name=op.f("fk_procedure_changes_owner_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_changes")),
    )
    with op.batch_alter_table("procedure_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_changes_check_on"), ["check_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_procedure_changes_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_procedure_changes_owner_area_id"), ["owner_area_id"], unique=False
        )

    op.create_table(
        "issue_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_issue_outcomes_area_id")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["procedure_changes.id"], name=op.f("fk_issue_outcomes_change_id")
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_issue_outcomes_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_outcomes")),
        sa.UniqueConstraint("change_id", name=op.f("uq_issue_outcomes_change_id")),
    )
    with op.batch_alter_table("issue_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_outcomes_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_issue_outcomes_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "procedure_change_areas",
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_procedure_change_areas_area_id")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["procedure_changes.id"], name=op.f("fk_procedure_change_areas_change_id")
        ),
        sa.PrimaryKeyConstraint("change_id", "area_id", name=op.f("pk_procedure_change_areas")),
    )
    with op.batch_alter_table("procedure_change_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procedure_change_areas_area_id"), ["area_id"], unique=False)
