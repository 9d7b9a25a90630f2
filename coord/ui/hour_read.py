"""What is read in the hour: what changed since the last one, and the promises of this one, area by area."""

from collections.abc import Sequence

import streamlit as st

from coord import goals, meetings, requests
from coord.goals import CheckIn
from coord.meetings import Item, View
from coord.requests import EventRow
from coord.text import NC_
from coord.ui import lines, minutes_sheet
from coord.ui.plain import plain
from coord.ui.visit import Visit

MOST = 6


def draw(here: Visit, view: View, _item: Item) -> None:
    """What changed since last week, in figures and in the lines behind them; then what is missing."""
    t = here.t
    with here.read() as session:
        found = meetings.since_last(session, view.meeting.id, at=here.now)
        shown = [*found.done, *found.declined, *found.moved]
        rows = requests.these(session, [one.request_id for one in shown])
        prepared = meetings.prepared(session, view.meeting.id)
        silent = goals.missing(session, areas=list(prepared), today=here.today)
    counted = {
        NC_("figure", "Asked"): found.asked,
        NC_("figure", "Answered"): found.answered,
        NC_("figure", "Done"): found.done,
        NC_("figure", "A no"): found.declined,
        NC_("figure", "New issues"): found.issues,
    }
    with st.container(horizontal=True, gap="medium"):
        for name, events in counted.items():
            st.metric(t.inside("figure", name), t.number(len(events)), width="content")
    _events(here, t("Done since then"), found.done, rows)
    _events(here, t("Answered with a no"), found.declined, rows)
    _events(here, t("Promises whose day moved"), found.moved, rows)
    _goals(here, found.check_ins)
    _missing(here, [area for area, one in prepared.items() if one is None], len(silent))


def promises(here: Visit, view: View, _item: Item | None = None) -> None:
    """What was promised in this hour, read back area by area."""
    t = here.t
    with here.read() as session:
        of = meetings.minutes(session, view.meeting.id)
    if of.promises:
        minutes_sheet.promises(here, of)
    else:
        st.markdown(t("Nothing was promised in this hour so far."))


def _events(here: Visit, title: str, events: Sequence[EventRow], rows: dict[int, requests.Request]) -> None:
    """The newest of these events, each with its request."""
    if not events:
        return
    more = f" :gray-badge[{here.t.number(len(events))}]"
    st.markdown(f"**{title}**{more}")
    for event in list(events)[-MOST:][::-1]:
        row = rows[event.request_id]
        st.markdown(f"- {plain(row.what, 140)} :small[:gray[· {lines.route(here, row)}]]")


def _goals(here: Visit, found: Sequence[CheckIn]) -> None:
    worse = [one for one in found if one.status != "on_track"]
    if not worse:
        return
    st.markdown(f"**{here.t('Goals that need a look')}**")
    with here.read() as session:
        for one in worse[-MOST:]:
            row = goals.goal(session, one.goal_id)
            st.markdown(f"- {plain(row.what, 120)} :small[:gray[· {plain(here.area(row.area_id))}]]")


def _missing(here: Visit, areas: Sequence[int], check_ins: int) -> None:
    t = here.t
    if areas:
        st.caption(t("Not prepared yet: {areas}", areas=plain(t.list(map(here.area, areas)))))
    if check_ins:
        st.caption(
            t.plural(
                "{n} goal has no check-in this week.", "{n} goals have no check-in this week.", check_ins
            )
        )
