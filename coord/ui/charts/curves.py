"""How long requests stay unresolved, as falling steps with their band."""

import altair as alt
import pandas as pd

from coord.text import Words
from coord.ui.charts.look import GREY, days_axis, dressed, legend, share_axis

BANDS = 3  # more of them one over the other say nothing; the table has every interval


def unresolved_curve(
    frame: pd.DataFrame, t: Words, *, until: float | None = None, height: int = 380
) -> alt.LayerChart:
    """`frame` as coord.trends.frames.curve gives it; dots mark where half and 85 in 100 are resolved.

    `until` makes charts beside each other equally long.
    """
    names = list(dict.fromkeys(frame["group"]))
    colour = alt.Color("group:N", sort=names, legend=legend(names, "stroke"))
    base = alt.Chart(frame).encode(x=days_axis(t, until), color=colour)
    tips = [
        alt.Tooltip("days:Q", title=t("Days"), format=",.1f"),
        alt.Tooltip("unresolved:Q", title=t("Still unresolved"), format=".0%"),
        alt.Tooltip("lower:Q", title=t("At least"), format=".0%"),
        alt.Tooltip("upper:Q", title=t("At most"), format=".0%"),
        alt.Tooltip("at_risk:Q", title=t("Requests that old"), format=","),
    ]
    if len(names) > 1:
        tips.insert(0, alt.Tooltip("group:N", title=" "))
    y = share_axis("unresolved", t("Still unresolved"))
    band = base.mark_area(
        aria=False, interpolate="step-after", opacity=0.16 if len(names) == 1 else 0.09
    ).encode(y=share_axis("lower", t("Still unresolved")), y2="upper:Q")
    line = base.mark_line(aria=False, interpolate="step-after", strokeWidth=2.5).encode(y=y)
    layers = [
        *([band] if len(names) <= BANDS else []),
        line,
        base.mark_point(aria=False, size=90, opacity=0).encode(y=y, tooltip=tips),
    ]
    if len(names) == 1:
        layers += _marks(frame, t)
    drawn: alt.LayerChart = dressed(alt.layer(*layers), t, height)
    return drawn


def _marks(frame: pd.DataFrame, t: Words) -> list[alt.Chart]:
    """The median and the 85th percentile, with lines down to their days."""
    there = frame[frame["mark"] > 0].assign(
        label=lambda rows: [t("{n} days", n=t.days(days)) for days in rows["days"]]
    )
    base = alt.Chart(there).encode(x="days:Q")
    drop = base.mark_rule(aria=False, strokeDash=[3, 4], color=GREY).encode(
        y="unresolved:Q", y2=alt.value("height")
    )
    dot = base.mark_circle(aria=False, size=90, opacity=1).encode(
        y="unresolved:Q", color=alt.Color("group:N", legend=None)
    )
    label = base.mark_text(align="left", dx=9, dy=-9, fontSize=14, fontWeight="bold", color=GREY).encode(
        y="unresolved:Q", text="label:N"
    )
    return [drop, dot, label]
