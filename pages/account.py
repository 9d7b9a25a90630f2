"""My account: how I am called and spoken to, my password, my devices, my calendar."""

import streamlit as st

from coord.ui import account_view, calendar_address, my_data, visit
from coord.ui.visit import PAGES

here = visit.begin()
t = here.t
st.title(t("My account"), anchor=False)
with st.container(width=720):
    account_view.profile(here)
    st.header(t("Password"), anchor=False)
    account_view.password(here)
    st.header(t("My devices"), anchor=False)
    account_view.devices(here)
    st.header(t("Calendar and notices"), anchor=False)
    calendar_address.draw(here)
    st.page_link(PAGES / "notices.py", label=t("My notices"), icon=":material/notifications:")
    st.header(t("My data"), anchor=False)
    my_data.draw(here)
