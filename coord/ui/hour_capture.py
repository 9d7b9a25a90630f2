"""One line, typed while others speak: it becomes a request, an issue, a decision, thanks … once it was checked."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues, meetings, people, requests
from coord.meetings import DECISION, View
from coord.refusal import Refused
from coord.text import N_
from coord.ui import drafts, live, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "capture"
KINDS = {
    "request": N_("Request"),
    "issue": N_("Issue"),
    "decision": N_("Decision"),
    "message": N_("Message"),
    "thanks": N_("Thanks"),
    "note": N_("Note"),
    "parked": N_("Parked"),
}
HINTS = {
    "request": N_("Support: export of open tickets by Friday"),
    "issue": N_("Product > Support: what happened"),
    "decision": N_("What was decided"),
    "message": N_("Billing: what they should know"),
    "thanks": N_("Support: what for"),
    "note": N_("What is worth keeping"),
    "parked": N_("What is left for another time"),
}
WITH_AREA = {"request", "issue", "message", "thanks"}
SAID = {"request": N_("Asked."), "issue": N_("The issue is written.")}


def draw(here: Visit, view: View) -> None:
    """The line, and once it was read, what it would record."""
    t, kinds = here.t, _kinds(here)
    if not kinds:
        return
    key = visit.drafted(FORM, "line")
    with st.container(border=True, key="capture"):
        here.refusal(FORM)
        if (read := st.query_params.get("record")) in kinds:
            _check(here, view, key, read)
            return
        # from others no choice is taken away by the next item
        runs = view.meeting.facilitator_id == here.person.id
        decides = runs and view.item is not None and view.item.kind == DECISION
        usual = "decision" if decides else kinds[0]
        pills = f"kind-{usual}-{key}"
        kind = st.pills(t("What is recorded"), kinds, default=usual, required=True, key=pills,
                        format_func=lambda one: t(KINDS[one]), label_visibility="collapsed") or usual  # fmt: skip
        form = st.form(f"capture-{key}", border=False, enter_to_submit=True)
        with form, st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            st.text_input(t("Record in one line"), key=f"what-{key}", placeholder=t(HINTS[kind]),
                          label_visibility="collapsed", max_chars=2_000)  # fmt: skip
            st.form_submit_button(
                t("Check"), key=f"check-{key}", on_click=_read, args=(key, pills, view.turn)
            )


def rest(here: Visit, meeting_id: int) -> None:
    """After the hour, for whoever had begun a line when it ended: it can still be recorded."""
    if live.unsent(FORM) or st.query_params.get("record") in KINDS:
        with here.read() as session:
            view = meetings.view(session, meeting_id, at=here.now)
        draw(here, view)


def _kinds(here: Visit) -> list[str]:
    """What this person may record; who has neither an area nor a right only reads."""
    rights = here.mandate.rights
    with here.read() as session:
        writes = issues.may_write(session, here.mandate)
    speaks = bool(here.mandate.areas or here.mandate.on_behalf)
    decides = bool(rights & {"facilitator", "director"})
    may = {"request": speaks, "issue": writes, "decision": decides}
    return [kind for kind in KINDS if may.get(kind, speaks or decides)]


def _read(key: str, pills: str, turn: int | None) -> None:
    """Read the line; what it says is shown, to be checked before it counts."""
    here, typed = visit.begin(), st.session_state.get(f"what-{key}") or ""
    kind = st.session_state.get(pills)  # as chosen now: the page may not have been drawn with it yet
    if not drafts.is_drawn(FORM, key) or kind not in KINDS:
        return
    if not typed.strip():
        st.session_state[f"refused:{FORM}"] = here.t("Write one line first.")
        return
    with here.read() as session:
        meeting_on = meetings.next_on(session, at=here.now)
    names = {area.id: area.name for area in here.in_use}
    try:
        found = meetings.captured(typed, areas=names, today=here.today, meeting_on=meeting_on)
    except Refused as refused:
        st.session_state[f"refused:{FORM}"] = refused.said(here.t, plain)
        return
    mine = turn if turn in here.mandate.on_behalf else next(iter(sorted(here.mandate.areas)), None)
    st.query_params["record"] = kind  # in the address, so that it survives a restart of the server too
    st.session_state[f"text-{key}"] = found.what if kind in WITH_AREA else typed
    st.session_state[f"from-{key}"] = found.from_area or mine
    st.session_state[f"to-{key}"] = found.to_area
    st.session_state[f"day-{key}"] = found.day


def _check(here: Visit, view: View, key: str, kind: str) -> None:
    """What the line says, to be put right where it was misread."""
    t = here.t
    st.markdown(f"**{t(KINDS[kind])}**")
    spoken = [area.id for area in here.in_use if here.mandate.speaks_for(area.id)]
    everyone = [area.id for area in here.in_use]
    left, right = st.columns(2)
    if senders := everyone if kind == "issue" else spoken:
        left.selectbox(t("From"), senders, format_func=here.area, key=f"from-{key}", index=None,
                       placeholder=t("Choose an area"))  # fmt: skip
    if kind in WITH_AREA:
        right.selectbox(t("To"), everyone, format_func=here.area, key=f"to-{key}", index=None,
                        placeholder=t("Choose an area"))  # fmt: skip
    if kind == "decision":
        with here.read() as session:
            names = [person.name for person in people.people(session)]
        right.selectbox(t("Who decided"), names, key=f"decided_by-{key}", index=None, accept_new_options=True,
                        placeholder=t("Choose or type a name"))  # fmt: skip
    st.text_area(t("What it says"), key=f"text-{key}", height=80)
    if kind == "request":
        st.date_input(t("Needed on"), key=f"day-{key}", value=None, format="DD/MM/YYYY", width=200)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Record it"), key=f"send-{key}", type="primary", on_click=_send,
                  args=(key, kind, view.meeting.id, view.meeting.item_id))  # fmt: skip
        st.button(t("Close"), key=f"close-{key}", type="tertiary", on_click=_close)


def _close() -> None:
    visit.finished(FORM)
    st.query_params.pop("record", None)


def _send(key: str, kind: str, meeting_id: int, item_id: int | None) -> None:
    here = visit.begin()
    if not drafts.is_drawn(FORM, key):
        return
    typed = {
        name: st.session_state.get(f"{name}-{key}") for name in ("from", "to", "text", "day", "decided_by")
    }
    if kind in ("request", "issue") and not (typed["from"] and typed["to"]):
        st.session_state[f"refused:{FORM}"] = here.t("Choose both areas.")
        return
    if here.act(FORM, _recorder(here, kind, typed, meeting_id, item_id), here.t(SAID.get(kind, N_("Recorded."))),
                typed=typed):  # fmt: skip
        _close()


def _recorder(
    here: Visit, kind: str, typed: dict[str, Any], meeting_id: int, item_id: int | None
) -> Callable[[Session], object]:
    """What writes this line down, in the room where it belongs."""
    by, at = here.mandate, here.now

    def record(session: Session) -> object:
        if kind == "request":
            return requests.ask(session, from_area=typed["from"], to_area=typed["to"], what=typed["text"],
                                needed_on=typed["day"], by=by, at=at)  # fmt: skip
        if kind == "issue":
            return issues.write(session, from_area=typed["from"], to_area=typed["to"], happened=typed["text"],
                                by=by, at=at)  # fmt: skip
        return meetings.record(session, meeting_id, kind, text=typed["text"], area=typed["from"], item=item_id,
                               to_area=typed["to"], decided_by=typed["decided_by"], by=by, at=at)  # fmt: skip

    return record
