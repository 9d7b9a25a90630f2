"""The agenda that the rooms propose, kept up to date until the hour begins."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy.orm import Session

from coord import company, goals, issues, requests, roles
from coord.meetings import carrying, hours
from coord.meetings.items import DECISION, STANDING, in_place, items, note
from coord.meetings.recordings import improvement
from coord.meetings.records import Item, Meeting
from coord.meetings.template import BUDGETS, Known, Template, is_fixed, template
from coord.meetings.unusual import with_how_unusual
from coord.proposal import SECTIONS, AgendaItem
from coord.text import N_, typed

ROOM = 1.5  # how many times its minutes a section takes: the facilitator chooses, and the rest waits its turn
ISSUES = 3  # an hour talks about one to three
ROUNDS = ("goals", "requests")  # sections that go area by area


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
    meeting = hours.kept(session, meeting_id)  # two who collect at once would both bring everything
    if meeting.state != "planned":
        return 0
    count = carrying.bring_topics(session, meeting)
    base = template(known(session, meeting))
    proposed = _proposed(session, meeting, base, at)
    before = {row.subject: row for row in items(session, meeting.id) if row.subject is not None}
    taken = {one.subject: one for one in [*base.fixed, *_enough(proposed)]}
    # what is on the agenda stays there as long as it is proposed, however much else has come
    taken |= {one.subject: one for one in proposed if one.subject in before}
    count += sum(_settle(session, row) for subject, row in before.items() if subject not in taken)
    fresh = [one for subject, one in taken.items() if subject not in before]
    session.add_all(_item(meeting, one) for one in fresh)
    count += len(fresh) + sum(_reopen(before[subject]) for subject in taken if subject in before)
    count += note(session, {before[subject]: _news(before[subject], one) for subject, one in taken.items()
                            if subject in before})  # fmt: skip
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


def known(session: Session, meeting: Meeting) -> Known:
    """What the fixed items say about a meeting."""
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
    """Every decision, and of the rest as much as the sections can hope to reach; in a round, of each area the
    heaviest before any area's second."""
    found: list[AgendaItem] = []
    for section in SECTIONS:
        room = ROOM * BUDGETS[section]
        for one in _by_turns(section, [p for p in proposed if p.section == section]):
            if one.kind == DECISION or (room > 0 and _has_place(one, found)):
                found.append(one)
                room -= one.minutes
    return found


def _by_turns(section: str, proposed: Sequence[AgendaItem]) -> list[AgendaItem]:
    """The heaviest first; in a round, every area's first item before any area's second."""
    there: Counter[int] = Counter()
    ranked: list[tuple[bool, int, int, AgendaItem]] = []
    for one in sorted(proposed, key=lambda one: (-one.weight, one.subject)):
        area = one.areas[0] if one.areas and section in ROUNDS else None
        ranked.append((one.kind != DECISION, there[area or 0] if area else 0, len(ranked), one))
        there[area or 0] += 1
    return [rank[-1] for rank in sorted(ranked, key=lambda rank: rank[:3])]


def _has_place(one: AgendaItem, found: Sequence[AgendaItem]) -> bool:
    return one.kind != "issue" or sum(other.kind == "issue" for other in found) < ISSUES


def _item(meeting: Meeting, one: AgendaItem) -> Item:
    facts = {
        name: getattr(one, name) for name in ("section", "kind", "subject", "title", "weight", "minutes")
    }
    return Item(meeting_id=meeting.id, place=0, reason=one.reason.packed(), areas=list(one.areas),
                search=typed.fold(one.title), **facts)  # fmt: skip


def _reopen(row: Item) -> bool:
    """What was settled, and is proposed again, comes back."""
    if row.state != "settled" or row.why not in SETTLED.values():
        return False
    row.state, row.why = "open", None
    return True


def _news(row: Item, one: AgendaItem) -> dict[str, Any]:
    """What a proposal says about an item by now; where and for how long, a person may have decided."""
    facts = {"kind": one.kind, "title": one.title, "reason": one.reason.packed(), "areas": list(one.areas),
             "weight": one.weight, "search": typed.fold(one.title)}  # fmt: skip
    return facts if row.placed else {**facts, "section": one.section}


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
    in_round = row.section in ROUNDS
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
