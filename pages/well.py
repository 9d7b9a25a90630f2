"""Is everything well? For administrators: the server, the database, backups, checks, chores, disk."""

import streamlit as st

from coord.ui import visit, well

here = visit.begin()
t = here.t
st.title(t("Is everything well?"), anchor=False)
if not here.mandate.administers:
    st.info(t("Only an administrator sees how the server is. Ask one of them."))
    st.stop()
with st.container(width=860):
    well.draw(here)
