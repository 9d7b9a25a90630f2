"""What only whoever runs the hour has: next and back, the clock, another item, hand over, the end."""

from collections.abc import Callable, Sequence

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings, people
from coord.meetings import Item, View, screens
from coord.ui import hour_subject, visit
from coord.ui.visit import Visit

DRIVE = "drive"
MARKS = {
    "here": ":material/play_arrow:",
    "open": ":material/radio_button_unchecked:",
    "done": ":material/check:",
    "parked": ":material/low_priority:",
}
TWICE = 3  # seconds within which what can't be undone is pressed a second time


def controls(here: Visit, view: View) -> None:
    """Next and back by button and by arrow key, the clock, and the rest behind one more click."""
    t, row = here.t, view.meeting
    here.refusal(DRIVE)
    place = (row.id, row.item_id, row.turn)
    with st.container(horizontal=True, gap="xsmall", key="drive"):
        st.button(t("Back"), key="step-back", icon=":material/arrow_back:", shortcut="Left", on_click=_step,
                  args=(*place, -1))  # fmt: skip
        st.button(t("Next"), key="step-next", icon=":material/arrow_forward:", shortcut="Right", type="primary",
                  on_click=_step, args=(*place, 1))  # fmt: skip
        if row.paused_at is None:
            st.button(
                t("Pause"), key="pause", icon=":material/pause:", on_click=_clock, args=(row.id, "pause")
            )
        else:
            st.button(
                t("Go on"),
                key="resume",
                icon=":material/play_arrow:",
                on_click=_clock,
                args=(row.id, "resume"),
            )
        st.button(t("+1 min"), key="minute", icon=":material/more_time:", on_click=_minute, args=place[:2])
        _park(here, view)
        _more(here, view)


def agenda(here: Visit, view: View) -> None:
    """The whole agenda; any item can be taken up by a click. What lies behind is folded away."""
    t = here.t
    now = view.items.index(view.item) if view.item is not None else 0
    st.markdown(f"**{t('Agenda')}**")
    if past := view.items[:now]:
        with st.expander(t.plural("{n} item before this one", "{n} items before this one", len(past)), on_change="rerun",
                         key="past") as before:  # fmt: skip
            if before.open:
                _items(here, view, past, "past-course")
    ahead = view.items[now:]
    with st.container(height=380 if len(ahead) > 8 else "content", border=False, key="course", gap=None):
        _items(here, view, ahead, "next-course")


def _items(here: Visit, view: View, items: Sequence[Item], key: str) -> None:
    t = here.t
    with st.container(key=key, gap=None):
        for item in items:
            is_here = item is view.item
            label, minutes = hour_subject.name(here, item), t("{n} min", n=t.number(item.minutes))
            said = f":green[**{label}**]" if is_here else label
            st.button(f"{said} :small[:gray[{minutes}]]", key=f"go-{item.id}", type="tertiary", wrap=True,
                      icon=MARKS["here" if is_here else item.state], on_click=_go, args=(view.meeting.id, item.id))  # fmt: skip


def take_over(here: Visit, view: View) -> None:
    """For another facilitator, as when whoever runs the hour has lost the connection."""
    t = here.t
    here.refusal(DRIVE)
    with st.expander(t("Run this hour"), icon=":material/sync_alt:"):
        st.caption(
            t("You are a facilitator: you can take over, and the clock goes on. Everybody sees who runs it.")
        )
        st.button(t("Take over"), key="take-over", on_click=_take_over, args=(view.meeting.id,))


def _park(here: Visit, view: View) -> None:
    t, item = here.t, view.item
    with st.popover(t("Park"), icon=":material/low_priority:", disabled=item is None):
        st.markdown(t("Leave it for the next hour, and go on."))
        st.text_input(t("Why (optional)"), key="text-park")
        st.button(
            t("Park it"),
            key="park",
            type="primary",
            on_click=_park_it,
            args=(view.meeting.id, view.meeting.item_id),
        )


def _more(here: Visit, view: View) -> None:
    t, row = here.t, view.meeting
    with st.popover(t("More")):
        _hand_over(here, row.id)
        st.divider()
        st.markdown(f"**{t('Screen')}**")
        st.caption(
            t("A link for the projector's browser. It shows nobody's private things and ends with the hour.")
        )
        st.button(
            t("Make a link"), key="make-screen", icon=":material/cast:", on_click=_screen, args=(row.id,)
        )
        if secret := st.session_state.get("screen_link"):
            st.code(f"{here.address}/screen/{secret}", language=None, wrap_lines=True)
        st.divider()
        _end_button(row.id)


def _hand_over(here: Visit, meeting_id: int) -> None:
    t = here.t
    with here.read() as session:
        held = people.rights(session)
        others = {p.id: p.name for p in people.people(session)
                  if ("facilitator", None) in held.get(p.id, set()) and p.id != here.person.id}  # fmt: skip
    st.markdown(f"**{t('Hand over')}**")
    if not others:
        st.caption(t("Nobody else has the right to facilitate."))
        return
    st.selectbox(t("To whom"), list(others), format_func=lambda one: others[one], key="hand-to", index=None,
                 placeholder=t("Choose a person"))  # fmt: skip
    st.button(t("Hand over"), key="hand-over", on_click=_hand_to, args=(meeting_id,))


@st.fragment(run_every=1)
def _end_button(meeting_id: int) -> None:
    """Ends the hour at its second press within three seconds."""
    here = visit.begin()
    is_armed = here.now - st.session_state.get("end_armed", 0) <= TWICE
    label = here.t("Press again to end the hour") if is_armed else here.t("End the hour")
    st.button(label, key="end", type="primary" if is_armed else "secondary", icon=":material/stop_circle:",
              on_click=_end, args=(meeting_id,))  # fmt: skip
    if st.session_state.pop("hour_ended", False):
        st.rerun()


def _step(meeting_id: int, item_id: int | None, turn: int, way: int) -> None:
    here = visit.begin()
    with here.read() as session:
        row = meetings.meeting(session, meeting_id)
    if (row.item_id, row.turn) != (item_id, turn):
        return  # the second click of two, or somebody else was quicker: the page shows where the hour is
    _drive(here, f"step-{item_id}-{turn}-{way}", lambda session: meetings.step(
        session, meeting_id, way, item=item_id, turn=turn, by=here.mandate, at=here.now))  # fmt: skip


def _clock(meeting_id: int, verb: str) -> None:
    here, do = visit.begin(), {"pause": meetings.pause, "resume": meetings.resume}[verb]
    _drive(here, verb, lambda session: do(session, meeting_id, by=here.mandate, at=here.now))


def _minute(meeting_id: int, item_id: int | None) -> None:
    here = visit.begin()
    _drive(here, f"minute-{here.now}", lambda session: meetings.add_minute(
        session, meeting_id, item=item_id, by=here.mandate, at=here.now))  # fmt: skip


def _go(meeting_id: int, item_id: int) -> None:
    here = visit.begin()
    _drive(
        here,
        f"go-{item_id}",
        lambda session: meetings.go(session, meeting_id, item_id, by=here.mandate, at=here.now),
    )


def _park_it(meeting_id: int, item_id: int | None) -> None:
    here = visit.begin()
    text = st.session_state.get("text-park") or ""
    if _drive(here, f"park-{item_id}", lambda session: meetings.park(
            session, meeting_id, item=item_id, text=text, by=here.mandate, at=here.now)):  # fmt: skip
        st.session_state["text-park"] = ""


def _hand_to(meeting_id: int) -> None:
    here, person_id = visit.begin(), st.session_state.get("hand-to")
    if person_id is not None:
        _drive(here, f"hand-{person_id}", lambda session: meetings.hand_over(
            session, meeting_id, person_id, by=here.mandate, at=here.now))  # fmt: skip


def _take_over(meeting_id: int) -> None:
    here = visit.begin()
    _drive(
        here,
        "take-over",
        lambda session: meetings.take_over(session, meeting_id, by=here.mandate, at=here.now),
    )


def _screen(meeting_id: int) -> None:
    here, made = visit.begin(), []
    if _drive(here, "screen", lambda session: made.append(
            screens.open_screen(session, meeting_id, by=here.mandate, at=here.now))) and made:  # fmt: skip
        st.session_state["screen_link"] = made[0]


def _end(meeting_id: int) -> None:
    here = visit.begin()
    if here.now - st.session_state.get("end_armed", 0) > TWICE:
        st.session_state["end_armed"] = here.now
        return
    st.session_state["hour_ended"] = _drive(here, "end", lambda session: _ended(session, here, meeting_id))


def _ended(session: Session, here: Visit, meeting_id: int) -> None:
    meetings.end(session, meeting_id, by=here.mandate, at=here.now)
    meetings.carry(session, meeting_id, at=here.now)


def _drive(here: Visit, what: str, do: Callable[[Session], object]) -> bool:
    return here.act(DRIVE, do, typed=what)
