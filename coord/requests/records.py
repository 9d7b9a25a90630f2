"""The requests' two tables: one row a request, which its events determine, and the events, only appended."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base
from coord.requests import lives
from coord.text import typed

# Recording began after it was asked, or ended while it was open.
UNUSUAL = "observed_from_at <> asked_at OR (observed_until_at IS NOT NULL AND resolved_at IS NULL)"

IN_A_MEETING = "meeting_id IS NOT NULL"


class Request(Base):
    """A request. Every column but the id, the reference and the import is what its events say (lives.Life)."""

    __tablename__ = "requests"
    __table_args__ = (
        Index(None, "answering_area_id", "state"),
        Index(None, "asking_area_id", "state"),
        Index(None, "state", "silence_at"),
        # all that the trends count with, in the order in which they read it
        Index("ix_requests_waits", "first_asking_area_id", "first_answering_area_id", "outcome", "asked_at", "resolved_at",
              "silence_at", "first_answer_at"),
        Index("ix_requests_unusual", "id", sqlite_where=text(UNUSUAL), postgresql_where=text(UNUSUAL)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)  # the same in every export
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"), index=True)
    version: Mapped[int] = mapped_column()
    asking_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    answering_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    first_asking_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    first_answering_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[int] = mapped_column(index=True)
    observed_from_at: Mapped[int]
    observed_until_at: Mapped[int | None]
    last_at: Mapped[int] = mapped_column(index=True)
    held_since_at: Mapped[int]
    what: Mapped[str] = mapped_column(Text)
    done_when: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    needed_on: Mapped[date | None]
    role: Mapped[str | None] = mapped_column(Text)
    goal: Mapped[str | None] = mapped_column(Text)
    customer: Mapped[str | None] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    since_on: Mapped[date | None]
    follows: Mapped[str | None] = mapped_column(String(64))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    answer_by_on: Mapped[date | None]
    countered_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    first_promised_on: Mapped[date | None]
    first_promised_at: Mapped[int | None]
    first_reaction_at: Mapped[int | None]
    first_answer_at: Mapped[int | None]
    delivered_at: Mapped[int | None]
    silence_at: Mapped[int | None]
    raised_at: Mapped[int | None]
    resolved_at: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    reroutes: Mapped[int] = mapped_column(Integer)
    renegotiations: Mapped[int] = mapped_column(Integer)
    reopenings: Mapped[int] = mapped_column(Integer)
    search: Mapped[str] = mapped_column(Text)  # what can be searched, folded

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def life(self) -> lives.Life:
        return lives.Life(**{name: getattr(self, name) for name in lives.FIELDS})


class EventRow(Base):
    """An event of a request; `seq` counts from 1 in each request."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("request_id", "seq"),
        Index(
            "ix_events_meeting",
            "meeting_id",
            sqlite_where=text(IN_A_MEETING),
            postgresql_where=text(IN_A_MEETING),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    seq: Mapped[int] = mapped_column(Integer)
    verb: Mapped[str] = mapped_column(String(24))
    at: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    from_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    to_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None] = mapped_column(Text)
    day: Mapped[date | None]
    more: Mapped[dict[str, Any]] = mapped_column(default=dict)
    meeting_id: Mapped[
        int | None
    ]  # the meeting that it was recorded in; no foreign key, so that the column costs nothing

    def event(self) -> lives.Event:
        return lives.Event(
            verb=self.verb,
            at=self.at,
            from_area_id=self.from_area_id,
            to_area_id=self.to_area_id,
            area_id=self.area_id,
            person_id=self.person_id,
            on_behalf=self.on_behalf,
            text=self.text,
            day=self.day,
            more=self.more,
        )


class Import(Base):
    """A file whose requests were written in bulk; it can be undone as a whole."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))  # of the file and its mapping
    mapping: Mapped[dict[str, Any]]
    observed_until_at: Mapped[int | None]
    requests: Mapped[int] = mapped_column(Integer)
    events: Mapped[int] = mapped_column(Integer)


def columns(life: lives.Life) -> dict[str, Any]:
    """A life as the columns of its row."""
    found = {name: getattr(life, name) for name in lives.FIELDS}
    searched = (life.what, life.done_when, life.why, life.customer, life.goal, life.role)
    found["search"] = typed.fold(" ".join(text for text in searched if text))
    return found
