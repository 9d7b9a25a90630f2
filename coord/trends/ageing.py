"""How old open requests are, beside how long requests on their route ever stay unresolved."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coord.trends.observations import Ints
from coord.trends.unresolved import Unresolved, unresolved_by
from coord.trends.waits import DAY, Waits, by_route

MARKS = (0.5, 0.7, 0.85, 0.95)


@dataclass(frozen=True, eq=False)
class Ageing:
    """Open requests, oldest for its route first: ids, ages in days, and the share that is resolved by that age.

    The share is that of the request's own route where ten of it are resolved (`of_route`), else of all requests.
    """

    ids: Ints
    days: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]
    of_route: npt.NDArray[np.bool_]

    def older_than(self, mark: float) -> int:
        """How many are older than this share of requests ever gets."""
        return int(np.count_nonzero(self.share >= mark))


def ageing(rows: Waits, whole: Unresolved) -> Ageing:
    """The open ones of these requests, whose curve of all is `whole`."""
    still, groups = rows.where(rows.is_open), by_route(rows)
    share, of_route = _resolved_by(whole, still.exit), np.zeros(still.ids.size, bool)
    codes = groups.codes[rows.is_open]
    for place, found in enumerate(unresolved_by(rows, groups)):
        mine = codes == place
        if found.is_drawn and mine.any():
            share[mine], of_route[mine] = _resolved_by(found, still.exit[mine]), True
    order = np.lexsort((still.ids, -still.exit, -share))
    return Ageing(still.ids[order], still.exit[order] / DAY, share[order], of_route[order])


def _resolved_by(found: Unresolved, ages: Ints) -> npt.NDArray[np.float64]:
    curve = found.curve
    survival = np.concatenate(([1.0], curve.survival))
    return 1 - survival[np.searchsorted(curve.times, ages, side="right")]
