"""The weekly hour of a new company: its weekday and its time, arranged in one go."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from coord import company, meetings
from coord.meetings import Arrangement
from coord.moving_in.posts import able_to_run
from coord.people import Mandate
from coord.refusal import changed


@dataclass(frozen=True, slots=True)
class Hour:
    """When the hour is, as typed."""

    weekday: int = 1  # 0 is Monday
    starts_minute: int = 600
    link: str | None = None


def hour(session: Session) -> Hour:
    """When the hour is, or would be."""
    row, series = company.the(session), meetings.the_series(session)
    if series is None:
        return Hour(row.meeting_weekday)
    return Hour(row.meeting_weekday, series.starts_minute, series.link)


def hour_version(session: Session) -> int:
    """What `arrange_hour` takes as seen; it grows with every change of the settings or of the series."""
    series = meetings.the_series(session)
    return company.the(session).version + (series.version if series else 0)


def arrange_hour(session: Session, wish: Hour, *, seen: int, by: Mandate, at: int) -> None:
    """Set weekday and time of the weekly hour; the next weeks' meetings follow."""
    by.must_administer()
    company.one_at_a_time(session)
    if hour_version(session) != seen:
        raise changed()
    row = company.the(session)
    if row.meeting_weekday != wish.weekday:
        settings = replace(company.settings(session), meeting_weekday=wish.weekday)
        company.change(session, settings, seen=row.version, by=by)
    series = meetings.the_series(session)
    arranged = _arrangement(session, wish)
    meetings.arrange(session, arranged, seen=series.version if series else 0, by=by, at=at)


def first_hours(session: Session, wish: Hour, *, at: int) -> list[int]:
    """When the next three hours would be; nothing is kept."""
    return meetings.ahead(session, _arrangement(session, wish), wish.weekday, at=at)


def _arrangement(session: Session, wish: Hour) -> Arrangement:
    series, turn = meetings.the_series(session), meetings.facilitators(session)
    return Arrangement(
        wish.starts_minute,
        series.zone if series else None,
        wish.link,
        series.holiday_rule if series else Arrangement().holiday_rule,
        tuple(turn or able_to_run(session)),
        frozenset(meetings.left_out(session)),
    )
