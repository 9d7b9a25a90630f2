"""The items of an agenda: in their order, against the minutes of the hour, with their reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coord.meetings.records import Item
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
    """Number a section's items in this order; how many changed. It is no change to an item that somebody edits."""
    moved = [(place, row) for place, row in enumerate(rows) if row.place != place]
    session.flush()
    for place, row in moved:
        note(session, row, place=place)
    return len(moved)


def note(session: Session, row: Item, **facts: object) -> bool:
    """Write what the program itself keeps about an item, whatever version a form has seen; whether anything is new."""
    new = {name: value for name, value in facts.items() if getattr(row, name) != value}
    if new:
        session.execute(
            update(Item).where(Item.id == row.id).values(new).execution_options(synchronize_session=False)
        )
        session.refresh(row)
    return bool(new)


def _to_carry(left: Sequence[Item]) -> Item | None:
    may = [row for row in left if row.state == "open" and row.kind != DECISION and not is_fixed(row)]
    used = section_minutes(left)
    return min(
        may,
        key=lambda row: (BUDGETS[row.section] - used[row.section], row.weight, -row.place, row.id),
        default=None,
    )
