"""The one place that reads the clock; every rule is handed the instant it needs."""

import time


def now() -> int:
    """This instant, in whole seconds since 1970 (UTC)."""
    return int(time.time())


def milliseconds() -> int:
    """This instant, in milliseconds since 1970 (UTC): for timers that tick in browsers."""
    return time.time_ns() // 1_000_000
