"""What falls due to whom, and when: found at any time after it, and written down once."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, meetings, people, record
from coord.meetings import Meeting
from coord.notices import contents, letters, rights, wishes
from coord.notices.letters import Part
from coord.notices.records import Choice, Letter, Notice, Sender
from coord.people import BY_AREA, CONSOLE, Person
from coord.record import Wanted
from coord.requests import Request
from coord.text import Words
from coord.worktime import Calendar

HOUR, DAY = 3_600, 86_400
BEFORE_HOUR = 16  # on the working day before the meeting
DUE_HOUR = 8  # on the working day before the promise's
MORNING, NIGHT = 7, 21  # in between, people are written to about a meeting that is over
PATIENCE = 2 * HOUR  # for minutes that nobody closes after the meeting
USEFUL = 3 * DAY  # so long after a meeting one still wants to read what one promised
MOST = 40  # letters written at once: the rest a minute later, so that nobody who saves waits for all of them
RIGHTS = "rights"  # a notice that nobody chooses: administrators get it
MOST_CHANGES = 10  # of rights in one letter; the rest come with the next
AHEAD = 14 * DAY  # so long the company may be closed before a meeting


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who wants to be told, and how they read."""

    person: Person
    kinds: frozenset[str]
    areas: frozenset[int]
    t: Words
    administers: bool = False

    def day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at, UTC).astimezone(self.t.zone).date()

    def hour_of(self, day: date, hour: int) -> int:
        return int(datetime.combine(day, time(hour), self.t.zone).timestamp())


@dataclass(frozen=True, slots=True)
class Due:
    """An occasion that has come for a reader; what there is to say is looked up when it is written."""

    reader: Reader
    kind: str
    occasion: str
    since_at: int
    until_at: int
    part: Callable[[], Part]


@dataclass(frozen=True, slots=True)
class Now:
    """What is the same for every reader."""

    session: Session
    at: int
    calendar: Calendar
    areas: frozenset[int]  # that take part in the meeting

    def open_day(self, day: date) -> date:
        """This day, or the last working day before it."""
        while not self.calendar.is_open(day):
            day -= timedelta(days=1)
        return day


def write_due(session: Session, at: int) -> int:
    """Write letters that are due by now, one to a person, whatever it is for; how many, and at most so many at once."""
    sender = wishes.sender(session)
    if sender is None or sender.on_since_at is None:
        return 0
    hours, promised = _meetings(session, at), _promised(session, at)
    told = record.entries(session, Wanted(("rights",), since=at - USEFUL, until=at + 1), by=CONSOLE, most=1)
    if not hours and not promised and not told:
        return 0
    now = Now(session, at, company.calendar(session), frozenset(meetings.taking_part(session)))
    found = [
        due
        for reader in _readers(session)
        for due in _due(now, reader, hours, promised)
        if due.kind in (RIGHTS, *reader.kinds) and sender.on_since_at <= due.since_at <= at < due.until_at
    ]
    written = _written(session, {due.occasion for due in found})
    by_person: dict[int, list[Due]] = {}
    for due in found:
        if (due.reader.person.id, due.kind, due.occasion) not in written:
            by_person.setdefault(due.reader.person.id, []).append(due)
    batch = [_fitting(dues) for dues in list(by_person.values())[:MOST]]
    for dues in batch:
        _write(session, sender, dues, at)
    return len(batch)


def _meetings(session: Session, at: int) -> list[Meeting]:
    """The meetings that somebody may have to be told about now."""
    soon = (Meeting.state == "planned") & Meeting.starts_at.between(at, at + AHEAD)
    over = Meeting.state.in_(("ended", "closed")) & (Meeting.ended_at > at - USEFUL - PATIENCE - DAY)
    return list(session.scalars(select(Meeting).where(soon | over).order_by(Meeting.starts_at)))


def _promised(session: Session, at: int) -> list[Request]:
    """The promises of the next days, soonest first."""
    today = company.calendar(session).day_of(at)
    last = today + timedelta(seconds=AHEAD)
    query = select(Request).where(Request.state == "promised", Request.promised_on.between(today, last))
    return list(session.scalars(query.order_by(Request.promised_on, Request.id)))


def _readers(session: Session) -> Iterator[Reader]:
    """Everybody active who can be reached, with the areas in use that they speak for."""
    home = company.the(session)
    choices = {row.person_id: row for row in session.scalars(select(Choice))}
    held, in_use = people.rights(session), {area.id for area in company.areas(session)}
    for person in people.people(session):
        choice = choices.get(person.id)
        if wishes.is_reached(person, choice):
            areas = {a for right, a in held.get(person.id, ()) if right in BY_AREA and a in in_use}
            t = Words(person.language or home.language, person.zone or home.zone)
            administers = ("admin", None) in held.get(person.id, ())
            yield Reader(
                person, wishes.wanted(choice).kinds, frozenset(a for a in areas if a), t, administers
            )


def _due(now: Now, reader: Reader, hours: Sequence[Meeting], promised: Sequence[Request]) -> Iterator[Due]:
    if reader.areas & now.areas:
        for meeting in hours:
            yield (_before if meeting.state == "planned" else _after)(now, reader, meeting)
    yield from _promises(now, reader, promised)
    if reader.administers:
        yield from _rights(now, reader)


def _rights(now: Now, reader: Reader) -> Iterator[Due]:
    """Whatever others did to anybody's rights: every administrator is told, whatever they chose, each entry once."""
    told = rights.changes_of_rights(now.session, reader.t, since=now.at - USEFUL, but=reader.person.id)
    for entry_id in sorted({one.entry_id for one in told}):
        mine = [one for one in told if one.entry_id == entry_id]
        yield Due(reader, RIGHTS, f"record:{entry_id}", mine[0].at, mine[0].at + USEFUL,
                  partial(contents.rights, mine, reader.t))  # fmt: skip


def _before(now: Now, reader: Reader, meeting: Meeting) -> Due:
    """The day before, also once more where the meeting was moved to another day."""
    held_on = reader.day_of(meeting.starts_at)
    return Due(
        reader,
        "before",
        f"meeting:{meeting.id}:{now.calendar.day_of(meeting.starts_at)}",
        reader.hour_of(now.open_day(held_on - timedelta(days=1)), BEFORE_HOUR),
        meeting.starts_at,
        lambda: contents.before(now.session, meeting, reader.areas, reader.person.id, reader.t, now.at),
    )


def _after(now: Now, reader: Reader, meeting: Meeting) -> Due:
    """As soon as the minutes are closed; where nobody closes them, two hours after the end. Never at night."""
    over_at = (meeting.ended_at or meeting.starts_at) + PATIENCE
    since_at = min(meeting.closed_at or over_at, over_at)
    day = reader.day_of(since_at)
    if since_at >= reader.hour_of(day, NIGHT):
        day += timedelta(days=1)
    return Due(
        reader,
        "after",
        f"meeting:{meeting.id}",
        max(since_at, reader.hour_of(day, MORNING)),
        since_at + USEFUL,
        lambda: contents.after(now.session, meeting, reader.areas, reader.t),
    )


def _promises(now: Now, reader: Reader, promised: Sequence[Request]) -> Iterator[Due]:
    """All that is promised until the next working day, on the last one before it; made by then, and still open."""
    today = reader.day_of(now.at)
    told_on = now.open_day(today)
    next_on, since_at = now.calendar.next_open_day(told_on), reader.hour_of(told_on, DUE_HOUR)
    mine = [
        row
        for row in promised
        if (row.answering_area_id in reader.areas or row.handler_id == reader.person.id)
        and row.promised_on is not None
        and today < row.promised_on <= next_on
        and (row.first_promised_at or 0) <= since_at
    ]
    if mine:
        yield Due(
            reader,
            "due",
            f"day:{told_on}",
            since_at,
            reader.hour_of(next_on, 0),
            lambda: contents.due(now.session, mine, reader.t),
        )


def _fitting(dues: list[Due]) -> list[Due]:
    """What one letter says: of changed rights the first ones."""
    changes = [due for due in dues if due.kind == RIGHTS]
    return [due for due in dues if due.kind != RIGHTS] + changes[:MOST_CHANGES]


def _written(session: Session, occasions: set[str]) -> set[tuple[int, str, str]]:
    query = select(Notice.person_id, Notice.kind, Notice.occasion).where(Notice.occasion.in_(occasions))
    return {(person_id, kind, occasion) for person_id, kind, occasion in session.execute(query)}


def _write(session: Session, sender: Sender, dues: Sequence[Due], at: int) -> None:
    """One letter for all of these, and the occasions that it is for: no other letter can be for one of them."""
    reader = dues[0].reader
    written = letters.write([due.part() for due in dues], reader.t, sender.link)
    row = Letter(
        person_id=reader.person.id,
        message_id=message_id(sender),
        subject=written.subject,
        text=written.text,
        html=written.html,
        written_at=at,
        next_at=at,
        useful_until_at=min(due.until_at for due in dues),
    )
    session.add(row)
    session.flush()
    session.add_all(
        Notice(person_id=reader.person.id, kind=due.kind, occasion=due.occasion, letter_id=row.id)
        for due in dues
    )
    session.flush()


def message_id(sender: Sender) -> str:
    """A new one; whatever is sent again keeps its own, so that a mail programme shows it once."""
    domain = sender.address.rpartition("@")[2]
    return f"<{secrets.token_hex(16)}@{domain if domain.isascii() else 'coord.invalid'}>"
