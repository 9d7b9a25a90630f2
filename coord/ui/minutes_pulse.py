"""How the hour was: two rows of five, one line, sent once; and all answers together after the close."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import Meeting, pulse
from coord.ui import drafts, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "pulse"


def form(here: Visit, meeting: Meeting) -> None:
    """Ask this person how the hour was, unless they have answered."""
    t = here.t
    if not here.mandate.rights:
        return
    with here.read() as session:
        answered = pulse.has_answered(session, meeting.id, here.person.id)
    st.subheader(t("How was this hour?"), anchor=False)
    if answered:
        st.markdown(t(":material/check: You have answered. Thank you."))
        return
    key = visit.nonce(FORM)
    here.refusal(FORM)
    with st.form(f"form-{key}", border=False, enter_to_submit=False), st.container(key="pulse-rows"):
        for question, label in pulse.QUESTIONS.items():
            st.segmented_control(t(label), pulse.OPTIONS, key=f"{question}-{key}", width="stretch")
        st.caption(t("1 is not at all, 5 is fully."))
        st.text_input(t("One thing to do better next time (optional)"), key=f"text-{key}", max_chars=255)
        st.form_submit_button(
            t("Send"), type="primary", key=f"send-{key}", on_click=_send, args=(key, meeting.id)
        )
    st.caption(
        t(
            "Kept without your name beside it, and shown to all only together, from five answers on, once the minutes are closed."
        )
    )


def answers(here: Visit, meeting: Meeting) -> None:
    """All answers together, once they may be seen."""
    t = here.t
    if meeting.state != "closed":
        return
    with here.read() as session:
        found = pulse.shown(session, meeting.id)
    st.subheader(t("How the hour was"), anchor=False)
    if found is None:
        st.caption(t("Fewer than five people answered, so nothing is shown."))
        return
    for column, (question, label) in zip(st.columns(2), pulse.QUESTIONS.items(), strict=True):
        column.metric(t(label), t("{mean} of 5", mean=t.number(found.mean(question), 1)))
        column.caption(" · ".join(f"{option}: {t.number(n)}" for option, n in found.counts[question].items()))
    st.caption(t.plural("{n} person answered.", "{n} people answered.", found.answered))
    if found.improvements:
        st.markdown("\n".join(f"- {plain(line)}" for line in found.improvements))


def _send(key: str, meeting_id: int) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here = visit.begin()
    heard, worth = (st.session_state.get(f"{question}-{key}") for question in pulse.QUESTIONS)
    line = st.session_state.get(f"text-{key}")

    def answer(session: Session) -> None:
        pulse.answer(
            session, meeting_id, heard=heard or 0, worth=worth or 0, improvement=line, by=here.mandate
        )

    # nothing of what was answered goes into the submission's key, which is kept with its instant
    here.act(FORM, answer, here.t("Thank you."))


def improve(here: Visit, meeting: Meeting) -> None:
    """For a facilitator: the one thing to do better, written, or after the close chosen from what people wrote."""
    t, form = here.t, f"improve-{meeting.id}"
    key = visit.nonce(form)
    with here.read() as session:
        there = meetings.improvement(session, meeting.id)
        found = pulse.shown(session, meeting.id)
    here.refusal(form)
    st.subheader(t("Improve next time"), anchor=False)
    if there is not None and there.now.text:
        st.markdown(f"**{plain(there.now.text)}**")
    if found is not None and found.improvements:
        st.selectbox(t("Choose one of those written"), found.improvements, index=None, key=f"choice-{key}",
                     placeholder=t("Choose one, or write your own"))  # fmt: skip
    st.text_input(t("One thing that the next hour does better"), key=f"text-{key}", max_chars=255)
    st.button(
        t("Take it to the next hour"), key=f"send-{key}", on_click=_improve, args=(form, key, meeting.id)
    )


def _improve(form: str, key: str, meeting_id: int) -> None:
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    text = st.session_state.get(f"text-{key}") or st.session_state.get(f"choice-{key}")

    def record(session: Session) -> None:
        by = meetings.mandate(session, here.mandate, meetings.meeting(session, meeting_id))
        meetings.record(session, meeting_id, "improvement", text=text, by=by, at=here.now)

    here.act(form, record, here.t("It stands on the next agenda."), typed=text)
