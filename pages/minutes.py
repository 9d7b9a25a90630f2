"""Minutes: every hour that was held, what is said in one, and what I promised in it."""

import streamlit as st

from coord import meetings
from coord.refusal import Refused
from coord.ui import (
    closing,
    minutes_amend,
    minutes_list,
    minutes_mine,
    minutes_pulse,
    minutes_sheet,
    minutes_take,
    visit,
)

here = visit.begin()
t = here.t
st.title(t("Minutes"), anchor=False)
chosen = visit.number(st.query_params.get("meeting"))
if not chosen:
    minutes_list.draw(here)
    st.stop()

st.page_link(visit.PAGES / "minutes.py", label=t("All minutes"), icon=":material/arrow_back:")
try:
    with here.read() as session:
        of = meetings.minutes(session, chosen)
except Refused as refused:
    st.warning(refused.said(t))
    st.stop()

facilitates = "facilitator" in here.mandate.rights
mine, sheet = st.columns([3, 5], gap="large")  # what is one's own stands first, also on a phone
with mine:
    if of.meeting.state == "ended":
        if facilitates:
            closing.close_button(here, of)
        minutes_pulse.form(here, of.meeting)
    minutes_mine.draw(here, of)
    minutes_pulse.answers(here, of.meeting)
    if of.meeting.state == "closed" and facilitates:
        minutes_pulse.improve(here, of.meeting)
with sheet:
    minutes_take.draw(here, of)
    minutes_sheet.draw(here, of)
    minutes_amend.draw(here, of)
