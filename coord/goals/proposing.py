"""What goals propose to the next hour: the exceptions only, one item a goal, each with its reason."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from coord import company
from coord.goals import queries
from coord.goals.records import CheckIn, Goal, week_of
from coord.proposal import AgendaItem, Fact, Reason
from coord.text import DAY, N_
from coord.worktime import Calendar

SILENT_DAYS = 14  # longer without a check-in, and the hour asks for one
WEIGHTS = {"goal_off_track": 3.0, "goal_due": 2.5, "goal_silent": 2.0, "goal_caution": 1.0}

_FIRST = {
    "off_track": N_("{area} says off track: {line}"),
    "caution": N_("{area} says caution: {line}"),
}
_AGAIN = {
    "off_track": N_("Off track for {span}. {area} says: {line}"),
    "caution": N_("Caution for {span}. {area} says: {line}"),
}


class _Why(NamedTuple):
    kind: str
    reason: Reason
    days: int  # how long it has been so


def standing(row: Goal, last: CheckIn | None, *, calendar: Calendar, today: date) -> str:
    """How a running goal stands, by what weighs most: off_track, due, silent, caution, on_track or new."""
    if last is not None and last.status == "off_track":
        return "off_track"
    if row.due_on < today:
        return "due"
    if silent_days(row, last, calendar=calendar, today=today) > SILENT_DAYS:
        return "silent"
    return last.status if last is not None else "new"


def silent_days(row: Goal, last: CheckIn | None, *, calendar: Calendar, today: date) -> int:
    """For how many days nothing was said about a goal; before its first check-in, since it began."""
    heard_on = calendar.day_of(last.at) if last else max(calendar.day_of(row.set_at), row.starts_on)
    return (today - heard_on).days


def proposals(session: Session, *, at: int, today: date) -> list[AgendaItem]:
    """The running goals of areas in use that are off track, past their day, silent or on caution; heaviest first."""
    in_use = {area.id for area in company.areas(session)}
    rows = queries.goals(session, areas=in_use)
    said = queries.weekly(session, [row.id for row in rows])
    calendar = company.calendar(session)
    items = []
    for row in rows:
        if why := _why(row, said.get(row.id, []), calendar, today):
            areas = (row.area_id, *(other for other in row.depends_on if other in in_use))
            items.append(_item(row, why, areas))
    return sorted(items, key=lambda item: (-item.weight, item.subject))


def _why(row: Goal, weeks: Sequence[CheckIn], calendar: Calendar, today: date) -> _Why | None:
    """The weightiest reason why the hour should look at a goal, if there is one."""
    last = weeks[-1] if weeks else None
    area: Fact = ("area", row.area_id)
    match standing(row, last, calendar=calendar, today=today):
        case "off_track" | "caution":
            return _stands(row, weeks, today)
        case "due":
            facts: dict[str, Fact] = {"area": area, "day": ("day", row.due_on.isoformat())}
            said = N_("Due on {day}: {area} has not said yet whether it was reached.")
            return _Why("goal_due", Reason(said, facts), (today - row.due_on).days)
        case "silent":
            days = silent_days(row, last, calendar=calendar, today=today)
            facts = {"area": area, "span": ("span", days * DAY)}
            return _Why("goal_silent", Reason(N_("No check-in from {area} for {span}."), facts), days)
    return None


def _stands(row: Goal, weeks: Sequence[CheckIn], today: date) -> _Why:
    """What the area says, and since when it has said so week by week."""
    last = first = weeks[-1]
    for one in reversed(weeks):
        if one.status != last.status:
            break
        first = one
    days = (week_of(today) - first.week_on).days
    facts: dict[str, Fact] = {"area": ("area", row.area_id), "line": ("words", last.line or "")}
    if days:
        reason = Reason(_AGAIN[last.status], facts | {"span": ("span", days * DAY)})
    else:
        reason = Reason(_FIRST[last.status], facts)
    return _Why(f"goal_{last.status}", reason, days)


def _item(row: Goal, why: _Why, areas: tuple[int, ...]) -> AgendaItem:
    # the longer, the sooner, and never past the next kind
    weight = WEIGHTS[why.kind] + min(why.days, 365) / 1_000
    minutes = 1 if why.kind == "goal_caution" else 2
    return AgendaItem("goals", why.kind, f"goal:{row.id}", row.what, why.reason, areas, weight, minutes)
