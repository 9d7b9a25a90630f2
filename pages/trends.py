"""Trends: how long requests stay unresolved, and whether it is getting better."""

import streamlit as st

from coord import requests, trends
from coord.ui import address, beginning, first_month, trend_blocks, trend_filters, visit
from coord.ui.trend_view import View

here = visit.begin()
t = here.t
st.title(t("Trends"), anchor=False)
first_month.on_trends(here)
with here.read() as session:
    is_any = requests.are_there(session)
if not is_any:
    beginning.ask_first(
        here,
        t("How long requests stay unresolved, and whether it is getting better: from the first request on as a list, "
          "from ten resolved ones on as a curve. None was asked yet."),
    )  # fmt: skip
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    chosen = trend_filters.chosen(here)
with here.read() as session:
    view = View(here, chosen, trends.observations(session))

count, is_drawn = trend_blocks.headline(view)
if not count:
    st.info(
        t("Nothing was asked like this so far. Ask another area for something, or take a filter away."),
        icon=":material/info:",
    )
    st.stop()

trend_blocks.week(view)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.subheader(t("How long requests stay unresolved"), anchor=False, width="content")
    options = {name: t(label) for name, label in trend_filters.COMPARED.items()}
    compare = address.choice(t("Compare"), options, "compare")
if not is_drawn:
    trend_blocks.listed(view)
    st.stop()

trend_blocks.curve(view, compare)
trend_blocks.ages(view)
left, right = st.columns(2, gap="large")
with left:
    trend_blocks.answers(view)
with right:
    trend_blocks.outcomes(view)
trend_blocks.matrix(view)
