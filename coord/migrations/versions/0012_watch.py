"""watch"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _areas_that_become_one()
    _chores()
    _backups()


def _whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _areas_that_become_one() -> None:
    """An area knows its heir; a request knows who asked first, so that it is counted where it began."""
    with op.batch_alter_table("areas") as areas:
        areas.add_column(sa.Column("joined_to_id", _whole(), nullable=True))
        areas.create_foreign_key(areas.f("fk_areas_joined_to_id"), "areas", ["joined_to_id"], ["id"])
    op.add_column("requests", sa.Column("first_asking_area_id", _whole(), nullable=True))
    op.execute("UPDATE requests SET first_asking_area_id = asking_area_id")
    waits = ["first_answering_area_id", "outcome", "asked_at", "resolved_at", "silence_at", "first_answer_at"]
    with op.batch_alter_table("requests") as requests:
        requests.alter_column("first_asking_area_id", existing_type=_whole(), nullable=False)
        requests.create_foreign_key(
            requests.f("fk_requests_first_asking_area_id"), "areas", ["first_asking_area_id"], ["id"]
        )
        requests.drop_index("ix_requests_waits")
        requests.create_index("ix_requests_waits", ["first_asking_area_id", *waits])


def _chores() -> None:
    """What was done when by itself, whether the clock is believed, and what the checks have found."""
    op.create_table(
        "chores",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("last_done_at", _whole(), nullable=True),
        sa.Column("last_count", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failing_since_at", _whole(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    op.create_table(
        "server_clock",
        sa.Column("id", _whole(), nullable=False),
        sa.Column("round_at", _whole(), nullable=False),
        sa.Column("doubted_at", _whole(), nullable=True),
        sa.Column("expected_at", _whole(), nullable=True),
        sa.Column("said_at", _whole(), nullable=True),
        sa.Column("server", sa.String(length=32), nullable=True),
        sa.Column("trusted", sa.Integer(), nullable=False),
        sa.Column("trusted_at", _whole(), nullable=True),
        sa.Column("trusted_by_id", _whole(), nullable=True),
        sa.ForeignKeyConstraint(["trusted_by_id"], ["people.id"], name=op.f("fk_server_clock_trusted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_clock")),
    )
    op.create_table(
        "checks",
        sa.Column("id", _whole(), nullable=False),
        sa.Column("wanted_at", _whole(), nullable=False),
        sa.Column("wanted_by_id", _whole(), nullable=True),
        sa.Column("began_at", _whole(), nullable=True),
        sa.Column("ended_at", _whole(), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["wanted_by_id"], ["people.id"], name=op.f("fk_checks_wanted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )


def _backups() -> None:
    """When backups are made and how many stay; and who took one out of the house."""
    op.create_table(
        "backup_plan",
        sa.Column("id", _whole(), nullable=False),
        sa.Column("version", _whole(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Integer(), nullable=False),
        sa.Column("weekly", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.Integer(), nullable=False),
        sa.Column("tried_at", _whole(), nullable=True),
        sa.Column("done_at", _whole(), nullable=True),
        sa.Column("trouble", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_plan")),
    )
    op.create_table(
        "backups_given",
        sa.Column("id", _whole(), nullable=False),
        sa.Column("at", _whole(), nullable=False),
        sa.Column("person_id", _whole(), nullable=True),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_backups_given_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups_given")),
    )
