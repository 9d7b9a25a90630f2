"""What I leave an hour with: what I promised, what I wait for, and what was left for me."""

from collections.abc import Sequence

import streamlit as st

from coord import meetings
from coord.meetings import Minutes, Moved
from coord.ui import lines
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit


def draw(here: Visit, of: Minutes) -> None:
    """My own list; nothing for somebody who speaks for no area."""
    t, areas = here.t, here.mandate.areas
    if not areas:
        return
    mine = meetings.mine(of, areas)
    st.subheader(t("What you promised"), anchor=False)
    if mine.promised:
        _promises(here, of, mine.promised, by_me=True)
    else:
        st.markdown(t("You promised nothing in this hour."))
    if mine.waiting:
        st.subheader(t("What you wait for"), anchor=False)
        _promises(here, of, mine.waiting, by_me=False)
    if mine.messages:
        st.subheader(t("Said to you"), anchor=False)
        for said in mine.messages:
            st.markdown(paragraphs(said.now.text))


def _promises(here: Visit, of: Minutes, moved: Sequence[Moved], *, by_me: bool) -> None:
    t = here.t
    for one in moved:
        day = f"{t.day(one.day, today=here.today)} · " if one.day else ""
        with st.container(gap=None):
            lines.link(one.request, day)
            request = one.request
            whom = of.areas[request.asking_area_id if by_me else request.answering_area_id]
            said = t("For {area}", area=plain(whom)) if by_me else t("From {area}", area=plain(whom))
            st.markdown(f":small[{said} · {lines.badge(here, request)}]")
