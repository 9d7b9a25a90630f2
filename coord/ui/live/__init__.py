"""The live parts of the meeting in the browser: the wake-up, the timers that tick, what all
viewers share, and what was not sent yet."""

from coord.ui.live.clock import Size, Timer, clock, timers
from coord.ui.live.unsent import unsent
from coord.ui.live.wake import Here, part, shared, wake

__all__ = ["Here", "Size", "Timer", "clock", "part", "shared", "timers", "unsent", "wake"]
