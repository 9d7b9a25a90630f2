"""The weekly hour: its agenda before, its live course, and its close."""

import streamlit as st

from coord import meetings
from coord.ui import agenda_view, closing, hour, visit

here = visit.begin()
t = here.t
with here.read() as session:
    row = meetings.current(session, at=here.now)
if row is None or row.state == "planned":
    st.title(t("Meeting"), anchor=False)
    agenda_view.ahead(here, row)
elif row.state == "live":
    hour.draw(here, row)
else:
    st.title(t("Meeting"), anchor=False)
    closing.draw(here, row)
if row is not None and row.state != "live":
    hour.awake()
