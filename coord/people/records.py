"""The people's tables, and the Mandate: who speaks for which area, on whose behalf."""

from dataclasses import dataclass, field

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base
from coord.refusal import Refused
from coord.text import N_

RIGHTS = {
    "head": N_("Head"),
    "deputy": N_("Deputy"),
    "facilitator": N_("Facilitator"),
    "director": N_("Director"),
    "admin": N_("Administrator"),
}
Held = dict[int, set[tuple[str, int | None]]]  # person → {(right, area or None)}
PAUSE = 3_600  # seconds without a look after which the next one is another visit
BY_AREA = frozenset({"head", "deputy"})
FORMER = N_("A former member")  # whoever was erased, wherever a name would stand


class Person(Base):
    """Somebody who can sign in. Archived, never deleted."""

    __tablename__ = "people"
    __table_args__ = {"sqlite_autoincrement": True}  # by its number the record knows one: none is given twice

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255))
    email_folded: Mapped[str | None] = mapped_column(String(1024), unique=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    about: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[int | None]
    erased_at: Mapped[int | None]  # name and address are gone for good; the row stays, since things name it
    visited_at: Mapped[int | None]  # the last look at Today
    seen_until_at: Mapped[int | None]  # what happened before this instant was on Today at an earlier visit

    __mapper_args__ = {"version_id_col": version}


class Right(Base):
    """One right of one person; of head and deputy, for one area."""

    __tablename__ = "rights"
    __table_args__ = (UniqueConstraint("person_id", "right", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    right: Mapped[str] = mapped_column(String(16))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who acts, and which areas they speak for: by right, or recording on an area's behalf."""

    person_id: int | None
    areas: frozenset[int] = frozenset()
    on_behalf: frozenset[int] = frozenset()
    rights: frozenset[str] = frozenset()
    meeting_id: int | None = None  # the meeting that this is recorded in
    heir_of: frozenset[int] = frozenset()  # areas that became part of theirs, and left something open

    def speaks_for(self, area_id: int) -> bool:
        return area_id in self.areas or area_id in self.on_behalf

    def is_on_behalf(self, area_id: int) -> bool:
        return area_id in self.on_behalf and area_id not in self.areas

    def stands_for(self, area_id: int) -> bool:
        """Whether they speak for an area, or for the one that it has become part of."""
        return self.speaks_for(area_id) or area_id in self.heir_of

    @property
    def administers(self) -> bool:
        return "admin" in self.rights

    def must_administer(self) -> None:
        if not self.administers:
            raise Refused("Only an administrator can change this.")


SERVER = Mandate(person_id=None)
CONSOLE = Mandate(person_id=None, rights=frozenset({"admin"}))  # whoever has the server's command line


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known about a person, as typed."""

    name: str
    email: str | None = None
    area_id: int | None = None
    language: str | None = None
    zone: str | None = None
    about: str | None = None
    rights: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)
