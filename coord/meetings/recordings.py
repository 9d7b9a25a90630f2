"""What is said in the hour and has no room of its own: recorded, put right by another recording, found again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, requests
from coord.meetings.records import Item, Meeting, Recording
from coord.people import Mandate
from coord.refusal import Changed, Refused
from coord.text import N_, typed

KINDS = {
    "want": N_("Want"),
    "need": N_("Need"),
    "offer": N_("Offer"),
    "decision": N_("Decision"),
    "parked": N_("Parked"),
    "thanks": N_("Thanks"),
    "message": N_("Message"),
    "note": N_("Note"),
    "improvement": N_("Improve next time"),
    "handover": N_("Handed over"),
}
OPEN = ("live", "ended")  # the states of a meeting in which its minutes are still written


@dataclass(frozen=True, slots=True)
class Said:
    """A recording as it reads now, and what it said before, oldest first."""

    now: Recording
    before: tuple[Recording, ...] = ()

    @property
    def first(self) -> Recording:
        return self.before[0] if self.before else self.now

    @property
    def is_taken_back(self) -> bool:
        return self.now.text is None


@dataclass(frozen=True, slots=True)
class Mention:
    """One hour's agenda items and recordings about one subject."""

    meeting: Meeting
    items: tuple[Item, ...]
    said: tuple[Said, ...]


def record(
    session: Session,
    meeting_id: int,
    kind: str,
    *,
    text: str | None,
    area: int | None = None,
    to_area: int | None = None,
    item: int | None = None,
    subject: str | None = None,
    decided_by: str | None = None,
    by: Mandate,
    at: int,
) -> Recording:
    """Record what was said for an area, or for nobody in particular.

    Once the minutes are closed only a facilitator may, and it stands there as an amendment. The one improvement of an
    hour takes the place of the one before it.
    """
    if kind not in KINDS or kind == "handover":  # that one is written by handing over
        raise Refused("Choose what is recorded.")
    if kind == "decision" and not by.rights & {"facilitator", "director"}:
        raise Refused("A decision is recorded in the weekly hour, by whoever runs it.")
    meeting = _open(session, meeting_id, by)
    if kind == "improvement" and (there := improvement(session, meeting_id)) is not None:
        return correct(session, there.now.id, text=text, by=by, at=at)
    speaks_for = _speaker(by, area)
    if to_area is not None:
        company.area(session, to_area)
    if item is not None and (of := session.get(Item, item)) is not None and of.meeting_id == meeting.id:
        subject = subject or of.subject
    elif item is not None:
        raise Refused("This item is not on the agenda of this hour.")
    row = Recording(
        meeting_id=meeting.id,
        item_id=item,
        at=at,
        kind=kind,
        person_id=by.person_id,
        area_id=speaks_for,
        on_behalf=speaks_for is not None and by.is_on_behalf(speaks_for),
        to_area_id=to_area,
        subject=subject,
    )
    _write(row, text, decided_by)
    if row.text is None:
        raise Refused("Write a sentence, so that the minutes can say it.")
    session.add(row)
    session.flush()
    _tell_the_request(session, row, by, at)
    return row


def correct(
    session: Session, recording_id: int, *, text: str | None, by: Mandate, at: int, **facts: Any
) -> Recording:
    """Put a recording right by another one; without text it is taken back.

    `facts` may be area, to_area and decided_by; what is not given stays. Raises Changed when somebody has put it right
    since, Refused for whoever neither said nor recorded it and is no facilitator.
    """
    wrong = session.get(Recording, recording_id, populate_existing=True, with_for_update=True)
    if wrong is None:
        raise Refused("There is no such recording.")
    if unknown := facts.keys() - {"area", "to_area", "decided_by"}:
        raise TypeError(f"a recording knows no {', '.join(sorted(unknown))}")
    if session.scalar(select(Recording.id).where(Recording.corrects_id == wrong.id)) is not None:
        raise Changed(
            "Somebody else has put this right in the meantime. Look at what is new, then save again."
        )
    _open(session, wrong.meeting_id, by)
    _must_be_ones_own(wrong, by)
    area = _speaker(by, facts["area"]) if facts.get("area") is not None else wrong.area_id
    if (to_area := facts.get("to_area", wrong.to_area_id)) is not None:
        company.area(session, to_area)
    row = Recording(
        meeting_id=wrong.meeting_id,
        item_id=wrong.item_id,
        at=max(at, wrong.at),
        kind=wrong.kind,
        person_id=by.person_id,
        area_id=area,
        on_behalf=area is not None and area not in by.areas,
        to_area_id=to_area,
        subject=wrong.subject,
        corrects_id=wrong.id,
    )
    _write(row, text, facts.get("decided_by", wrong.decided_by))
    session.add(row)
    session.flush()
    if row.text is not None:
        _tell_the_request(session, row, by, at)
    return row


def recordings(session: Session, meeting_id: int) -> list[Said]:
    """Everything recorded in an hour as it reads now, also what was taken back, in the order in which it was said."""
    query = select(Recording).where(Recording.meeting_id == meeting_id)
    return chained(session.scalars(query.order_by(Recording.at, Recording.id)).all())


def improvement(session: Session, meeting_id: int) -> Said | None:
    """The one thing to do better next time, also one that was taken back."""
    return next((said for said in recordings(session, meeting_id) if said.now.kind == "improvement"), None)


def said_about(session: Session, subject: str) -> list[Mention]:
    """Everything ever said about something ("request:12") in any hour, the newest hour first."""
    meetings = {row.id: row for row in session.scalars(select(Meeting))}
    items = session.scalars(select(Item).where(Item.subject == subject).order_by(Item.id)).all()
    said = session.scalars(select(Recording).where(Recording.subject == subject).order_by(Recording.id)).all()
    found = [
        Mention(
            meetings[meeting_id],
            tuple(one for one in items if one.meeting_id == meeting_id),
            tuple(one for one in chained([r for r in said if r.meeting_id == meeting_id])),
        )
        for meeting_id in {one.meeting_id for one in items} | {one.meeting_id for one in said}
    ]
    return sorted(found, key=lambda mention: (mention.meeting.starts_at, mention.meeting.id), reverse=True)


def chained(rows: Sequence[Recording]) -> list[Said]:
    """Recordings and what put them right, in the order of what was said first."""
    next_of = {row.corrects_id: row for row in rows}
    return [_chain(row, next_of) for row in rows if row.corrects_id is None]


def _chain(first: Recording, next_of: dict[int | None, Recording]) -> Said:
    chain = [first]
    while (newer := next_of.get(chain[-1].id)) is not None:
        chain.append(newer)
    return Said(chain[-1], tuple(chain[:-1]))


def _tell_the_request(session: Session, row: Recording, by: Mandate, at: int) -> None:
    """A decision about an open request stands in its story too, and it no longer asks for one."""
    room, _, number = (row.subject or "").partition(":")
    is_about_one = room == "request" and number.isascii() and number.isdigit()
    if row.kind != "decision" or not is_about_one or "facilitator" not in by.rights:
        return
    asked = requests.there(session, int(number))
    if asked is not None and asked.state in requests.UNRESOLVED:
        requests.move(session, asked.id, "decide", by=replace(by, meeting_id=row.meeting_id), at=at, text=row.text,
                      decided_by=row.decided_by)  # fmt: skip


def _open(session: Session, meeting_id: int, by: Mandate) -> Meeting:
    """The meeting, while this person may write into its minutes."""
    meeting = session.get(Meeting, meeting_id, populate_existing=True, with_for_update={"read": True})
    if meeting is None:
        raise Refused("There is no such meeting.")
    if meeting.state == "closed" and "facilitator" in by.rights:
        return meeting
    if meeting.state == "closed":
        raise Refused("The minutes are closed. Ask a facilitator to amend them.")
    if meeting.state not in OPEN:
        raise Refused("Nothing is recorded before the hour begins.")
    return meeting


def _speaker(by: Mandate, area: int | None) -> int | None:
    """The area for which something is said; none is for those who run the hour or decide in it."""
    if area is not None:
        if not by.speaks_for(area):
            raise Refused("You don't speak for this area. Its head or a facilitator can record it.")
        return area
    if by.rights & {"facilitator", "director"}:
        return None
    if by.areas:
        return min(by.areas)
    raise Refused("Only those who speak for an area, directors and facilitators can record something.")


def _must_be_ones_own(row: Recording, by: Mandate) -> None:
    is_own = by.person_id is not None and row.person_id == by.person_id
    if "facilitator" in by.rights or is_own or (row.area_id is not None and row.area_id in by.areas):
        return
    raise Refused("Only the area that said it, whoever recorded it, or a facilitator can put it right.")


def _write(row: Recording, text: str | None, decided_by: str | None) -> None:
    row.text, row.decided_by = typed.prose(text), typed.line(decided_by)
    if row.kind == "decision" and row.text is not None and row.decided_by is None:
        raise Refused("Say who decided.")
    row.search = typed.fold(f"{row.text or ''} {row.decided_by or ''}")
