"""What goes round: who is here, the one thing that each area wants, and in the first hour what it needs and offers."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings, requests
from coord.meetings import Item, Seat, View
from coord.refusal import Refused
from coord.ui import drafts, lines, moves, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

HERE = "attendance"
ABREAST = 3  # areas in a row


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
    # others may have said it
    if f"{key}-was" not in st.session_state or st.session_state[f"{key}-was"] != seat.status:
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
    _said(here, view, {"want"})
    if view.turn is None or not here.mandate.speaks_for(view.turn):
        return
    with here.read() as session:
        prepared = meetings.prepared(session, view.meeting.id).get(view.turn)
    form = f"want-{item.id}-{view.turn}"
    key = visit.drafted(form, "said")
    here.refusal(form)
    with st.form(f"form-{key}", border=False, enter_to_submit=True):
        st.text_input(here.t("What {area} wants this week", area=here.area(view.turn)), key=f"text-want-{key}",
                      value=(prepared.want if prepared else None) or "")  # fmt: skip
        _submit(here, view, item, form, key)


def offers(here: Visit, view: View, item: Item) -> None:
    """The first hour: one thing that the area needs, asked and answered on the spot, and one that it can offer."""
    _said(here, view, {"need", "offer"})
    t, area_id = here.t, view.turn
    if area_id is not None and here.mandate.speaks_for(area_id):
        form = f"offer-{item.id}-{area_id}"
        key = visit.drafted(form, "said")
        here.refusal(form)
        with st.form(f"form-{key}", border=False, enter_to_submit=True):
            left, right = st.columns([3, 2])
            left.text_input(t("What {area} needs", area=here.area(area_id)), key=f"text-need-{key}")
            others = [area.id for area in here.in_use if area.id != area_id]
            right.selectbox(t("From which area"), others, format_func=here.area, index=None, key=f"to-{key}",
                            placeholder=t("Choose an area"))  # fmt: skip
            st.text_input(t("What {area} can offer", area=here.area(area_id)), key=f"text-offer-{key}")
            _submit(here, view, item, form, key)
    _asked_here(here, view)


def _said(here: Visit, view: View, kinds: set[str]) -> None:
    """What the areas have said in this round."""
    with here.read() as session:
        said = [one.now for one in meetings.recordings(session, view.meeting.id) if not one.is_taken_back]
    for one in said:
        if one.kind in kinds:
            st.markdown(f"**{plain(here.area(one.area_id))}:** {plain(one.text, 300)}")


def _asked_here(here: Visit, view: View) -> None:
    """What was asked in this hour and waits for its answer, to be given on the spot."""
    row = view.meeting
    if not view.events:
        return
    with here.read() as session:
        events = requests.in_meeting(session, row.id, row.started_at, row.ended_at or here.now)
        rows = requests.these(session, [event.request_id for event in events if event.verb == "ask"])
    for asked in rows.values():
        if asked.state == "asked":
            with st.container(border=True, key=f"line-{asked.id}", gap="xsmall"):
                lines.link(asked)
                lines.about(here, asked)
                moves.buttons(here, asked)
                if row.facilitator_id == here.person.id:  # from others it is asked above
                    moves.panel(here, asked)


def _submit(here: Visit, view: View, item: Item, form: str, key: str) -> None:
    """Record it; for whoever runs the hour, the same click goes on to the next area."""
    t, row = here.t, view.meeting
    place = (item.id, row.turn)
    with st.container(horizontal=True, gap="xsmall"):
        if row.facilitator_id == here.person.id:
            st.form_submit_button(t("Record and go on"), key=f"next-{key}", type="primary", on_click=_say,
                                  args=(form, key, row.id, view.turn, place, True))  # fmt: skip
        st.form_submit_button(t("Record it"), key=f"send-{key}", on_click=_say, args=(form, key, row.id, view.turn, place, False),
                              type="secondary" if row.facilitator_id == here.person.id else "primary")  # fmt: skip


def _say(
    form: str, key: str, meeting_id: int, area_id: int, place: tuple[int | None, int], goes_on: bool
) -> None:
    here = visit.begin()
    if not drafts.is_drawn(form, key):
        return
    to = st.session_state.get(f"to-{key}")
    typed = {
        kind: (st.session_state.get(f"text-{kind}-{key}") or "").strip() for kind in ("want", "need", "offer")
    }

    def record(session: Session) -> None:
        if not any(typed.values()) and not goes_on:
            raise Refused("Write one line first.")
        for kind, text in typed.items():
            if kind == "need" and text and to:
                requests.ask(session, from_area=area_id, to_area=to, what=text, by=here.mandate, at=here.now)
            elif text:
                meetings.record(session, meeting_id, kind, text=text, area=area_id, item=place[0], by=here.mandate,
                                at=here.now)  # fmt: skip
        if goes_on:
            meetings.step(session, meeting_id, 1, item=place[0], turn=place[1], by=here.mandate, at=here.now)

    here.act(form, record, here.t("Recorded.") if any(typed.values()) else "", typed=(typed, to))


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
