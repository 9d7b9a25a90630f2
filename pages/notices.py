"""My notices: what I am told, when, and where."""

import streamlit as st

from coord.ui import notices_form, visit

here = visit.begin()
st.title(here.t("My notices"), anchor=False)
with st.container(width=720):
    notices_form.mine(here)
