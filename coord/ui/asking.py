"""The form in which one area asks another, and what it says after it."""

from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import requests
from coord.company import SPHERES, Area
from coord.requests import ASK_FACTS, Request
from coord.ui import drafts, lines, moves, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "ask"


def form(here: Visit, mine: list[int], others: list[Area], before: Request | None) -> None:
    """Draw the form; Enter in its one required line sends it."""
    t, key = here.t, visit.drafted(FORM)
    here.refusal(FORM)
    twin = _twin(here)
    st.session_state.setdefault(f"to-{key}", st.session_state.get("asked_last"))
    with st.form(f"form-{key}", border=False, enter_to_submit=True):
        if len(mine) > 1:
            st.segmented_control(t("For which area do you ask?"), mine, default=mine[0], format_func=here.area,
                                 key=f"from-{key}", required=True)  # fmt: skip
        ids = [area.id for area in others if [area.id] != mine]
        st.pills(t("Which area do you ask?"), ids, key=f"to-{key}", format_func=lambda i: plain(here.area(i)),
                 help=_who_is_where(here, others))  # fmt: skip
        st.text_input(
            t("What do you ask for?"),
            key=f"what-{key}",
            placeholder=t("Start with a verb: Send…, Confirm…, Prepare…"),
        )
        with st.expander(t("More: until when, why, for which customer, already waiting since…")):
            moves.asked_fields(here, key)
            st.date_input(t("Already waiting since about (for what is older than Coord)"), value=None, max_value=here.today,
                          key=f"since_on-{key}", format="DD/MM/YYYY")  # fmt: skip
        st.form_submit_button(
            t("Ask anyway") if twin else t.inside("move", "Ask"),
            type="primary",
            key=f"send-{key}",
            on_click=_send,
            args=(key, mine[0], before.reference if before else None, twin is not None),
        )
    st.html(_FOCUS.replace("KEY", f"what-{key}"), unsafe_allow_javascript=True)


# The line for what is asked has the focus, so that the next request starts with its first letter.
_FOCUS = "<script>setTimeout(() => document.querySelector('.st-key-KEY input')?.focus(), 150)</script>"


def done(here: Visit) -> None:
    """What was just asked, with its link; the empty form below takes the next one."""
    if (request_id := st.session_state.get("asked_now")) is None:
        return
    with here.read() as session:
        row = requests.request(session, request_id)
    with st.container(border=True):
        st.markdown(
            here.t(
                ":material/check: Asked {area}. Type the next one, or open this:",
                area=plain(here.area(row.answering_area_id)),
            )
        )
        lines.link(row)


def _twin(here: Visit) -> Request | None:
    """The open request that looks like what was typed, when the last click was stopped by it."""
    twin_id = st.session_state.get(f"twin-{visit.nonce(FORM)}")
    if twin_id is None:
        return None
    with here.read() as session:
        row = requests.request(session, twin_id)
    st.warning(here.t("There is already an open request like this. Is it the same? Open it, or ask anyway."))
    lines.link(row)
    return row


def _who_is_where(here: Visit, areas: list[Area]) -> str:
    t = here.t
    said = [
        f"**{plain(area.name)}** ({t(SPHERES[area.sphere])}): {plain(area.about)}"
        for area in areas
        if area.about
    ]
    return "\n\n".join(said)


def _send(key: str, mine: int, follows: str | None, warned: bool) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here = visit.begin()
    typed: dict[str, Any] = {name: st.session_state.get(f"{name}-{key}") for name in (*ASK_FACTS, "since_on")}
    from_area, to_area = st.session_state.get(f"from-{key}") or mine, st.session_state.get(f"to-{key}")
    if to_area is None:
        st.session_state[f"refused:{FORM}"] = here.t("Choose the area that you ask.")
        return
    sent = (from_area, to_area, typed)
    if not warned and not here.was_saved(FORM, sent):
        with here.read() as session:
            twin = requests.alike(session, from_area=from_area, to_area=to_area, what=typed["what"] or "")
        if twin is not None:
            st.session_state[f"twin-{key}"] = twin.id
            return
    asked: list[int] = []

    def ask(session: Session) -> None:
        row = requests.ask(session, from_area=from_area, to_area=to_area, by=here.mandate, at=here.now,
                           follows=follows, **typed)  # fmt: skip
        asked.append(row.id)

    if here.act(FORM, ask, typed=sent) and asked:
        st.session_state["asked_now"], st.session_state["asked_last"] = asked[0], to_area
