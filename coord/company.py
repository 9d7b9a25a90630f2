"""The company: its settings and calendar, its spheres and areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from coord import (
    record,  # noqa: F401 (it listens: whatever a room commits is told there)
    worktime,
)
from coord.db import Base, removed
from coord.refusal import Refused, changed
from coord.text import LANGUAGES, N_, typed

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
LONGEST_CLOSING = 92  # days entered at once; more is a slip of the keyboard
SPHERES = {"sales": N_("Sales"), "after_sales": N_("After sales")}


class Company(Base):
    """The company's one row of settings."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(8), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str | None] = mapped_column(String(2))
    subdivision: Mapped[str | None] = mapped_column(String(32))  # "São Paulo Capital" is one
    meeting_weekday: Mapped[int] = mapped_column(Integer, default=1)  # 0 is Monday
    silence_days: Mapped[int] = mapped_column(Integer, default=10)  # working days until silence confirms
    founded_at: Mapped[int]
    looked_at: Mapped[int | None]  # when what the first page had guessed was looked at and saved
    moved_in_at: Mapped[int | None]  # when its administrator was done with the first run; none until then

    __mapper_args__ = {"version_id_col": version}


class ClosingDay(Base):
    """A day on which the company itself is closed."""

    __tablename__ = "closing_days"

    day: Mapped[date] = mapped_column(primary_key=True)


class Area(Base):
    """A department. It lies in exactly one sphere."""

    __tablename__ = "areas"
    __table_args__ = {"sqlite_autoincrement": True}  # by its number the record knows one: none is given twice

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(255))
    folded: Mapped[str] = mapped_column(String(1024), unique=True)
    sphere: Mapped[str] = mapped_column(String(16))
    about: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[int | None]
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))  # what it became part of
    waits_told_at: Mapped[int | None]  # when it said that this is all it was waiting for already

    __mapper_args__ = {"version_id_col": version}


class Administrator(Protocol):
    """Whoever changes the company: must be allowed to administer it."""

    def must_administer(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator may set, as typed."""

    name: str
    language: str = "en"
    zone: str = "UTC"
    country: str | None = None
    subdivision: str | None = None
    meeting_weekday: int = 1
    silence_days: int = 10
    closing_days: tuple[date, ...] = ()


def found(session: Session, wish: Settings, *, at: int) -> Company:
    """Write the company's settings for the first time."""
    if company(session) is not None:
        raise Refused("This database already has a company.")
    row = Company(founded_at=at, name="")
    _apply(session, row, wish)
    session.add(row)
    session.flush()
    return row


def change(session: Session, wish: Settings, *, seen: int, by: Administrator) -> Company:
    """Change the settings. Raises Changed when they are no longer as the form saw them."""
    by.must_administer()
    row = the(session)
    if row.version != seen:
        raise changed()
    _apply(session, row, wish)
    flag_modified(
        row, "founded_at"
    )  # closing days lie in a table of their own, and are part of what a form saw
    session.flush()
    return row


def add_closing_days(session: Session, first: date, last: date, *, by: Administrator) -> None:
    """Close the company from one day to another; days on which it is closed already stay so."""
    by.must_administer()
    if not EARLIEST <= first <= last <= LATEST:
        raise Refused("This day lies too far away. Choose another one.")
    if (last - first).days >= LONGEST_CLOSING:
        raise Refused("The company can be closed for at most {days} days at a time.", days=LONGEST_CLOSING)
    one_at_a_time(session)
    days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    _close_on(session, days.union(closing_days(session)))
    session.flush()


def remove_closing_days(session: Session, first: date, last: date, *, by: Administrator) -> None:
    """Open the company again from one day to another."""
    by.must_administer()
    one_at_a_time(session)
    _close_on(session, (day for day in closing_days(session) if not first <= day <= last))
    session.flush()


def open_area(
    session: Session, *, name: str, sphere: str, about: str | None = None, by: Administrator
) -> Area:
    """Add an area to the company."""
    by.must_administer()
    row = Area(name="", folded="", sphere="")
    _describe(session, row, name, sphere, about)
    session.add(row)
    session.flush()
    return row


def change_area(
    session: Session, area_id: int, *, name: str, sphere: str, about: str | None, seen: int, by: Administrator
) -> Area:
    """Rename an area, or move it to another sphere."""
    by.must_administer()
    row = area(session, area_id)
    if row.version != seen:
        raise changed()
    _describe(session, row, name, sphere, about)
    session.flush()
    return row


def archive_area(session: Session, area_id: int, *, seen: int, by: Administrator, at: int) -> None:
    """Take an area out of use; its record stays. What it still holds is checked above (departures)."""
    by.must_administer()
    row = area(session, area_id)
    if row.version != seen:
        raise changed()
    row.archived_at = at
    session.flush()


def join_areas(session: Session, area_id: int, *, into: int, seen: int, by: Administrator, at: int) -> None:
    """Make an area part of another one: it is archived, and the other is its heir. See departures.merge_areas."""
    by.must_administer()
    if into == area_id:
        raise Refused("Choose another area: an area can't become part of itself.")
    area_in_use(session, into)
    archive_area(session, area_id, seen=seen, by=by, at=at)
    area(session, area_id).joined_to_id = into
    session.flush()


def restore_area(session: Session, area_id: int, *, seen: int, by: Administrator) -> None:
    """Take an archived area into use again."""
    by.must_administer()
    row = area(session, area_id)
    if row.version != seen:
        raise changed()
    row.archived_at = row.joined_to_id = None
    session.flush()


def strike_area(session: Session, area_id: int, *, by: Administrator) -> bool:
    """Remove an area that nothing names, as if it had never been; False where something does, and it stays."""
    by.must_administer()
    return removed(session, area(session, area_id))


def company(session: Session) -> Company | None:
    """The settings, or None before the first run."""
    return session.get(Company, 1)


def the(session: Session) -> Company:
    """The settings. Raises Refused before the first run."""
    row = company(session)
    if row is None:
        raise Refused("This database has no company yet.")
    return row


def settings(session: Session) -> Settings:
    """The settings as they could be typed."""
    row = the(session)
    return Settings(
        row.name,
        row.language,
        row.zone,
        row.country,
        row.subdivision,
        row.meeting_weekday,
        row.silence_days,
        closing_days(session),
    )


def one_at_a_time(session: Session) -> None:
    """Wait for whoever else called this until their transaction ends: so what is made for the first time is made once."""
    session.execute(select(Company.id).with_for_update())


def area(session: Session, area_id: int) -> Area:
    row = session.get(Area, area_id)
    if row is None:
        raise Refused("There is no such area.")
    return row


def area_in_use(session: Session, area_id: int) -> Area:
    """An area that is in use, and stays so until the transaction ends: others may be given something there too."""
    row = session.get(Area, area_id, with_for_update={"read": True}, populate_existing=True)
    if row is None or row.archived_at is not None:
        raise Refused("{area} is no longer in use. Choose another area.", area=area(session, area_id).name)
    return row


def hold_area(session: Session, area_id: int) -> None:
    """Let nobody give an area anything new until the transaction ends; what it has goes on. One area at a time."""
    one_at_a_time(session)
    session.get(Area, area_id, with_for_update={"key_share": True}, populate_existing=True)


def areas(session: Session, *, archived: bool = False) -> list[Area]:
    """The areas in use (with `archived`, all), sales first, then by name."""
    rows = session.scalars(select(Area)).all()
    kept = [row for row in rows if archived or row.archived_at is None]
    return sorted(kept, key=lambda row: (list(SPHERES).index(row.sphere), row.folded, row.id))


def heirs(every: Iterable[Area]) -> dict[int, int]:
    """Of all areas those that became part of others → the area in use that is there in their place."""
    joined = {row.id: row.joined_to_id for row in every}
    in_use = {row.id for row in every if row.archived_at is None}
    found = {}
    for area_id, into in joined.items():
        while into is not None and into not in in_use and into != area_id:
            into = joined[into]
        if into is not None and into != area_id:
            found[area_id] = into
    return found


def area_named(session: Session, name: str) -> Area | None:
    return session.scalar(select(Area).where(Area.folded == typed.fold(name)))


def closing_days(session: Session) -> tuple[date, ...]:
    return tuple(session.scalars(select(ClosingDay.day).order_by(ClosingDay.day)))


def calendar(session: Session) -> worktime.Calendar:
    """The company's working time, with its own closing days."""
    row = the(session)
    return _calendar(row.zone, row.country, row.subdivision, closing_days(session))


@lru_cache(maxsize=32)
def _calendar(
    zone: str, country: str | None, subdivision: str | None, closed: tuple[date, ...]
) -> worktime.Calendar:
    return worktime.calendar(zone, country, subdivision, closed)


def _apply(session: Session, row: Company, wish: Settings) -> None:
    if (name := typed.line(wish.name)) is None:
        raise Refused("Give the company a name.")
    if wish.language not in LANGUAGES:
        raise Refused("Choose one of the languages.")
    check_zone(wish.zone)
    if not 0 <= wish.meeting_weekday <= 6:
        raise Refused("Choose the weekday of the meeting.")
    if not 1 <= wish.silence_days <= 60:
        raise Refused("The days until silence confirms lie between 1 and 60.")
    try:
        worktime.calendar(wish.zone, wish.country, wish.subdivision)
    except ValueError:
        raise Refused(
            "No public holidays are known for this country and region. Choose others, or none."
        ) from None
    row.name, row.language, row.zone = name, wish.language, wish.zone
    row.country, row.subdivision = wish.country, wish.subdivision
    row.meeting_weekday, row.silence_days = wish.meeting_weekday, wish.silence_days
    _close_on(session, wish.closing_days)


def check_zone(zone: str) -> ZoneInfo:
    """The zone of this name. Raises Refused for an unknown one."""
    if zone not in available_timezones():
        raise Refused(
            "There is no time zone “{zone}”. Choose one of the list, such as Europe/Lisbon.", zone=zone[:64]
        )
    return ZoneInfo(zone)


def _close_on(session: Session, days: Iterable[date]) -> None:
    wanted, there = set(days), {row.day: row for row in session.scalars(select(ClosingDay))}
    for day in there.keys() - wanted:
        session.delete(there[day])
    session.add_all(ClosingDay(day=day) for day in sorted(wanted - there.keys()))


def _describe(session: Session, row: Area, name: str, sphere: str, about: str | None) -> None:
    one_at_a_time(session)  # of two who choose one name, the second is told that it is taken
    line = typed.line(name)
    if line is None:
        raise Refused("Give the area a name.")
    if sphere not in SPHERES:
        raise Refused("An area lies in sales or in after sales: choose one.")
    other = area_named(session, line)
    if other is not None and other.id != row.id:
        if other.archived_at is not None:
            raise Refused("“{name}” is archived. Bring it back, or choose another name.", name=other.name)
        raise Refused("There is already an area called “{name}”.", name=other.name)
    row.name, row.folded, row.sphere, row.about = line, typed.fold(line), sphere, typed.prose(about)
