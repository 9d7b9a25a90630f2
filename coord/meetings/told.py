"""An hour that was held before it was written here: its clock and its agenda, as somebody tells them afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import people
from coord.meetings import hours
from coord.meetings.collecting import known
from coord.meetings.items import items
from coord.meetings.records import Item, Meeting, Recording
from coord.meetings.series import must_run
from coord.meetings.template import template
from coord.people import Mandate
from coord.proposal import AgendaItem
from coord.refusal import Refused
from coord.text import typed

# What can have become of an item: what the last hour left open is carried by `carry`.
ENDS = frozenset({"done", "carried", "dropped", "settled", "open"})


@dataclass(frozen=True, slots=True)
class ToldItem:
    """An item as it stood on the agenda, and what became of it in so many seconds."""

    proposed: AgendaItem
    used: int = 0
    state: str = "done"
    why: str | None = None
    added_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """When one facilitator let another one run the hour."""

    at: int
    from_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """How an hour went: who ran it at its end, from when to when, what it talked about."""

    facilitator_id: int
    started_at: int
    ended_at: int
    items: Sequence[ToldItem]
    fixed: Mapping[str, int]  # seconds used for what stands on every agenda, by its kind
    paused_seconds: int = 0
    ended_by_itself: bool = False
    handed_over: Sequence[HandedOver] = ()


def hold(session: Session, meeting_id: int, told: Told, *, by: Mandate) -> Meeting:
    """Write a planned meeting as one that was held; its minutes stay open, to be recorded into and closed.

    An item that the hour before carried is known again by what it is about, or by its title.
    """
    must_run(by)
    row = hours.meeting(session, meeting_id)
    if row.state != "planned":
        raise Refused("This meeting can no longer be changed like this. Look at its state first.")
    if told.ended_at <= told.started_at or any(one.state not in ENDS for one in told.items):
        raise ValueError("an hour ends after it begins, and something became of each of its items")
    _write_agenda(session, row, told)
    session.add_all(_handover(session, row, one) for one in told.handed_over)
    row.state, row.facilitator_id = "ended", told.facilitator_id
    row.opened_at = min(told.started_at, row.opened_at or told.started_at)
    row.started_at, row.ended_at = told.started_at, told.ended_at
    row.paused_seconds, row.ended_by_itself = told.paused_seconds, told.ended_by_itself
    session.flush()
    return row


def _write_agenda(session: Session, row: Meeting, told: Told) -> None:
    base = template(known(session, row)).fixed
    stood = [ToldItem(one, told.fixed.get(one.kind, 0)) for one in base]
    left = _carried(session, row)
    places: Counter[str] = Counter()
    for one in [*stood, *told.items]:
        item = _item(row, one, places[one.proposed.section])
        places[one.proposed.section] += 1
        if (before := left.pop(_about(item), None)) is not None:
            item.carried_from_id, item.times_carried = before.id, before.times_carried + 1
        session.add(item)


def _handover(session: Session, row: Meeting, one: HandedOver) -> Recording:
    name = people.person(session, one.to_id).name
    return Recording(meeting_id=row.id, at=one.at, kind="handover", person_id=one.from_id, text=name)


def _carried(session: Session, row: Meeting) -> dict[str, Item]:
    """What the hour before did not reach."""
    before = hours.before(session, row)
    found = items(session, before.id) if before is not None else []
    return {_about(item): item for item in found if item.state == "carried"}


def _about(item: Item) -> str:
    return item.subject or item.title


def _item(row: Meeting, told: ToldItem, place: int) -> Item:
    one = told.proposed
    return Item(
        meeting_id=row.id,
        section=one.section,
        place=place,
        kind=one.kind,
        subject=one.subject or None,
        title=one.title,
        reason=one.reason.packed(),
        areas=list(one.areas),
        weight=one.weight,
        minutes=one.minutes,
        used=told.used,
        state=told.state,
        why=told.why,
        times_carried=0,
        added_by_id=told.added_by_id,
        search=typed.fold(one.title),
    )
