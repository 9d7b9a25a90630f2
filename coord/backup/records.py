"""What a backup is: its manifest, the plan by which backups are made, and who was given one."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base
from coord.text import N_

# Why a backup was made: the word in its name, and what the page says.
WHY = {
    "night": N_("By plan"),
    "asked": N_("Made by hand"),
    "before-update": N_("Before an update"),
    "before-import": N_("Before an import"),
    "before-restore": N_("Before a restore"),
}


class BackupPlan(Base):
    """The one row of the plan: when backups are made, how many stay, and how the last round went."""

    __tablename__ = "backup_plan"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    hour: Mapped[int] = mapped_column(Integer, default=3)  # where the company is
    daily: Mapped[int] = mapped_column(Integer, default=7)
    weekly: Mapped[int] = mapped_column(Integer, default=5)
    monthly: Mapped[int] = mapped_column(Integer, default=12)
    tried_at: Mapped[int | None]
    done_at: Mapped[int | None]
    trouble: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # why the last round failed

    __mapper_args__ = {"version_id_col": version}


class BackupGiven(Base):
    """A backup that an administrator took out of the house: it holds everything."""

    __tablename__ = "backups_given"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    file: Mapped[str] = mapped_column(String(255))


class Restore(Base):
    """A backup that was put in the place of the database."""

    __tablename__ = "restores"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    file: Mapped[str] = mapped_column(String(255))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database holds, read in one consistent state."""

    company: str | None
    schema: str | None
    counts: dict[str, int]  # rows by table
    record: dict[str, Any] | None = None  # the last entry of the record: {"n", "hash"}
    founded_at: int | None = None  # says which company it is, whatever it is called


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known about a backup; it lies beside it as JSON."""

    file: str
    at: int
    why: str
    source: str  # whose backup it is: the name of the database
    kind: str  # "sqlite" or "postgresql"
    program: str
    bytes: int
    sha256: str
    milliseconds: int  # how long it took, verified
    facts: Facts = field(default_factory=lambda: Facts(None, None, {}))
    checks: tuple[str, ...] = ()  # what it was verified by
