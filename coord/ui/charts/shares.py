"""What went which way by which day, one share upon the other."""

import altair as alt
import pandas as pd

from coord.text import Words
from coord.ui.charts.look import days_axis, dressed, legend, share_axis


def shares_by_day(frame: pd.DataFrame, t: Words, *, height: int = 310) -> alt.Chart:
    """`frame` as coord.trends.frames.shares gives it; what is left above is still open."""
    names = list(dict.fromkeys(frame["way"]))
    chart = (
        alt.Chart(frame)
        .mark_area(aria=False, interpolate="step-after", opacity=0.85)
        .encode(
            x=days_axis(t),
            y=share_axis("share", t("Share of all requests"), stack="zero"),
            color=alt.Color("way:N", sort=names, legend=legend(names)),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("way:N", title=" "),
                alt.Tooltip("days:Q", title=t("Days"), format=",.1f"),
                alt.Tooltip("share:Q", title=t("Share of all requests"), format=".0%"),
            ],
        )
    )
    drawn: alt.Chart = dressed(chart, t, height)
    return drawn
