"""Which meeting it is: the live one, the next, the one before, its number; who takes part, who may do what in it."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coord import company, people
from coord.meetings.records import Facilitating, LeftOut, Meeting, Series
from coord.people import Mandate
from coord.refusal import Refused
from coord.text import N_

HOUR = 3_600
LATE = 6 * HOUR  # so long after its time a meeting that nobody started can still begin
FRESH = 12 * HOUR  # so long the last meeting stays the current one while its minutes are open

STATES = {
    "planned": N_("Planned"),
    "live": N_("Under way"),
    "ended": N_("Minutes open"),
    "closed": N_("Held"),
    "dropped": N_("Not held"),
}


def the_series(session: Session) -> Series | None:
    """The series, or None before it was arranged."""
    return session.get(Series, 1)


def facilitators(session: Session) -> list[int]:
    """The people who run the hour in turn, those only who still may."""
    held = people.rights(session)
    query = select(Facilitating.person_id).order_by(Facilitating.place, Facilitating.person_id)
    active = {person.id for person in people.people(session)}
    return [p for p in session.scalars(query) if p in active and ("facilitator", None) in held.get(p, ())]


def left_out(session: Session) -> set[int]:
    """The areas that don't take part."""
    return set(session.scalars(select(LeftOut.area_id)))


def taking_part(session: Session) -> list[int]:
    """The areas in use that take part, also those whose head has no account yet; in the company's order."""
    out = left_out(session)
    return [area.id for area in company.areas(session) if area.id not in out]


def in_turn(session: Session, meeting: Meeting) -> list[int]:
    """The areas in the order of this week's rounds: each week another one begins."""
    areas = taking_part(session)
    first = monday_of(meeting.planned_on).toordinal() // 7 % len(areas) if areas else 0
    return areas[first:] + areas[:first]


def meeting(session: Session, meeting_id: int) -> Meeting:
    row = session.get(Meeting, meeting_id)
    if row is None:
        raise Refused("There is no such meeting.")
    return row


def kept(session: Session, meeting_id: int) -> Meeting:
    """The meeting as it is at this moment, kept from others until the transaction ends."""
    row = session.get(Meeting, meeting_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such meeting.")
    return row


def every(session: Session) -> list[Meeting]:
    """All meetings, the newest first."""
    return list(session.scalars(select(Meeting).order_by(Meeting.starts_at.desc(), Meeting.id.desc())))


def upcoming(session: Session, *, at: int) -> list[Meeting]:
    """The meetings to come, with those that are dropped, the next one first."""
    query = select(Meeting).where(Meeting.state.in_(("planned", "dropped")), Meeting.starts_at > at - LATE)
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))


def current(session: Session, *, at: int) -> Meeting | None:
    """The live meeting; else the one that just ended, while its minutes are open; else the next planned one."""
    newest = Meeting.starts_at.desc(), Meeting.id.desc()
    live = select(Meeting).where(Meeting.state == "live").order_by(*newest)
    ended = select(Meeting).where(
        Meeting.state == "ended", Meeting.closed_at.is_(None), Meeting.ended_at > at - FRESH
    )
    for query in (live, ended.order_by(*newest)):
        if (row := session.scalar(query.limit(1))) is not None:
            return row
    return following(session, at=at)


def following(session: Session, *, at: int) -> Meeting | None:
    """The next planned meeting."""
    return next((row for row in upcoming(session, at=at) if row.state == "planned"), None)


def before(session: Session, meeting: Meeting) -> Meeting | None:
    """The last meeting before this one that was held."""
    query = select(Meeting).where(Meeting.started_at.is_not(None), Meeting.starts_at < meeting.starts_at)
    return session.scalar(query.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1))


def number(session: Session, meeting: Meeting) -> int:
    """Which hour of the company it is, counted from 1; those that were not held don't count."""
    query = select(func.count(Meeting.id)).where(
        Meeting.state != "dropped", Meeting.starts_at < meeting.starts_at
    )
    return (session.scalar(query) or 0) + 1


def next_on(session: Session, *, at: int) -> date | None:
    """The day of the next planned meeting after today, where the company is."""
    calendar = company.calendar(session)
    tomorrow = calendar.start_of(calendar.day_of(at) + timedelta(days=1))
    query = select(func.min(Meeting.starts_at)).where(
        Meeting.state == "planned", Meeting.starts_at >= tomorrow
    )
    starts_at = session.scalar(query)
    return None if starts_at is None else calendar.day_of(starts_at)


def mandate(session: Session, by: Mandate, meeting: Meeting | None) -> Mandate:
    """What a person may do now: from the opening of the agenda to the closing of the minutes, a facilitator records
    for every area that takes part; what anybody does during the hour is recorded in it."""
    if meeting is None:
        return by
    is_open = meeting.opened_at is not None and meeting.closed_at is None and meeting.state != "dropped"
    if is_open and "facilitator" in by.rights:
        left = company.heirs(company.areas(session, archived=True))
        taking = frozenset(taking_part(session))
        return replace(by, on_behalf=taking, heir_of=frozenset(left), meeting_id=meeting.id)
    is_live = meeting.started_at is not None and meeting.ended_at is None
    return replace(by, meeting_id=meeting.id) if is_live else by


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
