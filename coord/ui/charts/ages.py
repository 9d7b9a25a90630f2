"""Open requests by age, beside how long requests like them ever stay unresolved; each dot leads to its request."""

import altair as alt
import pandas as pd

from coord.text import Words
from coord.trends.ageing import MARKS
from coord.ui.charts.look import GREY, RISING, days_axis, dressed


def open_ages(frame: pd.DataFrame, t: Words, *, height: int = 320) -> alt.Chart:
    """`frame` as coord.trends.frames.ages gives it."""
    dots = (
        alt.Chart(_told(frame, t))
        .mark_circle(size=110, opacity=0.85)
        .encode(
            x=days_axis(t),
            y=alt.Y(
                "share:Q",
                title=t("Resolved by this age"),
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", values=[0, *MARKS], gridDash=[3, 4], gridColor=GREY),
            ),
            color=alt.Color(
                "band:O", legend=None, scale=alt.Scale(domain=list(range(len(RISING))), range=RISING)
            ),
            href="url:N",
            description="said:N",
            tooltip=[
                alt.Tooltip("what:N", title=t("Request")),
                alt.Tooltip("route:N", title=t("Route")),
                alt.Tooltip("age:Q", title=t("Days"), format=","),
                alt.Tooltip("share:Q", title=t("Resolved by this age"), format=".0%"),
            ],
        )
    )
    drawn: alt.Chart = dressed(dots, t, height)
    return drawn


def _told(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    """With each dot's link, its age in whole days, and what a screen reader says."""
    ages = [int(days) for days in frame["days"]]
    return frame.assign(
        age=ages,
        url=[f"request?id={i}" for i in frame["id"]],
        said=[
            t.plural("{what}, {route}, {n} day", "{what}, {route}, {n} days", age, what=what, route=route)
            for what, route, age in zip(frame["what"], frame["route"], ages, strict=True)
        ],
    )
