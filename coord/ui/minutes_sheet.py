"""The minutes of one hour, calm as a printed page."""

import streamlit as st

from coord.exchange import minutes_told
from coord.exchange.minutes_told import Line, Part
from coord.meetings import Minutes, Moved
from coord.ui.lines import STORY
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit

WIDTH = 780  # a line that is easy to read; a phone has less


def draw(here: Visit, of: Minutes) -> None:
    """Everything that the hour left behind."""
    told = minutes_told.document(of, here.t)
    with st.container(border=True, width=WIDTH, key="sheet"):
        st.caption(plain(told.company))
        st.header(plain(told.title), anchor=False)
        st.markdown(told.day)
        st.table({plain(label): plain(value) for label, value in told.facts}, border=False, width="content")
        for part in told.parts:
            if part.name == "time":
                continue
            st.subheader(plain(part.title), anchor=False, divider="gray")
            if part.name == "promises":
                promises(here, of)
            elif part.rows:
                _table(part)
            for line in part.lines:
                _line(line)
    for part in told.parts:
        if part.name == "time":
            with st.expander(plain(part.title), icon=":material/timer:", width=WIDTH):
                _table(part)


def promises(here: Visit, of: Minutes) -> None:
    """The promises area by area, with their days."""
    for area in dict.fromkeys(moved.promiser for moved in of.promises):
        st.markdown(f"**{plain(of.areas[area])}**")
        for moved in of.promises:
            if moved.promiser == area:
                _promise(here, of, moved)


def _promise(here: Visit, of: Minutes, moved: Moved) -> None:
    t = here.t
    notes = [t("For {area}", area=plain(of.areas[moved.request.asking_area_id]))]
    if moved.before:
        notes.append(t("was {day}", day=t.day(moved.before, today=here.today)))
    if moved.words:
        notes.append(plain(moved.words))
    what = plain(moved.request.what, 200)
    with st.container(gap=None):
        day = f"**{t.day(moved.day, today=here.today)}** · " if moved.day else ""
        _linked(f"{day}{what}", moved.request.id)
        st.caption(" · ".join(notes))


def _line(line: Line) -> None:
    with st.container(gap=None):
        if line.request_id is not None:
            _linked(plain(line.text), line.request_id)
        else:
            st.markdown(paragraphs(line.text))
        if line.words:
            st.markdown(f"*{plain(line.words)}*" if "\n" not in line.words else paragraphs(line.words))
        if line.notes:
            st.caption(" · ".join(map(plain, line.notes)))


def _linked(label: str, request_id: int) -> None:
    st.page_link(STORY, label=label, query_params={"id": str(request_id)})


def _table(part: Part) -> None:
    cells = [[f"**{paragraphs(cell)}**" if place == 0 and cell else paragraphs(cell) for place, cell in enumerate(row)]
             for row in part.rows]  # fmt: skip
    columns = {plain(name): [row[place] for row in cells] for place, name in enumerate(part.head)}
    st.table(columns, border="horizontal", hide_index=True, width="stretch")
