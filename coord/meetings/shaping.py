"""What people do with an agenda: open it, add topics, order it, set minutes, drop items, settle them before."""

from sqlalchemy.orm import Session

from coord import company
from coord.meetings import hours
from coord.meetings.items import in_place, item, items, must_not_be_current, standing
from coord.meetings.records import Item, Meeting
from coord.people import Mandate
from coord.proposal import SECTIONS
from coord.refusal import Changed, Refused, changed
from coord.text import N_, typed

TOPIC = "topic"
TOPIC_SECTIONS = ("goals", "promises", "requests", "issues")  # the others belong to the hour itself
LONGEST = 55
WEIGHT = 5.0  # what somebody brings weighs as much as a wait of so many days


def open_agenda(session: Session, meeting_id: int, *, by: Mandate, at: int) -> Meeting:
    """Open a meeting's agenda: from here on its facilitator may record on any area's behalf."""
    _must_facilitate(by)
    row = hours.meeting(session, meeting_id)
    if row.state != "planned" or row.opened_at is not None:
        raise Changed("The agenda is open already.")
    row.opened_at = at
    if row.facilitator_id is None:
        row.facilitator_id = by.person_id
    session.flush()
    return row


def add_topic(
    session: Session,
    meeting_id: int,
    *,
    title: str,
    area: int | None = None,
    section: str = "requests",
    minutes: int = 2,
    by: Mandate,
    at: int,
) -> Item:
    """Put a topic on the agenda, before the hour or in it; whoever holds a right may."""
    if not by.rights:
        raise Refused("Heads, deputies, facilitators and directors add topics. Ask one of them.")
    if area is not None and not by.speaks_for(area) and "facilitator" not in by.rights:
        raise Refused("You don't speak for this area. Its head or deputy can ask.")
    if area is not None:
        company.area_in_use(session, area)
    if hours.meeting(session, meeting_id).state not in ("planned", "live"):
        raise Refused("This hour is over. Add the topic to the next one.")
    if section not in TOPIC_SECTIONS:
        raise Refused("Choose the part of the hour in which it belongs.")
    if (line := typed.line(title)) is None:
        raise Refused("Write the topic in one line.")
    here = [row for row in standing(items(session, meeting_id)) if row.section == section]
    place = max((row.place for row in here), default=-1) + 1
    row = Item(meeting_id=meeting_id, section=section, place=place, kind=TOPIC, title=line, reason=_from(by, area),
               areas=[] if area is None else [area], weight=WEIGHT, minutes=_minutes(minutes), added_by_id=by.person_id,
               search=typed.fold(line))  # fmt: skip
    session.add(row)
    session.flush()
    return row


def place(
    session: Session,
    item_id: int,
    *,
    section: str | None = None,
    position: int,
    seen: int | None = None,
    by: Mandate,
) -> Item:
    """Put an item where it should stand, counted from 0 in its section or another one; it stays there."""
    row = _to_shape(session, item_id, seen, by)
    wanted = section or row.section
    if wanted not in SECTIONS:
        raise Refused("Choose the part of the hour in which it belongs.")
    here = [
        one for one in standing(items(session, row.meeting_id)) if one.section == wanted and one.id != row.id
    ]
    row.section, row.placed = wanted, True
    position = min(max(position, 0), len(here))
    row.place = position
    session.flush()
    in_place(session, [*here[:position], row, *here[position:]])
    return row


def set_minutes(
    session: Session, item_id: int, minutes: int, *, seen: int | None = None, by: Mandate
) -> Item:
    """Give an item more minutes, or fewer."""
    row = _to_shape(session, item_id, seen, by)
    row.minutes = _minutes(minutes)
    session.flush()
    return row


def drop_item(session: Session, item_id: int, *, why: str, seen: int, by: Mandate) -> Item:
    """Take an item off the agenda, and say why; it isn't proposed again for this hour."""
    row = _to_shape(session, item_id, seen, by)
    if row.state != "open":
        raise changed()
    must_not_be_current(hours.meeting(session, row.meeting_id), row)
    if (said := typed.prose(why)) is None:
        raise Refused("Say why it leaves the agenda, so that whoever waits for it knows.")
    row.state, row.why = "dropped", said
    session.flush()
    return row


def restore_item(session: Session, item_id: int, *, seen: int, by: Mandate) -> Item:
    """Bring a dropped item back."""
    row = _to_shape(session, item_id, seen, by)
    if row.state != "dropped":
        raise changed()
    row.state, row.why = "open", None
    session.flush()
    return row


def mark_settle_before(session: Session, item_id: int, value: bool, *, by: Mandate) -> Item:
    """Say that an item can be settled before the hour, or not; for the areas that it concerns."""
    row = item(session, item_id)
    if "facilitator" not in by.rights and not any(by.speaks_for(area) for area in row.areas):
        raise Refused("Only an area that it concerns can say that it settles this before the hour.")
    if row.state != "open" or hours.meeting(session, row.meeting_id).state != "planned":
        raise Changed("The hour has begun, or this item has left the agenda.")
    row.settle_before = value
    session.flush()
    return row


def _from(by: Mandate, area: int | None) -> dict[str, object]:
    """Where a topic comes from; who added it stands in its row."""
    if area is None:
        return {}
    return {"message": N_("Brought by {area}."), "many": "", "facts": {"area": ["area", area]}}


def _minutes(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST:
        raise Refused("An item takes from 1 to {most} minutes.", most=LONGEST)
    return minutes


def _to_shape(session: Session, item_id: int, seen: int | None, by: Mandate) -> Item:
    _must_facilitate(by)
    row = item(session, item_id)
    if hours.meeting(session, row.meeting_id).state not in ("planned", "live"):
        raise Refused("This hour is over; its agenda stays as it was.")
    if seen is not None and row.version != seen:
        raise changed()
    return row


def _must_facilitate(by: Mandate) -> None:
    if "facilitator" not in by.rights:
        raise Refused("Only a facilitator can change the agenda.")
