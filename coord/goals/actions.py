"""What people do with goals: set them, change them, check in every week, and end them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coord import company
from coord.company import EARLIEST, LATEST
from coord.goals import queries
from coord.goals.numbers import kept
from coord.goals.records import DIRECTIONS, OUTCOMES, STATUSES, CheckIn, Goal, GoalArea, GoalChange, week_of
from coord.people import Mandate
from coord.refusal import Changed, Refused, changed
from coord.text import typed

UNIT = 32
FACTS = ("what", "why", "measure", "unit", "direction", "baseline", "target", "starts_on", "due_on")


def set_goal(
    session: Session,
    *,
    area: int,
    what: str,
    measure: str,
    baseline: float,
    target: float,
    due_on: date | None,
    direction: str = "up",
    why: str | None = None,
    unit: str | None = None,
    starts_on: date | None = None,
    depends_on: Iterable[int] = (),
    by: Mandate,
    at: int,
) -> Goal:
    """An area sets itself a goal; without a first day it starts today."""
    _must_speak(by, area)
    company.area_in_use(session, area)
    today = company.calendar(session).day_of(at)
    wish = {"what": what, "why": why, "measure": measure, "unit": unit, "direction": direction, "baseline": baseline,
            "target": target, "starts_on": starts_on or today, "due_on": due_on}  # fmt: skip
    facts = _checked(wish)
    _must_lie_ahead(facts["due_on"], today)
    row = Goal(area_id=area, set_at=at, person_id=by.person_id, on_behalf=by.is_on_behalf(area), **facts)
    row.others = [GoalArea(area_id=other) for other in _others(session, area, depends_on)]
    session.add(row)
    session.flush()
    return row


def change(
    session: Session, goal_id: int, *, seen: int, by: Mandate, at: int, line: str | None = None, **facts: Any
) -> Goal:
    """Change some facts of a goal (those of `set_goal` but its area); what was before stays in its changes.

    `line` says why. Raises Changed when the goal is no longer as the form saw it.
    """
    row = _running(session, goal_id, by)
    _must_be(row, seen)
    before = _facts(row)
    depends_on = facts.pop("depends_on", row.depends_on)
    now = _checked({name: facts.pop(name, before[name]) for name in FACTS})
    if facts:
        raise TypeError(f"a goal has no {', '.join(facts)}")
    others = _others(session, row.area_id, depends_on, row.depends_on)
    after = now | {"depends_on": others}
    different = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not different:
        raise Refused("Nothing is different yet. Change something, or close.")
    if "due_on" in different:
        _must_lie_ahead(now["due_on"], company.calendar(session).day_of(at))
    for name, value in now.items():
        setattr(row, name, value)
    if "depends_on" in different:
        row.others = [GoalArea(area_id=other) for other in others]
        # they lie in a table of their own, and are part of what a form saw
        flag_modified(row, "what")
    _record(session, row, different, line, by, at)
    return row


def check_in(
    session: Session,
    goal_id: int,
    *,
    value: float,
    status: str,
    line: str | None = None,
    by: Mandate,
    at: int,
    seen: int | None = None,
) -> CheckIn:
    """Say how a goal stands this week; a second time in the same week corrects the first, which stays readable.

    `seen` is the newest check-in that the form knew (0 for none): Changed is raised when there is another one since.
    """
    row = _running(session, goal_id, by)
    last = queries.latest(session, [goal_id]).get(goal_id)
    if seen is not None and seen != (last.id if last else 0):
        raise Changed(
            "Somebody else has checked in for this goal in the meantime. Look at it, then decide again."
        )
    if status not in STATUSES:
        raise Refused("Choose how it stands: on track, caution or off track.")
    said = typed.line(line)
    if said is None and status != "on_track":
        raise Refused("Say in one line what stands in the way.")
    at = max(at, last.at) if last else at  # a clock set back must not disorder the weeks
    found = CheckIn(goal_id=row.id, week_on=week_of(company.calendar(session).day_of(at)), at=at, value=kept(value),
                    status=status, line=said, person_id=by.person_id, on_behalf=by.is_on_behalf(row.area_id),
                    meeting_id=by.meeting_id)  # fmt: skip
    session.add(found)
    session.flush()
    return found


def end(
    session: Session, goal_id: int, *, outcome: str, line: str | None = None, by: Mandate, at: int, seen: int | None = None
) -> Goal:  # fmt: skip
    """End a goal: reached, not reached or dropped; the last two say why in a line."""
    row = _running(session, goal_id, by)
    _must_be(row, seen)
    if outcome not in OUTCOMES:
        raise Refused("Choose how it ended: reached, not reached or dropped.")
    said = typed.line(line)
    if said is None and outcome != "reached":
        raise Refused("Say in one line why it ends like this: the next goal learns from it.")
    row.outcome, row.ended_at, row.ended_line = outcome, at, said
    _record(session, row, {"outcome": [None, outcome]}, said, by, at)
    return row


def join(session: Session, area_id: int, *, into: int, line: str, by: Mandate, at: int) -> int:
    """Let the running goals of an area that became part of another go on there; how many.

    Goals of others that depended on it depend on its heir. Both stand in what was changed, with the line.
    """
    by.must_administer()
    company.area(session, into)
    moved = 0
    for row in queries.goals(session):
        before = _facts(row) | {"area": row.area_id}
        if area_id not in (row.area_id, *row.depends_on):
            continue
        moved += row.area_id == area_id
        row.area_id = into if row.area_id == area_id else row.area_id
        others = sorted({into if other == area_id else other for other in row.depends_on} - {row.area_id})
        row.others = [GoalArea(area_id=other) for other in others]
        flag_modified(row, "what")
        session.flush()
        after = _facts(row) | {"area": row.area_id}
        different = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        theirs = Mandate(by.person_id, on_behalf=frozenset({row.area_id}), meeting_id=by.meeting_id)
        _record(session, row, different, line, theirs, at)
    return moved


def reopen(session: Session, goal_id: int, *, by: Mandate, at: int, seen: int | None = None) -> Goal:
    """Take an ended goal up again; how it had ended stays in its changes."""
    row = _mine(session, goal_id, by)
    _must_be(row, seen)
    if row.ended_at is None:
        raise Refused("This goal has not ended.")
    before = row.outcome
    row.outcome = row.ended_at = row.ended_line = None
    _record(session, row, {"outcome": [before, None]}, None, by, at)
    return row


def _mine(session: Session, goal_id: int, by: Mandate) -> Goal:
    row = session.get(Goal, goal_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such goal.")
    _must_speak(by, row.area_id)
    return row


def _running(session: Session, goal_id: int, by: Mandate) -> Goal:
    row = _mine(session, goal_id, by)
    if row.ended_at is not None:
        raise Refused("This goal has ended. Take it up again first, or set a new one.")
    return row


def _must_be(row: Goal, seen: int | None) -> None:
    if seen is not None and seen != row.version:
        raise changed()


def _must_speak(by: Mandate, area_id: int) -> None:
    if not by.speaks_for(area_id):
        raise Refused("You don't speak for this area. Its head or deputy keeps its goals.")


def _must_lie_ahead(day: date, today: date) -> None:
    if day < today:
        raise Refused("This day has passed. Choose a day from today on.")


def _others(session: Session, area_id: int, wanted: Iterable[int], kept: Iterable[int] = ()) -> list[int]:
    """The areas a goal depends on; one that was archived since may stay, and none is added."""
    others = sorted(set(wanted) - {area_id})
    for other in set(others) - set(kept):
        company.area_in_use(session, other)
    return others


def _facts(row: Goal) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS} | {"depends_on": list(row.depends_on)}


def _checked(wish: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are kept. Raises Refused for what does not make a goal."""
    what, measure = typed.line(wish["what"]), typed.line(wish["measure"])
    if what is None:
        raise Refused("Say in one line what the goal is.")
    if measure is None:
        raise Refused("Say what is measured, so that a number shows how it stands.")
    if wish["direction"] not in DIRECTIONS:
        raise Refused("Choose whether more or less is better.")
    baseline, target = kept(wish["baseline"]), kept(wish["target"])
    if (target < baseline) if wish["direction"] == "up" else (target > baseline):
        raise Refused(
            "The target lies on the wrong side of where it starts. Change one of them, or what is better."
        )
    starts_on, due_on = wish["starts_on"], wish["due_on"]
    if starts_on is None:
        raise Refused("Choose a day.")
    if due_on is None:
        raise Refused("Choose the day by which it should be reached.")
    if not EARLIEST <= starts_on <= due_on <= LATEST:
        raise Refused("The goal has to be due after it starts, within this century.")
    return wish | {"what": what, "measure": measure, "why": typed.prose(wish["why"]), "baseline": baseline,
                   "target": target, "unit": typed.line(wish["unit"], UNIT)}  # fmt: skip


def _record(
    session: Session, row: Goal, different: dict[str, Any], line: str | None, by: Mandate, at: int
) -> None:
    days = {
        name: [day.isoformat() if isinstance(day, date) else day for day in pair]
        for name, pair in different.items()
    }
    session.add(GoalChange(goal_id=row.id, at=at, person_id=by.person_id, on_behalf=by.is_on_behalf(row.area_id),
                           meeting_id=by.meeting_id, facts=days, line=typed.line(line)))  # fmt: skip
    session.flush()
