"""goals"""

import sqlalchemy as sa
from alembic import op

from coord.db import Whole

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goals",
        sa.Column("id", Whole, nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("area_id", Whole, nullable=False),
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("measure", sa.String(length=255), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_at", Whole, nullable=False),
        sa.Column("person_id", Whole, nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("ended_at", Whole, nullable=True),
        sa.Column("ended_line", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_goals_area_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_goals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    with op.batch_alter_table("goals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goals_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goals_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "check_ins",
        sa.Column("id", Whole, nullable=False),
        sa.Column("goal_id", Whole, nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=255), nullable=True),
        sa.Column("person_id", Whole, nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("meeting_id", Whole, nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_check_ins_goal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_check_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_ins_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_check_ins_goal_id_week_on"), ["goal_id", "week_on"], unique=False
        )

    op.create_table(
        "goal_areas",
        sa.Column("goal_id", Whole, nullable=False),
        sa.Column("area_id", Whole, nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_goal_areas_area_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_areas_goal_id")),
        sa.PrimaryKeyConstraint("goal_id", "area_id", name=op.f("pk_goal_areas")),
    )
    with op.batch_alter_table("goal_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_areas_area_id"), ["area_id"], unique=False)

    op.create_table(
        "goal_changes",
        sa.Column("id", Whole, nullable=False),
        sa.Column("goal_id", Whole, nullable=False),
        sa.Column("at", Whole, nullable=False),
        sa.Column("person_id", Whole, nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("meeting_id", Whole, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("line", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goals.id"], name=op.f("fk_goal_changes_goal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_goal_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_changes")),
    )
    with op.batch_alter_table("goal_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_changes_goal_id"), ["goal_id"], unique=False)
