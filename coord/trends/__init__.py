"""What directors ask: how long requests stay unresolved, and whether it is getting better."""

from coord.trends.observations import Observations, observations
from coord.trends.report import report
from coord.trends.unresolved import BY, Unresolved, grouped, unresolved, unresolved_by
from coord.trends.waits import Groups, Waits, Wanted, by_route, waits

__all__ = [
    "BY",
    "Groups",
    "Observations",
    "Unresolved",
    "Waits",
    "Wanted",
    "by_route",
    "grouped",
    "observations",
    "report",
    "unresolved",
    "unresolved_by",
    "waits",
]
