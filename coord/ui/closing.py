"""After the hour, before its minutes are closed: promises read back, how it was, and thanks."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import Meeting, Minutes, pulse
from coord.ui import drafts, hour_capture, minutes_mine, minutes_pulse, minutes_sheet, visit
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import PAGES, Visit


def draw(here: Visit, meeting: Meeting) -> None:
    """What everybody sees once the facilitator has ended the hour; the facilitator closes the minutes here."""
    t = here.t
    with here.read() as session:
        of = meetings.minutes(session, meeting.id)
    st.markdown(t("The hour is over. Thank you for listening to each other."))
    hour_capture.rest(here, meeting.id)
    if "facilitator" in here.mandate.rights:
        left, right = st.columns(2, gap="large")
        with left:
            _facilitator(here, of)
        with right:
            minutes_mine.draw(here, of)
            minutes_pulse.form(here, of.meeting)
    else:
        minutes_pulse.form(here, of.meeting)
        minutes_mine.draw(here, of)
    _thanks(here, of)
    st.page_link(PAGES / "minutes.py", label=t("Read the minutes"), icon=":material/history_edu:",
                 query_params={"meeting": str(meeting.id)})  # fmt: skip


def close_button(here: Visit, of: Minutes) -> None:
    """For a facilitator: how many have answered how it was, and the button that closes the minutes."""
    t, form = here.t, f"close-{of.meeting.id}"
    with here.read() as session:
        answered = pulse.how_many(session, of.meeting.id)
    st.caption(
        t.plural(
            "{n} person has answered how the hour was.",
            "{n} people have answered how the hour was.",
            answered,
        )
    )
    if answered < pulse.ENOUGH:
        st.caption(t("From five answers on they are shown; closing the minutes ends the asking."))
    here.refusal(form)
    st.button(t("Close the minutes"), key=form, type="primary", icon=":material/lock:", on_click=_close,
              args=(form, of.meeting.id, of.meeting.version))  # fmt: skip


def _facilitator(here: Visit, of: Minutes) -> None:
    t = here.t
    st.subheader(t("Read the promises back"), anchor=False)
    if of.promises:
        minutes_sheet.promises(here, of)
    else:
        st.markdown(t("Nothing was promised in this hour."))
    _messages(here, of)
    minutes_pulse.improve(here, of.meeting)
    close_button(here, of)


def _messages(here: Visit, of: Minutes) -> None:
    """What is passed on to those who were not here."""
    t, form = here.t, f"message-{of.meeting.id}"
    key = visit.nonce(form)
    away = [seat.area_id for seat in of.seats if seat.area_id is not None and not seat.is_here]
    st.subheader(t("Messages to those who were not here"), anchor=False)
    for said in of.kind("message"):
        st.markdown(f"**{plain(of.areas.get(said.now.to_area_id or 0))}**  \n{paragraphs(said.now.text)}")
    here.refusal(form)
    others = [area.id for area in here.in_use if area.id not in away]
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        st.selectbox(t("To whom?"), away + others, index=0, format_func=here.area, key=f"to_area-{key}")
        st.text_input(t("What they should know"), key=f"text-{key}")
        st.form_submit_button(
            t("Leave the message"), key=f"send-{key}", on_click=_leave, args=(form, key, of.meeting.id)
        )


def _thanks(here: Visit, of: Minutes) -> None:
    if said := of.kind("thanks"):
        st.subheader(here.t("Thanks"), anchor=False)
        for one in said:
            area = plain(of.areas.get(one.now.to_area_id or 0))
            st.markdown(f"{paragraphs(one.now.text)}{f' · **{area}**' if area else ''}")


def _leave(form: str, key: str, meeting_id: int) -> None:
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    to_area, text = st.session_state.get(f"to_area-{key}"), st.session_state.get(f"text-{key}")

    def record(session: Session) -> None:
        by = meetings.mandate(session, here.mandate, meetings.meeting(session, meeting_id))
        meetings.record(session, meeting_id, "message", text=text, to_area=to_area, by=by, at=here.now)

    here.act(form, record, here.t("The message is left for them."), typed=(to_area, text))


def _close(form: str, meeting_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(form, lambda session: meetings.close(session, meeting_id, seen=seen, by=here.mandate, at=here.now),
             here.t("The minutes are closed."))  # fmt: skip
