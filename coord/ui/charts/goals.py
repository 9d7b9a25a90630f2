"""A goal's values, week by week, on their way from where it began to the target."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import altair as alt
import pandas as pd

from coord.text import Words
from coord.ui.charts.look import GREY, dressed

COLOURS = {"on_track": "#4f9c8d", "caution": "#c9923a", "off_track": "#c2503f"}
SHAPES = {"on_track": "circle", "caution": "triangle-up", "off_track": "square"}  # for who sees no colours


class Point(NamedTuple):
    """A check-in that counts: its day, its value, how it stood, and how each of these reads."""

    on: date
    value: float
    status: str
    day: str
    shown: str
    label: str


def goal_values(points: Sequence[Point], t: Words, *, begun_on: date, baseline: float, target: float, due_on: date,
                height: int = 300) -> alt.LayerChart:  # fmt: skip
    """Values as a line with a dot a week; dashed, the straight way to the target, and the day it is due."""
    days = [begun_on, due_on, *(point.on for point in points)]
    span = [min(days).isoformat(), max(days).isoformat()]
    x = alt.X("on:T", title=None, scale=alt.Scale(type="utc", domain=span),
              axis=alt.Axis(format="%d %b" if t.language == "en" else "%d/%m", grid=False, tickCount=6))  # fmt: skip
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, padding=18), axis=alt.Axis(format=",~f"))
    way = pd.DataFrame({"on": [begun_on.isoformat(), due_on.isoformat()], "value": [baseline, target]})
    goal = pd.DataFrame(
        {
            "on": [due_on.isoformat()],
            "value": [target],
            "said": [t("Target: {value}", value=t.number(target, 4))],
        }
    )
    aside = 16 if target < baseline else -14  # clear of the line that arrives there
    layers = [
        alt.Chart(way).mark_line(aria=False, strokeDash=[4, 4], color=GREY).encode(x=x, y=y),
        alt.Chart(goal).mark_rule(aria=False, strokeDash=[2, 3], color=GREY).encode(x=x),
        alt.Chart(goal).mark_point(aria=False, shape="diamond", size=130, filled=True, color=GREY).encode(x=x, y=y),
        alt.Chart(goal).mark_text(aria=False, align="right", dx=-10, dy=aside, fontSize=13, fontWeight="bold", color=GREY)
        .encode(x=x, y=y, text="said:N"),
    ]  # fmt: skip
    if points:
        layers += _values(points, t, x, y)
    drawn: alt.LayerChart = dressed(alt.layer(*layers), t, height)
    return drawn


def _values(points: Sequence[Point], t: Words, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    frame = pd.DataFrame([point._asdict() | {"on": point.on.isoformat()} for point in points])
    base = alt.Chart(frame).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=85, opacity=1).encode(
        color=alt.Color("status:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))),
        shape=alt.Shape("status:N", legend=None, scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))),
        tooltip=[
            alt.Tooltip("day:N", title=t("Day")),
            alt.Tooltip("shown:N", title=t("Value")),
            alt.Tooltip("label:N", title=t("How it stands")),
        ],
    )  # fmt: skip
    return [base.mark_line(aria=False, strokeWidth=2.5, color=COLOURS["on_track"]), dots]
