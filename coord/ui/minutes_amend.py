"""What was recorded wrongly or forgotten: put right, or added; after the close, as an amendment."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import KINDS, Minutes
from coord.ui import drafts, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

ADDED = ("decision", "message", "parked", "thanks", "note")


def draw(here: Visit, of: Minutes) -> None:
    """For a facilitator: put something right, or add it."""
    t = here.t
    if "facilitator" not in here.mandate.rights or of.meeting.state not in ("ended", "closed"):
        return
    closed = of.meeting.closed_at is not None
    with st.expander(
        t("Amend the minutes") if closed else t("Put something right, or add it"), icon=":material/edit:"
    ):
        if closed:
            st.caption(t("It stands in the minutes with who, when and what was before."))
        _right(here, of)
        _add(here, of)


def _right(here: Visit, of: Minutes) -> None:
    t, form = here.t, f"right-{of.meeting.id}"
    said = {one.now.id: one for kind in KINDS for one in of.kind(kind) if kind != "handover"}
    if not said:
        return
    key = visit.nonce(form)
    here.refusal(form)
    chosen = st.selectbox(t("What is to be put right"), list(said), index=None, key=f"chosen-{key}",
                          format_func=lambda i: _label(here, said[i].now.kind, said[i].now.text) if i in said else "",
                          placeholder=t("Choose a recording"))  # fmt: skip
    if chosen not in said:
        return
    st.text_area(t("What it says"), value=said[chosen].now.text or "", key=f"text-{key}-{chosen}", height=80)
    with st.container(horizontal=True, gap="xsmall"):
        args = (form, key, chosen)
        st.button(
            t("Put it right"), key=f"send-{key}", type="primary", on_click=_put_right, args=(*args, False)
        )
        st.button(
            t("Take it back"), key=f"back-{key}", type="tertiary", on_click=_put_right, args=(*args, True)
        )


def _add(here: Visit, of: Minutes) -> None:
    t, form = here.t, f"add-{of.meeting.id}"
    key = visit.nonce(form)
    here.refusal(form)
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        st.pills(t("What was forgotten"), ADDED, default=ADDED[0], format_func=lambda kind: t(KINDS[kind]), key=f"kind-{key}",
                 required=True)  # fmt: skip
        st.text_area(t("What it says"), key=f"text-{key}", height=80)
        st.text_input(t("Who decided (for a decision)"), key=f"decided_by-{key}")
        st.form_submit_button(t("Add"), key=f"send-{key}", on_click=_record, args=(form, key, of.meeting.id))


def _label(here: Visit, kind: str, text: str | None) -> str:
    return here.t("{kind}: {words}", kind=here.t(KINDS[kind]), words=plain(text, 80))


def _put_right(form: str, key: str, recording_id: int, back: bool) -> None:
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    text = None if back else st.session_state.get(f"text-{key}-{recording_id}")
    here.act(form, lambda session: meetings.correct(session, recording_id, text=text, by=here.mandate, at=here.now),
             here.t("It is put right; what it said before stays in the story."), typed=(text, back))  # fmt: skip


def _record(form: str, key: str, meeting_id: int) -> None:
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    kind, text, decided_by = (
        st.session_state.get(f"{name}-{key}") for name in ("kind", "text", "decided_by")
    )

    def record(session: Session) -> None:
        by = meetings.mandate(session, here.mandate, meetings.meeting(session, meeting_id))
        meetings.record(session, meeting_id, kind or "", text=text, decided_by=decided_by, by=by, at=here.now)

    here.act(form, record, here.t("Added."), typed=(kind, text, decided_by))
