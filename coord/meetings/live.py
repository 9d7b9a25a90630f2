"""The hour as it runs: started, moved on item by item, paused, handed over, ended; and its clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.meetings.hours import in_turn, kept
from coord.meetings.records import Item, Meeting, Recording
from coord.people import Mandate
from coord.proposal import SECTIONS
from coord.refusal import Changed, Refused
from coord.text import typed

HOUR = 55 * 60  # seconds after which the hour is to end; five minutes are left to walk
REACHABLE = ("open", "done", "parked")  # an item settled before the hour, dropped or carried is not taken up
ROUNDS = frozenset({"wants", "offers"})  # items in which every area has a turn


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds used and planned at an instant, for the hour, its section and its item."""

    hour: int
    section: int
    item: int
    hour_planned: int
    section_planned: int
    item_planned: int
    is_paused: bool


def start(session: Session, meeting_id: int, *, by: Mandate, at: int) -> Meeting:
    """Begin the hour with its first item; whoever begins it runs it."""
    row = kept(session, meeting_id)
    _must_facilitate(by)
    if row.state != "planned":
        raise Changed("This hour has begun already, or is over.")
    company.one_at_a_time(session)  # two who begin different hours at once would both find none running
    if session.scalar(select(Meeting.id).where(Meeting.state == "live")) is not None:
        raise Refused("Another hour is running. End it first.")
    row.state, row.started_at, row.facilitator_id = "live", at, by.person_id
    row.opened_at = row.opened_at or at
    first = next(iter(course(session, row.id)), None)
    _take_up(row, first, at)
    session.flush()
    return row


def step(
    session: Session, meeting_id: int, by_how_many: int, *, item: int | None, turn: int, by: Mandate, at: int
) -> Meeting:
    """Go on to the next turn or item (1), or back (-1), from where the view stood. Raises Changed if the hour moved on."""
    row = _driven(session, meeting_id, by)
    if (row.item_id, row.turn) != (item, turn):
        raise Changed("The hour has moved on in the meantime.")
    items = course(session, row.id)
    here = next((place for place, one in enumerate(items) if one.id == row.item_id), -1)
    turns = _turns(session, items[here]) if here >= 0 else 1
    if 0 <= row.turn + by_how_many < turns:
        row.turn += by_how_many
        session.flush()
        return row
    there = here + by_how_many
    if there >= len(items):
        raise Refused("This is the last item. End the hour when you are done.")
    if there < 0:
        raise Refused("This is the first item.")
    _leave(row, items[here] if here >= 0 else None, at, is_done=by_how_many > 0)
    _take_up(row, items[there], at)
    if by_how_many < 0:
        row.turn = _turns(session, items[there]) - 1
    session.flush()
    return row


def go(session: Session, meeting_id: int, item_id: int, *, by: Mandate, at: int) -> Meeting:
    """Take up any item of the agenda; the one that is left stays open."""
    row = _driven(session, meeting_id, by)
    items = {one.id: one for one in course(session, row.id)}
    if item_id not in items:
        raise Refused("This item is no longer on the agenda.")
    if item_id != row.item_id:
        _leave(row, items.get(row.item_id or 0), at, is_done=False)
        _take_up(row, items[item_id], at)
        session.flush()
    return row


def park(session: Session, meeting_id: int, *, item: int | None, text: str, by: Mandate, at: int) -> Meeting:
    """Leave the current item for the next hour, with a word on why, and go on."""
    row, why = _driven(session, meeting_id, by), typed.prose(text)
    parked = session.get(Item, row.item_id) if row.item_id else None
    if parked is None or parked.id != item:
        raise Changed("The hour has moved on in the meantime.")
    items = course(session, row.id)
    rest = [one for one in items[items.index(parked) + 1 :] if one.state != "done"]
    if not rest:
        raise Refused("This is the last item. End the hour when you are done.")
    _leave(row, parked, at, is_done=False)
    parked.state, parked.why = "parked", why
    _take_up(row, rest[0], at)
    session.flush()
    return row


def pause(session: Session, meeting_id: int, *, by: Mandate, at: int) -> Meeting:
    """Stop the clock."""
    row = _driven(session, meeting_id, by)
    if row.paused_at is not None:
        raise Changed("The clock stands already.")
    row.paused_at = at
    session.flush()
    return row


def resume(session: Session, meeting_id: int, *, by: Mandate, at: int) -> Meeting:
    """Let the clock go on."""
    row = _driven(session, meeting_id, by)
    if row.paused_at is None:
        raise Changed("The clock runs already.")
    row.paused_seconds += max(at - row.paused_at, 0)
    row.paused_at = None
    session.flush()
    return row


def add_minute(session: Session, meeting_id: int, *, item: int | None, by: Mandate, at: int) -> Item:
    """Give the current item a minute more."""
    row = _driven(session, meeting_id, by)
    current = session.get(Item, row.item_id) if row.item_id else None
    if current is None or current.id != item:
        raise Changed("The hour has moved on in the meantime.")
    current.minutes += 1
    session.flush()
    return current


def hand_over(session: Session, meeting_id: int, person_id: int, *, by: Mandate, at: int) -> Meeting:
    """Let another facilitator run the hour from here on; everybody is told."""
    row = _driven(session, meeting_id, by)
    return _drive(session, row, person_id, by=by, at=at)


def take_over(session: Session, meeting_id: int, *, by: Mandate, at: int) -> Meeting:
    """Run the hour instead of whoever ran it, as when their connection is lost. The clock goes on."""
    row = _live(session, meeting_id)
    _must_facilitate(by)
    assert by.person_id is not None
    return _drive(session, row, by.person_id, by=by, at=at)


def end(session: Session, meeting_id: int, *, by: Mandate, at: int, by_itself: bool = False) -> Meeting:
    """End the hour. What was not reached is carried by `carry`; the minutes stay open until they are closed."""
    row = _live(session, meeting_id) if by_itself else _driven(session, meeting_id, by)
    if row.paused_at is not None:
        row.paused_seconds += max(at - row.paused_at, 0)
        row.paused_at = None
    _leave(row, session.get(Item, row.item_id) if row.item_id else None, at, is_done=True)
    row.state, row.ended_by_itself = "ended", by_itself
    row.ended_at = max(at, row.started_at or at)  # a clock set back makes no hour less than nothing
    session.flush()
    return row


def course(session: Session, meeting_id: int) -> list[Item]:
    """What can be taken up in this hour, in its order."""
    query = select(Item).where(Item.meeting_id == meeting_id, Item.state.in_(REACHABLE))
    order = list(SECTIONS)
    return sorted(session.scalars(query), key=lambda one: (order.index(one.section), one.place, one.id))


def clock(row: Meeting, items: Sequence[Item], at: int) -> Clock:
    """The clock of the hour at an instant; what was paused is left out."""
    item = next((one for one in items if one.id == row.item_id), None)
    now = row.ended_at or row.paused_at or at
    since = _since_taken_up(row, now)
    in_section = [one for one in items if item is not None and one.section == item.section]
    return Clock(
        hour=max(now - (row.started_at or now) - row.paused_seconds, 0),
        section=sum(one.used for one in in_section) + since,
        item=(item.used if item else 0) + since,
        hour_planned=HOUR,
        section_planned=60 * sum(one.minutes for one in in_section),
        item_planned=60 * (item.minutes if item else 0),
        is_paused=row.paused_at is not None,
    )


def turn_areas(session: Session, row: Meeting, item: Item | None) -> list[int]:
    """The areas that have a turn in this item, in this week's order; none where it is not a round."""
    return in_turn(session, row) if item is not None and item.kind in ROUNDS else []


def _turns(session: Session, item: Item) -> int:
    if item.kind not in ROUNDS:
        return 1
    return max(len(turn_areas(session, kept(session, item.meeting_id), item)), 1)


def _take_up(row: Meeting, item: Item | None, at: int) -> None:
    row.item_id, row.turn = item.id if item else None, 0
    row.item_since_at, row.item_paused = at, row.paused_seconds
    if row.paused_at is not None:  # taken up while the clock stands: it starts with the clock
        row.item_since_at = row.paused_at
    if item is not None:
        item.state = "open"


def _leave(row: Meeting, item: Item | None, at: int, *, is_done: bool) -> None:
    if item is None:
        return
    item.used += _since_taken_up(row, row.paused_at or at)
    if is_done:
        item.state = "done"


def _since_taken_up(row: Meeting, now: int) -> int:
    if row.item_since_at is None or row.state != "live":
        return 0
    return max(now - row.item_since_at - (row.paused_seconds - row.item_paused), 0)


def _drive(session: Session, row: Meeting, person_id: int, *, by: Mandate, at: int) -> Meeting:
    person = people.person(session, person_id)
    if person.archived_at is not None or ("facilitator", None) not in people.rights(session).get(
        person_id, set()
    ):
        raise Refused("{name} is not a facilitator.", name=people.called(person))
    if row.facilitator_id == person_id:
        raise Changed("{name} runs this hour already.", name=person.name)
    row.facilitator_id = person_id
    session.add(
        Recording(
            meeting_id=row.id,
            item_id=row.item_id,
            at=at,
            kind="handover",
            person_id=by.person_id,
            text=person.name,
        )
    )
    session.flush()
    return row


def _live(session: Session, meeting_id: int) -> Meeting:
    row = kept(session, meeting_id)
    if row.state != "live":
        raise Changed("This hour is not running.")
    return row


def _driven(session: Session, meeting_id: int, by: Mandate) -> Meeting:
    """The running hour, for whoever runs it."""
    row = _live(session, meeting_id)
    _must_facilitate(by)
    if row.facilitator_id != by.person_id:
        name = people.called(people.person(session, row.facilitator_id)) if row.facilitator_id else ""
        raise Refused("{name} runs this hour. Take over first.", name=name)
    return row


def _must_facilitate(by: Mandate) -> None:
    if by.person_id is None or "facilitator" not in by.rights:
        raise Refused("Only a facilitator runs the hour.")
