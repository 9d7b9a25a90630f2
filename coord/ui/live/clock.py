"""The timers: deadlines from the server, seconds that tick in the browser on the server's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from coord import clock as instant
from coord.meetings import Clock
from coord.ui.live.wake import LINE, Here

HERE = Path(__file__).parent
SOON = 300  # seconds before the end at which the colour changes and a word says so

Size = Literal["large", "strip", "huge"]

_mount = st.components.v2.component(
    "coord_clock",
    js=LINE + (HERE / "clock.js").read_text("utf-8"),
    css=(HERE / "clock.css").read_text("utf-8"),
    html="<div id='timers'></div>\n",
)


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer: what it is for, how many seconds are planned, and when they are over.

    `ends_at` is the instant (seconds since 1970) at which the planned time is used up while the clock runs; None where
    it stands, before the start, in a pause and after the end: then it shows what is left after
    `elapsed_when_drawn`. Time over the end is counted up.
    """

    label: str
    planned: int
    ends_at: float | None = None
    elapsed_when_drawn: float = 0
    is_paused: bool = False

    @classmethod
    def of(cls, label: str, used: int, planned: int, *, at: int, runs: bool) -> "Timer":
        """A timer of which `used` seconds were gone at an instant; where it doesn't run, it is paused."""
        return cls(label, planned, at + planned - used if runs else None, used, not runs)


def timers(kept: Clock, *, at: int, runs: bool, hour: str, section: str, item: str) -> list[Timer]:
    """The three timers of an hour from `meetings.clock(row, items, at)`, with their labels."""
    runs = runs and not kept.is_paused
    return [
        Timer.of(item, kept.item, kept.item_planned, at=at, runs=runs),
        Timer.of(section, kept.section, kept.section_planned, at=at, runs=runs),
        Timer.of(hour, kept.hour, kept.hour_planned, at=at, runs=runs),
    ]


def clock(here: Here, shown: Sequence[Timer], *, key: str, size: Size = "large") -> None:
    """Draw timers: the first is the main one, the others stand small beside it (in a strip, all are small)."""
    t = here.t
    data = {
        "timers": [
            {
                "label": timer.label,
                "planned": timer.planned,
                "ends": timer.ends_at,
                "left": timer.planned - timer.elapsed_when_drawn,
                "paused": timer.is_paused,
                "soon": SOON if timer.planned > SOON else 0,
            }
            for timer in shown
        ],
        "size": size,
        "now": instant.milliseconds(),
        "words": {"soon": t("Last five minutes"), "over": t("Time is up"), "paused": t("Paused")},
    }
    _mount(key=key, data=data)
