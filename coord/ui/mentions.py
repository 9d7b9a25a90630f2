"""Everything ever said about something in the weekly hour."""

import streamlit as st

from coord import meetings
from coord.meetings import KINDS
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit


def draw(here: Visit, subject: str) -> None:
    """The hours that had it on their agenda or recorded something about it, the newest first; nothing where none did."""
    t = here.t
    with here.read() as session:
        found = [one for one in meetings.said_about(session, subject) if one.meeting.started_at is not None]
    if not found:
        return
    st.subheader(t("In the weekly hour"), anchor=False)
    for one in found:
        day = t.long_day(here.calendar.day_of(one.meeting.started_at or 0))
        st.page_link(PAGES / "minutes.py", label=day, query_params={"meeting": str(one.meeting.id)},
                     icon=":material/groups:")  # fmt: skip
        for said in one.said:
            if not said.is_taken_back:
                st.markdown(f":small[{t(KINDS[said.now.kind])}: {plain(said.now.text, 300)}]")
