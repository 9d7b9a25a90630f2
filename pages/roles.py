"""What each position is for: whom to ask for what, and how the areas depend on each other."""

import streamlit as st

from coord.refusal import Refused
from coord.ui import roles_history, roles_holders, roles_list, roles_map, roles_view, visit

here = visit.begin()
t = here.t
if "role" not in st.query_params:
    st.title(t("Roles"), anchor=False)
    roles_list.todo(here)
    PARTS = {t("By area"): roles_list.by_area, t("Impact map"): roles_map.draw}
    for tab, draw in zip(
        st.tabs(list(PARTS), key="roles-part", on_change="rerun"), PARTS.values(), strict=True
    ):
        if tab.open:
            with tab, st.container(width=1080):
                draw(here)
    st.stop()

try:
    with here.read() as session:
        page = roles_view.load(here, session, visit.number(st.query_params["role"]))
except Refused as refused:
    st.warning(refused.said(t))
    st.page_link(visit.PAGES / "roles.py", label=t("All roles"))
    st.stop()

with st.container(width=960):
    if roles_view.draw(page):
        roles_holders.draw(page)
        roles_history.draw(page)
