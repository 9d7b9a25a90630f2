"""The question whether the server's clock is right, for administrators: until it is answered, the chores wait."""

import streamlit as st

from coord import timekeeping
from coord.ui import visit
from coord.ui.visit import Visit

FORM = "trust-clock"


def draw(here: Visit) -> None:
    """The question, where there is one: how the clock jumped, what waits, and what to do."""
    if not here.mandate.administers:
        return
    t = here.t
    with here.read() as session:
        doubt = timekeeping.doubt(session)
    if doubt is None:
        return
    with st.container(key="clock-doubt"):
        st.warning(
            t("The server's clock jumped from {expected} to {said}. Is it right?",
              expected=t.instant(doubt.expected_at), said=t.instant(doubt.said_at)),
            icon=":material/schedule:",
        )  # fmt: skip
        answer(here)


def answer(here: Visit) -> None:
    """What waits until somebody says whether the clock is right, and where they say it."""
    t = here.t
    st.markdown(t("Until that is clear nothing is confirmed by silence, ended, sent or deleted, and what people do is "
                  "written with the time as it went on before."))  # fmt: skip
    here.refusal(FORM)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Yes, it is right: go on"), key=f"{FORM}-{visit.nonce(FORM)}", on_click=_trust)
        with st.popover(t("No: how it is set"), type="tertiary"):
            st.markdown(t("Whoever looks after the server sets its clock, best by a time server (NTP). When it is right "
                          "again, this question goes away within a minute."))  # fmt: skip
            st.code("timedatectl set-ntp true", language=None)


def _trust() -> None:
    here = visit.begin()
    here.act(FORM, lambda session: timekeeping.trust(session, by=here.mandate, at=here.now),
             here.t("Thank you. Within a minute everything goes on."))  # fmt: skip
