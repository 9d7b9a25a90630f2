"""The agenda that the rooms propose, kept up to date until the hour begins."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from coord import company, goals, issues, requests, roles
from coord.meetings import carrying, hours
from coord.meetings.items import DECISION, STANDING, in_place, items, note
from coord.meetings.recordings import improvement
from coord.meetings.records import Item, Meeting
from coord.meetings.template import Known, Template, is_fixed, template
from coord.meetings.unusual import with_how_unusual
from coord.proposal import SECTIONS, AgendaItem
from coord.text import N_, typed

MOST = 25  # proposals that a section takes: more than an hour can look at, and no area left out


class Proposes(Protocol):
    def __call__(self, session: Session, *, at: int, today: date) -> list[AgendaItem]: ...


# One function a room: a new kind of item needs one more here, and nothing else.
PROPOSERS: tuple[Proposes, ...] = (goals.proposals, requests.proposals, issues.proposals, roles.proposals)

# What settled an item before the hour, by how its kind begins.
SETTLED = {
    "request_unanswered": N_("Answered before the hour."),
    "request_to_confirm": N_("Confirmed, or sent back, before the hour."),
    "promise": N_("Delivered, or given a new day, before the hour."),
    "goal": N_("The area has said how it stands before the hour."),
    "change": N_("Checked before the hour."),
    "role": N_("Looked at before the hour."),
    "": N_("Settled before the hour."),
}


def collect(session: Session, meeting_id: int, *, at: int) -> int:
    """Bring a planned meeting's agenda up to date with what the rooms propose; how many items changed.

    What is no longer proposed is settled, with a note; what was dropped stays so, and what was put in its place
    by hand stays there. From the start of the hour on the agenda is left as it is.
    """
    meeting = hours.meeting(session, meeting_id)
    if meeting.state != "planned":
        return 0
    count = carrying.bring_topics(session, meeting)
    base = template(_known(session, meeting))
    proposed = _proposed(session, meeting, base, at)
    before = {row.subject: row for row in items(session, meeting.id) if row.subject is not None}
    taken = {one.subject: one for one in [*base.fixed, *_enough(proposed)]}
    # what is on the agenda stays there as long as it is proposed, however much else has come
    taken |= {one.subject: one for one in proposed if one.subject in before}
    count += sum(_settle(session, row) for subject, row in before.items() if subject not in taken)
    for subject, one in taken.items():
        found = before.get(subject)
        count += _renew(session, found, one) if found is not None else _add(session, meeting, one)
    session.flush()
    return count + arrange_items(session, meeting)


def arrange_items(session: Session, meeting: Meeting) -> int:
    """Put each section in order: decisions first, rounds area by area, the heaviest first; what a hand placed stays."""
    turn = {area: place for place, area in enumerate(hours.in_turn(session, meeting))}
    rows = [row for row in items(session, meeting.id) if row.state in STANDING]
    count = 0
    for section in SECTIONS:
        here = [row for row in rows if row.section == section]
        order = sorted((row for row in here if not row.placed), key=lambda row: _rank(row, turn))
        for row in sorted((row for row in here if row.placed), key=lambda row: (row.place, row.id)):
            order.insert(row.place, row)
        count += in_place(session, order)
    return count


def _known(session: Session, meeting: Meeting) -> Known:
    before = hours.before(session, meeting)
    said = improvement(session, before.id) if before is not None else None
    words = said.now.text if said is not None else None
    return Known(hours.number(session, meeting), len(hours.taking_part(session)), before, words)


def _proposed(session: Session, meeting: Meeting, base: Template, at: int) -> list[AgendaItem]:
    """What the rooms propose for the meeting's day, without areas that don't take part."""
    today = company.calendar(session).day_of(meeting.starts_at)
    out = hours.left_out(session)
    found = [one for propose in PROPOSERS for one in propose(session, at=at, today=today)
             if one.section in base.sections and not (one.areas and set(one.areas) <= out)]  # fmt: skip
    return with_how_unusual(session, found, at=at)


def _enough(proposed: Sequence[AgendaItem]) -> list[AgendaItem]:
    """At most so many a section: every decision, and of each area the heaviest before any area's second."""
    found: list[AgendaItem] = []
    for section in SECTIONS:
        there: dict[int, int] = {}
        ranked = []
        for one in sorted((p for p in proposed if p.section == section), key=lambda p: -p.weight):
            area = one.areas[0] if one.areas else 0
            ranked.append((one.kind != DECISION, there.get(area, 0), -one.weight, one.subject, one))
            there[area] = there.get(area, 0) + 1
        found += [rank[-1] for rank in sorted(ranked, key=lambda rank: rank[:4])[:MOST]]
    return found


def _add(session: Session, meeting: Meeting, one: AgendaItem) -> int:
    session.add(
        Item(
            meeting_id=meeting.id,
            section=one.section,
            place=0,
            kind=one.kind,
            subject=one.subject,
            title=one.title,
            reason=one.reason.packed(),
            areas=list(one.areas),
            weight=one.weight,
            minutes=one.minutes,
            search=typed.fold(one.title),
        )
    )
    return 1


def _renew(session: Session, row: Item, one: AgendaItem) -> int:
    """Take in what is new about an item; settled, it comes back."""
    if row.state == "settled" and row.why in SETTLED.values():
        row.state, row.why = "open", None
        session.flush()
    facts = {"kind": one.kind, "title": one.title, "reason": one.reason.packed(), "areas": list(one.areas),
             "weight": one.weight, "search": typed.fold(one.title)}  # fmt: skip
    if not row.placed:
        facts["section"] = one.section
    return note(session, row, **facts)


def _settle(session: Session, row: Item) -> int:
    """What nobody proposes any more leaves the agenda with a note; what people added stays."""
    if is_fixed(row):
        if row.state == "open":
            session.delete(row)
        return 1
    if row.state != "open" or row.added_by_id is not None:
        return 0
    row.state = "settled"
    row.why = next(said for kind, said in SETTLED.items() if row.kind.startswith(kind))
    session.flush()
    return 1


def _rank(row: Item, turn: Mapping[int, int]) -> tuple[object, ...]:
    in_round = row.section in ("goals", "requests")
    whose = turn.get(row.areas[0] if row.areas else 0, len(turn)) if in_round else 0
    # what belongs to the hour keeps the order of the template, in which it was made
    return (
        not is_fixed(row),
        row.id if is_fixed(row) else 0,
        row.kind != DECISION,
        whose,
        -row.weight,
        row.id,
    )
