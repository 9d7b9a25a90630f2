"""The issue log's tables. No column holds a culprit; the author stands in one that only the rights read."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coord.db import Base
from coord.issues.vocabulary import OPEN
from coord.text import typed


class Issue(Base):
    """What happened between two areas, as it reads now."""

    __tablename__ = "issues"
    __table_args__ = (Index(None, "from_area_id", "to_area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    # for rights, never shown
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    meeting_id: Mapped[int | None]  # the hour in which it was written
    from_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    to_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    step: Mapped[str | None] = mapped_column(String(255))
    customer: Mapped[str | None] = mapped_column(String(255))
    expected: Mapped[str | None] = mapped_column(Text)
    happened: Mapped[str] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(String(8))  # of SIZES
    effect: Mapped[str | None] = mapped_column(Text)
    from_had: Mapped[str | None] = mapped_column(Text)  # what each side had in front of it
    to_had: Mapped[str | None] = mapped_column(Text)
    lucky: Mapped[str | None] = mapped_column(Text)
    usually: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default=OPEN, index=True)
    because: Mapped[str | None] = mapped_column(Text)  # why it won't change, or what is watched for
    watch_until_on: Mapped[date | None]
    # the first of its kind
    again_of_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), index=True)
    again_at: Mapped[int | None]  # when somebody confirmed that
    written_at: Mapped[int] = mapped_column(index=True)
    state_at: Mapped[int]  # since when it is in its state
    search: Mapped[str] = mapped_column(Text, default="")  # what can be searched, folded

    marks: Mapped[list["IssueFactor"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="IssueFactor.factor"
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def factors(self) -> list[str]:
        return [mark.factor for mark in self.marks]

    @property
    def handoff(self) -> tuple[int, int]:
        """From area, to area."""
        return self.from_area_id, self.to_area_id

    def searchable(self) -> str:
        said = (self.happened, self.expected, self.step, self.customer, self.effect, self.from_had, self.to_had,
                self.lucky, self.usually, self.next_step, self.because)  # fmt: skip
        return typed.fold(" ".join(text for text in said if text))


class IssueFactor(Base):
    """One contributing factor of an issue."""

    __tablename__ = "issue_factors"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), primary_key=True)
    factor: Mapped[str] = mapped_column(String(32), primary_key=True)


class IssueRevision(Base):
    """What an issue said before somebody changed its words; who did is not kept."""

    __tablename__ = "issue_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), index=True)
    at: Mapped[int]
    meeting_id: Mapped[int | None]
    before: Mapped[dict[str, Any]]


class IssueVote(Base):
    """One person's wish that the next hour takes an issue up; only their number is shown."""

    __tablename__ = "issue_votes"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    at: Mapped[int]


class ProcedureChange(Base):
    """What an issue changed: the procedure, whom it binds, from when, and how and when we look whether it worked."""

    __tablename__ = "procedure_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str] = mapped_column(String(255))
    edition: Mapped[str | None] = mapped_column(String(255))  # which version of the procedure
    owner_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    first_on: Mapped[date]
    sign: Mapped[str] = mapped_column(Text)  # how we will see that it worked
    check_on: Mapped[date] = mapped_column(index=True)
    result: Mapped[str | None] = mapped_column(String(16))  # of RESULTS
    saw: Mapped[str | None] = mapped_column(Text)  # what we saw at the check
    recorded_at: Mapped[int]
    meeting_id: Mapped[int | None]
    checked_at: Mapped[int | None]
    checked_meeting_id: Mapped[int | None]

    bindings: Mapped[list["ProcedureChangeArea"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ProcedureChangeArea.area_id"
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def areas(self) -> list[int]:
        """The areas that it binds."""
        return [binding.area_id for binding in self.bindings]


class ProcedureChangeArea(Base):
    """One area that a procedure change binds."""

    __tablename__ = "procedure_change_areas"

    change_id: Mapped[int] = mapped_column(ForeignKey("procedure_changes.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True, index=True)


class IssueOutcome(Base):
    """One time that an issue came to an end; a later one stands beside it, and the issue has the last."""

    __tablename__ = "issue_outcomes"
    __table_args__ = (UniqueConstraint("change_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issues.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    at: Mapped[int] = mapped_column(index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))  # the area that was spoken for
    on_behalf: Mapped[bool] = mapped_column(default=False)
    meeting_id: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
    until_on: Mapped[date | None]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_changes.id"))
