"""What I leave an hour with: what I promised, what I wait for, and what was left for me."""

from collections.abc import Iterator, Sequence

import streamlit as st

from coord import meetings
from coord.exchange import calendars
from coord.meetings import Mine, Minutes, Moved
from coord.ui import lines
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit


def draw(here: Visit, of: Minutes) -> None:
    """My own list; nothing for somebody who neither speaks for an area nor handles what was promised."""
    t, areas = here.t, here.mandate.areas
    mine = meetings.mine(of, areas, here.person.id)
    if not areas and not mine.promised:
        return
    st.subheader(t("What you promised"), anchor=False)
    if mine.promised:
        _promises(here, of, mine.promised, by_me=True)
    else:
        st.markdown(t("You promised nothing in this hour."))
    if mine.waiting:
        st.subheader(t("What you wait for"), anchor=False)
        _promises(here, of, mine.waiting, by_me=False)
    _take(here, of, mine)
    if mine.messages:
        st.subheader(t("Said to you"), anchor=False)
        for said in mine.messages:
            st.markdown(paragraphs(said.now.text))


def _take(here: Visit, of: Minutes, mine: Mine) -> None:
    """What has a day, for one's own calendar."""
    t, dated = here.t, [one for one in (*mine.promised, *mine.waiting) if one.day is not None]
    if not dated:
        return
    address = here.address  # known to the page alone: the file is made when it is asked for

    def rows() -> Iterator[calendars.Promise]:
        for one in dated:
            area, what = of.areas[one.promiser], one.request.what
            own = one in mine.promised
            title = what if own else t("From {area}: {what}", area=area, what=what)
            link = f"{address}/request?id={one.request.id}"
            yield calendars.Promise(
                f"{one.request.reference}@coord", one.day or here.today, title, one.words, link
            )

    st.download_button(t("Into my calendar"), data=lambda: calendars.promises(t("Promises"), rows(), at=here.now),
                       file_name=f"coord-promises-{of.meeting.id}.ics", mime="text/calendar", on_click="ignore",
                       icon=":material/event:")  # fmt: skip


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
