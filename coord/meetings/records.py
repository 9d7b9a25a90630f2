"""The tables of the weekly hour: its series, each meeting with its clock, the agenda, and what was recorded."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base


class Series(Base):
    """The company's one weekly series; its weekday is the company's meeting day."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    starts_minute: Mapped[int] = mapped_column(Integer, default=600)  # of the day, on the clock of the zone
    zone: Mapped[str | None] = mapped_column(String(64))  # the company's where none is said
    link: Mapped[str | None] = mapped_column(Text)  # for those who join by video
    holiday_rule: Mapped[str] = mapped_column(String(16), default="skip")
    begins_on: Mapped[date]

    __mapper_args__ = {"version_id_col": version}


class Facilitating(Base):
    """Somebody who runs the hour when it is their turn."""

    __tablename__ = "series_facilitators"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer)


class LeftOut(Base):
    """An area that does not take part in the series."""

    __tablename__ = "series_areas_left_out"

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)


class Meeting(Base):
    """One hour: planned, live, ended (its minutes still open), closed, or dropped.

    The clock is kept as instants. `paused_seconds` is all that was paused up to now without the pause that is going
    on; `item_paused` is what it was when the current item was taken up, so that an item's time leaves pauses out.
    """

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    planned_on: Mapped[date] = mapped_column(unique=True)  # its day in the series, also when it was moved
    starts_at: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16), default="planned", index=True)
    # moved, dropped or brought back: the series leaves it so
    by_hand: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str | None] = mapped_column(Text)  # it was moved or dropped
    link: Mapped[str | None] = mapped_column(Text)
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[int | None]  # its agenda: from here on the facilitator may record on behalf
    started_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    closed_at: Mapped[int | None]  # its minutes
    ended_by_itself: Mapped[bool] = mapped_column(default=False)
    item_id: Mapped[int | None]  # of its agenda; no foreign key, since that one points here
    turn: Mapped[int] = mapped_column(Integer, default=0)  # whose turn it is in a round, counted from 0
    item_since_at: Mapped[int | None]
    item_paused: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[int | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)
    screen_hash: Mapped[str | None] = mapped_column(String(64), unique=True)

    __mapper_args__ = {"version_id_col": version}


class Screen(Base):
    """A projector's browser that came by a meeting's own link; of its secret only the hash is kept."""

    __tablename__ = "screens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    at: Mapped[int]


class Item(Base):
    """One item of an agenda: open, done, settled before the hour, dropped with a reason, or carried to the next."""

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("meeting_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    section: Mapped[str] = mapped_column(String(16))
    place: Mapped[int] = mapped_column(Integer)
    placed: Mapped[bool] = mapped_column(default=False)  # by hand: what is proposed anew leaves it there
    kind: Mapped[str] = mapped_column(String(24))
    # "request:12"; stands once on an agenda
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(Text)
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)  # proposal.Reason, packed
    # whom it concerns; the first has the turn in a round
    areas: Mapped[list[int]] = mapped_column(JSON, default=list)
    weight: Mapped[float] = mapped_column(Float, default=0.0)
    minutes: Mapped[int] = mapped_column(Integer, default=2)
    used: Mapped[int] = mapped_column(default=0)  # seconds, without the time since it was taken up last
    state: Mapped[str] = mapped_column(String(16), default="open")
    why: Mapped[str | None] = mapped_column(Text)  # it was dropped, or a note on how it was settled
    settle_before: Mapped[bool] = mapped_column(default=False)
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), unique=True)
    times_carried: Mapped[int] = mapped_column(Integer, default=0)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    search: Mapped[str] = mapped_column(Text, default="")  # the title, folded

    __mapper_args__ = {"version_id_col": version}


class Attendance(Base):
    """Who is here for an area, or a guest without one; said by people, never by a browser."""

    __tablename__ = "attendances"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    who: Mapped[str] = mapped_column(String(32), primary_key=True)  # "area:3" or "person:5"
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    # who speaks for the area this time
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    status: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)  # who stands in, or why somebody is excused
    at: Mapped[int]


class Preparation(Base):
    """An area that looked at what will be asked of it, and says the one thing it wants this week."""

    __tablename__ = "preparations"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    prepared_at: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf: Mapped[bool] = mapped_column(default=False)
    want: Mapped[str | None] = mapped_column(Text)

    __mapper_args__ = {"version_id_col": version}


class Recording(Base):
    """What was said and has no room of its own: a want, a decision, something parked, thanks, a message, an improvement.

    Never changed: one that puts another right names it in `corrects_id`, and the newest counts.
    """

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    at: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # who recorded it
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))  # for whom it was said
    on_behalf: Mapped[bool] = mapped_column(default=False)
    to_area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    text: Mapped[str | None] = mapped_column(Text)  # none takes back what it corrects
    decided_by: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(64), index=True)  # what it is about: "request:12"
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id"), unique=True)
    search: Mapped[str] = mapped_column(Text, default="")

    @property
    def is_amendment(self) -> bool:
        return self.corrects_id is not None


class Pulse(Base):
    """What was answered at the close: one row a meeting, rewritten as a whole, so that no answer can be tied to a person.

    `counts` is question → option → how many; `improvements` and `answered` are sorted, never in order of time.
    """

    __tablename__ = "pulses"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    improvements: Mapped[list[str]] = mapped_column(JSON, default=list)
    answered: Mapped[list[int]] = mapped_column(JSON, default=list)
