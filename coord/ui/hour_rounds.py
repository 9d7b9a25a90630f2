"""What goes round: who is here, the one thing that each area wants, and in the first hour what it needs and offers."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import Item, Seat, View
from coord.text import N_
from coord.ui import drafts, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

HERE = "attendance"
ABREAST = 3  # areas in a row
ASKED = {
    "want": N_("What {area} wants this week"),
    "need": N_("What {area} needs"),
    "offer": N_("What {area} can offer"),
}


def attendance(here: Visit, view: View, _item: Item) -> None:
    """Who is here for each area: said by people, for all of them at once or one by one."""
    t = here.t
    with here.read() as session:
        seats = meetings.attendance(session, view.meeting.id)
    here.refusal(HERE)
    runs = "facilitator" in here.mandate.rights
    if runs and any(seat.status is None for seat in seats):
        st.button(t("All here"), key="all-here", type="primary", icon=":material/done_all:", on_click=_all_here,
                  args=(view.meeting.id,))  # fmt: skip
    shown = [
        seat for seat in seats if seat.area_id is not None and (runs or seat.area_id in here.mandate.areas)
    ]
    for place in range(0, len(shown), ABREAST):
        for column, seat in zip(st.columns(ABREAST), shown[place : place + ABREAST], strict=False):
            with column:
                _seat(here, view.meeting.id, seat)


def _seat(here: Visit, meeting_id: int, seat: Seat) -> None:
    key, t = f"seat-{meeting_id}-{seat.area_id}", here.t
    if (
        f"{key}-was" not in st.session_state or st.session_state[f"{key}-was"] != seat.status
    ):  # others may have said it
        st.session_state[f"{key}-was"] = st.session_state[key] = seat.status
    st.selectbox(plain(here.area(seat.area_id)), list(meetings.STATUSES), key=key, index=None, placeholder="–",
                 format_func=lambda one: t(meetings.STATUSES[one]), on_change=_mark, args=(meeting_id, seat.area_id, key))  # fmt: skip
    if st.session_state.get(key) == "stood_in" and seat.status != "stood_in":
        st.text_input(
            t("Who stands in?"), key=f"text-{key}", on_change=_mark, args=(meeting_id, seat.area_id, key)
        )
    elif seat.text:
        st.caption(plain(seat.text))


def wants(here: Visit, view: View, item: Item) -> None:
    """The one thing that the area whose turn it is wants this week."""
    _round(here, view, item, ["want"])


def offers(here: Visit, view: View, item: Item) -> None:
    """One thing that the area needs, and one that it can offer."""
    _round(here, view, item, ["need", "offer"])


def _round(here: Visit, view: View, item: Item, kinds: list[str]) -> None:
    t, area_id = here.t, view.turn
    if area_id is None:
        return
    with here.read() as session:
        said = [one.now for one in meetings.recordings(session, view.meeting.id)
                if one.now.kind in kinds and not one.is_taken_back]  # fmt: skip
        wish = meetings.prepared(session, view.meeting.id).get(area_id)
    for one in said:
        st.markdown(f"**{plain(here.area(one.area_id))}:** {plain(one.text, 300)}")
    if not here.mandate.speaks_for(area_id):
        return
    form = f"round-{item.id}-{area_id}"
    key = visit.nonce(form)
    here.refusal(form)
    with st.form(f"form-{key}", border=False, enter_to_submit=True):
        for kind in kinds:
            label = t(ASKED[kind], area=here.area(area_id))
            hint = wish.want if kind == "want" and wish is not None else None
            st.text_input(label, value=hint or "", key=f"text-{kind}-{key}")
        st.form_submit_button(t("Record it"), key=f"send-{key}", on_click=_say, type="primary",
                              args=(form, key, view.meeting.id, item.id, area_id, kinds))  # fmt: skip


def _say(form: str, key: str, meeting_id: int, item_id: int, area_id: int, kinds: list[str]) -> None:
    here = visit.begin()
    if not drafts.is_drawn(form, key):
        return
    typed = {kind: st.session_state.get(f"text-{kind}-{key}") for kind in kinds}

    def record(session: Session) -> None:
        for kind, text in typed.items():
            if text or len(kinds) == 1:
                meetings.record(
                    session,
                    meeting_id,
                    kind,
                    text=text,
                    area=area_id,
                    item=item_id,
                    by=here.mandate,
                    at=here.now,
                )

    here.act(form, record, here.t("Recorded."), typed=typed)


def _all_here(meeting_id: int) -> None:
    here = visit.begin()
    here.act(
        HERE,
        lambda session: meetings.all_here(session, meeting_id, by=here.mandate, at=here.now),
        typed="all",
    )


def _mark(meeting_id: int, area_id: int, key: str) -> None:
    here, status = visit.begin(), st.session_state.get(key)
    text = st.session_state.get(f"text-{key}")
    if status is None or (status == "stood_in" and not text):
        return
    here.act(HERE, lambda session: meetings.mark(
        session, meeting_id, area=area_id, status=status, text=text, by=here.mandate, at=here.now),
        typed=(area_id, status, text))  # fmt: skip
