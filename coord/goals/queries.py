"""What people look for among goals: everybody reads all of them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from coord.goals.records import CheckIn, Goal, GoalChange, week_of
from coord.refusal import Refused


def goals(session: Session, *, areas: Iterable[int] | None = None, ended: bool = False) -> list[Goal]:
    """The running goals (with `ended`, all) of these areas, or of everybody; the next due first."""
    query = select(Goal).order_by(Goal.due_on, Goal.id)
    if areas is not None:
        query = query.where(Goal.area_id.in_(list(areas)))
    return list(session.scalars(query if ended else query.where(Goal.ended_at.is_(None))))


def there(session: Session, goal_id: int) -> Goal | None:
    return session.get(Goal, goal_id)


def goal(session: Session, goal_id: int) -> Goal:
    row = there(session, goal_id)
    if row is None:
        raise Refused("There is no such goal.")
    return row


def check_ins(session: Session, goal_id: int) -> list[CheckIn]:
    """All check-ins of a goal, corrected ones too, the newest first."""
    return list(
        session.scalars(select(CheckIn).where(CheckIn.goal_id == goal_id).order_by(CheckIn.id.desc()))
    )


def latest(session: Session, ids: Iterable[int]) -> dict[int, CheckIn]:
    """The newest check-in of each of these goals that has one."""
    newest = select(func.max(CheckIn.id)).where(CheckIn.goal_id.in_(list(ids))).group_by(CheckIn.goal_id)
    return {row.goal_id: row for row in session.scalars(select(CheckIn).where(CheckIn.id.in_(newest)))}


def weekly(session: Session, ids: Iterable[int]) -> dict[int, list[CheckIn]]:
    """The check-ins of these goals that count, one a week, in the order of the weeks."""
    newest = (
        select(func.max(CheckIn.id))
        .where(CheckIn.goal_id.in_(list(ids)))
        .group_by(CheckIn.goal_id, CheckIn.week_on)
    )
    found: dict[int, list[CheckIn]] = {}
    for row in session.scalars(select(CheckIn).where(CheckIn.id.in_(newest)).order_by(CheckIn.id)):
        found.setdefault(row.goal_id, []).append(row)
    return found


def missing(session: Session, *, areas: Iterable[int], today: date) -> list[Goal]:
    """The running goals of these areas that have no check-in in today's ISO week yet."""
    said = exists().where(CheckIn.goal_id == Goal.id, CheckIn.week_on == week_of(today))
    query = select(Goal).where(
        Goal.area_id.in_(list(areas)), Goal.ended_at.is_(None), Goal.starts_on <= today, ~said
    )
    return list(session.scalars(query.order_by(Goal.due_on, Goal.id)))


def changes(session: Session, goal_id: int) -> list[GoalChange]:
    """Everything that was changed in a goal, the newest first."""
    query = select(GoalChange).where(GoalChange.goal_id == goal_id)
    return list(session.scalars(query.order_by(GoalChange.id.desc())))


def moved(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of these goals whose baseline, target, direction or due day is not the one they were set with."""
    query = select(GoalChange.goal_id, GoalChange.facts).where(GoalChange.goal_id.in_(list(ids)))
    moving = {"baseline", "target", "direction", "due_on"}
    return {goal_id for goal_id, facts in session.execute(query) if moving & facts.keys()}


def checked_in_between(session: Session, since: int, until: int) -> list[CheckIn]:
    """What was said from one instant until before another, in its order."""
    query = select(CheckIn).where(CheckIn.at >= since, CheckIn.at < until)
    return list(session.scalars(query.order_by(CheckIn.at, CheckIn.id)))


def ended_between(session: Session, since: int, until: int) -> list[Goal]:
    """The goals that ended from one instant until before another, in their order."""
    query = select(Goal).where(Goal.ended_at >= since, Goal.ended_at < until)
    return list(session.scalars(query.order_by(Goal.ended_at, Goal.id)))


def set_between(session: Session, since: int, until: int) -> list[Goal]:
    """The goals that were set from one instant until before another, in their order."""
    query = select(Goal).where(Goal.set_at >= since, Goal.set_at < until)
    return list(session.scalars(query.order_by(Goal.set_at, Goal.id)))
