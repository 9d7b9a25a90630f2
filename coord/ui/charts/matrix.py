"""Routes between areas as cells: a warmer colour waits longer; no order but that of the company."""

import altair as alt
import pandas as pd

from coord.text import Words
from coord.ui.charts.look import GREY, dressed

WARMER = ["#487d74", "#6b6440", "#8a4b16"]  # white letters are legible on all of them


def route_matrix(frame: pd.DataFrame, t: Words, *, areas: list[str]) -> alt.LayerChart:
    """`frame` as coord.trends.frames.matrix gives it; `areas` in the order of both sides."""
    rows, columns = ([a for a in areas if a in set(frame[side])] for side in ("asking", "asked"))
    shown = frame.assign(label=[t.number(round(mean)) if mean == mean else "" for mean in frame["mean"]])
    base = alt.Chart(shown).encode(
        x=alt.X(
            "asked:N",
            sort=columns,
            scale=alt.Scale(paddingInner=0.04),
            title=t("Area asked"),
            axis=alt.Axis(orient="top", labelAngle=-50, labelOverlap=False, grid=False),
        ),
        y=alt.Y(
            "asking:N",
            sort=rows,
            scale=alt.Scale(paddingInner=0.1),
            title=t("Asking area"),
            axis=alt.Axis(grid=False),
        ),
        tooltip=[
            alt.Tooltip("asking:N", title=t("Asking area")),
            alt.Tooltip("asked:N", title=t("Area asked")),
            alt.Tooltip("mean:Q", title=t("Days it waits of its first 90"), format=",.1f"),
            alt.Tooltip("median:Q", title=t("Half resolved within (days)"), format=",.1f"),
            alt.Tooltip("n:Q", title=t("Requests"), format=","),
            alt.Tooltip("open:Q", title=t("Still open"), format=","),
        ],
    )
    few = base.transform_filter("!isValid(datum.mean)").mark_rect(color=GREY, opacity=0.18, cornerRadius=4)
    known = base.transform_filter("isValid(datum.mean)")
    cells = known.mark_rect(cornerRadius=4).encode(
        color=alt.Color("mean:Q", legend=None, scale=alt.Scale(range=WARMER, domain=[0, _longest(frame)]))
    )
    text = known.mark_text(fontSize=13, fontWeight="bold", color="white").encode(text="label:N")
    drawn: alt.LayerChart = dressed(alt.layer(few, cells, text), t, 70 + 38 * len(rows))
    return drawn


def _longest(frame: pd.DataFrame) -> float:
    longest = frame["mean"].max()
    return float(longest) if longest == longest else 1.0
