"""What was not reached goes to the next agenda by itself, once, and says how often it was carried."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company
from coord.meetings import hours, series, shaping
from coord.meetings.items import in_place, item, items, must_not_be_current, standing
from coord.meetings.records import Item, Meeting, Preparation
from coord.meetings.template import is_fixed
from coord.people import Mandate
from coord.proposal import Reason
from coord.refusal import Changed, Refused
from coord.text import N_, typed

SPLIT = N_("Split into its parts.")
GONE = N_("Its area is no longer in use.")
OVER = frozenset({"ended", "closed", "dropped"})


def carry(session: Session, meeting_id: int, *, at: int) -> int:
    """Take what an ended hour did not reach to the next planned one; how many items. A second time finds none."""
    meeting = hours.kept(session, meeting_id)
    if meeting.state not in OVER:
        raise Refused("Items are carried when the hour is over.")
    left = [
        row for row in items(session, meeting.id) if row.state in ("open", "parked") and not is_fixed(row)
    ]
    if not left or (there := next_after(session, meeting, at=at)) is None:
        return 0
    return sum(_take(session, row, there) for row in left)


def put_off(session: Session, meeting_id: int, item_ids: Sequence[int], *, by: Mandate, at: int) -> int:
    """Take some items to the next agenda already before the hour, so that this one fits; how many."""
    _must_facilitate(by)
    meeting = hours.kept(session, meeting_id)
    if meeting.state not in ("planned", "live"):
        raise Refused("This hour is over: what it did not reach is carried by itself.")
    if (there := next_after(session, meeting, at=at)) is None:
        raise Refused("There is no next meeting yet. Arrange the series first.")
    rows = [item(session, item_id) for item_id in item_ids]
    for row in rows:
        if row.meeting_id != meeting.id or row.state != "open":
            raise Changed("“{title}” is no longer open on this agenda.", title=row.title)
        _must_be_its_own(row)
        must_not_be_current(meeting, row)
    return sum(_take(session, row, there) for row in rows)


def split(session: Session, item_id: int, titles: Sequence[str], *, seen: int, by: Mandate) -> list[Item]:
    """Make several smaller items of one; it leaves the agenda, and its parts stand in its section."""
    _must_facilitate(by)
    row = item(session, item_id)
    if row.version != seen or row.state != "open":
        raise Changed("Somebody else changed this item in the meantime. Look at it again.")
    meeting = hours.kept(session, row.meeting_id)
    if meeting.state not in ("planned", "live"):
        raise Refused("This hour is over; its agenda stays as it was.")
    _must_be_its_own(row)
    must_not_be_current(meeting, row)
    wanted = [line for title in titles if (line := typed.line(title))]
    if len(wanted) < 2:
        raise Refused("Write at least two parts, each on a line of its own.")
    reason = Reason(N_("A part of: {line}"), {"line": ("words", row.title)}).packed()
    minutes = max(-(-row.minutes // len(wanted)), 1)
    parts = [_topic(row, title, reason, minutes, row.place + n) for n, title in enumerate(wanted)]
    session.add_all(parts)
    row.state, row.why = "settled", SPLIT
    session.flush()
    here = [one for one in standing(items(session, row.meeting_id)) if one.section == row.section]
    in_place(session, here)
    return parts


def bring_topics(session: Session, meeting: Meeting) -> int:
    """Take over what people had added to earlier meetings that were not held; how many items."""
    query = (
        select(Item)
        .join(Meeting, Meeting.id == Item.meeting_id)
        .where(
            Meeting.state == "dropped",
            Meeting.starts_at < meeting.starts_at,
            Item.state.in_(("open", "parked")),
            Item.added_by_id.is_not(None) | Item.carried_from_id.is_not(None),
        )
    )
    return sum(_take(session, row, meeting) for row in session.scalars(query.order_by(Item.id)).all())


def hand_on(session: Session, area_id: int, *, to_area: int | None, by: Mandate) -> int:
    """Give the topics that an area brought to coming agendas to its heir; how many.

    Without an heir, those that concern nobody else leave the agenda with a note.
    """
    by.must_administer()
    if to_area is not None:
        company.area_in_use(session, to_area)
    query = (
        select(Item)
        .join(Meeting, Meeting.id == Item.meeting_id)
        .where(Meeting.state == "planned", Item.state == "open", Item.added_by_id.is_not(None))
    )
    rows = [row for row in session.scalars(query.order_by(Item.id)) if area_id in row.areas]
    for row in rows:
        heirs = (to_area if area == area_id else area for area in row.areas)
        row.areas = list(dict.fromkeys(area for area in heirs if area is not None))
        if not row.areas:
            row.state, row.why = "settled", GONE
    session.flush()
    return len(rows)


def join(session: Session, area_id: int, *, into: int, by: Mandate, at: int) -> int:
    """Take what an area brought to coming hours to the one that it became part of: topics, and what it wants; how many.

    Where the other wants something itself, what this one wanted becomes a topic.
    """
    found = hand_on(session, area_id, to_area=into, by=by)
    wants = select(Preparation).join(Meeting, Meeting.id == Preparation.meeting_id)
    wants = wants.where(
        Meeting.state == "planned", Preparation.area_id == area_id, Preparation.want.is_not(None)
    )
    spokesman = Mandate(by.person_id, on_behalf=frozenset({into}), rights=by.rights)
    for row in session.scalars(wants).all():
        theirs = session.get(Preparation, (row.meeting_id, into))
        if theirs is None:
            theirs = Preparation(
                meeting_id=row.meeting_id, area_id=into, person_id=by.person_id, on_behalf=True
            )
            session.add(theirs)
        if theirs.want is None:
            theirs.want = row.want
            session.flush()
        else:
            shaping.add_topic(session, row.meeting_id, title=row.want or "", area=into, by=spokesman, at=at)
    return found


def next_after(session: Session, meeting: Meeting, *, at: int) -> Meeting | None:
    """The planned meeting after this one; it is made where the series has none yet."""
    for _ in range(2):
        for row in hours.upcoming(session, at=at):
            if row.state == "planned" and row.id != meeting.id and row.starts_at > meeting.starts_at:
                return hours.kept(session, row.id)
        series.plan(session, at=at)
    return None


def _take(session: Session, row: Item, there: Meeting) -> int:
    """Carry one item: it joins the one that is there about the same subject, or stands there anew."""
    found = None
    if row.subject is not None:
        query = select(Item).where(Item.meeting_id == there.id, Item.subject == row.subject)
        found = session.scalar(query)
    if found is None:
        found = _copy(row, there)
        session.add(found)
    if found.carried_from_id is None:
        found.carried_from_id, found.times_carried = row.id, row.times_carried + 1
    row.state = "carried"
    session.flush()
    return 1


def _copy(row: Item, there: Meeting) -> Item:
    kept = (
        "section",
        "kind",
        "subject",
        "title",
        "reason",
        "areas",
        "weight",
        "minutes",
        "added_by_id",
        "search",
    )
    return Item(meeting_id=there.id, place=999, **{name: getattr(row, name) for name in kept})


def _topic(row: Item, title: str, reason: dict[str, object], minutes: int, place: int) -> Item:
    return Item(
        meeting_id=row.meeting_id, section=row.section, place=place, placed=row.placed, kind="topic", title=title,
        reason=reason, areas=row.areas, weight=row.weight, minutes=minutes, added_by_id=row.added_by_id,
        search=typed.fold(title),
    )  # fmt: skip


def _must_be_its_own(row: Item) -> None:
    if is_fixed(row):
        raise Refused("This belongs to every hour: it is neither carried nor split.")


def _must_facilitate(by: Mandate) -> None:
    if "facilitator" not in by.rights:
        raise Refused("Only a facilitator can change the agenda.")
