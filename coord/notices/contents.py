"""What a letter says on each occasion, taken from the rooms in the reader's language."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from coord import company, meetings, people
from coord.meetings import Meeting, Moved, Said
from coord.notices.letters import Group, Line, Part, cut
from coord.notices.rights import Told
from coord.requests import Request
from coord.text import Words


def before(
    session: Session, meeting: Meeting, areas: Collection[int], person_id: int, t: Words, at: int
) -> Part:
    """What the agenda asks of these areas and why, and how much they have not said yet; and where to prepare."""
    name = partial(_area, session)
    rows = {row.id: row for area in sorted(areas) for row in meetings.asked_of(session, meeting.id, area)}
    asked = [
        Line(cut(row.title), next((cut(reason.said(t, name)) for reason in meetings.reasons(row)), ""))
        for row in rows.values()
    ]
    missing = meetings.missing(session, areas=areas, person_id=person_id, at=at).count
    lead = t("Nothing is asked of you so far. What do you want to ask?")
    if missing:
        lead = t.plural(
            "{n} answer is still missing from you.", "{n} answers are still missing from you.", missing
        )
    return Part(
        t("Meeting on {when}: what will be asked of you", when=t.instant(meeting.starts_at)),
        [Group(t("On the agenda"), asked)] if asked else [],
        lead if missing or not asked else "",
        (t("My preparation"), "/preparation"),
    )


def after(session: Session, meeting: Meeting, areas: Collection[int], t: Words) -> Part:
    """What these areas promised in the hour, what they wait for, and what was left for them."""
    mine = meetings.mine(meetings.minutes(session, meeting.id), areas)
    groups = [
        Group(t("You promised"), [_promised(session, moved, t) for moved in _open(mine.promised)]),
        Group(t("Messages to you"), [_message(session, said, t) for said in mine.messages]),
        Group(t("You wait for"), [_waiting(session, moved, t) for moved in _open(mine.waiting)]),
    ]
    groups = [group for group in groups if group.lines]
    return Part(
        t("After the meeting on {day}", day=_day(date.fromisoformat(t.iso(meeting.starts_at)[:10]), t)),
        groups,
        "" if groups else t("You promised nothing new, and nothing was left for you."),
        (t("Minutes"), f"/minutes?meeting={meeting.id}"),
    )


def due(session: Session, promised: Sequence[Request], t: Words) -> Part:
    """Promises whose day comes next."""
    lines = [Line(cut(row.what), _for(session, row.asking_area_id, row.promised_on, t)) for row in promised]
    last = max(row.promised_on for row in promised if row.promised_on)
    return Part(
        t("Promises due by {day}", day=_day(last, t)),
        [Group(t("You promised"), lines)],
        link=(t("Deliver, or change the date"), "/"),
    )


def rights(told: Sequence[Told], t: Words) -> Part:
    """What somebody did to somebody's rights: said in the subject, so that it is read without opening it."""
    lines = [Line(cut(one.sentence)) for one in told[1:]]
    return Part(
        cut(told[0].sentence),
        [Group(t("At the same time"), lines)] if lines else [],
        t.instant(told[0].at),
        (t("See the record"), "/company?part=record"),
    )


def _open(moved: Sequence[Moved]) -> list[Moved]:
    return [one for one in moved if one.request.resolved_at is None]


def _promised(session: Session, moved: Moved, t: Words) -> Line:
    day = moved.request.promised_on or moved.day
    return Line(cut(moved.request.what), _for(session, moved.request.asking_area_id, day, t))


def _waiting(session: Session, moved: Moved, t: Words) -> Line:
    row, area = moved.request, _area(session, moved.request.answering_area_id)
    if row.promised_on is None:
        return Line(cut(row.what), t("{area} has not answered yet.", area=area))
    return Line(cut(row.what), t("{area} promised it for {day}.", area=area, day=_day(row.promised_on, t)))


def _message(session: Session, said: Said, t: Words) -> Line:
    row = said.now
    if row.area_id is not None:
        return Line(cut(row.text), t("From {area}", area=_area(session, row.area_id)))
    who = people.name_of(people.person(session, row.person_id), t) if row.person_id is not None else ""
    return Line(cut(row.text), t("From {area}", area=cut(who)) if who else "")


def _for(session: Session, area_id: int, day: date | None, t: Words) -> str:
    area = _area(session, area_id)
    return t("For {area}, by {day}", area=area, day=_day(day, t)) if day else t("For {area}", area=area)


def _day(day: date, t: Words) -> str:
    return f"{t.weekday(day)} {t.day(day)}"


def _area(session: Session, area_id: int) -> str:
    return cut(company.area(session, area_id).name)
