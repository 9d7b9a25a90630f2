"""Trends: how long requests stay unresolved, and whether it is getting better."""

import streamlit as st

from coord import trends
from coord.ui import address, trend_blocks, trend_filters, visit

here = visit.begin()
t = here.t
st.title(t("Trends"), anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
    chosen = trend_filters.chosen(here)
spheres = {area.id: area.sphere for area in here.areas.values()}
with here.read() as session:
    found = trends.observations(session)
rows = trends.waits(found, as_of=here.now, calendar=chosen.calendar, wanted=chosen.wanted, spheres=spheres)
if not rows.ids.size:
    st.info(
        t("Nothing was asked like this so far. Ask another area for something, or take a filter away."),
        icon=":material/info:",
    )
    st.stop()

whole = trends.unresolved(rows)
trend_blocks.headline(here, whole)
trend_blocks.week(
    here,
    trends.this_week(found, at=here.now, company=here.calendar, calendar=chosen.calendar, wanted=chosen.wanted, spheres=spheres),
)  # fmt: skip
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.subheader(t("How long requests stay unresolved"), anchor=False, width="content")
    options = {name: t(label) for name, label in trend_filters.COMPARED.items()}
    compare = address.choice(t("Compare"), options, "compare")
if not whole.is_drawn:
    trend_blocks.listed(here, rows, whole)
    st.stop()

trend_blocks.curve(here, rows, whole, compare)
trend_blocks.ages(here, trends.ageing(rows, whole))
left, right = st.columns(2, gap="large")
with left:
    trend_blocks.answers(here, trends.first_answer(rows))
with right:
    trend_blocks.outcomes(here, trends.outcome_mix(rows))
trend_blocks.matrix(here, trends.routes(rows), whole)
