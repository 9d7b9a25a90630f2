"""The running hour: the facilitator's view, which drives it, and everybody else's, which follows."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings, people, requests
from coord.meetings import Item, Meeting, View
from coord.proposal import SECTIONS
from coord.requests import Request
from coord.ui import hour_capture, hour_drive, hour_heard, hour_subject, live, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

NEAR = 1_800  # seconds before its time from which on beginning the hour is the first thing to do
NEWEST = 3  # recordings that whoever follows sees: what asks something of them stands below
Place = tuple[int | None, int]  # an item, and whose turn it is in it


@dataclass(frozen=True)
class Seen:
    """What everybody who follows sees; read once a change, not once a browser."""

    view: View
    facilitator: str
    heard: Sequence[hour_heard.Heard]
    request: Request | None  # that the item is about


def draw(here: Visit, row: Meeting) -> None:
    """The hour as this person takes part in it."""
    with here.read() as session:
        view = meetings.view(session, row.id, at=here.now)
    if _runs(here, row):
        _run(here, view)
    else:
        _follow(here, view)


def _runs(here: Visit, row: Meeting) -> bool:
    """Whether it is this person who runs the hour."""
    return row.facilitator_id == here.person.id and "facilitator" in here.mandate.rights


def begins(here: Visit, row: Meeting) -> None:
    """For a facilitator, the button that begins the next hour."""
    here.refusal("start")
    if "facilitator" in here.mandate.rights:
        is_near = row.starts_at - here.now < NEAR
        st.button(here.t("Begin the hour"), key="start", type="primary" if is_near else "secondary",
                  icon=":material/play_arrow:", on_click=_start, args=(row.id,))  # fmt: skip


def _start(meeting_id: int) -> None:
    here = visit.begin()
    here.act("start", lambda session: meetings.start(session, meeting_id, by=here.mandate, at=here.now))


def _run(here: Visit, view: View) -> None:
    """One page from which the whole hour can be run."""
    left, right = st.columns([5, 7], gap="small", vertical_alignment="center")
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
        hour_heard.draw(here, hour_heard.heard(here, view), may_correct=True)


@st.fragment(run_every=20)
def awake() -> None:
    """Whatever anybody changes, the whole page is drawn again; words that are being typed stay."""
    _wake(visit.begin())


@st.fragment(run_every=20)
def _pulse(meeting_id: int) -> None:
    """The same, with the clock."""
    here = visit.begin()
    _wake(here)
    with here.read() as session:
        view = meetings.view(session, meeting_id, at=here.now)
    if view.meeting.state == "live":
        _clock(here, view, "large")


def _wake(here: Visit) -> None:
    now = live.wake(here)
    if st.session_state.setdefault("hour_drawn", now) != now:
        st.session_state["hour_drawn"] = now
        st.rerun()


def _follow(here: Visit, view: View) -> None:
    """What the facilitator shows, what concerns my area, and a line to add something while others speak."""
    _following(
        here,
        view.meeting.id,
        st.query_params.get("move"),
        _place(view) if hour_subject.concerns(here, view) else None,
    )
    looked = _looked(view)
    hour_subject.panel(here, view, looked)
    _look_around(here, view)
    if looked is not None:
        with st.container(border=True, key="looked"):
            heading(here, view, looked)
            hour_subject.draw(here, view, looked)
    hour_capture.draw(here, view)
    if "facilitator" in here.mandate.rights:
        hour_drive.take_over(here, view)


@live.part
def _following(here: Visit, meeting_id: int, chosen: str | None, mine: Place | None) -> None:
    """The part that follows by itself. What is typed into stands below, outside of it; that is drawn again only where
    the hour asks this person for something else than before, or a move was chosen here."""
    here = visit.again(here)
    now = live.wake(here)
    seen = live.shared(here, now, f"hour:{meeting_id}", lambda session: _seen(here, session, meeting_id))
    view = seen.view
    asks = _place(view) if hour_subject.concerns(here, view) else None
    # the hour is over, or it was handed to this person
    has_another_view = view.meeting.state != "live" or _runs(here, view.meeting)
    if has_another_view or st.query_params.get("move") != chosen or asks != mine:
        st.rerun()
    _clock(here, view, "strip")
    with st.container(border=True, key="followed"):
        leads = (
            f":small[:gray[:material/podcasts: {here.t('You follow {name}', name=plain(seen.facilitator))}]]"
        )
        heading(here, view, view.item, leads, hour_subject.told(here, view.item, seen.request))
        hour_subject.follow(here, view, seen.request)
    hour_heard.draw(here, seen.heard[:NEWEST], above=_next(here, view))


def heading(here: Visit, view: View, item: Item | None, above: str = "", below: str = "") -> None:
    """The section, the item, why it is there, and whose turn it is; written at once, since two hundred browsers draw it."""
    t = here.t
    if item is None:
        st.markdown(f"# {t('The agenda is empty')}")
        return
    place = (
        t("{n} of {many}", n=view.items.index(item) + 1, many=len(view.items)) if item in view.items else ""
    )
    is_now = item is view.item
    lines = [
        above,
        f":small[:gray[{t(SECTIONS[item.section])} · {place}]]",
        f"{'#' if is_now else '##'} {title(here, item)}",
        *(f":small[{reason.said(t, here.area, plain)}]" for reason in meetings.reasons(item)),
        _round(here, view.turns, view.meeting.turn) if view.turns and is_now else "",
        below,
    ]
    st.markdown("\n\n".join(filter(None, lines)))


def title(here: Visit, item: Item) -> str:
    """An item's title: our word for what is on every agenda, else what people wrote."""
    return hour_subject.name(here, item)


def _place(view: View) -> Place:
    return view.meeting.item_id, view.meeting.turn


def _round(here: Visit, turns: Sequence[int], turn: int) -> str:
    """The areas of a round in their order; the one whose turn it is stands out, those that had it are grey."""
    said = []
    for place, area_id in enumerate(turns):
        name = plain(here.area(area_id))
        said.append(f":green-badge[{name}]" if place == turn else f":gray[{name}]" if place < turn else name)
    return " · ".join(said)


def _next(here: Visit, view: View) -> str:
    t = here.t
    if view.next_turn is not None:
        return t("Next: {area}", area=plain(here.area(view.next_turn)))
    return t("Next: {item}", item=title(here, view.following)) if view.following is not None else ""


def _looked(view: View) -> Item | None:
    """Another item that this person looks at for themselves."""
    chosen = st.session_state.get("looked_at")
    return next((one for one in view.items if one.id == chosen and one is not view.item), None)


def _look_around(here: Visit, view: View) -> None:
    """The choice of another item; one click leads back."""
    t = here.t
    others = {one.id: one for one in view.items if one.id != view.meeting.item_id}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(t("Look at another item"), list(others), index=None, key="looked_at",
                            format_func=lambda one: hour_subject.name(here, others[one], escape=False),
                            placeholder=t("The agenda of this hour"))  # fmt: skip
    if chosen is not None:
        right.button(t("Back to the hour"), key="back", on_click=_back, type="primary", width="stretch")


def _back() -> None:
    st.session_state["looked_at"] = None


def _clock(here: Visit, view: View, size: live.Size) -> None:
    t = here.t
    kept = meetings.clock(view.meeting, view.items, here.now)
    section = t(SECTIONS[view.item.section]) if view.item is not None else ""
    shown = live.timers(
        kept, at=here.now, runs=True, hour=t("The hour"), section=section, item=t("This item")
    )
    live.clock(here, shown, key="clock", size=size)


def _seen(here: Visit, session: Session, meeting_id: int) -> Seen:
    view = meetings.view(session, meeting_id, at=here.now)
    name = people.names(session, here.t).get(view.meeting.facilitator_id or 0, "")
    room, number = hour_subject.about(view.item) if view.item is not None else ("", 0)
    asked = requests.there(session, number) if room == "request" else None
    return Seen(view, name, tuple(hour_heard.heard(here, view)), asked)
