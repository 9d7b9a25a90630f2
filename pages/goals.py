"""Goals: what each area wants to reach, how it stands, and this week's check-ins."""

import streamlit as st

from coord.refusal import Refused
from coord.ui import goals_list, goals_story, visit

here = visit.begin()
t = here.t
goal_id = st.query_params.get("goal")
if goal_id is None:
    st.title(t("Goals"), anchor=False)
    goals_list.draw(here)
else:
    try:
        goals_story.draw(here, visit.number(goal_id))
    except Refused as refused:
        st.warning(refused.said(t))
        st.page_link(visit.PAGES / "goals.py", label=t("All goals"))
