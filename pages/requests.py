"""Everybody's requests: filtered, sorted, sent as an address, taken along as CSV."""

import streamlit as st

from coord import requests
from coord.exchange import listing
from coord.ui import beginning, lines, searching, visit

here = visit.begin()
t = here.t
st.title(t("Requests"), anchor=False)
with here.read() as session:
    is_any = requests.are_there(session)
if not is_any:
    beginning.ask_first(
        here,
        t(
            "Every request between two areas stands here, with its state and whose move it is. None was asked yet."
        ),
    )
    st.stop()

with here.read() as session:
    wanted = searching.wanted(here, requests.customers(session))
    total = requests.count(session, wanted, at=here.now)
    page = searching.page(total)
    rows = requests.found(session, wanted, at=here.now, page=page)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.markdown(t.plural("**{n}** request", "**{n}** requests", total))
    st.download_button(
        t("Export as CSV"),
        data=lambda: listing.csv_of(here.database, wanted, t, at=here.now),
        file_name=f"coord-requests-{here.today.isoformat()}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
if not rows:
    st.info(t("No request is like this. Take a filter away, or search with fewer words."))
for row in rows:
    with st.container(key=f"line-{row.id}", gap=None):
        lines.link(row)
        lines.about(here, row, lines.waited(here, row))
searching.pages(total)
