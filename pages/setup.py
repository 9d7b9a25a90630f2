"""Moving in: what a new company needs, step by step, until everybody is invited."""

import streamlit as st

from coord.ui import setup, visit

here = visit.begin()
if here.mandate.administers:
    with st.container(width=760):
        setup.draw(here)
else:
    st.title(here.t("Moving in"), anchor=False)
    st.info(here.t("An administrator sets the company up. You are told when the first hour is."))
