"""Who takes part in an hour: said by people themselves or by the facilitator, never by a browser that is there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.meetings.hours import kept, left_out
from coord.meetings.hours import meeting as the_meeting
from coord.meetings.records import Attendance, Meeting
from coord.people import Mandate
from coord.refusal import Refused
from coord.text import N_, typed

STATUSES = {
    "present": N_("Here"),
    "remote": N_("Here by video"),
    "late": N_("Came late"),
    "stood_in": N_("Stood in for"),
    "excused": N_("Excused"),
    "absent": N_("Not here"),
}
HERE = frozenset({"present", "remote", "late", "stood_in"})
BEFORE = frozenset({"present", "remote", "stood_in", "excused"})  # what can be said before the hour


@dataclass(frozen=True, slots=True)
class Seat:
    """An area that takes part, or a guest, and what is known about who is here for it; no status when nothing is."""

    area_id: int | None
    person_id: int | None
    status: str | None = None
    text: str | None = None

    @property
    def is_here(self) -> bool:
        return self.status in HERE


def mark(
    session: Session,
    meeting_id: int,
    *,
    area: int | None = None,
    person: int | None = None,
    status: str,
    speaker: int | None = None,
    text: str | None = None,
    by: Mandate,
    at: int,
) -> Attendance:
    """Say who is here for an area, or whether a guest is; `text` says who stands in, or why somebody is excused."""
    if status not in STATUSES:
        raise Refused("Choose who is here, and how.")
    if (area is None) == (person is None):
        raise Refused("Choose who is here, and how.")
    meeting = kept(session, meeting_id)  # two who mark somebody at once would both be the first
    _must_be_allowed(meeting, area, person, status, by)
    said = typed.line(text)
    if status == "stood_in" and speaker is None and said is None:
        raise Refused("Say who stands in.")
    if area is not None:
        company.area(session, area)
        if speaker is None and status in HERE - {"stood_in"}:
            speaker = _head(session, area, by)
    for person_id in (person, speaker):
        if person_id is not None and people.person(session, person_id).archived_at is not None:
            raise Refused("This person is no longer active.")
    who = f"area:{area}" if area is not None else f"person:{person}"
    row = session.get(Attendance, (meeting.id, who), populate_existing=True)
    if row is None:
        row = Attendance(meeting_id=meeting.id, who=who, area_id=area)
        session.add(row)
    row.person_id, row.status, row.text = speaker if area is not None else person, status, said
    row.at = at
    session.flush()
    return row


def all_here(session: Session, meeting_id: int, *, by: Mandate, at: int) -> int:
    """Mark every area of which nothing is known yet as here; how many."""
    if "facilitator" not in by.rights:
        raise Refused("Only a facilitator marks everybody at once.")
    unknown = [seat.area_id for seat in attendance(session, meeting_id) if seat.status is None]
    for area_id in unknown:
        mark(session, meeting_id, area=area_id, status="present", by=by, at=at)
    return len(unknown)


def attendance(session: Session, meeting_id: int) -> list[Seat]:
    """A seat for every area that takes part, in the areas' order, then the guests by name."""
    meeting = the_meeting(session, meeting_id)
    rows = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
    by_area = {row.area_id: row for row in rows if row.area_id is not None}
    out = left_out(session)
    seats = []
    for area in company.areas(session, archived=True):
        if (row := by_area.get(area.id)) and _had_a_seat(area, meeting):
            seats.append(Seat(area.id, row.person_id, row.status, row.text))
        elif area.archived_at is None and area.id not in out:
            seats.append(Seat(area.id, None))
    names = {person.id: typed.fold(person.name) for person in people.people(session, archived=True)}
    guests = sorted(
        (r for r in rows if r.area_id is None), key=lambda r: (names.get(r.person_id or 0, ""), r.who)
    )
    return seats + [Seat(None, row.person_id, row.status, row.text) for row in guests]


def _had_a_seat(area: company.Area, meeting: Meeting) -> bool:
    """Whether an area was in use when the hour began; before that, whether it still is."""
    begun_at = meeting.started_at
    return area.archived_at is None or (begun_at is not None and begun_at <= area.archived_at)


def _must_be_allowed(
    meeting: Meeting, area: int | None, person: int | None, status: str, by: Mandate
) -> None:
    if meeting.state in ("closed", "dropped"):
        raise Refused("The minutes are closed. Add a note to them instead.")
    if meeting.state == "planned" and status not in BEFORE:
        raise Refused("Before the hour one can say who comes, stands in or is excused.")
    if "facilitator" in by.rights:
        return
    if meeting.state == "ended":
        raise Refused("The hour is over. A facilitator can still put down who was here.")
    is_own = area in by.areas if area is not None else person == by.person_id
    if not is_own:
        raise Refused("Only the area itself or a facilitator says who is here for it.")


def _head(session: Session, area_id: int, by: Mandate) -> int | None:
    """Who speaks for an area where nobody was named: whoever says so for their own area, else its one head."""
    if area_id in by.areas:
        return by.person_id
    heads = people.heads(session).get(area_id, [])
    return heads[0].id if len(heads) == 1 else None
