"""The running hour: the facilitator's view, which drives it, and everybody else's, which follows."""

from collections.abc import Sequence

import streamlit as st

from coord import meetings, people
from coord.meetings import Item, Meeting, View
from coord.proposal import SECTIONS
from coord.ui import hour_capture, hour_drive, hour_heard, hour_subject, live, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit


def draw(here: Visit, row: Meeting) -> None:
    """The hour as this person takes part in it."""
    with here.read() as session:
        view = meetings.view(session, row.id, at=here.now)
    if row.facilitator_id == here.person.id and "facilitator" in here.mandate.rights:
        _run(here, view)
    else:
        _follow(here, view)


def before(here: Visit, row: Meeting | None) -> None:
    """The next hour, before it begins: when it is, and for a facilitator the button that begins it."""
    t = here.t
    if row is None:
        st.info(t("No meeting is planned yet. A facilitator or an administrator arranges the series below."))
        return
    here.refusal("start")
    st.markdown(f"**{t.instant(row.starts_at)}**")
    if "facilitator" in here.mandate.rights:
        st.button(
            t("Begin the hour"),
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(row.id,),
        )


def _start(meeting_id: int) -> None:
    here = visit.begin()
    here.act("start", lambda session: meetings.start(session, meeting_id, by=here.mandate, at=here.now))


def _run(here: Visit, view: View) -> None:
    """One page from which the whole hour can be run."""
    left, right = st.columns([5, 8], gap="large", vertical_alignment="center")
    with left:
        _pulse(view.meeting.id)
    with right:
        hour_drive.controls(here, view)
    main, aside = st.columns([8, 5], gap="large")
    with main:
        with st.container(border=True, key="item"):
            heading(here, view, view.item)
            hour_subject.draw(here, view, view.item)
        hour_capture.draw(here, view)
    with aside:
        hour_drive.agenda(here, view)
        hour_heard.draw(here, view, may_correct=True)


@st.fragment(run_every=20)
def awake() -> None:
    """Whatever anybody changes, the whole page is drawn again; words that are being typed stay."""
    _wake(visit.begin())


@st.fragment(run_every=20)
def _pulse(meeting_id: int) -> None:
    """The same, with the clock."""
    here = visit.begin()
    _wake(here)
    _clock(here, meeting_id, "large")


def _wake(here: Visit) -> None:
    now = live.wake(here)
    if st.session_state.setdefault("hour_drawn", now) != now:
        st.session_state["hour_drawn"] = now
        st.rerun()


def _follow(here: Visit, view: View) -> None:
    """What the facilitator shows, what concerns my area, and a line to add something while others speak."""
    _following(view.meeting.id, st.query_params.get("move"))
    hour_subject.panel(here, view)
    looked = _look_around(here, view)
    if looked is not None:
        with st.container(border=True, key="looked"):
            heading(here, view, looked)
            hour_subject.draw(here, view, looked)
    hour_capture.draw(here, view)
    if "facilitator" in here.mandate.rights:
        hour_drive.take_over(here, view)


@st.fragment(run_every=20)
def _following(meeting_id: int, chosen: str | None) -> None:
    """The part that follows by itself; a move that is chosen in it opens its form below, outside of it."""
    here = visit.begin()
    now = live.wake(here)
    view = live.shared(
        here, now, f"hour:{meeting_id}", lambda session: meetings.view(session, meeting_id, at=here.now)
    )
    if view.meeting.state != "live" or st.query_params.get("move") != chosen:
        st.rerun()
    _clock(here, meeting_id, "strip")
    with st.container(border=True, key="followed"):
        name = _name(here, view.meeting.facilitator_id)
        st.caption(f":material/podcasts: {here.t('You follow {name}', name=plain(name))}")
        heading(here, view, view.item)
        hour_subject.follow(here, view)
    _next(here, view)
    hour_heard.draw(here, view)


def heading(here: Visit, view: View, item: Item | None) -> None:
    """The section, the item, why it is there, and whose turn it is."""
    t = here.t
    if item is None:
        st.subheader(t("The agenda is empty"), anchor=False)
        return
    place = (
        t("{n} of {many}", n=view.items.index(item) + 1, many=len(view.items)) if item in view.items else ""
    )
    st.markdown(f":small[:gray[{t(SECTIONS[item.section])} · {place}]]")
    st.header(title(here, item), anchor=False)
    for reason in meetings.reasons(item):
        st.markdown(f":small[{reason.said(t, here.area, plain)}]")
    if view.turns and item is view.item:
        _round(here, view.turns, view.meeting.turn)


def title(here: Visit, item: Item) -> str:
    """An item's title: our word for what is on every agenda, else what people wrote."""
    return hour_subject.name(here, item)


def _round(here: Visit, turns: Sequence[int], turn: int) -> None:
    """The areas of a round in their order; the one whose turn it is stands out, those that had it are grey."""
    said = []
    for place, area_id in enumerate(turns):
        name = plain(here.area(area_id))
        said.append(
            f":primary-badge[{name}]" if place == turn else f":gray[{name}]" if place < turn else name
        )
    st.markdown(" · ".join(said))


def _next(here: Visit, view: View) -> None:
    t = here.t
    if view.next_turn is not None:
        st.caption(t("Next: {area}", area=plain(here.area(view.next_turn))))
    elif view.following is not None:
        st.caption(t("Next: {item}", item=title(here, view.following)))


def _look_around(here: Visit, view: View) -> Item | None:
    """Another item that this person looks at for themselves; one click leads back."""
    t = here.t
    others = {one.id: one for one in view.items if one.id != view.meeting.item_id}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(t("Look at another item"), list(others), index=None, key="looked_at",
                            format_func=lambda one: hour_subject.name(here, others[one], escape=False),
                            placeholder=t("The agenda of this hour"))  # fmt: skip
    if chosen is None:
        return None
    right.button(t("Back to the hour"), key="back", on_click=_back, type="primary", width="stretch")
    return others.get(chosen)


def _back() -> None:
    st.session_state["looked_at"] = None


def _clock(here: Visit, meeting_id: int, size: live.Size) -> None:
    t = here.t
    with here.read() as session:
        row, items = meetings.meeting(session, meeting_id), meetings.course(session, meeting_id)
    if row.state != "live":
        st.rerun()
    kept = meetings.clock(row, items, here.now)
    section = next((t(SECTIONS[one.section]) for one in items if one.id == row.item_id), "")
    shown = live.timers(
        kept, at=here.now, runs=True, hour=t("The hour"), section=section, item=t("This item")
    )
    live.clock(here, shown, key="clock", size=size)


def _name(here: Visit, person_id: int | None) -> str:
    if person_id is None:
        return ""
    with here.read() as session:
        return people.person(session, person_id).name
