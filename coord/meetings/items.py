"""The items of an agenda: in their order, against the minutes of the hour, with their reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from coord.db import Base
from coord.meetings.records import Item, Meeting
from coord.meetings.template import BUDGETS, LIMIT, is_fixed
from coord.proposal import SECTIONS, Reason
from coord.refusal import Refused
from coord.text import N_

STANDING = frozenset({"open", "done", "parked"})  # on the agenda, however far it has come
DECISION = "request_decision"
PATIENCE = 3  # how often an item is carried before it asks to be settled, split or dropped
_ORDER = {section: place for place, section in enumerate(SECTIONS)}


@dataclass(frozen=True, slots=True)
class Load:
    """The minutes that an agenda asks for, against those that the hour has, and which items to carry if they are too many."""

    minutes: int
    limit: int
    over: int
    carry: tuple[int, ...]


def items(session: Session, meeting_id: int) -> list[Item]:
    """Every item of an agenda in its order, also what was settled, dropped or carried."""
    rows = session.scalars(select(Item).where(Item.meeting_id == meeting_id))
    return sorted(rows, key=lambda row: (_ORDER.get(row.section, 99), row.place, row.id))


def item(session: Session, item_id: int) -> Item:
    row = session.get(Item, item_id)
    if row is None:
        raise Refused("This item is no longer on the agenda.")
    return row


def must_not_be_current(meeting: Meeting, row: Item) -> None:
    """Refuses to take away the item that the hour is at."""
    if meeting.state == "live" and row.id == meeting.item_id:
        raise Refused("The hour is at this item now. Go on first, or park it.")


def standing(rows: Iterable[Item]) -> list[Item]:
    """Those that are on the agenda."""
    return [row for row in rows if row.state in STANDING]


def load(rows: Iterable[Item]) -> Load:
    """What the items add up to. Carried is first what weighs least in the section that is furthest over its minutes;
    never a decision, nor what belongs to every hour."""
    left, carried = standing(rows), []
    minutes = sum(row.minutes for row in left)
    while sum(row.minutes for row in left) > LIMIT and (row := _to_carry(left)) is not None:
        left.remove(row)
        carried.append(row.id)
    return Load(minutes, LIMIT, max(minutes - LIMIT, 0), tuple(carried))


def section_minutes(rows: Iterable[Item]) -> dict[str, int]:
    """The minutes asked for in each section."""
    found = dict.fromkeys(SECTIONS, 0)
    for row in standing(rows):
        found[row.section] += row.minutes
    return found


def reasons(row: Item) -> list[Reason]:
    """Why an item is there: where it comes from, and how often it was carried."""
    found = [Reason.unpacked(row.reason)] if row.reason.get("message") else []
    if row.times_carried >= PATIENCE:
        found.append(Reason(N_("Carried {n} times: settle it, split it or drop it."),
                            {"n": ("number", row.times_carried)}))  # fmt: skip
    elif row.times_carried > 1:
        found.append(Reason(N_("Carried {n} times."), {"n": ("number", row.times_carried)}))
    elif row.times_carried:
        found.append(Reason(N_("Carried once.")))
    return found


def in_place(session: Session, rows: Sequence[Item]) -> int:
    """Number a section's items in this order; how many changed."""
    return note(session, {row: {"place": place} for place, row in enumerate(rows)})


def note(session: Session, facts: Mapping[Item, Mapping[str, Any]]) -> int:
    """Write what the program itself keeps about items, and what a form has seen of them stays valid; how many changed."""
    session.flush()
    changes = {row: {name: value for name, value in new.items() if getattr(row, name) != value}
               for row, new in facts.items()}  # fmt: skip
    changes = {row: new for row, new in changes.items() if new}
    for names in {tuple(new) for new in changes.values()}:
        rows = [row for row, new in changes.items() if tuple(new) == names]
        table = Base.metadata.tables[Item.__tablename__]
        statement = update(table).where(table.c.id == bindparam("of"))
        session.execute(
            statement.values({name: bindparam(f"new_{name}") for name in names}),
            [{"of": row.id, **{f"new_{name}": changes[row][name] for name in names}} for row in rows],
        )
    for row, new in changes.items():
        for name, value in new.items():
            set_committed_value(row, name, value)
    return len(changes)


def _to_carry(left: Sequence[Item]) -> Item | None:
    may = [row for row in left if row.state == "open" and row.kind != DECISION and not is_fixed(row)]
    used = section_minutes(left)
    return min(
        may,
        key=lambda row: (BUDGETS[row.section] - used[row.section], row.weight, -row.place, row.id),
        default=None,
    )
