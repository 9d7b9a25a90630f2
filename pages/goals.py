"""Goals."""

import streamlit as st

from coord.ui import visit

here = visit.begin()
st.title(here.t("Goals"), anchor=False)
