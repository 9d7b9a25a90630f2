"""How long requests stay unresolved: curves of all and of groups, and what is read off them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coord import survival
from coord.survival import Curve
from coord.trends.waits import DAY, Groups, Waits, by_crossing, by_period, by_route
from coord.worktime import Calendar

FEWEST = 10  # resolved ones under which there is no curve
ROUGH = 30  # resolved ones under which the band is said to be rough

BY = ("route", "crossing", "period")


@dataclass(frozen=True, eq=False)
class Unresolved:
    """A curve, in seconds, and the figures read off it, in days; None where they aren't reached."""

    curve: Curve

    @property
    def requests(self) -> int:
        return self.curve.n

    @property
    def resolved(self) -> int:
        return self.curve.resolved

    @property
    def open(self) -> int:
        return self.curve.n - self.curve.resolved

    @property
    def is_drawn(self) -> bool:
        return self.resolved >= FEWEST and not self.is_broken_off

    @property
    def is_broken_off(self) -> bool:
        return is_broken_off(self.curve.survival)

    @property
    def is_rough(self) -> bool:
        return FEWEST <= self.resolved < ROUGH

    @property
    def median(self) -> float | None:
        return _days(survival.quantile(self.curve, 0.5))

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        lowest, highest = survival.quantile_interval(self.curve, 0.5)
        return _days(lowest), _days(highest)

    @property
    def p85(self) -> float | None:
        return _days(survival.quantile(self.curve, 0.85))

    @property
    def followed(self) -> float:
        """For how long any request was followed: what isn't reached takes more than this."""
        return float(self.curve.times[-1]) / DAY if self.curve.times.size else 0.0

    def still(self, days: float) -> float:
        """The share still unresolved after so many days."""
        return survival.survival_at(self.curve, days * DAY)


def is_broken_off(survival: npt.NDArray[np.float64]) -> bool:
    """Whether all who were seen waiting so long are resolved, and yet others are known to have waited longer.

    So it is while a record is young: those that came with a wait behind them are not seen at the ages of the new
    ones. A curve would say that everything is resolved by then.
    """
    return bool((survival[:-1] <= 0).any())


def unresolved(rows: Waits) -> Unresolved:
    """All of these requests on one curve."""
    return Unresolved(survival.kaplan_meier(rows.exit, ~rows.is_open, rows.entry))


def unresolved_by(rows: Waits, groups: Groups, most: int | None = None) -> list[Unresolved]:
    """One for each group, in their order; of the first `most` groups where that is given."""
    wanted = len(groups.keys) if most is None else min(most, len(groups.keys))
    codes, exit, event, entry = groups.codes, rows.exit, ~rows.is_open, rows.entry
    if wanted < len(groups.keys):
        kept = codes < wanted
        codes, exit, event = codes[kept], exit[kept], event[kept]
        entry = None if entry is None else entry[kept]
    return [Unresolved(curve) for curve in survival.kaplan_meier_by(codes, exit, event, entry, wanted)]


def grouped(rows: Waits, by: str, *, spheres: Mapping[int, str], calendar: Calendar) -> Groups:
    """Groups by one of BY."""
    if by == "route":
        return by_route(rows)
    return by_crossing(rows, spheres) if by == "crossing" else by_period(rows, calendar)


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / DAY
