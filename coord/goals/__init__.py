"""Goals of areas: where each wants to be by when, and what it says about it every week."""

from coord.goals.actions import change, check_in, end, join, reopen, set_goal
from coord.goals.numbers import number
from coord.goals.proposing import proposals, standing
from coord.goals.queries import (
    changes,
    check_ins,
    checked_in_between,
    ended_between,
    goal,
    goals,
    latest,
    missing,
    moved,
    set_between,
    there,
    weekly,
)
from coord.goals.records import (
    DIRECTIONS,
    OUTCOMES,
    STATUSES,
    CheckIn,
    Goal,
    GoalChange,
    is_met,
    progress,
    week_of,
)

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "STATUSES",
    "CheckIn",
    "Goal",
    "GoalChange",
    "change",
    "changes",
    "check_in",
    "check_ins",
    "checked_in_between",
    "end",
    "ended_between",
    "goal",
    "goals",
    "is_met",
    "join",
    "latest",
    "missing",
    "moved",
    "number",
    "progress",
    "proposals",
    "reopen",
    "set_between",
    "set_goal",
    "standing",
    "there",
    "week_of",
    "weekly",
]
