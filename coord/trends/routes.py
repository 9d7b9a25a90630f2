"""Each route between two areas: what a request on it waits of its first ninety days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coord import survival
from coord.trends.unresolved import Unresolved, unresolved_by
from coord.trends.waits import DAY, Waits, by_route

HORIZON = 90


@dataclass(frozen=True)
class Route:
    """From area, area asked first; the mean wait in days, at most 90."""

    from_area: int
    to_area: int
    found: Unresolved
    mean: float | None
    error: float | None

    @property
    def is_at_most(self) -> bool:
        """Whether nobody was followed for ninety days, so that the mean may be less."""
        left = self.found.curve.survival[-1:]
        return bool(left.size and left[0] > 0 and self.found.followed < HORIZON)


def routes(rows: Waits) -> list[Route]:
    """All routes, busiest first."""
    groups = by_route(rows)
    return [_route(key, found) for key, found in zip(groups.keys, unresolved_by(rows, groups), strict=True)]


def busiest(found: Sequence[Route], most: int) -> list[Route]:
    """The routes between the areas that ask and are asked most."""
    volume: Counter[int] = Counter()
    for route in found:
        volume.update({route.from_area: route.found.requests, route.to_area: route.found.requests})
    shown = {area for area, _ in sorted(volume.items(), key=lambda one: (-one[1], one[0]))[:most]}
    return [route for route in found if route.from_area in shown and route.to_area in shown]


def mean_wait(found: Unresolved) -> tuple[float, float] | None:
    """What a request waits of its first ninety days, in days, and the standard error of that."""
    mean = survival.restricted_mean(found.curve, HORIZON * DAY)
    return None if mean is None else (mean[0] / DAY, mean[1] / DAY)


def _route(key: tuple[int, int], found: Unresolved) -> Route:
    mean, error = mean_wait(found) or (None, None)
    return Route(*key, found, mean, error)
