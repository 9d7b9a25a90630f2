"""My preparation for the next hour: five minutes, on a phone."""

import streamlit as st

from coord import meetings
from coord.ui import agenda_view, agenda_words, preparing, visit

here = visit.begin()
t = here.t
st.title(t("My preparation"), anchor=False)
with here.read() as session:
    row = meetings.following(session, at=here.now)
    taking_part = meetings.taking_part(session)
if row is None:
    st.info(t("No meeting is planned yet. A facilitator or an administrator begins the series."))
    st.page_link(visit.PAGES / "meeting.py", label=t("Meeting"), icon=":material/groups:")
    st.stop()

agenda_view.freshen(here, row)
facilitates = "facilitator" in here.mandate.rights
mine = [area for area in taking_part if area in here.mandate.areas]
others = [area for area in taking_part if area not in mine] if facilitates else []
with here.read() as session:
    prepared = dict(meetings.prepared(session, row.id))
    first = meetings.first_hour(session, at=here.now)
st.markdown(f"**{agenda_words.day(here, row)}**")
if facilitates:
    preparing.everybody(here, prepared)
if first is not None and first.number == 1 and mine:
    st.info(t("In the first hour each area says one thing it needs, and one it can offer. Think of both."))
if not [*mine, *others]:
    st.info(t("You don't speak for an area that takes part, so there is nothing to prepare."))
    st.stop()

with st.container(width=760):
    area = [*mine, *others][0]
    if len([*mine, *others]) > 1:
        area = st.selectbox(
            t("For which area?"), [*mine, *others], format_func=here.area, key="prepare-for", width=320
        )
    if area not in mine and row.opened_at is None:
        st.info(t("You can prepare for others once the agenda is open: open it on the meeting's page."))
    with here.read() as session:
        items = meetings.asked_of(session, row.id, area)
        missing = meetings.missing(session, areas=[area], person_id=here.person.id, at=here.now)
    preparing.asked(here, items, area)
    preparing.missing(here, missing)
    if area in mine or here.mandate.speaks_for(area):
        preparing.wants(here, row, area, prepared.get(area))
