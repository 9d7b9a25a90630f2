"""What requests end in, and when they get a first answer: shares of all, that add up."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from coord import survival
from coord.requests import OUTCOMES
from coord.survival import Outcomes
from coord.trends.unresolved import FEWEST, is_broken_off
from coord.trends.waits import DAY, Waits

ANSWERED, WITHOUT = 1, 2  # a first answer came; it was resolved without one


@dataclass(frozen=True, eq=False)
class Mix:
    """The share that went each way by each time, in seconds; what is left is still open."""

    ways: tuple[str, ...]
    found: Outcomes
    requests: int
    gone: int  # how many went one of these ways

    @property
    def is_drawn(self) -> bool:
        return self.gone >= FEWEST and not is_broken_off(self.found.survival)

    def has(self, way: str) -> bool:
        """Whether any went this way."""
        return bool((self.found.parts[self.ways.index(way)] > 0).any())

    def by(self, days: float) -> dict[str, float]:
        """The share that went each way within so many days."""
        i = int(np.searchsorted(self.found.times, days * DAY, side="right"))
        parts = self.found.parts[:, i - 1] if i else np.zeros(len(self.ways))
        return dict(zip(self.ways, parts.tolist(), strict=True))

    def reached(self, way: str, share: float) -> float | None:
        """After how many days so large a share has gone this way, or None where it hasn't so far."""
        there = self.found.parts[self.ways.index(way)] >= share - survival.TOLERANCE
        return float(self.found.times[there.argmax()]) / DAY if there.any() else None

    @property
    def followed(self) -> float:
        """For how many days any request was followed."""
        return float(self.found.times[-1]) / DAY if self.found.times.size else 0.0


def outcome_mix(rows: Waits) -> Mix:
    """Confirmed, by silence, a no, withdrawn: after Aalen and Johansen, so that they and the open ones add up to all."""
    return _mix(tuple(OUTCOMES), rows.exit, rows.cause, rows)


def first_answer(rows: Waits) -> Mix:
    """From ask to first answer; without one so far they are still open, and a resolution without one competes."""
    is_answered = rows.answered <= rows.as_of
    time = np.where(
        is_answered, rows.since_asked(np.where(is_answered, rows.answered, rows.asked)), rows.exit
    )
    cause = np.where(is_answered, ANSWERED, np.where(rows.is_open, 0, WITHOUT))
    return _mix(("answered", "without"), time, cause, rows)


def _mix(
    ways: tuple[str, ...], time: npt.NDArray[np.int64], cause: npt.NDArray[np.int64], rows: Waits
) -> Mix:
    found = survival.aalen_johansen(time, cause, len(ways), rows.entry)
    return Mix(ways, found, int(time.size), int(np.count_nonzero(cause)))
