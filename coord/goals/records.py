"""The goals' tables: a row a goal, what changed in it, and its check-ins; the last two only appended."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.db import Base
from coord.text import N_

DIRECTIONS = {"up": N_("More is better"), "down": N_("Less is better")}
STATUSES = {"off_track": N_("Off track"), "caution": N_("Caution"), "on_track": N_("On track")}
OUTCOMES = {"reached": N_("Reached"), "not_reached": N_("Not reached"), "dropped": N_("Dropped")}


class Goal(Base):
    """Where an area wants a measure to be by a day. What it said before a change stands in its changes."""

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    what: Mapped[str] = mapped_column(String(255))
    why: Mapped[str | None] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(String(255))
    unit: Mapped[str | None] = mapped_column(String(32))
    direction: Mapped[str] = mapped_column(String(8))
    baseline: Mapped[float] = mapped_column(Double)
    target: Mapped[float] = mapped_column(Double)
    starts_on: Mapped[date]
    due_on: Mapped[date]
    set_at: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[int | None] = mapped_column(index=True)
    ended_line: Mapped[str | None] = mapped_column(String(255))
    others: Mapped[list["GoalArea"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="GoalArea.area_id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def depends_on(self) -> tuple[int, ...]:
        """The areas that it can't be reached without."""
        return tuple(row.area_id for row in self.others)


class GoalArea(Base):
    """An area that a goal of another one depends on."""

    __tablename__ = "goal_areas"

    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True, index=True)


class GoalChange(Base):
    """What somebody changed in a goal: each fact as it was before, and as it is from then on."""

    __tablename__ = "goal_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), index=True)
    at: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    meeting_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]]  # name → [before, after]; days as ISO dates
    line: Mapped[str | None] = mapped_column(String(255))


class CheckIn(Base):
    """What an area said about a goal in a week. The newest of a week counts; those before it stay readable."""

    __tablename__ = "check_ins"
    __table_args__ = (Index(None, "goal_id", "week_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    week_on: Mapped[date]  # the Monday of its ISO week, where the company is
    at: Mapped[int] = mapped_column(index=True)
    value: Mapped[float] = mapped_column(Double)
    status: Mapped[str] = mapped_column(String(16))
    line: Mapped[str | None] = mapped_column(String(255))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    meeting_id: Mapped[int | None]


def week_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def progress(goal: Goal, value: float) -> float | None:
    """The share of the way from baseline to target that is done: 1.0 is the target, below 0 is the wrong way.

    None for a goal that starts at its target and only has to stay there: see `is_met`.
    """
    way = goal.target - goal.baseline
    return (value - goal.baseline) / way + 0.0 if way else None  # and no minus before a zero


def is_met(goal: Goal, value: float) -> bool:
    """Whether a value is at the target, or beyond it."""
    return value >= goal.target if goal.direction == "up" else value <= goal.target
