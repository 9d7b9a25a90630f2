"""A request as one line of a list: what is asked, between whom, in which state, since when."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from coord.requests import STATES, Request
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

STORY = PAGES / "request.py"
MOST = 25  # of many requests that are shown behind one line

_COLOURS = {
    "asked": "orange",
    "questioned": "violet",
    "countered": "violet",
    "promised": "blue",
    "delivered": "green",
    "satisfied": "gray",
    "declined": "gray",
    "withdrawn": "gray",
}


def badge(here: Visit, row: Request) -> str:
    """The state as a badge; a promise with its day, and plainly said when that is past."""
    t = here.t
    label, colour = t(STATES[row.state].label), _COLOURS[row.state]
    if row.state == "promised" and row.promised_on is not None:
        label = t("Promised: {day}", day=t.day(row.promised_on, today=here.today))
        if row.promised_on < here.today:
            label, colour = t("Past its day: {day}", day=t.day(row.promised_on, today=here.today)), "red"
        elif row.promised_on == here.today:
            label, colour = t("Promised for today"), "orange"
    if row.outcome == "silence":
        label = t("Done, by silence")
    shown = f":{colour}-badge[{plain(label)}]"
    return f"{shown} :red-badge[{t('Needs a decision')}]" if row.raised_at else shown


def route(here: Visit, row: Request) -> str:
    """From area to area."""
    return f"{plain(here.area(row.asking_area_id))} → {plain(here.area(row.answering_area_id))}"


def link(row: Request, before: str = "") -> None:
    """What is asked, as a link to its story."""
    st.page_link(STORY, label=f"{before}**{plain(row.what, 200)}**", query_params={"id": str(row.id)})


def about(here: Visit, row: Request, *details: str) -> None:
    """The line under the title."""
    st.markdown(summary(here, row, *details))


def summary(here: Visit, row: Request, *details: str) -> str:
    """State, route, and whatever else matters here, in one line."""
    parts = [badge(here, row), route(here, row), *details]
    if row.customer:
        parts.append(f":material/apartment: {plain(row.customer, 60)}")
    return ":small[" + " · ".join(parts) + "]"


def waited(here: Visit, row: Request) -> str:
    """How long it has been unresolved, or was."""
    t = here.t
    if row.resolved_at is not None:
        return t("resolved after {span}", span=t.span(row.resolved_at - row.asked_at))
    if row.since_on is not None:  # nobody knows the hour
        return t("since about {day}", day=t.day(row.since_on, today=here.today))
    seconds = here.now - row.asked_at
    return t("asked {span} ago", span=t.span(seconds)) if seconds >= 60 else t("asked just now")


def held(here: Visit, row: Request) -> str:
    """Whose move it is, and for how long."""
    t, holder = here.t, row.life().holder
    if holder is None:
        return ""
    return t(
        "{area} has the next move, for {span}",
        area=plain(here.area(holder)),
        span=t.span(here.now - row.held_since_at),
    )


def due(here: Visit, day: date) -> str:
    """How far a day lies from today, in words."""
    t, apart = here.t, (day - here.today).days
    if apart < 0:
        return t.plural("{n} day past its day", "{n} days past its day", -apart)
    return t("today") if apart == 0 else t.plural("in {n} day", "in {n} days", apart)


def folded(here: Visit, rows: Sequence[Request], *, key: str, label: str = "") -> None:
    """Requests behind a line that says how many they are."""
    with st.expander(label or here.t.plural("Show it", "Show all {n}", len(rows)), key=f"listed-{key}"):
        for row in rows[:MOST]:
            with st.container(gap=None):
                link(row)
                about(here, row, held(here, row))
        if (rest := len(rows) - MOST) > 0:
            st.caption(here.t.plural("{n} more", "{n} more", rest))
