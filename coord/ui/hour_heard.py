"""What was just recorded, newest first; what was recorded wrongly is put right there."""

import streamlit as st

from coord import meetings, people, requests
from coord.meetings import KINDS, Said, View
from coord.requests import EventRow
from coord.ui import drafts, stories, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

MOST = 6


def draw(here: Visit, view: View, *, may_correct: bool = False) -> None:
    """The last things that were recorded in this hour."""
    t = here.t
    entries: list[tuple[int, EventRow | Said]] = [(one.at, one) for one in view.events]
    entries += [(one.now.at, one) for one in view.said]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    if not entries:
        return
    st.markdown(f"**{t('Just recorded')}**")
    with here.read() as session:
        names = {p.id: p.name for p in people.people(session, archived=True)}
        rows = requests.these(session, [one.request_id for one in view.events])
        tales = {
            one.id: stories.sentence(here, one, requests.story(session, one.request_id), names)
            for one in view.events
        }
    for _, one in entries[:MOST]:
        if isinstance(one, EventRow):
            st.markdown(f":small[{tales[one.id]}: **{plain(rows[one.request_id].what, 90)}**]")
        else:
            _said(here, one, names, may_correct)


def _said(here: Visit, said: Said, names: dict[int, str], may_correct: bool) -> None:
    t, row = here.t, said.now
    if row.kind == "handover":
        st.markdown(f":small[{t('{name} runs the hour now', name=plain(row.text))}]")
        return
    who = here.area(row.area_id) or names.get(row.person_id or 0, "")
    whom = f" → {plain(here.area(row.to_area_id))}" if row.to_area_id else ""
    decided = f" :small[:gray[({plain(row.decided_by)})]]" if row.decided_by else ""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(f":small[{t(KINDS[row.kind])} · {plain(who)}{whom}: **{plain(row.text, 140)}**{decided}]")
        if may_correct:
            with st.popover(":material/edit:", type="tertiary", help=t("Put it right")):
                _correct(here, said)


def _correct(here: Visit, said: Said) -> None:
    """The words anew; without any, it is taken back. Both stay in the story."""
    t, form = here.t, f"correct-{said.now.id}"
    key = visit.nonce(form)
    here.refusal(form)
    st.text_area(t("What it says"), value=said.now.text or "", key=f"text-{key}", height=80)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            t("Put it right"),
            key=f"send-{key}",
            type="primary",
            on_click=_put_right,
            args=(form, key, said.now.id, False),
        )
        st.button(
            t("Take it back"), key=f"back-{key}", on_click=_put_right, args=(form, key, said.now.id, True)
        )


def _put_right(form: str, key: str, recording_id: int, back: bool) -> None:
    here = visit.begin()
    if not drafts.is_drawn(form, key):
        return
    text = None if back else st.session_state.get(f"text-{key}")
    here.act(form, lambda session: meetings.correct(session, recording_id, text=text, by=here.mandate, at=here.now),
             here.t("It is put right; what it said before stays in the story."), typed=(text, back))  # fmt: skip
