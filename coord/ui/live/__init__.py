"""The live parts of the meeting in the browser: timers that tick, and the wake-up."""
