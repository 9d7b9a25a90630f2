"""What Today says about the weekly hour: join it, prepare it, or say how it was."""

import streamlit as st

from coord import meetings
from coord.meetings import Meeting, pulse
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

SOON = 2 * 86_400  # seconds before an hour from which on it is worth preparing


def draw(here: Visit) -> None:
    """One line with one click, where the hour asks something of this person."""
    t = here.t
    with here.read() as session:
        row = meetings.current(session, at=here.now)
    if row is None:
        return
    if row.state == "live":
        _line(t("The weekly hour is under way."), t("Join in"), "meeting", ":material/podcasts:")
    elif row.state == "ended":
        _after(here, row)
    elif row.starts_at - here.now < SOON:
        _before(here, row)


def _before(here: Visit, row: Meeting) -> None:
    t = here.t
    with here.read() as session:
        prepared = meetings.prepared(session, row.id)
        mine = [area for area in sorted(here.mandate.areas) if area in prepared]
        waits = [area for area in mine if prepared[area] is None]
        asked = {item.id for area in waits for item in meetings.asked_of(session, row.id, area)}
    if not waits:
        return
    said = t.plural("{n} item concerns {areas}.", "{n} items concern {areas}.", len(asked),
                    areas=plain(t.list(map(here.area, waits)))) if asked else ""  # fmt: skip
    _line(f"{t('The weekly hour is on {when}.', when=t.instant(row.starts_at))} {said}", t("Prepare it in five minutes"),
          "preparation", ":material/checklist:")  # fmt: skip


def _after(here: Visit, row: Meeting) -> None:
    with here.read() as session:
        answered = pulse.has_answered(session, row.id, here.person.id)
    if not answered:
        t = here.t
        _line(
            t("The weekly hour is over."), t("Say in two taps how it was"), "meeting", ":material/favorite:"
        )


def _line(said: str, click: str, page: str, icon: str) -> None:
    with st.container(border=True, key="hour-ahead", horizontal=True, vertical_alignment="center"):
        st.markdown(said)
        st.page_link(PAGES / f"{page}.py", label=f"**{click}**", icon=icon)
