"""What all charts share: the reader's numbers, sizes that a projector shows, colours for light and dark alike."""

from typing import Any

import altair as alt

from coord.text import Words

GREY = "#7f8b87"  # 3.4 : 1 and more on the light and on the dark background
RISING = ["#4f9c8d", "#3d8fb0", "#c9923a", "#cf6f3f", "#c2503f"]  # from usual to unusual


def dressed(chart: Any, t: Words, height: int) -> Any:
    """The chart with the reader's decimal sign, larger letters, and legends that fit a phone."""
    return (
        chart.properties(height=height)
        .configure(locale={"number": _number(t)}, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_axis(labelFontSize=13, titleFontSize=13, labelLimit=150, grid=True)
        .configure_legend(orient="top", labelFontSize=13, labelLimit=320, title=None)
    )


def days_axis(t: Words, until: float | None = None) -> alt.X:
    """Days from the left edge on."""
    return alt.X(
        "days:Q",
        title=t("Days since it was asked"),
        scale=alt.Scale(nice=False, zero=True, domainMax=alt.Undefined if until is None else until),
        axis=alt.Axis(tickCount=8, tickMinStep=1, grid=False, format=",.0f"),
    )


def share_axis(name: str, title: str, **more: Any) -> alt.Y:
    """Shares from none to all."""
    return alt.Y(
        f"{name}:Q",
        title=title,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
        **more,
    )


def legend(names: list[str], symbol: str = "square") -> alt.Legend | None:
    """Names over a chart, in as many columns as a phone has room for; none for one name."""
    if len(names) < 2:
        return None
    columns = 1 if max(map(len, names)) > 18 else 2
    width = 3 if symbol == "stroke" else 0
    return alt.Legend(symbolType=symbol, symbolOpacity=1, symbolStrokeWidth=width, columns=columns)


def _number(t: Words) -> dict[str, object]:
    english = t.language == "en"
    return {
        "decimal": "." if english else ",",
        "thousands": "," if english else ".",
        "grouping": [3],
        "currency": ["", ""],
        "percent": "%" if english else "\u00a0%",
    }
