"""What the weekly hour needs without anyone asking: agendas that open, hours that nobody ended, what they left."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from coord.meetings.carrying import carry
from coord.meetings.collecting import collect
from coord.meetings.hours import LATE
from coord.meetings.live import end
from coord.meetings.records import Meeting
from coord.people import SERVER
from coord.text import DAY

OPENS = 2 * DAY  # before the hour its agenda opens
LOOKS_BACK = 14 * DAY  # an hour that ended longer ago has no items left to carry


def open_agendas(session: Session, *, at: int) -> int:
    """Open the agendas of the hours of the next two days; how many."""
    query = select(Meeting).where(
        Meeting.state == "planned", Meeting.opened_at.is_(None), Meeting.starts_at.between(at + 1, at + OPENS)
    )
    rows = session.scalars(query.order_by(Meeting.starts_at)).all()
    for row in rows:
        row.opened_at = at
    session.flush()
    return len(rows)


def collect_open(session: Session, *, at: int) -> int:
    """Bring every open agenda up to date with what the rooms propose; how many items changed."""
    query = select(Meeting.id).where(
        Meeting.state == "planned", Meeting.opened_at.is_not(None), Meeting.starts_at > at - LATE
    )
    return sum(collect(session, meeting_id, at=at) for meeting_id in session.scalars(query).all())


def end_forgotten(session: Session, *, at: int) -> int:
    """End the hours that nobody ended six hours after their time, with that instant, marked so; how many."""
    query = select(Meeting).where(Meeting.state == "live")
    count = 0
    for row in session.scalars(query.order_by(Meeting.starts_at)).all():
        if (due_at := _begun(row) + LATE) <= at:
            end(session, row.id, by=SERVER, at=max(due_at, row.item_since_at or 0), by_itself=True)
            count += 1
    return count


def _begun(row: Meeting) -> int:
    """Its time; of an hour that began later than that, or long before it, when it began."""
    begun_at = row.started_at or row.starts_at
    return row.starts_at if begun_at <= row.starts_at < begun_at + LATE else begun_at


def carry_left(session: Session, *, at: int) -> int:
    """Take what the last hours did not reach, or what one that was never begun had, to the next one; how many items."""
    over = Meeting.state.in_(("ended", "closed"))
    never_begun = and_(
        Meeting.state == "dropped", Meeting.opened_at.is_not(None), Meeting.starts_at <= at - LATE
    )
    query = select(Meeting.id).where(or_(over, never_begun), Meeting.starts_at > at - LOOKS_BACK)
    return sum(carry(session, meeting_id, at=at) for meeting_id in session.scalars(query).all())
