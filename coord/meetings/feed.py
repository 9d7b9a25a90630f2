"""The meetings as a calendar shows them: those of the last weeks and all to come, dropped ones too."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company
from coord.meetings.hours import the_series
from coord.meetings.records import Meeting

BACK = 13 * 7 * 86_400  # seconds: a quarter, so that a feed stays as short as it is


def shown(session: Session, *, at: int) -> list[Meeting]:
    """The meetings from a quarter ago on, in order of time."""
    query = select(Meeting).where(Meeting.starts_at > at - BACK)
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))


def zone(session: Session) -> str:
    """On which zone's clock the hour is held."""
    row = the_series(session)
    return (row.zone if row else None) or company.the(session).zone
