"""The weekly series: when the hour is, who runs it in turn, and which meetings that makes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coord import company, people
from coord.meetings.hours import LATE, facilitators, meeting, monday_of, the_series
from coord.meetings.records import Facilitating, LeftOut, Meeting, Series
from coord.people import Mandate
from coord.refusal import Refused, changed
from coord.text import DAY, N_, typed
from coord.worktime import Calendar

WEEKS = 6
FURTHEST = 366 * DAY  # an hour that is moved further than this was mistyped

HOLIDAY_RULES = {
    "skip": N_("Not held in that week"),
    "next_working_day": N_("Held on the next working day"),
    "keep": N_("Held all the same"),
}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the series is wished for, as typed; its weekday is the company's setting."""

    starts_minute: int = 600  # of the day, on the clock of the zone
    zone: str | None = None
    link: str | None = None
    holiday_rule: str = "skip"
    facilitators: tuple[int, ...] = ()  # people, in their turn
    left_out: frozenset[int] = frozenset()  # areas


def arrange(session: Session, wish: Arrangement, *, seen: int, by: Mandate, at: int) -> Series:
    """Set how the series goes on; `seen` is its version, 0 where there is none. Untouched meetings follow."""
    must_run(by)
    company.one_at_a_time(session)
    row = the_series(session)
    if (row.version if row else 0) != seen:
        raise changed()
    if row is None:
        row = Series(begins_on=company.calendar(session).day_of(at))
        session.add(row)
    _apply(session, row, wish)
    session.flush()
    plan(session, at=at)
    return row


def plan(session: Session, *, at: int, weeks: int = WEEKS) -> int:
    """Make the next weeks' meetings that are missing and let untouched ones follow the series; how many changed."""
    # kept from others: two who plan at once would both make the same week's meeting
    row = session.get(Series, 1, populate_existing=True, with_for_update=True)
    if row is None:
        return 0
    calendar = company.calendar(session)
    today = calendar.day_of(at)
    weekday = company.the(session).meeting_weekday
    in_turn, known = facilitators(session), _by_week(session, today)
    last = _last_to_run(session, today)
    count = 0
    for week in range(weeks + 1):
        monday = monday_of(today) + timedelta(weeks=week)
        day = monday + timedelta(days=weekday)
        found = known.get(monday)
        if found is None or _is_untouched(found, at):
            wish = _planned(row, calendar, day)
            if found is None and (day < row.begins_on or wish["starts_at"] <= at):
                continue
            wish["facilitator_id"] = _next(in_turn, last)
            found, is_new = _follow(session, found, wish)
            count += is_new
        if found.state != "dropped" and found.facilitator_id is not None:
            last = found.facilitator_id
    session.flush()
    return count


def ahead(session: Session, wish: Arrangement, weekday: int, *, at: int, many: int = 3) -> list[int]:
    """When the next hours of a series would be that was arranged like this; nothing is kept."""
    row = Series(starts_minute=wish.starts_minute, zone=wish.zone, holiday_rule=wish.holiday_rule)
    calendar = company.calendar(session)
    monday = monday_of(calendar.day_of(at))
    weeks = (_planned(row, calendar, monday + timedelta(weeks=n, days=weekday)) for n in range(many + WEEKS))
    held = (week["starts_at"] for week in weeks if week["state"] == "planned")
    return [starts_at for starts_at in held if starts_at > at][:many]


def move(
    session: Session,
    meeting_id: int,
    *,
    starts_at: int,
    why: str | None = None,
    seen: int,
    by: Mandate,
    at: int,
) -> Meeting:
    """Hold one meeting at another time; the series leaves it there."""
    row = _to_change(session, meeting_id, "planned", seen, by)
    _must_lie_ahead(starts_at, at)
    if starts_at > at + FURTHEST:
        raise Refused("This day lies too far ahead. Choose an earlier one.")
    row.starts_at, row.why, row.by_hand = starts_at, typed.prose(why), True
    session.flush()
    return row


def drop(session: Session, meeting_id: int, *, why: str, seen: int, by: Mandate, at: int) -> Meeting:
    """Leave one meeting out, and say why; topics that people added go to the next one's agenda."""
    row = _to_change(session, meeting_id, "planned", seen, by)
    if (said := typed.prose(why)) is None:
        raise Refused("Say why this meeting is not held.")
    row.state, row.why, row.by_hand = "dropped", said, True
    session.flush()
    return row


def restore(session: Session, meeting_id: int, *, seen: int, by: Mandate, at: int) -> Meeting:
    """Hold a meeting that was dropped, or skipped for a closed day, at its time after all."""
    row = _to_change(session, meeting_id, "dropped", seen, by)
    _must_lie_ahead(row.starts_at, at)
    row.state, row.why, row.by_hand = "planned", None, True
    if row.facilitator_id is None:
        row.facilitator_id = _next(facilitators(session), _last_to_run(session, row.planned_on))
    session.flush()
    return row


def let_go(session: Session, *, at: int) -> int:
    """Meetings that nobody began within six hours of their time were not held; how many."""
    query = select(Meeting).where(Meeting.state == "planned", Meeting.starts_at <= at - LATE)
    rows = session.scalars(query.order_by(Meeting.id)).all()
    for row in rows:
        row.state = "dropped"
    session.flush()
    return len(rows)


def must_run(by: Mandate) -> None:
    """Refuses whoever neither facilitates nor administers."""
    if not by.rights & {"facilitator", "admin"}:
        raise Refused("Only a facilitator or an administrator can change this.")


def instant(day: date, minute: int, zone: str) -> int:
    """A minute of a local day as an instant; read an hour later where the clock jumps over it."""
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(zone))
    return int(local.timestamp())


def _apply(session: Session, row: Series, wish: Arrangement) -> None:
    if not 0 <= wish.starts_minute < 24 * 60:
        raise Refused("Choose the hour at which the meeting begins.")
    if wish.zone is not None:
        company.check_zone(wish.zone)
    if wish.holiday_rule not in HOLIDAY_RULES:
        raise Refused("Choose what happens when the company is closed on the meeting's day.")
    row.starts_minute, row.zone, row.link = wish.starts_minute, wish.zone, typed.link(wish.link)
    row.holiday_rule = wish.holiday_rule
    _take_turns(session, wish.facilitators)
    _leave_out(session, wish.left_out)
    # people and areas lie in tables of their own, and are part of the form
    flag_modified(row, "holiday_rule")


def _take_turns(session: Session, wanted: Sequence[int]) -> None:
    held = people.rights(session)
    for person_id in wanted:
        row = people.person(session, person_id)
        if row.archived_at is not None or ("facilitator", None) not in held.get(person_id, ()):
            raise Refused("{name} doesn't have the right to facilitate.", name=people.called(row))
    for old in session.scalars(select(Facilitating)).all():
        session.delete(old)
    session.flush()
    places = dict.fromkeys(wanted)
    session.add_all(Facilitating(person_id=p, place=place) for place, p in enumerate(places))


def _leave_out(session: Session, wanted: frozenset[int]) -> None:
    for area_id in wanted:
        company.area(session, area_id)
    there = {row.area_id: row for row in session.scalars(select(LeftOut))}
    for gone in there.keys() - wanted:
        session.delete(there[gone])
    session.add_all(LeftOut(area_id=area_id) for area_id in sorted(wanted - there.keys()))


def _planned(row: Series, calendar: Calendar, day: date) -> dict[str, Any]:
    """The meeting of a week as the series has it."""
    # a company may well meet on a Saturday: what counts is whether this one is a holiday or a closing day
    closed = not replace(calendar, weekend=calendar.weekend - {day.weekday()}).is_open(day)
    held_on = calendar.next_open_day(day) if closed and row.holiday_rule == "next_working_day" else day
    starts_at = instant(held_on, row.starts_minute, row.zone or calendar.zone)
    state = "dropped" if closed and row.holiday_rule == "skip" else "planned"
    return {"planned_on": day, "starts_at": starts_at, "state": state, "link": row.link}


def _follow(session: Session, found: Meeting | None, wish: dict[str, Any]) -> tuple[Meeting, bool]:
    """The meeting as wished, and whether anything in it is new."""
    if wish["state"] == "dropped":
        wish["facilitator_id"] = None
    if found is None:
        found = Meeting(**wish)
        session.add(found)
        return found, True
    is_new = any(getattr(found, name) != value for name, value in wish.items())
    for name, value in wish.items():
        setattr(found, name, value)
    return found, is_new


def _is_untouched(row: Meeting, at: int) -> bool:
    """Whether the series still decides about it."""
    return (
        not row.by_hand
        and row.opened_at is None
        and row.starts_at > at
        and row.state in ("planned", "dropped")
    )


def _by_week(session: Session, today: date) -> dict[date, Meeting]:
    rows = session.scalars(select(Meeting).where(Meeting.planned_on >= monday_of(today)))
    return {monday_of(row.planned_on): row for row in rows}


def _last_to_run(session: Session, day: date) -> int | None:
    """Who ran the last meeting of the weeks before."""
    query = select(Meeting.facilitator_id).where(
        Meeting.state != "dropped", Meeting.facilitator_id.is_not(None), Meeting.planned_on < monday_of(day)
    )
    return session.scalar(query.order_by(Meeting.planned_on.desc()).limit(1))


def _next(in_turn: Sequence[int], last: int | None) -> int | None:
    if not in_turn:
        return None
    return in_turn[(in_turn.index(last) + 1) % len(in_turn)] if last in in_turn else in_turn[0]


def _to_change(session: Session, meeting_id: int, state: str, seen: int, by: Mandate) -> Meeting:
    must_run(by)
    row = meeting(session, meeting_id)
    if row.version != seen:
        raise changed()
    if row.state != state:
        raise Refused("This meeting can no longer be changed like this. Look at its state first.")
    return row


def _must_lie_ahead(starts_at: int, at: int) -> None:
    if starts_at <= at:
        raise Refused("This time has passed. Choose a later one.")
