"""Ask another area for something: which area and what are enough."""

import streamlit as st

from coord import requests
from coord.ui import asking, visit
from coord.ui.plain import plain

here = visit.begin()
t = here.t
st.title(t.inside("page", "Ask"), anchor=False)
mine = [area.id for area in here.in_use if area.id in here.mandate.areas]
others = [area for area in here.in_use if [area.id] != mine]
if not mine:
    st.info(t("Heads and deputies ask for their area. You can read every request, and comment on it."))
    st.page_link(visit.PAGES / "requests.py", label=t("See all requests"), icon=":material/swap_horiz:")
    st.stop()
if not others:
    st.info(t("There is no other area to ask yet. An administrator adds areas under Company."))
    st.stop()

with here.read() as session:
    reference = st.query_params.get("follows")
    before = requests.by_reference(session, reference) if reference else None
if before is not None:
    st.caption(t("Follows up: {what}", what=plain(before.what, 160)))
asking.done(here)
asking.form(here, mine, others, before)
