"""What directors ask: how long requests stay unresolved, and whether it is getting better."""

from coord.trends import frames
from coord.trends.ageing import MARKS, Ageing, ageing
from coord.trends.observations import Observations, observations
from coord.trends.outcomes import Mix, first_answer, outcome_mix
from coord.trends.report import report
from coord.trends.routes import HORIZON, Route, busiest, mean_wait, routes
from coord.trends.unresolved import BY, FEWEST, Unresolved, grouped, unresolved, unresolved_by
from coord.trends.waits import DAY, Groups, Waits, Wanted, by_route, waits
from coord.trends.week import Week, this_week

__all__ = [
    "BY",
    "DAY",
    "FEWEST",
    "HORIZON",
    "MARKS",
    "Ageing",
    "Groups",
    "Mix",
    "Observations",
    "Route",
    "Unresolved",
    "Waits",
    "Wanted",
    "Week",
    "ageing",
    "busiest",
    "by_route",
    "first_answer",
    "frames",
    "grouped",
    "mean_wait",
    "observations",
    "outcome_mix",
    "report",
    "routes",
    "this_week",
    "unresolved",
    "unresolved_by",
    "waits",
]
