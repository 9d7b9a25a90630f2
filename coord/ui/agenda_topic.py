"""A topic for the hour, added in one line."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import TOPIC_SECTIONS, Meeting
from coord.proposal import SECTIONS
from coord.ui import drafts, visit
from coord.ui.visit import Visit

FORM = "topic"


def draw(here: Visit, row: Meeting, *, area: int | None = None) -> None:
    """The line; Enter adds it. `area` is the one for which it is brought, where that is certain."""
    t = here.t
    if not here.mandate.rights:
        return
    key, mine = visit.nonce(FORM), sorted(here.mandate.areas)
    here.refusal(FORM)
    with (
        st.form(f"form-{key}", border=False, enter_to_submit=True),
        st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"),
    ):
        st.text_input(t("Add a topic"), key=f"what-{key}", placeholder=t("In one line: what has to be talked about?"),
                      width="stretch")  # fmt: skip
        if "facilitator" in here.mandate.rights:  # who shapes the hour; from others a line is enough
            st.selectbox(t("Part of the hour"), TOPIC_SECTIONS, index=TOPIC_SECTIONS.index("requests"),
                         key=f"section-{key}", format_func=lambda section: t(SECTIONS[section]), width=190)  # fmt: skip
            st.number_input(
                t.inside("time", "Minutes"), 1, meetings.LIMIT, 2, key=f"minutes-{key}", width=120
            )
        if area is None and len(mine) > 1:
            st.selectbox(t("For which area?"), mine, format_func=here.area, key=f"area-{key}", width=180)
        st.form_submit_button(t("Add"), key=f"send-{key}", icon=":material/add:", on_click=_send,
                              args=(key, row.id, area or (mine[0] if len(mine) == 1 else None)))  # fmt: skip


def _send(key: str, meeting_id: int, area: int | None) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here, typed = visit.begin(), drafts.typed(FORM, "what", "section", "minutes", "area")

    def add(session: Session) -> None:
        meetings.add_topic(session, meeting_id, title=typed["what"] or "", area=area or typed["area"],
                           section=typed["section"] or "requests", minutes=int(typed["minutes"] or 2), by=here.mandate,
                           at=here.now)  # fmt: skip

    here.act(FORM, add, here.t("It is on the agenda."), typed=typed)
