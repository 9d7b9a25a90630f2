"""Charts: pure functions from a small table and the reader's words to a drawing that follows the theme."""

from coord.ui.charts.ages import open_ages
from coord.ui.charts.curves import unresolved_curve
from coord.ui.charts.goals import Point, goal_values
from coord.ui.charts.matrix import route_matrix
from coord.ui.charts.shares import shares_by_day

__all__ = ["Point", "goal_values", "open_ages", "route_matrix", "shares_by_day", "unresolved_curve"]
