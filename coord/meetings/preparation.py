"""What an area does before the hour: sees what will be asked of it, fills what is missing, says what it wants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, goals, requests, roles
from coord.goals import Goal
from coord.meetings import hours
from coord.meetings.items import items
from coord.meetings.records import Item, Preparation
from coord.people import Mandate
from coord.refusal import Refused, changed
from coord.requests import Request
from coord.text import typed

WANT = 255


@dataclass(frozen=True, slots=True)
class Missing:
    """What somebody can still do before the hour."""

    check_ins: Sequence[Goal]
    answers: Sequence[Request]  # whatever waits for a move of these areas
    past: Sequence[Request]  # promises whose day has passed
    roles: roles.Missing

    @property
    def count(self) -> int:
        own = (self.check_ins, self.answers, self.past, self.roles.overdue, self.roles.unacknowledged)
        return sum(map(len, own))


def prepare(
    session: Session, meeting_id: int, area_id: int, *, want: str | None, seen: int, by: Mandate, at: int
) -> Preparation:
    """Say that an area is prepared, and the one thing it wants; again to change that. `seen` is 0 the first time."""
    if not by.speaks_for(area_id):
        raise Refused(
            "Only the head of this area, a deputy, or the facilitator once the agenda is open, can do this."
        )
    if hours.kept(session, meeting_id).state not in ("planned", "live"):
        raise Refused("This hour is over. Prepare the next one.")
    said = typed.line(want, WANT)
    row = session.get(Preparation, (meeting_id, area_id), populate_existing=True)
    if (row.version if row else 0) != seen:
        raise changed()
    if row is None:
        row = Preparation(meeting_id=meeting_id, area_id=area_id)
        session.add(row)
    row.want, row.prepared_at, row.person_id = said, at, by.person_id
    row.on_behalf = by.is_on_behalf(area_id)
    session.flush()
    return row


def prepared(session: Session, meeting_id: int) -> Mapping[int, Preparation | None]:
    """Each area that takes part, and its preparation where there is one."""
    rows = session.scalars(select(Preparation).where(Preparation.meeting_id == meeting_id))
    found = {row.area_id: row for row in rows if row.prepared_at is not None}
    return {area: found.get(area) for area in hours.taking_part(session)}


def asked_of(session: Session, meeting_id: int, area_id: int) -> list[Item]:
    """The items that concern an area, those first in which it is waited for; each says why it is there."""
    rows = [row for row in items(session, meeting_id) if row.state == "open" and area_id in row.areas]
    return sorted(rows, key=lambda row: row.areas[0] != area_id)


def missing(session: Session, *, areas: Iterable[int], person_id: int, at: int) -> Missing:
    """The check-ins, answers and role reviews that these areas, and this person, have not given yet."""
    areas = list(areas)
    today = company.calendar(session).day_of(at)
    inbox = requests.inbox(session, areas=areas, person_id=person_id)
    return Missing(
        goals.missing(session, areas=areas, today=today),
        [*inbox.answer, *inbox.offered, *inbox.tell, *inbox.confirm],
        [row for row in inbox.keep if row.promised_on is not None and row.promised_on < today],
        roles.missing(session, areas=areas, person_id=person_id, today=today),
    )
