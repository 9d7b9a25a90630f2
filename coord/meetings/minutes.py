"""The minutes of an hour: drawn from what was recorded, closed by a facilitator, each person's own list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, goals, issues, people, requests
from coord.goals import CheckIn, Goal
from coord.issues import Issue, IssueOutcome, ProcedureChange
from coord.meetings import hours
from coord.meetings.attendance import Seat, attendance
from coord.meetings.recordings import Said, recordings
from coord.meetings.records import Item, Meeting
from coord.people import Mandate
from coord.proposal import SECTIONS
from coord.refusal import Changed, Refused, changed
from coord.requests import EventRow, Request

PLANNED = 55 * 60  # seconds that the hour is planned to take
PROMISING = frozenset({"promise", "agree", "renegotiate"})
SILENT = frozenset({"confirm_by_silence", "assign", "decide"})  # nothing that was said in the hour
_LATER = 1 << 40


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made in the hour.

    `day` is the promised day, `before` the one that it takes the place of; `words` are the mover's, or of an offer
    that was agreed to, what was offered.
    """

    request: Request
    event: EventRow
    day: date | None = None
    before: date | None = None
    words: str = ""

    @property
    def promiser(self) -> int:
        """The area whose promise it is, also where the other one agreed to its offer."""
        return self.event.to_area_id if self.event.verb == "agree" else self.event.from_area_id


@dataclass(frozen=True, slots=True)
class Used:
    """A section of the agenda, and the seconds that were planned and used for its items."""

    section: str
    planned: int
    used: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An issue that came to an end in the hour, and the procedure change that it ended in."""

    issue: Issue
    outcome: IssueOutcome
    change: ProcedureChange | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that an hour left behind, in the order in which it happened; what was taken back is left out."""

    meeting: Meeting
    number: int
    company: str
    people: Mapping[int, str]
    areas: Mapping[int, str]
    seats: tuple[Seat, ...]
    said: Mapping[str, tuple[Said, ...]]  # by kind
    asked: tuple[Moved, ...]
    promises: tuple[Moved, ...]  # the last one of each request
    declined: tuple[Moved, ...]
    delivered: tuple[Moved, ...]
    confirmed: tuple[Moved, ...]
    others: tuple[Moved, ...]  # questions, offers, comments, what needs a decision
    issues: tuple[Issue, ...]
    outcomes: tuple[Ended, ...]
    checks: tuple[ProcedureChange, ...]
    check_ins: tuple[tuple[CheckIn, Goal], ...]
    carried: tuple[Item, ...]
    dropped: tuple[Item, ...]
    settled: tuple[Item, ...]
    used: tuple[Used, ...]
    amendments: tuple[Said, ...]  # what was added or put right after the close

    @property
    def seconds(self) -> int:
        """How long the hour took, without pauses."""
        row = self.meeting
        if row.started_at is None or row.ended_at is None:
            return 0
        return max(row.ended_at - row.started_at - row.paused_seconds, 0)

    def kind(self, kind: str) -> tuple[Said, ...]:
        return self.said.get(kind, ())


@dataclass(frozen=True, slots=True)
class Mine:
    """What some areas leave an hour with: what they promised, what they wait for, what they are told."""

    promised: tuple[Moved, ...]
    waiting: tuple[Moved, ...]
    messages: tuple[Said, ...]


def minutes(session: Session, meeting_id: int) -> Minutes:
    """The minutes of an hour that has begun."""
    meeting = hours.meeting(session, meeting_id)
    if meeting.started_at is None:
        raise Refused("This hour has not begun, so there are no minutes yet.")
    said, span = recordings(session, meeting_id), _span(meeting)
    moved = _moved(session, meeting)
    items = session.scalars(
        select(Item).where(Item.meeting_id == meeting_id).order_by(Item.place, Item.id)
    ).all()
    return Minutes(
        meeting=meeting,
        number=hours.number(session, meeting),
        company=company.the(session).name,
        people={person.id: people.called(person) for person in people.people(session, archived=True)},
        areas={area.id: area.name for area in company.areas(session, archived=True)},
        seats=tuple(attendance(session, meeting_id)),
        said=_by_kind(said),
        asked=_with(moved, {"ask"}),
        promises=_promises(session, moved),
        declined=_with(moved, {"decline"}),
        delivered=_with(moved, {"deliver"}),
        confirmed=_with(moved, {"confirm"}),
        others=_others(moved, said),
        issues=tuple(
            r for r in issues.written_between(session, *span) if _belongs(meeting, r.meeting_id, r.written_at)
        ),
        outcomes=_outcomes(session, meeting),
        checks=tuple(
            r
            for r in issues.checks_between(session, *span)
            if _belongs(meeting, r.checked_meeting_id, r.checked_at)
        ),
        check_ins=_check_ins(session, meeting),
        carried=_in_state(items, "carried", "parked"),
        dropped=_in_state(items, "dropped"),
        settled=_in_state(items, "settled"),
        used=_used(items),
        amendments=_amendments(meeting, said),
    )


def close(session: Session, meeting_id: int, *, seen: int, by: Mandate, at: int) -> Meeting:
    """Close the minutes. From here on whatever changes them is an amendment, and the pulse is shown."""
    row = session.get(Meeting, meeting_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such meeting.")
    if by.person_id is None or "facilitator" not in by.rights:
        raise Refused("Only a facilitator closes the minutes.")
    if row.state == "closed":
        raise Changed("The minutes are closed already.")
    if row.state != "ended":
        raise Refused("End the hour first, then close its minutes.")
    if row.version != seen:
        raise changed()
    row.state, row.closed_at = "closed", max(at, row.ended_at or at)
    session.flush()
    return row


def mine(of: Minutes, areas: Collection[int], person_id: int | None = None) -> Mine:
    """What these areas, and the person who handles it, promised in an hour, what they wait for, what was left for them."""
    promised = [
        m
        for m in of.promises
        if m.promiser in areas or (person_id is not None and m.request.handler_id == person_id)
    ]
    answered = {m.request.id for m in of.promises}
    waiting = [m for m in of.promises if m.request.asking_area_id in areas]
    waiting += [
        m
        for m in of.asked
        if m.request.asking_area_id in areas
        and m.request.id not in answered
        and m.request.resolved_at is None
    ]
    by_day = sorted(promised, key=_day), sorted(waiting, key=_day)
    told = tuple(said for said in of.kind("message") if said.now.to_area_id in areas)
    return Mine(tuple(by_day[0]), tuple(by_day[1]), told)


_TOLD = PROMISING | SILENT | {"ask", "decline", "deliver", "confirm"}


def _day(moved: Moved) -> tuple[date, int]:
    return moved.day or date.max, moved.request.id


def _moved(session: Session, meeting: Meeting) -> list[Moved]:
    events = requests.in_meeting(session, meeting.id, meeting.started_at, meeting.ended_at or _LATER)
    rows = requests.these(session, (event.request_id for event in events))
    return [Moved(rows[event.request_id], event, event.day, words=event.text or "") for event in events]


def _with(moved: Iterable[Moved], verbs: Collection[str]) -> tuple[Moved, ...]:
    return tuple(m for m in moved if m.event.verb in verbs)


def _others(moved: Iterable[Moved], said: Iterable[Said]) -> tuple[Moved, ...]:
    """The moves that stand nowhere else; a decision about a request stands among the decisions."""
    decided = {one.now.subject for one in said if one.now.kind == "decision"}
    return tuple(
        m
        for m in moved
        if m.event.verb not in _TOLD
        and not (m.event.verb == "decide" and f"request:{m.request.id}" in decided)
    )


def _promises(session: Session, moved: Iterable[Moved]) -> tuple[Moved, ...]:
    """The last promise of each request, with its day and the one before; by area and day."""
    last = {m.request.id: m for m in moved if m.event.verb in PROMISING}
    found = [m if m.event.verb == "promise" else _dated(session, m) for m in last.values()]
    return tuple(sorted(found, key=lambda m: (m.promiser, *_day(m))))


def _dated(session: Session, moved: Moved) -> Moved:
    """An agreement with what was offered for which day, or a new day with the one that was promised before."""
    offered: EventRow | None = None
    promised: date | None = None
    for event in requests.story(session, moved.request.id):
        if event.seq == moved.event.seq:
            break
        if event.verb == "counter":
            offered = event
        elif event.verb in PROMISING:
            promised = offered.day if event.verb == "agree" and offered else event.day
    if moved.event.verb == "agree" and offered is not None:
        return replace(moved, day=offered.day, words=offered.text or "")
    return replace(moved, before=promised)


def _span(meeting: Meeting) -> tuple[int, int]:
    """From the opening of the agenda until the minutes were closed: in it lies whatever was recorded for the hour."""
    begun = min(at for at in (meeting.opened_at, meeting.started_at) if at is not None)
    return begun, (meeting.closed_at or _LATER) + 1


def _belongs(meeting: Meeting, recorded_in: int | None, at: int | None) -> bool:
    """Whether something was recorded in this hour, or done by itself while it ran."""
    if recorded_in is not None or at is None:
        return recorded_in == meeting.id
    return (meeting.started_at or 0) <= at <= (meeting.ended_at or _LATER)


def _outcomes(session: Session, meeting: Meeting) -> tuple[Ended, ...]:
    rows = issues.outcomes_between(session, *_span(meeting))
    return tuple(
        Ended(
            issues.issue(session, row.issue_id),
            row,
            issues.change(session, row.change_id) if row.change_id is not None else None,
        )
        for row in rows
        if _belongs(meeting, row.meeting_id, row.at)
    )


def _check_ins(session: Session, meeting: Meeting) -> tuple[tuple[CheckIn, Goal], ...]:
    """The last check-in of each goal."""
    rows = goals.checked_in_between(session, *_span(meeting))
    last = {row.goal_id: row for row in rows if _belongs(meeting, row.meeting_id, row.at)}
    return tuple((row, goals.goal(session, row.goal_id)) for row in last.values())


def _in_state(items: Sequence[Item], *states: str) -> tuple[Item, ...]:
    order = list(SECTIONS)
    return tuple(
        sorted((i for i in items if i.state in states), key=lambda i: (order.index(i.section), i.place, i.id))
    )


def _used(items: Sequence[Item]) -> tuple[Used, ...]:
    """The sections that had something planned, or took time, in their order."""
    found = []
    for section in SECTIONS:
        there = tuple(
            i for i in items if i.section == section and (i.used or i.state not in ("dropped", "settled"))
        )
        if there:
            found.append(Used(section, 60 * sum(i.minutes for i in there), sum(i.used for i in there), there))
    return tuple(found)


def _by_kind(said: Iterable[Said]) -> dict[str, tuple[Said, ...]]:
    found: dict[str, tuple[Said, ...]] = {}
    for one in said:
        if not one.is_taken_back:
            found[one.now.kind] = (*found.get(one.now.kind, ()), one)
    return found


def _amendments(meeting: Meeting, said: Iterable[Said]) -> tuple[Said, ...]:
    """What was added or put right after the close. To choose the one improvement then is no amendment."""
    closed = meeting.closed_at
    if closed is None:
        return ()
    return tuple(one for one in said if one.now.at > closed and (one.before or one.now.kind != "improvement"))
