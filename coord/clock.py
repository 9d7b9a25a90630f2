"""The one place that reads the clock; every rule is handed the instant it needs.

A server that runs compares the machine's clock with one that nobody sets. When the two come apart, it counts on from
the last instant it believed, until somebody says which of them is right: a clock that is two years wrong must not end,
confirm or forget what is not due.
"""

import time
from typing import NamedTuple

TOLERANCE = 600  # seconds by which the machine's clock may be put right without anybody being asked


class Doubt(NamedTuple):
    """What the instant should be, and what the machine's clock says."""

    expected_at: int
    said_at: int


class _Mark(NamedTuple):
    at: float
    steady: float


_mark: _Mark | None = None  # an instant that was believed; none in programmes that are over in a moment


def now() -> int:
    """This instant, in whole seconds since 1970 (UTC)."""
    return int(_instant())


def milliseconds() -> int:
    """This instant, in milliseconds since 1970 (UTC): for timers that tick in browsers."""
    return int(_instant() * 1000)


def said() -> int:
    """What the machine's clock says, believed or not."""
    return int(time.time())


def believe(at: int | None = None) -> None:
    """From here on believe the machine's clock unless it jumps; or, with `at`, only when it comes back to that."""
    global _mark
    _mark = _Mark(time.time() if at is None else at, _steady())


def doubt() -> Doubt | None:
    """How the machine's clock has jumped, where it is not believed."""
    told, expected = time.time(), _expected()
    return None if expected is None or _fits(told, expected) else Doubt(int(expected), int(told))


def forget() -> None:
    """Believe whatever the machine says, as before the first `believe`."""
    global _mark
    _mark = None


def _instant() -> float:
    told, expected = time.time(), _expected()
    return told if expected is None or _fits(told, expected) else expected


def _expected() -> float | None:
    mark = _mark
    return None if mark is None else mark.at + _steady() - mark.steady


def _fits(told: float, expected: float) -> bool:
    return abs(told - expected) <= TOLERANCE


def _steady() -> float:
    """Seconds that nobody sets, and that go on while a computer sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
