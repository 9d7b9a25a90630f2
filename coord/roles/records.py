"""Role descriptions: the words of one, and the tables of its revisions, holders and acknowledgements."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base
from coord.text import N_

CUSTOMERS = 0  # stands in place of an area where something goes to the customers
REVIEW_AFTER = timedelta(weeks=26)  # whole weeks, so that a review day is a working day as often as not

# What a description says, in the order in which it is read; a request's "role" is one of these by its title.
FIELDS = {
    "title": N_("Title"),
    "purpose": N_("Purpose"),
    "responsibilities": N_("Responsibilities"),
    "decides_alone": N_("Decides alone"),
    "decides_with": N_("Decides with others"),
    "delivers": N_("Delivers to"),
    "needs": N_("Needs from"),
    "technical_skills": N_("Technical skills"),
    "behavioural_skills": N_("Behavioural skills"),
    "measures": N_("Measures"),
}
DIRECTIONS = ("delivers", "needs")
PROSE = tuple(name for name in FIELDS if name not in ("title", *DIRECTIONS))


@dataclass(frozen=True, slots=True)
class Link:
    """What goes to an area or to CUSTOMERS, or comes from an area."""

    area_id: int
    what: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a role is for, as typed."""

    title: str
    purpose: str | None = None
    responsibilities: str | None = None
    decides_alone: str | None = None
    decides_with: str | None = None
    delivers: tuple[Link, ...] = ()
    needs: tuple[Link, ...] = ()
    technical_skills: str | None = None
    behavioural_skills: str | None = None
    measures: str | None = None


class Role(Base):
    """A position in an area; what it is for stands in its newest revision."""

    __tablename__ = "roles"
    __table_args__ = (Index(None, "area_id", "archived_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    revision: Mapped[int] = mapped_column(Integer)  # the number of the newest
    title: Mapped[str] = mapped_column(String(255))  # of the newest revision
    purpose: Mapped[str] = mapped_column(Text)  # the same
    review_on: Mapped[date]
    reviewed_at: Mapped[int | None]  # when somebody last found it still right
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    archived_at: Mapped[int | None]

    __mapper_args__ = {"version_id_col": version}


class Revision(Base):
    """A description as it was written at one time; `number` counts from 1 in each role. Never changed."""

    __tablename__ = "role_revisions"
    __table_args__ = (UniqueConstraint("role_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"))
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(255))
    purpose: Mapped[str] = mapped_column(Text)
    responsibilities: Mapped[str | None] = mapped_column(Text)
    decides_alone: Mapped[str | None] = mapped_column(Text)
    decides_with: Mapped[str | None] = mapped_column(Text)
    technical_skills: Mapped[str | None] = mapped_column(Text)
    behavioural_skills: Mapped[str | None] = mapped_column(Text)
    measures: Mapped[str | None] = mapped_column(Text)


class RevisionLink(Base):
    """What a revision delivers to or needs from an area; without an area, it goes to the customers."""

    __tablename__ = "role_links"
    __table_args__ = (UniqueConstraint("revision_id", "direction", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("role_revisions.id"))
    direction: Mapped[str] = mapped_column(String(8))  # one of DIRECTIONS
    place: Mapped[int] = mapped_column(Integer)  # as it was written: from 1
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    what: Mapped[str] = mapped_column(String(255))


class Holder(Base):
    """Somebody who holds a role from a day on, up to and with another one or still."""

    __tablename__ = "role_holders"

    id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    def holds(self, today: date) -> bool:
        return self.from_on <= today and not self.is_past(today)

    def is_past(self, today: date) -> bool:
        return self.until_on is not None and self.until_on < today


class Acknowledgement(Base):
    """A holder has said of a revision: I know this is my role."""

    __tablename__ = "role_acknowledgements"
    __table_args__ = (UniqueConstraint("revision_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("role_revisions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[int]
