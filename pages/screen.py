"""Screen."""

import streamlit as st

from coord.ui import visit

here = visit.begin()
st.title(here.t("Screen"), anchor=False)
